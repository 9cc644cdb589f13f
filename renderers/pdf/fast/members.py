"""The small objects of a file: catalog, pages, outline, annotations, descriptions, all but streams.

Most are the same in all files of a plan. Those that have the customer's words in them, or lie where they end, are
written for each (`Write`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeAlias

from renderers.pdf.attachment import catalog_entries
from renderers.pdf.fast.file_head import PROFILE_NUMBER, RESOURCES_NUMBER
from renderers.pdf.fast.links import PT_PER_PX, annotation, box_of, corners_of
from renderers.pdf.fast.model import Lines, LinkBox, SlotValue, Template, TextSpot
from renderers.pdf.fast.numbers import Numbers
from renderers.pdf.fast.outline import Entry, outline_objects
from renderers.pdf.fast.page_plan import Paper, ShownStrip
from renderers.pdf.fast.syntax import filled, number, pdf_string
from renderers.pdf.fast.tag_tree import Annotation, Place
from renderers.pdf.seal import Seal

_CONDITION = pdf_string("IEC 61966-2-1 Default RGB Colour Space - sRGB")
_LABEL = b"\x00"  # stands for a label while the outline is made
# Writes a member for a customer's lines, by leaf of the file, and slots, by section.
Write: TypeAlias = Callable[[Sequence[Lines], Sequence[Sequence[SlotValue]]], bytes]


@dataclass(slots=True)
class Members:
    """The small objects of a plan's files, by number. `own` is the first number of what each file has of its own."""

    own: int
    same: dict[int, bytes] = field(default_factory=dict)
    varying: dict[int, Write] = field(default_factory=dict)


class Manner(NamedTuple):
    """How the files of a plan are written, whatever stands on their pages."""

    numbers: Numbers
    language: str
    attached: tuple[str, ...] = ()  # names of the files in it
    seal_words: bytes | None = None  # None without a seal


def members_of(manner: Manner, pages: Sequence[Paper], seal: Seal | None) -> Members:
    """Return the members of all files with these pages. Raises `Unfillable`."""
    numbers = manner.numbers
    shown = [one for page in pages for one in page.strips]
    tail = shown[-1].strip.next_object
    count = sum(len(one.strip.bookmarks) for one in shown)
    members = Members(tail + (count + 1 if count else 0))
    holes = _Holes(numbers, pages, members)
    for place, page in enumerate(pages):
        for one in page.strips:
            holes.write(one, place, page.height)
    _put_outline(members, holes, tail)
    kids = b" ".join([one.strip.roots for one in shown if one.strip.roots])
    catalog = _catalog(manner, tail if count else 0, members.own + 1)
    if manner.attached:
        catalog += _attached_entries(manner.attached, members.own + 2 + len(pages))
    if seal is not None:
        made = seal.objects(numbers.seal, numbers.pages, numbers.document, holes.next_key)
        members.same[numbers.seal + 1], members.same[numbers.seal + 2] = made.bodies[1:]
        kids += b" %d 0 R" % made.element
        holes.parents.append(b"%d %d 0 R" % (holes.next_key, made.element))
        holes.notes[0] += made.widgets
        catalog += made.catalog
    tree, root = numbers.catalog + 2, numbers.catalog + 3
    members.same |= {
        numbers.catalog: catalog + b">>",
        tree: b"<</Type/Pages/Kids[%b]/Count %d>>" % (
            _references(range(numbers.pages, numbers.pages + len(pages))), len(pages)),
        root: b"<</Type/StructTreeRoot/ParentTree %d 0 R/K[%d 0 R]>>" % (root + 1, numbers.document),
        root + 1: b"<</Nums[%b]>>" % b" ".join(holes.parents),
        numbers.document: b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (root, kids),
    }  # fmt: skip
    for place, page in enumerate(pages):
        members.same[numbers.pages + place] = _page(tree, place, page, holes.notes[place], members.own + 2 + place)
    return members


