"""How it is said: the tones of a communication."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """How it is said, by stage."""

    FRIENDLY = "friendly"
    EASY = "easy"
    FIRM = "firm"
    FORMAL = "formal"
    HELP = "help"
    GOOD_NEWS = "good_news"
