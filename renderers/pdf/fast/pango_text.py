"""Asks Pango itself how it sets a text: the authority for what is too rare to be worked out here."""

from __future__ import annotations

from typing import Any

from weasyprint.text.ffi import ffi, pango
from weasyprint.text.fonts import get_pango_font_key
from weasyprint.text.line_break import Layout

from renderers.pdf.fast.model import Unfillable

# Glyph number, advance and offset in Pango units (1/1024 px).
PangoGlyph = tuple[int, int, int]
_UNKNOWN = 0x10000000  # PANGO_GLYPH_UNKNOWN_FLAG
_EMPTY = 0x0FFFFFFF  # PANGO_GLYPH_EMPTY
_UNITS = 1024
_LINE_BREAK = 1  # first bit of PangoLogAttr


class PangoText:
    """Sets single lines in one computed style. Keeps one layout for all of them, made when it is asked."""

    _layout: Any = None
    _font: Any
    _key: int
    _line: Any

    def __init__(self, style: Any) -> None:
        self._style = style
        self._rectangles = ffi.new("PangoRectangle *"), ffi.new("PangoRectangle *")

    def _begin(self) -> None:
        """Find the style's font. It takes a millisecond, and most styles of most locales never need it."""
        self._layout = Layout(self._style)
        self._layout.set_text("A")
        self._line, _ = self._layout.get_first_line()
        self._font = self._line.runs[0].data.item.analysis.font
        self._key = int(get_pango_font_key(self._font)[0])

    def _set(self, text: str) -> Any:
        """Return a text as a line, which lives until the next one."""
        if self._layout is None:
            self._begin()
        self._layout.set_text(text)
        self._line, _ = self._layout.get_first_line()
        return self._line

    def advance(self, glyph: int) -> int:
        """Return a glyph's own advance in Pango units, without kerning."""
        if self._layout is None:
            self._begin()
        ink, logical = self._rectangles
        pango.pango_font_get_glyph_extents(self._font, glyph, ink, logical)
        return int(logical.width)

    def runs(self, text: str) -> list[tuple[int | None, list[tuple[str, int, int, int]]]]:
        """Return the runs of a line: the key of its font where it is another, and (text, glyph, advance, offset).

        Raises `Unfillable` where Pango lifts a glyph or has none.
        """
        line = self._set(text)
        encoded = text.encode()
        found: list[tuple[int | None, list[tuple[str, int, int, int]]]] = []
        run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
        while run != ffi.NULL:
            item, run = run.data, run.next
            font = item.item.analysis.font
            key = None if font == self._font else int(get_pango_font_key(font)[0])
            string = item.glyphs
            infos = string.glyphs[0 : string.num_glyphs]
            for info in infos:
                _check(info)
            letters = [
                (letter, info.glyph, info.geometry.width, info.geometry.x_offset)
                for letter, info in zip(_characters(item, encoded), infos, strict=True)
            ]
            found.append((None if key == self._key else key, letters))
        return found

    def height(self, text: str) -> tuple[float, float]:
        """Return height and baseline of a line in px, as WeasyPrint takes them for a text's box."""
        line = self._set(text)
        _, logical = self._rectangles
        pango.pango_layout_line_get_extents(line, ffi.NULL, logical)
        return logical.height / _UNITS, pango.pango_layout_get_baseline(self._layout.layout) / _UNITS

    def glyphs(self, text: str) -> list[PangoGlyph]:
        """Return the glyphs of a line. Raises `Unfillable` where Pango takes another font or lifts a glyph."""
        line = self._set(text)
        found: list[PangoGlyph] = []
        run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
        while run != ffi.NULL:
            item, run = run.data, run.next
            font = item.item.analysis.font
            if font != self._font and get_pango_font_key(font)[0] != self._key:
                raise Unfillable("a glyph is not in the batch font")
            string = item.glyphs
            for info in string.glyphs[0 : string.num_glyphs]:
                _check(info)
                found.append((info.glyph, info.geometry.width, info.geometry.x_offset))
        return found


def _check(info: Any) -> None:
    if info.glyph == _EMPTY or info.glyph & _UNKNOWN:
        raise Unfillable("a character has no glyph of its own")
    if info.geometry.y_offset:
        raise Unfillable("a mark is placed over a letter")


def _characters(item: Any, encoded: bytes) -> list[str]:
    """Return what each glyph of a run stands for; empty where several stand for one."""
    string, start = item.glyphs, item.item.offset
    places = [start + cluster for cluster in string.log_clusters[0 : string.num_glyphs]]
    ends = [*places[1:], start + item.item.length]
    return [encoded[place:end].decode() for place, end in zip(places, ends, strict=True)]


def line_breaks(text: str, language: str) -> list[int]:
    """Return where Pango may break a text: indexes of characters that may begin a line."""
    encoded = text.encode()
    count = len(text) + 1
    attributes = ffi.new("PangoLogAttr[]", count)
    tag = pango.pango_language_from_string(language.encode()) if language else pango.pango_language_get_default()
    pango.pango_get_log_attrs(encoded, len(encoded), -1, tag, attributes, count)
    bits = memoryview(ffi.buffer(attributes)).cast("I")
    return [index for index in range(1, count - 1) if bits[index] & _LINE_BREAK]