class _Holes:
    """Writes what strips leave open: annotations, places and words; and gathers what refers to them."""

    def __init__(self, numbers: Numbers, pages: Sequence[Paper], members: Members) -> None:
        self._numbers = numbers
        self._members = members
        self.next_key = len(pages)  # of the parent tree
        self.parents = [
            b"%d [%b]" % (place, b" ".join([one.strip.parents for one in page.strips if one.strip.parents]))
            for place, page in enumerate(pages)
        ]
        self.notes: list[tuple[int, ...]] = [()] * len(pages)  # numbers of annotations by page
        self.entries: list[Entry] = []
        self.labels: list[tuple[Template, int]] = []  # of entries in the customer's words, with their sections

    def write(self, shown: ShownStrip, page: int, height: float) -> None:
        """Write the holes of a strip on a page."""
        strip, members = shown.strip, self._members
        flowing = height - shown.dy
        for mark in strip.bookmarks:
            rise = (height if mark.is_anchored else flowing) - mark.y
            self.entries.append(Entry(mark.level, _LABEL, self._numbers.pages + page, mark.x, rise))
            self.labels.append((mark.label, shown.section))
        for own, hole in enumerate(strip.holes, start=strip.place.first + 1):
            if isinstance(hole, Annotation):
                bottom = height if hole.link.place.is_anchored else flowing
                self._link(own, hole.link, shown, bottom)
                self.notes[page] += (own,)
                self.parents.append(b"%d %d 0 R" % (self.next_key, hole.element))
                self.next_key += 1
            elif isinstance(hole, Place):
                members.same[own] = box_of(hole.area, height if hole.area.is_anchored else flowing)
            elif _has_slots(hole.text):
                members.varying[own] = partial(_words, hole.text, shown.section)
            else:
                members.same[own] = pdf_string(filled(hole.text, ()))

    def _link(self, own: int, link: LinkBox, shown: ShownStrip, bottom: float) -> None:
        place = link.place
        if isinstance(place, TextSpot) and not shown.is_fixed[place.leaf]:
            moving = place._replace(leaf=place.leaf + shown.leaf)
            self._members.varying[own] = partial(_moving_link, link, moving, bottom, self.next_key, shown.section)
            return
        corners = corners_of(place, shown.lines, bottom)
        if _has_slots(link.address) or _has_slots(link.title):
            self._members.varying[own] = partial(_link, link, corners, self.next_key, shown.section)
        else:
            self._members.same[own] = annotation(link, corners, self.next_key, ())


def _has_slots(text: Template) -> bool:
    return any(isinstance(piece, int) for piece in text)


def _words(text: Template, section: int, _: Sequence[Lines], slots: Sequence[Sequence[SlotValue]]) -> bytes:
    return pdf_string(filled(text, slots[section]))


def _link(
    link: LinkBox, corners: bytes, key: int, section: int,
    _: Sequence[Lines], slots: Sequence[Sequence[SlotValue]],
) -> bytes:  # fmt: skip
    return annotation(link, corners, key, slots[section])


def _moving_link(
    link: LinkBox, place: TextSpot, bottom: float, key: int, section: int,
    lines: Sequence[Lines], slots: Sequence[Sequence[SlotValue]],
) -> bytes:  # fmt: skip
    return annotation(link, corners_of(place, lines, bottom), key, slots[section])


def _put_outline(members: Members, holes: _Holes, first: int) -> None:
    bodies = outline_objects(holes.entries, first)
    members.same.update(zip([first], bodies, strict=False))
    for own, (body, (label, section)) in enumerate(zip(bodies[1:], holes.labels, strict=True), start=first + 1):
        before, after = body.split(_LABEL)
        if _has_slots(label):
            members.varying[own] = partial(_entry, before, label, after, section)
        else:
            members.same[own] = before + pdf_string(filled(label, ())) + after


def _entry(
    before: bytes, label: Template, after: bytes, section: int,
    _: Sequence[Lines], slots: Sequence[Sequence[SlotValue]],
) -> bytes:  # fmt: skip
    return b"".join((before, pdf_string(filled(label, slots[section])), after))


def _references(numbers: Iterable[int]) -> bytes:
    return b" ".join([b"%d 0 R" % number for number in numbers])


def _page(tree: int, place: int, page: Paper, notes: Sequence[int], content: int) -> bytes:
    area = f"[0 0 {number(page.width * PT_PER_PX)} {number(page.height * PT_PER_PX)}]"
    said = b"<</Type/Page/Parent %d 0 R%b/Contents %d 0 R/Resources %d 0 R/Tabs/S/StructParents %d" % (
        tree, f"/MediaBox{area}/TrimBox{area}/BleedBox{area}".encode(), content, RESOURCES_NUMBER, place,
    )  # fmt: skip
    return b"%b/Annots[%b]>>" % (said, _references(notes)) if notes else said + b">>"


def _catalog(manner: Manner, outline: int, metadata: int) -> bytes:
    """Return the catalog without its end."""
    first = manner.numbers.catalog
    return b"".join((
        b"<</Type/Catalog/Pages %d 0 R/Metadata %d 0 R/StructTreeRoot %d 0 R" % (first + 2, metadata, first + 3),
        b"/Outlines %d 0 R" % outline if outline else b"",
        b"/Lang", pdf_string(manner.language), b"/MarkInfo<</Marked true>>",
        b"/ViewerPreferences<</DisplayDocTitle true>>",
        b"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier", _CONDITION, b"/Info", _CONDITION,
        b"/DestOutputProfile %d 0 R>>]" % PROFILE_NUMBER,
    ))  # fmt: skip


def _attached_entries(names: Sequence[str], first: int) -> bytes:
    """Return the catalog's entries for files whose objects are numbered from `first` on."""
    entries = catalog_entries([(name, first + 1 + 2 * place) for place, name in enumerate(names)])
    return b"/AF%b/Names<</EmbeddedFiles%b>>" % (entries["AF"], entries["EmbeddedFiles"])
