"""The tag tree of a plan as PDF objects, in the shape that the reference gives it (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from renderers.pdf.fast.model import LinkKid, Mark, Struct, Unfillable
from renderers.pdf.fast.syntax import Objects, number, pdf_string

_PT_PER_PX = 0.75


class Tags(NamedTuple):
    """Where the tag tree is, and what others need to know of it."""

    root: int  # number of StructTreeRoot
    document: int  # number of its one element
    link_parents: dict[int, int]  # key of the parent tree by link
    next_key: int  # of the parent tree


class _Writer:
    """Numbers elements in the order of the tree and writes each when its kids are known."""

    def __init__(
        self, objects: Objects, pages: Sequence[int], heights: Sequence[float], links: Sequence[int]
    ) -> None:  # fmt: skip
        self.objects, self.pages, self.heights, self.links = objects, pages, heights, links
        self.first = objects.first
        self.entries = [f" 0 R/Pg {page} 0 R/K[" for page in pages]
        self.marks: list[dict[int, int]] = [{} for _ in pages]
        self.link_elements: list[int] = []
        self.link_parents: dict[int, int] = {}

    def write(self, struct: Struct, parent: int) -> int:
        """Write an element and all below it; return its number."""
        bodies = self.objects.bodies
        place = len(bodies)
        bodies.append("")
        own = self.first + place
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
        end = "]>>"
        if struct.is_cell or struct.bbox or struct.alt:
            end = f"]{self._attributes(struct)}>>"
        bodies[place] = f"<</Type/StructElem/S/{struct.role}/P {parent}{self.entries[page]}{' '.join(kids)}{end}"
        return own

    def _elsewhere(self, mark: Mark) -> str:
        return f"<</Type/MCR/Pg {self.pages[mark.page]} 0 R/MCID {mark.mcid}>>"

    def _link(self, kid: LinkKid, own: int, page: int) -> str:
        reference = self.objects.reserve()
        self.link_parents[kid.link] = len(self.pages) + len(self.link_elements)
        self.link_elements.append(own)
        self.objects.put(reference, f"<</Type/OBJR/Obj {self.links[kid.link]} 0 R/Pg {self.pages[page]} 0 R>>")
        return f"{reference} 0 R"

    def _attributes(self, struct: Struct) -> str:
        said = ""
        if struct.bbox:
            left, top, right, bottom = struct.bbox
            height = self.heights[struct.page] * _PT_PER_PX
            corners = (left * _PT_PER_PX, height - bottom * _PT_PER_PX, right * _PT_PER_PX, height - top * _PT_PER_PX)
            said = f"/A<</O/Layout/BBox[{' '.join([number(round(corner, 3)) for corner in corners])}]>>"
        if struct.is_cell:
            said += _cell(struct)
        return f"{said}/Alt {self.objects.text(pdf_string, struct.alt)}" if struct.alt else said

    def numbers(self) -> Iterable[str]:
        """Yield the parent tree: for each page its elements by MCID, then the links' elements."""
        for page, marks in enumerate(self.marks):
            found = [f"{marks[mcid]} 0 R" if mcid in marks else "null" for mcid in range(max(marks, default=-1) + 1)]
            yield f"{page} [{' '.join(found)}]"
        for key, element in enumerate(self.link_elements, start=len(self.marks)):
            yield f"{key} {element} 0 R"


def _cell(struct: Struct) -> str:
    said = "/A<</O/Table"
    if struct.col_span != 1:
        said += f"/ColSpan {struct.col_span}"
    if struct.row_span != 1:
        said += f"/RowSpan {struct.row_span}"
    if struct.scope:
        said += f"/Scope/{struct.scope}"
    if struct.role == "TD":
        said += f"/Headers[{' '.join([f'({name})' for name in struct.headers])}]"
    return f"{said}>>/ID({struct.header_id})" if struct.header_id else said + ">>"


def write_tags(
    objects: Objects, children: Sequence[Struct], pages: Sequence[int], heights: Sequence[float],
    links: Sequence[int], seal_element: int = 0,
) -> Tags:  # fmt: skip
    """Put the objects of a tag tree whose element Document has these children.

    `pages` and `links` are the numbers of page objects and link annotations, `heights` those of pages in px,
    `seal_element` the number of an element that is written elsewhere. Raises `Unfillable` where a link
    stands outside of the tree.
    """
    root, parent_tree, document = range(objects.reserve(3), objects.stop)
    writer = _Writer(objects, pages, heights, links)
    kids = [writer.write(child, document) for child in children]
    if len(writer.link_parents) != len(links):
        raise Unfillable("a link is not in the tag tree")
    entries = list(writer.numbers())
    next_key = len(pages) + len(writer.link_elements)
    if seal_element:
        kids.append(seal_element)
        entries.append(f"{next_key} {seal_element} 0 R")
    listed = " ".join([f"{kid} 0 R" for kid in kids])
    objects.put(root, f"<</Type/StructTreeRoot/ParentTree {parent_tree} 0 R/K[{document} 0 R]>>")
    objects.put(parent_tree, f"<</Nums[{' '.join(entries)}]>>")
    objects.put(document, f"<</Type/StructElem/S/Document/P {root} 0 R/K[{listed}]>>")
    return Tags(root, document, writer.link_parents, next_key)
