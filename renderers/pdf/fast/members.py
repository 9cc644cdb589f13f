"""The small objects of a file: catalog, pages, outline, annotations, descriptions, all but streams.

Some are the same in all files of a plan. The others are in a stream of the customer's: those that have words of
theirs in them, or move with them, are written for each (`Open`); what stands between them is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from engine.natives import native
from renderers.pdf.attachment import catalog_entries
from renderers.pdf.fast.file_head import PROFILE_NUMBER, RESOURCES_NUMBER
from renderers.pdf.fast.holes import Open, OpenLink, OpenTitle, OpenWords, ShutBox, ShutLink, Where
from renderers.pdf.fast.links import PT_PER_PX
from renderers.pdf.fast.model import Bookmark, Lines, SlotValue
from renderers.pdf.fast.numbers import Numbers
from renderers.pdf.fast.outline import destination, outline_ends
from renderers.pdf.fast.page_plan import Paper
from renderers.pdf.fast.syntax import filled, number, pdf_string
from renderers.pdf.fast.tag_tree import has_slots
from renderers.pdf.seal import Seal

_CONDITION = pdf_string("IEC 61966-2-1 Default RGB Colour Space - sRGB")
# An object of the customer's stream: its place there, what writes it, and where its strip stands.
Writer: TypeAlias = tuple[int, Open, Where]
_Marked: TypeAlias = tuple[int, Where, Bookmark]  # an entry of the outline: the number of its page's object first


class Manner(NamedTuple):
    """How the files of a plan are written, whatever stands on their pages."""

    numbers: Numbers
    language: str
    attached: tuple[str, ...] = ()  # names of the files in it
    seal_words: bytes | None = None  # None without a seal


@dataclass(slots=True)
class OwnMembers:
    """The customer's stream: `bodies` of its objects, of those that are open nothing; the first is the information."""

    numbered: list[bytes]  # their numbers, with places for where each begins
    bodies: list[bytes] = field(default_factory=lambda: [b""])
    open: list[Writer] = field(default_factory=list)

    def of(
        self, opening: bytes, lines: Sequence[Lines], slots: Sequence[Sequence[SlotValue]], information: bytes
    ) -> tuple[bytes, int]:
        """Return the stream for one customer, and where the objects begin in it.

        `opening` are the numbers, with places for where each begins. Lines are by leaf of the file, slots by
        section. Raises `Unfillable`.
        """
        return _bodies(opening, self.bodies, self.open, lines, slots, information)


def _object_bodies(
    opening: bytes, bodies: list[bytes], open_: list[Writer], lines: Sequence[Lines],
    slots: Sequence[Sequence[SlotValue]], information: bytes,
) -> tuple[bytes, int]:  # fmt: skip
    """Do what `OwnMembers.of` does, in Python."""
    made = bodies.copy()
    made[0] = information
    for place, member, where in open_:
        made[place] = member.body(where, lines, slots)
    start = opening % tuple(accumulate([len(body) + 1 for body in made[:-1]], initial=0))
    return start + b"\n".join(made), len(start)


_kernel = native(__name__, "write_kernel")
_bodies: Callable[..., tuple[bytes, int]] = (
    partial(_kernel.object_bodies, (Where, OpenLink, OpenWords, OpenTitle)) if _kernel else _object_bodies
)


@dataclass(slots=True)
class Members:
    """The small objects of a plan's files: those that are `same` in all, in order of their numbers, and the others.

    `own` is the first number of what each file has of its own, `outline` that of the outline's root.
    """

    own: int
    outline: int
    same: list[tuple[int, bytes]]
    customers: OwnMembers


def members_of(manner: Manner, pages: Sequence[Paper], seal: Seal | None) -> Members:
    """Return the members of all files with these pages. Raises `Unfillable`."""
    numbers = manner.numbers
    strips = [one.strip for page in pages for one in page.strips]
    tail = strips[-1].next_object
    customers = OwnMembers([b"%d %%d" % (numbers.catalog + 1)])
    count = _put_holes(customers, numbers.pages, pages, tail)
    own = tail + (count + 1 if count else 0)
    kids = b" ".join([strip.roots for strip in strips if strip.roots])
    keys = [
        b"%d [%b]" % (place, b" ".join([one.strip.parents for one in page.strips if one.strip.parents]))
        for place, page in enumerate(pages)
    ]
    notes = [b" ".join([one.strip.holes.notes for one in page.strips if one.strip.holes.notes]) for page in pages]
    catalog = _catalog(manner, tail if count else 0, own + 1)
    sealed: list[tuple[int, bytes]] = []
    if manner.attached:
        catalog += _attached_entries(manner.attached, own + 2 + len(pages))
    if seal is not None:
        key = numbers.seal + 1
        made = seal.objects(numbers.seal, numbers.pages, numbers.document, key)
        sealed = [(key, made.bodies[1]), (key + 1, made.bodies[2])]
        kids += b" %d 0 R" % made.element
        keys.append(b"%d %d 0 R" % (key, made.element))
        notes[0] = b" ".join([part for part in (notes[0], _references(made.widgets)) if part])
        catalog += made.catalog
    keys += [strip.holes.keys for strip in strips if strip.holes.keys]
    tree, root = numbers.catalog + 2, numbers.catalog + 3
    same = [
        (numbers.catalog, catalog + b">>"),
        (tree, b"<</Type/Pages/Kids[%b]/Count %d>>" % (
            _references(range(numbers.pages, numbers.pages + len(pages))), len(pages))),
        (root, b"<</Type/StructTreeRoot/ParentTree %d 0 R/K[%d 0 R]>>" % (root + 1, numbers.document)),
        (root + 1, b"<</Nums[%b]>>" % b" ".join(keys)),
        (numbers.document, b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (root, kids)),
        *sealed,
        *[(numbers.pages + place, _page(tree, place, page, notes[place], own + 2 + place))
          for place, page in enumerate(pages)],
    ]  # fmt: skip
    return Members(own, tail, same, customers)


