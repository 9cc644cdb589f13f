"""A plan: where everything of a document stands, for one form and one count of lines in each leaf.

Made once and filled for every customer that shares it. A page's body is a list of steps in the order
WeasyPrint paints: bytes, texts and pictures. The same marked content ids are in its tag tree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from renderers.pdf.fast.decor import box_operators
from renderers.pdf.fast.layout import Layout, Placed, line_spans
from renderers.pdf.fast.model import (
    AtomItem,
    Bookmark,
    Element,
    Lines,
    LinkBox,
    Picture,
    RunItem,
    Struct,
    Template,
    TypeStyle,
    Unfillable,
)
from renderers.pdf.fast.nodes import Form, Node
from renderers.pdf.fast.pagination import Cut, Cutter, Piece, cut
from renderers.pdf.fast.structure import StructBuilder

# Sets the leaves of running elements for a page: (number from 1, count of pages).
SetMargin = Callable[[int, int], Sequence[Lines]]


@dataclass(frozen=True, slots=True)
class PageKind:
    """Where the content of a kind of page stands, px from the page's top left."""

    width: float
    height: float
    left: float
    top: float
    bottom: float


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
class PagePlan:
    """One page: its decorations, and what is painted on it in order."""

    kind: str
    decorations: bytes = b""
    steps: list[TextStep | PictureStep] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """All pages with what they share."""

    pages: list[PagePlan]
    struct: list[Struct]
    links: list[LinkBox]
    bookmarks: list[Bookmark]


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


class Planner:
    """Makes the plan of one form for given lines."""

    def __init__(
        self, form: Form[Any], kinds: dict[str, PageKind], lines: Sequence[Lines], set_margin: SetMargin
    ) -> None:
        self._form = form
        self._kinds = kinds
        self._lines = lines
        self._set_margin = set_margin
        self._links: list[LinkBox] = []

    def plan(self) -> Plan:
        """Return the plan. Raises `Unfillable`."""
        layout = Layout(self._lines)
        flow, absolutes = self._flow(layout)
        pieces = Cutter(self._lines).pieces(flow)
        if not pieces:
            raise Unfillable("the document is empty")
        first, other = self._kinds["first"], self._kinds["left"]
        if self._kinds["right"] != other:
            raise Unfillable("left and right pages differ")
        cuts = cut(pieces, first.top, first.bottom, other.top, other.bottom)
        pages = [self._page(number, one, pieces, flow) for number, one in enumerate(cuts)]
        self._anchor(pages, absolutes)
        return self._compose(pages)

    def _flow(self, layout: Layout) -> tuple[list[Placed], list[Placed]]:
        """Place the children of <body> under one another; margins of neighbours collapse."""
        placed: list[Placed] = []
        absolutes: list[Placed] = []
        y, margin = 0.0, 0.0
        for node in self._form.body:
            part = node.part
            if part.place in ("top", "bottom"):
                absolutes.append(layout.place(node, 0.0))
                continue
            if part.place == "float":
                raise Unfillable("a float is a child of the body")
            y += max(margin, part.gap) if placed else part.gap
            placed.append(layout.place(node, y))
            y += placed[-1].height
            margin = part.tail_margin
        return placed, absolutes

    def _page(self, number: int, one: Cut, pieces: Sequence[Piece], flow: Sequence[Placed]) -> Page:
        kind = "first" if number == 0 else ("left" if number % 2 else "right")
        page = Page(number, kind)
        wanted: dict[int, list[int]] = {}
        for piece in pieces[one.first : one.end]:
            wanted.setdefault(id(piece.placed), []).append(piece.line)
        for placed in flow:
            fragment = self._fragment(placed, one.shift, wanted, one.repeats_header)
            if fragment is not None:
                page.boxes.append(fragment)
        return page

    def _fragment(self, placed: Placed, dy: float, wanted: dict[int, list[int]], repeats: bool) -> Fragment | None:
        part = placed.node.part
        if id(placed) in wanted:
            lines = wanted[id(placed)]
            if lines == [-1]:
                return _whole(placed, dy)
            return _lines_of(placed, dy, lines[0], lines[-1] + 1)
        kids = [
            (child, self._fragment(child, dy, wanted, repeats))
            for child in placed.children
            if child.node.part.place == "flow"
        ]
        if not any(found for _, found in kids):
            return None
        fragment = Fragment(placed, dy)
        begins = bool(kids) and kids[0][1] is not None
        for child in placed.children:
            if child.node.part.place != "flow":
                if begins:
                    fragment.children.append(_whole(child, dy))
            else:
                found = next(found for kid, found in kids if kid is child)
                if found is not None:
                    fragment.children.append(found)
        if (
            part.kind == "table"
            and repeats
            and placed.children
            and placed.children[0].node.part.is_header
            and not begins
        ):
            header = _whole(placed.children[0], 0.0)
            first = fragment.children[0]
            _set_dy(header, _top_of(first) - placed.children[0].height - placed.children[0].y)
            fragment.children.insert(0, header)
        return fragment

    def _anchor(self, pages: Sequence[Page], absolutes: Sequence[Placed]) -> None:
        """Put absolute boxes to the edges that hold them: of the page's content, or of a positioned box."""
        for placed in absolutes:
            pages[0].boxes.append(_whole(placed, 0.0))
        for page in pages:
            kind = self._kinds[page.kind]
            for fragment in page.boxes:
                _anchor(fragment, kind.top, kind.bottom)

    def _compose(self, pages: Sequence[Page]) -> Plan:
        plans: list[PagePlan] = []
        bookmarks: list[Bookmark] = []
        for page in pages:
            done = PagePlan(page.kind)
            decorations: list[bytes] = []
            for fragment in page.boxes:
                _decorate(fragment, decorations)
                _block_links(fragment, page, self._links)
            painter = _Painter(self._lines, page, self._links)
            painter.page(page.boxes)
            done.steps = painter.steps + self._margins(page, len(pages), decorations)
            done.decorations = b"".join(decorations)
            plans.append(done)
            for fragment in page.boxes:
                _bookmarks(fragment, page.number, bookmarks)
        struct = StructBuilder(self._lines)
        roots: list[Struct] = []
        for page in pages:
            roots += struct.page(page.boxes, page.number, page.marks)
        return Plan(plans, roots, self._links, bookmarks)

    def _margins(self, page: Page, pages: int, decorations: list[bytes]) -> list[TextStep | PictureStep]:
        """Return what stands in the margins of a page. Running texts that wrap aren't laid out here."""
        own = self._set_margin(page.number + 1, pages)
        if any(len(leaf.lines) > 1 for leaf in own):
            raise Unfillable("a running head or foot would wrap")
        lines = [*self._lines, *own]
        fragments = [_whole(Layout(lines).place(node, node.part.gap), 0.0) for node in self._form.margins[page.kind]]
        for fragment in fragments:
            _decorate(fragment, decorations)
        painter = _Painter(lines, page, self._links, page.number * len(own))
        for fragment in fragments:
            painter.context([fragment])
        if any(isinstance(step, TextStep) and step.link >= 0 for step in painter.steps):
            raise Unfillable("a link stands in a running head or foot")
        return painter.steps


