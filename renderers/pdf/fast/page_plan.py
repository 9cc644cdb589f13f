"""A page planned: what stands behind its texts, packed, and the program of all that is painted over it.

Made once for all files in which the same strips stand at the same places; running it writes a customer's page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from renderers.pdf.fast.deflate import Begun, Segment, end, joined, stored
from renderers.pdf.fast.links import PT_PER_PX
from renderers.pdf.fast.model import Lines, SlotValue
from renderers.pdf.fast.placed_strip import Painted, PlacedStrip
from renderers.pdf.fast.program import Part, Program
from renderers.pdf.fast.program import joined as joined_programs
from renderers.pdf.fast.syntax import number


class ShownStrip(NamedTuple):
    """A strip in a file: how far down it stands, its section, and the number of that one's first leaf in the file.

    `lines` are some customer's, of the section; of leaves that are `is_fixed` they are everybody's.
    """

    strip: PlacedStrip
    dy: float
    section: int = 0
    leaf: int = 0
    lines: Sequence[Lines] = ()
    is_fixed: Sequence[bool] = ()


class Paper(NamedTuple):
    """A page of a file: its size in px, its strips in reading order, what stands in its margins."""

    width: float
    height: float
    strips: Sequence[ShownStrip]
    decorations: bytes = b""  # of its margins
    margins: Sequence[Part] = ()


class PagePlan(NamedTuple):
    """See the module."""

    behind: Begun
    program: Program

    def content(self, lines: Sequence[Lines], slots: Sequence[Sequence[SlotValue]]) -> bytes:
        """Return the page's operators for one customer as a zlib stream; lines by leaf, slots by section."""
        return end(self.behind, self.program.run(lines, slots))


def plan_page(page: Paper) -> PagePlan:
    """Return the plan of a page."""
    return PagePlan(joined(_behind(page)), joined_programs([*_texts(page.strips), *page.margins]))


def _behind(page: Paper) -> list[Segment]:
    """Return what stands behind the texts. It was deflated once, but for where each strip stands."""
    parts: list[Segment] = []
    between = b"0.75 0 0 -0.75 0 %b cm\n" % number(page.height * PT_PER_PX).encode()
    for shown in page.strips:
        for is_anchored, said in shown.strip.decorations:
            if not is_anchored:
                between += b"q 1 0 0 1 0 %.4f cm\n" % shown.dy
            parts += (stored(between), said)
            between = b"" if is_anchored else b"Q\n"
    parts.append(stored(between + page.decorations))
    return parts


def _texts(strips: Sequence[ShownStrip]) -> Iterator[Part]:
    """Yield floats, then lines, then what stacks over them."""
    for shown in strips:
        yield from _parts(shown.strip.floats, shown)
    for shown in strips:
        yield from _parts(shown.strip.lines, shown)
    for shown in strips:
        yield from _parts(shown.strip.stacked, shown)


def _parts(layers: Sequence[Painted], shown: ShownStrip) -> Iterator[Part]:
    for is_anchored, program in layers:
        moved = b"" if is_anchored else b"q 1 0 0 1 0 %.4f cm\n" % shown.dy
        yield Part(moved, program, b"" if is_anchored else b"Q\n", shown.leaf, shown.section)
