"""Sounds for tests: tones, a stand-in for speech, and ffmpeg's own meter."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from engine.contracts import Speech
from renderers.video.sound.aac import Samples
from renderers.video.sound.clock import RATE_HZ


@pytest.fixture
def tone() -> Callable[..., Samples]:
    """A maker of tones: `tone(hertz, seconds, level_db)` as (n,) float32 at 48 kHz."""

    def make(hertz: float, seconds: float, level_db: float = -20.0) -> Samples:
        wave = np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ) * 10 ** (level_db / 20)
        return wave.astype(np.float32)

    return make


@pytest.fixture
def babble() -> Callable[..., Speech]:
    """A maker of speech-like sound: pulses with a moving pitch under syllables, quiet at both ends."""

    def make(seconds: float, rate_hz: int = 22_050, level: float = 0.5, seed: int = 1) -> Speech:
        t = np.arange(round(seconds * rate_hz)) / rate_hz
        chance = np.random.default_rng(seed)
        pitch = 2 * np.pi * np.cumsum(120 + 25 * np.sin(2 * np.pi * 0.9 * t)) / rate_hz
        voiced = sum(np.sin(k * pitch) / k for k in range(1, 25))
        syllables = np.clip(np.sin(2 * np.pi * 3.1 * t), 0, 1) * np.clip(np.minimum(t, t[::-1]) * 20, 0, 1)
        sound = (voiced / 2 + chance.normal(0, 0.05, len(t))) * syllables * level
        return Speech((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes(), rate_hz)

    return make


@pytest.fixture
def metered(tmp_path: Path) -> Callable[[Samples], tuple[float, float]]:
    """ffmpeg's ebur128: integrated loudness in LUFS and true peak in dB of (2, n) float32."""

    def measure(samples: Samples) -> tuple[float, float]:
        path = tmp_path / "sound.f32"
        path.write_bytes(np.ascontiguousarray(samples.T, dtype="<f4").tobytes())
        done = subprocess.run(
            [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", "-f", "f32le", "-ar", str(RATE_HZ), "-ac",
             "2", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        loudness = re.findall(r"I:\s+(-?[\d.]+) LUFS", done.stderr)[-1]
        return float(loudness), float(re.findall(r"Peak:\s+(-?[\d.]+) dBFS", done.stderr)[-1])

    return measure
