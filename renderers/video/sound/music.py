"""A bed of music under the voice: looped, lowered while something is said, faded in and out."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.audio.resampler import AudioResampler

from engine.errors import RenderError
from renderers.video.sound.aac import Samples
from renderers.video.sound.clock import FRAME, RATE_HZ
from renderers.video.sound.loudness import TARGET_LUFS, loudness_lufs

DUCKED_DB: Final = -9.0  # how much lower the bed is while something is said
ATTACK_S: Final = 0.25  # it is down when the voice begins
RELEASE_S: Final = 0.7  # and up again so long after; a pause shorter than both stays ducked
FADE_IN_S, FADE_OUT_S = 0.4, 1.5
LONGEST_BED_S: Final = 60  # of a song are kept in memory: 23 MB; longer videos hear it again
_SEAM: Final = 240  # samples, 5 ms, by which the bed is eased where it begins again: the beat stays, no click
_STEP: Final = 64  # samples: the gain is a line between points so far apart


@dataclass(frozen=True, slots=True)
class Music:
    """A file of music, and how loud it is against the voice where nobody speaks."""

    path: Path
    gain_db: float


def music_of(root: Path, name: str | None, gain_db: float) -> Music | None:
    """Return the music that a template set names. Raises `RenderError` (R409) for a file that is not in it."""
    if not name:
        return None
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise RenderError("R409", f"there is no music `{name}` in the template set", place="campaign.toml video.music")
    return Music(path, gain_db)


def bed(music: Music, said: Iterable[tuple[float, float]], seconds: float) -> Samples:
    """Return the bed of a video: (2, n) float32, its first frame silent. `said`: starts and ends in seconds.

    Raises `RenderError` (R409) for a file that can't be decoded.
    """
    known = music.path.stat()
    loop = _loop(music.path, known.st_mtime_ns, known.st_size)
    count = round(seconds * RATE_HZ)
    made = np.tile(loop, (1, -(-count // loop.shape[1])))[:, :count].astype(np.float32) / np.float32(32768)
    return made * _gain(music.gain_db, said, count)


def _gain(gain_db: float, said: Iterable[tuple[float, float]], count: int) -> Samples:
    """Return the factor of each sample: (count,) float32."""
    points = np.arange(0, count + _STEP, _STEP)
    at_s = points / RATE_HZ
    ducked = np.zeros(len(points))
    for start_s, end_s in _stretches(said):
        falling, rising = (at_s - (start_s - ATTACK_S)) / ATTACK_S, (end_s + RELEASE_S - at_s) / RELEASE_S
        ducked = np.maximum(ducked, np.clip(np.minimum(falling, rising), 0, 1))
    factors = 10 ** ((gain_db + DUCKED_DB * ducked) / 20)
    begin, end = FRAME / RATE_HZ, count / RATE_HZ
    factors *= np.clip((at_s - begin) / FADE_IN_S, 0, 1) * np.clip((end - at_s) / FADE_OUT_S, 0, 1)
    return np.interp(np.arange(count), points, factors).astype(np.float32)


def _stretches(said: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return when somebody speaks, without the pauses in which the bed would not be up again."""
    made: list[tuple[float, float]] = []
    for start_s, end_s in said:
        if made and start_s - made[-1][1] < ATTACK_S + RELEASE_S:
            made[-1] = (made[-1][0], end_s)
        else:
            made.append((start_s, end_s))
    return made


@functools.lru_cache(maxsize=1)
def _loop(path: Path, _mtime_ns: int, _size: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """Return the music at the loudness of the voice, eased at both ends: (2, n) int16."""
    samples = _decoded(path)
    loudness = loudness_lufs(samples)
    if not np.isfinite(loudness):
        raise RenderError("R409", "the music is silent", place=path.name, hint="choose another file")
    samples *= np.float32(min(10 ** ((TARGET_LUFS - loudness) / 20), 1 / max(float(np.abs(samples).max()), 1e-6)))
    edge = min(_SEAM, samples.shape[1] // 2)
    ramp = np.linspace(0, 1, edge, endpoint=False, dtype=np.float32)
    samples[:, :edge] *= ramp
    samples[:, samples.shape[1] - edge :] *= ramp[::-1]
    return (samples * 32767).astype(np.int16)


def _decoded(path: Path) -> Samples:
    resampler = AudioResampler(format="fltp", layout="stereo", rate=RATE_HZ)
    parts: list[Any] = []
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(audio=0):
                parts += [part.to_ndarray() for part in resampler.resample(frame)]
                if frame.time is not None and frame.time >= LONGEST_BED_S:
                    break
        parts += [part.to_ndarray() for part in resampler.resample(None)]
    except (av.FFmpegError, IndexError) as error:
        raise RenderError(
            "R409", "the music can't be decoded", place=path.name, hint="use MP3, WAV, OGG or M4A"
        ) from error
    if not parts:
        raise RenderError("R409", "the music holds no sound", place=path.name, hint="use MP3, WAV, OGG or M4A")
    return np.concatenate(parts, axis=1)[:, : LONGEST_BED_S * RATE_HZ].astype(np.float32)
