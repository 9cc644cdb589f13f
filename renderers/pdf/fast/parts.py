"""How WeasyPrint lays out one part of a document: what stays the same whatever the texts are.

Read from a specimen's box tree (`geometry`). Lengths in CSS pixels; x is counted from the page's left edge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from renderers.pdf.fast.decor import Decor
from renderers.pdf.fast.model import TypeStyle

Kind = Literal["block", "lines", "columns", "table", "group", "row", "cell", "picture"]
Place = Literal["flow", "float", "top", "bottom"]  # the last two: absolute, from that edge of what contains it


_GRID = 2**20


def on_grid(length: float) -> float:
    """Return a length on a grid of 2 ** -20 px, in which sums of lengths are exact."""
    return round(length * _GRID) / _GRID


@dataclass(slots=True)
class Span:
    """An inline box or a text of its own style inside lines. `owner` is its element, -1 the block's own text."""

    style: TypeStyle
    baseline: float  # from the line's top
    top: float = 0.0  # of an inline box: its hit area, from the line's top
    height: float = 0.0
    room_above: float = 0.0  # between the top of the line and the box of its text, which is as high as the line height
    room_below: float = 0.0


@dataclass(slots=True)
class Atom:
    """An inline box of fixed size: a picture or an empty decorated box."""

    advance: float
    dx: float  # of its border box from where it stands in the line
    dy: float  # of its border box from the line's top
    box: PartBox
    align: str = "baseline"  # or the edge of the line that it keeps to: top, bottom


@dataclass(slots=True)
class LinesPart:
    """Running text: where its lines start, how wide they may be, how far apart they are."""

    x: float
    width: float
    align: str
    pitch: float
    is_uniform: bool  # all lines are alike; else only one line is filled
    wraps: bool
    clips: bool
    breaks_words: bool
    spans: dict[int, Span]
    atoms: dict[int, Atom]
    pseudo: dict[int, tuple[str | int, ...]]  # text of ::after by element; negative numbers are counters
    beside: float = 0.0  # height from the first line's top over which a float stands beside; 0: none


@dataclass(slots=True)
class PartBox:
    """One box. Its place is counted from what stands before it, its height follows from what is in it."""

    kind: Kind
    element: int  # number in its part, in document order; -1 where the box is anonymous
    tag: str
    x: float
    width: float
    gap: float = 0.0  # from the previous box in flow, or from the parent's content top
    margin_top: float = 0.0
    margin_bottom: float = 0.0
    top: float = 0.0  # border and padding
    bottom: float = 0.0
    tail: float = 0.0  # between the last child and the content's end
    tail_margin: float = 0.0  # of a child of <body>: the margin below it, collapsed with those inside
    fixed: float | None = None  # height of the content where it follows from the style
    minimum: float = 0.0
    place: Place = "flow"
    clears: bool = False
    is_context: bool = False  # floats outside of it don't narrow what is in it, nor those inside what is around
    is_last: bool = False  # painted after all that is not: what hides its overflow stacks as what is positioned does
    before: str = "auto"
    after: str = "auto"
    inside: str = "auto"
    orphans: int = 2
    widows: int = 2
    align: str = "top"  # of a cell
    col_span: int = 1
    is_header: bool = False  # of a row group
    bookmark: int = 0
    children: list[PartBox] = field(default_factory=list)
    rows: list[list[PartBox]] = field(default_factory=list)  # of columns: line by line
    row_tails: list[float] = field(default_factory=list)
    lines: LinesPart | None = None
    decor: Decor | None = None
    edges: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # border widths: top, right, bottom, left
    rule: tuple[float, tuple[float, float, float]] | None = None  # of a row: width and colour of the rule below
