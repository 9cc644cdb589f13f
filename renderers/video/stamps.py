"""Masks of letters and words, kept by font, size and quarter of a pixel, and laid side by side."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from PIL import Image

from renderers.video.kept import Kept
from renderers.video.layer import RGB, Layer, digest
from renderers.video.shaping import MOST_TOGETHER, Face, shapes_text

STEPS: Final = 4  # places a pixel at which a letter is drawn: a finer one is not seen


@dataclass(frozen=True, slots=True)
class Stamp:
    """A mask (L) with its corner's place from the pen's whole pixel on the baseline."""

    mask: Image.Image = field(repr=False)
    left: int
    top: int


class Glyphs(NamedTuple):
    """A letter, or a word that is drawn whole, in one font: `x_px` is the pen's place on the line."""

    face: Face
    text: str
    is_rtl: bool
    x_px: float


LETTERS_KEPT: Final = 4096  # of about 2 kB
_WORDS: Final[Kept[tuple[object, ...], Stamp]] = Kept(8_000_000)


def place_of(x_px: float) -> tuple[int, int]:
    """Return the whole pixel of a pen's place, and the step within it."""
    steps = round(x_px * STEPS)
    return steps // STEPS, steps % STEPS


def stamp_of(glyphs: Glyphs, size_px: int, step: int, *, figures: bool) -> Stamp:
    """Return the mask of a letter or word at a step of a pixel."""
    face, text, is_rtl, _ = glyphs
    if len(text) <= MOST_TOGETHER:
        return _letter(face, text, is_rtl, size_px, step, figures)
    key = (face, text, is_rtl, size_px, step, figures)
    stamp = _WORDS.get(key)
    if stamp is None:
        stamp = _drawn(*key)
        _WORDS.put(key, stamp, stamp.mask.width * stamp.mask.height + 512)
    return stamp


def layer_of(glyphs: Glyphs, size_px: int, step: int, colour: RGB, *, figures: bool) -> tuple[Layer, int, int]:
    """Return the same as a layer of its own, with its corner's place from the pen's whole pixel."""
    return _layer(glyphs.face, glyphs.text, glyphs.is_rtl, size_px, step, figures, colour)


@functools.lru_cache(maxsize=256)
def _layer(
    face: Face, text: str, is_rtl: bool, size_px: int, step: int, figures: bool, colour: RGB
) -> tuple[Layer, int, int]:
    stamp = stamp_of(Glyphs(face, text, is_rtl, 0.0), size_px, step, figures=figures)
    key = digest("glyph", face.identity, text, is_rtl, size_px, step, figures, colour)
    return Layer(stamp.mask, colour, key), stamp.left, stamp.top


def _drawn(face: Face, text: str, is_rtl: bool, size_px: int, step: int, figures: bool) -> Stamp:
    core: Any
    core, (left, top) = face.sized(size_px).getmask2(
        text, "L", anchor="ls", start=(step / STEPS, 0.0), features=font_features(figures), direction=direction(is_rtl)
    )
    mask = Image.new("L", core.size, 0)
    if mask.width and mask.height:
        mask.im.paste(core, (0, 0, *core.size))
    return Stamp(mask, left, top)


_letter = functools.lru_cache(maxsize=LETTERS_KEPT)(_drawn)


def font_features(figures: bool) -> list[str] | None:
    """Return the OpenType features: tabular figures where amounts stand."""
    return ["tnum"] if figures and shapes_text() else None


def direction(is_rtl: bool) -> str | None:
    """Return the direction that the shaper is told, None where there is no shaper."""
    if not shapes_text():
        return None
    return "rtl" if is_rtl else "ltr"
