"""What an element becomes on one rendition: a layer with its place, or something that moves in itself."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from renderers.video.canvas import Canvas
from renderers.video.frame import Frame, Rect
from renderers.video.layer import RGB, Layer, Parts, digest
from renderers.video.motion import PAST, counting, ease, staggered
from renderers.video.storyboard import Ease, Entrance, EntranceKind
from renderers.video.typeface import FontBook
from renderers.video.typesetting import Setting, draw_setting, lay_line, reach_of_counting

_SLIDE_PX = 26
EDGE_PX = 16  # a moving edge keeps to these columns and rows of the picture: a macroblock is encoded once, not twice


class Piece(Protocol):
    """Something that can be drawn at a progress of its entrance, 1 being still."""

    entrance: Entrance
    rect: Rect

    @property
    def reach(self) -> Rect:
        """All pixels that it can touch, at any progress."""
        ...

    @property
    def rest(self) -> Rect:
        """All pixels that it touches once it stands still."""
        ...

    @property
    def key(self) -> bytes:
        """What decides its pixels besides its place and the times of its entrance.

        Pieces of equal key, rect and progress set equal pixels.
        """
        ...

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        ...

    def draw(self, canvas: Canvas, progress: float) -> None:
        """Draw it on a canvas."""
        ...


def changed(piece: Piece, before: float, after: float) -> tuple[Rect, ...]:
    """Return areas outside which a piece looks the same at both progresses.

    A piece of which only parts move at a time says so itself, by a method `changed`.
    """
    if before == after:
        return ()
    tell: Callable[[float, float], tuple[Rect, ...]] | None = getattr(piece, "changed", None)
    return tell(before, after) if tell else (piece.reach,)


@dataclass(slots=True)
class LayerPiece:
    """One finished layer that fades, slides up or is wiped in. `rect` is what it fills, for layout."""

    entrance: Entrance
    rect: Rect
    layer: Layer
    frame: Frame

    @property
    def reach(self) -> Rect:
        """All pixels that it can touch, at any progress."""
        return reach_of_layer(self.layer, self.entrance, self.frame).moved(self.rect.left, self.rect.top)

    @property
    def rest(self) -> Rect:
        """All pixels that it touches once it stands still."""
        return self.layer.ink.moved(self.rect.left, self.rect.top)

    @property
    def key(self) -> bytes:
        """What decides its pixels besides place and times."""
        return digest("layer", self.layer.key, self.entrance.kind.value, self.entrance.ease.value, slide_px(self.frame))

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        self.rect = Rect(left, top, self.rect.width, self.rect.height)

    def draw(self, canvas: Canvas, progress: float) -> None:
        """Draw the layer in the state that its entrance gives it."""
        put(canvas, ((self.layer, 0, 0),), self.rect, self.layer.width, self.entrance, progress, self.frame)


def put(
    canvas: Canvas, parts: Parts, at: Rect, width: int, entrance: Entrance, progress: float, frame: Frame
) -> None:  # fmt: skip
    """Lay layers that stand side by side in a box of `width`, with its corner at that of `at`, as far as it came in."""
    kind, eased = entrance.kind, ease(entrance.ease, progress)
    if eased <= 0:
        return
    down, opacity, seen = 0, min(1.0, eased), width
    if progress >= 1 or kind is EntranceKind.NONE:
        opacity = 1.0
    elif kind is EntranceKind.SLIDE:
        down = round(slide_px(frame) * (1 - eased))
    elif kind in (EntranceKind.WIPE, EntranceKind.GROW):
        opacity, seen = 1.0, round(width * opacity)
        seen += -(at.left + seen) % EDGE_PX
    for layer, left, top in parts:
        window = Rect(0, 0, seen - left, layer.height) if seen < width else None
        canvas.lay(layer, at.left + left, at.top + top + down, opacity, window)


def slide_px(frame: Frame) -> int:
    """Return how far below its place a sliding layer starts."""
    return frame.px(_SLIDE_PX)


def reach_of_layer(layer: Layer, entrance: Entrance, frame: Frame) -> Rect:
    """Return all pixels that a layer at 0, 0 can touch while it comes in."""
    if entrance.kind is not EntranceKind.SLIDE or not layer.ink.width:
        return layer.ink
    low = layer.ink.moved(0, slide_px(frame))
    if entrance.ease is not Ease.BACK:
        return layer.ink.joined(low)
    return layer.ink.moved(0, -math.ceil(slide_px(frame) * PAST)).joined(low)


@dataclass(slots=True)
class CounterPiece:
    """An amount that counts up in place."""

    entrance: Entrance
    rect: Rect
    text: str
    setting: Setting
    colour: RGB
    book: FontBook
    align: str
    _still: Layer | None = field(default=None)
    _area: Rect | None = field(default=None)

    @property
    def still(self) -> Layer:
        """The amount counted."""
        if self._still is None:
            self._still = draw_setting(self.book, self.setting, self.colour, self.align, self.rect.width)
        return self._still

    @property
    def reach(self) -> Rect:
        """All pixels that it can touch, at any progress."""
        if self._area is None:
            self._area = self.still.ink
            if self._counts:
                counting_area = reach_of_counting(self.book, self.setting, self.align, self.rect.width)
                self._area = self._area.joined(counting_area)
        return self._area.moved(self.rect.left, self.rect.top)

    @property
    def rest(self) -> Rect:
        """All pixels that it touches once it stands still."""
        return self.still.ink.moved(self.rect.left, self.rect.top)

    @property
    def key(self) -> bytes:
        """What decides its pixels besides place and times."""
        return digest("counter", self.still.key, self.text, self.align, self.rect.width, self.entrance.ease.value)

    @property
    def _counts(self) -> bool:
        return len(self.setting.lines) == 1 and not self.setting.is_cut

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        self.rect = Rect(left, top, self.rect.width, self.rect.height)

    def draw(self, canvas: Canvas, progress: float) -> None:
        """Draw the amount as far as it has counted."""
        if progress >= 1 or not self._counts:
            canvas.lay(self.still, self.rect.left, self.rect.top)
            return
        shown = replace(self.setting, lines=(counting(self.text, ease(self.entrance.ease, progress)),))
        lay_line(canvas, self.book, shown, self.colour, self.rect, self.align, 1.0)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: its layers with their places in it, and its own place in the list."""

    parts: Parts
    box: Rect


