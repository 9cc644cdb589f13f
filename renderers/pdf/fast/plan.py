"""A plan: where everything of a document stands, for one form and one count of lines in each leaf.

Made once and filled for every customer that shares it. A page's body is a list of steps in the order
WeasyPrint paints: bytes, texts and pictures. The same marked content ids are in its tag tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from renderers.pdf.fast.decor import box_operators
from renderers.pdf.fast.fragments import Fragment, Page, anchor, lines_of, set_dy, top_of, whole
from renderers.pdf.fast.layout import Layout, Placed
from renderers.pdf.fast.model import (
    Bookmark,
    Element,
    Lines,
    LinkBox,
    Struct,
    Template,
    Unfillable,
    moved,
)
from renderers.pdf.fast.nodes import Form, Node
from renderers.pdf.fast.pagination import Cut, Cutter, Piece, cut
from renderers.pdf.fast.painter import Painter, PictureStep, TextStep
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
        flow, absolutes = self._flow()
        pieces = Cutter(self._lines).pieces(flow)
        if not pieces:
            raise Unfillable("the document is empty")
        first, other = self._kinds["first"], self._kinds["left"]
        if self._kinds["right"] != other:
            raise Unfillable("left and right pages differ")
        cuts = cut(pieces, first.top, first.bottom, other.top, other.bottom)
        pages = [self._page(number, one, pieces, flow) for number, one in enumerate(cuts)]
        self._hold(pages, absolutes)
        return self._compose(pages)

    def _flow(self) -> tuple[list[Placed], list[Placed]]:
        """Place the children of <body> under one another; margins of neighbours collapse."""
        placed: list[Placed] = []
        absolutes: list[Placed] = []
        y, margin = 0.0, 0.0
        for node, layout in self._nodes():
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

    def _nodes(self) -> Iterator[tuple[Node, Layout]]:
        for section in self._form.sections:
            layout = Layout(self._lines, section.leaf, section.slot)
            for node in section.form.body:
                yield node, layout

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
                return whole(placed, dy)
            return lines_of(placed, dy, lines[0], lines[-1] + 1)
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
                    fragment.children.append(whole(child, dy))
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
            header = whole(placed.children[0], 0.0)
            first = fragment.children[0]
            set_dy(header, top_of(first) - placed.children[0].height - placed.children[0].y)
            fragment.children.insert(0, header)
        return fragment

    def _hold(self, pages: Sequence[Page], absolutes: Sequence[Placed]) -> None:
        """Put absolute boxes to the edges that hold them: of the page's content, or of a positioned box."""
        for placed in absolutes:
            pages[0].boxes.append(whole(placed, 0.0))
        for page in pages:
            kind = self._kinds[page.kind]
            for fragment in page.boxes:
                anchor(fragment, kind.top, kind.bottom)

    def _compose(self, pages: Sequence[Page]) -> Plan:
        plans: list[PagePlan] = []
        bookmarks: list[Bookmark] = []
        for page in pages:
            done = PagePlan(page.kind)
            decorations: list[bytes] = []
            for fragment in page.boxes:
                _decorate(fragment, decorations)
                _block_links(fragment, page, self._links)
            painter = Painter(self._lines, page, self._links)
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
        fragments = [
            whole(Layout(lines, len(self._lines), self._form.sections[section].slot).place(node, node.part.gap), 0.0)
            for node, section in self._form.margins[page.kind]
        ]
        for fragment in fragments:
            _decorate(fragment, decorations)
        painter = Painter(lines, page, self._links, page.number * len(own))
        for fragment in fragments:
            painter.context([fragment])
        if any(isinstance(step, TextStep) and step.link >= 0 for step in painter.steps):
            raise Unfillable("a link stands in a running head or foot")
        return painter.steps


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
        links.append(LinkBox(page.number, rectangle, moved(node.element.attributes["href"], fragment.placed.slot)))
    for child in fragment.children:
        _block_links(child, page, links)


def _bookmarks(fragment: Fragment, page: int, out: list[Bookmark]) -> None:
    node = fragment.node
    if node.part.bookmark and fragment.first == 0 and node.element is not None:
        out.append(
            Bookmark(
                node.part.bookmark, moved(_text_of(node.element), fragment.placed.slot), page, node.part.x, fragment.y
            )
        )
    for child in fragment.children:
        _bookmarks(child, page, out)


def _text_of(element: Element) -> Template:
    pieces: list[str | int] = []
    for child in element.children:
        pieces += _text_of(child) if isinstance(child, Element) else child
    return tuple(pieces)
