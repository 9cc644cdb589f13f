"""The tags of a strip as PDF objects, in the shape that the reference gives them (ISO 32000-1, 14.7).

What has the customer's words, or a place on the page, is an object of its own (`Hole`), written for each file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from renderers.pdf.fast.model import Area, LinkBox, LinkKid, Mark, Struct, Template, Unfillable
from renderers.pdf.fast.numbered import DOCUMENT, FIRST, MCID, PAGE, Count, Numbered, NumberedText, literal
from renderers.pdf.fast.syntax import filled, pdf_string


class Annotation(NamedTuple):
    """A hole: a link annotation, whose element has a number that is by `element` more than the strip's first one."""

    link: LinkBox
    element: int


class Place(NamedTuple):
    """A hole: the attributes of a figure that say where it is."""

    area: Area


class Words(NamedTuple):
    """A hole: a description in the customer's words."""

    text: Template


Hole: TypeAlias = Annotation | Place | Words
_ITS_PAGE: Count = (PAGE, 0)
_ITSELF: Count = (FIRST, 0)


class Told(NamedTuple):
    """What else is said of a strip's tags, with its numbers."""

    parents: bytes  # of the parent tree: the strip's elements by marked content
    roots: bytes  # children of the element Document
    opening: bytes  # in an object stream: the numbers of the holes, with places for where each begins
    notes: bytes  # references to the annotations
    keys: bytes  # of the parent tree, with the annotations' elements


@dataclass(frozen=True, slots=True)
class Tags:
    """The objects of a strip: first the holes, then elements and what refers to annotations.

    Their numbers follow that of the strip's first object, which is the stream of the elements. `texts` says all that
    has numbers: the `count` of elements, and what is `Told`.
    """

    holes: list[Hole]
    count: int
    texts: Any


def write_tags(struct: Sequence[Struct], links: Sequence[LinkBox], marks: int) -> Tags:
    """Return the objects of a strip's elements with so many marks in the parent tree.

    Raises `Unfillable` where a link stands outside of them.
    """
    holes: list[Place | Words] = []
    if sum([_see(one, holes) for one in struct]) != len(links):
        raise Unfillable("a link is not in the tag tree")
    writer = _Writer(links, holes)
    roots = [writer.write(one, (DOCUMENT, 0)) for one in struct]
    return writer.tags(roots, marks)


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

    def __init__(self, links: Sequence[LinkBox], holes: Sequence[Place | Words]) -> None:
        self._holes: list[Hole] = [*[Annotation(link, 0) for link in links], *holes]
        self._bodies: list[NumberedText] = []
        self._parents: dict[int, Count] = {}  # number of the element by marked content of the strip
        self._hole = 1 + len(links)  # the next of the others
        self._first = 1 + len(self._holes)

    def tags(self, roots: Sequence[Count], marks: int) -> Tags:
        """Return what was written. `roots` are the children of Document."""
        found = [self._parents.get(mark) for mark in range(marks)]
        parents = b" ".join([b"null" if own is None else b"%d 0 R" for own in found])
        holes = [(FIRST, 1 + place) for place in range(len(self._holes))]
        notes = [
            (hole, (FIRST, said.element)) for hole, said in zip(holes, self._holes, strict=True)
            if isinstance(said, Annotation)
        ]  # fmt: skip
        told: list[NumberedText] = [
            (parents, [own for own in found if own is not None]),
            (_repeated(b"%d 0 R", roots), roots),
            (_repeated(b"%d %%d", holes), holes),
            (_repeated(b"%d 0 R", notes), [note for note, _ in notes]),
            (_repeated(b"%d %d 0 R", notes), [count for pair in notes for count in pair]),
        ]
        return Tags(self._holes, len(self._bodies), Numbered(self._bodies, self._first, told))

    def write(self, struct: Struct, parent: Count) -> Count:
        """Write an element and all below it; return its number."""
        at = len(self._bodies)
        self._bodies.append((b"", ()))
        own = (FIRST, self._first + at)
        counts = [parent, _ITS_PAGE]
        kids = []
        for kid in struct.kids:
            if isinstance(kid, Mark):
                self._parents[kid.mcid] = own
                counts.append((MCID, kid.mcid))
                kids.append("%d")
            else:
                counts.append(self.write(kid, own) if isinstance(kid, Struct) else self._link(kid, own))
                kids.append("%d 0 R")
        end = "]>>"
        if struct.is_cell or struct.bbox or struct.alt:
            end = f"]{self._attributes(struct, counts)}>>"
        said = f"<</Type/StructElem/S/{literal(struct.role)}/P %d 0 R/Pg %d 0 R/K[{' '.join(kids)}{end}"
        self._bodies[at] = (said.encode("latin-1"), counts)
        return own

    def _link(self, kid: LinkKid, own: Count) -> Count:
        annotation = self._holes[kid.link]
        assert isinstance(annotation, Annotation)
        self._holes[kid.link] = Annotation(annotation.link, own[1])
        self._bodies.append((b"<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>", ((FIRST, 1 + kid.link), _ITS_PAGE)))
        return FIRST, self._first + len(self._bodies) - 1

    def _attributes(self, struct: Struct, counts: list[Count]) -> str:
        said = ""
        if struct.bbox:
            said = "/A %d 0 R"
            counts.append(self._next_hole())
        if struct.is_cell:
            said += _cell(struct, counts)
        if not struct.alt:
            return said
        if has_slots(struct.alt):
            counts.append(self._next_hole())
            return f"{said}/Alt %d 0 R"
        return f"{said}/Alt {literal(pdf_string(filled(struct.alt, ())).decode('ascii'))}"

    def _next_hole(self) -> Count:
        self._hole += 1
        return FIRST, self._hole - 1


def _cell(struct: Struct, counts: list[Count]) -> str:
    """Return the attributes of a cell. The strip's first number tells header cells of different strips apart."""
    said = "/A<</O/Table"
    if struct.col_span != 1:
        said += f"/ColSpan {struct.col_span}"
    if struct.row_span != 1:
        said += f"/RowSpan {struct.row_span}"
    if struct.scope:
        said += f"/Scope/{literal(struct.scope)}"
    if struct.role == "TD":
        said += f"/Headers[{' '.join([f'(%d-{literal(name)})' for name in struct.headers])}]"
        counts += [_ITSELF] * len(struct.headers)
    if not struct.header_id:
        return said + ">>"
    counts.append(_ITSELF)
    return f"{said}>>/ID(%d-{literal(struct.header_id)})"


def _repeated(said: bytes, each: Sequence[object]) -> bytes:
    return b" ".join([said] * len(each))
