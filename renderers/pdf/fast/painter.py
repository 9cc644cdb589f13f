"""Lists what a section paints on a page, in WeasyPrint's order, and numbers its marked content."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, NamedTuple, TypeAlias

from engine.model.quick import quick
from renderers.pdf.fast.fragments import Fragment, Marks
from renderers.pdf.fast.layout import line_spans
from renderers.pdf.fast.model import AtomItem, Line, Lines, LinkBox, Picture, RunItem, TextSpot, TypeStyle, Unfillable


@quick
@dataclass(frozen=True, slots=True)
class TextStep:
    """One text: segment `segment` of line `line` of leaf `leaf`, where its line starts and how it is aligned."""

    leaf: int
    line: int
    segment: int
    x: float
    width: float
    align: str
    y: float
    style: TypeStyle
    mcid: int  # -1: an artifact
    follows: bool = False  # an atom stands before it in its line


@quick
@dataclass(frozen=True, slots=True)
class PictureStep:
    """One picture in its box."""

    picture: Picture
    x: float
    y: float
    width: float
    height: float
    mcid: int


Step: TypeAlias = TextStep | PictureStep


class Layer(NamedTuple):
    """Steps that are painted before those of later layers of all sections on the page.

    First the floats of all sections are painted, then their lines and pictures, then what stacks over them.
    """

    kind: Literal["floats", "lines", "stacked"]
    is_anchored: bool  # its y is counted from the page's top
    steps: list[Step]


@dataclass(slots=True)
class _Context:
    """What is painted together: floats first, then lines and pictures."""

    is_anchored: bool = False
    floats: list[_Context] = field(default_factory=list)
    inline: list[Callable[[], None]] = field(default_factory=list)


class Painter:
    """Lists texts and pictures in the order WeasyPrint paints them, and numbers their marked content.

    Without `marks` and `links`, they are artifacts: running heads and feet.
    """

    def __init__(self, lines: Sequence[Lines], marks: Marks | None = None, links: list[LinkBox] | None = None) -> None:
        self._lines = lines
        self._marks = marks
        self._links = links
        self._steps: list[Step] = []

    def running(self, boxes: Sequence[Fragment]) -> list[Step]:
        """Paint boxes in a margin of the page: floats, lines, then what stacks over them in the order of the tree."""
        above: list[_Context] = []
        for context in (self._dispatched(boxes, above), *above):
            self._paint(context)
        return self._steps

    def strip(self, boxes: Sequence[Fragment]) -> list[Layer]:
        """Paint the children of <body> that a section has on a page."""
        above: list[_Context] = []
        context = _Context()
        for fragment in boxes:
            self._place(fragment, context, above)
        layers = [
            Layer("floats", False, self._painted(_Context(floats=context.floats))),
            Layer("lines", False, self._painted(_Context(inline=context.inline))),
            *[Layer("stacked", one.is_anchored, self._painted(one)) for one in above],
        ]
        return [layer for layer in layers if layer.steps]

    def _painted(self, context: _Context) -> list[Step]:
        self._steps = []
        self._paint(context)
        return self._steps

    def _dispatched(self, boxes: Sequence[Fragment], stacked: list[_Context]) -> _Context:
        """Sort what is in these boxes by when it is painted. What stacks over all goes to `stacked`."""
        context = _Context()
        for fragment in boxes:
            self._dispatch(fragment, context, stacked)
        return context

    def _dispatch(self, fragment: Fragment, context: _Context, stacked: list[_Context]) -> None:
        """Sort one box, whose place is decided, with all in it."""
        part = fragment.node.part
        if part.kind == "picture":
            context.inline.append(partial(self._picture, fragment))
        elif part.kind == "columns":
            for child in fragment.children:
                inner = self._dispatched([child], stacked)
                context.inline.append(partial(self._paint, inner))
        else:
            if part.lines is not None:
                context.inline.append(partial(self._running_text, fragment))
            atoms: Collection[int] = set(map(id, fragment.node.atoms.values())) if fragment.children else ()
            for child in fragment.children:
                if id(child.node) not in atoms or child.node.part.is_last:
                    self._place(child, context, stacked)

    def _place(self, fragment: Fragment, context: _Context, stacked: list[_Context]) -> None:
        part = fragment.node.part
        if part.is_last or part.place in ("top", "bottom"):
            inner = _Context(fragment.is_anchored)
            stacked.append(inner)  # before what stacks inside of it
            self._dispatch(fragment, inner, stacked)
        elif part.place == "float":
            context.floats.append(self._dispatched([fragment], stacked))
        else:
            self._dispatch(fragment, context, stacked)

    def _paint(self, context: _Context) -> None:
        for inner in context.floats:
            self._paint(inner)
        for paint in context.inline:
            paint()

    def _mark(self, fragment: Fragment, line: int, item: int) -> int:
        if self._marks is None:
            return -1
        number = self._marks.contents[id(fragment), line, item] = self._marks.count
        self._marks.count += 1
        return number

    def _picture(self, fragment: Fragment) -> None:
        part, element = fragment.node.part, fragment.node.element
        if element is None or element.picture is None:
            raise Unfillable("a picture has no source")
        top, right, bottom, left = part.edges
        if part.top != top or part.bottom != bottom:
            raise Unfillable("a picture has a padding")
        self._steps.append(
            PictureStep(
                element.picture, part.x + left, fragment.y + top, part.width - left - right,
                fragment.placed.height - top - bottom, self._mark(fragment, -1, -1),
            )
        )  # fmt: skip

    def _running_text(self, fragment: Fragment) -> None:
        node = fragment.node
        lines = node.part.lines
        assert lines is not None
        set_lines = self._lines[node.leaf].lines
        if len(node.items) == 1 and not node.atoms and len(set_lines) == 1 and fragment.first == 0 and fragment.end:
            self._only_line(fragment, set_lines[0])
            return
        atoms = {id(atom): number for number, atom in node.atoms.items()}
        pictures = {
            atoms[id(child.node)]: child
            for child in fragment.children
            if id(child.node) in atoms and child.node.part.kind == "picture" and not child.node.part.is_last
        }
        tops = line_spans(set_lines, lines.pitch)
        for number in range(fragment.first, min(fragment.end, len(set_lines))):
            top = fragment.placed.lines_y + fragment.dy + tops[number][0] + set_lines[number].above
            drawn = {segment.item: place for place, segment in enumerate(set_lines[number].segments)}
            for place, item in enumerate(node.items):
                if isinstance(item, AtomItem) and number == 0 and item.element in pictures:
                    self._picture(pictures[item.element])
                elif isinstance(item, RunItem) and place in drawn:
                    self._text(fragment, number, drawn[place], place, top)

    def _only_line(self, fragment: Fragment, line: Line) -> None:
        """Paint the only line of a leaf of one item, which most leaves are."""
        top = fragment.placed.lines_y + fragment.dy + 0.0 + line.above
        drawn = [place for place, segment in enumerate(line.segments) if segment.item == 0]
        if drawn and isinstance(fragment.placed.node.items[0], RunItem):
            self._text(fragment, 0, drawn[-1], 0, top)

    def _text(self, fragment: Fragment, line: int, segment: int, place: int, top: float) -> None:
        node = fragment.node
        lines = node.part.lines
        assert lines is not None
        item = node.items[place]
        assert isinstance(item, RunItem)
        span = lines.spans[item.owner]
        follows = place > 0 and any(isinstance(other, AtomItem) for other in node.items[:place])
        mcid = self._mark(fragment, line, segment)
        if item.owner >= 0 and (element := node.inline[item.owner]).tag == "a":
            if self._marks is None or self._links is None:
                raise Unfillable("a link stands in a running head or foot")
            self._marks.contents[id(fragment), line, -2 - item.owner] = len(self._links)
            spot = TextSpot(
                node.leaf, line, segment, lines.align, lines.x, lines.width, top + span.top, span.height,
                fragment.is_anchored,
            )  # fmt: skip
            self._links.append(LinkBox(spot, element.attributes["href"]))
        self._steps.append(
            TextStep(
                node.leaf, line, segment, lines.x, lines.width, lines.align, top + span.baseline, item.style, mcid,
                follows,
            )
        )  # fmt: skip
