"""Cuts the endless page: which boxes stand on which page, as WeasyPrint breaks them.

The flow is a sequence of pieces that are never cut (lines, rows, lines of inline blocks, pictures,
boxes that avoid breaks). Between two pieces a page may end unless a rule forbids it; a page ends at the
last allowed place before the first piece that doesn't fit. Where nothing is allowed, the reference decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from renderers.pdf.fast.layout import Placed, line_spans
from renderers.pdf.fast.model import Lines, Unfillable

_AVOID = frozenset({"avoid", "avoid-page"})
_TOLERANCE = 1e-6


@dataclass(slots=True)
class Piece:
    """What is never cut. `line` is the first of the lines it is, or the number of a line of columns."""

    placed: Placed
    top: float
    bottom: float  # with the lower borders and paddings of the boxes that end with it
    line: int = -1
    may_break_before: bool = False
    start: float = 0.0  # y of the outermost box that begins with it
    header: float = 0.0  # height of a table's header that is repeated when a page begins here
    open_edges: bool = False  # a box with padding or borders is open before it


@dataclass(slots=True)
class _Walk:
    pieces: list[Piece] = field(default_factory=list)
    after: list[str] = field(default_factory=list)  # break values of what just ended
    opening: list[Placed] = field(default_factory=list)  # boxes begun since the last piece
    edged: int = 0  # open boxes with padding or borders
    header: float = 0.0

    def cuts_edges(self) -> bool:
        """True if a box with padding or borders began before and is open still."""
        return self.edged > sum(_has_edges(opened) and not _is_whole(opened) for opened in self.opening)


class Cutter:
    """Finds the pieces of a flow and the pages they stand on."""

    def __init__(self, lines: Sequence[Lines]) -> None:
        self._lines = lines

    def pieces(self, flow: Sequence[Placed]) -> list[Piece]:
        """Return the pieces of the flow in order."""
        walk = _Walk()
        for placed in flow:
            if placed.node.part.place == "flow":
                self._enter(placed, walk)
        return walk.pieces

    def _enter(self, placed: Placed, walk: _Walk) -> None:
        part = placed.node.part
        walk.opening.append(placed)
        before = len(walk.pieces)
        if _is_whole(placed):
            self._add(walk, placed, placed.y, placed.y + placed.height)
        else:
            walk.edged += _has_edges(placed)
            self._inside(placed, walk)
            walk.edged -= _has_edges(placed)
        if len(walk.pieces) == before:  # an empty box: it stands with what comes next
            return
        walk.pieces[-1].bottom = max(walk.pieces[-1].bottom, placed.y + placed.height)
        walk.after.append(part.after)

    def _inside(self, placed: Placed, walk: _Walk) -> None:
        part = placed.node.part
        if part.kind == "columns":
            self._stack(walk, placed, placed.row_spans)
        elif part.lines is not None:
            own = self._lines[placed.leaf].lines if placed.leaf >= 0 else ()
            spans = line_spans(own, part.lines.pitch)
            self._stack(walk, placed, [(placed.lines_y + top, height) for top, height in spans])
        elif part.kind == "table":
            self._table(placed, walk)
        else:
            for child in placed.children:
                if child.node.part.place == "flow":
                    self._enter(child, walk)

    def _table(self, placed: Placed, walk: _Walk) -> None:
        groups = placed.children
        header = groups[0] if groups and groups[0].node.part.is_header else None
        outer = walk.header
        for group in groups:
            before = len(walk.pieces)
            self._enter(group, walk)
            if group is header:
                for piece in walk.pieces[before + 1 :]:
                    piece.may_break_before = False
                walk.after.append("avoid")
                walk.header = header.height
        walk.header = outer

    def _stack(self, walk: _Walk, placed: Placed, spans: Sequence[tuple[float, float]]) -> None:
        orphans, widows = placed.node.part.orphans, placed.node.part.widows
        for number, (top, height) in enumerate(spans):
            self._add(walk, placed, top, top + height, number)
            if number:
                walk.pieces[-1].may_break_before = orphans <= number <= len(spans) - widows

    def _add(self, walk: _Walk, placed: Placed, top: float, bottom: float, line: int = -1) -> None:
        outermost = walk.opening[0] if walk.opening else None
        values = [*walk.after, *(opened.node.part.before for opened in walk.opening)]
        if any(value not in _AVOID and value != "auto" for value in values):
            raise Unfillable("a page break is forced")
        allowed = bool(walk.opening) and bool(walk.pieces) and not any(value in _AVOID for value in values)
        piece = Piece(placed, top, bottom, line, allowed)
        piece.start = outermost.y if outermost is not None else top
        piece.header = walk.header
        piece.open_edges = walk.cuts_edges()
        walk.pieces.append(piece)
        walk.opening.clear()
        walk.after.clear()


def _has_edges(placed: Placed) -> bool:
    return bool(placed.node.part.top or placed.node.part.bottom)


def _is_whole(placed: Placed) -> bool:
    """True for a box that is never cut. Where one that avoids breaks is too high for a page, nothing is allowed."""
    part = placed.node.part
    if part.kind in ("row", "picture") or part.fixed is not None or part.inside in _AVOID:
        return True
    return part.lines is None and not any(child.node.part.place == "flow" for child in placed.children)


@dataclass(frozen=True, slots=True)
class Cut:
    """The pieces of one page, and by how much they move: from the endless page to this one."""

    first: int
    end: int
    shift: float
    repeats_header: bool


def cut(pieces: Sequence[Piece], first_top: float, first_bottom: float, top: float, bottom: float) -> list[Cut]:
    """Return the pages. The content of the first lies between its top and bottom, that of others likewise.

    Raises `Unfillable` where a piece is higher than a page, or no break is allowed.
    """
    pages: list[Cut] = []
    begin = 0
    shift, limit, header = first_top, first_bottom, False
    while True:
        end = begin
        while end < len(pieces) and pieces[end].bottom + shift <= limit * (1 + 1e-9) + _TOLERANCE:
            end += 1
        if end == len(pieces):
            pages.append(Cut(begin, end, shift, header))
            return pages
        while end > begin and not pieces[end].may_break_before:
            end -= 1
        if end == begin:
            raise Unfillable("no page break is allowed where one is needed")
        if pieces[end].open_edges:
            raise Unfillable("a box with a border or padding would be cut")
        pages.append(Cut(begin, end, shift, header))
        begin, limit = end, bottom
        header = pieces[begin].header > 0
        shift = top + pieces[begin].header - pieces[begin].start
        if len(pages) > 20:
            raise Unfillable("more than twenty pages")
