"""Has WeasyPrint lay out specimens of the parts of documents, each part once.

A part is a child of <body>, or a row of a table's body; parts of the same structure (tags, classes,
where texts and pictures are) are laid out alike, whatever the texts say and in whichever language. Parts
that aren't known yet are put on one endless page and read off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, TypeVar

from engine.model.communication import ChartGeometry
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.geometry import Reader
from renderers.pdf.fast.grid import anchor_absolutes, settle
from renderers.pdf.fast.model import Element, LeafLike, Skeleton, SlotValue, Template, Unfillable
from renderers.pdf.fast.nodes import Builder, MakeLeaf, Node, SectionForm
from renderers.pdf.fast.parts import PartBox
from renderers.pdf.fast.strip import PageKind

ENDLESS = "@page { size: 210mm 30000mm }"
GAP = "billcast-gap"
GAP_STYLE = f"{GAP} {{ display: block; height: 1px; margin: 0; padding: 0 }}"
PAGE_BREAK = "billcast-page"
PAGE_STYLE = f"{PAGE_BREAK} {{ display: block; height: 1px; break-after: page }}"
_NEUTRAL = "Ag 0"
_VOID = frozenset({"br", "img", "col", "hr", "meta", "link", "input", "wbr"})
LayOut = Callable[[str, str], tuple[Any, Any]]  # (html, more css) -> (laid-out document, its element tree)


@dataclass(slots=True)
class Furniture:
    """What stands in the margins of each kind of page, by the numbers of the running elements."""

    kinds: dict[str, PageKind]
    boxes: dict[str, list[tuple[int, PartBox]]]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An element whose part isn't known."""

    element: Element
    key: str
    slots: Sequence[SlotValue]


_Leaf = TypeVar("_Leaf", bound=LeafLike)


