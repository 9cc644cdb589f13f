"""The fonts of a campaign: text cut into stretches of one font, measured and placed on its line.

A character that the first family lacks is drawn with the campaign's fallback families, then with
the Noto Sans of its script, so that a name in any script of the installed fonts is readable.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import ImageFont

from engine.errors import MissingPartError
from engine.model.campaign import Fonts
from renderers.video.font_files import find_font, own_font
from renderers.video.shaping import Face, open_face
from renderers.video.stamps import Glyphs

_DISPLAY_PX = 40  # from here on a family's display cut, drawn for large sizes, is taken where installed
_LAST_RESORT = ("Noto Sans", "Noto Sans Symbols", "Noto Sans Symbols2", "Noto Sans Math", "Noto Emoji")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that one font draws."""

    text: str
    font: ImageFont.FreeTypeFont
    is_rtl: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The same for all sizes."""

    text: str
    face: Face
    is_rtl: bool


@dataclass(slots=True)
class FontBook:
    """The fonts of one campaign. What it says of a text does not depend on the texts before.

    `missing` grows by the characters without a glyph, so it is not for sharing between threads.
    """

    fonts: Fonts
    root: Path
    missing: set[str] = field(default_factory=set)
    _own: tuple[tuple[Path, int], ...] = field(init=False)  # the campaign's font files with their last changes
    _chains: dict[tuple[int, bool, bool], tuple[Face, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        files = [self.root / name for name in self.fonts.files]
        self._own = tuple((path, path.stat().st_mtime_ns) for path in files if path.is_file())

    @property
    def source(self) -> tuple[object, ...]:
        """What decides how the book draws: equal sources draw alike."""
        return self.fonts, self._own

    def primary(self, size_px: int, weight: int, figures: bool = False) -> Face:
        """Return the first font of text (or of figures) at a size: it gives a line its height and its blanks."""
        return self._chain(size_px, weight, figures)[0]

    def runs(self, text: str, size_px: int, weight: int, figures: bool = False) -> list[Run]:
        """Return `text` in runs of one font each, in the order in which they stand on the line."""
        return [
            Run(part.text, part.face.sized(size_px), part.is_rtl)
            for part in self._stretches(text, size_px, weight, figures)
        ]

    def width(self, text: str, size_px: int, weight: int, figures: bool = False) -> float:
        """Return the advance width of one line of `text` in pixels: that of its words and its blanks."""
        ems, missing = _measured(text, self._chain(size_px, weight, figures), weight, figures)
        if missing:
            self.missing.update(missing)
        return ems * size_px

    def largest(self, text: str, sizes: Sequence[int], width: int, weight: int, figures: bool) -> int | None:
        """Return the first of `sizes` (pixels, falling) at which `text` is no wider than `width`, if there is one."""
        ems, was_large = 0.0, None
        for size in sizes:
            if was_large is not (size >= _DISPLAY_PX):
                was_large, ems = size >= _DISPLAY_PX, self.width(text, size, weight, figures) / size
            if ems * size <= width:
                return size
        return None

    def identity(self, text: str, size_px: int, weight: int, figures: bool = False) -> list[bytes]:
        """Return which font files draw a line: with the text and its setting they decide its pixels."""
        return sorted({part.face.identity for part in self._stretches(text, size_px, weight, figures)})

    def placed(self, text: str, size_px: int, weight: int, figures: bool = False) -> tuple[list[Glyphs], float]:
        """Return the letters and words of a line with their places from its start, and its width in pixels."""
        blank = self.primary(size_px, weight, figures).word(" ").advance * size_px
        made: list[Glyphs] = []
        x = 0.0
        for part in self._stretches(text, size_px, weight, figures):
            words = part.text.split(" ")
            for index, text_of in enumerate(words[::-1] if part.is_rtl else words):
                x += blank if index else 0.0
                word = part.face.word(text_of, is_rtl=part.is_rtl, figures=figures)
                if word.letters is None:
                    made.append(Glyphs(part.face, text_of, part.is_rtl, x))
                else:
                    made += [Glyphs(part.face, letter, False, x + at * size_px) for letter, at in word.letters]
                x += word.advance * size_px
        return made, x

    def _chain(self, size_px: int, weight: int, figures: bool) -> tuple[Face, ...]:
        key = (weight, figures, size_px >= _DISPLAY_PX)
        if key not in self._chains:
            self._chains[key] = _chain(self.fonts, self._own, *key)
        return self._chains[key]

    def _stretches(self, text: str, size_px: int, weight: int, figures: bool) -> tuple[_Stretch, ...]:
        stretches, missing = _stretches(text, self._chain(size_px, weight, figures), weight)
        self.missing.update(missing)
        return stretches


@functools.lru_cache(maxsize=128)
def _chain(
    fonts: Fonts, own: tuple[tuple[Path, int], ...], weight: int, figures: bool, is_large: bool
) -> tuple[Face, ...]:
    family = fonts.figures if figures else fonts.text
    named = own_font([path for path, _ in own], family, weight) or find_font(family, weight)
    # a display cut has no tabular figures (Inter Display 4): amounts stay with the text cut
    display = find_font(f"{family} Display", weight) if is_large and named and not figures else None
    rest = [find_font(name, weight) for name in fonts.fallback]
    chain = tuple(open_face(path, weight) for path in (display, named, *rest) if path)
    if not chain:
        hint = "apt-get install fonts-inter fonts-noto-core, or name `fonts.files`"
        raise MissingPartError("R408", f"no font file of the family `{family}` was found", hint=hint)
    return chain


@functools.lru_cache(maxsize=4096)
def _stretches(text: str, chain: tuple[Face, ...], weight: int) -> tuple[tuple[_Stretch, ...], tuple[str, ...]]:
    """Return the stretches in the order in which they stand on the line, and the codes that no font has."""
    if chain[0].codes.issuperset(map(ord, text)):
        return (_Stretch(text, chain[0], _base_is_rtl(text)),), ()
    parts: list[tuple[Face, str]] = []
    missing: list[str] = []
    for index, character in enumerate(text):
        joins = character == " " or (index and text[index - 1] != " " and _joins(character))
        face = parts[-1][0] if parts and joins else _face_for(character, weight, chain)
        if face is None:
            missing.append(f"U+{ord(character):04X}")
            face = chain[0]
        if parts and parts[-1][0] is face:
            parts[-1] = (face, parts[-1][1] + character)
        else:
            parts.append((face, character))
    stretches = tuple(_Stretch(part, face, _base_is_rtl(part)) for face, part in _loose_blanks(parts, chain[0]))
    return stretches[::-1] if _base_is_rtl(text) else stretches, tuple(missing)


def _face_for(character: str, weight: int, chain: tuple[Face, ...]) -> Face | None:
    for face in chain:
        if character.isspace() or ord(character) in face.codes:
            return face
    name = unicodedata.name(character, "").split(" ")[0].title()
    for family in (f"Noto Sans {name}", *_LAST_RESORT):
        found = find_font(family, weight)
        if found:
            face = open_face(found, weight)
            if ord(character) in face.codes:
                return face
    return None


@functools.lru_cache(maxsize=8192)
def _measured(text: str, chain: tuple[Face, ...], weight: int, figures: bool) -> tuple[float, tuple[str, ...]]:
    """Return the advance of a line in ems, and the codes that no font has."""
    stretches, missing = _stretches(text, chain, weight)
    ems, blanks = 0.0, 0
    for part in stretches:
        words = part.text.split(" ")
        blanks += len(words) - 1
        for word in words:
            ems += part.face.word(word, is_rtl=part.is_rtl, figures=figures).advance
    return ems + blanks * chain[0].word(" ").advance, missing


def _joins(character: str) -> bool:
    """True for what belongs to the character before it: marks, joiners, variation selectors."""
    return unicodedata.category(character) in ("Mn", "Me", "Mc", "Cf")


def _loose_blanks(stretches: list[tuple[Face, str]], first: Face) -> Iterator[tuple[Face, str]]:
    """Yield the stretches with the blanks between two of them set apart: they belong to neither's direction."""
    for index, (face, part) in enumerate(stretches):
        words = part.rstrip(" ") if index < len(stretches) - 1 else part
        if words:
            yield face, words
        if words != part:
            yield first, part[len(words) :]


def _base_is_rtl(text: str) -> bool:
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return False
        if kind in ("R", "AL"):
            return True
    return False
