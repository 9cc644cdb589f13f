"""Texts as glyphs: what WeasyPrint and Pango write for a text in one style, without asking them each time.

`Shaper(style, fonts).shape(text)` returns the text's width in px and its TJ array. Numbers are looked up, words
are shaped once by HarfBuzz and put together where that is known to be the same, the rest is shaped whole; where
several scripts meet inside of a word, Pango itself is asked. Widths are Pango's, in 1/1024 px, glyph by glyph.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import uharfbuzz

from renderers.pdf.fast.alphabet import alphabet_of
from renderers.pdf.fast.breaking import Opportunities
from renderers.pdf.fast.fontset import Face, FontSet
from renderers.pdf.fast.model import TypeStyle, Unfillable
from renderers.pdf.fast.pango_text import PangoText
from renderers.pdf.fast.scripts import COMMON, PAIRED, language_for

Shaped = tuple[float, bytes]
_Glyphs = list[tuple[int, int, int]]  # glyph, advance and offset in Pango units
_UNITS: Final = 1024
_CACHED: Final = 8192  # texts a generation; two generations are kept


class Shaper:
    """Shapes texts in one style. Not for several threads at once."""

    def __init__(self, style: TypeStyle, fonts: FontSet) -> None:
        self.style = style
        self._fonts = fonts
        self._face: Face = fonts.faces[style.font]
        self._pango = PangoText(fonts.styles[style])
        self._spacing = int(style.letter_spacing * _UNITS)
        self._left, self._right = _halves(self._spacing)
        self._mult = (int(style.size * _UNITS) << 16) // self._face.upem
        self._per_em = 1000 / _UNITS / style.size
        self._features = {tag: bool(value) for tag, value in style.features}
        if self._spacing:
            self._features.update(dict.fromkeys(("liga", "clig", "dlig"), False))
        self._advances: dict[int, int] = {}
        self._cache: dict[str, Shaped] = {}
        self._older: dict[str, Shaped] = {}
        self._rare: dict[str, tuple[int, Shaped]] = {}
        self._words: dict[str, dict[str, tuple[int, str] | None]] = {}
        self._alphabet = alphabet_of(self._face, fonts.language, tuple(sorted(self._features.items())), style.language)
        self._known = self._alphabet.known
        self._space = self._emit(self._run(" ", COMMON))[:2] if " " in self._known else None
        joining = self._alphabet.joining
        self._can_join = not self._spacing and joining.is_splittable and joining.are_scripts_alike
        self.breaks = breaks_of(style.language)
        self._set_figures()

    def shape(self, text: str) -> Shaped:
        """Return (width in px, TJ array) of a line. Raises `Unfillable` with what stands in the way."""
        found = self._cache.get(text)
        if found is not None:
            return found
        return self._miss(text)

    def width(self, text: str) -> float:
        """Return the width of a line in px."""
        return self.shape(text)[0]

    @property
    def space_width(self) -> float:
        """Width of a space in px."""
        return self._space[0] / _UNITS if self._space else self.shape(" ")[0]

    def script(self, text: str) -> str:
        """Return the script of a text, "" where several meet. Raises `Unfillable`."""
        scripts = self._scripts(text)
        return next(iter(scripts), COMMON) if len(scripts) < 2 else ""

    def word_width(self, word: str, script: str) -> float | None:
        """Return the width of a word that stands alone among others in px, None where it doesn't.

        `script` is that of the text.
        """
        words = self._words.setdefault(script, {})
        try:
            found = words[word]
        except KeyError:
            found = words[word] = self._word(word, script) if self._can_join else None
        return found[0] / _UNITS if found else None

    def _miss(self, text: str) -> Shaped:
        text = str(text)  # HarfBuzz takes no kind of str but str itself
        if not text.translate(self._no_figures):
            return self._figures(text)
        found = self._older.get(text)
        if found is None:
            if text in self._rare:
                level, found = self._rare[text]
                self._fonts.ask(self.style.font, level)
                return found
            level, found = self._shape(text)
            if level:
                if len(self._rare) >= _CACHED:
                    self._rare.clear()
                self._rare[text] = level, found
                self._fonts.ask(self.style.font, level)
                return found
        if len(self._cache) >= _CACHED:
            self._older, self._cache = self._cache, {}
        self._cache[text] = found
        return found

    def _set_figures(self) -> None:
        """Prepare the look-up of numbers: glyphs of figures don't change beside each other."""
        self._figure_units: dict[str, int] = {}
        self._figure_codes: dict[int, str] = {}
        if not self._spacing:
            for character, glyph in self._alphabet.figures.items():
                if self._face.level_of(self._face.codes.get(glyph, self._face.sizes[0])):
                    continue
                _, code, _ = self._emit([(glyph, self._advance(glyph), 0)])
                self._figure_units[character] = self._advance(glyph)
                self._figure_codes[ord(character)] = code
        self._no_figures = dict.fromkeys(map(ord, self._figure_units))

    def _figures(self, text: str) -> Shaped:
        codes = text.translate(self._figure_codes)
        width = sum(map(self._figure_units.__getitem__, text)) / _UNITS
        if ">" in codes:
            codes = codes.replace("<>", " ")
        return width, f"[<{codes}>]".encode() if text else b"[]"

    def _shape(self, text: str) -> tuple[int, Shaped]:
        """Return the level of the font that a text needs, and how it comes out."""
        scripts = self._scripts(text)
        script = next(iter(scripts), COMMON) if len(scripts) < 2 else ""
        if (
            not self._spacing
            and self._alphabet.joining.is_splittable
            and (script or self._alphabet.joining.are_scripts_alike)
        ):
            joined = self._join(text, script)
            if joined is not None:
                return 0, joined
        glyphs = self._run(text, script) if script else self._pango.glyphs(text)
        if self._spacing and script:
            glyphs = self._spaced(glyphs)
        units, codes, level = self._emit(glyphs)
        return level, (units / _UNITS + self.style.letter_spacing, f"[<{codes}>]".replace("<>", " ").encode())

    def _scripts(self, text: str) -> set[str]:
        """Return the scripts of a text's letters. Raises `Unfillable` for what isn't filled."""
        try:
            scripts = {self._known[character] for character in text}
        except KeyError:
            raise Unfillable(self._reason(text)) from None
        scripts.discard(COMMON)
        return scripts

    def _reason(self, text: str) -> str:
        for character in text:
            if character in self._known:
                continue
            kind = unicodedata.category(character)
            if character == "\xad":
                return "a soft hyphen"
            if kind in ("Cc", "Cf", "Zl", "Zp"):
                return "a control character"
            if kind[0] == "M":
                return "a combining mark"
            if kind[0] == "L" and not unicodedata.name(character, "").startswith(("LATIN", "CYRILLIC", "GREEK")):
                return "text in another script"
        return "a glyph is not in the batch font"

    def _join(self, text: str, script: str) -> Shaped | None:
        """Put a text together from its words, None where they don't stand alone."""
        words = self._words.setdefault(script, {})
        if self._space is None:
            return None
        space_units, space_code = self._space
        units = -space_units
        codes: list[str] = []
        for piece in text.split(" "):
            try:
                word = words[piece]
            except KeyError:
                if len(words) >= 4 * _CACHED:
                    words.clear()
                word = words[piece] = self._word(piece, script)
            if word is None:
                return None
            units += word[0] + space_units
            codes.append(word[1])
        return units / _UNITS, f"[<{space_code.join(codes)}>]".replace("<>", " ").encode()

    def _word(self, word: str, script: str) -> tuple[int, str] | None:
        """Return a word's width and codes, None where it doesn't stand alone. Without a script: in mixed text."""
        if not word:
            return 0, ""
        if not script:
            scripts = self._scripts(word)
            is_lone = len(scripts) == 1 and self._known[word[0]] != COMMON and not PAIRED.intersection(word)
            if scripts and not is_lone:
                return None
            if not scripts and PAIRED.intersection(word):
                return None
            script = next(iter(scripts), COMMON)
        if not self._alphabet.stands_alone([self._face.nominal(character) for character in word]):
            return None
        units, codes, level = self._emit(self._run(word, script))
        return None if level else (units, codes)

    def _run(self, text: str, script: str) -> _Glyphs:
        """Return the glyphs of a text of one script, as HarfBuzz shapes it."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.direction, buffer.script = "ltr", script
        buffer.language = language_for(script, self.style.language)
        uharfbuzz.shape(self._face.hb_font, buffer, self._features)
        advances, mult = self._face.advances, self._mult
        glyphs: _Glyphs = []
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            glyph = info.codepoint
            if glyph not in advances:
                raise Unfillable("a glyph is not in the batch font")
            if position.x_offset or position.y_offset:
                raise Unfillable("a mark is placed over a letter")
            kern = position.x_advance - advances[glyph]
            glyphs.append((glyph, self._advance(glyph) + ((kern * mult + 32768) >> 16 if kern else 0), 0))
        return glyphs

    def _advance(self, glyph: int) -> int:
        found = self._advances.get(glyph)
        if found is None:
            found = self._advances[glyph] = self._pango.advance(glyph)
        return found

    def _spaced(self, glyphs: _Glyphs) -> _Glyphs:
        """Return the glyphs with letter spacing as Pango shares it out: none at the ends of the line."""
        last = len(glyphs) - 1
        return [
            (
                glyph,
                width + (self._left if place else 0) + (self._right if place < last else 0),
                self._left if place else 0,
            )
            for place, (glyph, width, _) in enumerate(glyphs)
        ]

    def _emit(self, glyphs: _Glyphs) -> tuple[int, str, int]:
        """Return width in Pango units, codes as inside of a TJ string, and the level of the font they need."""
        codes, widths, per_em, size = self._face.codes, self._face.widths, self._per_em, self.style.size
        units = highest = 0
        out: list[str] = []
        for glyph, width, offset in glyphs:
            code = codes.get(glyph)
            if code is None:
                raise Unfillable("a glyph is not in the batch font")
            highest = max(highest, code)
            units += width
            if offset:
                out.append(f">{round(-offset / size, 3):g}<")
            out.append(f"{code:04x}")
            kerning = int(widths[code] + offset / size - width * per_em)
            if kerning:
                out.append(f">{kerning}<")
        return units, "".join(out), self._face.level_of(highest)


def shaper_of(style: TypeStyle, fonts: FontSet) -> Shaper:
    """Return the shaper of a style: one for all leaves of a font set."""
    found: Shaper | None = fonts.shapers.get(style)
    if found is None:
        found = fonts.shapers[style] = Shaper(style, fonts)
    return found


@lru_cache(maxsize=64)
def breaks_of(language: str) -> Opportunities:
    """Return the line break opportunities of a language: one store for all styles."""
    return Opportunities(language)


def _halves(spacing: int) -> tuple[int, int]:
    """Return how Pango splits letter spacing: left and right of a letter; whole pixels stay whole."""
    left = int(spacing / 2)
    if spacing % _UNITS == 0:
        left = (left + _UNITS // 2) // _UNITS * _UNITS
    return left, spacing - left
