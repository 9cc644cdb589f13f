"""Reads the letters of a page back: which, in which face and colour, and where; to compare two files.

White space is left out: what of it is drawn and what PDFium guesses between texts differs from writer to writer.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

# Edges of a letter may lie so far apart: a tenth of a pixel at 100 dpi. Writers round numbers to less than that.
LETTER_PT = 0.07
_FACE_BYTES = 256
_PREFIX = 7  # of the name of a font of which a part is embedded, as in ABCDEF+Inter-Bold (ISO 32000-1, 9.6.4)


class Letter(NamedTuple):
    """A character as it is drawn: its font's name, its colour, and its edges in points: left, right, bottom, top."""

    character: int
    face: str
    colour: tuple[int, ...]
    edges: tuple[float, ...]


def letters_of(page: pypdfium2.PdfPage) -> tuple[Letter, ...]:
    """Return the letters of a page in the order they are drawn, without white space. Takes 5 us a letter."""
    text_page = page.get_textpage()
    try:
        return tuple(_letters(text_page.raw))
    finally:
        text_page.close()


def first_difference(mine: Sequence[Letter], reference: Sequence[Letter]) -> str:
    """Return in words how two pages differ in their letters, empty where they don't. It tells none of them."""
    if [letter.character for letter in mine] != [letter.character for letter in reference]:
        return "the texts differ"
    pairs = list(zip(mine, reference, strict=True))
    if any(one.face != other.face for one, other in pairs):
        return "the fonts of letters differ"
    if any(one.colour != other.colour for one, other in pairs):
        return "the colours of letters differ"
    edges = [edge for one, other in pairs for edge in zip(one.edges, other.edges, strict=True)]
    if any(abs(edge - wanted) > LETTER_PT for edge, wanted in edges):
        return "the places of letters differ"
    return ""


def _letters(page: pdfium.FPDF_TEXTPAGE) -> Iterator[Letter]:
    box, colour = [ctypes.c_double() for _ in range(4)], [ctypes.c_uint() for _ in range(4)]
    name, flags = ctypes.create_string_buffer(_FACE_BYTES), ctypes.c_int()
    for place in range(pdfium.FPDFText_CountChars(page)):
        character = pdfium.FPDFText_GetUnicode(page, place)
        if chr(character).isspace() or pdfium.FPDFText_IsGenerated(page, place) == 1:
            continue
        pdfium.FPDFText_GetCharBox(page, place, *box)
        pdfium.FPDFText_GetFillColor(page, place, *colour)
        pdfium.FPDFText_GetFontInfo(page, place, name, _FACE_BYTES, flags)
        face = name.value.decode("utf-8", "replace")
        yield Letter(
            character,
            face[_PREFIX:] if face[_PREFIX - 1 : _PREFIX] == "+" else face,
            tuple([part.value for part in colour]),
            tuple([edge.value for edge in box]),
        )
