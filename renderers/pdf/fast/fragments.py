"""What of a section's boxes stands on one page."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.model.quick import sped
from renderers.pdf.fast.layout import Placed
from renderers.pdf.fast.nodes import Node


@dataclass(slots=True)
class Marks:
    """Numbers of what a strip marks: its marked content, and the links of its boxes and texts."""

    count: int = 0
    contents: dict[tuple[int, int, int], int] = field(default_factory=dict)  # (id of fragment, line, segment or atom)


@sped
@dataclass(slots=True)
class Fragment:
    """What of a box stands on a page: its children there, and lines `first` to `end`.

    `dy` is by how much it stands elsewhere than it was placed. Where it `is_anchored`, it is held by an edge of
    the page: its y is counted from the page's top, not from the section's.
    """

    placed: Placed
    dy: float = 0.0
    children: list[Fragment] = field(default_factory=list)
    first: int = 0
    end: int = 1 << 30
    is_anchored: bool = False

    @property
    def node(self) -> Node:
        """The node that it is a fragment of."""
        return self.placed.node

    @property
    def y(self) -> float:
        """Top of its border box."""
        return self.placed.y + self.dy


def whole(placed: Placed) -> Fragment:
    """Return the fragment of a box that stands on one page with all in it."""
    return Fragment(placed, children=[whole(child) for child in placed.children])


def set_dy(fragment: Fragment, dy: float) -> None:
    """Move a fragment and all in it by `dy` from where they were placed."""
    fragment.dy = dy
    for child in fragment.children:
        set_dy(child, dy)


def top_of(fragment: Fragment) -> float:
    """Return the top of the highest box in a fragment."""
    return min((top_of(child) for child in fragment.children), default=fragment.y)


def lines_of(placed: Placed, first: int, end: int) -> Fragment:
    """Return the fragment with these lines of a box."""
    fragment = Fragment(placed, first=first, end=end)
    if placed.node.part.kind == "columns":
        begin = sum(placed.row_counts[:first])
        stop = begin + sum(placed.row_counts[first:end])
        fragment.children = [whole(child) for child in placed.children[begin:stop]]
    elif first == 0:
        fragment.children = [whole(child) for child in placed.children]
    return fragment


def anchor(fragment: Fragment, top: float, bottom: float, *, is_anchored: bool = False) -> None:
    """Put absolute boxes to the edges that hold them: of the page's content, or of an absolute box around them."""
    part = fragment.node.part
    fragment.is_anchored = is_anchored
    if part.place in ("top", "bottom"):
        placed = fragment.placed
        y = top + part.gap if part.place == "top" else bottom - part.gap - placed.height
        set_dy(fragment, y - placed.y)
        top = y + part.edges[0]
        bottom = y + placed.height - part.edges[2]
        fragment.is_anchored = True
    for child in fragment.children:
        anchor(child, top, bottom, is_anchored=fragment.is_anchored)
