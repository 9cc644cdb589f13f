"""What an element becomes on one rendition: a layer with its place, or something that moves in itself."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field
from typing import Protocol

from renderers.video.canvas import Canvas
from renderers.video.frame import Frame, Rect
from renderers.video.layer import RGB, Layer, digest
from renderers.video.motion import PAST, counting, ease, stagger
from renderers.video.storyboard import Ease, Entrance, EntranceKind
from renderers.video.typeface import FontBook
from renderers.video.typesetting import Setting, draw_setting, reach_of_counting

_SLIDE_PX = 26


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
        put_layer(canvas, self.layer, self.rect.left, self.rect.top, self.entrance, progress, self.frame)


def put_layer(
    canvas: Canvas, layer: Layer, left: int, top: int, entrance: Entrance, progress: float, frame: Frame
) -> None:
    """Lay a layer as far as it has come in."""
    kind, eased = entrance.kind, ease(entrance.ease, progress)
    if eased <= 0:
        return
    if progress >= 1 or kind is EntranceKind.NONE:
        canvas.lay(layer, left, top)
    elif kind is EntranceKind.SLIDE:
        canvas.lay(layer, left, top + round(slide_px(frame) * (1 - eased)), min(1.0, eased))
    elif kind in (EntranceKind.WIPE, EntranceKind.GROW):
        canvas.lay(layer, left, top, window=Rect(0, 0, round(layer.width * min(1.0, eased)), layer.height))
    else:
        canvas.lay(layer, left, top, min(1.0, eased))


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

    @property
    def still(self) -> Layer:
        """The amount counted."""
        if self._still is None:
            self._still = draw_setting(self.book, self.setting, self.colour, self.align, self.rect.width)
        return self._still

    @property
    def reach(self) -> Rect:
        """All pixels that it can touch, at any progress."""
        area = self.still.ink
        if self._counts:
            area = area.joined(reach_of_counting(self.setting, self.rect.width))
        return area.moved(self.rect.left, self.rect.top)

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
        """Draw the amount as far as it has counted; while it counts its first tenth it also fades in."""
        layer = self._counting(ease(self.entrance.ease, progress)) if self._counts and progress < 1 else self.still
        canvas.lay(layer, self.rect.left, self.rect.top, min(1.0, progress * 6))

    def _counting(self, eased: float) -> Layer:
        s = self.setting
        line = counting(self.text, eased)
        shown = Setting((line,), s.size_px, s.line_px, s.width, s.weight, s.figures)
        return draw_setting(self.book, shown, self.colour, self.align, self.rect.width)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: its layer, and where in the list it stands."""

    layer: Layer
    left: int
    top: int


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
        areas = (reach_of_layer(row.layer, self.entrance, self.frame).moved(row.left, row.top) for row in self.rows)
        return functools.reduce(Rect.joined, areas, Rect(0, 0, 0, 0)).moved(self.rect.left, self.rect.top)

    @property
    def rest(self) -> Rect:
        """All pixels that it touches once it stands still."""
        areas = (row.layer.ink.moved(row.left, row.top) for row in self.rows)
        return functools.reduce(Rect.joined, areas, Rect(0, 0, 0, 0)).moved(self.rect.left, self.rect.top)

    @property
    def key(self) -> bytes:
        """What decides its pixels besides place and times."""
        rows = [(row.layer.key, row.left, row.top) for row in self.rows]
        return digest("rows", rows, self.entrance.kind.value, self.entrance.ease.value, slide_px(self.frame))

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        self.rect = Rect(left, top, self.rect.width, self.rect.height)

    def row_rects(self) -> tuple[Rect, ...]:
        """Return where each row stands, in order."""
        return tuple(
            Rect(self.rect.left + row.left, self.rect.top + row.top, row.layer.width, row.layer.height)
            for row in self.rows
        )

    def draw(self, canvas: Canvas, progress: float) -> None:
        """Draw each row in its own state."""
        left, top = self.rect.left, self.rect.top
        for index, row in enumerate(self.rows):
            local = stagger(progress, index, len(self.rows), 0.6)
            put_layer(canvas, row.layer, left + row.left, top + row.top, self.entrance, local, self.frame)
