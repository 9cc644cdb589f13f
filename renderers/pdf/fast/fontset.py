"""The fonts of a template set: which face Pango chooses for a style, its glyphs, and its PDF objects.

`FontSet(language)` belongs to one template set and locale. `face(style)` names a style's face; the names are
made of what the face is, never of the order in which styles come, so files come out alike in every run.
A face numbers its glyphs anew: a code in a text is the glyph's number in the subset, the same in every level.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import partial
from hashlib import md5, sha256
from pathlib import Path
from typing import Any
from unicodedata import normalize
from weakref import WeakValueDictionary

import fontTools
import uharfbuzz
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import ffi, pango
from weasyprint.text.fonts import font_features, get_pango_font_key
from weasyprint.text.line_break import Layout

from renderers.pdf.fast.fallback import Block, Fallback, Letter, PangoGlyph, of_one_font
from renderers.pdf.fast.file_head import Resource
from renderers.pdf.fast.font_store import code_of, stored_texts
from renderers.pdf.fast.fontfile import FontProgram, font_bodies, font_program, subset_font, unicode_map
from renderers.pdf.fast.glyphs import glyphs_of
from renderers.pdf.fast.model import TypeStyle, Unfillable
from renderers.pdf.fast.repertoire import LEVELS, characters

_PROBE_SIZE = 100.0  # at which the metrics are taken, so that they don't depend on the first style met
_ALWAYS = ("calt", "ccmp", "clig", "kern", "liga", "locl", "rclt", "rlig")  # features that HarfBuzz turns on itself
_GLYPHS = 64  # sets of a file's glyphs that are kept
_STANDING_IN = 4096  # letters in other fonts that are kept
_LIGHT, _BOLD = 500, 600  # fontconfig emboldens a face up to medium when bold is asked for
_READ_ALIKE = {0x2010: "-", 0x2011: "-"} | {code: normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_UNFIT = {
    "fvar": "is variable",
    "COLR": "is in colour",
    "CBDT": "is in colour",
    "SVG ": "is in colour",
    "EBDT": "is a bitmap",
}


def _read(text: str) -> str:
    return "".join(text.translate(_READ_ALIKE).split())


class FontFile:
    """The file of a font, read once a process whichever locales use it."""

    def __init__(self, data: bytes, index: int, digest: str) -> None:
        self.data = data
        self.index = index
        self.digest = digest
        self.hb_face = uharfbuzz.Face(data, index)
        self.hb_font = uharfbuzz.Font(self.hb_face)
        upem = self.hb_face.upem
        self.hb_font.scale = (upem, upem)
        self._advances: dict[int, int] = {}
        self._glyphs: dict[tuple[frozenset[str], tuple[str, ...]], frozenset[int]] = {}
        self._texts: dict[int, str] | None = None
        self._ranks: list[int] = []

    def glyphs(self, letters: frozenset[str], features: tuple[str, ...]) -> frozenset[int]:
        """Return the glyphs that these characters and their substitutions can come out as."""
        key = letters, features
        if key not in self._glyphs:
            if len(self._glyphs) >= _GLYPHS:
                self._glyphs.clear()
            self._glyphs[key] = glyphs_of(self.hb_face, letters, features)
        return self._glyphs[key]

    def texts(self, cache: Path | None) -> dict[int, str]:
        """Return the characters that each glyph stands for; `cache` keeps them from run to run."""
        if self._texts is None:
            self._texts = stored_texts(self.data, self.index, self.digest, cache)
        return self._texts

    def ranks(self, cache: Path | None) -> list[int]:
        """Return by glyph what they are sorted by: letters as they are come first, then other forms of letters.

        So a subset's map from glyphs to letters is short.
        """
        if not self._ranks:
            texts = self.texts(cache)
            keys: list[tuple[bool, str, int]] = []
            seen: set[str] = set()
            for glyph in range(self.hb_face.glyph_count):
                text = texts.get(glyph, "")
                keys.append((len(text) != 1 or text in seen, text, glyph))
                seen.add(text)
            self._ranks = [0] * len(keys)
            for rank, (_, _, glyph) in enumerate(sorted(keys)):
                self._ranks[glyph] = rank
        return self._ranks

    def advance(self, glyph: int) -> int:
        """Return the advance of a glyph in units of the font."""
        found = self._advances.get(glyph)
        if found is None:
            found = self._advances[glyph] = self.hb_font.get_glyph_h_advance(glyph)
        return found


_files: WeakValueDictionary[tuple[str, int], FontFile] = WeakValueDictionary()


def font_file(font: Font) -> FontFile:
    """Return the file of a font. WeasyPrint's own copy of it is dropped."""
    digest = sha256(font.file_content).hexdigest()
    found = _files.get((digest, font.index))
    if found is None:
        found = _files[digest, font.index] = FontFile(font.file_content, font.index, digest)
    font.file_content = found.data
    return found


