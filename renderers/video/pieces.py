"""What an element becomes on one rendition: a layer with its place, or something that moves in itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from PIL import Image

from renderers.video.frame import Frame, Rect
from renderers.video.motion import counting, ease_out, stagger
from renderers.video.shapes import RGB, lay
from renderers.video.storyboard import Entrance, EntranceKind
from renderers.video.typeface import FontBook
from renderers.video.typesetting import Setting, draw_setting

_SLIDE_PX = 26


class Piece(Protocol):
    """Something that can be drawn at a progress of its entrance, 1 being still."""

    entrance: Entrance
    rect: Rect

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        ...

    def draw(self, base: Image.Image, progress: float) -> None:
        """Draw it into an RGB picture."""
        ...


@dataclass(slots=True)
class LayerPiece:
    """One finished layer that fades, slides up or is wiped in. `rect` is what it fills, for layout."""

    entrance: Entrance
    rect: Rect
    layer: Image.Image
    frame: Frame

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        self.rect = Rect(left, top, self.rect.width, self.rect.height)

    def draw(self, base: Image.Image, progress: float) -> None:
        """Draw the layer in the state that its entrance gives it."""
        put_layer(base, self.layer, self.rect.left, self.rect.top, self.entrance.kind, progress, self.frame)


def put_layer(
    base: Image.Image, layer: Image.Image, left: int, top: int, kind: EntranceKind, progress: float, frame: Frame
) -> None:
    """Blend a layer into `base` as far as it has come in."""
    eased = ease_out(progress)
    if eased <= 0:
        return
    if progress >= 1 or kind is EntranceKind.NONE:
        lay(base, layer, left, top)
    elif kind is EntranceKind.SLIDE:
        lay(base, layer, left, top + round(frame.px(_SLIDE_PX) * (1 - eased)), eased)
    elif kind in (EntranceKind.WIPE, EntranceKind.GROW):
        width = round(layer.width * eased)
        if width:
            lay(base, layer.crop((0, 0, width, layer.height)), left, top)
    else:
        lay(base, layer, left, top, eased)


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
    _still: Image.Image | None = field(default=None)

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        self.rect = Rect(left, top, self.rect.width, self.rect.height)

    def draw(self, base: Image.Image, progress: float) -> None:
        """Draw the amount as far as it has counted; while it counts its first tenth it also fades in."""
        if self._still is None:
            self._still = draw_setting(self.book, self.setting, self.colour, self.align, self.rect.width)
        is_counted = progress >= 1 or len(self.setting.lines) != 1 or self.setting.is_cut
        layer = self._still if is_counted else self._counting(ease_out(progress))
        lay(base, layer, self.rect.left, self.rect.top, min(1.0, progress * 6))

    def _counting(self, eased: float) -> Image.Image:
        s = self.setting
        line = counting(self.text, eased)
        shown = Setting((line,), s.size_px, s.line_px, s.width, s.weight, s.figures)
        return draw_setting(self.book, shown, self.colour, self.align, self.rect.width)


@dataclass(slots=True)
class RowsPiece:
    """Rows that come in one after another."""

    entrance: Entrance
    rect: Rect
    rows: tuple[tuple[Image.Image, int, int], ...]
    frame: Frame

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        self.rect = Rect(left, top, self.rect.width, self.rect.height)

    def row_rects(self) -> tuple[Rect, ...]:
        """Return where each row stands, in order."""
        origin = self.rect
        return tuple(
            Rect(origin.left + left, origin.top + top, layer.width, layer.height) for layer, left, top in self.rows
        )

    def draw(self, base: Image.Image, progress: float) -> None:
        """Draw each row in its own state."""
        for index, (layer, left, top) in enumerate(self.rows):
            local = stagger(progress, index, len(self.rows), 0.6)
            put_layer(base, layer, self.rect.left + left, self.rect.top + top, self.entrance.kind, local, self.frame)