def _put_holes(customers: OwnMembers, first_page: int, pages: Sequence[Paper], outline: int) -> int:
    """Write what strips leave open, then the outline, numbered from `outline` on; return the count of its entries."""
    marked = put_strips(customers.numbered, customers.bodies, customers.open, first_page, pages)
    if not marked:
        return 0
    root, *ends = outline_ends(tuple([mark.level for _, _, mark in marked]), outline)
    customers.bodies.append(root)
    customers.numbered.append(_places(outline, 1 + len(ends)))
    put_titles(customers.bodies, customers.open, marked, ends, destination)
    return len(ends)


def _put_strips(
    numbered: list[bytes], bodies: list[bytes], open_: list[Writer], first_page: int, pages: Sequence[Paper]
) -> list[_Marked]:
    """Write what strips leave open; return their bookmarks."""
    marked: list[_Marked] = []
    for number_, page in enumerate(pages, start=first_page):
        height = page.height
        for strip, dy, section, leaf in page.strips:
            holes, bookmarks = strip.holes, strip.bookmarks
            if not holes.count and not bookmarks:
                continue
            where = Where(section, leaf, height - dy, height)
            marked += [(number_, where, mark) for mark in bookmarks]
            if holes.count:
                at = len(bodies)
                numbered.append(holes.opening)
                bodies += [b""] * holes.count
                for place, shut in holes.shut:
                    bodies[at + place] = shut.at(where)
                open_ += [(at + place, member, where) for place, member in holes.open]
    return marked


def _put_titles(
    bodies: list[bytes], open_: list[Writer], marked: list[_Marked], ends: list[bytes],
    destination_of: Callable[[int, float, float], bytes],
) -> None:  # fmt: skip
    """Write the entries of the outline, which have these ends."""
    if len(marked) != len(ends):
        raise ValueError("as many ends as bookmarks")
    for (page, where, mark), end in zip(marked, ends, strict=True):
        rise = (where.height if mark.is_anchored else where.bottom) - mark.y
        after = destination_of(page, mark.x, rise) + end
        if has_slots(mark.label):
            open_.append((len(bodies), OpenTitle(mark.label, after), where))
            bodies.append(b"")
        else:
            bodies.append(b"<</Title %b%b" % (pdf_string(filled(mark.label, ())), after))


_planning = native(__name__, "plan_kernel")
put_strips: Callable[..., list[_Marked]] = (
    partial(_planning.put_strips, (Where, ShutLink, ShutBox)) if _planning else _put_strips
)
put_titles: Callable[..., None] = partial(_planning.put_titles, OpenTitle) if _planning else _put_titles


@lru_cache(maxsize=256)
def _places(first: int, count: int) -> bytes:
    return b" ".join([b"%d %%d" % own for own in range(first, first + count)])


def _references(numbers: Iterable[int]) -> bytes:
    return b" ".join([b"%d 0 R" % number for number in numbers])


def _page(tree: int, place: int, page: Paper, notes: bytes, content: int) -> bytes:
    said = b"<</Type/Page/Parent %d 0 R%b/Contents %d 0 R/Resources %d 0 R/Tabs/S/StructParents %d" % (
        tree, _boxes(page.width, page.height), content, RESOURCES_NUMBER, place,
    )  # fmt: skip
    return b"%b/Annots[%b]>>" % (said, notes) if notes else said + b">>"


@lru_cache(maxsize=64)
def _boxes(width: float, height: float) -> bytes:
    area = f"[0 0 {number(width * PT_PER_PX)} {number(height * PT_PER_PX)}]"
    return f"/MediaBox{area}/TrimBox{area}/BleedBox{area}".encode()


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
