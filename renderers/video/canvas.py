"""Where pieces lay their layers: the one place that knows the colours of a picture's pixels.

Pieces, text and layout are the same for every canvas, so that the reference and the fast path show
the same thing.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from PIL import Image

from renderers.video.frame import Rect
from renderers.video.layer import RGB, Layer

# ITU-R BT.709, limited range, from and to RGB of 0 to 255: rows of three factors and what is added.
_TO_LUMA: Final = (0.182586, 0.614231, 0.062007, 16.0)
_TO_BLUE: Final = (-0.100644, -0.338572, 0.439216, 128.0)
_TO_RED: Final = (0.439216, -0.398942, -0.040274, 128.0)
_FROM: Final = (
    1.164384, 0.0, 1.792741, -248.101,
    1.164384, -0.213249, -0.532909, 76.878,
    1.164384, 2.112402, 0.0, -289.018,
)  # fmt: skip


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
        colours = layer.colours
        self.picture.paste(colours if isinstance(colours, tuple) else cut(colours, part), box, mask)


@functools.lru_cache(maxsize=1024)
def yuv(colour: RGB) -> tuple[int, int, int]:
    """Return luma, blue and red difference of a colour."""
    red, green, blue = (
        round(sum(factor * part for factor, part in zip(row[:3], colour, strict=True)) + row[3])
        for row in (_TO_LUMA, _TO_BLUE, _TO_RED)
    )
    return red, green, blue


class YuvCanvas:
    """Rows `top` to `top + height` of a picture in 4:2:0, BT.709, limited range, 8 bits; changed in place.

    `luma`, `blue` and `red` are L images, the latter two of half the size. `top`, `width` and `height`
    are even. Places are those of the whole picture. A new canvas is black.

    The images' own cores do the work: they are what Pillow's methods call, and for the small layers
    of a moving chart two thirds of the time went into the checks of those methods.
    """

    __slots__ = ("blue", "height", "luma", "red", "top", "width")

    def __init__(self, width: int, height: int, top: int = 0) -> None:
        half = (width // 2, height // 2)
        self._take([Image.new("L", (width, height), 16), *(Image.new("L", half, 128) for _ in range(2))], top)

    @classmethod
    def over(cls, width: int, height: int, planes: Sequence[tuple[Any, int]], top: int = 0) -> YuvCanvas:
        """Return a canvas over memory given as (writable buffer, bytes a row) for luma, blue and red.

        What is painted lands there without a copy, as in the planes of a PyAV frame.
        """
        images = []
        for (buffer, stride), size in zip(planes, ((width, height), *((width // 2, height // 2),) * 2), strict=True):
            image = Image.frombuffer("L", size, buffer, "raw", "L", stride, 1)
            image.readonly = 0  # else the first change would make a copy
            images.append(image)
        canvas = cls.__new__(cls)
        canvas._take(images, top)  # noqa: SLF001 - its own
        return canvas

    @classmethod
    def of_picture(cls, picture: Image.Image, top: int = 0) -> YuvCanvas:
        """Return an RGB picture of even sides, the chroma of four pixels averaged."""
        canvas = cls.__new__(cls)
        chroma = picture.reduce(2).convert("RGB", (*_TO_BLUE, *_TO_RED, *_TO_LUMA))
        canvas._take([picture.convert("L", _TO_LUMA), *chroma.split()[:2]], top)  # noqa: SLF001 - its own
        return canvas

    def _take(self, planes: Sequence[Image.Image], top: int) -> None:
        self.luma, self.blue, self.red = planes
        (self.width, self.height), self.top = self.luma.size, top
        if self.width % 2 or self.height % 2 or top % 2:
            raise ValueError("4:2:0 needs even sides and an even first row")

    @property
    def area(self) -> Rect:
        """The part of the picture that it shows."""
        return Rect(0, self.top, self.width, self.height)

    def fill(self, colour: RGB) -> None:
        """Set all of it to one colour."""
        for plane, value in zip((self.luma, self.blue, self.red), yuv(colour), strict=True):
            plane.im.paste(value, (0, 0, *plane.size))

    def lay(self, layer: Layer, left: int, top: int, opacity: float = 1.0, window: Rect | None = None) -> None:
        """Blend a layer into the picture."""
        part = layer.ink if window is None else layer.ink.common(window)
        x, y = left + part.left, top + part.top - self.top
        if opacity <= 0 or not part.width or y >= self.height or y + part.height <= 0:
            return
        if x >= self.width or x + part.width <= 0:
            return
        shown: _Shown
        if window is None or part == layer.ink:
            name = (x & 1, y & 1)
            shown = layer.kept(name, lambda: _show(layer, part, *name))
        else:
            shown = _show(layer, part, x & 1, y & 1)
        whole, half = shown.mask, shown.half
        if opacity < 1:
            table = fading(opacity)
            whole, half = whole.point(table, "L"), half.point(table, "L")
        self.luma.im.paste(shown.luma, (x, y, x + part.width, y + part.height), whole)
        x, y = x >> 1, y >> 1
        box = (x, y, x + shown.half_size[0], y + shown.half_size[1])
        self.blue.im.paste(shown.blue, box, half)
        self.red.im.paste(shown.red, box, half)

    def copy_from(self, other: YuvCanvas, area: Rect) -> None:
        """Set the pixels of an area, widened to even sides, to those of `other`, as far as both show it."""
        left, top = area.left & ~1, area.top & ~1
        even = Rect(left, top, (area.right + 1 & ~1) - left, (area.bottom + 1 & ~1) - top)
        part = even.common(self.area).common(other.area)
        for one, two, step in ((self.luma, other.luma, 1), (self.blue, other.blue, 2), (self.red, other.red, 2)):
            first, last, x, right = (part.top, part.bottom, part.left // step, part.right // step)
            source = two.im.crop((x, (first - other.top) // step, right, (last - other.top) // step))
            one.im.paste(source, (x, (first - self.top) // step, right, (last - self.top) // step))

    def copy(self) -> YuvCanvas:
        """Return a canvas of its own that shows the same."""
        canvas = YuvCanvas.__new__(YuvCanvas)
        canvas._take([self.luma.copy(), self.blue.copy(), self.red.copy()], self.top)  # noqa: SLF001 - its own
        return canvas

    def picture(self) -> Image.Image:
        """Return what it shows in RGB, chroma spread as players do."""
        size, smooth = self.luma.size, Image.Resampling.BILINEAR
        parts = (self.luma, self.blue.resize(size, smooth), self.red.resize(size, smooth))
        return Image.merge("RGB", parts).convert("RGB", _FROM)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A layer's ink in YUV at one parity of its place: masks and, for each plane, a value or a core."""

    mask: Any
    half: Any
    half_size: tuple[int, int]
    luma: Any
    blue: Any
    red: Any


