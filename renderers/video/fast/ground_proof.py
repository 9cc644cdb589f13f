"""Proof that bands can be spliced over a ground: made on it, decoded, compared with what was painted.

x264 sees only its band and repeats the band's edge where vectors point past it; over a ground that differs
much from row to row the decoder would show something else there. So before a ground is trusted, a scene with
much motion near the edges of its bands is made on it: more than the first customer of a scene may bring, by whom
the scene itself is proven. The answer depends on the ground alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from renderers.video.canvas import Canvas, YuvCanvas
from renderers.video.fast.film import Film, PaintedScene
from renderers.video.fast.plan import plan_scene, track_of
from renderers.video.fast.scene_proof import fault_of
from renderers.video.frame import Rect
from renderers.video.layer import Layer, digest
from renderers.video.motion import ease_out
from renderers.video.pieces import Piece
from renderers.video.storyboard import Entrance, EntranceKind

_RATE: Final = 25
_RISE_PX: Final = 28


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
    tracks = [track_of(i, piece.entrance, _RATE) for i, piece in enumerate(pieces)]
    plan = plan_scene(pieces, tracks, film.frame)
    if not plan.runs:
        return False
    count = max(run.end for run in plan.runs)
    return not fault_of(film, scene, plan, tracks, film.samples(scene, plan, count, 0, constant=False), None)


def _bars(width: int, height: int) -> Layer:
    """Return upright and slanted bars of several widths."""
    xs, ys = np.arange(width)[None, :], np.arange(height)[:, None]
    mask = ((xs * (3 + xs // 97 % 5) + ys * (xs // 61 % 3)) // 24 % 2 * 255).astype(np.uint8)
    return Layer(Image.fromarray(mask), (245, 245, 240), digest("ground proof", width, height))
