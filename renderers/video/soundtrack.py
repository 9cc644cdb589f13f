"""Spoken phrases on one track: 48 kHz, placed to the sample."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.contracts import Speech
from renderers.video.timeline import SpokenPhrase

RATE_HZ = 48_000
CEILING = 0.85  # of full scale: 1.4 dB for what encoding adds, and for music under the voice
_FADE_S = 0.004  # so that a phrase cut in its sound doesn't click

Samples: TypeAlias = NDArray[np.float32]


def voice_track(spoken: Iterable[SpokenPhrase], seconds: float) -> Samples:
    """Return the narration: (n,) float32 at 48 kHz, `seconds` long, no louder than `CEILING` anywhere."""
    track = np.zeros(round(seconds * RATE_HZ), dtype=np.float32)
    for one in spoken:
        samples = resampled(one.speech)
        first = round(one.start_s * RATE_HZ)
        part = samples[: max(0, len(track) - first)]
        track[first : first + len(part)] += part
    peak = float(np.abs(track).max(initial=0.0))
    return track * np.float32(CEILING / peak) if peak > CEILING else track


def resampled(speech: Speech) -> Samples:
    """Return speech at 48 kHz: (n,) float32. Band-limited by its spectrum, so nothing rings above it."""
    source = np.frombuffer(speech.samples, dtype="<i2").astype(np.float64) / 32768
    if not len(source):
        return np.zeros(0, dtype=np.float32)
    count = round(len(source) * RATE_HZ / speech.rate_hz)
    if speech.rate_hz != RATE_HZ:
        spectrum = np.fft.rfft(source)
        kept = np.zeros(count // 2 + 1, dtype=np.complex128)
        shared = min(len(spectrum), len(kept))
        kept[:shared] = spectrum[:shared]
        source = np.fft.irfft(kept, count) * (count / len(source))
    edge = min(len(source) // 2, round(_FADE_S * RATE_HZ))
    ramp = np.linspace(0, 1, edge, endpoint=False)
    source[:edge] *= ramp
    source[len(source) - edge :] *= ramp[::-1]
    return source.astype(np.float32)
