"""The tags of a strip as PDF objects, in the shape that the reference gives them (ISO 32000-1, 14.7).

What has the customer's words, or a place on the page, is an object of its own (`Hole`), written for each file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from renderers.pdf.fast.model import Area, LinkBox, LinkKid, Mark, Struct, Template, Unfillable
from renderers.pdf.fast.syntax import filled, pdf_string


class StripPlace(NamedTuple):
    """Where a strip stands among a file's objects and a page's marked content."""

    page: int  # number of the page's object
    document: int  # number of the element Document
    first: int  # number of its first object
    mcid: int  # of its first marked content


class Annotation(NamedTuple):
    """A hole: a link annotation, whose element has the number `element`."""

    link: LinkBox
    element: int


class Place(NamedTuple):
    """A hole: the attributes of a figure that say where it is."""

    area: Area


class Words(NamedTuple):
    """A hole: a description in the customer's words."""

    text: Template


Hole: TypeAlias = Annotation | Place | Words


@dataclass(slots=True)
class Tags:
    """The objects of a strip: holes from `place.first` + 1 on, then elements and what refers to annotations."""

    place: StripPlace
    holes: list[Hole]
    bodies: list[str] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)  # numbers of the children of Document
    parents: dict[int, int] = field(default_factory=dict)  # number of the element by marked content of the strip


def write_tags(struct: Sequence[Struct], links: Sequence[LinkBox], place: StripPlace) -> Tags:
    """Return the objects of a strip's elements. Raises `Unfillable` where a link stands outside of them."""
    holes: list[Place | Words] = []
    if sum([_see(one, holes) for one in struct]) != len(links):
        raise Unfillable("a link is not in the tag tree")
    writer = _Writer(place, links, holes)
    writer.tags.roots = [writer.write(one, place.document) for one in struct]
    return writer.tags


def _see(struct: Struct, holes: list[Place | Words]) -> int:
    """Append the holes below an element in the order in which they are written; return the count of its links."""
    links = 0
    for kid in struct.kids:
        if isinstance(kid, Struct):
            links += _see(kid, holes)
        elif isinstance(kid, LinkKid):
            links += 1
    if struct.bbox:
        holes.append(Place(struct.bbox))
    if struct.alt and has_slots(struct.alt):
        holes.append(Words(struct.alt))
    return links


def has_slots(text: Template) -> bool:
    """Whether the text has the customer's words in it."""
    for piece in text:  # noqa: SIM110 - a generator costs more than the look
        if isinstance(piece, int):
            return True
    return False


class _Writer:
    """Numbers elements in the order of the tree and writes each when its kids are known."""

    def __init__(self, place: StripPlace, links: Sequence[LinkBox], holes: Sequence[Place | Words]) -> None:
        annotations = [Annotation(link, 0) for link in links]
        self.tags = Tags(place, [*annotations, *holes])
        self._hole = place.first + 1 + len(links)  # the next of the others
        self._first = place.first + 1 + len(self.tags.holes)
        self._opening = f" 0 R/Pg {place.page} 0 R/K["
        self._id = f"{place.first}-"  # tells header cells of different strips apart

    def write(self, struct: Struct, parent: int) -> int:
        """Write an element and all below it; return its number."""
        tags = self.tags
        at = len(tags.bodies)
        tags.bodies.append("")
        own = self._first + at
        kids = []
        for kid in struct.kids:
            if isinstance(kid, Mark):
                tags.parents[kid.mcid] = own
                kids.append(str(kid.mcid + tags.place.mcid))
            elif isinstance(kid, Struct):
                kids.append(f"{self.write(kid, own)} 0 R")
            else:
                kids.append(self._link(kid, own))
        end = "]>>"
        if struct.is_cell or struct.bbox or struct.alt:
            end = f"]{self._attributes(struct)}>>"
        tags.bodies[at] = f"<</Type/StructElem/S/{struct.role}/P {parent}{self._opening}{' '.join(kids)}{end}"
        return own

    def _link(self, kid: LinkKid, own: int) -> str:
        tags = self.tags
        annotation = tags.holes[kid.link]
        assert isinstance(annotation, Annotation)
        tags.holes[kid.link] = Annotation(annotation.link, own)
        target = tags.place.first + 1 + kid.link
        tags.bodies.append(f"<</Type/OBJR/Obj {target} 0 R/Pg {tags.place.page} 0 R>>")
        return f"{self._first + len(tags.bodies) - 1} 0 R"

    def _attributes(self, struct: Struct) -> str:
        said = ""
        if struct.bbox:
            said = f"/A {self._next_hole()} 0 R"
        if struct.is_cell:
            said += self._cell(struct)
        if not struct.alt:
            return said
        if has_slots(struct.alt):
            return f"{said}/Alt {self._next_hole()} 0 R"
        return f"{said}/Alt {pdf_string(filled(struct.alt, ())).decode('ascii')}"

    def _next_hole(self) -> int:
        self._hole += 1
        return self._hole - 1

    def _cell(self, struct: Struct) -> str:
        said = "/A<</O/Table"
        if struct.col_span != 1:
            said += f"/ColSpan {struct.col_span}"
        if struct.row_span != 1:
            said += f"/RowSpan {struct.row_span}"
        if struct.scope:
            said += f"/Scope/{struct.scope}"
        if struct.role == "TD":
            said += f"/Headers[{' '.join([f'({self._id}{name})' for name in struct.headers])}]"
        return f"{said}>>/ID({self._id}{struct.header_id})" if struct.header_id else said + ">>"
