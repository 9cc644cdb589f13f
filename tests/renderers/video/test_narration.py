"""Phrases are said once, kept on disk, and personal ones stay at home."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from engine.contracts import Speech
from engine.errors import VoiceError
from engine.model.campaign import Narration
from engine.model.communication import Phrase, PhraseScope
from renderers.video import narration
from renderers.video.narration import PAUSE_FRAMES, Narrator, clauses_of, narrator_of, sentences_of, speak_all
from renderers.video.sound.clock import SILENCE

SHARED = Phrase("hello", "Your bill explained.", "Your bill explained.", PhraseScope.SHARED)
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
        return Speech(samples=b"\x00\x01" * 4_000, rate_hz=8_000)


@pytest.fixture(autouse=True)
def recorders(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    voices = {"gtts": Recorder("gtts", True), "espeak": Recorder("espeak", False)}
    monkeypatch.setattr(narration, "load_voice", voices.__getitem__)
    Recorder.said.clear()
    narration._narrator.cache_clear()
    yield
    narration._narrator.cache_clear()


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


def test_a_sentence_that_others_hear_too_is_not_said_again(tmp_path: Path) -> None:
    narrator = Narrator(Narration(), tmp_path)
    for name in ("Maria", "Luca", "Maria"):
        hello = f"Hello {name}. This is your October bill."
        narrator.speak(Phrase("hello", hello, hello, PhraseScope.PERSONAL), "en")
    assert [text for _, text in Recorder.said] == ["Hello Maria.", "This is your October bill.", "Hello Luca."]


def test_sentences_of_a_phrase_follow_one_another_after_a_pause() -> None:
    narrator = Narrator(Narration())
    one, two = (narrator.speak(Phrase("s", t, t, PhraseScope.SHARED), "en") for t in ("Hello Maria.", "It is paid."))
    both = narrator.speak(Phrase("s", "-", "Hello Maria. It is paid.", PhraseScope.SHARED), "en")
    assert both.packets == (*one.packets, *[SILENCE] * PAUSE_FRAMES, *two.packets)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Hello Maria. This is your bill.", ["Hello Maria.", "This is your bill."]),
        ("What changed? You used less.", ["What changed?", "You used less."]),
        (
            "Qu\u2019est-ce qui a changé\u00a0? Élodie le sait.",
            ["Qu\u2019est-ce qui a changé\u00a0?", "Élodie le sait."],
        ),
        ("Что изменилось? Вы платите меньше.", ["Что изменилось?", "Вы платите меньше."]),
        ("Gaukite el. paštu. Jums atsakys.", ["Gaukite el. paštu.", "Jums atsakys."]),
        ("Ask Dr. Rossi or J. Smith.", ["Ask Dr. Rossi or J. Smith."]),
        ("It is 3.5 euros.", ["It is 3.5 euros."]),
        ("г. Москва", ["г. Москва"]),
        ("", [""]),
    ],
)
def test_a_phrase_is_parted_after_its_sentences(text: str, sentences: list[str]) -> None:
    assert sentences_of(text) == sentences


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        ("It is twelve euros, due by the third of May.", ["It is twelve euros,", "due by the third of May."]),
        (
            "Suma, mokėtina iki trečios, – dvylika eurų.",
            ["Suma, mokėtina iki trečios,", "– dvylika eurų."],
        ),
        ("It is due now, Maria.", ["It is due now, Maria."]),
        ("It is 1,200.50 euros in all.", ["It is 1,200.50 euros in all."]),
    ],
)
def test_a_sentence_is_parted_at_its_commas(sentence: str, clauses: list[str]) -> None:
    assert clauses_of(sentence) == clauses


def test_only_a_voice_that_says_clauses_apart_is_given_them_apart() -> None:
    text = "It is twelve euros, due by the third of May."
    for voice, said in (("espeak", clauses_of(text)), ("gtts", [text])):
        Recorder.said.clear()
        Narrator(Narration(voice=voice)).speak(Phrase("s", text, text, PhraseScope.SHARED), "en")
        assert [words for _, words in Recorder.said] == said


def test_no_text_stands_in_the_names_of_the_cache(tmp_path: Path) -> None:
    Narrator(Narration(), tmp_path).speak(PERSONAL, "en")
    names = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.aac")]
    assert len(names) == 1
    assert "Maria" not in names[0]


def test_a_process_loads_a_voice_once_and_anew_when_its_model_changes(tmp_path: Path) -> None:
    model = tmp_path / "voice.onnx"
    model.write_bytes(b"one")
    options = Narration(model=str(model))
    first = narrator_of(options, tmp_path)
    assert narrator_of(Narration(model=str(model)), tmp_path) is first
    model.write_bytes(b"another")
    assert narrator_of(options, tmp_path) is not first


def test_files_are_kept_within_the_room_that_is_given(tmp_path: Path) -> None:
    narrator = Narrator(Narration(), tmp_path, room_mb=0.01)
    for number in range(60):
        narrator.speak(Phrase("s", str(number), str(number), PhraseScope.PERSONAL), "en")
    assert 0 < sum(path.stat().st_size for path in tmp_path.rglob("*.aac")) <= 10_485 + 10_485 // 16 + 2_000


def test_phrases_come_in_the_order_of_the_script(tmp_path: Path) -> None:
    spoken = speak_all([SHARED, PERSONAL], "en", Narration(rate=1.25), tmp_path)
    assert [text for _, text in Recorder.said] == [SHARED.spoken, PERSONAL.spoken]
    assert [sound.samples for sound in spoken] == [24_000, 24_000]


def test_a_voice_that_says_nothing_is_told_by_the_scene(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recorder, "speak", lambda *_: Speech(b"", 8_000))
    with pytest.raises(VoiceError) as caught:
        Narrator(Narration()).speak(PERSONAL, "en")
    assert caught.value.problem.code == "V104"
    assert "amount" in str(caught.value)
    assert "Maria" not in str(caught.value)
