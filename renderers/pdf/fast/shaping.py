"""Texts as glyphs: what WeasyPrint and Pango write for a text in one style, without asking them each time.

`Shaper(style, fonts).shape(text)` returns the text's width in px and its TJ array. Digits are looked up, words
are shaped once by HarfBuzz and put together where that is known to be the same, the rest is shaped whole; where
several scripts meet inside of a word, Pango itself is asked. Widths are Pango's, in 1/1024 px, glyph by glyph.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, cast

import uharfbuzz

from renderers.pdf.fast.alphabet import alphabet_of, features_of
from renderers.pdf.fast.breaking import Opportunities
from renderers.pdf.fast.fallback import Block, may_fall_back
from renderers.pdf.fast.figures import KERNEL, FigureText, digits_of
from renderers.pdf.fast.fontset import Face, FontSet
from renderers.pdf.fast.mixed import MixedTexts
from renderers.pdf.fast.model import TypeStyle, Unfillable
from renderers.pdf.fast.pango_text import PangoText
from renderers.pdf.fast.scripts import COMMON, LATIN, PAIRED, language_for

Shaped = tuple[float, bytes]
Word = tuple[int, str, bool]  # width in Pango units, codes, and whether a line may end inside of it
_Glyphs = list[tuple[int, int, int]]  # glyph, advance and offset in Pango units
# Of a file's fonts: a level above 0 of the style's own, or all by name and level where others stand in.
Need = int | tuple[tuple[str, int], ...]
_UNITS: Final = 1024
_MIXED: Final = "Zxxx"  # in place of a script: letters of another font are in the text
_CACHED: Final = 1024  # texts a generation; two generations are kept
_WORDS: Final = 4096  # a script


@lru_cache(maxsize=256)
def _advances_of(name: str, digest: str, index: int, size: float) -> dict[int, int]:
    """Return where the advances of a font's glyphs at a size are kept, in Pango units, for all styles and locales."""
    del name, digest, index, size
    return {}


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
        features = features_of(style)
        self._features = dict(features)
        self._advances = _advances_of(self._face.name, self._face.digest, self._face.metrics.index, style.size)
        self._cache: dict[str, Shaped] = {}
        self._older: dict[str, Shaped] = {}
        self._rare: dict[str, tuple[Need, Shaped]] = {}
        self._words: dict[str, dict[str, Word | None]] = {}
        self._patterns: dict[bytes, FigureText | None] = {}
        self._beside: dict[tuple[str, str, str, str], Word | None] = {}
        self._shown: dict[tuple[int, int], tuple[int, str, int]] = {}  # units, codes and code by glyph and advance
        self._alphabet = alphabet_of(self._face, fonts.language, features, style.language)
        self._known = self._alphabet.known
        self._mixed = MixedTexts(style, fonts, self._pango, self._known, self._emit)
        self._latin, self._letters = self._alphabet.latin, self._alphabet.letters
        self._space = self._plain(" ", COMMON)[:2] if " " in self._known else (0, "")
        joining = self._alphabet.joining
        self._can_join = not self._spacing and joining.is_splittable and joining.are_scripts_alike
        self.breaks = breaks_of(style.language)
        self.space_width = self._space[0] / _UNITS
        self._set_figures()
        own = self._known, COMMON, self._words, self._figure_units, self._figure_codes, self._space
        self.shapes: Any = None if KERNEL is None else KERNEL.Shapes(*own)

    def shape(self, text: str) -> Shaped:
        """Return (width in px, TJ array) of a line. Raises `Unfillable` with the reason."""
        found = self._cache.get(text)
        return self._miss(text) if found is None else found

    def width(self, text: str) -> float:
        """Return the width of a line in px."""
        return self.shape(text)[0]

    def script(self, text: str) -> str:
        """Return the script of a text, "" where several meet. Raises `Unfillable` for what isn't filled."""
        characters = set(text)
        if characters <= self._latin:
            return COMMON if characters.isdisjoint(self._letters) else LATIN
        scripts = self._scripts(text)
        return next(iter(scripts), COMMON) if len(scripts) < 2 else ""

    def figures(self, text: str) -> FigureText | None:
        """Return what texts share that differ from this one in their digits only; None where that isn't known."""
        key = self.digits.key(text)
        found = self._patterns.get(key)
        if found is None and b"0" in key and key not in self._patterns:
            if len(self._patterns) >= _CACHED:
                self._patterns.clear()
            pattern = key.decode("utf-8", "surrogatepass")
            level, (width, glyphs) = self._shape(pattern)
            found = self._patterns[key] = None if level else self.digits.open(pattern, width, glyphs)
        return found

    def plain_figures(self, text: str) -> Shaped | None:
        """Return what `shape` does, at once, for figures without spaces around or side by side; else None."""
        if self._figures_only.issuperset(text) and text[:1] != " " and text[-1:] != " " and "  " not in text:
            return self._figures(text)
        return None

    def words(self, pieces: list[str], script: str) -> list[Word | None]:
        """Return the words of a text of this script that come out as by themselves; None where one doesn't."""
        if script == _MIXED:
            return [None] * len(pieces)
        known = self._words.get(script)
        if known is None:
            known = self._words[script] = {}
        try:
            found = [known[piece] for piece in pieces]
        except KeyError:
            if len(known) >= _WORDS:
                known.clear()
            for piece in pieces:
                if piece not in known:
                    known[piece] = self._word(piece, script) if self._can_join else None
            found = [known[piece] for piece in pieces]
        if None in found and self._can_join:
            self._look_beside(pieces, found, script)
        return found

    def _look_beside(self, pieces: list[str], found: list[Word | None], script: str) -> None:
        """Find the words that come out as by themselves beside these, if not beside any."""
        last = len(pieces) - 1
        for number, word in enumerate(found):
            if word is None:
                before, after = pieces[number - 1] if number else "", pieces[number + 1] if number < last else ""
                key = before, pieces[number], after, script
                if key not in self._beside:
                    if len(self._beside) >= _CACHED:
                        self._beside.clear()
                    is_edge = (number and not before) or (number < last and not after)
                    self._beside[key] = None if is_edge else self._word(pieces[number], script, before, after)
                found[number] = self._beside[key]

    def joined(self, words: Sequence[Word]) -> Shaped:
        """Return a line of words with a space between each two."""
        units, code = self._space
        width = (sum([word[0] for word in words]) + units * (len(words) - 1)) / _UNITS
        codes = code.join([word[1] for word in words])
        return width, f"[<{codes}>]".replace("<>", " ").encode()

    def _miss(self, text: str) -> Shaped:
        figures = self.figures(text)
        if figures is not None:
            return figures.width, figures.fill(text)
        found = self._older.get(text)
        if found is None:
            if text in self._rare:
                level, found = self._rare[text]
                self._ask(level)
                return found
            level, found = self._shape(text)
            if level:
                if len(self._rare) >= _CACHED:
                    self._rare.clear()
                self._rare[text] = level, found
                self._ask(level)
                return found
        if len(self._cache) >= _CACHED:
            self._older, self._cache = self._cache, {}
        self._cache[text] = found
        return found

    def _ask(self, need: Need) -> None:
        for name, level in ((self.style.font, need),) if isinstance(need, int) else need:
            self._fonts.ask(name, level)

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
        codes = {digit: self._face.codes.get(glyph, -1) for digit, glyph in self._alphabet.digits.items()}
        is_whole = codes and all(0 <= code < self._face.sizes[0] for code in codes.values())
        # Those that may stand for one another.
        self.digits = digits_of(tuple((digit, b"%04x" % code) for digit, code in codes.items()) if is_whole else ())
        self._figures_only = frozenset(self._figure_units)
        self._lone_figures = frozenset(filter(self._alphabet.stands_alone, self._figure_units))

    def _figures(self, text: str) -> Shaped:
        codes = text.translate(self._figure_codes)
        width = sum(map(self._figure_units.__getitem__, text)) / _UNITS
        if ">" in codes:
            codes = codes.replace("<>", " ")
        return width, f"[<{codes}>]".encode() if text else b"[]"

    def _shape(self, text: str) -> tuple[Need, Shaped]:
        """Return the level of the font that a text needs, and how it comes out."""
        if self._figures_only.issuperset(text):
            return 0, self._figures(text)
        script = self.script(text)
        if script == _MIXED:
            need, units, said = self._mixed.set(text)
            return need, (units / _UNITS + self.style.letter_spacing, said)
        if self._can_join:
            words = self.words(text.split(" "), script)
            if None not in words:
                return 0, self.joined(cast("list[Word]", words))
        if script and not self._spacing:
            units, codes, level = self._plain(text, script)
        else:
            glyphs = self._spaced(self._run(text, script)) if script else self._pango.glyphs(text)
            self._face.must_read(text, [glyph for glyph, _, _ in glyphs])
            units, codes, level = self._emit(glyphs)
        return level, (units / _UNITS + self.style.letter_spacing, f"[<{codes}>]".replace("<>", " ").encode())

    def lift(self, text: str) -> float:
        """Return by how many px the box of a text reaches higher over its baseline than one in the own font only."""
        return self._mixed.lift(text)

    def _scripts(self, text: str) -> set[str]:
        """Return the scripts of a text's letters. Raises `Unfillable` for what isn't filled."""
        try:
            scripts = {self._known[character] for character in text}
        except KeyError:
            missing = {character for character in text if character not in self._known}
            if all(not self._face.nominal(character) and may_fall_back(character) for character in missing):
                return {_MIXED}
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

    def _word(self, word: str, script: str, before: str | None = None, after: str | None = None) -> Word | None:
        """Return a word, None where it doesn't stand alone beside these (None: any). No script: in mixed text."""
        if not word:
            return 0, "", False
        if self._lone_figures.issuperset(word):
            codes = word.translate(self._figure_codes)
            return sum(map(self._figure_units.__getitem__, word)), codes, bool(self.breaks.inside(word))
        if not script:
            # A run of a script may end inside of the word where signs stand in front, or pairs of them around.
            script = self.script(word)
            if not script or PAIRED.intersection(word) or (script != COMMON and self._known[word[0]] == COMMON):
                return None
        if not self._alphabet.stands_alone(word, before, after):
            return None
        units, codes, level = self._plain(word, script)
        return None if level else (units, codes, bool(self.breaks.inside(word)))

    def _plain(self, text: str, script: str) -> tuple[int, str, int]:
        """Return what `_emit` does, for a text of one script without letter spacing."""
        shown, units, highest = self._shown, 0, 0
        out: list[str] = []
        for info, position in zip(*self._shaped(text, script), strict=True):
            glyph, (x_offset, y_offset, advance, _) = info.codepoint, position.position
            found = shown.get((glyph, advance))
            if found is None:
                own = self._face.advances.get(glyph)
                if own is None:
                    raise Unfillable("a glyph is not in the batch font")
                width = self._advance(glyph) + self._scaled(advance - own)
                found = shown[glyph, advance] = width, self._emit([(glyph, width, 0)])[1], self._face.codes[glyph]
            if x_offset or y_offset:
                raise Unfillable("a mark is placed over a letter")
            units += found[0]
            out.append(found[1])
            if found[2] > highest:
                highest = found[2]
        return units, "".join(out), self._face.level_of(highest)

    def _shaped(self, text: str, script: str) -> tuple[Any, Any]:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(str(text))  # it takes no kind of str but str itself
        buffer.direction, buffer.script = "ltr", script
        buffer.language = language_for(script, self.style.language)
        uharfbuzz.shape(self._face.hb_font, buffer, self._features)
        self._face.must_read(text, [info.codepoint for info in buffer.glyph_infos])
        return buffer.glyph_infos, buffer.glyph_positions

    def _scaled(self, distance: int) -> int:
        """Return a distance of the font in Pango units, rounded as HarfBuzz does."""
        return (distance * self._mult + 32768) >> 16 if distance else 0

    def _run(self, text: str, script: str) -> _Glyphs:
        """Return the glyphs of a text of one script, as HarfBuzz shapes it."""
        advances = self._face.advances
        glyphs: _Glyphs = []
        for info, position in zip(*self._shaped(text, script), strict=True):
            glyph = info.codepoint
            if glyph not in advances:
                raise Unfillable("a glyph is not in the batch font")
            if position.x_offset or position.y_offset:
                raise Unfillable("a mark is placed over a letter")
            glyphs.append((glyph, self._advance(glyph) + self._scaled(position.x_advance - advances[glyph]), 0))
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

    def _emit(self, glyphs: _Glyphs, face: Face | Block | None = None) -> tuple[int, str, int]:
        """Return width in Pango units, codes as inside of a TJ string, and the level of the font they need."""
        face = face or self._face
        codes, widths, per_em, size = face.codes, face.widths, self._per_em, self.style.size
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
        return units, "".join(out), face.level_of(highest)


def shaper_of(style: TypeStyle, fonts: FontSet) -> Shaper:
    """Return the shaper of a style: one for all colours and all leaves of a font set."""
    found: Shaper | None = fonts.shapers.get(style)
    if found is None:
        key = replace(style, colour=(0.0, 0.0, 0.0))
        found = fonts.shapers.get(key) or Shaper(style, fonts)
        fonts.shapers[key] = fonts.shapers[style] = found
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
