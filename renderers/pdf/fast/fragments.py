"""Pages while they are planned: which boxes stand on each, and how far they moved there."""

from __future__ import annotations

from dataclasses import dataclass, field

from renderers.pdf.fast.layout import Placed
from renderers.pdf.fast.nodes import Node


@dataclass(slots=True)
class Page:
    """The boxes of one page while it is being planned. `lines` bounds which lines of a leaf stand on it."""

    number: int
    kind: str
    boxes: list[Fragment] = field(default_factory=list)
    positioned: list[Fragment] = field(default_factory=list)
    mcid: int = 0
    marks: dict[tuple[int, int, int], int] = field(default_factory=dict)  # (id of fragment, line, segment or atom)


@dataclass(slots=True)
class Fragment:
    """What of a box stands on a page: its children there, and lines `first` to `end`."""

    placed: Placed
    dy: float
    children: list[Fragment] = field(default_factory=list)
    first: int = 0
    end: int = 1 << 30

    @property
    def node(self) -> Node:
        """The node that it is a fragment of."""
        return self.placed.node

    @property
    def y(self) -> float:
        """Top of its border box on the page."""
        return self.placed.y + self.dy


def whole(placed: Placed, dy: float) -> Fragment:
    return Fragment(placed, dy, [whole(child, dy) for child in placed.children])


def set_dy(fragment: Fragment, dy: float) -> None:
    fragment.dy = dy
    for child in fragment.children:
        set_dy(child, dy)


def top_of(fragment: Fragment) -> float:
    return min((top_of(child) for child in fragment.children), default=fragment.y)


def lines_of(placed: Placed, dy: float, first: int, end: int) -> Fragment:
    fragment = Fragment(placed, dy, first=first, end=end)
    if placed.node.part.kind == "columns":
        begin = sum(placed.row_counts[:first])
        stop = begin + sum(placed.row_counts[first:end])
        fragment.children = [whole(child, dy) for child in placed.children[begin:stop]]
    elif first == 0:
        fragment.children = [whole(child, dy) for child in placed.children]
    return fragment


def anchor(fragment: Fragment, top: float, bottom: float) -> None:
    part = fragment.node.part
    if part.place in ("top", "bottom"):
        placed = fragment.placed
        y = top + part.gap if part.place == "top" else bottom - part.gap - placed.height
        set_dy(fragment, y - placed.y)
        top = y + part.edges[0]
        bottom = y + placed.height - part.edges[2]
    for child in fragment.children:
        anchor(child, top, bottom)
