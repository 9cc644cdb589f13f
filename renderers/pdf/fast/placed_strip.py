"""A strip with its numbers in a file: packed once, and joined to every file where it has the same ones.

So that few numberings occur, each strip begins at round numbers of objects and of marked content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from renderers.pdf.fast.deflate import Segment
from renderers.pdf.fast.file_head import indirect, object_stream
from renderers.pdf.fast.holes import Holes, prepared_holes
from renderers.pdf.fast.model import Bookmark
from renderers.pdf.fast.painter import Layer
from renderers.pdf.fast.program import Program, Programmer
from renderers.pdf.fast.strip import Strip
from renderers.pdf.fast.tag_tree import StripPlace, write_tags
from renderers.pdf.fast.xref import packed_rows

_OBJECTS, _MARKS = 32, 16  # multiples that strips begin at


class Painted(NamedTuple):
    """Operators of a layer; `is_anchored`: they stand where they are on the page, else as far down as the strip."""

    is_anchored: bool
    program: Program


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


def place_strip(strip: Strip, place: StripPlace, programmer: Programmer) -> PlacedStrip:
    """Return a strip with these numbers. Raises `Unfillable`."""
    tags = write_tags(strip.struct, strip.links, place)
    first = place.first + 1 + len(tags.holes)
    numbers = list(range(first, first + len(tags.bodies)))
    chunk = (
        indirect(place.first, object_stream(numbers, [body.encode("latin-1") for body in tags.bodies]))
        if numbers
        else b""
    )
    marks = _up(strip.marks, _MARKS)
    taken = 1 + len(tags.holes) + len(numbers) if numbers else 0
    found = [tags.parents.get(mark) for mark in range(marks)]
    parents = ["null" if own is None else f"{own} 0 R" for own in found]
    holes = prepared_holes(tags.holes, place.first + 1, programmer.still)
    painted = {kind: _painted(strip.layers, kind, programmer) for kind in ("floats", "lines", "stacked")}
    return PlacedStrip(
        strip.decorations, strip.bookmarks, place, painted["floats"], painted["lines"], painted["stacked"],
        holes, b"%d %d" % (place.first, taken), chunk, packed_rows(place.first, 0, len(numbers)),
        " ".join(parents).encode(), " ".join([f"{root} 0 R" for root in tags.roots]).encode(),
        place.first + _up(taken, _OBJECTS), place.mcid + marks,
    )  # fmt: skip


def _painted(layers: list[Layer], kind: str, programmer: Programmer) -> tuple[Painted, ...]:
    return tuple([Painted(one.is_anchored, programmer.program(one.steps)) for one in layers if one.kind == kind])


def _up(number: int, to: int) -> int:
    return -(-number // to) * to
