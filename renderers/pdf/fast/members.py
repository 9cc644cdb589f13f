"""What a file has of its own: its pages, catalog, outline, annotations, descriptions, all in one object stream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.model.attached import AttachedFile
from renderers.pdf.attachment import catalog_entries
from renderers.pdf.fast.deflate import Segment, end, joined, stored
from renderers.pdf.fast.file_head import PROFILE_NUMBER, FileHead
from renderers.pdf.fast.info import Said, info_dictionary
from renderers.pdf.fast.links import PT_PER_PX, annotation, box_of, corners_of
from renderers.pdf.fast.model import Lines, SlotValue
from renderers.pdf.fast.numbers import Numbers
from renderers.pdf.fast.outline import Entry, outline_objects
from renderers.pdf.fast.placed_strip import Painted, PlacedStrip
from renderers.pdf.fast.syntax import filled, number, pdf_string
from renderers.pdf.fast.tag_tree import Annotation, Place
from renderers.pdf.fast.xref import rows_of
from renderers.pdf.seal import Seal

_CONDITION = pdf_string("IEC 61966-2-1 Default RGB Colour Space - sRGB")


class ShownStrip(NamedTuple):
    """A strip in a file: how far down it stands, and the customer's lines and slots of its section."""

    strip: PlacedStrip
    dy: float
    lines: Sequence[Lines]
    slots: Sequence[SlotValue]
    is_kept: bool = False  # lines and slots are those of other customers too


class Paper(NamedTuple):
    """A page of a file: its size in px, its strips in reading order, what stands in its margins."""

    width: float
    height: float
    strips: Sequence[ShownStrip]
    decorations: bytes = b""  # of its margins
    texts: bytes = b""  # likewise

    def content(self) -> bytes:
        """Return the page's operators as a zlib stream."""
        return end(joined(self._behind()), self._texts())

    def _behind(self) -> list[Segment]:
        """Return what stands behind the texts. It was deflated once, but for where each strip stands."""
        parts: list[Segment] = []
        between = b"0.75 0 0 -0.75 0 %b cm\n" % number(self.height * PT_PER_PX).encode()
        for shown in self.strips:
            for is_anchored, said in shown.strip.decorations:
                if not is_anchored:
                    between += b"q 1 0 0 1 0 %.4f cm\n" % shown.dy
                parts += (stored(between), said)
                between = b"" if is_anchored else b"Q\n"
        parts.append(stored(between + self.decorations))
        return parts

    def _texts(self) -> bytes:
        """Return floats, lines, what stacks over them, and the texts of the margins."""
        out: list[bytes] = []
        for shown in self.strips:
            if shown.strip.floats:
                _paint(shown.strip.floats, shown, out)
        for shown in self.strips:
            if shown.strip.lines:
                _paint(shown.strip.lines, shown, out)
        for shown in self.strips:
            if shown.strip.stacked:
                _paint(shown.strip.stacked, shown, out)
        out.append(self.texts)
        return b"".join(out)


def _paint(layers: Iterable[Painted], shown: ShownStrip, out: list[bytes]) -> None:
    for layer in layers:
        said = layer.run(shown.lines, shown.slots, is_kept=shown.is_kept)
        out += (said,) if layer.is_anchored else (b"q 1 0 0 1 0 %.4f cm\n" % shown.dy, said, b"Q\n")


class Members:
    """Bodies with their numbers, in the order in which the object stream has them."""

    def __init__(self, stream: int, tail: int) -> None:
        """`tail` is the first number behind those of the strips."""
        self._stream = stream
        self.numbers: list[int] = []
        self.bodies: list[bytes] = []
        self._spans: dict[int, tuple[int, int]] = {}
        self.tail = tail

    @property
    def next_number(self) -> int:
        """The number that comes after all of these."""
        first, end = self._spans.get(self.tail, (0, 0))
        return self.tail + end - first

    def add(self, first: int, bodies: Sequence[bytes]) -> None:
        """Add bodies that are numbered from `first` on."""
        at = len(self.bodies)
        self.bodies += bodies
        self.numbers += range(first, first + len(bodies))
        self._spans[first] = (at, len(self.bodies))

    def rows(self, first: int) -> bytes:
        """Return the cross-reference's rows of the bodies that were added from this number on."""
        start, end = self._spans.get(first, (0, 0))
        return rows_of(self._stream, start, end)


