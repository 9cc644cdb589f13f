"""Words measured once for all sizes by HarfBuzz, and whether their letters can be drawn one by one.

A word whose glyphs are those that its letters have alone, however they are kerned, is drawn letter
by letter from kept masks; so is one where a few letters change each other, as a sign before a figure
does in Inter, these few together. Any other (joined scripts, ligatures, marks) is drawn whole by
Pillow, which shapes by the same rules.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import uharfbuzz
from PIL import ImageFont, features

WORDS_KEPT = 16_384
MOST_TOGETHER = 2  # letters that change each other and are yet worth a mask of their own
SIZES_KEPT = 48  # FreeType holds some 0.3 MB for each size of a font


@dataclass(frozen=True, slots=True)
class Word:
    """A word in ems: its advance, and its letters with the pen's places; None if it must be drawn whole."""

    advance: float
    letters: tuple[tuple[str, float], ...] | None


@dataclass(slots=True, eq=False)
class Face:
    """One font file at one weight. `identity` is the digest of the file and its weight."""

    path: Path
    weight: int
    identity: bytes
    shaper: uharfbuzz.Font = field(repr=False)
    codes: frozenset[int] = field(repr=False)
    units: int

    def word(self, text: str, *, is_rtl: bool = False, figures: bool = False) -> Word:
        """Return a word's measures; with `figures` its digits are of one width."""
        return _word(self, text, is_rtl, figures and shapes_text())

    def sized(self, size_px: int) -> ImageFont.FreeTypeFont:
        """Return the font as Pillow draws it."""
        return _sized(self, size_px)

    def metrics(self, size_px: int) -> tuple[int, int]:
        """Return ascent and descent in pixels."""
        return _metrics(self, size_px)


def open_face(path: Path, weight: int) -> Face:
    """Return the face of a font file; a variable font is set to `weight`. Raises OSError."""
    found = path.stat()
    return _open(path, weight, found.st_size, found.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _open(path: Path, weight: int, size: int, changed_ns: int) -> Face:  # noqa: ARG001 - a changed file is another
    data = path.read_bytes()
    face = uharfbuzz.Face(data)
    shaper = uharfbuzz.Font(face)
    if any(axis.tag == "wght" for axis in face.axis_infos):
        shaper.set_variations({"wght": float(weight)})
    identity = hashlib.blake2b(data, digest_size=16, salt=weight.to_bytes(2, "big")).digest()
    return Face(path, weight, identity, shaper, frozenset(face.unicodes), face.upem)


@functools.lru_cache(maxsize=SIZES_KEPT)
def _sized(face: Face, size_px: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(face.path), size_px)
    _set_weight(font, face.weight)
    return font


@functools.lru_cache(maxsize=1024)
def _metrics(face: Face, size_px: int) -> tuple[int, int]:
    return face.sized(size_px).getmetrics()


@functools.lru_cache(maxsize=WORDS_KEPT)
def _word(face: Face, text: str, is_rtl: bool, figures: bool) -> Word:
    if not text:
        return Word(0.0, ())
    glyphs, advances, is_plain = _shape(face, text, is_rtl, figures)
    advance = sum(advances) / face.units
    if not is_plain or is_rtl:
        return Word(advance, None)
    pen, begin, letters = 0, 0, []
    while begin < len(text):
        end = begin + 1
        while _alone(face, text[begin:end], figures) != glyphs[begin:end]:
            end += 1
            if end > len(text) or end - begin > MOST_TOGETHER:
                return Word(advance, None)
        letters.append((text[begin:end], pen / face.units))
        pen += sum(advances[begin:end])
        begin = end
    return Word(advance, tuple(letters))


@functools.lru_cache(maxsize=WORDS_KEPT)
def _alone(face: Face, letters: str, figures: bool) -> tuple[int, ...] | None:
    """Return the glyphs of letters that stand alone, None unless each has one of its own on the line."""
    glyphs, _, is_plain = _shape(face, letters, False, figures)
    return glyphs if is_plain else None


def _shape(face: Face, text: str, is_rtl: bool, figures: bool) -> tuple[tuple[int, ...], list[int], bool]:
    """Return glyphs and advances in font units, and whether each letter has one glyph, on the line."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if is_rtl else "ltr"
    uharfbuzz.shape(face.shaper, buffer, {"tnum": True} if figures else {})
    infos, places = buffer.glyph_infos, buffer.glyph_positions or []
    is_plain = len(infos) == len(text) and not any(place.x_offset or place.y_offset for place in places)
    is_plain = is_plain and all(info.cluster == index for index, info in enumerate(infos))
    return tuple(info.codepoint for info in infos), [place.x_advance for place in places], is_plain


@functools.cache
def shapes_text() -> bool:
    """True if this Pillow shapes text by HarfBuzz (libraqm): Arabic, Devanagari, tabular figures."""
    return bool(features.check("raqm"))


@functools.cache
def shaped_by() -> str:
    """Return the version of HarfBuzz that measures words."""
    return str(uharfbuzz.version_string())


def _set_weight(font: ImageFont.FreeTypeFont, weight: int) -> None:
    try:
        axes = font.get_variation_axes()
    except (OSError, NotImplementedError):  # a static font
        return
    values = [
        min(max(weight, axis["minimum"] or 0), axis["maximum"] or 900) if _is_weight(axis["name"]) else axis["default"]
        for axis in axes
    ]
    font.set_variation_by_axes([value or 0 for value in values])


def _is_weight(name: bytes | None) -> bool:
    return (name or b"").lower() == b"weight"
