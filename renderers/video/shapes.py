"""Grounds, rounded rectangles, hatching and the palette: everything that is not text or a picture."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw

from engine.model.campaign import Brand
from engine.model.communication import MarkRole
from renderers.video.canvas import YuvCanvas
from renderers.video.frame import Rect
from renderers.video.layer import RGB, Layer, digest
from renderers.video.yuv import TO_BLUE, TO_LUMA, TO_RED

_BLOCK = 16  # a macroblock
_FALL = 0.34  # how much darker a dark ground is at its foot
_OVER = 4  # oversampling of curved and slanted edges
WHITE: RGB = (255, 255, 255)


def rgb(colour: str) -> RGB:
    """Return #rrggbb as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """Return `first` with `share` of `second` in it."""
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colour tokens of a brand on one ground: `on` is the text colour there, `soft` a quieter one."""

    brand: Brand
    ground: str
    _found: dict[str, RGB] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_dark(self) -> bool:
        """True if text on this ground is light."""
        return luminance(self.token(self.ground)) < 0.35

    def token(self, name: str) -> RGB:
        """Return the colour of a token."""
        if name not in self._found:
            self._found[name] = self._token(name)
        return self._found[name]

    def _token(self, name: str) -> RGB:
        brand, kinds = self.brand, self.brand.categories
        plain = {
            "ink": brand.ink, "paper": brand.paper, "white": "#FFFFFF", "primary": brand.primary,
            "accent": brand.accent, "positive": brand.positive, "caution": brand.caution,
            "energy": kinds.energy, "network": kinds.network, "taxes": kinds.taxes, "fixed": kinds.fixed,
            "one_off": kinds.one_off, "adjustment": kinds.adjustment,
        }  # fmt: skip
        if name in plain:
            return rgb(plain[name])
        ground, on = self.token(self.ground), WHITE if self.is_dark else rgb(brand.ink)
        if name == "wash":
            return mix(rgb(brand.primary), ground, 0.9)
        share = {"on": 0.0, "soft": 0.12 if self.is_dark else 0.28, "muted": 0.45, "hairline": 0.85}[name]
        return mix(on, ground, share)

    def mark(self, role: MarkRole) -> RGB:
        """Return the colour of a chart mark."""
        primary = rgb(self.brand.primary)
        if role is MarkRole.STRONG:
            return primary
        if role is MarkRole.MUTED:
            return mix(primary, self.token(self.ground), 0.55)
        return self.token(role.value)


def luminance(colour: RGB) -> float:
    """Return the relative luminance of WCAG 2.2, 0 to 1."""
    parts = [value / 255 for value in colour]
    red, green, blue = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ground_image(palette: Palette, width: int, height: int) -> Image.Image:
    """Return the ground of a scene: on a dark colour it darkens downwards, else it is plain. Not to be changed."""
    return _ground_image(palette.token(palette.ground), palette.is_dark, width, height)


@functools.lru_cache(maxsize=8)
def _ground_image(start: RGB, is_dark: bool, width: int, height: int) -> Image.Image:
    return _gradient(start, width, height) if is_dark else Image.new("RGB", (width, height), start)


def _gradient(start: RGB, width: int, height: int) -> Image.Image:
    """Return `start` growing darker to the foot, dithered so that it shows no bands."""
    bayer = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.float32) / 16
    dither = np.tile(bayer, (height // 4 + 1, width // 4 + 1))[:height, :width, None]
    return Image.fromarray(np.floor(_ramp(start, height)[:, None] + dither).astype(np.uint8))


def _ramp(start: RGB, height: int) -> npt.NDArray[np.float32]:
    """Return `start` growing darker to the foot: (height, 3)."""
    first, last = (np.array(colour, dtype=np.float32) for colour in (start, mix(start, (0, 0, 0), _FALL)))
    return first + (last - first) * np.linspace(0, 1, height, dtype=np.float32)[:, None]


def ground_canvas(palette: Palette, width: int, height: int) -> YuvCanvas:
    """Return the same ground in YUV. Not to be changed: it is shared."""
    return _ground_canvas(palette.token(palette.ground), palette.is_dark, width, height)


@functools.lru_cache(maxsize=16)
def _ground_canvas(start: RGB, is_dark: bool, width: int, height: int) -> YuvCanvas:
    if not is_dark:
        return YuvCanvas.of_picture(Image.new("RGB", (width, height), start))
    # A dither of one step is gone after encoding, at any QP from 16 on. So the ground falls by single steps of luma,
    # each at a row of macroblocks and chroma with it: what falls within a block comes out as stairs, and steps of
    # chroma at other places as stripes of another tint.
    ramp = _ramp(start, height)
    luma = np.floor(_in_yuv(ramp, TO_LUMA))
    level = luma[np.minimum(np.arange(height) // _BLOCK * _BLOCK + _BLOCK // 2, height - 1)]
    first = np.searchsorted(-luma, -level)  # where the ramp reaches the level: one colour a level
    planes = []
    for step, row in ((1, TO_LUMA), (2, TO_BLUE), (2, TO_RED)):
        values = np.floor(_in_yuv(ramp[first[::step]], row)).astype(np.uint8)
        planes.append((np.repeat(values, width // step), width // step))
    return YuvCanvas.over(width, height, planes)


def _in_yuv(colours: npt.NDArray[np.float32], row: Sequence[float]) -> npt.NDArray[np.float32]:
    """Return one plane of colours, (n, 3), half a step up, so that its floor is the nearest step."""
    return (colours @ np.array(row[:3], dtype=np.float32) + np.float32(row[3] + 0.5)).astype(np.float32, copy=False)


@functools.lru_cache(maxsize=256)
def rounded_mask(width: int, height: int, radius: int) -> Image.Image:
    """Return a smooth rounded rectangle as an L image. Not to be changed: it is shared."""
    mask = Image.new("L", (max(1, width), max(1, height)), 255)
    radius = min(radius, width // 2, height // 2)
    if radius <= 0:
        return mask
    big = Image.new("L", (radius * 2 * _OVER, radius * 2 * _OVER), 0)
    ImageDraw.Draw(big).ellipse((0, 0, big.width - 1, big.height - 1), fill=255)
    disc = big.resize((radius * 2, radius * 2), Image.Resampling.BOX)
    for left, top in ((0, 0), (1, 0), (0, 1), (1, 1)):
        part = disc.crop((left * radius, top * radius, (left + 1) * radius, (top + 1) * radius))
        mask.paste(part, (left * (width - radius), top * (height - radius)))
    return mask


@functools.lru_cache(maxsize=512)
def rounded(width: int, height: int, radius: int, colour: RGB) -> Layer:
    """Return a filled rounded rectangle."""
    mask = rounded_mask(width, height, radius)
    rows = Rect(0, radius, mask.width, mask.height - 2 * radius)
    return Layer(mask, colour, digest("rounded", width, height, radius, colour), plain=_some(rows))


@functools.lru_cache(maxsize=512)
def outlined(width: int, height: int, radius: int, line: int, colour: RGB) -> Layer:
    """Return the outline of a rounded rectangle, `line` pixels inside its edge."""
    mask = rounded_mask(width, height, radius)
    if width > 2 * line and height > 2 * line:
        mask = mask.copy()
        inner = rounded_mask(width - 2 * line, height - 2 * line, max(0, radius - line))
        mask.paste(0, (line, line), inner)
    edge = max(line, radius)
    hole = Rect(line, edge, width - 2 * line, height - 2 * edge)
    return Layer(mask, colour, digest("outlined", width, height, radius, line, colour), plain=_some(hole))


def _some(rect: Rect) -> Rect | None:
    return rect if rect.width > 0 and rect.height > 0 else None


@functools.lru_cache(maxsize=256)
def hatched(width: int, height: int, radius: int, pitch: int, colour: RGB) -> Layer:
    """Return diagonal lines inside a thin outline: an estimated value. Lines keep their place as it grows."""
    ys = np.arange(height * _OVER, dtype=np.int32)[::-1, None]  # counted from the foot
    xs = np.arange(width * _OVER, dtype=np.int32)[None, :]
    lines = ((xs - ys) % (pitch * _OVER) < pitch * _OVER * 0.42).astype(np.float32)
    small = lines.reshape(height, _OVER, width, _OVER).mean(axis=(1, 3))
    mask = Image.fromarray((small * 255).astype(np.uint8))
    edge = outlined(width, height, radius, max(2, pitch // 4), colour).mask
    joined = np.maximum(np.asarray(mask), np.asarray(edge))
    shape = np.asarray(rounded_mask(width, height, radius))
    key = digest("hatched", width, height, radius, pitch, colour)
    return Layer(Image.fromarray(np.minimum(joined, shape)), colour, key)


def cut_foot(layer: Layer, at: int, gap: int, slant: int, *, is_column: bool) -> Layer:
    """Return a bar without a slanted band near its foot, the usual sign that it goes on below what is drawn."""
    width, height = layer.width, layer.height
    mask = Image.new("L", (width * _OVER, height * _OVER), 255)
    if is_column:
        low = height - at
        band = [(0, low), (width, low - slant), (width, low - slant - gap), (0, low - gap)]
    else:
        band = [(at, height), (at + slant, 0), (at + slant + gap, 0), (at + gap, height)]
    ImageDraw.Draw(mask).polygon([(x * _OVER, y * _OVER) for x, y in band], fill=0)
    left = ImageChops.darker(layer.mask, mask.resize((width, height), Image.Resampling.BOX))
    return Layer(left, layer.colour, digest("cut foot", layer.key, at, gap, slant, is_column))
