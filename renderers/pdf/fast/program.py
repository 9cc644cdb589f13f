"""Pages as programs: bytes that are the same for every customer, with places for texts and pictures.

Each layer of a strip has one, made once; a page runs those of its strips. Running a program joins bytes.
Only a text whose line isn't flush left needs a figure of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from engine.model.quick import sped
from engine.natives import native
from renderers.pdf.fast.model import Area, Lines, SlotValue, TextSpot, TypeStyle
from renderers.pdf.fast.painter import PictureStep, Step, TextStep
from renderers.pdf.fast.syntax import number

LEFT, RIGHT, CENTRE = 0, 1, 2
MODES = {"left": LEFT, "right": RIGHT, "center": CENTRE}
_SAID_KEPT = 1 << 14
_PLACES_KEPT = 16  # of a program
_STYLES_KEPT = 1024
# Draws a picture: the operators inside of its marked content, for the customer's slots.
Draw = Callable[[PictureStep], "bytes | Callable[[Sequence[SlotValue]], bytes]"]


# A text of the customer: which place of the operators it takes, and which segment of which line of a leaf it is.
# Plain tuples, since a page planned anew makes hundreds.
TextOp: TypeAlias = tuple[int, int, int, int]
# Where a text of the customer begins: the same of its x, then how its line is aligned (mode) in a width from x on.
AlignOp: TypeAlias = tuple[int, int, int, int, int, float, float]


# A number of marked content: which place it takes, and by how much it is more than the first.
MarkOp: TypeAlias = tuple[int, int]


class PictureOp(NamedTuple):
    """A picture of the customer, of the section with this number."""

    place: int
    section: int
    draw: Callable[[Sequence[SlotValue]], bytes]


@sped
@dataclass(slots=True)
class Program:
    """What a layer is made of: operators with empty places, and what takes them.

    Each second one of the operators is such a place. It begins by saying which font and colour it takes. What has
    run once stays as it is.
    """

    operators: list[bytes] = field(default_factory=list)
    texts: list[TextOp] = field(default_factory=list)
    aligns: list[AlignOp] = field(default_factory=list)
    pictures: list[PictureOp] = field(default_factory=list)
    marks: list[MarkOp] = field(default_factory=list)  # numbers of marked content that are still to be put in
    mcid: int = 0  # by which they are more
    steps: Any = False  # as the kernel has it; None where that declines, False before it was asked
    _weight: int = 0
    _numbered: dict[int, Program] | None = None  # by the number of the first mark
    _apart: Any = False  # likewise, with the marks as steps

    @property
    def weight(self) -> int:
        """About how many bytes it takes."""
        if not self._weight:
            pieces = len(self.operators) - 2 * len(self.marks)
            operators = sum(map(len, self.operators)) + 50 * pieces
            self._weight = operators + 100 * len(self.texts) + 160 * len(self.aligns)
        return self._weight

    def at(self, mcid: int) -> Program:
        """Return the same program, its marked content numbered from `mcid` on."""
        if not self.marks:
            return self
        if self._numbered is None or len(self._numbered) >= _PLACES_KEPT:
            self._numbered = {}
        found = self._numbered.get(mcid)
        if found is None:
            found = self._numbered[mcid] = self._at(mcid)
        return found

    def _at(self, mcid: int) -> Program:
        if _kernel is not None and self._apart is False:
            self._apart = _kernel.taken_apart(self.operators, self.texts, self.aligns, self.pictures, self.marks)
        lists = self.texts, self.aligns, self.pictures
        if self._apart:
            return Program(self.operators, *lists, self.marks, mcid, self._apart.numbered(mcid))
        return Program(_with_marks(self.operators, self.marks, mcid), *lists)

    def written(self) -> list[bytes]:
        """Return its operators with all marks."""
        return _with_marks(self.operators, self.marks, self.mcid) if self.marks else self.operators

    def take_apart(self) -> Any:
        """Return the steps that the kernel makes of it, and keep them."""
        assert _kernel is not None
        self.steps = _kernel.taken_apart(self.written(), self.texts, self.aligns, self.pictures)
        return self.steps


def _with_marks(operators: list[bytes], marks: list[MarkOp], mcid: int) -> list[bytes]:
    made = operators.copy()
    for place, number_ in marks:
        made[place] = b"%d" % (mcid + number_)
    return made


class Part(NamedTuple):
    """A program as part of a page: what is said before and after it, the first of its leaves, its section."""

    before: bytes
    program: Program
    after: bytes
    leaf: int
    section: int


def _run(
    operators: list[bytes], texts: list[TextOp], aligns: list[AlignOp], pictures: list[PictureOp],
    lines: Sequence[Lines], slots: Sequence[Sequence[SlotValue]], first: int = 0, section: int = 0,
) -> bytes:  # fmt: skip
    """Return the operators for one customer; leaves are counted from the `first`, sections from this one."""
    out = operators.copy()
    for place, leaf, at, own in texts:
        out[place] = lines[first + leaf].lines[at].segments[own].glyphs
    for place, leaf, at, own, mode, start, width in aligns:
        line = lines[first + leaf].lines[at]
        x = start + line.segments[own].x
        if mode:
            x += (width - line.width) / mode
        out[place] = _said.get(x) or _say(x)
    for place, of, draw in pictures:
        out[place] = draw(slots[section + of])
    return b"".join(out)


_said: dict[float, bytes] = {}  # figures of one width stand at one place: few places come again and again


def _say(x: float) -> bytes:
    if len(_said) >= _SAID_KEPT:
        _said.clear()
    said = _said[x] = b"%.3f" % (x + 0.0)  # no minus zero, which is found as zero is
    return said


def _run_parts(parts: Iterable[Part], lines: Sequence[Lines], slots: Sequence[Sequence[SlotValue]]) -> bytes:
    """Return what these programs say for one customer, whose lines these are; slots are by section."""
    out: list[bytes] = []
    for before, program, after, first, section in parts:
        said = _run(program.written(), program.texts, program.aligns, program.pictures, lines, slots, first, section)
        out += (before, said, after)
    return b"".join(out)


_kernel = native(__name__, "write_kernel")
run_parts = _run_parts if _kernel is None else _kernel.run_parts


@lru_cache(maxsize=_STYLES_KEPT)
def _font_said(font: str, size: float) -> str:
    return f"/{font} {number(size)} Tf "


@lru_cache(maxsize=_STYLES_KEPT)
def _colour_said(colour: tuple[float, ...]) -> str:
    return " ".join([number(channel) for channel in colour]) + " rg "


class Programmer:
    """Writes programs. `draw` draws pictures; `is_fixed` says which leaves hold no slot, `lines` are theirs."""

    def __init__(self, draw: Draw, is_fixed: Sequence[bool], lines: Sequence[Lines]) -> None:
        self._draw = draw
        self._is_fixed = is_fixed
        self._lines = lines
        self._pending: list[bytes] = []
        self._made, self._marks = Program(), list[MarkOp]()
        self._font: tuple[str, float] = ("", 0.0)
        self._colour: tuple[float, ...] | None = None

    def program(self, steps: Sequence[Step]) -> Program:
        """Return the program of these steps, whose marks are to be numbered."""
        self._pending, self._made, self._marks = [], Program(), []
        self._font, self._colour = ("", 0.0), None
        for step in steps:
            if isinstance(step, TextStep):
                self._text(step)
            else:
                self._picture(step)
        self._made.operators.append(b"".join(self._pending))
        self._made.marks = self._marks
        return self._made

    def still(self, spot: TextSpot) -> Area | None:
        """Return where a text of a leaf without slots stands; None where it moves with the customer's words."""
        if not self._is_fixed[spot.leaf]:
            return None
        line = self._lines[spot.leaf].lines[spot.line]
        segment = line.segments[spot.segment]
        mode = MODES[spot.align]
        left = spot.x + segment.x
        if mode:
            left += (spot.width - line.width) / mode
        return Area(left, spot.top, segment.width, spot.height, spot.is_anchored)

    def _place(self) -> int:
        """Return an empty place behind all that was said so far."""
        self._made.operators += (b"".join(self._pending), b"")
        self._pending = []
        return len(self._made.operators) - 1

    def _mark(self, role: str, mcid: int) -> str:
        """Say all that comes before the number of a mark; return what comes after it."""
        self._pending.append(f"{role}<</MCID ".encode())
        self._marks.append((self._place(), mcid))
        return ">>BDC"

    def _state(self, style: TypeStyle) -> str:
        """Return what sets font and colour where they change."""
        said = ""
        if self._font != (style.font, style.size):
            self._font = (style.font, style.size)
            said = _font_said(style.font, style.size)
        if self._colour != style.colour:
            self._colour = style.colour
            said += _colour_said(style.colour)
        return said

    def _text(self, step: TextStep) -> None:
        tag = self._mark("/Span", step.mcid) if step.mcid >= 0 else "/Artifact<</Type/Pagination>>BDC"
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
        spot = (step.leaf, step.line, step.segment)
        if mode == LEFT and step.segment == 0 and not step.follows:
            self._pending.append(f"{step.x:.3f}".encode())
        else:
            self._made.aligns.append((self._place(), *spot, mode, step.x, step.width))
        self._pending.append(y.encode())
        self._made.texts.append((self._place(), *spot))
        self._pending = [end]

    def _picture(self, step: PictureStep) -> None:
        tag = self._mark("/Figure", step.mcid)
        self._pending.append(f"{tag} q 1 0 0 1 {step.x:.3f} {step.y:.3f} cm ".encode())
        drawn = self._draw(step)
        if isinstance(drawn, bytes):
            self._pending.append(drawn)
        else:
            self._made.pictures.append(PictureOp(self._place(), 0, drawn))
        self._pending.append(b" Q EMC\n")
        self._font, self._colour = ("", 0.0), None