class Specimens:
    """Parts by structure. `lay_out` renders HTML by WeasyPrint with the template's styles, which are `css`."""

    def __init__(self, lay_out: LayOut, fonts: FontSet, css: str) -> None:
        self._lay_out = lay_out
        self._fonts = fonts
        self._css = css
        self._parts: dict[str, PartBox | Unfillable | None] = {}
        self._rows: dict[str, PartBox] = {}
        self._furniture: dict[str, Furniture] = {}
        self.laid_out = 0

    def learn(self, frame: Skeleton, bodies: Sequence[tuple[Element, Sequence[SlotValue]]]) -> None:
        """Have what isn't known yet of these sections laid out, all at once. Raises `Unfillable`."""
        context = self._context(frame)
        unknown: dict[str, _Wanted] = {}
        for body, slots in bodies:
            for child in body.children:
                if isinstance(child, Element):
                    key = context + key_of(child, slots)
                    if key not in self._parts or (
                        not isinstance(self._parts[key], Unfillable)
                        and any(context + row not in self._rows for row, _ in _body_rows(child, slots))
                    ):
                        unknown[key] = _Wanted(child, key, slots)
        if unknown:
            self._learn(frame, list(unknown.values()), context)

    def section(
        self, frame: Skeleton, body: Element, slots: Sequence[SlotValue], make_leaf: MakeLeaf[_Leaf]
    ) -> SectionForm[_Leaf]:
        """Return the boxes of what stands in `body`. Raises `Unfillable` where one can't be filled."""
        if any(not isinstance(child, Element) and _is_text(child) for child in body.children):
            raise Unfillable("text stands in <body> itself")
        context = self._context(frame)
        builder = Builder(make_leaf)
        boxes: list[Node] = []
        running: list[Element] = []
        for child in body.children:
            if not isinstance(child, Element):
                continue
            part = self._parts[context + key_of(child, slots)]
            if isinstance(part, Unfillable):
                raise part
            if part is None:
                running.append(child)
            else:
                rows = [self._row(context + key) for key, _ in _body_rows(child, slots)]
                boxes.append(builder.node(part, _elements(child), rows))
        return SectionForm(boxes, running, builder.leaves)

    def furnish(
        self,
        frame: Skeleton,
        running: Sequence[tuple[Element, int]],
        slots: Sequence[Sequence[SlotValue]],
        make_leaf: MakeLeaf[_Leaf],
    ) -> tuple[dict[str, PageKind], dict[str, list[tuple[Node, int]]], list[tuple[_Leaf, int]]]:
        """Return the kinds of pages, and the nodes and leaves of what stands in their margins.

        Running elements, nodes and leaves come with the number of their section; `slots` are by section.
        Raises `Unfillable`.
        """
        furniture = self._furnish(frame, [(element, slots[number]) for element, number in running])
        builder = Builder(make_leaf)
        nodes: dict[str, list[tuple[Node, int]]] = {}
        owners: list[int] = []
        for kind, boxes in furniture.boxes.items():
            nodes[kind] = []
            for place, part in boxes:
                element, number = running[place]
                nodes[kind].append((builder.node(part, _elements(element)), number))
                owners += [number] * (len(builder.leaves) - len(owners))
        return furniture.kinds, nodes, list(zip(builder.leaves, owners, strict=True))

    def _context(self, frame: Skeleton) -> str:
        """Return what of <html> and <body> the styles speak of, as part of what parts are known by."""
        said = []
        for element in (frame.root, frame.body):
            for name, value in sorted(element.attributes.items()):
                text = "".join(str(piece) for piece in value)
                if name == "class" and "[class" not in self._css:
                    text = " ".join(token for token in text.split() if f".{token}" in self._css)
                elif name != "class" and f"[{name}" not in self._css and name != "style":
                    text = ""
                if text:
                    said.append(f"{element.tag} {name}={text}")
        return ";".join(said) + "|"

    def _row(self, key: str) -> PartBox:
        if key not in self._rows:
            raise Unfillable("a row of a table was not found in the specimen")
        return self._rows[key]

    def _learn(self, frame: Skeleton, wanted: Sequence[_Wanted], context: str) -> None:
        pieces = [f"<{GAP}></{GAP}>{written(one.element, one.slots)}" for one in wanted]
        document, tree = self._render(frame, "".join(pieces) + f"<{GAP}></{GAP}>", ENDLESS + GAP_STYLE)
        if len(document.pages) != 1:
            raise Unfillable("a specimen doesn't fit its page")
        page = document.pages[0]._page_box  # noqa: SLF001 - the boxes have no public accessor; the pin holds it
        body = page.children[0].children[0]
        found = {id(box.element): box for box in map(_inner, body.children) if box.element is not None}
        gaps = [box for box in body.children if box.element_tag == GAP]
        roots = [child for child in tree.find("body") if child.tag != GAP]
        if len(roots) != len(wanted) or len(gaps) != len(wanted) + 1:
            raise Unfillable("a specimen's tree differs from the template's")
        for number, (one, root) in enumerate(zip(wanted, roots, strict=True)):
            box = found.get(id(root))
            if box is None:
                self._parts[one.key] = None
                continue
            try:
                self._parts[one.key] = self._read(one, root, box, page, gaps[number : number + 2], context)
            except Unfillable as reason:
                self._parts[one.key] = reason

    def _read(self, one: _Wanted, root: Any, box: Any, page: Any, gaps: Sequence[Any], context: str) -> PartBox:
        child = one.element
        numbers = {id(found): number for number, found in enumerate(root.iter())}
        if len(numbers) != len(_elements(child)):
            raise Unfillable("a specimen's elements differ from the template's")
        above, below = gaps
        top = above.border_box_y() + above.border_height()
        part = Reader(numbers, self._fonts).read(box, top)
        part.tail_margin = below.border_box_y() - box.border_box_y() - box.border_height()
        anchor_absolutes_of(part, box, page)
        settle(part)
        rows = [row for group in _groups(part) for row in group.children]
        names = [(context + row_key, element) for row_key, element in _body_rows(child, one.slots)]
        if len(rows) != len(names):
            raise Unfillable("a table's rows differ from the template's")
        for row, (row_key, element) in zip(rows, names, strict=True):
            if row_key not in self._rows:
                _renumber(row, _elements(child).index(element))
                self._rows[row_key] = row
        for group in _groups(part):
            group.children = []
        return part

    def _furnish(self, frame: Skeleton, running: Sequence[tuple[Element, Sequence[SlotValue]]]) -> Furniture:
        key = self._context(frame) + "".join(key_of(child, slots) for child, slots in running)
        if key not in self._furniture:
            self._furniture[key] = self._learn_furniture(frame, running)
        return self._furniture[key]

    def _learn_furniture(self, frame: Skeleton, running: Sequence[tuple[Element, Sequence[SlotValue]]]) -> Furniture:
        html = "".join(written(child, slots) for child, slots in running) + f"<{PAGE_BREAK}></{PAGE_BREAK}>" * 3
        document, tree = self._render(frame, html, PAGE_STYLE)
        roots = [child for child in tree.find("body") if child.tag != PAGE_BREAK]
        owners = {id(found): (number, place) for number, root in enumerate(roots)
                  for place, found in enumerate(root.iter())}  # fmt: skip
        kinds: dict[str, PageKind] = {}
        boxes: dict[str, list[tuple[int, PartBox]]] = {}
        for kind, page in zip(("first", "left", "right"), document.pages, strict=False):
            box = page._page_box  # noqa: SLF001
            kinds[kind] = PageKind(
                page.width, page.height, box.content_box_x(), box.content_box_y(), box.content_box_y() + box.height
            )
            boxes[kind] = []
            for margin_box in box.children[1:]:
                for child in margin_box.children:
                    number = owners.get(id(child.element), (-1, 0))[0]
                    if number < 0:
                        raise Unfillable("a page margin shows more than running elements")
                    numbers = {name: place for name, (owner, place) in owners.items() if owner == number}
                    part = Reader(numbers, self._fonts).read(child, 0.0, is_running=True)
                    boxes[kind].append((number, settle(part)))
        return Furniture(kinds, boxes)

    def _render(self, frame: Skeleton, body: str, css: str) -> tuple[Any, Any]:
        self.laid_out += 1
        root = f"<html{_attributes(frame.root, ())}><head><meta charset=utf-8></head>"
        html = f"<!DOCTYPE html>{root}<body{_attributes(frame.body, ())}>{body}</body></html>"
        return self._lay_out(html, css)