class Face:
    """A font face under the name that content streams use. Glyph codes are four hex digits."""

    def __init__(self, name: str, font: Font, language: str, features: Iterable[str], cache: Path | None) -> None:
        self.name = name
        self.file = font_file(font)
        self.data: bytes = self.file.data
        self.digest = self.file.digest
        self.metrics = font
        self.upem: int = font.upem
        self.features = tuple(sorted({*_ALWAYS, *features}))
        self.cache = cache
        self._programs: dict[int, FontProgram] = {}  # by level
        self.alphabets: dict[Any, Any] = {}  # kept here by `alphabet`
        self.hb_face = self.file.hb_face
        self.hb_font = self.file.hb_font
        levels = [self.file.glyphs(letters, self.features) for letters in characters(language)]
        ranks = self.file.ranks(cache)
        # Glyph 0 stays 0; then each level's own, in the order of what they stand for.
        self.order: list[int] = [0]
        seen = {0}
        for glyphs in levels:
            self.order += sorted(glyphs - seen, key=ranks.__getitem__)
            seen |= glyphs
        self.sizes: tuple[int, ...] = tuple(len({0} | glyphs) for glyphs in levels)
        self.codes: dict[int, int] = {glyph: code for code, glyph in enumerate(self.order)}
        self.advances: dict[int, int] = {glyph: self.file.advance(glyph) for glyph in self.order}
        # As WeasyPrint writes them: rounded thousandths of an em.
        self.widths: list[int] = [round(self.advances[glyph] * 1000 / self.upem) for glyph in self.order]

    @property
    def texts(self) -> dict[int, str]:
        """The characters that each glyph stands for."""
        return self.file.texts(self.cache)

    def level_of(self, code: int) -> int:
        """Return the lowest level whose subset holds a glyph code."""
        return bisect_right(self.sizes, code)

    def nominal(self, character: str) -> int:
        """Return the glyph of a character, 0 where the face has none."""
        return self.hb_font.get_nominal_glyph(ord(character)) or 0

    def must_read(self, text: str, glyphs: Sequence[int]) -> None:
        """Raise `Unfillable` where a reader would get other characters than these: Inter's `0x1` looks like `0×1`.

        White space and hyphens share their glyphs, and `fi` has a letter of its own: no reader tells them apart.
        """
        texts = self.texts
        said = "".join([texts.get(glyph, "") for glyph in glyphs])
        if said != text and _read(said) != _read(text) and self.codes.keys() >= set(glyphs):
            raise Unfillable("a glyph stands for another character")

    def unicode_map(self, level: int = 0) -> bytes:
        """Return the body of the stream that says what the font's glyphs stand for."""
        texts = self.texts
        return unicode_map([texts.get(glyph, "") for glyph in self.order[: self.sizes[level]]])

    def objects(self, first_number: int, map_number: int, level: int = 0) -> list[bytes]:
        """Return the bodies of the font's PDF objects, numbered from `first_number`; the first is the font.

        `level` is the repertoire that the file needs: 0 the locale's, up to `repertoire.LEVELS` - 1 for all.
        `map_number` is that of its `unicode_map`.
        """
        size = self.sizes[level]
        if level not in self._programs:
            self._programs[level] = font_program(self._subset(size, level))
        return font_bodies(first_number, map_number, self.metrics, self._programs[level], self.widths[:size])

    def _subset(self, size: int, level: int) -> bytes:
        """Return the font file of the first `size` glyphs, from the cache when it has been made before."""
        if self.cache is None:
            return subset_font(self.hb_face, self.order[:size])
        made_by = uharfbuzz.__version__, fontTools.version, code_of("fontfile", "cid_font")
        key = sha256(repr((made_by, self.metrics.index, self.order[:size], self.digest)).encode())
        path = self.cache / f"{self.name}-{level}-{key.hexdigest()[:32]}.font"
        if not path.exists():
            self.cache.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{id(self)}.part")
            draft.write_bytes(subset_font(self.hb_face, self.order[:size]))
            draft.replace(path)
        return path.read_bytes()


