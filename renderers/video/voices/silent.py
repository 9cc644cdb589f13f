"""No voice: silence as long as the text would take to say, so that captions keep their pace."""

from __future__ import annotations

from engine.contracts import Speech
from engine.model.campaign import Narration

RATE_HZ = 22_050
CHARACTERS_PER_SECOND = 15.0  # about 150 words a minute
SHORTEST_S = 0.8


class SilentVoice:
    """Says nothing, for as long as a reader needs."""

    name = "silent"
    version = "1"
    sends_text_away = False

    def __init__(self, options: Narration) -> None:
        del options

    def speak(self, text: str, locale: str, rate: float) -> Speech:
        """Return silence of about the text's spoken length."""
        del locale
        seconds = max(SHORTEST_S, len(text) / CHARACTERS_PER_SECOND) / rate
        return Speech(samples=bytes(2 * int(seconds * RATE_HZ)), rate_hz=RATE_HZ)
