"""A strip with its numbers in a file: packed once, and joined to every file where it has the same ones.

All but the numbers is made once a strip (`StripForm`). So that few numberings occur, each strip begins at round
numbers of objects and of marked content.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.model.quick import quick
from renderers.pdf.fast.deflate import Segment
from renderers.pdf.fast.file_head import indirect, packed_objects
from renderers.pdf.fast.holes import HoleForms, Holes
from renderers.pdf.fast.model import Bookmark
from renderers.pdf.fast.numbered import StripPlace
from renderers.pdf.fast.painter import Layer
from renderers.pdf.fast.program import Program, Programmer
from renderers.pdf.fast.strip import Strip
from renderers.pdf.fast.tag_tree import Tags, Told, write_tags
from renderers.pdf.fast.xref import packed_rows

_OBJECTS, _MARKS = 32, 16  # multiples that strips begin at


class Painted(NamedTuple):
    """Operators of a layer; `is_anchored`: they stand where they are on the page, else as far down as the strip."""

    is_anchored: bool
    program: Program


@quick
@dataclass(frozen=True, slots=True)
class PlacedStrip:
    """All of a strip that is the same in every file where its numbers are.

    It doesn't know its strip: nothing that is kept may refer back, else what is dropped waits for the collector,
    which comes once in hundreds of documents.
    """

    decorations: tuple[tuple[bool, Segment], ...]  # of the strip
    bookmarks: list[Bookmark]  # likewise
    place: StripPlace
    floats: tuple[Painted, ...]
    lines: tuple[Painted, ...]
    stacked: tuple[Painted, ...]
    holes: Holes
    index: bytes  # of the cross-reference: its first number and the count
    chunk: bytes  # the object stream of its elements, with its number; empty without elements
    rows: bytes  # of the cross-reference, of its elements
    parents: bytes  # of the parent tree: its elements by marked content
    roots: bytes  # children of the element Document
    next_object: int  # the number that the next strip may begin at
    next_mcid: int  # likewise of its marked content


class StripForm(NamedTuple):
    """All of a strip that is the same wherever it is placed: its tags, holes and programs."""

    tags: Tags
    holes: HoleForms
    floats: Sequence[Painted]
    lines: Sequence[Painted]
    stacked: Sequence[Painted]
    marks: int  # numbers of marked content that it takes


def _form(strip: Strip, programmer: Programmer) -> StripForm:
    """Return what is the same wherever this strip is placed. Raises `Unfillable`."""
    marks = _up(strip.marks, _MARKS)
    tags = write_tags(strip.struct, strip.links, marks)
    holes = HoleForms(tags.holes, programmer.still)
    floats, lines, stacked = (_painted(strip.layers, kind, programmer) for kind in ("floats", "lines", "stacked"))
    return StripForm(tags, holes, floats, lines, stacked, marks)


def place_strip(strip: Strip, place: StripPlace, programmer: Programmer) -> PlacedStrip:
    """Return a strip with these numbers. Raises `Unfillable`."""
    form = strip.form
    if form is None:
        form = strip.form = _form(strip, programmer)
    tags = form.tags
    content, opening, others = tags.texts.at(place)
    told = Told(*others)
    chunk, taken = b"", 0
    if tags.count:
        chunk = indirect(place.first, packed_objects(tags.count, opening, content))
        taken = 1 + len(tags.holes) + tags.count
    return PlacedStrip(
        strip.decorations, strip.bookmarks, place, _at(form.floats, place), _at(form.lines, place),
        _at(form.stacked, place), form.holes.at(place.first + 1, told), b"%d %d" % (place.first, taken), chunk,
        packed_rows(place.first, 0, tags.count), told.parents, told.roots, place.first + _up(taken, _OBJECTS),
        place.mcid + form.marks,
    )  # fmt: skip


def _at(layers: Sequence[Painted], place: StripPlace) -> tuple[Painted, ...]:
    return tuple([Painted(one.is_anchored, one.program.at(place.mcid)) for one in layers])


def _painted(layers: list[Layer], kind: str, programmer: Programmer) -> list[Painted]:
    return [Painted(one.is_anchored, programmer.program(one.steps)) for one in layers if one.kind == kind]


def _up(number: int, to: int) -> int:
    return -(-number // to) * to
