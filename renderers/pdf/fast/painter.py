"""Lists what is painted on a page, in WeasyPrint's order, and numbers its marked content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from renderers.pdf.fast.fragments import Fragment, Page
from renderers.pdf.fast.layout import Placed, line_spans
from renderers.pdf.fast.model import AtomItem, Lines, LinkBox, Picture, RunItem, TypeStyle, Unfillable, moved


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
    page: int
    link: int = -1
    top: float = 0.0  # of the inline box's hit area, for its link
    height: float = 0.0
    follows: bool = False  # an atom stands before it in its line


@dataclass(frozen=True, slots=True)
class PictureStep:
    """One picture in its box."""

    picture: Picture
    x: float
    y: float
    width: float
    height: float
    mcid: int


@dataclass(slots=True)
class _Context:
    """What is painted together: floats first, then lines and pictures."""

    floats: list[_Context] = field(default_factory=list)
    inline: list[Callable[[], None]] = field(default_factory=list)


class Painter:
    """Lists texts and pictures in the order WeasyPrint paints them, and numbers their marked content.

    With `margin`, they are artifacts: running elements, whose leaves are set anew on each page, `margin` leaves on.
    """

    def __init__(self, lines: Sequence[Lines], page: Page, links: list[LinkBox], margin: int | None = None) -> None:
        self._lines = lines
        self._margin = margin
        self._page = page
        self._links = links
        self.steps: list[TextStep | PictureStep] = []

    def context(self, boxes: Sequence[Fragment]) -> None:
        """Paint a stacking context: its floats, its lines, then what stacks over them in the order of the tree."""
        stacked: list[_Context] = []
        self._paint(self._dispatched(boxes, stacked))
        for context in stacked:
            self._paint(context)

    def page(self, boxes: Sequence[Fragment]) -> None:
        """Paint the children of <body> on a page."""
        stacked: list[_Context] = []
        context = _Context()
        for fragment in boxes:
            self._place(fragment, context, stacked)
        for one in (context, *stacked):
            self._paint(one)

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
            atoms = set(map(id, fragment.node.atoms.values()))
            if part.lines is not None:
                context.inline.append(partial(self._running_text, fragment))
            for child in fragment.children:
                if id(child.node) not in atoms or child.node.part.is_last:
                    self._place(child, context, stacked)

    def _place(self, fragment: Fragment, context: _Context, stacked: list[_Context]) -> None:
        part = fragment.node.part
        if part.is_last or part.place in ("top", "bottom"):
            inner = _Context()
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

    def _leaf(self, placed: Placed) -> int:
        return placed.leaf if self._margin is None else placed.leaf + self._margin

    def _mark(self, fragment: Fragment, line: int, item: int) -> int:
        if self._margin is not None:
            return -1
        number = self._page.mcid
        self._page.marks[id(fragment), line, item] = number
        self._page.mcid += 1
        return number

    def _picture(self, fragment: Fragment) -> None:
        part, element = fragment.node.part, fragment.node.element
        if element is None or element.picture is None:
            raise Unfillable("a picture has no source")
        top, right, bottom, left = part.edges
        if part.top != top or part.bottom != bottom:
            raise Unfillable("a picture has a padding")
        picture = element.picture
        if picture.slot >= 0:
            picture = replace(picture, slot=picture.slot + fragment.placed.slot)
        self.steps.append(
            PictureStep(
                picture, part.x + left, fragment.y + top, part.width - left - right,
                fragment.placed.height - top - bottom, self._mark(fragment, -1, -1),
            )
        )  # fmt: skip

    def _running_text(self, fragment: Fragment) -> None:
        node = fragment.node
        lines = node.part.lines
        assert lines is not None
        set_lines = self._lines[fragment.placed.leaf].lines
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

    def _text(self, fragment: Fragment, line: int, segment: int, place: int, top: float) -> None:
        node = fragment.node
        lines = node.part.lines
        assert lines is not None
        item = node.items[place]
        assert isinstance(item, RunItem)
        span = lines.spans[item.owner]
        follows = any(isinstance(other, AtomItem) for other in node.items[:place])
        link = -1
        owner = item.owner
        mcid = self._mark(fragment, line, segment)
        if owner >= 0 and (element := node.inline[owner]).tag == "a":
            link = len(self._links)
            self._links.append(
                LinkBox(self._page.number, None, moved(element.attributes["href"], fragment.placed.slot))
            )
            self._page.marks[id(fragment), line, -2 - owner] = link
        self.steps.append(
            TextStep(
                self._leaf(fragment.placed), line, segment, lines.x, lines.width, lines.align, top + span.baseline,
                item.style, mcid, self._page.number, link, top + span.top, span.height, follows,
            )
        )  # fmt: skip
