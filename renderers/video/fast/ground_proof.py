"""Proof that bands can be spliced over a ground: made on it, decoded, compared with what was painted.

x264 sees only its band and repeats the band's edge where vectors point past it; over a ground that differs
much from row to row the decoder would show something else there. So before a ground is trusted, a scene with
much motion near the edges of its bands is made on it. The answer depends on the ground alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from renderers.video.canvas import Canvas, YuvCanvas
from renderers.video.fast.encoder import BandEncoder
from renderers.video.fast.film import Film, PaintedScene
from renderers.video.fast.mp4 import Sample
from renderers.video.fast.plan import MACROBLOCK, Run, plan_scene, track_of
from renderers.video.fast.slices import Picture, write_slice
from renderers.video.frame import Rect
from renderers.video.layer import Layer, digest
from renderers.video.motion import ease_out
from renderers.video.pieces import Piece
from renderers.video.storyboard import Entrance, EntranceKind

_RATE: Final = 25
_RISE_PX: Final = 28
_STRIP: Final = 8  # rows
WORST_ERROR: Final = 1.0  # mean squared error of luma in a strip: less than the encoder's own

Luma: TypeAlias = NDArray[np.uint8]  # (height, width)


@dataclass(slots=True)
class _Pattern:
    """Bars that rise quickly, as text does: much detail, all of it moving towards the border of its band."""

    entrance: Entrance
    rect: Rect
    layer: Layer
    key: bytes

    @property
    def reach(self) -> Rect:
        return Rect(self.rect.left, self.rect.top - _RISE_PX, self.rect.width, self.rect.height + 2 * _RISE_PX)

    @property
    def rest(self) -> Rect:
        return self.reach

    def move_to(self, left: int, top: int) -> None:
        raise NotImplementedError

    def draw(self, canvas: Canvas, progress: float) -> None:
        down = round(_RISE_PX * (1 - 2 * ease_out(progress)))
        canvas.lay(self.layer, self.rect.left, self.rect.top + down, min(1.0, 0.2 + progress))


def is_proven(film: Film, ground_key: bytes, ground: YuvCanvas) -> bool:
    """Return whether bands over a ground come out as they were painted."""
    width, height = film.frame.width, film.frame.height
    layer = _bars(width * 3 // 4 & ~1, height // 9)
    places = (height // 4, height * 5 // 8)
    pieces: tuple[Piece, ...] = tuple(
        _Pattern(Entrance(EntranceKind.WIPE, 0.4 * number, 0.4), Rect(width // 8, top, layer.width, layer.height),
                 layer, layer.key)
        for number, top in enumerate(places)
    )  # fmt: skip
    scene = PaintedScene(pieces, ground_key, ground)
    plan = plan_scene(pieces, [track_of(i, piece.entrance, _RATE) for i, piece in enumerate(pieces)], film.frame)
    if not plan.runs:
        return False
    count = max(run.end for run in plan.runs)
    units = _units(film.samples(scene, plan, count, 0, constant=True))
    whole = film.encoders.of(film.frame.height)
    # Decoded anew for each run: all pictures at once would be the most memory that a worker ever needs.
    return all(_difference(film, scene, run, _decoded(whole, units)) <= WORST_ERROR for run in plan.runs)


def _difference(film: Film, scene: PaintedScene, run: Run, spliced: Iterator[Luma]) -> float:
    """Return the largest mean squared error of a strip of rows: a band in the picture against the band alone."""
    encoder = film.encoders.of(film.height_of(run))
    syntax = encoder.parameters.syntax
    units, number = [], 0
    for data in film.run(scene, run):
        if data is not None:
            number = 0 if data.is_intra else (number + 1) % (1 << syntax.frame_number_bits)
            units.append([write_slice(data, 0, Picture(number, data.is_intra), syntax)])
    alone = _decoded(encoder, units)
    changed = {run.first + offset for offset, data in enumerate(film.run(scene, run)) if data is not None}
    shown = (picture for frame, picture in enumerate(spliced) if frame in changed)
    top, rows = run.row * MACROBLOCK, film.height_of(run) // _STRIP * _STRIP
    worst = 0.0
    for whole, picture in zip(shown, alone, strict=True):
        error = (whole[top : top + rows].astype(np.float32) - picture[:rows]) ** 2
        worst = max(worst, float(error.reshape(rows // _STRIP, -1).mean(axis=1).max()))
    return worst


def _units(samples: list[Sample]) -> list[list[bytes]]:
    """Return the NAL units of each sample."""
    pictures = []
    for sample in samples:
        units, place = [], 0
        while place < len(sample.data):
            end = place + 4 + int.from_bytes(sample.data[place : place + 4])
            units.append(sample.data[place + 4 : end])
            place = end
        pictures.append(units)
    return pictures


def _decoded(encoder: BandEncoder, pictures: list[list[bytes]]) -> Iterator[Luma]:
    """Yield the luma of pictures that are given as NAL units."""
    import av

    context = av.CodecContext.create("h264", "r")
    sets: list[bytes] = [encoder.parameters.sps, encoder.parameters.pps]
    for units in [*pictures, []]:
        packet = av.Packet(b"".join(b"\0\0\0\1" + unit for unit in [*sets, *units])) if units else None
        for frame in context.decode(packet):
            yield frame.to_ndarray()[: encoder.height, : encoder.width].astype(np.uint8)
        sets = []


def _bars(width: int, height: int) -> Layer:
    """Return upright and slanted bars of several widths."""
    xs, ys = np.arange(width)[None, :], np.arange(height)[:, None]
    mask = ((xs * (3 + xs // 97 % 5) + ys * (xs // 61 % 3)) // 24 % 2 * 255).astype(np.uint8)
    return Layer(Image.fromarray(mask), (245, 245, 240), digest("ground proof", width, height))
