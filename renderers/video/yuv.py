"""Layers in YUV 4:2:0, BT.709, limited range, 8 bits, ready to be laid on planes.

Pillow's image cores do the work: they are what its methods call, and for the small layers of a
moving chart two thirds of the time went into the checks of those methods.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from PIL import Image

from renderers.video.frame import Rect
from renderers.video.layer import RGB, Layer

Core: TypeAlias = Any  # of a Pillow image
Box: TypeAlias = tuple[int, int, int, int]

# ITU-R BT.709, limited range, from and to RGB of 0 to 255: rows of three factors and what is added.
TO_LUMA: Final = (0.182586, 0.614231, 0.062007, 16.0)
TO_BLUE: Final = (-0.100644, -0.338572, 0.439216, 128.0)
TO_RED: Final = (0.439216, -0.398942, -0.040274, 128.0)
TO_RGB: Final = (
    1.164384, 0.0, 1.792741, -248.101,
    1.164384, -0.213249, -0.532909, 76.878,
    1.164384, 2.112402, 0.0, -289.018,
)  # fmt: skip
_WORTH_TILES = 2048  # pixels of even alpha from which laying them apart is quicker


@functools.lru_cache(maxsize=1024)
def yuv(colour: RGB) -> tuple[int, int, int]:
    """Return luma, blue and red difference of a colour."""
    luma, blue, red = (
        round(sum(factor * part for factor, part in zip(row[:3], colour, strict=True)) + row[3])
        for row in (TO_LUMA, TO_BLUE, TO_RED)
    )
    return luma, blue, red


@functools.lru_cache(maxsize=1024)
def fading(opacity: float) -> list[int]:
    """Return what each alpha from 0 to 255 is at an opacity."""
    return [round(value * opacity) for value in range(256)]


class View(NamedTuple):
    """A layer's ink at one parity of its place: masks and, for each plane, a value or a core.

    `tiles` and `half_tiles` are the parts of the masks that are not empty; None stands for full.
    Without any the masks are laid whole.
    """

    size: tuple[int, int]
    mask: Core
    half_size: tuple[int, int]
    half: Core
    colours: tuple[Any, Any, Any]
    tiles: tuple[tuple[Box, Core | None], ...] = ()
    half_tiles: tuple[tuple[Box, Core | None], ...] = ()

    def lay(self, planes: tuple[Core, Core, Core], x: int, y: int, opacity: float = 1.0) -> None:
        """Blend it into planes (luma, blue, red), its corner at a place of the luma's."""
        mask, half = self.mask, self.half
        tiles, half_tiles = self.tiles, self.half_tiles
        if opacity < 1:
            table = fading(opacity)
            mask, half = mask.point(table, "L"), half.point(table, "L")
            tiles = half_tiles = ()
        _blend(planes[0], self.colours[0], x, y, self.size, mask, tiles)
        x, y = x >> 1, y >> 1
        _blend(planes[1], self.colours[1], x, y, self.half_size, half, half_tiles)
        _blend(planes[2], self.colours[2], x, y, self.half_size, half, half_tiles)


def _blend(
    plane: Core, colour: Any, x: int, y: int, size: tuple[int, int], mask: Core,
    tiles: tuple[tuple[Box, Core | None], ...],
) -> None:  # fmt: skip
    if not tiles:
        plane.paste(colour, (x, y, x + size[0], y + size[1]), mask)
        return
    for (left, top, right, bottom), part in tiles:
        box = (x + left, y + top, x + right, y + bottom)
        if part is None:
            plane.paste(colour, box)
        else:
            plane.paste(colour, box, part)


def view_of(layer: Layer, odd_x: int, odd_y: int) -> View:
    """Return a layer whose ink's corner comes to an odd or even column and row, made once."""
    view: View | None = layer.views.get((odd_x, odd_y))
    if view is None:
        view = layer.views[odd_x, odd_y] = _made(layer, odd_x, odd_y)
    return view


