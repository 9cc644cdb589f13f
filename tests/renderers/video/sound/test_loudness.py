"""Loudness agrees with ffmpeg's meter, and whatever speaks comes out at -16 LUFS."""

from __future__ import annotations

import math

import numpy as np
import pytest

from renderers.video.sound.clock import RATE_HZ
from renderers.video.sound.loudness import CEILING, TARGET_LUFS, levelled, limited, loudness_lufs
from renderers.video.sound.resample import resampled


def both(samples):
    """The same in both channels, with a second of silence around."""
    return np.stack([np.pad(samples, RATE_HZ)] * 2)


@pytest.mark.parametrize(("hertz", "level_db"), [(997, -23), (100, -20), (60, -26), (4_000, -30), (9_000, -20)])
def test_a_tone_is_as_loud_as_ffmpeg_says(tone, metered, hertz, level_db):
    samples = tone(hertz, 3.0, level_db)
    assert loudness_lufs(samples) == pytest.approx(metered(both(samples))[0], abs=0.15)


def test_speech_with_pauses_is_as_loud_as_ffmpeg_says(babble, metered):
    said = resampled(babble(2.0))
    samples = np.concatenate([said, np.zeros(RATE_HZ, np.float32), said * np.float32(0.2)])
    assert loudness_lufs(samples) == pytest.approx(metered(both(samples))[0], abs=0.15)


def test_two_channels_are_measured_as_they_are(tone, metered):
    planes = np.stack([tone(500, 2.0, -20), tone(700, 2.0, -30)])
    assert loudness_lufs(planes) == pytest.approx(metered(np.pad(planes, ((0, 0), (RATE_HZ, RATE_HZ))))[0], abs=0.15)


@pytest.mark.parametrize("level", [0.02, 0.2, 1.0])
@pytest.mark.parametrize("seconds", [0.3, 1.0, 4.0])
def test_every_phrase_comes_out_at_the_target(babble, metered, level, seconds):
    made = levelled(resampled(babble(seconds, level=level)))
    loudness, peak_db = metered(both(made))
    assert loudness == pytest.approx(TARGET_LUFS, abs=0.5)
    assert peak_db <= -1.0
    assert np.abs(made).max() <= CEILING + 1e-4


def test_silence_stays_silent_and_its_loudness_is_nothing():
    silence = np.zeros(RATE_HZ, dtype=np.float32)
    assert math.isinf(loudness_lufs(silence))
    assert not levelled(silence).any()


def test_the_limiter_leaves_alone_what_is_low_enough(tone):
    samples = tone(300, 0.5, -6)
    assert limited(samples) is samples


def test_the_limiter_holds_every_peak_and_bends_the_gain_without_a_step(tone):
    samples = tone(80, 1.0, -12)
    samples[20_000:20_400] *= 7
    samples[-5:] = 1.4
    made = limited(samples)
    assert np.abs(made).max() <= CEILING + 1e-4
    assert np.array_equal(made[:18_000], samples[:18_000])
    heard = np.abs(samples) > 0.05
    gain = np.where(heard, made / np.where(heard, samples, 1), np.nan)
    steps = np.abs(np.diff(gain))
    assert np.nanmax(steps) < 0.01
    assert np.nanmin(gain) < 0.6


def test_the_limiter_gives_both_channels_one_gain(tone):
    planes = np.stack([tone(200, 0.5, 0), tone(200, 0.5, -40)])
    made = limited(planes)
    assert made.shape == planes.shape
    assert np.abs(made[0]).max() <= CEILING + 1e-4
    loud = np.abs(planes[1]) > 0.005
    assert np.allclose(made[0][loud] / planes[0][loud], made[1][loud] / planes[1][loud], atol=1e-4)
