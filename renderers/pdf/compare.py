"""Compares a filled PDF with the reference's of the same communication: what a reader, an eye and a screen reader get.

Equal must be: the pages' sizes and texts in the order they are drawn (as PDFium reads them; the white space
between texts is PDFium's guess, and isn't compared), the tag tree with its texts in reading order, the links
and the outline. The pictures of the pages at 100 dpi may differ by the rounding of
positions: see `MOST_STRAY`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from renderers.pdf.guard import link_targets
from renderers.pdf.tag_reader import Element, struct_signature

if TYPE_CHECKING:
    from renderers.pdf.reference import QrPlace

DPI = 100
# A pixel strays when its grey (of 255) is further than this from all greys that the other picture has within a
# pixel of it, either way: edges may move by a pixel's rounding, nothing else may.
STRAY_LEVEL = 64
# Pixels of a page that may stray: one in fifty thousand, and less than a comma has.
MOST_STRAY = 20
_Page = tuple[pypdfium2.PdfDocument, pypdfium2.PdfPage]
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
    if _text(one) != _text(other):
        yield "the texts differ"
    if link_targets(ours, one) != link_targets(theirs, other):
        yield "the links differ"
    stray = stray_pixels(_without(picture(one), symbols), _without(picture(other), symbols))
    if stray > MOST_STRAY:
        yield f"{stray} pixels stray at {DPI} dpi, {MOST_STRAY} may"


def picture(page: pypdfium2.PdfPage, dpi: int = DPI) -> Image.Image:
    """Return a page as a grey picture."""
    bitmap = page.render(scale=dpi / 72, grayscale=True)
    try:
        grey: Image.Image = bitmap.to_pil().copy()
        return grey
    finally:
        bitmap.close()


def _without(page: Image.Image, symbols: Sequence[QrPlace]) -> Image.Image:
    """Return a page with its QR symbols, and a pixel around them, painted over."""
    scale = DPI / 72
    for place in symbols:
        left, top = int(place.x_pt * scale) - 1, int(place.y_pt * scale) - 1
        side = int(place.size_pt * scale) + 3
        page.paste(255, (left, top, left + side, top + side))
    return page


def stray_pixels(one: Image.Image, other: Image.Image) -> int:
    """Return how many pixels of either picture stray from the other (`STRAY_LEVEL`)."""
    return _strays(one, other) + _strays(other, one)


def _strays(one: Image.Image, other: Image.Image) -> int:
    darker = ImageChops.subtract(other.filter(ImageFilter.MinFilter(3)), one)
    lighter = ImageChops.subtract(one, other.filter(ImageFilter.MaxFilter(3)))
    return sum(ImageChops.lighter(darker, lighter).histogram()[STRAY_LEVEL + 1 :])


def _text(page: pypdfium2.PdfPage) -> str:
    text_page = page.get_textpage()
    try:
        return "".join(text_page.get_text_bounded().split())
    finally:
        text_page.close()


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