def anchor_absolutes_of(part: PartBox, box: Any, page: Any) -> None:
    """Set from which edge, and how far, the absolute boxes of a part stand."""
    top, bottom = page.content_box_y(), page.content_box_y() + page.height
    if part.place in ("top", "bottom"):
        y, height = box.border_box_y(), box.border_height()
        part.gap = y - top if part.place == "top" else bottom - y - height
    anchor_absolutes(part, box, (top, bottom))


def key_of(element: Element, slots: Sequence[SlotValue]) -> str:
    """Return the structure of an element as text: equal for elements that are laid out alike."""
    return "".join(_key(element, slots, is_part=True))


def _key(element: Element, slots: Sequence[SlotValue], *, is_part: bool) -> Iterator[str]:
    yield f"<{element.tag}"
    for name, value in sorted(element.attributes.items()):
        if name not in ("src", "alt", "href", "title"):
            yield f" {name}={''.join(str(piece) for piece in value)}"
        elif name == "href":
            yield " href"
    if element.picture is not None:
        yield _picture_key(element, slots)
    yield ">"
    if is_part and element.tag == "tbody":
        yield "*"
        return
    for child in element.children:
        if isinstance(child, Element):
            yield from _key(child, slots, is_part=is_part)
        elif _shows(child, slots):
            yield "t"
    yield "/"


def _picture_key(element: Element, slots: Sequence[SlotValue]) -> str:
    picture = element.picture
    assert picture is not None
    if picture.kind == "chart":
        chart = slots[picture.slot]
        assert isinstance(chart, ChartGeometry)
        return f" chart {chart.width:g}x{picture.height or chart.height:g}"
    return " qr" if picture.kind == "qr" else f" {picture.source}"


