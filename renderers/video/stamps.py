"""Masks of letters and words, kept by font, size and quarter of a pixel, and laid side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from PIL import Image

from renderers.video.kept import Kept
from renderers.video.layer import RGB, Layer, digest
from renderers.video.shaping import Face, shapes_text

STEPS: Final = 4  # places a pixel at which a letter is drawn: a finer one is not seen


@dataclass(frozen=True, slots=True)
class Stamp:
    """A mask (L) with its corner's place from the pen's whole pixel on the baseline."""

    mask: Image.Image = field(repr=False)
    left: int
    top: int

    @property
    def bytes(self) -> int:
        """What it takes of the memory, about."""
        return self.mask.width * self.mask.height + 512


class Glyphs(NamedTuple):
    """A letter, or a word that is drawn whole, in one font: `x_px` is the pen's place on the line."""

    face: Face
    text: str
    is_rtl: bool
    x_px: float


_KEPT: Final[Kept[tuple[object, ...], Stamp]] = Kept(12_000_000)
_LAYERS: Final[Kept[tuple[object, ...], Layer]] = Kept(12_000_000)


def place_of(x_px: float) -> tuple[int, int]:
    """Return the whole pixel of a pen's place, and the step within it."""
    steps = round(x_px * STEPS)
    return steps // STEPS, steps % STEPS


def stamp_of(glyphs: Glyphs, size_px: int, step: int, *, figures: bool) -> Stamp:
    """Return the mask of a letter or word at a step of a pixel."""
    key = (*glyphs[:3], size_px, step, figures)
    return _KEPT.get(key) or _keep(key, _drawn(glyphs, size_px, step, figures))


def _keep(key: tuple[object, ...], stamp: Stamp) -> Stamp:
    return _KEPT.put(key, stamp, stamp.bytes)


def _drawn(glyphs: Glyphs, size_px: int, step: int, figures: bool) -> Stamp:
    core: Any
    core, (left, top) = glyphs.face.sized(size_px).getmask2(
        glyphs.text, "L", anchor="ls", start=(step / STEPS, 0.0), features=font_features(figures),
        direction=direction(glyphs.is_rtl),
    )  # fmt: skip
    mask = Image.new("L", core.size, 0)
    if mask.width and mask.height:
        mask.im.paste(core, (0, 0, *core.size))
    return Stamp(mask, left, top)


def layer_of(glyphs: Glyphs, size_px: int, step: int, colour: RGB, *, figures: bool) -> tuple[Layer, int, int]:
    """Return the same as a layer of its own, with its corner's place from the pen's whole pixel."""
    stamp = stamp_of(glyphs, size_px, step, figures=figures)
    key = (*glyphs[:3], size_px, step, figures, colour)
    layer = _LAYERS.get(key)
    if layer is None:
        layer = _LAYERS.put(
            key, Layer(stamp.mask, colour, digest("glyph", glyphs.face.identity, key[1:])), 3 * stamp.bytes
        )
    return layer, stamp.left, stamp.top


def font_features(figures: bool) -> list[str] | None:
    """Return the OpenType features: tabular figures where amounts stand."""
    return ["tnum"] if figures and shapes_text() else None


def direction(is_rtl: bool) -> str | None:
    """Return the direction that the shaper is told, None where there is no shaper."""
    if not shapes_text():
        return None
    return "rtl" if is_rtl else "ltr"
