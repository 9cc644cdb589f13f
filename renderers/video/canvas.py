"""Where pieces lay their layers: the one place that knows the colours of a picture's pixels.

Pieces, text and layout are the same for every canvas, so that the reference and the fast path show
the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from renderers.video.frame import Rect
from renderers.video.layer import RGB, Layer
from renderers.video.yuv import TO_BLUE, TO_LUMA, TO_RED, TO_RGB, fading, view_of, window_view, yuv

Plane: TypeAlias = npt.NDArray[np.uint8]  # (rows, bytes a row)


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

    __slots__ = ("_memory", "blue", "height", "luma", "red", "top", "width")

    def __init__(self, width: int, height: int, top: int = 0) -> None:
        sides = ((height, width), (height // 2, width // 2), (height // 2, width // 2))
        self._take([np.full(side, value, np.uint8) for side, value in zip(sides, (16, 128, 128), strict=True)], top)

    @classmethod
    def over(cls, width: int, height: int, planes: Sequence[tuple[Any, int]], top: int = 0) -> YuvCanvas:
        """Return a canvas over memory given as (writable buffer, bytes a row) for luma, blue and red.

        What is painted lands there without a copy, as in the planes of a PyAV frame.
        """
        memory = []
        for (buffer, stride), step in zip(planes, (1, 2, 2), strict=True):
            rows = np.frombuffer(buffer, np.uint8, stride * (height // step)).reshape(height // step, stride)
            memory.append(rows)
        canvas = cls.__new__(cls)
        canvas._take(memory, top, width)  # noqa: SLF001 - its own
        return canvas

    @classmethod
    def of_picture(cls, picture: Image.Image, top: int = 0) -> YuvCanvas:
        """Return an RGB picture of even sides, the chroma of four pixels averaged."""
        blue, red, _ = picture.reduce(2).convert("RGB", (*TO_BLUE, *TO_RED, *TO_LUMA)).split()
        canvas = cls.__new__(cls)
        planes = [np.array(plane, dtype=np.uint8) for plane in (picture.convert("L", TO_LUMA), blue, red)]
        canvas._take(planes, top)  # noqa: SLF001 - its own
        return canvas

    def _take(self, memory: Sequence[Plane], top: int, width: int = 0) -> None:
        """Paint into arrays of rows from now on: images and arrays are two views of the same bytes."""
        self.height, self.width, self.top = len(memory[0]), width or memory[0].shape[1], top
        if self.width % 2 or self.height % 2 or top % 2:
            raise ValueError("4:2:0 needs even sides and an even first row")
        self._memory = memory
        half = self.width // 2
        self.luma, self.blue, self.red = map(_image_over, memory, (self.width, half, half))

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
        ink = layer.ink
        part = ink if window is None else ink.common(window)
        top -= self.top
        x, y = left + part.left, top + part.top
        if opacity <= 0 or not part.width or y >= self.height or y + part.height <= 0:
            return
        if x >= self.width or x + part.width <= 0:
            return
        view = view_of(layer, x & 1, y & 1) if part == ink else window_view(layer, part, left, top, opacity)
        view.lay((self.luma.im, self.blue.im, self.red.im), x, y, opacity)

    def copy_from(self, other: YuvCanvas, area: Rect) -> None:
        """Set the pixels of an area, widened to even sides, to those of `other`, as far as both show it."""
        left, top = area.left & ~1, area.top & ~1
        even = Rect(left, top, (area.right + 1 & ~1) - left, (area.bottom + 1 & ~1) - top)
        part = even.common(self.area).common(other.area)
        if not part.width:
            return
        for one, two, step in zip(self._memory, other._memory, (1, 2, 2), strict=True):
            columns = slice(part.left // step, part.right // step)
            mine = slice((part.top - self.top) // step, (part.bottom - self.top) // step)
            theirs = slice((part.top - other.top) // step, (part.bottom - other.top) // step)
            one[mine, columns] = two[theirs, columns]

    def copy(self) -> YuvCanvas:
        """Return a canvas of its own that shows the same."""
        canvas = YuvCanvas.__new__(YuvCanvas)
        canvas._take([plane.copy() for plane in self._memory], self.top)  # noqa: SLF001 - its own
        return canvas

    def picture(self) -> Image.Image:
        """Return what it shows in RGB, chroma spread as players do."""
        size, smooth = self.luma.size, Image.Resampling.BILINEAR
        parts = (self.luma, self.blue.resize(size, smooth), self.red.resize(size, smooth))
        return Image.merge("RGB", parts).convert("RGB", TO_RGB)


def _image_over(rows: Plane, width: int) -> Image.Image:
    """Return the L image of an array of rows that may be longer than the image is wide."""
    height, stride = rows.shape
    image = Image.frombuffer("L", (width, height), rows, "raw", "L", stride, 1)
    image.readonly = 0  # else the first change would make a copy
    return image


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
        if opacity <= 0:
            return
        part = layer.ink if window is None else layer.ink.common(window)
        x, y = left + part.left, top + part.top
        right, bottom = x + part.width, y + part.height
        for area in self.areas:
            if x < area.left + area.width and area.left < right and y < area.top + area.height and area.top < bottom:
                seen = area.common(Rect(x, y, part.width, part.height))
                self.canvas.lay(layer, left, top, opacity, Rect(seen.left - left, seen.top - top, *seen[2:]))


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
