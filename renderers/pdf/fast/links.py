"""Link annotations of a plan as PDF objects, as WeasyPrint writes them (ISO 32000-1, 12.5.6.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from renderers.pdf.fast.model import LinkBox
from renderers.pdf.fast.syntax import Objects, number, pdf_string, uri_string

_PT_PER_PX = 0.75


def write_links(
    objects: Objects, numbers: Sequence[int], links: Sequence[LinkBox], heights: Sequence[float],
    parents: Mapping[int, int],
) -> None:  # fmt: skip
    """Put the annotations under these numbers.

    `heights` are those of the pages in px, `parents` the keys of the parent tree by link. A link without a
    title of its own is described by its address.
    """
    for place, (own, link) in enumerate(zip(numbers, links, strict=True)):
        left, top, width, height = link.rectangle
        page = heights[link.page]
        corners = (left, page - top, left + width, page - top - height)
        rectangle = " ".join([number(corner * _PT_PER_PX) for corner in corners])
        address = objects.text(uri_string, link.address)
        said = objects.text(pdf_string, link.title) if link.title else address
        objects.put(
            own,
            f"<</Type/Annot/Subtype/Link/Rect[{rectangle}]/BS<</W 0>>/F 4/StructParent {parents[place]}"
            f"/Contents {said}/A<</Type/Action/S/URI/URI {address}>>>>",
        )
