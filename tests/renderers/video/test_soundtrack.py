from __future__ import annotations

import numpy as np
import pytest

from engine.contracts import Speech
from engine.model.communication import Phrase, PhraseScope
from renderers.video.sound.clock import RATE_HZ
from renderers.video.sound.loudness import CEILING, loudness_lufs
from renderers.video.sound.phrase import sound_of
from renderers.video.soundtrack import samples_of, voice_track
from renderers.video.timeline import SpokenPhrase

PHRASE = Phrase("hello", "Hello", "Hello", PhraseScope.SHARED)


def tone(hertz: float, seconds: float, rate: int) -> Speech:
    wave = np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate) * 0.5
    return Speech((wave * 32767).astype("<i2").tobytes(), rate)


def test_phrases_stand_where_the_timeline_says():
    spoken = [SpokenPhrase(PHRASE, 0.25, tone(440, 0.1, 24_000)), SpokenPhrase(PHRASE, 0.6, tone(440, 0.1, 24_000))]
    track = voice_track(spoken, 1.0)
    assert len(track) == RATE_HZ
    heard = np.abs(track) > 0.01
    assert not heard[: round(0.25 * RATE_HZ)].any()
    assert heard[round(0.26 * RATE_HZ) : round(0.34 * RATE_HZ)].any()
    assert not heard[round(0.36 * RATE_HZ) : round(0.6 * RATE_HZ)].any()
    assert heard[round(0.61 * RATE_HZ) :].any()


def test_a_phrase_that_would_run_past_the_end_is_cut_there():
    assert len(voice_track([SpokenPhrase(PHRASE, 0.9, tone(440, 1, 24_000))], 1.0)) == RATE_HZ


@pytest.mark.parametrize("speech", [Speech(b"", 22_050), Speech(bytes(4_410), 22_050)])
def test_silence_is_silent(speech):
    assert not voice_track([SpokenPhrase(PHRASE, 0.0, speech)], 0.5).any()
    assert not voice_track([SpokenPhrase(PHRASE, 0.0, sound_of(speech))], 0.5).any()


@pytest.mark.parametrize("level", [0.02, 1.9])
def test_a_loud_voice_and_a_quiet_one_come_out_equally_loud(level):
    speech = tone(440, 1.0, RATE_HZ)
    louder = np.clip(np.frombuffer(speech.samples, "<i2") * level, -32_767, 32_767).astype("<i2").tobytes()
    track = voice_track([SpokenPhrase(PHRASE, 0.0, Speech(louder, RATE_HZ))], 1.0)
    assert loudness_lufs(track) == pytest.approx(-16, abs=0.1)
    assert np.abs(track).max() <= CEILING + 1e-4


def test_what_was_kept_as_aac_has_the_length_and_the_sound_of_what_was_said():
    speech = tone(440, 1.3, 22_050)
    said, kept = samples_of(speech), samples_of(sound_of(speech))
    assert len(kept) == len(said)
    assert 10 * np.log10(np.sum(said**2) / np.sum((kept - said) ** 2)) > 18
