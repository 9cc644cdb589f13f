from __future__ import annotations

import numpy as np
import pytest

from engine.contracts import Speech
from renderers.video.sound.clock import RATE_HZ
from renderers.video.sound.resample import resampled


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


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
def test_speech_stays_where_it_was(rate):
    wave = np.zeros(rate)
    wave[rate // 2] = 0.9
    made = resampled(Speech((wave * 32767).astype("<i2").tobytes(), rate))
    assert abs(int(np.argmax(np.abs(made))) - RATE_HZ // 2) <= 2


def test_nothing_is_heard_above_what_was_said():
    made = resampled(tone(9_000, 0.5, 22_050))
    spectrum = np.abs(np.fft.rfft(made[2_400:-2_400] * np.hanning(len(made) - 4_800)))
    above = round(12_500 * (len(made) - 4_800) / RATE_HZ)
    assert spectrum[above:].max() < spectrum.max() / 500


def test_a_phrase_cut_in_its_sound_is_eased_in_and_out():
    made = resampled(tone(440, 0.2, 22_050))
    assert abs(made[0]) < 1e-6
    assert np.abs(made[-8:]).max() < 0.03


def test_nothing_is_nothing():
    assert resampled(Speech(b"", 22_050)).shape == (0,)
