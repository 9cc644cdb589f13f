"""Cuts the flow: which boxes stand on which page, as WeasyPrint breaks them.

The flow of a section is a sequence of pieces that are never cut (lines, rows, lines of inline blocks,
pictures, boxes that avoid breaks); that of a document is its sections' under one another. Between two pieces
a page may end unless a rule forbids it; a page ends at the last allowed place before the first piece that
doesn't fit. Where nothing is allowed, the reference decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from engine.model.quick import sped
from renderers.pdf.fast.layout import Placed, line_spans
from renderers.pdf.fast.model import Lines, Unfillable

_AVOID = frozenset({"avoid", "avoid-page"})
_TOLERANCE = 1e-6
_MOST_PAGES = 20


@sped
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
        return self.edged > 0 and self.edged > sum(
            _has_edges(opened) and not _is_whole(opened) for opened in self.opening
        )


@dataclass(slots=True)
class Flow:
    """The pieces of one section in order, y counted from its first box."""

    pieces: list[Piece]
    depth: float  # bottom of the lowest piece
    avoids_after: bool  # no page may end between its last piece and what comes next
    opening: float | None  # y of the first of the empty boxes that stand with what comes next


class Cutter:
    """Finds the pieces of a flow."""

    def __init__(self, lines: Sequence[Lines]) -> None:
        self._lines = lines

    def flow(self, boxes: Sequence[Placed]) -> Flow:
        """Return the flow of a section's boxes. Raises `Unfillable`."""
        walk = _Walk()
        for placed in boxes:
            if placed.node.part.place == "flow":
                self._enter(placed, walk)
        values = [*walk.after, *(opened.node.part.before for opened in walk.opening)]
        depth = max((piece.bottom for piece in walk.pieces), default=0.0)
        return Flow(walk.pieces, depth, _avoids(values), walk.opening[0].y if walk.opening else None)

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
            leaf = placed.node.leaf
            own = self._lines[leaf].lines if leaf >= 0 else ()
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
        piece = Piece(placed, top, bottom, line, bool(walk.opening) and not _avoids(values))
        piece.start = outermost.y if outermost is not None else top
        piece.header = walk.header
        piece.open_edges = walk.cuts_edges()
        walk.pieces.append(piece)
        walk.opening.clear()
        walk.after.clear()


def _avoids(values: Sequence[str]) -> bool:
    """True if one of these break values forbids that a page ends here."""
    avoids = False
    for value in values:
        if value in _AVOID:
            avoids = True
        elif value != "auto":
            raise Unfillable("a page break is forced")
    return avoids


def _has_edges(placed: Placed) -> bool:
    return bool(placed.node.part.top or placed.node.part.bottom)


def _is_whole(placed: Placed) -> bool:
    """True for a box that is never cut. Where one that avoids breaks is too high for a page, nothing is allowed."""
    part = placed.node.part
    if part.kind in ("row", "picture") or part.fixed is not None or part.inside in _AVOID:
        return True
    return part.lines is None and not any(child.node.part.place == "flow" for child in placed.children)


class Flowing(Protocol):
    """What is known of a section before its place on the pages is."""

    @property
    def flow(self) -> Flow:
        """Its pieces."""
        ...


class Run(NamedTuple):
    """A section of a document: y of its first box under the boxes before it."""

    plan: Flowing
    y: float


class Cut(NamedTuple):
    """Pieces `first` to `end` of a section on a page, and by how much they move there, px."""

    run: int  # number of the section
    first: int
    end: int
    dy: float


_Spot = tuple[int, int]  # a section and a piece of it


class Pages:
    """Cuts a document. The content of the first page lies between its top and bottom, that of others likewise."""

    def __init__(self, runs: Sequence[Run]) -> None:
        """`runs` are the sections that have pieces, in order, and those that stand with what comes next."""
        self._runs = runs

    def cut(self, first_top: float, first_bottom: float, top: float, bottom: float) -> list[list[Cut]]:
        """Return what stands on each page. Raises `Unfillable` where no break is allowed that is needed."""
        pages: list[list[Cut]] = []
        begin, shift, limit = (0, 0), first_top, first_bottom
        while True:
            end = self._first_beyond(begin, limit * (1 + 1e-9) + _TOLERANCE - shift)
            if end[0] == len(self._runs):
                pages.append(list(self._between(begin, end, shift)))
                return pages
            while end > begin and not self._may_begin(end):
                end = self._before(end)
            if end <= begin:
                raise Unfillable("no page break is allowed where one is needed")
            run, piece = self._runs[end[0]], self._runs[end[0]].plan.flow.pieces[end[1]]
            if piece.open_edges:
                raise Unfillable("a box with a border or padding would be cut")
            pages.append(list(self._between(begin, end, shift)))
            start = self._opening(end)
            shift = top + piece.header - (start if start is not None else run.y + piece.start)
            begin, limit = end, bottom
            if len(pages) > _MOST_PAGES:
                raise Unfillable("more than twenty pages")

    def _first_beyond(self, begin: _Spot, limit: float) -> _Spot:
        """Return the first piece from `begin` on whose bottom lies below `limit`."""
        number, first = begin
        for place in range(number, len(self._runs)):
            run = self._runs[place]
            flow = run.plan.flow
            if flow.depth + run.y > limit:
                for index in range(first, len(flow.pieces)):
                    if flow.pieces[index].bottom + run.y > limit:
                        return place, index
            first = 0
        return len(self._runs), 0

    def _may_begin(self, spot: _Spot) -> bool:
        """True if a page may begin with this piece."""
        number, index = spot
        if not self._runs[number].plan.flow.pieces[index].may_break_before:
            return False
        if index:
            return True
        for before in reversed(self._runs[:number]):
            if before.plan.flow.avoids_after:
                return False
            if before.plan.flow.pieces:
                return True
        return True

    def _before(self, spot: _Spot) -> _Spot:
        number, index = spot
        while not index:
            number -= 1
            if number < 0:
                return -1, 0
            index = len(self._runs[number].plan.flow.pieces)
        return number, index - 1

    def _opening(self, spot: _Spot) -> float | None:
        """Return y of the empty boxes of sections before that stand with a section's first piece."""
        number, index = spot
        found: float | None = None
        if index:
            return None
        for before in reversed(self._runs[:number]):
            flow = before.plan.flow
            if flow.opening is None:
                break
            found = before.y + flow.opening
            if flow.pieces:
                break
        return found

    def _between(self, begin: _Spot, end: _Spot, shift: float) -> Iterator[Cut]:
        for number in range(begin[0], min(end[0] + 1, len(self._runs))):
            run = self._runs[number]
            first = begin[1] if number == begin[0] else 0
            stop = end[1] if number == end[0] else len(run.plan.flow.pieces)
            if stop > first:
                yield Cut(number, first, stop, run.y + shift)