class FontSet:
    """The faces that the styles of a template set use in one locale, and which level each file needs."""

    def __init__(self, language: str, cache: Path | None = None) -> None:
        """`language` is the locale's tag; `cache` a directory that keeps subsets from run to run."""
        self.language = language
        self.faces: dict[str, Face] = {}
        self.styles: dict[TypeStyle, Any] = {}  # what Pango itself is asked with; added to by `type_style`
        self.shapers: dict[Any, Any] = {}  # kept here by `shaping.shaper_of`
        self.lines: dict[Any, Any] = {}  # kept here by `leaf.Leaf`: what sets texts of the same style and width
        self.asked = 0  # how often `ask` was called: tells whether setting a text asked for anything
        # Levels above 0 that texts shaped since `begin` need, by face; of other fonts' blocks, level 0.
        self.need: dict[str, int] = {}
        self._cache = cache
        self._by_key: dict[tuple[Any, ...], Face] = {}
        self._fallbacks: dict[str, Fallback] = {}
        self._blocks: dict[str, Block] = {}
        self._standing_in: dict[tuple[TypeStyle, int, str], Fallback] = {}

    def begin(self) -> None:
        """Start a file: forget what the last one needed."""
        if self.need:
            self.need.clear()

    def variant(self, names: Sequence[str]) -> tuple[int, ...]:
        """Return the levels of these faces that the texts shaped since `begin` need."""
        return tuple(self.need.get(name, 0) for name in names) if self.need else (0,) * len(names)

    def ask(self, name: str, level: int) -> None:
        """Note that the file needs this level of a face."""
        self.asked += 1
        if level > self.need.get(name, -1):
            self.need[name] = level

    def beyond(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return what texts shaped since `begin` need beside these faces, in the order of the file."""
        return tuple(sorted(self.need.keys() - set(names))) if self.need else ()

    def resource(self, name: str, level: int) -> Resource:
        """Return a level of a face, or a block, for the head of a file."""
        source = self.faces.get(name) or self._blocks[name]
        return Resource("Font", name, partial(source.objects, level=level), source.unicode_map(level))

    def other_blocks(self, style: TypeStyle, key: int, glyphs: list[Letter]) -> list[tuple[Block, PangoGlyph]]:
        """Return the glyphs of a run in another font than the style's, each with its block.

        `key` tells which font Pango took for the run. Raises `Unfillable`.
        """
        letter = next((found[0] for found in glyphs if found[0] != " "), "")
        if not letter:
            raise Unfillable("spaces are set in another font")
        if (style, key, letter) not in self._standing_in:
            if len(self._standing_in) >= _STANDING_IN:
                self._standing_in.clear()
            self._standing_in[style, key, letter] = self._fallback(self.styles[style], key, letter)
        found = of_one_font(self._standing_in[style, key, letter], glyphs)
        for block, _ in found:
            self._blocks[block.name] = block
        return found

    def _fallback(self, style: Any, key: int, letter: str) -> Fallback:
        layout, pango_font = _pango_font(style, letter)
        own_key, description, size = get_pango_font_key(pango_font)
        if own_key != key:
            raise Unfillable("a letter alone is set in another font")
        font = Font(pango_font, description, size)
        del layout
        _check(font, style)
        return self._fallbacks.setdefault(font.hash, Fallback(font))

    def face(self, style: Any) -> Face:
        """Return the face that Pango chooses for a computed style. Raises `Unfillable`."""
        features = _features(style)
        key = (
            id(style.font_config), tuple(style["font_family"]), style["font_style"], style["font_weight"],
            style["font_stretch"], style["font_variant_caps"], str(style["font_variation_settings"]), features,
        )  # fmt: skip
        if key not in self._by_key:
            self._by_key[key] = self._find(style, tuple(tag for tag, value in features if value))
        return self._by_key[key]

    def _find(self, style: Any, features: tuple[str, ...]) -> Face:
        layout, pango_font = _pango_font(style)
        _, description, size = get_pango_font_key(pango_font)
        font = Font(pango_font, description, size)
        del layout  # it kept the Pango font alive
        _check(font, style)
        extra = "".join(tag for tag in features if tag not in (*_ALWAYS, "tnum"))
        name = font.hash + (_letters(extra) if extra else "")
        face = self.faces.get(name)
        if face is None:
            face = self.faces[name] = Face(name, font, self.language, {*features, "tnum"}, self._cache)
        return face


def _letters(text: str) -> str:
    return "".join(chr(97 + byte % 26) for byte in md5(text.encode(), usedforsecurity=False).digest()[:4])


def _features(style: Any) -> tuple[tuple[str, int], ...]:
    found = font_features(
        style["font_kerning"], style["font_variant_ligatures"], style["font_variant_position"],
        style["font_variant_caps"], style["font_variant_numeric"], style["font_variant_alternates"],
        style["font_variant_east_asian"], style["font_feature_settings"],
    )  # fmt: skip
    return tuple(sorted((str(tag), int(value)) for tag, value in found.items()))


def _pango_font(style: Any, letter: str = "A") -> tuple[Layout, Any]:
    """Return the font that Pango sets a letter of a style in, after the layout that owns it."""
    probe = style.copy()
    probe["font_size"], probe["letter_spacing"], probe["word_spacing"] = _PROBE_SIZE, "normal", 0
    layout = Layout(probe)
    layout.set_text(letter)
    line, _ = layout.get_first_line()
    if line.runs == ffi.NULL:
        raise Unfillable("no font is found for a style")
    return layout, line.runs[0].data.item.analysis.font


def _check(font: Font, style: Any) -> None:
    """Refuse faces that Pango or a viewer would draw in other ways than by their outlines."""
    for table, fact in _UNFIT.items():
        if table in font.tables:
            raise Unfillable(f"the font {font.family} {fact}")
    face = uharfbuzz.Face(font.file_content, font.index)
    table = face.reference_table("OS/2").data
    weight, selection = int.from_bytes(table[4:6], "big"), int.from_bytes(table[62:64], "big")
    if style["font_weight"] >= _BOLD and weight <= _LIGHT:
        raise Unfillable(f"the font {font.family} has no bold face")
    if style["font_style"] != "normal" and not selection & 1 and not selection & 0x200:
        raise Unfillable(f"the font {font.family} has no italic face")
    if style["font_variant_caps"] != "normal":
        raise Unfillable("text is set in small capitals")
    if pango.pango_version() < 14802:  # before it, sizes of fonts were rounded
        raise Unfillable("Pango is older than 1.48.2")


__all__ = ["LEVELS", "Face", "FontSet"]
