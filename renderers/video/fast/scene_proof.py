"""Proof of a scene: its spliced pictures are decoded, all of them, and held against what was painted.

In all pictures, rows in which nothing changes keep their bits, and a band is what it is decoded alone: so its encoder
saw it, and nothing beside it reached in. Three kinds of moments, the first picture, the middle of each run and the held
picture, are like what was painted before it was encoded. Of a moment in a run only its band is compared: the other
rows are those of a picture before.

What is found holds for all scenes that are cut into the same bands at the same times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from renderers.video.fast.decoder import decoded, units_of
from renderers.video.fast.film import TICKS, Film, PaintedScene
from renderers.video.fast.mp4 import Sample
from renderers.video.fast.plan import MACROBLOCK, Run, ScenePlan, Track
from renderers.video.fast.slices import Picture, write_slice
from renderers.video.likeness import LIKE_PAINTED, Plane, Planes, likeness

UNREADABLE: Final = "decoded, it stops at a fault"
MOVED: Final = "rows outside of its bands don't keep their bits"
OTHER: Final = "in the picture its bands are not what they are alone"
UNLIKE: Final = "decoded, it is not what was painted"
WORST_ERROR: Final = 1.0  # mean squared error of luma in a strip: less than the encoder's own
_STRIP: Final = 8  # rows


def fault_of(
    film: Film, scene: PaintedScene, plan: ScenePlan, tracks: Sequence[Track], samples: Sequence[Sample],
    least: float | None = LIKE_PAINTED,
) -> str:  # fmt: skip
    """Return why a scene's spliced samples can't be trusted, empty if they can. `least` is the SSIM asked for,
    None where how it was painted is of no matter.

    It takes some 0.2 s of a core at 720p, and 3 MB.
    """
    import av

    end = max(run.end for run in plan.runs)
    moving = [(frame, sample) for frame, sample in _timed(samples) if frame < end]
    pictures = decoded(film.parameters, units_of([sample for _, sample in moving]))
    moments = _moments(plan, [frame for frame, _ in moving], film.frame.height)
    # a run of differences has no vectors: nothing beside it can reach in, and it does not begin by itself
    alone = {run: _alone(film, scene, run) for run in plan.runs if run.before is None}
    before: Planes | None = None
    try:
        for (frame, _), shown in zip(moving, pictures, strict=True):
            changed = [run for run in plan.runs if _changes(run, frame)]
            if before is not None and not _keeps(before, shown, changed):
                return MOVED
            if any(_error(shown[0], next(alone[run])[0], run) > WORST_ERROR for run in changed if run in alone):
                return OTHER
            for top, bottom in moments.get(frame, ()):
                if least is not None and not _is_like(shown, scene.picture(_states(tracks, frame)), top, bottom, least):
                    return UNLIKE
            before = shown
    except (av.FFmpegError, ValueError):  # `ValueError`: more pictures or fewer than samples
        return UNREADABLE
    return ""


def _timed(samples: Sequence[Sample]) -> Iterator[tuple[int, Sample]]:
    """Yield samples with the frame of the scene that each begins with."""
    ticks = 0
    for sample in samples:
        yield ticks // TICKS, sample
        ticks += sample.duration


def _states(tracks: Sequence[Track], frame: int) -> list[float]:
    """Return the progress of each piece in a frame."""
    at = {track.piece: track.at(frame) for track in tracks}
    return [at[piece] for piece in range(len(at))]


def _moments(plan: ScenePlan, frames: Sequence[int], height: int) -> dict[int, list[tuple[int, int]]]:
    """Return which rows are looked at, by frame."""
    moments: dict[int, list[tuple[int, int]]] = {}
    for run in plan.runs:
        within = [frame for frame in frames if run.first <= frame < run.end]
        if within:
            moments.setdefault(within[len(within) // 2], []).append(_rows(run, height))
    return moments | {frames[0]: [(0, height)], frames[-1]: [(0, height)]}


def _rows(run: Run, height: int = 1 << 30) -> tuple[int, int]:
    return run.row * MACROBLOCK, min(height, (run.row + run.rows) * MACROBLOCK)


def _changes(run: Run, frame: int) -> bool:
    """Return whether a run has a picture of its own for a frame."""
    place = frame - run.first
    if not 0 <= place < len(run.states):
        return False
    return run.states[place] != (run.states[place - 1] if place else run.before)


def _alone(film: Film, scene: PaintedScene, run: Run) -> Iterator[Planes]:
    """Yield the pictures of a run as its encoder saw them: nothing above and below."""
    parameters = film.encoders.of(film.height_of(run)).parameters
    units, number = [], 0
    for data in film.seen(scene, run):
        if data is not None:
            number = 0 if data.is_intra else (number + 1) % (1 << parameters.syntax.frame_number_bits)
            units.append([write_slice(data, 0, Picture(number, data.is_intra), parameters.syntax)])
    return decoded(parameters, units)


def _error(shown: Plane, alone: Plane, run: Run) -> float:
    """Return the largest mean squared error of a strip of rows: a band in the picture against the band alone."""
    top, rows = run.row * MACROBLOCK, len(alone) // _STRIP * _STRIP
    if np.array_equal(shown[top : top + rows], alone[:rows]):
        return 0.0
    error = shown[top : top + rows].astype(np.int32) - alone[:rows]
    return float((error * error).reshape(rows // _STRIP, -1).mean(axis=1).max())


def _keeps(before: Planes, now: Planes, changed: Sequence[Run]) -> bool:
    """Return whether all rows are the same but those of runs that change."""
    for was, plane in zip(before, now, strict=True):
        share = len(now[0]) // len(plane)
        place = 0
        for top, bottom in [*sorted(_rows(run) for run in changed), (len(now[0]), 0)]:
            if not np.array_equal(was[place : top // share], plane[place : top // share]):
                return False
            place = max(place, bottom // share)
    return True


def _is_like(shown: Planes, wanted: Planes, top: int, bottom: int, least: float) -> bool:
    """Return whether rows are alike, in the mean of the whole picture and at each place."""
    found = likeness(_cut(shown, top, bottom), _cut(wanted, top, bottom))
    share = (bottom - top) / len(shown[0])
    return 1 - (1 - found.mean) * share >= least and found.is_near


def _cut(planes: Planes, top: int, bottom: int) -> Planes:
    luma, blue, red = planes
    return luma[top:bottom], blue[top // 2 : bottom // 2], red[top // 2 : bottom // 2]
