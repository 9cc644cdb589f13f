"""The tag tree of a strip: what WeasyPrint tags, mended as the reference's is (`renderers.pdf.tag_tree`).

A box that goes on over a page has an element on each. Boxes without anything to read have none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from renderers.pdf.fast.model import Area, AtomItem, Element, Lines, LinkKid, Mark, RunItem, Struct

if TYPE_CHECKING:
    from renderers.pdf.fast.fragments import Fragment, Marks
    from renderers.pdf.fast.nodes import Node

_ROLES = {
    "div": "Div", "a": "Link", "span": "Span", "main": "Part", "article": "Art", "section": "Sect",
    "blockquote": "BlockQuote", "p": "P", "dl": "L", "ul": "L", "ol": "L", "li": "LI", "dt": "LI", "dd": "LI",
    "table": "Table", "tr": "TR", "th": "TH", "td": "TD", "thead": "THead", "tbody": "TBody", "tfoot": "TFoot",
    "img": "Figure", "caption": "Caption", "figcaption": "Caption",
}  # fmt: skip
_DROPPED_WHEN_EMPTY = frozenset({"Span", "NonStruct", "Div"})


def role_of(tag: str) -> str:
    """Return the structure type of an HTML tag."""
    return tag.upper() if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit() else _ROLES.get(tag, "NonStruct")


class StructBuilder:
    """Builds the elements of what a section shows on a page. `marks` number its marked content."""

    def __init__(self, lines: Sequence[Lines], marks: Marks) -> None:
        self._lines = lines
        self._marks = marks.contents
        self._tables = 0

    def elements(self, boxes: Sequence[Fragment]) -> list[Struct]:
        """Return the elements, children of Document."""
        found = [self._element(fragment, "Document") for fragment in boxes]
        return [struct for struct in found if struct is not None]

    def _element(self, fragment: Fragment, parent: str) -> Struct | None:
        part = fragment.node.part
        role = role_of(part.tag)
        if part.kind == "cell":
            return self._cell(fragment, role)
        if role in ("TD", "TH"):
            role = "NonStruct"
        if role == "LI":
            return self._item(fragment, parent)
        struct = Struct(role)
        if part.kind == "picture":
            self._figure(struct, fragment)
            return struct
        if role == "Link":
            link = self._marks.get((id(fragment), -3, -3))
            if link is not None:
                struct.kids.append(LinkKid(link))
        self._kids(struct, fragment)
        if role == "Table":
            self._headers(struct)
        if role == "L":
            _mend_list(struct)
        if not struct.kids and role in _DROPPED_WHEN_EMPTY:
            return None
        return struct

    def _item(self, fragment: Fragment, parent: str) -> Struct:
        body = Struct("LBody")
        self._kids(body, fragment)
        if parent == "LI":
            return body
        return Struct("LI", [body])

    def _cell(self, fragment: Fragment, role: str) -> Struct:
        struct = Struct(role, is_cell=True, col_span=fragment.node.part.col_span)
        if role == "TH":
            struct.scope = scope_of(fragment.node.element)
        self._kids(struct, fragment)
        return struct

    def _figure(self, struct: Struct, fragment: Fragment) -> None:
        part, element = fragment.node.part, fragment.node.element
        top, right, bottom, left = part.edges
        struct.bbox = Area(
            part.x + left, fragment.y + top, part.width - left - right, fragment.placed.height - top - bottom,
            fragment.is_anchored,
        )  # fmt: skip
        struct.alt = element.attributes.get("alt", ()) if element is not None else ()
        struct.kids.append(Mark(self._marks[id(fragment), -1, -1]))

    def _kids(self, struct: Struct, fragment: Fragment) -> None:
        part = fragment.node.part
        if part.kind == "table" or not (part.lines is not None or part.kind == "columns"):
            children = fragment.children
            if part.kind == "block" and len(children) == 1 and children[0].node.part.kind == "table":
                children = children[0].children  # a table and what wraps it are one element
            self._append(struct, children)
        elif part.lines is None:
            self._append(struct, fragment.children)
        else:
            self._running_text(struct, fragment)

    def _append(self, struct: Struct, children: Sequence[Fragment]) -> None:
        for child in children:
            found = self._element(child, struct.role)
            if found is not None:
                struct.kids.append(found)

    def _running_text(self, struct: Struct, fragment: Fragment) -> None:
        node = fragment.node
        lines = self._lines[node.leaf].lines
        only = node.items[0] if len(node.items) == 1 else None
        if isinstance(only, RunItem) and only.owner == -1 and not node.atoms:
            self._append(struct, fragment.children)
            for number in range(fragment.first, min(fragment.end, len(lines))):
                seen = [place for place, segment in enumerate(lines[number].segments) if segment.item == 0]
                if seen:
                    mark = Mark(self._marks[id(fragment), number, seen[-1]])
                    struct.kids.append(mark if struct.role == "Link" else Struct("Span", [mark]))
            return
        atoms = {id(atom): number for number, atom in node.atoms.items()}
        inside = {atoms[id(child.node)]: child for child in fragment.children if id(child.node) in atoms}
        # Floats come first in a line in all that is laid out here.
        self._append(struct, [child for child in fragment.children if id(child.node) not in atoms])
        for number in range(fragment.first, min(fragment.end, len(lines))):
            drawn = {segment.item: place for place, segment in enumerate(lines[number].segments)}
            open_inline: dict[int, Struct] = {-1: struct}
            for place, item in enumerate(node.items):
                if isinstance(item, AtomItem):
                    if number == 0 and item.element in inside:
                        self._append(struct, [inside[item.element]])
                elif isinstance(item, RunItem) and place in drawn:
                    owner = self._inline(node, item.owner, open_inline, fragment, number)
                    mark = Mark(self._marks[id(fragment), number, drawn[place]])
                    owner.kids.append(mark if owner.role == "Link" else Struct("Span", [mark]))

    def _inline(self, node: Node, owner: int, open_inline: dict[int, Struct], fragment: Fragment, line: int) -> Struct:
        if owner in open_inline:
            return open_inline[owner]
        parent = self._inline(node, node.parents[owner], open_inline, fragment, line)
        struct = Struct(role_of(node.inline[owner].tag))
        link = self._marks.get((id(fragment), line, -2 - owner))
        if link is not None:
            struct.kids.append(LinkKid(link))
        parent.kids.append(struct)
        open_inline[owner] = struct
        return struct

    def _headers(self, table: Struct) -> None:
        """Name the header cells and let each cell say which head it (as WeasyPrint maps them)."""
        self._tables += 1
        rows = [row for group in table.kids if isinstance(group, Struct) for row in _rows(group)]
        columns: dict[int, list[str]] = defaultdict(list)
        of_row: dict[int, list[str]] = defaultdict(list)
        for number, row in enumerate(rows):
            place = 0
            for cell in row.kids:
                assert isinstance(cell, Struct)
                if cell.role == "TH":
                    cell.header_id = f"{self._tables}-{number}-{place}"
                    (of_row[number] if cell.scope == "Row" else columns[place]).append(cell.header_id)
                place += cell.col_span
        for number, row in enumerate(rows):
            place = 0
            for cell in row.kids:
                assert isinstance(cell, Struct)
                if cell.role == "TD":
                    headers = list(of_row[number])
                    for column in range(place, place + cell.col_span):
                        headers += columns[column]
                    cell.headers = tuple(headers)
                place += cell.col_span


def _rows(group: Struct) -> list[Struct]:
    if group.role == "TR":
        return [group]
    return [row for kid in group.kids if isinstance(kid, Struct) for row in _rows(kid)]


def _mend_list(struct: Struct) -> None:
    """Make each group of a term and its descriptions one item: a label and bodies."""
    for group in struct.kids:
        if not isinstance(group, Struct) or group.role != "Div" or not group.kids:
            continue
        items = [kid for kid in group.kids if isinstance(kid, Struct)]
        if len(items) != len(group.kids) or any(item.role != "LI" for item in items):
            continue
        group.role = "LI"
        group.kids = [part for item in items for part in item.kids]
        for place, part in enumerate(group.kids):
            assert isinstance(part, Struct)
            part.role = "LBody" if place else "Lbl"


def scope_of(element: Element | None) -> str:
    """Return what a header cell heads, from its `scope`."""
    return "Row" if element is not None and element.attribute("scope") in ("row", "rowgroup") else "Column"
