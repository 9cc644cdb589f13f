"""Links as PDF objects: their annotations, and where they are on the page."""

from __future__ import annotations

from collections.abc import Sequence

from engine.natives import native
from renderers.pdf.fast.model import Area, Lines, LinkBox, SlotValue, TextSpot
from renderers.pdf.fast.program import MODES
from renderers.pdf.fast.syntax import filled, pdf_string, uri_string

PT_PER_PX = 0.75


def _annotation(link: LinkBox, corners: bytes, parent: int, slots: Sequence[SlotValue]) -> bytes:
    """Return the annotation of a link. `corners` are those of its rectangle, `parent` its key in the parent tree.

    A link without a title of its own is described by its address. Raises `Unfillable`.
    """
    address = uri_string(filled(link.address, slots))
    said = pdf_string(filled(link.title, slots)) if link.title else address
    return (
        b"<</Type/Annot/Subtype/Link/Rect %b/BS<</W 0>>/F 4/StructParent %d"
        b"/Contents %b/A<</Type/Action/S/URI/URI %b>>>>" % (corners, parent, said, address)
    )


def _corners_of(place: Area | TextSpot, lines: Sequence[Lines], bottom: float, first: int = 0) -> bytes:
    """Return the rectangle of a place as its annotation has it. `bottom` is the page's, as y of the place is counted.

    `lines` are those that a text moves with, from the one numbered `first` on. All lengths in px.
    """
    left, width = place[0], place.width
    if isinstance(place, TextSpot):
        line = lines[first + place.leaf].lines[place.line]
        segment = line.segments[place.segment]
        mode = MODES[place.align]
        left, width = place.x + segment.x, segment.width
        if mode:
            left += (place.width - line.width) / mode
    low = bottom - place.top
    return b"[%.6f %.6f %.6f %.6f]" % (
        left * PT_PER_PX, low * PT_PER_PX, (left + width) * PT_PER_PX, (low - place.height) * PT_PER_PX,
    )  # fmt: skip


def _box_of(area: Area, bottom: float) -> bytes:
    """Return the attributes of a figure that say where it is; `bottom` as for `corners_of`."""
    low = bottom - area.top
    return b"<</O/Layout/BBox[%.3f %.3f %.3f %.3f]>>" % (
        area.left * PT_PER_PX, (low - area.height) * PT_PER_PX, (area.left + area.width) * PT_PER_PX, low * PT_PER_PX,
    )  # fmt: skip


_kernel = native(__name__, "write_kernel")
annotation = _annotation if _kernel is None else _kernel.annotation
corners_of = _corners_of if _kernel is None else _kernel.corners_of
box_of = _box_of if _kernel is None else _kernel.box_of
