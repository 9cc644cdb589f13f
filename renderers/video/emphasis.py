"""What draws attention to an element that stands still: a pulse, a glow, an underline.

An emphasis is a piece of its own, so that what it stresses is not painted anew. A pulse and a glow
are gone when they are over: the held picture does not know of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from PIL import Image, ImageFilter

from renderers.video.canvas import Canvas
from renderers.video.frame import Frame, Rect
from renderers.video.layer import RGB, Layer, digest
from renderers.video.motion import ease
from renderers.video.pieces import LayerPiece, Piece
from renderers.video.shapes import Palette, outlined, rounded, rounded_mask
from renderers.video.storyboard import EmphasisElement, EmphasisKind, Entrance

_PULSE_PX, _PULSE_LINE_PX = 16, 7  # how far the ring goes, and its line at first
_GLOW_PX = 26  # how far the light reaches
_GLOW_OPACITY = 0.42
_LINE_SHARE = 0.05  # thickness of an underline, of the height of what it underlines


def emphasised(element: EmphasisElement, target: Rect, frame: Frame, palette: Palette) -> Piece:
    """Return the piece that stresses what fills `target`."""
    colour = palette.token(element.colour)
    if element.kind is EmphasisKind.UNDERLINE:
        return _underline(element, target, frame, colour)
    radius = frame.px(palette.brand.radius_px * 1.5)
    piece = PulsePiece if element.kind is EmphasisKind.PULSE else GlowPiece
    return piece(element.entrance, target, frame, colour, radius)


def _underline(element: EmphasisElement, target: Rect, frame: Frame, colour: RGB) -> LayerPiece:
    line = max(frame.px(4), round(target.height * _LINE_SHARE))
    layer = rounded(target.width, line, line // 2, colour)
    return LayerPiece(element.entrance, Rect(target.left, target.bottom - line, target.width, line), layer, frame)


@dataclass(slots=True)
class _Passing:
    """What surrounds an element for a while and is gone. `rect` is the element's."""

    entrance: Entrance
    rect: Rect
    frame: Frame
    colour: RGB
    radius: int
    kind: ClassVar[EmphasisKind]
    reach_px: ClassVar[int]

    @property
    def reach(self) -> Rect:
        """All pixels that it can touch, at any progress."""
        return _grown(self.rect, self.frame.px(self.reach_px))

    @property
    def rest(self) -> Rect:
        """Nothing: it is gone when it is over."""
        return Rect(self.rect.left, self.rect.top, 0, 0)

    @property
    def key(self) -> bytes:
        """What decides its pixels besides place and times."""
        size, ease = (self.rect.width, self.rect.height), self.entrance.ease.value
        return digest(self.kind.value, size, self.colour, self.radius, self.frame.unit, ease)

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        self.rect = Rect(left, top, self.rect.width, self.rect.height)


@dataclass(slots=True)
class PulsePiece(_Passing):
    """A ring that leaves the edge of an element and fades."""

    kind = EmphasisKind.PULSE
    reach_px = _PULSE_PX

    def draw(self, canvas: Canvas, progress: float) -> None:
        """Draw the ring as far out as it has come."""
        out = round(self.frame.px(_PULSE_PX) * ease(self.entrance.ease, progress))
        line = min(out, max(1, round(self.frame.px(_PULSE_LINE_PX) * (1 - progress / 2))))
        if line and progress < 1:
            area = _grown(self.rect, out)
            ring = outlined(area.width, area.height, self.radius + out, line, self.colour)
            canvas.lay(ring, area.left, area.top, 1 - progress)


@dataclass(slots=True)
class GlowPiece(_Passing):
    """A light behind an element that comes and goes."""

    kind = EmphasisKind.GLOW
    reach_px = _GLOW_PX
    _light: Layer | None = None

    def draw(self, canvas: Canvas, progress: float) -> None:
        """Draw the light as strong as it is."""
        strength = math.sin(math.pi * ease(self.entrance.ease, progress))
        if strength <= 0 or progress >= 1:
            return
        if self._light is None:
            self._light = self._lit()
        area = self.reach
        canvas.lay(self._light, area.left, area.top, round(strength * _GLOW_OPACITY, 4))

    def _lit(self) -> Layer:
        """Return the light: the element's shape with soft edges, at most half as far as its reach on either side."""
        soft = self.frame.px(_GLOW_PX)
        mask = Image.new("L", (self.rect.width + 2 * soft, self.rect.height + 2 * soft), 0)
        shape = rounded_mask(self.rect.width + soft, self.rect.height + soft, self.radius + soft // 2)
        mask.paste(shape, (soft - soft // 2, soft - soft // 2))
        mask = mask.filter(ImageFilter.GaussianBlur(soft / 6))
        return Layer(
            mask, self.colour, digest("light", self.rect.width, self.rect.height, self.radius, soft, self.colour)
        )


def _grown(rect: Rect, by: int) -> Rect:
    return Rect(rect.left - by, rect.top - by, rect.width + 2 * by, rect.height + 2 * by)
