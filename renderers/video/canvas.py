"""Where pieces lay their layers: the one place that knows the colours of a picture's pixels.

Pieces, text and layout are the same for every canvas, so that the reference and the fast path show
the same thing.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from renderers.video.frame import Rect
from renderers.video.layer import Layer


class Canvas(Protocol):
    """A picture, or a part of one, on which layers are laid in the picture's own pixels."""

    def lay(self, layer: Layer, left: int, top: int, opacity: float = 1.0, window: Rect | None = None) -> None:
        """Blend a layer with its corner at a place, what lies outside the picture being cut.

        `window` is the part of the layer that is laid, in the layer's own pixels: it stays where it
        would be if all of the layer were laid.
        """
        ...


@dataclass(frozen=True, slots=True)
class RgbCanvas:
    """An RGB picture, which is changed."""

    picture: Image.Image

    def lay(self, layer: Layer, left: int, top: int, opacity: float = 1.0, window: Rect | None = None) -> None:
        """Blend a layer into the picture."""
        part = layer.ink if window is None else layer.ink.common(window)
        if opacity <= 0 or not part.width:
            return
        mask = cut(layer.mask, part)
        if opacity < 1:
            mask = mask.point(fading(opacity))
        box = (left + part.left, top + part.top, left + part.right, top + part.bottom)
        self.picture.paste(layer.colour if layer.rgb is None else cut(layer.rgb, part), box, mask)


def cut(picture: Image.Image, part: Rect) -> Image.Image:
    """Return a part of a picture, the picture itself if that is all of it."""
    if part.width == picture.width and part.height == picture.height:
        return picture
    return picture.crop((part.left, part.top, part.right, part.bottom))


@functools.lru_cache(maxsize=1024)
def fading(opacity: float) -> list[int]:
    """Return what each alpha from 0 to 255 is at an opacity."""
    return [round(value * opacity) for value in range(256)]
