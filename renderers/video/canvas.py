"""Where pieces lay their layers: the one place that knows the colours of a picture's pixels.

Pieces, text and layout are the same for every canvas, so that the reference and the fast path show
the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PIL import Image

from renderers.video.frame import Rect
from renderers.video.layer import RGB, Layer
from renderers.video.yuv import TO_BLUE, TO_LUMA, TO_RED, TO_RGB, fading, view_of, window_view, yuv


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


class YuvCanvas:
    """Rows `top` to `top + height` of a picture in 4:2:0, BT.709, limited range, 8 bits; changed in place.

    `luma`, `blue` and `red` are L images, the latter two of half the size. `top`, `width` and `height`
    are even. Places are those of the whole picture. A new canvas is black.
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
        chroma = picture.reduce(2).convert("RGB", (*TO_BLUE, *TO_RED, *TO_LUMA))
        canvas._take([picture.convert("L", TO_LUMA), *chroma.split()[:2]], top)  # noqa: SLF001 - its own
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
        top -= self.top
        x, y = left + part.left, top + part.top
        if opacity <= 0 or not part.width or y >= self.height or y + part.height <= 0:
            return
        if x >= self.width or x + part.width <= 0:
            return
        whole = part == layer.ink
        view = view_of(layer, x & 1, y & 1) if whole else window_view(layer, part, left, top, opacity)
        view.lay((self.luma.im, self.blue.im, self.red.im), x, y, opacity)

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
        return Image.merge("RGB", parts).convert("RGB", TO_RGB)


def cut(picture: Image.Image, part: Rect) -> Image.Image:
    """Return a part of a picture, the picture itself if that is all of it."""
    if part.width == picture.width and part.height == picture.height:
        return picture
    return picture.crop((part.left, part.top, part.right, part.bottom))


@dataclass(frozen=True, slots=True)
class Clipped:
    """A canvas of which only some areas are painted: the rest stays as it is.

    On a `YuvCanvas` the areas have even sides and don't overlap; then they show what all of it would.
    """

    canvas: Canvas
    areas: Sequence[Rect]

    def lay(self, layer: Layer, left: int, top: int, opacity: float = 1.0, window: Rect | None = None) -> None:
        """Blend what of a layer lies in the areas."""
        part = layer.ink if window is None else layer.ink.common(window)
        place = part.moved(left, top)
        for area in self.areas:
            seen = area.common(place)
            if seen.width:
                self.canvas.lay(layer, left, top, opacity, seen.moved(-left, -top))


def even_areas(areas: Iterable[Rect]) -> list[Rect]:
    """Return areas widened to even sides, those that overlap joined."""
    made: list[Rect] = []
    for area in areas:
        left, top = area.left & ~1, area.top & ~1
        one = Rect(left, top, (area.right + 1 & ~1) - left, (area.bottom + 1 & ~1) - top)
        while True:
            other = next((other for other in made if other.common(one).width), None)
            if other is None:
                break
            made.remove(other)
            one = one.joined(other)
        if one.width and one.height:
            made.append(one)
    return made
