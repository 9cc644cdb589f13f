"""The tag tree of a plan as PDF objects, in the shape that the reference gives it (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from renderers.pdf.fast.model import LinkKid, Mark, Struct, Unfillable
from renderers.pdf.fast.syntax import Body, Hole, body, number, pdf_string

_PT_PER_PX = 0.75


@dataclass(slots=True)
class Tags:
    """The objects of a tag tree. `root` is the number of StructTreeRoot, `document` of its one element."""

    root: int
    document: int
    fixed: list[tuple[int, bytes]] = field(default_factory=list)
    varied: list[tuple[int, Body]] = field(default_factory=list)
    next_number: int = 0
    link_parents: dict[int, int] = field(default_factory=dict)  # key of the parent tree by link
    next_key: int = 0  # of the parent tree


class _Writer:
    """Numbers elements in the order of the tree and writes each when its kids are known."""

    def __init__(self, tags: Tags, pages: Sequence[int], heights: Sequence[float], links: Sequence[int]) -> None:
        self.tags, self.heights, self.links = tags, heights, links
        self.pages = pages
        self.page_entries = [f"/Pg {page} 0 R" for page in pages]
        self.marks: list[dict[int, int]] = [{} for _ in pages]
        self.link_elements: list[int] = []

    def write(self, struct: Struct, parent: int) -> int:
        """Write an element and all below it; return its number."""
        tags = self.tags
        own = tags.next_number
        tags.next_number = own + 1
        page = struct.page
        kids = []
        for kid in struct.kids:
            if isinstance(kid, Mark):
                self.marks[kid.page][kid.mcid] = own
                kids.append(str(kid.mcid) if kid.page == page else self._elsewhere(kid))
            elif isinstance(kid, Struct):
                kids.append(f"{self.write(kid, own)} 0 R")
            else:
                kids.append(self._link(kid, own, page))
        said = f"<</Type/StructElem/S/{struct.role}/P {parent} 0 R{self.page_entries[page]}/K[{' '.join(kids)}]"
        if struct.is_cell or struct.bbox or struct.alt:
            said += self._attributes(struct)
            if struct.alt:
                self._add(own, body(said.encode("ascii") + b"/Alt", Hole(pdf_string, struct.alt), b">>"))
                return own
        tags.fixed.append((own, (said + ">>").encode("ascii")))
        return own

    def _add(self, own: int, made: Body) -> None:
        if len(made) == 1 and isinstance(made[0], bytes):
            self.tags.fixed.append((own, made[0]))
        else:
            self.tags.varied.append((own, made))

    def _elsewhere(self, mark: Mark) -> str:
        return f"<</Type/MCR/Pg {self.pages[mark.page]} 0 R/MCID {mark.mcid}>>"

    def _link(self, kid: LinkKid, own: int, page: int) -> str:
        tags = self.tags
        reference = tags.next_number
        tags.next_number += 1
        tags.link_parents[kid.link] = len(self.pages) + len(self.link_elements)
        self.link_elements.append(own)
        made = f"<</Type/OBJR/Obj {self.links[kid.link]} 0 R{self.page_entries[page]}>>"
        tags.fixed.append((reference, made.encode("ascii")))
        return f"{reference} 0 R"

    def _attributes(self, struct: Struct) -> str:
        if struct.bbox:
            left, top, right, bottom = struct.bbox
            height = self.heights[struct.page] * _PT_PER_PX
            corners = (left * _PT_PER_PX, height - bottom * _PT_PER_PX, right * _PT_PER_PX, height - top * _PT_PER_PX)
            return f"/A<</O/Layout/BBox[{' '.join(number(round(corner, 3)) for corner in corners)}]>>"
        if not struct.is_cell:
            return ""
        said = "/A<</O/Table"
        if struct.col_span != 1:
            said += f"/ColSpan {struct.col_span}"
        if struct.row_span != 1:
            said += f"/RowSpan {struct.row_span}"
        if struct.scope:
            said += f"/Scope/{struct.scope}"
        if struct.role == "TD":
            said += f"/Headers[{' '.join(f'({name})' for name in struct.headers)}]"
        return f"{said}>>/ID({struct.header_id})" if struct.header_id else said + ">>"

    def numbers(self) -> Iterable[str]:
        """Yield the parent tree: for each page its elements by MCID, then the links' elements."""
        for page, marks in enumerate(self.marks):
            found = [f"{marks[mcid]} 0 R" if mcid in marks else "null" for mcid in range(max(marks, default=-1) + 1)]
            yield f"{page} [{' '.join(found)}]"
        for key, element in enumerate(self.link_elements, start=len(self.marks)):
            yield f"{key} {element} 0 R"


def write_tags(
    first: int, children: Sequence[Struct], pages: Sequence[int], heights: Sequence[float], links: Sequence[int],
    seal_element: int = 0,
) -> Tags:  # fmt: skip
    """Return the objects of a tag tree, numbered from `first` on.

    `children` are those of the element Document; `pages` and `links` the numbers of page objects and link
    annotations, `heights` of pages in px; `seal_element` the number of an element that is written elsewhere.
    Raises `Unfillable` where a link stands outside of the tree.
    """
    tags = Tags(first, first + 2, next_number=first + 3)
    writer = _Writer(tags, pages, heights, links)
    kids = [writer.write(child, tags.document) for child in children]
    if len(tags.link_parents) != len(links):
        raise Unfillable("a link is not in the tag tree")
    entries = list(writer.numbers())
    tags.next_key = len(pages) + len(writer.link_elements)
    if seal_element:
        kids.append(seal_element)
        entries.append(f"{tags.next_key} {seal_element} 0 R")
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    for own, said in (
        (tags.root, f"<</Type/StructTreeRoot/ParentTree {first + 1} 0 R/K[{tags.document} 0 R]>>"),
        (first + 1, f"<</Nums[{' '.join(entries)}]>>"),
        (tags.document, f"<</Type/StructElem/S/Document/P {tags.root} 0 R/K[{listed}]>>"),
    ):
        tags.fixed.append((own, said.encode("ascii")))
    return tags
