"""Link annotations of a plan as PDF objects, as WeasyPrint writes them (ISO 32000-1, 12.5.6.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from renderers.pdf.fast.model import LinkBox
from renderers.pdf.fast.syntax import Body, Hole, body, number, pdf_string, uri_string

_PT_PER_PX = 0.75


def write_links(
    numbers: Sequence[int], links: Sequence[LinkBox], heights: Sequence[float], parents: Mapping[int, int]
) -> Iterator[tuple[int, Body]]:
    """Yield the annotations under these object numbers.

    `heights` are those of the pages in px, `parents` the keys of the parent tree by link. A link without a
    title of its own is described by its address.
    """
    for place, (own, link) in enumerate(zip(numbers, links, strict=True)):
        corners = link.corners if link.rectangle is None else (corners_of(link.rectangle, heights[link.page]),)
        said = f"]/BS<</W 0>>/F 4/StructParent {parents[place]}/Contents"
        yield own, body(
            b"<</Type/Annot/Subtype/Link/Rect[", Hole(str.encode, corners),
            said.encode("ascii"), Hole(pdf_string, link.title or link.address),
            b"/A<</Type/Action/S/URI/URI", Hole(uri_string, link.address), b">>>>",
        )  # fmt: skip


def corners_of(rectangle: tuple[float, float, float, float], page_height: float) -> str:
    """Return what stands in /Rect for (x, y, width, height) in px from the page's top left."""
    left, top, width, height = rectangle
    corners = (left, page_height - top, left + width, page_height - top - height)
    return " ".join([number(corner * _PT_PER_PX) for corner in corners])
