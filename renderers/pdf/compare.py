"""Compares a filled PDF with the reference's of the same communication: what a reader, an eye and a screen reader get.

Equal must be: the pages' sizes and texts (as PDFium reads them), the tag tree with its texts in reading
order, the links and the outline. The pictures of the pages at 100 dpi may differ by the rounding of
positions: see `MOST_STRAY`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

import pypdfium2
from PIL import Image, ImageChops

from renderers.pdf.guard import link_targets
from renderers.pdf.tag_reader import struct_signature

DPI = 100
# A pixel strays when its grey differs by more than this (of 255): more than an edge moved by a third of a pixel does.
STRAY_LEVEL = 96
# Pixels of a page that may stray: about one in twenty thousand, a full stop is five.
MOST_STRAY = 40


def differences(filled: bytes, reference: bytes) -> tuple[str, ...]:
    """Return what differs, in words without any of the texts; empty when the files are alike."""
    return tuple(_differences(filled, reference))


def _differences(filled: bytes, reference: bytes) -> Iterator[str]:
    ours, theirs = pypdfium2.PdfDocument(filled), pypdfium2.PdfDocument(reference)
    try:
        if len(ours) != len(theirs):
            yield f"{len(ours)} pages in place of {len(theirs)}"
            return
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True), start=1):
            yield from (f"page {number}: {what}" for what in _pages_differ(ours, one, theirs, other))
        if list(_outline(ours)) != list(_outline(theirs)):
            yield "the outlines differ"
    finally:
        ours.close()
        theirs.close()
    if place := _first_difference(struct_signature(filled), struct_signature(reference)):
        yield f"the tag trees differ at {place}"


def _pages_differ(
    ours: pypdfium2.PdfDocument, one: pypdfium2.PdfPage, theirs: pypdfium2.PdfDocument, other: pypdfium2.PdfPage
) -> Iterator[str]:
    if [round(side, 2) for side in one.get_size()] != [round(side, 2) for side in other.get_size()]:
        yield "the sizes differ"
        return
    if _text(one) != _text(other):
        yield "the texts differ"
    if link_targets(ours, one) != link_targets(theirs, other):
        yield "the links differ"
    stray = stray_pixels(picture(one), picture(other))
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


def stray_pixels(one: Image.Image, other: Image.Image) -> int:
    """Return how many pixels differ by more than `STRAY_LEVEL`."""
    return sum(ImageChops.difference(one, other).histogram()[STRAY_LEVEL + 1 :])


def _text(page: pypdfium2.PdfPage) -> str:
    text_page = page.get_textpage()
    try:
        return str(text_page.get_text_bounded())
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


def _first_difference(one: object, other: object, path: str = "Document") -> str:
    """Return the path of the first element that differs, empty for equal trees."""
    if one == other:
        return ""
    if not isinstance(one, tuple) or not isinstance(other, tuple) or not one or not other or one[:3] != other[:3]:
        return path
    mine, theirs = one[-1], other[-1]
    if not isinstance(mine, tuple) or not isinstance(theirs, tuple):
        return path
    for number, (left, right) in enumerate(zip_longest(mine, theirs)):
        role = left[0] if isinstance(left, tuple) and left else "text"
        if found := _first_difference(left, right, f"{path} > {role} {number + 1}"):
            return found
    return path
