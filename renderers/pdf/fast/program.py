"""A plan's pages as programs: bytes that are the same for every customer, with places for texts and pictures.

Running a program joins bytes. Only a text whose line isn't flush left needs a figure of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from renderers.pdf.fast.links import corners_of
from renderers.pdf.fast.model import Lines, SlotValue, TypeStyle
from renderers.pdf.fast.painter import PictureStep, TextStep
from renderers.pdf.fast.plan import PagePlan
from renderers.pdf.fast.syntax import number

LEFT, RIGHT, CENTRE = 0, 1, 2
MODES = {"left": LEFT, "right": RIGHT, "center": CENTRE}
# Draws a picture: the operators inside of its marked content, for the customer's slots.
Draw = Callable[[PictureStep], "bytes | Callable[[Sequence[SlotValue]], bytes]"]


class TextOp(NamedTuple):
    """A text of the customer: what stands before it, which segment it is, and where its line goes."""

    before: bytes  # up to its x, or up to its glyphs when the line is flush left
    leaf: int
    line: int
    segment: int
    mode: int
    x: float
    width: float
    y: bytes  # between x and glyphs; empty when x is in `before`


class PictureOp(NamedTuple):
    """A picture of the customer."""

    before: bytes
    draw: Callable[[Sequence[SlotValue]], bytes]


class MovingLink(NamedTuple):
    """A link whose rectangle follows its text."""

    leaf: int
    line: int
    segment: int
    mode: int
    x: float
    width: float
    top: float
    height: float
    page_height: float


@dataclass(slots=True)
class Program:
    """What one page's body is made of."""

    ops: list[TextOp | PictureOp]
    tail: bytes

    def run(self, lines: Sequence[Lines], slots: Sequence[SlotValue]) -> bytes:
        """Return the operators of one customer's page."""
        out: list[bytes] = []
        add = out.append
        for op in self.ops:
            add(op[0])
            if len(op) == 2:
                add(op.draw(slots))
                continue
            _, leaf, at, number_, mode, x, width, y = op
            line = lines[leaf].lines[at]
            segment = line.segments[number_]
            if y:
                x += segment.x
                if mode:
                    x += (width - line.width) / mode
                add(b"%.3f" % x)
                add(y)
            add(segment.glyphs)
        add(self.tail)
        return b"".join(out)


def corners(link: MovingLink, lines: Sequence[Lines]) -> str:
    """Return the rectangle of a link in running text, as its annotation has it."""
    line = lines[link.leaf].lines[link.line]
    segment = line.segments[link.segment]
    x = link.x + segment.x
    if link.mode:
        x += (link.width - line.width) / link.mode
    return corners_of((x, link.top, segment.width, link.height), link.page_height)


class Programmer:
    """Writes programs. `draw` draws pictures; `is_fixed` says which leaves hold no slot, `lines` are theirs."""

    def __init__(self, draw: Draw, is_fixed: Sequence[bool], lines: Sequence[Lines]) -> None:
        self._draw = draw
        self._is_fixed = is_fixed
        self._lines = lines
        self._pending: list[bytes] = []
        self._ops: list[TextOp | PictureOp] = []
        self._font: tuple[str, float] = ("", 0.0)
        self._colour: tuple[float, ...] | None = None

    def program(self, page: PagePlan) -> Program:
        """Return the program of one page."""
        self._pending, self._ops = [], []
        self._font, self._colour = ("", 0.0), None
        for step in page.steps:
            if isinstance(step, TextStep):
                self._text(step)
            else:
                self._picture(step)
        return Program(self._ops, b"".join(self._pending))

    def _state(self, style: TypeStyle) -> str:
        """Return what sets font and colour where they change."""
        said = ""
        if self._font != (style.font, style.size):
            self._font = (style.font, style.size)
            said = f"/{style.font} {number(style.size)} Tf "
        if self._colour != style.colour:
            self._colour = style.colour
            said += " ".join(number(channel) for channel in style.colour) + " rg "
        return said

    def _text(self, step: TextStep) -> None:
        tag = f"/Span<</MCID {step.mcid}>>BDC" if step.mcid >= 0 else "/Artifact<</Type/Pagination>>BDC"
        opening = f"{tag} BT {self._state(step.style)}1 0 0 -1 "
        y = f" {number(round(step.y, 3))} Tm "
        end = b"TJ ET EMC\n"
        mode = MODES[step.align]
        is_fixed = self._is_fixed[step.leaf]
        if is_fixed:
            line = self._lines[step.leaf].lines[step.line]
            segment = line.segments[step.segment]
            x = step.x + segment.x + ((step.width - line.width) / mode if mode else 0.0)
            self._pending += [f"{opening}{x:.3f}{y}".encode(), segment.glyphs, end]
            return
        self._pending.append(opening.encode())
        if mode == LEFT and step.segment == 0 and not step.follows:
            before = b"".join((*self._pending, f"{step.x:.3f}{y}".encode()))
            self._ops.append(TextOp(before, step.leaf, step.line, step.segment, mode, step.x, step.width, b""))
        else:
            before = b"".join(self._pending)
            self._ops.append(TextOp(before, step.leaf, step.line, step.segment, mode, step.x, step.width, y.encode()))
        self._pending = [end]

    def _picture(self, step: PictureStep) -> None:
        self._pending.append(f"/Figure<</MCID {step.mcid}>>BDC q 1 0 0 1 {step.x:.3f} {step.y:.3f} cm ".encode())
        drawn = self._draw(step)
        if isinstance(drawn, bytes):
            self._pending.append(drawn)
        else:
            self._ops.append(PictureOp(b"".join(self._pending), drawn))
            self._pending = []
        self._pending.append(b" Q EMC\n")
        self._font, self._colour = ("", 0.0), None