def _shows(text: Template, slots: Sequence[SlotValue]) -> bool:
    return any(str(slots[piece] if isinstance(piece, int) else piece).strip() for piece in text)


def _is_text(text: Template) -> bool:
    return any(isinstance(piece, int) or piece.strip() for piece in text)


def _body_rows(element: Element, slots: Sequence[SlotValue]) -> Iterator[tuple[str, Element]]:
    """Yield the rows of the tables' bodies in an element, each with its key: itself, its neighbours, its table."""

    def walk(node: Element, path: str) -> Iterator[tuple[str, Element]]:
        here = f"{path}<{node.tag}{_class(node)}>"
        if node.tag == "tbody":
            rows = [child for child in node.children if isinstance(child, Element)]
            for number, row in enumerate(rows):
                before = _class(rows[number - 1]) if number else "^"
                after = _class(rows[number + 1]) if number + 1 < len(rows) else "$"
                yield f"{here}|{before}|{''.join(_key(row, slots, is_part=False))}|{after}", row
            return
        if node.tag == "table":
            here += "".join(_key(node, slots, is_part=True))
        for child in node.children:
            if isinstance(child, Element):
                yield from walk(child, here)

    yield from walk(element, "")


def _class(element: Element) -> str:
    return f".{element.attribute('class')}"


def _elements(element: Element) -> list[Element]:
    found = [element]
    for child in element.children:
        if isinstance(child, Element):
            found += _elements(child)
    return found


def _groups(part: PartBox) -> Iterator[PartBox]:
    if part.kind == "group" and not part.is_header:
        yield part
    for child in part.children:
        yield from _groups(child)
    for row in part.rows:
        for child in row:
            yield from _groups(child)


def _renumber(part: PartBox, by: int) -> None:
    """Count the elements of a row from the row's own."""
    if part.element >= 0:
        part.element -= by
    for child in part.children:
        _renumber(child, by)
    for row in part.rows:
        for child in row:
            _renumber(child, by)
    if part.lines is not None:
        lines = part.lines
        lines.spans = {_moved(owner, by): span for owner, span in lines.spans.items()}
        lines.pseudo = {_moved(owner, by): text for owner, text in lines.pseudo.items()}
        lines.atoms = {_moved(owner, by): atom for owner, atom in lines.atoms.items()}
        for atom in lines.atoms.values():
            _renumber(atom.box, by)


def _moved(owner: int, by: int) -> int:
    return owner - by if owner >= 0 else owner


def _inner(box: Any) -> Any:
    return getattr(box, "_box", box)


def written(element: Element, slots: Sequence[SlotValue]) -> str:
    """Return an element as HTML, with neutral words in its slots."""
    inside = "".join(
        written(child, slots) if isinstance(child, Element) else escape(filled(child, slots), quote=False)
        for child in element.children
    )
    end = "" if element.tag in _VOID else f"</{element.tag}>"
    return f"<{element.tag}{_attributes(element, slots)}>{inside}{end}"


def _attributes(element: Element, slots: Sequence[SlotValue]) -> str:
    values = {name: filled(value, slots) for name, value in element.attributes.items()}
    picture = element.picture
    if picture is not None and picture.kind != "static":
        values["src"] = _blank(element, slots)
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items())


def _blank(element: Element, slots: Sequence[SlotValue]) -> str:
    """Return an empty picture of the same proportions: a specimen needs no more."""
    picture = element.picture
    assert picture is not None
    width, height = 1.0, 1.0
    if picture.kind == "chart":
        chart = slots[picture.slot]
        assert isinstance(chart, ChartGeometry)
        width, height = chart.width, picture.height or chart.height
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"/>'
    return "data:image/svg+xml," + svg.replace('"', "%22").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")


def filled(text: Template, slots: Sequence[SlotValue]) -> str:
    """Return a template with neutral words in its slots: a part is laid out alike whatever it says.

    So a specimen holds no customer's values, and which customer was first makes no difference.
    """
    return "".join(piece if isinstance(piece, str) else _NEUTRAL if slots[piece] else "" for piece in text)
