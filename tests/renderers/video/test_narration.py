"""Phrases are said once, kept on disk, and personal ones stay at home."""

from pathlib import Path
from typing import ClassVar

import pytest

from engine.contracts import Speech
from engine.model.campaign import Narration
from engine.model.communication import Phrase, PhraseScope
from renderers.video import narration
from renderers.video.narration import Narrator, read_wav, write_wav

SHARED = Phrase("hello", "Your bill, explained.", "Your bill, explained.", PhraseScope.SHARED)
PERSONAL = Phrase("amount", "Maria, € 12.", "Maria, twelve euro.", PhraseScope.PERSONAL)


class Recorder:
    """A voice that notes what it was asked to say."""

    said: ClassVar[list[tuple[str, str]]] = []
    version = "1"

    def __init__(self, name: str, sends_text_away: bool) -> None:
        self.name = name
        self.sends_text_away = sends_text_away

    def __call__(self, _options: Narration) -> "Recorder":
        return self

    def speak(self, text: str, locale: str, rate: float) -> Speech:
        self.said.append((self.name, text))
        return Speech(samples=b"\x01\x00" * 100, rate_hz=8_000)


@pytest.fixture(autouse=True)
def recorders(monkeypatch: pytest.MonkeyPatch) -> None:
    voices = {"gtts": Recorder("gtts", True), "espeak": Recorder("espeak", False)}
    monkeypatch.setattr(narration, "load_voice", voices.__getitem__)
    Recorder.said.clear()


def test_personal_phrases_are_kept_from_a_voice_that_sends_text_away() -> None:
    narrator = Narrator(Narration(voice="gtts"))
    narrator.speak(SHARED, "en")
    narrator.speak(PERSONAL, "en")
    assert Recorder.said == [("gtts", SHARED.spoken), ("espeak", PERSONAL.spoken)]
    assert narrator.spoken_by_embedded == 1


def test_a_second_switch_sends_personal_phrases_too() -> None:
    Narrator(Narration(voice="gtts", gtts_personal=True)).speak(PERSONAL, "en")
    assert Recorder.said == [("gtts", PERSONAL.spoken)]


def test_a_phrase_is_said_once_a_machine_and_read_from_disk_after(tmp_path: Path) -> None:
    first = Narrator(Narration(), tmp_path).speak(SHARED, "en")
    again = Narrator(Narration(), tmp_path).speak(SHARED, "en")
    assert first == again
    assert len(Recorder.said) == 1


@pytest.mark.parametrize(
    ("options", "locale", "text"),
    [
        (Narration(rate=1.5), "en", "a"),
        (Narration(), "it", "a"),
        (Narration(), "en", "b"),
        (Narration(voice="gtts"), "en", "a"),
    ],
)
def test_another_voice_speed_locale_or_text_is_said_anew(
    tmp_path: Path, options: Narration, locale: str, text: str
) -> None:
    Narrator(Narration(), tmp_path).speak(Phrase("s", "a", "a", PhraseScope.SHARED), "en")
    Narrator(options, tmp_path).speak(Phrase("s", text, text, PhraseScope.SHARED), locale)
    assert len(Recorder.said) == 2


def test_no_text_stands_in_the_names_of_the_cache(tmp_path: Path) -> None:
    Narrator(Narration(), tmp_path).speak(PERSONAL, "en")
    names = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.wav")]
    assert len(names) == 1
    assert "Maria" not in names[0]


def test_a_wav_file_gives_back_the_samples() -> None:
    speech = Speech(samples=bytes(range(100)), rate_hz=22_050)
    assert read_wav(write_wav(speech)) == speech
