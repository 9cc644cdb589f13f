"""Link annotations of a plan as PDF objects, as WeasyPrint writes them (ISO 32000-1, 12.5.6.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from renderers.pdf.fast.model import LinkBox
from renderers.pdf.fast.syntax import Objects, pdf_string, uri_string

_PT_PER_PX = 0.75


def write_links(
    objects: Objects, numbers: Sequence[int], links: Sequence[LinkBox], heights: Sequence[float],
    parents: Mapping[int, int],
) -> None:  # fmt: skip
    """Put the annotations under these numbers.

    `heights` are those of the pages in px, `parents` the keys of the parent tree by link. A link without a
    title of its own is described by its address. The rectangle of a link that moves is a slot: what
    `corners_of` gives.
    """
    for place, (own, link) in enumerate(zip(numbers, links, strict=True)):
        if link.rectangle is None:
            rectangle = objects.text(_as_it_is, link.corners)
        else:
            rectangle = corners_of(link.rectangle, heights[link.page])
        address = objects.text(uri_string, link.address)
        said = objects.text(pdf_string, link.title) if link.title else address
        objects.put(
            own,
            f"<</Type/Annot/Subtype/Link/Rect {rectangle}/BS<</W 0>>/F 4/StructParent {parents[place]}"
            f"/Contents {said}/A<</Type/Action/S/URI/URI {address}>>>>",
        )


def corners_of(rectangle: tuple[float, float, float, float], page_height: float) -> str:
    """Return a rectangle as its annotation has it. All lengths in px."""
    left, top, width, height = rectangle
    bottom = page_height - top
    return (
        f"[{left * _PT_PER_PX:.6f} {bottom * _PT_PER_PX:.6f}"
        f" {(left + width) * _PT_PER_PX:.6f} {(bottom - height) * _PT_PER_PX:.6f}]"
    )


def _as_it_is(text: str) -> bytes:
    return text.encode("ascii")