def _show(layer: Layer, part: Rect, odd_x: int, odd_y: int) -> _Shown:
    """Return a part of a layer whose corner comes to an odd or even column and row."""
    mask = layer.mask.im.crop((part.left, part.top, part.right, part.bottom))
    size = (part.width + odd_x + 1 & ~1, part.height + odd_y + 1 & ~1)
    around = (-odd_x, -odd_y, size[0] - odd_x, size[1] - odd_y)  # Pillow crops to what is outside as empty
    half_size = (size[0] // 2, size[1] // 2)
    if layer.picture is None:
        half = mask.crop(around).reduce((2, 2), (0, 0, *size))
        luma, blue, red = yuv(layer.colour)
        if not layer.parts:
            return _Shown(mask, half, half_size, luma, blue, red)
        ground = YuvCanvas(*size)
        ground.fill(layer.colour)
        for one, left, top in layer.parts:
            ground.lay(one, odd_x + left - part.left, odd_y + top - part.top)
        inner = (odd_x, odd_y, odd_x + part.width, odd_y + part.height)
        return _Shown(mask, half, half_size, ground.luma.im.crop(inner), ground.blue.im, ground.red.im)
    return _show_picture(layer, part, around, half_size)


def _show_picture(layer: Layer, part: Rect, around: tuple[int, int, int, int], half_size: tuple[int, int]) -> _Shown:
    box = (part.left, part.top, part.right, part.bottom)
    whole = layer.rgba.crop(box)
    # averaged by alpha, so that what can't be seen does not colour the edge
    small = whole.convert("RGBa").crop(around).reduce(2).convert("RGBA")
    blue, red, _ = small.convert("RGB").convert("RGB", (*_TO_BLUE, *_TO_RED, *_TO_LUMA)).split()
    luma = whole.convert("RGB").convert("L", _TO_LUMA)
    return _Shown(whole.getchannel("A").im, small.getchannel("A").im, half_size, luma.im, blue.im, red.im)


def cut(picture: Image.Image, part: Rect) -> Image.Image:
    """Return a part of a picture, the picture itself if that is all of it."""
    if part.width == picture.width and part.height == picture.height:
        return picture
    return picture.crop((part.left, part.top, part.right, part.bottom))


@functools.lru_cache(maxsize=1024)
def fading(opacity: float) -> list[int]:
    """Return what each alpha from 0 to 255 is at an opacity."""
    return [round(value * opacity) for value in range(256)]
