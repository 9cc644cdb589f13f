"""How loud sound is, and bringing it to one loudness.

The rule: each phrase is brought to -16 LUFS by itself, its peaks held under -1.5 dB of full scale by a limiter
that looks ahead; so every video is at -16 LUFS, whoever speaks and however much. Loudness is that of ITU-R
BS.1770-4: K-weighted energy in blocks of 400 ms every 100 ms, gated at -70 LUFS and at 10 LU below the mean.
"""

from __future__ import annotations

import functools
import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from renderers.video.sound.aac import CHANNELS, Samples
from renderers.video.sound.clock import RATE_HZ

TARGET_LUFS: Final = -16.0
CEILING: Final = 0.84  # -1.5 dB: half a decibel for what coding adds and for peaks between samples
_HOP: Final = RATE_HZ // 10
_HOPS_A_BLOCK: Final = 4
_OFFSET: Final = -0.691  # of the standard, so that a full-scale 1 kHz tone on one channel is -3.01 LUFS
_ABSOLUTE_GATE: Final = -70.0
_RELATIVE_GATE: Final = -10.0
_FOR_VOICES: Final = 2  # every other sample: at most 12 kHz
_NEAR_LU: Final = 0.2  # nobody hears it
_STEP: Final = 32  # samples for which the limiter decides at once: 0.7 ms
_AHEAD: Final = 4  # steps that the limiter looks ahead and holds on


def loudness_lufs(samples: Samples, every: int = 1) -> float:
    """Return the integrated loudness of samples: (n,) float32, the same in both channels, or (2, n).

    Silence is taken to stand before and after, as it does on a track. -inf for what never passes the gate. The
    weighting is done on the spectrum of each 100 ms, which differs from a running filter by under 0.1 LU.
    `every` 2 looks at every other sample, which is enough for a voice: it ends below 12 kHz.
    """
    planes = np.atleast_2d(samples)[:, ::every]
    hop = _HOP // every
    around = (_HOPS_A_BLOCK - 1) * hop
    hops = -(-planes.shape[1] // hop) + 2 * (_HOPS_A_BLOCK - 1)
    energy = np.zeros(hops)
    for plane in planes:
        padded = np.zeros(hops * hop, dtype=np.float32)
        padded[around : around + len(plane)] = plane
        spectrum = np.fft.rfft(padded.reshape(hops, hop), axis=1)
        power = spectrum.real**2 + spectrum.imag**2
        energy += (power * _weights(every)).sum(axis=1, dtype=np.float64)  # not by BLAS, whose threads wait busily
    energy *= CHANNELS / len(planes)
    sums = np.concatenate(([0.0], np.cumsum(energy)))
    blocks = (sums[_HOPS_A_BLOCK:] - sums[:-_HOPS_A_BLOCK]) / _HOPS_A_BLOCK
    loud = blocks[blocks > _power(_ABSOLUTE_GATE)]
    if not loud.size:
        return -math.inf
    loud = loud[loud > loud.mean() * 10 ** (_RELATIVE_GATE / 10)]
    return _OFFSET + 10 * math.log10(float(loud.mean()))


def levelled(samples: Samples, target_lufs: float = TARGET_LUFS) -> Samples:
    """Return samples at the target; silence stays so. (n,) float32 for a voice in both channels of a track, or (2, n).

    The limiter takes some loudness away, so its outcome is measured once and the gain corrected.
    """
    found = loudness_lufs(samples, _FOR_VOICES)
    if math.isinf(found):
        return samples
    gain_db = target_lufs - found
    made = limited(samples * np.float32(10 ** (gain_db / 20)))
    short_lu = target_lufs - loudness_lufs(made, _FOR_VOICES)
    if abs(short_lu) < _NEAR_LU:
        return made
    return limited(samples * np.float32(10 ** ((gain_db + short_lu) / 20)))


def limited(samples: Samples, ceiling: float = CEILING) -> Samples:
    """Return samples, (n,) or (2, n) float32, whose peaks are no higher than `ceiling`; the rest is left alone.

    The gain falls and rises over some three milliseconds, and is the same for all channels.
    """
    planes = np.atleast_2d(samples)
    peak = np.abs(planes).max(axis=0)
    if peak.max(initial=0.0) <= ceiling:
        return samples
    count = planes.shape[1]
    steps = -(-count // _STEP)
    padded = np.zeros((len(planes), steps * _STEP), dtype=np.float32)
    padded[:, :count] = planes
    peaks = np.zeros(steps * _STEP, dtype=np.float32)
    peaks[:count] = peak
    needed = np.minimum(1.0, ceiling / np.maximum(peaks.reshape(steps, _STEP).max(axis=1), 1e-9))
    held = np.pad(needed, _AHEAD, constant_values=1.0)
    lowest = np.min([held[at : at + steps] for at in range(2 * _AHEAD + 1)], axis=0)
    # A mean over fewer steps than the minimum reaches is above the need of neither step that meets at its place,
    # so the line between two such means is nowhere above the need of the step that it crosses.
    wide = np.pad(lowest, _AHEAD - 1, mode="edge")
    width = 2 * _AHEAD - 1
    smooth = np.mean([wide[at : at + steps] for at in range(width)], axis=0)
    nodes = np.concatenate((smooth, smooth[-1:]))
    bent = np.flatnonzero(np.minimum(nodes[:-1], nodes[1:]) < 1.0)
    ramp = np.arange(_STEP) / _STEP
    gain = (nodes[bent, None] * (1 - ramp) + nodes[bent + 1, None] * ramp).astype(np.float32)
    padded.reshape(len(planes), steps, _STEP)[:, bent] *= gain
    made = padded[:, :count]
    return made if samples.ndim == 2 else made[0]


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


@functools.cache
def _weights(every: int) -> Samples:
    """Return what each frequency of 100 ms adds to the mean square, K-weighted: the standard's two filters."""
    hop = _HOP // every
    z = np.exp(-2j * np.pi * np.arange(hop // 2 + 1) / _HOP)
    shelf = _response(z, (1.53512485958697, -2.69169618940638, 1.19839281085285), (-1.69065929318241, 0.73248077421585))
    high_pass = _response(z, (1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621))
    both_sides = np.full(len(z), 2.0)
    both_sides[[0, -1]] = 1.0
    weights: Samples = (both_sides * np.abs(shelf * high_pass) ** 2 / hop**2).astype(np.float32)
    return weights


def _response(z: NDArray[np.complex128], b: tuple[float, float, float], a: tuple[float, float]) -> Any:
    return (b[0] + b[1] * z + b[2] * z**2) / (1 + a[0] * z + a[1] * z**2)