def _whole(placed: Placed, dy: float) -> Fragment:
    return Fragment(placed, dy, [_whole(child, dy) for child in placed.children])


def _set_dy(fragment: Fragment, dy: float) -> None:
    fragment.dy = dy
    for child in fragment.children:
        _set_dy(child, dy)


def _top_of(fragment: Fragment) -> float:
    return min((_top_of(child) for child in fragment.children), default=fragment.y)


def _lines_of(placed: Placed, dy: float, first: int, end: int) -> Fragment:
    fragment = Fragment(placed, dy, first=first, end=end)
    if placed.node.part.kind == "columns":
        begin = sum(placed.row_counts[:first])
        stop = begin + sum(placed.row_counts[first:end])
        fragment.children = [_whole(child, dy) for child in placed.children[begin:stop]]
    elif first == 0:
        fragment.children = [_whole(child, dy) for child in placed.children]
    return fragment


def _anchor(fragment: Fragment, top: float, bottom: float) -> None:
    part = fragment.node.part
    if part.place in ("top", "bottom"):
        placed = fragment.placed
        y = top + part.gap if part.place == "top" else bottom - part.gap - placed.height
        _set_dy(fragment, y - placed.y)
        top = y + part.edges[0]
        bottom = y + placed.height - part.edges[2]
    for child in fragment.children:
        _anchor(child, top, bottom)


def _decorate(fragment: Fragment, out: list[bytes]) -> None:
    part = fragment.node.part
    if part.decor is not None:
        out.append(box_operators(part.decor, part.x, fragment.y, part.width, fragment.placed.height, part.edges))
    for child in fragment.children:
        _decorate(child, out)
    if part.kind == "row" and part.rule is not None:
        width, (red, green, blue) = part.rule
        y = fragment.y + fragment.placed.height - width / 2
        out.append(
            f"/Artifact BMC {red:.4g} {green:.4g} {blue:.4g} rg"
            f" {part.x:.3f} {y:.3f} {part.width:.3f} {width:.3f} re f EMC\n".encode()
        )


def _block_links(fragment: Fragment, page: Page, links: list[LinkBox]) -> None:
    node = fragment.node
    if node.part.tag == "a" and node.element is not None and node.part.element >= 0:
        page.marks[id(fragment), -3, -3] = len(links)
        rectangle = (node.part.x, fragment.y, node.part.width, fragment.placed.height)
        links.append(LinkBox(page.number, rectangle, node.element.attributes["href"]))
    for child in fragment.children:
        _block_links(child, page, links)


def _bookmarks(fragment: Fragment, page: int, out: list[Bookmark]) -> None:
    node = fragment.node
    if node.part.bookmark and fragment.first == 0 and node.element is not None:
        out.append(Bookmark(node.part.bookmark, _text_of(node.element), page, node.part.x, fragment.y))
    for child in fragment.children:
        _bookmarks(child, page, out)


def _text_of(element: Element) -> Template:
    pieces: list[str | int] = []
    for child in element.children:
        pieces += _text_of(child) if isinstance(child, Element) else child
    return tuple(pieces)


@dataclass(slots=True)
class _Context:
    """What is painted together: floats first, then lines and pictures."""

    floats: list[_Context] = field(default_factory=list)
    inline: list[Callable[[], None]] = field(default_factory=list)


class _Painter:
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

    def _leaf(self, node: Node) -> int:
        return node.leaf if self._margin is None else node.leaf + self._margin

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
        self.steps.append(
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
            self._links.append(LinkBox(self._page.number, None, element.attributes["href"]))
            self._page.marks[id(fragment), line, -2 - owner] = link
        self.steps.append(
            TextStep(
                self._leaf(node), line, segment, lines.x, lines.width, lines.align, top + span.baseline, item.style,
                mcid, self._page.number, link, top + span.top, span.height, follows,
            )
        )  # fmt: skip
