"""Compares a filled PDF with the reference's of the same communication: what a reader, an eye and a screen reader get.

Equal must be: the pages' sizes, their letters in the order they are drawn with face, colour and place (as PDFium
reads them), the tag tree with its texts in reading order, the links with their places, the outline, the language
and the document information. The pictures of the pages at 100 dpi may differ by the rounding of positions: see
`renderers.pdf.likeness`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from math import ceil, floor
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from renderers.pdf.letters import first_difference, letters_of
from renderers.pdf.likeness import MOST_PALE, MOST_STRAY, pale_squares, stray_pixels
from renderers.pdf.tag_reader import Element, struct_signature

if TYPE_CHECKING:
    from PIL import Image

    from renderers.pdf.reference import QrPlace

DPI = 100
LINK_PT = 1.0  # how far the edges of a link may lie apart
_LANGUAGE_UNITS = 128  # of UTF-16: more than a language tag has
_Page = tuple[pypdfium2.PdfDocument, pypdfium2.PdfPage]
_Link = tuple[bytes, tuple[float, float, float, float]]
_SILENT = frozenset({"Span", "NonStruct", "Div"})


def differences(filled: bytes, reference: bytes, symbols: Sequence[QrPlace] = ()) -> tuple[str, ...]:
    """Return what differs, in words without any of the texts; empty when the files are alike.

    `symbols` are the places of QR symbols, whose pictures aren't compared: the fill paints modules sharp
    where the reference smooths their edges. Their modules are the guard's to check, one by one.
    """
    return tuple(_differences(filled, reference, symbols))


def _differences(filled: bytes, reference: bytes, symbols: Sequence[QrPlace]) -> Iterator[str]:
    ours, theirs = pypdfium2.PdfDocument(filled), pypdfium2.PdfDocument(reference)
    try:
        if len(ours) != len(theirs):
            yield f"{len(ours)} pages in place of {len(theirs)}"
            return
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True), start=1):
            places = [place for place in symbols if place.page == number - 1]
            yield from (f"page {number}: {what}" for what in _pages_differ((ours, one), (theirs, other), places))
        if list(_outline(ours)) != list(_outline(theirs)):
            yield "the outlines differ"
        if ours.get_metadata_dict() != theirs.get_metadata_dict():
            yield "the document information differs"
        if _language(ours) != _language(theirs):
            yield "the languages differ"
    finally:
        ours.close()
        theirs.close()
    for number, (mine, other_tags) in enumerate(
        zip(struct_signature(filled), struct_signature(reference), strict=True), start=1
    ):
        if place := _first_difference(_said(mine.elements), _said(other_tags.elements), "Document"):
            yield f"page {number}: the tag trees differ at {place}"


def _pages_differ(mine: _Page, reference: _Page, symbols: Sequence[QrPlace]) -> Iterator[str]:
    (ours, one), (theirs, other) = mine, reference
    if [round(side, 2) for side in one.get_size()] != [round(side, 2) for side in other.get_size()]:
        yield "the sizes differ"
        return
    if what := first_difference(letters_of(one), letters_of(other)):
        yield what
    if not _same_links(list(_links(ours, one)), list(_links(theirs, other))):
        yield "the links differ"
    shown, wanted = [_without(picture(page), symbols) for page in (one, other)]
    stray, pale = stray_pixels(shown, wanted), pale_squares(shown, wanted)
    if stray > MOST_STRAY:
        yield f"{stray} pixels stray at {DPI} dpi, {MOST_STRAY} may"
    if pale > MOST_PALE:
        yield f"{pale} pale squares differ at {DPI} dpi, {MOST_PALE} may"


def picture(page: pypdfium2.PdfPage, dpi: int = DPI) -> Image.Image:
    """Return a page as a picture in colour."""
    bitmap = page.render(scale=dpi / 72)
    try:
        colours: Image.Image = bitmap.to_pil().convert("RGB").copy()
        return colours
    finally:
        bitmap.close()


def _without(page: Image.Image, symbols: Sequence[QrPlace]) -> Image.Image:
    """Return a page with its QR symbols, and a pixel around them, painted over."""
    scale = DPI / 72
    for place in symbols:
        left, top = floor(place.x_pt * scale) - 1, floor(place.y_pt * scale) - 1
        right, bottom = (ceil((start + place.size_pt) * scale) + 1 for start in (place.x_pt, place.y_pt))
        page.paste((255, 255, 255), (left, top, right, bottom))
    return page


def _links(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> Iterator[_Link]:
    """Yield the links of a page: where each leads, and its edges in points."""
    position, link, edges = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
    while pdfium.FPDFLink_Enumerate(page, position, link):
        action = pdfium.FPDFLink_GetAction(link)
        size = pdfium.FPDFAction_GetURIPath(document, action, None, 0)
        address = ctypes.create_string_buffer(max(size, 1))
        pdfium.FPDFAction_GetURIPath(document, action, address, size)
        pdfium.FPDFLink_GetAnnotRect(link, edges)
        yield address.value, (edges.left, edges.bottom, edges.right, edges.top)


def _same_links(mine: Sequence[_Link], reference: Sequence[_Link]) -> bool:
    """Tell whether two pages have links to the same addresses at the same places, in the same order."""
    return len(mine) == len(reference) and all(
        address == wanted and all(abs(edge - place) <= LINK_PT for edge, place in zip(edges, places, strict=True))
        for (address, edges), (wanted, places) in zip(mine, reference, strict=True)
    )


def _language(document: pypdfium2.PdfDocument) -> str:
    """Return the language of the whole document."""
    room = (ctypes.c_ushort * _LANGUAGE_UNITS)()
    pdfium.FPDFCatalog_GetLanguage(document, room, ctypes.sizeof(room))
    return bytes(room).decode("utf-16-le").rstrip("\0")


def _outline(document: pypdfium2.PdfDocument) -> Iterator[tuple[int, str, int | None, float]]:
    for bookmark in document.get_toc():
        target = bookmark.get_dest()
        view = target.get_view()[1] if target else []
        yield (
            bookmark.level, bookmark.get_title(), target.get_index() if target else None,
            round(view[1]) if len(view) > 1 and view[1] is not None else 0.0,
        )  # fmt: skip


def _said(elements: Sequence[Element]) -> tuple[Element, ...]:
    """Return elements without those that say nothing: WeasyPrint marks a line's last space as a text, too."""
    kept: list[Element] = []
    for element in elements:
        kids: list[Element | str | None] = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids += _said([kid])
            elif kid is None or kid.strip():
                kids.append(kid and kid.strip())
        if kids or element.role not in _SILENT:
            kept.append(element._replace(kids=tuple(kids)))
    return tuple(kept)


def _first_difference(mine: Sequence[object], other: Sequence[object], path: str) -> str:
    """Return the path of the first element that differs, empty for equal trees. It holds roles, no texts."""
    for number, (left, right) in enumerate(zip_longest(mine, other), start=1):
        if left == right:
            continue
        if not isinstance(left, Element) or not isinstance(right, Element):
            return f"{path} > {number}"
        here = f"{path} > {right.role} {number}"
        if left[:3] != right[:3]:
            return here
        return _first_difference(left.kids, right.kids, here) or here
    return ""
