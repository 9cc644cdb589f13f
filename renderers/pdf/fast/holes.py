"""What the small objects of a file leave open: links, descriptions and titles in a customer's words.

Each is prepared once, with a strip's numbers, and says its object for a customer. Where its strip stands in a file
is told by a `Where`, of which a file has one a strip.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from engine.model.quick import quick
from renderers.pdf.fast.links import annotation, box_of, corners_of
from renderers.pdf.fast.model import Area, Lines, LinkBox, SlotValue, Template, TextSpot
from renderers.pdf.fast.syntax import filled, pdf_string
from renderers.pdf.fast.tag_tree import Annotation, Hole, Place, Told, has_slots


class Where(NamedTuple):
    """Where a strip stands in a file: its section, that one's first leaf, and the page's lowest y.

    `bottom` is counted from where the strip begins, `height` from the page's top. All lengths in px.
    """

    section: int
    leaf: int
    bottom: float
    height: float

    def bottom_of(self, place: Area | TextSpot) -> float:
        """Return the page's lowest y, as y of a place is counted."""
        return self.height if place.is_anchored else self.bottom


class Open(Protocol):
    """An object that is written for each customer."""

    def body(self, where: Where, lines: Sequence[Lines], slots: Sequence[Sequence[SlotValue]]) -> bytes:
        """Return the object. Lines are by leaf of the file, slots by section. Raises `Unfillable`."""
        ...


class OpenLink(NamedTuple):
    """An annotation that has the customer's words, or moves with them. Its `key` is that of the parent tree."""

    link: LinkBox
    key: int

    def body(self, where: Where, lines: Sequence[Lines], slots: Sequence[Sequence[SlotValue]]) -> bytes:
        """See `Open`."""
        link = self.link
        corners = corners_of(link.place, lines, where.bottom_of(link.place), where.leaf)
        return annotation(link, corners, self.key, slots[where.section])


class OpenWords(NamedTuple):
    """A description."""

    text: Template

    def body(self, where: Where, lines: Sequence[Lines], slots: Sequence[Sequence[SlotValue]]) -> bytes:  # noqa: ARG002
        """See `Open`."""
        return pdf_string(filled(self.text, slots[where.section]))


class OpenTitle(NamedTuple):
    """An entry of the outline, with what stands behind its title."""

    label: Template
    after: bytes

    def body(self, where: Where, lines: Sequence[Lines], slots: Sequence[Sequence[SlotValue]]) -> bytes:  # noqa: ARG002
        """See `Open`."""
        return b"<</Title %b%b" % (pdf_string(filled(self.label, slots[where.section])), self.after)


class ShutLink(NamedTuple):
    """An annotation that only depends on where its strip stands."""

    place: Area
    before: bytes
    after: bytes

    def at(self, where: Where) -> bytes:
        """Return the object in a strip that stands there."""
        return b"".join((self.before, corners_of(self.place, (), where.bottom_of(self.place)), self.after))


class ShutBox(NamedTuple):
    """The attributes of a figure that say where it is."""

    area: Area

    def at(self, where: Where) -> bytes:
        """Return the object in a strip that stands there."""
        return box_of(self.area, where.bottom_of(self.area))


_CORNERS = b"\x00"  # stands for them while the rest is written
_KEY = b"/StructParent 0"  # likewise


@quick
@dataclass(frozen=True, slots=True)
class Holes:
    """The holes of a strip, prepared. Each of them is known by its place among them."""

    count: int
    opening: bytes  # in an object stream: their numbers, with places for where each begins
    open: tuple[tuple[int, Open], ...]
    shut: tuple[tuple[int, ShutLink | ShutBox], ...]
    notes: bytes  # references to the annotations
    keys: bytes  # of the parent tree, with the annotations' elements


class _LinkForm(NamedTuple):
    """An annotation without its key."""

    link: LinkBox
    area: Area | None  # where it stands; None where that or its words are the customer's
    before: bytes = b""
    behind: bytes = b""  # and the key
    after: bytes = b""

    def at(self, key: int) -> OpenLink | ShutLink:
        if self.area is None:
            return OpenLink(self.link, key)
        return ShutLink(self.area, self.before, b"%b%d%b" % (self.behind, key, self.after))


class HoleForms:
    """The holes of a strip before it has its place. The number of the first is one more than the strip's first."""

    def __init__(self, holes: Sequence[Hole], still: Callable[[TextSpot], Area | None]) -> None:
        """`still` tells where a text stands that is everybody's, None for others. Raises `Unfillable`."""
        self._count = len(holes)
        self._open: list[tuple[int, OpenWords]] = []
        self._shut: list[tuple[int, ShutBox]] = []
        self._links: list[tuple[int, _LinkForm]] = []
        for place, hole in enumerate(holes):
            if isinstance(hole, Annotation):
                self._links.append((place, _link(hole.link, still)))
            elif isinstance(hole, Place):
                self._shut.append((place, ShutBox(hole.area)))
            else:
                self._open.append((place, OpenWords(hole.text)))

    def at(self, first: int, told: Told) -> Holes:
        """Return the holes of the strip, numbered from `first` on.

        The key of an annotation in the parent tree is its number, so that it needn't be counted in each file.
        """
        open_: list[tuple[int, Open]] = []
        shut: list[tuple[int, ShutLink | ShutBox]] = []
        for place, form in self._links:  # they come first
            made = form.at(first + place)
            if isinstance(made, ShutLink):
                shut.append((place, made))
            else:
                open_.append((place, made))
        return Holes(
            self._count, told.opening, (*open_, *self._open), (*shut, *self._shut), told.notes, told.keys,
        )  # fmt: skip


def _link(link: LinkBox, still: Callable[[TextSpot], Area | None]) -> _LinkForm:
    place = link.place
    area = still(place) if isinstance(place, TextSpot) else place
    if area is not None:
        link = replace(link, place=area)
    if area is None or has_slots(link.address) or has_slots(link.title):
        return _LinkForm(link, None)
    before, said = annotation(link, _CORNERS, 0, ()).split(_CORNERS, 1)
    behind, after = said.split(_KEY, 1)  # it stands before all words
    return _LinkForm(link, area, before, behind + _KEY[:-1], after)
