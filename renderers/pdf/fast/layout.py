"""Where every box of a section stands, once the lines of each leaf are counted: one endless strip, then cut.

Heights add up as CSS block layout has it; all gaps come from specimens. y grows downwards from the top of the
section's first box, in CSS pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.model.quick import sped
from renderers.pdf.fast.model import Line, Lines, Unfillable
from renderers.pdf.fast.nodes import Node

_EPS = 0.01


@sped
@dataclass(slots=True)
class Placed:
    """A node with its place: y of its border box and its height. `shift` moves a cell's content down."""

    node: Node
    y: float
    height: float
    children: list[Placed] = field(default_factory=list)
    shift: float = 0.0
    lines_y: float = 0.0  # top of its first line
    row_spans: list[tuple[float, float]] = field(default_factory=list)  # of columns: top and height of each line
    row_counts: list[int] = field(default_factory=list)


class Layout:
    """Lays out the boxes of a section for the lines of its leaves."""

    def __init__(self, lines: Sequence[Lines]) -> None:
        self._lines = lines
        self._floats: list[Placed] = []  # of the block formatting context that is being laid out

    def place(self, node: Node, y: float) -> Placed:
        """Return `node` with its border box at `y`, and all in it."""
        part = node.part
        placed = Placed(node, y, 0.0)
        around = self._floats
        if part.is_context:
            self._floats = []
        content = self._content(placed, y + part.top)
        self._floats = around
        if part.fixed is not None:
            content = part.fixed
        placed.height = part.top + max(content, part.minimum) + part.bottom
        return placed

    def _content(self, placed: Placed, top: float) -> float:
        node, part = placed.node, placed.node.part
        if part.kind == "picture":
            return part.fixed or 0.0
        if part.kind == "row":
            return self._row(placed, top)
        if part.kind == "columns":
            return self._columns(placed, top)
        if part.lines is not None:
            return self._running_text(placed, top)
        return self._blocks(placed, node.children, top)

    def _blocks(self, placed: Placed, children: Sequence[Node], top: float) -> float:
        y = top
        floats: list[Placed] = []
        for child in children:
            part = child.part
            if part.place == "float":
                read = self.place(child, y + part.gap)
                floats.append(read)
                self._floats.append(read)
            elif part.place in ("top", "bottom"):
                read = self.place(child, 0.0)  # its place is known once the page is
            else:
                if part.clears:
                    below = max((f.y + f.height + f.node.part.margin_bottom for f in floats), default=y)
                    if part.gap - part.margin_top > _EPS or not floats:
                        y = max(y, below)
                        read = self.place(child, y)
                    else:
                        y = max(y + part.gap, below)
                        read = self.place(child, y)
                else:
                    read = self.place(child, y + part.gap)
                y = read.y + read.height
            placed.children.append(read)
        return y + placed.node.part.tail - top

    def _running_text(self, placed: Placed, top: float) -> float:
        node = placed.node
        lines = node.part.lines
        assert lines is not None
        own = self._lines[node.leaf].lines if node.leaf >= 0 else ()
        if len(own) > 1 and not lines.is_uniform:
            raise Unfillable("a line with a picture would wrap")
        if not lines.wraps and self._floats and any(line.width > lines.width + _EPS for line in own):
            self._check_beside(top, top + lines.pitch)
        placed.lines_y = top
        for child in node.children:  # floats inside the text
            placed.children.append(self.place(child, top + child.part.gap))
        for number, atom in lines.atoms.items():
            moved = {"top": 0.0, "baseline": own[0].above, "bottom": own[0].above + own[0].below} if own else {}
            placed.children.append(self.place(node.atoms[number], top + atom.dy + moved.get(atom.align, 0.0)))
        if len(own) == 1:
            return lines.pitch + own[0].above + own[0].below
        return sum(height for _, height in line_spans(own, lines.pitch))

    def _check_beside(self, top: float, bottom: float) -> None:
        """Refuse a line that is too wide for its place beside a float: WeasyPrint moves it below."""
        for one in self._floats:
            if one.y - one.node.part.margin_top < bottom and one.y + one.height + one.node.part.margin_bottom > top:
                raise Unfillable("a line is too wide for its place beside a float")

    def _columns(self, placed: Placed, top: float) -> float:
        y = top
        for row, tail in zip(placed.node.rows, placed.node.part.row_tails, strict=True):
            tallest = 0.0
            for child in row:
                read = self.place(child, y + child.part.gap)
                placed.children.append(read)
                tallest = max(tallest, child.part.margin_top + read.height + child.part.margin_bottom)
            placed.row_spans.append((y, tallest + tail))
            placed.row_counts.append(len(row))
            y += tallest + tail
        return y - top

    def _row(self, placed: Placed, top: float) -> float:
        cells = [self.place(cell, top + cell.part.gap) for cell in placed.node.children]
        height = max((cell.y + cell.height - top for cell in cells), default=0.0)
        for cell in cells:
            extra = height - (cell.y + cell.height - top)
            align = cell.node.part.align
            if extra > 0 and align != "top":
                _shift_content(cell, extra if align == "bottom" else extra / 2)
            cell.height += extra
        placed.children = cells
        return height


def line_spans(lines: Sequence[Line], pitch: float) -> list[tuple[float, float]]:
    """Return top and height of each line, counted from the top of the first."""
    spans: list[tuple[float, float]] = []
    y = 0.0
    for line in lines:
        spans.append((y, pitch + line.above + line.below))
        y += spans[-1][1]
    return spans


def _shift_content(cell: Placed, by: float) -> None:
    cell.lines_y += by
    for child in cell.children:
        move(child, by)


def move(placed: Placed, by: float) -> None:
    """Move a box and all in it down by `by`."""
    placed.y += by
    placed.lines_y += by
    placed.row_spans = [(top + by, height) for top, height in placed.row_spans]
    for child in placed.children:
        move(child, by)
