"""Reads a PDF that WeasyPrint wrote into what the fast writer takes, so that it can write the same file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple

import pikepdf

from renderers.pdf.fast.model import Area, Bookmark, LinkBox, LinkKid, Mark, SlotValue, Struct
from renderers.pdf.fast.numbered import StripPlace
from renderers.pdf.fast.numbers import Numbers
from renderers.pdf.fast.page_plan import Paper, ShownStrip
from renderers.pdf.fast.painter import Layer
from renderers.pdf.fast.placed_strip import place_strip
from renderers.pdf.fast.program import Program, Programmer
from renderers.pdf.fast.strip import Strip, packed
from renderers.pdf.fast.writer import FileHead, Manner, Resource, Said, Texts, plan_file, write_file

_PX_PER_PT = 4 / 3


class PageApart(NamedTuple):
    """A page as one strip: its size in px, its operators, its elements (children of Document), links, bookmarks."""

    width: float
    height: float
    body: bytes = b""
    struct: Sequence[Struct] = ()
    links: Sequence[LinkBox] = ()
    bookmarks: Sequence[Bookmark] = ()
    marks: int = 8
    decorations: bytes = b""
    dy: float = 0.0  # how far down all of it stands


class Reread(NamedTuple):
    """A file taken apart."""

    resources: list[Resource]
    language: str
    pages: list[PageApart]
    said: Said


class _Told(Programmer):
    """Has the operators ready."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def program(self, steps: Any) -> Program:
        return Program([self._body])


def written(apart: Reread, slots: Sequence[SlotValue] = (), **given: Any) -> bytes:
    """Return the file of these pages, by the writer."""
    head = FileHead.compile(apart.resources)
    numbers = Numbers.after(head.count)
    papers, first = [], numbers.strips
    for number, page in enumerate(apart.pages):
        layers = [Layer("lines", False, [])]
        decorations = packed([(False, page.decorations)] if page.decorations else [])
        strip = Strip(decorations, layers, page.marks, list(page.struct), list(page.links), list(page.bookmarks))
        place = StripPlace(numbers.pages + number, numbers.document, first, 0)
        placed = place_strip(strip, place, _Told(page.body))
        first = placed.next_object
        papers.append(Paper(page.width, page.height, [ShownStrip(placed, page.dy)]))
    seal, files = given.get("seal"), given.get("attachments", ())
    manner = Manner(numbers, apart.language, tuple(file.name for file in files), seal and seal.words)
    made = write_file(head, plan_file(manner, papers, seal), Texts((), [slots]), apart.said, **given)
    assert made.sha256 == hashlib.sha256(made.data).hexdigest()
    return made.data


def reread(data: bytes) -> Reread:
    """Return what the writer needs to write this file again."""
    pdf = pikepdf.open(BytesIO(data))
    pages = [page.obj for page in pdf.pages]
    places = {page.objgen: place for place, page in enumerate(pages)}
    marks = list(_bookmarks(pdf.Root.get("/Outlines"), 1, places, pages))
    roots = list(pdf.Root.StructTreeRoot.K[0].K)
    apart = []
    for place, page in enumerate(pages):
        notes = list(page.get("/Annots", ()))
        links = {note.objgen: number for number, note in enumerate(notes)}
        apart.append(
            PageApart(
                _px(page.MediaBox[2]), _px(page.MediaBox[3]), _body(page),
                [_struct(root, places, links) for root in roots if places[root.Pg.objgen] == place],
                [_link(place, note, pages) for note in notes],
                [mark for at, mark in marks if at == place],
                1000,
            )
        )  # fmt: skip
    made = str(pikepdf.open(BytesIO(data)).open_metadata()["xmp:CreateDate"])
    said = Said(str(pdf.docinfo.Title), str(pdf.docinfo.Author), str(pdf.docinfo.Subject), made)
    return Reread(list(_resources(pdf, pages[0].Resources)), str(pdf.Root.Lang), apart, said)


def _px(length: Any) -> float:
    return float(length) * _PX_PER_PT


def _body(page: Any) -> bytes:
    """Return a page's operators, drawn as if the page were not turned over."""
    height = float(page.MediaBox[3]) * _PX_PER_PT
    turned = f"q {_PX_PER_PT:.12f} 0 0 -{_PX_PER_PT:.12f} 0 {height:.9f} cm\n"
    return turned.encode() + page.Contents.read_bytes() + b"\nQ"


