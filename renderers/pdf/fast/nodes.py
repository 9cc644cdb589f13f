"""A document of one shape as boxes: the parts that WeasyPrint laid out, joined with the template's texts.

A `Form` belongs to one signature and locale. Its leaves are set anew for each customer; its nodes know
everything but how many lines each leaf takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Generic, NamedTuple, TypeVar

from renderers.pdf.fast.model import (
    AtomItem,
    BreakItem,
    Element,
    LeafItem,
    LeafLike,
    Line,
    Lines,
    RunItem,
    Structure,
    Template,
    TypeStyle,
    Unfillable,
)
from renderers.pdf.fast.parts import LinesPart, PartBox

_NOTHING: dict[int, Any] = {}  # shared by the many nodes without; never written to


@dataclass(slots=True)
class Node:
    """A box of this document. `leaf` is the number of its text in the form, -1 for none."""

    part: PartBox
    element: Element | None
    children: list[Node] = field(default_factory=list)
    rows: list[list[Node]] = field(default_factory=list)
    leaf: int = -1
    items: tuple[LeafItem, ...] = ()
    # Of running text: boxes in its lines and inline elements by number, and the inline element around each, or -1.
    atoms: dict[int, Node] = field(default_factory=lambda: _NOTHING)
    inline: dict[int, Element] = field(default_factory=lambda: _NOTHING)
    parents: dict[int, int] = field(default_factory=lambda: _NOTHING)

    def below(self) -> Iterator[Node]:
        """Yield this node and all below it, in tree order."""
        yield self
        for child in self.children:
            yield from child.below()
        for row in self.rows:
            for child in row:
                yield from child.below()
        for child in self.atoms.values():
            yield from child.below()


_Leaf = TypeVar("_Leaf", bound=LeafLike)
MakeLeaf = Callable[[Sequence[LeafItem], LinesPart], _Leaf]


@dataclass(slots=True)
class _NoLines:
    lines: Sequence[Line] = ()
    structure: Structure = 0


NO_LINES: Lines = _NoLines()


class FixedLines(NamedTuple, Generic[_Leaf]):
    """The lines of a section's leaves that say the same to every customer, `NO_LINES` for the others, which follow."""

    lines: list[Lines]
    others: Any  # (number, leaf, what it looks up, by which slots) of each; for the kernel its `Steps`
    leaves: int  # how many the others are


@dataclass(slots=True)
class SectionForm(Generic[_Leaf]):
    """The boxes of one section, in flow order, and its leaves. `running` are elements that stand in page margins."""

    body: list[Node]
    running: list[Element]
    leaves: list[_Leaf]
    shown: tuple[str, ...] = ()
    has_pay_link: bool = False
    number: int = field(default_factory=count().__next__)  # tells it from all others of the process
    size: int = 1  # count of its boxes
    is_anchored: bool = True  # something in its flow may be held by an edge of the page
    are_constant: Sequence[bool] = ()  # of its leaves: they say the same to every customer
    fixed: FixedLines[_Leaf] | None = None  # found at the first customer


class Builder(Generic[_Leaf]):
    """Joins parts with elements. `make_leaf` sets up running text."""

    def __init__(self, make_leaf: MakeLeaf[_Leaf]) -> None:
        self._make_leaf = make_leaf
        self.leaves: list[_Leaf] = []

    def node(self, part: PartBox, elements: Sequence[Element], rows: Sequence[PartBox] = ()) -> Node:
        """Return the node of a part whose elements, in document order, are `elements`.

        `rows` are the parts of its body rows in document order, each with its own elements' numbers.
        """
        pending = list(rows)
        node = self._node(part, elements, pending)
        if pending:
            raise Unfillable("a table has rows outside of its body")
        return node

    def _node(self, part: PartBox, elements: Sequence[Element], rows: list[PartBox]) -> Node:
        element = elements[part.element] if part.element >= 0 else None
        node = Node(part, element)
        if part.kind == "group" and not part.is_header and element is not None:
            for row in (child for child in element.children if isinstance(child, Element)):
                node.children.append(self._node(rows.pop(0), _inner(row), []))
            return node
        node.children = [self._node(child, elements, rows) for child in part.children]
        node.rows = [[self._node(child, elements, rows) for child in row] for row in part.rows]
        if part.lines is not None and element is not None:
            self._running_text(node, part.lines, elements)
        return node

    def _running_text(self, node: Node, lines: LinesPart, elements: Sequence[Element]) -> None:
        numbers = {id(element): number for number, element in enumerate(elements)}
        out = {child.part.element for child in node.children if child.part.element >= 0}
        items: list[LeafItem] = []
        if node.element is None:
            raise Unfillable("running text has no element")
        node.inline, node.parents = {}, {}
        self._items(node, node.element, -1, lines, numbers, out, items)
        if not node.inline:
            node.inline = node.parents = _NOTHING
        node.items = tuple(items)
        if lines.atoms:
            node.atoms = {number: self._node(atom.box, elements, []) for number, atom in lines.atoms.items()}
        _check_atoms(node, lines)
        node.leaf = len(self.leaves)
        self.leaves.append(self._make_leaf(node.items, lines))

    def _items(
        self,
        node: Node,
        element: Element,
        owner: int,
        lines: LinesPart,
        numbers: dict[int, int],
        out: set[int],
        items: list[LeafItem],
    ) -> None:
        for child in element.children:
            if not isinstance(child, Element):
                if style := _style(lines, owner, child):
                    items.append(RunItem(child, style, owner))
                continue
            number = numbers[id(child)]
            if number in out or (child.picture is not None and number not in lines.atoms):
                continue  # a float or a block, laid out on its own
            if child.tag == "br":
                items.append(BreakItem())
            elif number in lines.atoms:
                items.append(AtomItem(lines.atoms[number].advance, number))
            elif number in lines.spans or number in lines.pseudo or _is_empty(child):
                node.inline[number], node.parents[number] = child, owner
                _check_link(child)
                self._items(node, child, number, lines, numbers, out, items)
                text = lines.pseudo.get(number, ())
                if text and (style := _style(lines, number, text)):
                    items.append(RunItem(text, style, number))


def _check_link(element: Element) -> None:
    if element.tag == "a" and any(isinstance(inner, Element) for inner in element.children):
        raise Unfillable("a link in running text holds other elements")


def _check_atoms(node: Node, lines: LinesPart) -> None:
    """Refuse boxes in a line that would move with the texts of the line."""
    texts = [item for item in node.items if isinstance(item, RunItem) and not _is_blank(item.text)]
    if not lines.atoms or not texts:
        return
    last = max(number for number, item in enumerate(node.items) if isinstance(item, AtomItem))
    if lines.align != "left" or any(node.items.index(item) < last for item in texts):
        raise Unfillable("a box in a line moves with its text")


def _is_blank(text: Template) -> bool:
    return not any(isinstance(piece, int) or piece.strip() for piece in text)


def _inner(element: Element) -> list[Element]:
    """Return an element and those below it, in document order."""
    found = [element]
    for child in element.children:
        if isinstance(child, Element):
            found += _inner(child)
    return found


def _style(lines: LinesPart, owner: int, text: Template) -> TypeStyle | None:
    """Return the style of a text; None for spaces where nothing of the kind was seen."""
    span = lines.spans.get(owner)
    if span is None:
        if not _is_blank(text):
            raise Unfillable("a text has no style in the specimen")
        span = next(iter(lines.spans.values()), None)
    return span.style if span is not None else None


def _is_empty(element: Element) -> bool:
    return all(_is_empty(child) if isinstance(child, Element) else _is_blank(child) for child in element.children)
