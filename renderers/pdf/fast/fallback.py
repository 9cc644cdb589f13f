"""Fonts that Pango takes for letters that a style's own face lacks, in blocks: a file holds the blocks that it needs.

A block is a font of its own with at most 64 letters, so what a file carries for one rare letter is a few kilobytes,
and files of different customers share the few blocks there are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

import uharfbuzz
from weasyprint.pdf.fonts import Font

from renderers.pdf.fast.fontfile import FontProgram, font_bodies, font_program, subset_font, unicode_map
from renderers.pdf.fast.glyphs import glyphs_of
from renderers.pdf.fast.model import Unfillable

PangoGlyph = tuple[int, int, int]  # as in `pango_text`
Letter = tuple[str, int, int, int]  # a letter with its glyph, advance and offset
_BLOCK: Final = 64
_FILLED: Final = ("LATIN", "CYRILLIC", "GREEK")


def may_fall_back(letter: str) -> bool:
    """Say whether another font may stand in for a letter: not for marks, signs and scripts that need more than that."""
    kind = unicodedata.category(letter)
    return kind[0] == "L" and kind != "Lm" and unicodedata.name(letter, "").startswith(_FILLED)


class Block:
    """Some letters of a font and its space, under the name that content streams use. A space goes with any of them."""

    def __init__(self, name: str, font: Font, face: uharfbuzz.Face, letters: Iterable[str]) -> None:
        self.name = name
        self._font = font
        self._face = face
        hb_font = uharfbuzz.Font(face)
        own = {letter: hb_font.get_nominal_glyph(ord(letter)) or 0 for letter in (" ", *sorted(letters))}
        # Composed glyphs bring what they are made of.
        glyphs = glyphs_of(face, own, ())
        self._order = sorted(glyphs | {0})
        self.codes = {glyph: code for code, glyph in enumerate(self._order)}
        self.widths = [round(hb_font.get_glyph_h_advance(glyph) * 1000 / font.upem) for glyph in self._order]
        self._texts: dict[int, str] = {}
        for letter, glyph in own.items():
            if glyph:
                self._texts.setdefault(glyph, letter)
        self._program: FontProgram | None = None

    def shows(self, letter: str, glyph: int) -> bool:
        """Say whether a glyph stands for this letter, and a text copied from the file would have it back."""
        return self._texts.get(glyph) == letter

    def level_of(self, code: int) -> int:
        """Return the level that holds a glyph code: a block has one only."""
        del code
        return 0

    def unicode_map(self, level: int = 0) -> bytes:
        """Return the body of the stream that says what the font's glyphs stand for."""
        del level
        return unicode_map([self._texts.get(glyph, "") for glyph in self._order])

    def objects(self, first_number: int, map_number: int, level: int = 0) -> list[bytes]:
        """Return the bodies of the font's PDF objects, numbered from `first_number`; the first is the font."""
        del level
        if self._program is None:
            self._program = font_program(subset_font(self._face, self._order))
        return font_bodies(first_number, map_number, self._font, self._program, self.widths)


class Fallback:
    """A font that Pango takes instead, with its blocks."""

    def __init__(self, font: Font) -> None:
        self._font = font
        self._face = uharfbuzz.Face(font.file_content, font.index)
        self._letters = frozenset(map(chr, self._face.unicodes))
        self._blocks: dict[int, Block] = {}

    def block(self, letter: str) -> Block:
        """Return the block of a letter. Raises `Unfillable` for a letter that the font lacks."""
        if letter not in self._letters:
            raise Unfillable("a character has no glyph of its own")
        number = ord(letter) // _BLOCK
        found = self._blocks.get(number)
        if found is None:
            letters = {chr(code) for code in range(number * _BLOCK, (number + 1) * _BLOCK)} & self._letters
            found = self._blocks[number] = Block(
                f"{self._font.hash}{number:x}", self._font, self._face, filter(may_fall_back, letters)
            )
        return found


def of_one_font(fallback: Fallback, glyphs: list[Letter]) -> list[tuple[Block, PangoGlyph]]:
    """Return the glyphs of a run, each with its block.

    There is a letter among them; a space goes with the letter before it. Raises `Unfillable` where a glyph is
    another than the letter's own.
    """
    block = fallback.block(next(letter for letter, *_ in glyphs if letter != " "))
    found: list[tuple[Block, PangoGlyph]] = []
    for letter, glyph, advance, offset in glyphs:
        if letter != " ":
            block = fallback.block(letter)
        if not block.shows(letter, glyph):
            raise Unfillable("another font changes a letter")
        found.append((block, (glyph, advance, offset)))
    return found