def _made(layer: Layer, odd_x: int, odd_y: int) -> View:
    if layer.picture is not None and not layer.parts:
        return _picture_view(layer, odd_x, odd_y)
    ink = layer.ink
    if not layer.parts:
        whole, even = _plain_view(layer, ink, odd_x, odd_y, yuv(layer.colour)), _even_part(layer, ink)
        if even is None:
            return whole
        tiled = _tiled_view(layer, ink, even, odd_x, odd_y)
        return whole._replace(tiles=tiled.tiles, half_tiles=tiled.half_tiles)
    size = (ink.width + odd_x + 1 & ~1, ink.height + odd_y + 1 & ~1)
    sides = (size, (size[0] // 2, size[1] // 2), (size[0] // 2, size[1] // 2))
    planes = tuple(Image.new("L", side, value) for side, value in zip(sides, yuv(layer.colour), strict=True))
    luma, blue, red = (plane.im for plane in planes)
    for one, left, top in layer.parts:
        x, y = odd_x + left + one.ink.left - ink.left, odd_y + top + one.ink.top - ink.top
        if one.ink.width:
            view_of(one, x & 1, y & 1).lay((luma, blue, red), x, y)
    inner = luma.crop((odd_x, odd_y, odd_x + ink.width, odd_y + ink.height))
    return _plain_view(layer, ink, odd_x, odd_y, (inner, blue, red))


def window_view(layer: Layer, part: Rect, left: int, top: int, opacity: float) -> View:
    """Return a part of a layer's ink, with the layer's own corner at a place of the picture."""
    ink = layer.ink
    odd_x, odd_y = left + part.left & 1, top + part.top & 1
    is_single = layer.picture is None and not layer.parts
    if is_single and not _is_whole_chroma(ink, part, left, top):
        even = _even_part(layer, part) if opacity >= 1 else None
        if even is not None:
            return _tiled_view(layer, part, even, odd_x, odd_y)
        return _plain_view(layer, part, odd_x, odd_y, yuv(layer.colour))
    first_x, first_y = left + ink.left & 1, top + ink.top & 1
    whole = view_of(layer, first_x, first_y)
    x, y = part.left - ink.left, part.top - ink.top
    box = (x, y, x + part.width, y + part.height)
    column, row = x + first_x >> 1, y + first_y >> 1
    half_size = (part.width + odd_x + 1 >> 1, part.height + odd_y + 1 >> 1)
    half_box = (column, row, column + half_size[0], row + half_size[1])
    if whole.tiles and opacity >= 1:
        tiles, half_tiles = tuple(_within(whole.tiles, box)), tuple(_within(whole.half_tiles, half_box))
        return View(part[2:], None, half_size, None, whole.colours, tiles, half_tiles)
    if is_single:
        return View(part[2:], whole.mask.crop(box), half_size, whole.half.crop(half_box), whole.colours)
    masks = _plain_view(layer, part, odd_x, odd_y, (0, 0, 0))
    luma, blue, red = whole.colours
    return masks._replace(colours=(luma.crop(box), blue.crop(half_box), red.crop(half_box)))


def _is_whole_chroma(ink: Rect, part: Rect, left: int, top: int) -> bool:
    """True if the edges of a part are the ink's own or lie between samples of chroma."""
    return not (
        (part.left != ink.left and left + part.left & 1)
        or (part.top != ink.top and top + part.top & 1)
        or (part.right != ink.right and left + part.right & 1)
        or (part.bottom != ink.bottom and top + part.bottom & 1)
    )


def _within(tiles: tuple[tuple[Box, Core | None], ...], box: Box) -> Iterator[tuple[Box, Core | None]]:
    """Yield what of tiles lies in a box, from the box's corner."""
    x, y, end, foot = box
    for (left, top, right, bottom), mask in tiles:
        first, last = max(left, x), min(right, end)
        above, below = max(top, y), min(bottom, foot)
        if first < last and above < below:
            place = (first - x, above - y, last - x, below - y)
            yield place, mask.crop((first - left, above - top, last - left, below - top)) if mask else None


def _plain_view(layer: Layer, part: Rect, odd_x: int, odd_y: int, colours: tuple[Any, Any, Any]) -> View:
    mask = layer.mask.im.crop((part.left, part.top, part.right, part.bottom))
    width, height = part.width + odd_x + 1 & ~1, part.height + odd_y + 1 & ~1
    # Pillow crops to what is outside as empty
    half = mask.crop((-odd_x, -odd_y, width - odd_x, height - odd_y)).reduce((2, 2), (0, 0, width, height))
    return View((part.width, part.height), mask, (width // 2, height // 2), half, colours)


def _even_part(layer: Layer, part: Rect) -> Rect | None:
    """Return where alpha is the same all over, from the corner of a part, if it is worth to be laid apart."""
    if layer.plain is None:
        return None
    even = layer.plain.common(part)
    return even.moved(-part.left, -part.top) if even.width * even.height >= _WORTH_TILES else None


def _tiled_view(layer: Layer, part: Rect, even: Rect, odd_x: int, odd_y: int) -> View:
    """Return a part of a layer of one colour by tiles only, for laying it as it is."""
    mask = layer.mask.im
    is_full = layer.mask.getpixel((part.left + even.left, part.top + even.top)) == 255
    size = (part.width, part.height)
    half_size = (part.width + odd_x + 1 >> 1, part.height + odd_y + 1 >> 1)
    tiles: list[tuple[Box, Core | None]] = []
    for left, top, right, bottom in _around(size, (even.left, even.top, even.right, even.bottom)):
        strip = mask.crop((part.left + left, part.top + top, part.left + right, part.top + bottom))
        tiles.append(((left, top, right, bottom), strip))
    inner = (even.left + odd_x + 1 >> 1, even.top + odd_y + 1 >> 1, even.right + odd_x >> 1, even.bottom + odd_y >> 1)
    halves: list[tuple[Box, Core | None]] = []
    for box in _around(half_size, inner):
        x, y, right, bottom = box[0] * 2 - odd_x, box[1] * 2 - odd_y, box[2] * 2 - odd_x, box[3] * 2 - odd_y
        left, top = max(x, 0), max(y, 0)
        seen = (part.left + left, part.top + top,
                part.left + min(right, part.width), part.top + min(bottom, part.height))  # fmt: skip
        strip = mask.crop(seen).crop((x - left, y - top, right - left, bottom - top))
        halves.append((box, strip.reduce((2, 2), (0, 0, right - x, bottom - y))))
    if is_full:
        tiles.append(((even.left, even.top, even.right, even.bottom), None))
        halves.append((inner, None))
    return View(size, None, half_size, None, yuv(layer.colour), tuple(tiles), tuple(halves))


def _around(size: tuple[int, int], inner: Box) -> Iterator[Box]:
    """Yield the boxes of what lies around `inner`."""
    left, top, right, bottom = inner
    if top > 0:
        yield 0, 0, size[0], top
    if bottom < size[1]:
        yield 0, bottom, size[0], size[1]
    if left > 0:
        yield 0, top, left, bottom
    if right < size[0]:
        yield right, top, size[0], bottom


def _picture_view(layer: Layer, odd_x: int, odd_y: int) -> View:
    ink = layer.ink
    whole = layer.rgba.crop((ink.left, ink.top, ink.right, ink.bottom))
    size = (ink.width + odd_x + 1 & ~1, ink.height + odd_y + 1 & ~1)
    # averaged by alpha, so that what can't be seen does not colour the edge
    small = whole.convert("RGBa").crop((-odd_x, -odd_y, size[0] - odd_x, size[1] - odd_y)).reduce(2).convert("RGBA")
    blue, red, _ = small.convert("RGB").convert("RGB", (*TO_BLUE, *TO_RED, *TO_LUMA)).split()
    luma = whole.convert("RGB").convert("L", TO_LUMA)
    masks = (whole.getchannel("A").im, small.getchannel("A").im)
    return View((ink.width, ink.height), masks[0], small.size, masks[1], (luma.im, blue.im, red.im))