def _kids(element: Any, places: dict[Any, int], links: dict[Any, int]) -> list[Any]:
    kids = element.get("/K", pikepdf.Array())
    made: list[Any] = []
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            made.append(Mark(kid))
        elif kid.get("/Type") == "/OBJR":
            made.append(LinkKid(links[kid.Obj.objgen]))
        else:
            made.append(_struct(kid, places, links))
    return made


def _struct(element: Any, places: dict[Any, int], links: dict[Any, int]) -> Struct:
    said, role = element.get("/A", {}), str(element.S).lstrip("/")
    made = Struct(role, _kids(element, places, links), is_cell=role in ("TH", "TD"))
    if "/Alt" in element:
        made.alt = (str(element.Alt),)
    if "/BBox" in said:
        height = float(element.Pg.MediaBox[3])
        left, bottom, right, top = (float(corner) for corner in said["/BBox"])
        made.bbox = Area(_px(left), _px(height - top), _px(right - left), _px(top - bottom))
    made.col_span, made.row_span = int(said.get("/ColSpan", 1)), int(said.get("/RowSpan", 1))
    made.headers = tuple(str(name) for name in said.get("/Headers", ()))
    made.scope = str(said.get("/Scope", "")).lstrip("/")
    made.header_id = str(element.get("/ID", ""))
    return made


def _link(place: int, note: Any, pages: list[Any]) -> LinkBox:
    height = float(pages[place].MediaBox[3])
    left, top, right, bottom = (float(corner) for corner in note.Rect)
    area = Area(_px(left), _px(height - top), _px(right - left), _px(top - bottom))
    return LinkBox(area, (str(note.A.URI),), (str(note.Contents),))


def _bookmarks(parent: Any, level: int, places: dict[Any, int], pages: list[Any]) -> Any:
    entry = None if parent is None else parent.get("/First")
    while entry is not None:
        page = places[entry.Dest[0].objgen]
        top = float(pages[page].MediaBox[3]) - float(entry.Dest[3])
        yield page, Bookmark(level, (str(entry.Title),), _px(entry.Dest[2]), _px(top))
        yield from _bookmarks(entry, level + 1, places, pages)
        entry = entry.get("/Next")


def _resources(pdf: Any, resources: Any) -> Any:
    known: dict[Any, int] = {}
    for kind in ("/Font", "/XObject", "/Pattern", "/ExtGState"):
        for name, thing in resources.get(kind, {}).items():
            yield Resource(kind.lstrip("/"), name.lstrip("/"), _Copy(pdf, thing, known))  # type: ignore[arg-type]


class _Copy:
    """Copies an object and all that it leads to, but for what is `known` to stand in the file by now."""

    def __init__(self, pdf: Any, thing: Any, known: dict[Any, int]) -> None:
        self._pdf = pdf  # its objects live as long as it does
        self._thing, self._numbers = thing, known

    def __call__(self, first: int, _: int) -> list[bytes]:
        if self._thing.is_indirect:
            self._numbers[self._thing.objgen] = first
        self._first, self._waiting = first, [self._thing]
        bodies: list[bytes] = []
        while len(bodies) < len(self._waiting):
            bodies.append(self._written(self._waiting[len(bodies)], is_top=True))
        return bodies

    def _written(self, thing: Any, *, is_top: bool = False) -> bytes:
        if not isinstance(thing, pikepdf.Object):
            return str(thing).lower().encode()
        if thing.is_indirect and not is_top:
            if thing.objgen not in self._numbers:
                self._numbers[thing.objgen] = self._first + len(self._waiting)
                self._waiting.append(thing)
            return b"%d 0 R" % self._numbers[thing.objgen]
        if isinstance(thing, pikepdf.Array):
            return b"[%b]" % b" ".join(self._written(item) for item in thing)
        if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            return thing.unparse()
        entries = b"".join(
            key.encode() + b" " + self._written(value) for key, value in thing.items() if key != "/Parent"
        )
        if isinstance(thing, pikepdf.Stream):
            return b"<<%b>>stream\n%b\nendstream" % (entries, thing.read_raw_bytes())
        return b"<<%b>>" % entries
