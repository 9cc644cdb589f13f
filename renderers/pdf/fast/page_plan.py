"""A page planned: what stands behind its texts, packed, and the programs of all that is painted over it.

Made once for all files in which the same strips stand at the same places; running it writes a customer's page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import NamedTuple, TypeAlias

from engine.natives import native
from renderers.pdf.fast.deflate import Begun, Segment, ended, joined, stored
from renderers.pdf.fast.links import PT_PER_PX
from renderers.pdf.fast.model import Lines, SlotValue
from renderers.pdf.fast.packing import PAGES
from renderers.pdf.fast.placed_strip import PlacedStrip
from renderers.pdf.fast.program import Part, run_parts
from renderers.pdf.fast.syntax import number

_SHARED = 8  # plans that have a strip in common, about: each counts its part of the strip's programs
_PART_BYTES = 150
_HEIGHTS_KEPT = 64


class ShownStrip(NamedTuple):
    """A strip in a file: how far down it stands, its section, and the number of that one's first leaf in the file."""

    strip: PlacedStrip
    dy: float
    section: int = 0
    leaf: int = 0


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
    parts: Sequence[Part]
    weight: int  # bytes, about

    def content(self, lines: Sequence[Lines], slots: Sequence[Sequence[SlotValue]]) -> tuple[bytes, ...]:
        """Return the page's operators for one customer as a zlib stream in pieces; lines by leaf, slots by section."""
        return ended(self.behind, run_parts(self.parts, lines, slots), PAGES)


def plan_page(page: Paper) -> PagePlan:
    """Return the plan of a page."""
    behind, parts = page_parts(_opening(page.height), page.strips, page.decorations, page.margins, moved)
    programs = sum([part.program.weight for part in parts])
    return PagePlan(behind, parts, len(behind.blocks) + _PART_BYTES * len(parts) + programs // _SHARED)


@lru_cache(maxsize=_HEIGHTS_KEPT)
def _opening(height: float) -> bytes:
    """Return what a page of this height begins with."""
    return b"0.75 0 0 -0.75 0 %b cm\n" % number(height * PT_PER_PX).encode()


def _moved(dy: float) -> bytes:
    """Return what moves all that follows down, until it is taken back."""
    return b"q 1 0 0 1 0 %.4f cm\n" % dy


def _page_parts(
    opening: bytes, strips: Sequence[ShownStrip], decorations: bytes, margins: Sequence[Part],
    moved_by: Callable[[float], bytes],
) -> tuple[Begun, list[Part]]:  # fmt: skip
    """Return what stands behind the texts of a page, and what is painted over it."""
    behind = joined(_behind(opening, strips, decorations, moved_by))
    return behind, [*_texts(strips, moved_by), *margins]


def _behind(
    between: bytes, strips: Sequence[ShownStrip], decorations: bytes, moved_by: Callable[[float], bytes]
) -> list[Segment]:
    """Return what stands behind the texts. It was deflated once, but for where each strip stands."""
    parts: list[Segment] = []
    for shown in strips:
        for is_anchored, said in shown.strip.decorations:
            if not is_anchored:
                between += moved_by(shown.dy)
            parts += (stored(between), said)
            between = b"" if is_anchored else b"Q\n"
    parts.append(stored(between + decorations))
    return parts


def _texts(strips: Sequence[ShownStrip], moved_by: Callable[[float], bytes]) -> list[Part]:
    """Return floats, then lines, then what stacks over them."""
    floats: list[Part] = []
    lines: list[Part] = []
    stacked: list[Part] = []
    for strip, dy, section, leaf in strips:
        begins = moved_by(dy)
        for layers, out in ((strip.floats, floats), (strip.lines, lines), (strip.stacked, stacked)):
            for is_anchored, program in layers:
                before, after = (b"", b"") if is_anchored else (begins, b"Q\n")
                out.append(Part(before, program, after, leaf, section))
    return [*floats, *lines, *stacked]


_PageParts: TypeAlias = Callable[
    [bytes, Sequence[ShownStrip], bytes, Sequence[Part], Callable[[float], bytes]], tuple[Begun, list[Part]]
]
_writing, _planning = native(__name__, "write_kernel"), native(__name__, "plan_kernel")
moved: Callable[[float], bytes] = _moved if _writing is None else _writing.moved
page_parts: _PageParts = _page_parts if _planning is None else partial(_planning.page_parts, (Part, Begun))
