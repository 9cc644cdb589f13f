"""Texts that Pango sets in several fonts, as one text object: the style's own font, and others for letters it lacks."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Final

from renderers.pdf.fast.fallback import Block, Letter, PangoGlyph
from renderers.pdf.fast.fontset import Face, FontSet
from renderers.pdf.fast.model import TypeStyle, Unfillable
from renderers.pdf.fast.pango_text import PangoText
from renderers.pdf.fast.syntax import number

# Width in Pango units, codes inside of a TJ string, level of the font.
Emit = Callable[[list[PangoGlyph], "Face | Block"], tuple[int, str, int]]
_Parts = list[tuple["Face | Block", list[PangoGlyph]]]
_KEPT: Final = 8192


class MixedTexts:
    """Sets such texts in one style. `known` are the characters that the style's own face sets."""

    def __init__(self, style: TypeStyle, fonts: FontSet, pango: PangoText, known: Container[str], emit: Emit) -> None:
        self._style = style
        self._fonts = fonts
        self._pango = pango
        self._known = known
        self._emit = emit
        self._lifts: dict[str, float] = {}

    def set(self, text: str) -> tuple[tuple[tuple[str, int], ...], int, bytes]:
        """Return what the file needs by name and level, width in Pango units, and what is shown up to the last `TJ`.

        It begins and ends with the style's own font in use. Raises `Unfillable`.
        """
        units, needs, said = 0, {}, ""
        for face, glyphs in self._parts(text):
            width, codes, level = self._emit(glyphs, face)
            units += width
            if level or isinstance(face, Block):
                needs[face.name] = level
            said += f"TJ /{face.name} {number(self._style.size)} Tf " if said else ""
            said += f"[<{codes}>]".replace("<>", " ")
        return tuple(needs.items()), units, said.encode()

    def _parts(self, text: str) -> _Parts:
        own = self._fonts.faces[self._style.font]
        parts: _Parts = [(own, [])]
        for key, letters in self._pango.runs(text):
            glyphs = self._own(own, letters) if key is None else self._fonts.other_blocks(self._style, key, letters)
            for face, glyph in glyphs:
                if parts[-1][0] is not face:
                    parts.append((face, []))
                parts[-1][1].append(glyph)
        if parts[-1][0] is not own:
            parts.append((own, []))
        return parts

    def _own(self, face: Face, letters: list[Letter]) -> list[tuple[Face, PangoGlyph]]:
        if not all(character in self._known for letter, *_ in letters for character in letter):
            raise Unfillable("a glyph is not in the batch font")
        return [(face, (glyph, advance, offset)) for _, glyph, advance, offset in letters]

    def lift(self, text: str) -> float:
        """Return by how many px the box of a text reaches higher over its baseline than one in the own font only.

        Its height is the line height as before, so it ends higher by that as well; lower where negative.
        """
        if all(character in self._known for character in text):
            return 0.0
        found = self._lifts.get(text)
        if found is None:
            if len(self._lifts) >= _KEPT:
                self._lifts.clear()
            (height, baseline), (own_height, own_baseline) = self._pango.height(text), self._pango.height(" ")
            found = self._lifts[text] = baseline - own_baseline - (height - own_height) / 2
        return found
