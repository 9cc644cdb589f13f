from __future__ import annotations

import numpy as np
import pytest

from engine.contracts import Speech
from engine.model.communication import Phrase, PhraseScope
from renderers.video.soundtrack import CEILING, RATE_HZ, resampled, voice_track
from renderers.video.timeline import SpokenPhrase

PHRASE = Phrase("hello", "Hello", "Hello", PhraseScope.SHARED)


def tone(hertz: float, seconds: float, rate: int) -> Speech:
    wave = np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate) * 0.5
    return Speech((wave * 32767).astype("<i2").tobytes(), rate)


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 48_000])
def test_speech_keeps_its_length_pitch_and_loudness_at_48_khz(rate):
    made = resampled(tone(440, 0.5, rate))
    assert len(made) == round(0.5 * RATE_HZ)
    spectrum = np.abs(np.fft.rfft(made))
    assert np.argmax(spectrum) * RATE_HZ / len(made) == pytest.approx(440, abs=3)
    assert np.abs(made[5000:15000]).max() == pytest.approx(0.5, abs=0.02)


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


def test_silence_is_silent():
    assert not voice_track([SpokenPhrase(PHRASE, 0.0, Speech(b"", 22_050))], 0.5).any()


def test_a_voice_at_full_scale_is_turned_down_and_a_quiet_one_left_alone():
    loud = Speech((np.ones(4_800) * 32_767).astype("<i2").tobytes(), RATE_HZ)
    assert np.abs(voice_track([SpokenPhrase(PHRASE, 0.0, loud)], 0.2)).max() == pytest.approx(CEILING)
    quiet = voice_track([SpokenPhrase(PHRASE, 0.0, tone(440, 0.2, RATE_HZ))], 0.2)
    assert np.abs(quiet).max() == pytest.approx(0.5, abs=0.01)
