"""The pictures of a video, scene by scene: runs are painted and encoded where they aren't known, and spliced."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from renderers.video.canvas import Canvas, Clipped, YuvCanvas, even_areas
from renderers.video.fast.differences import SETTINGS, Differences
from renderers.video.fast.encoder import Encoders, settings
from renderers.video.fast.mp4 import Sample, length_prefixed
from renderers.video.fast.parameters import ParameterSets
from renderers.video.fast.plan import MACROBLOCK, Run, ScenePlan, key_of
from renderers.video.fast.runs import EncodedRun, Runs
from renderers.video.fast.slices import Picture, SliceData, skip_slice, write_slice
from renderers.video.frame import Frame, Rect
from renderers.video.pieces import Piece, changed

if TYPE_CHECKING:
    from renderers.video.likeness import Planes

TICKS: Final = 512  # of the video's clock in a frame, as ffmpeg counts them


@dataclass(frozen=True, slots=True)
class PaintedScene:
    """What a scene's pictures are painted from: its ground, by a key of its own, and its pieces in order.

    `personal` are the places of the pieces that may be one customer's.
    """

    pieces: tuple[Piece, ...]
    ground_key: bytes
    yuv_ground: YuvCanvas
    personal: frozenset[int] = frozenset()

    def picture(self, states: Sequence[float]) -> Planes:
        """Return the whole picture with each piece at a progress, before it is encoded: luma, blue, red."""
        canvas = self.yuv_ground.copy()
        for piece, state in zip(self.pieces, states, strict=True):
            if state > 0:
                piece.draw(canvas, state)
        luma, blue, red = (np.array(plane, dtype=np.uint8) for plane in (canvas.luma, canvas.blue, canvas.red))
        return luma, blue, red


@dataclass(frozen=True, slots=True)
class _Part:
    """A slice of a picture and the rows of macroblocks that it covers."""

    row: int
    rows: int
    data: SliceData


class Film:
    """Makes the samples of scenes of one rendition in one worker."""

    def __init__(self, frame: Frame, frames_per_second: int, runs: Runs) -> None:
        self.frame = frame
        self.runs = runs
        self.encoders = Encoders(frame.width, frames_per_second)
        self._columns = -(-frame.width // MACROBLOCK)
        self._rows = -(-frame.height // MACROBLOCK)
        self._base = YuvCanvas(frame.width, frame.height)

    @functools.cached_property
    def parameters(self) -> ParameterSets:
        """The parameter sets of whole pictures, which a video bears. Raises `RenderError` (R470, R471)."""
        return self.encoders.of(self.frame.height).parameters

    def samples(self, scene: PaintedScene, plan: ScenePlan, count: int, idr_id: int, constant: bool) -> list[Sample]:
        """Return the samples of a scene `count` frames long.

        A frame that differs from none before it is no sample: the one before lasts longer, or with
        `constant` a picture of nothing but skipped macroblocks stands for it.
        """
        pictures = self._pictures(scene, plan)
        changed = sorted(frame for frame in pictures if frame < count)
        made: list[Sample] = []
        syntax = self.parameters.syntax
        for frame, after in zip(changed, [*changed[1:], count], strict=True):
            picture = Picture(len(made) % (1 << syntax.frame_number_bits), not made, idr_id)
            data = self._picture(pictures[frame], picture)
            made.append(Sample(data, TICKS if constant else (after - frame) * TICKS, not made))
            for _ in range(after - frame - 1 if constant else 0):
                number = len(made) % (1 << syntax.frame_number_bits)
                made.append(Sample(self._picture([], Picture(number, False)), TICKS, False))
        return made

    def _pictures(self, scene: PaintedScene, plan: ScenePlan) -> dict[int, list[_Part]]:
        """Return the slices that differ, by frame of the scene."""
        pictures: dict[int, list[_Part]] = {}
        for run in (plan.opening, *plan.runs):
            for offset, data in enumerate(self.run(scene, run)):
                if data is not None:
                    pictures.setdefault(run.first + offset, []).append(_Part(run.row, run.rows, data))
        return pictures

    def run(self, scene: PaintedScene, run: Run) -> EncodedRun:
        """Return a run of a scene, encoded."""
        key = self._key(scene, run)
        is_shared = scene.personal.isdisjoint(run.members)
        return self.runs.get(key, lambda: tuple(self._encoded(scene, run)), is_shared=is_shared)

    def seen(self, scene: PaintedScene, run: Run) -> EncodedRun:
        """Return a run that was just encoded, without counting it as met once more."""
        return self.runs.peek(self._key(scene, run)) or tuple(self._encoded(scene, run))

    def _key(self, scene: PaintedScene, run: Run) -> str:
        return key_of(run, scene.pieces, scene.ground_key, self.frame, f"{settings()} {SETTINGS}")

    @functools.cached_property
    def differences(self) -> Differences:
        """What codes the pictures of a run that refer to the frame before it. Raises `RenderError` (R470, R471)."""
        return Differences(self.frame.width, self.frame.height, self.parameters.syntax)

    def _encoded(self, scene: PaintedScene, run: Run) -> Iterator[SliceData | None]:
        if run.before is not None:
            coder = self.differences
            painted = self.painted(scene, run, coder.canvas_at(run.row * MACROBLOCK, self.height_of(run)))
            yield from coder.coded(painted)
            return
        encoder, begins = self.encoders.of(self.height_of(run)), True
        for is_changed in self.painted(scene, run, encoder.canvas_at(run.row * MACROBLOCK)):
            yield encoder.encode(begins) if is_changed else None
            begins = False

    def painted(self, scene: PaintedScene, run: Run, canvas: YuvCanvas) -> Iterator[bool]:
        """Paint the pictures of a run one after another into `canvas`; yield whether it changed since the last.

        Where a run has a state `before` its first frame, that is painted and yielded first.
        """
        pieces = [scene.pieces[member] for member in run.members]
        shown = run.states if run.before is None else (run.before, *run.states)
        moving = [len(set(states)) > 1 for states in zip(*shown, strict=True)]
        base = self._still(scene, run)
        later = _painted_later(pieces, moving)
        for index, piece in enumerate(pieces):
            if index not in later and shown[0][index] > 0:
                piece.draw(base, shown[0][index])
        canvas.copy_from(base, canvas.area)
        last: tuple[float, ...] | None = None
        for states in shown:
            if states == last:
                yield False
                continue
            part: Canvas = canvas
            if last is not None:
                pairs = ((pieces[index], last[index], states[index]) for index in later)
                areas = even_areas(area for pair in pairs for area in changed(*pair))
                for area in areas:
                    canvas.copy_from(base, area)
                part = Clipped(canvas, areas)
            for index in later:
                if states[index] > 0:
                    pieces[index].draw(part, states[index])
            last = states
            yield True

    def _still(self, scene: PaintedScene, run: Run) -> YuvCanvas:
        """Return a canvas that shows the ground in a run's band."""
        base = self._base
        base.copy_from(scene.yuv_ground, Rect(0, run.row * MACROBLOCK, base.width, self.height_of(run)))
        return base

    def height_of(self, run: Run) -> int:
        """Return the height of a run's band in pixels: the last row of macroblocks may be cut by the picture."""
        return min(self.frame.height - run.row * MACROBLOCK, run.rows * MACROBLOCK)

    def _picture(self, parts: list[_Part], picture: Picture) -> bytes:
        """Return a picture's slices from top to bottom, what no part covers being skipped."""
        syntax, units, row = self.parameters.syntax, [], 0
        for part in sorted(parts, key=lambda part: part.row):
            if part.row > row:
                units.append(self._skipped(row, part.row, picture))
            units.append(write_slice(part.data, part.row * self._columns, picture, syntax))
            row = part.row + part.rows
        if row < self._rows:
            units.append(self._skipped(row, self._rows, picture))
        return length_prefixed(units)

    def _skipped(self, row: int, end: int, picture: Picture) -> bytes:
        count = (end - row) * self._columns
        return skip_slice(row * self._columns, count, picture.frame_number, self.parameters.syntax)


def _painted_later(pieces: Sequence[Piece], moving: Sequence[bool]) -> tuple[int, ...]:
    """Return the pieces that are painted anew in each picture: what moves, and what lies over it."""
    later: list[int] = []
    for index, piece in enumerate(pieces):
        if moving[index] or any(pieces[other].reach.common(piece.reach).width for other in later):
            later.append(index)
    return tuple(later)