@dataclass(slots=True)
class RowsPiece:
    """Rows that come in one after another."""

    entrance: Entrance
    rect: Rect
    rows: tuple[Row, ...]
    frame: Frame

    @property
    def reach(self) -> Rect:
        """All pixels that it can touch, at any progress."""
        return functools.reduce(Rect.joined, self._reaches(), Rect(0, 0, 0, 0))

    @property
    def rest(self) -> Rect:
        """All pixels that it touches once it stands still."""
        area = Rect(0, 0, 0, 0)
        for row, at in zip(self.rows, self.row_rects(), strict=True):
            for layer, left, top in row.parts:
                area = area.joined(layer.ink.moved(at.left + left, at.top + top))
        return area

    def _reaches(self) -> list[Rect]:
        """Return all pixels that each row can touch, at any progress."""
        reaches = []
        for row, at in zip(self.rows, self.row_rects(), strict=True):
            area = Rect(0, 0, 0, 0)
            for layer, left, top in row.parts:
                area = area.joined(reach_of_layer(layer, self.entrance, self.frame).moved(left, top))
            reaches.append(area.moved(at.left, at.top))
        return reaches

    @property
    def key(self) -> bytes:
        """What decides its pixels besides place and times."""
        rows = [(row.box, [(layer.key, left, top) for layer, left, top in row.parts]) for row in self.rows]
        return digest("rows", rows, self.entrance.kind.value, self.entrance.ease.value, slide_px(self.frame))

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        self.rect = Rect(left, top, self.rect.width, self.rect.height)

    def row_rects(self) -> tuple[Rect, ...]:
        """Return where each row stands, in order."""
        return tuple(row.box.moved(self.rect.left, self.rect.top) for row in self.rows)

    def changed(self, before: float, after: float) -> tuple[Rect, ...]:
        """Return areas outside which it looks the same at both progresses."""
        states = zip(self._reaches(), self._locals(before), self._locals(after), strict=True)
        return tuple(area for area, one, other in states if one != other)

    def _locals(self, progress: float) -> tuple[float, ...]:
        return staggered(progress, len(self.rows), 0.6)

    def draw(self, canvas: Canvas, progress: float) -> None:
        """Draw each row in its own state."""
        for row, at, local in zip(self.rows, self.row_rects(), self._locals(progress), strict=True):
            put(canvas, row.parts, at, row.box.width, self.entrance, local, self.frame)
