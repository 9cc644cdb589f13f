"""Refuses palettes that can't be read: contrast, and categories that look alike.

Text needs 4.5:1, marks and large text 3:1 (WCAG 2.2, 1.4.3 and 1.4.11), on light and on dark ground.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.errors import Problem
from engine.model.campaign import Brand
from engine.templating.palette import MARK_CONTRAST, TEXT_CONTRAST, Palette, channels, contrast, dark, light

_TEXTS = ("ink", "muted_ink", "primary", "positive", "caution")
_MARKS = ("bar", "outline", "accent")
# Least distance (CIE 1976) at which two swatches side by side are told apart; each has a label besides.
LEAST_DISTANCE = 10.0
# Machado, Oliveira and Fernandes 2009, severity 1.0, applied to linear RGB.
_SIGHTS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
}


def check_look(brand: Brand) -> Iterator[Problem]:
    """Yield every pair of colours that fails, with its ratio or its distance."""
    for mode, palette in (("light", light(brand)), ("dark", dark(brand))):
        yield from _contrasts(mode, palette)
        yield from _likenesses(mode, palette)


def _contrasts(mode: str, palette: Palette) -> Iterator[Problem]:
    grounds = ("paper", "ground")
    pairs = [(name, getattr(palette, name), ground, TEXT_CONTRAST) for name in _TEXTS for ground in grounds]
    pairs += [(name, getattr(palette, name), ground, MARK_CONTRAST) for name in _MARKS for ground in grounds]
    pairs += [(f"categories.{n}", c, g, MARK_CONTRAST) for n, c in palette.categories.items() for g in grounds]
    pairs += [("on_primary", palette.on_primary, "primary", TEXT_CONTRAST),
              ("on_accent", palette.on_accent, "accent", TEXT_CONTRAST)]  # fmt: skip
    for name, colour, ground, least in pairs:
        ratio = contrast(colour, getattr(palette, ground))
        if ratio < least:
            yield Problem("T115", f"{name} {colour} on {ground} {getattr(palette, ground)} ({mode}) has "
                          f"{ratio:.2f}:1, {least}:1 is the least", "campaign.toml [brand]",
                          "make one of the two lighter or darker")  # fmt: skip


def _likenesses(mode: str, palette: Palette) -> Iterator[Problem]:
    for (one, first), (other, second) in combinations(palette.categories.items(), 2):
        for sight, matrix in _SIGHTS.items():
            distance = _distance(_lab(first, matrix), _lab(second, matrix))
            if distance < LEAST_DISTANCE:
                yield Problem("T116", f"{one} {first} and {other} {second} ({mode}) look alike with {sight}: "
                              f"distance {distance:.1f}, {LEAST_DISTANCE:.0f} is the least",
                              "campaign.toml [brand.categories]", "make one of the two lighter or darker")  # fmt: skip


def _lab(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """Return CIE L*a*b* (D65) of a colour as seen through `matrix`."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in channels(colour))]
    red, green, blue = (
        min(1.0, max(0.0, sum(k * v for k, v in zip(row, linear, strict=True)))) for row in matrix
    )  # fmt: skip
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _distance(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5)