def members_of(
    head: FileHead, numbers: Numbers, language: str, pages: Sequence[Paper], said: Said,
    attachments: Sequence[AttachedFile], seal: Seal | None,
) -> Members:  # fmt: skip
    """Return the members of a file. Raises `Unfillable`."""
    shown = [one for page in pages for one in page.strips]
    last = shown[-1].strip
    members = Members(numbers.members, last.next_object)
    holes = _Holes(numbers, pages)
    for place, page in enumerate(pages):
        for one in page.strips:
            holes.write(one, place, page.height)
    outline = outline_objects(holes.entries, members.tail)
    kids = b" ".join([one.strip.roots for one in shown if one.strip.roots])
    parents = holes.parents
    widget: tuple[bytes, ...] = ()
    notes = holes.notes
    catalog = _catalog(numbers, language, members.tail if outline else 0)
    if seal is not None:
        made = seal.objects(numbers.seal, numbers.pages, numbers.document, holes.next_key)
        widget = made.bodies[1:]
        kids += b" %d 0 R" % (numbers.seal + 2)
        parents.append(b"%d %d 0 R" % (holes.next_key, numbers.seal + 2))
        notes[0] += made.widgets
        catalog += made.catalog
    if attachments:
        catalog += _attached_entries(attachments, members.tail + len(outline))
    tree, root = numbers.catalog + 2, numbers.catalog + 4
    members.add(
        numbers.catalog,
        [
            catalog + b">>",
            info_dictionary(said),
            b"<</Type/Pages/Kids[%b]/Count %d>>" % (_references(_pages(numbers, pages)), len(pages)),
            head.resources,
            b"<</Type/StructTreeRoot/ParentTree %d 0 R/K[%d 0 R]>>" % (root + 1, numbers.document),
            b"<</Nums[%b]>>" % b" ".join(parents),
            b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (root, kids),
        ],
    )
    members.add(numbers.seal + 1, widget)
    members.add(
        numbers.pages,
        [_page(numbers, place, page, notes[place], tree) for place, page in enumerate(pages)],
    )
    for first, bodies in holes.bodies:
        members.add(first, bodies)
    members.add(members.tail, outline)
    return members


class _Holes:
    """Writes what strips leave open: annotations, places and words; and gathers what refers to them."""

    def __init__(self, numbers: Numbers, pages: Sequence[Paper]) -> None:
        self._numbers = numbers
        self.next_key = len(pages)  # of the parent tree
        self.parents = [
            b"%d [%b]" % (place, b" ".join([one.strip.parents for one in page.strips if one.strip.parents]))
            for place, page in enumerate(pages)
        ]
        self.notes: list[tuple[int, ...]] = [()] * len(pages)  # numbers of annotations by page
        self.entries: list[Entry] = []
        self.bodies: list[tuple[int, list[bytes]]] = []

    def write(self, shown: ShownStrip, page: int, height: float) -> None:
        """Write the holes of a strip on a page."""
        strip, slots = shown.strip, shown.slots
        flowing = height - shown.dy
        for mark in strip.bookmarks:
            rise = (height if mark.is_anchored else flowing) - mark.y
            label = filled(mark.label, slots)
            self.entries.append(Entry(mark.level, label, self._numbers.pages + page, mark.x, rise))
        if not strip.holes:
            return
        bodies: list[bytes] = []
        first = strip.place.first + 1
        for hole in strip.holes:
            if isinstance(hole, Annotation):
                place = hole.link.place
                corners = corners_of(place, shown.lines, height if place.is_anchored else flowing)
                self.notes[page] += (first + len(bodies),)
                self.parents.append(b"%d %d 0 R" % (self.next_key, hole.element))
                bodies.append(annotation(hole.link, corners, self.next_key, slots))
                self.next_key += 1
            elif isinstance(hole, Place):
                bodies.append(box_of(hole.area, height if hole.area.is_anchored else flowing))
            else:
                bodies.append(pdf_string(filled(hole.text, slots)))
        self.bodies.append((first, bodies))


def _references(numbers: Iterable[int]) -> bytes:
    return b" ".join([b"%d 0 R" % number for number in numbers])


def _pages(numbers: Numbers, pages: Sequence[Paper]) -> range:
    return range(numbers.pages, numbers.pages + len(pages))


def _page(numbers: Numbers, place: int, page: Paper, notes: Sequence[int], tree: int) -> bytes:
    area = _area(page.width, page.height)
    said = b"<</Type/Page/Parent %d 0 R%b/Contents %d 0 R/Resources %d 0 R/Tabs/S/StructParents %d" % (
        tree, area, numbers.contents + place, tree + 1, place,
    )  # fmt: skip
    return b"%b/Annots[%b]>>" % (said, _references(notes)) if notes else said + b">>"


@lru_cache(maxsize=64)
def _area(width: float, height: float) -> bytes:
    area = f"[0 0 {number(width * PT_PER_PX)} {number(height * PT_PER_PX)}]"
    return f"/MediaBox{area}/TrimBox{area}/BleedBox{area}".encode()


@lru_cache(maxsize=256)
def _catalog(numbers: Numbers, language: str, outline: int) -> bytes:
    """Return the catalog without its end."""
    return b"".join((
        b"<</Type/Catalog/Pages %d 0 R/Metadata %d 0 R/StructTreeRoot %d 0 R"
        % (numbers.catalog + 2, numbers.metadata, numbers.catalog + 4),
        b"/Outlines %d 0 R" % outline if outline else b"",
        b"/Lang", pdf_string(language), b"/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>",
        b"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier", _CONDITION, b"/Info", _CONDITION,
        b"/DestOutputProfile %d 0 R>>]" % PROFILE_NUMBER,
    ))  # fmt: skip


def _attached_entries(attachments: Sequence[AttachedFile], first: int) -> bytes:
    """Return the catalog's entries for files whose objects are numbered from `first` on."""
    entries = catalog_entries([(file.name, first + 1 + 2 * place) for place, file in enumerate(attachments)])
    return b"/AF%b/Names<</EmbeddedFiles%b>>" % (entries["AF"], entries["EmbeddedFiles"])
