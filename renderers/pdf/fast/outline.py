"""The outline of a document as PDF objects, nested as WeasyPrint nests it (ISO 32000-1, 12.3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_PT_PER_PX = 0.75


class Entry(NamedTuple):
    """A bookmark of a document: `page` is the number of its page's object, x and `rise` from its bottom left, px."""

    level: int
    label: bytes  # as a PDF has it
    page: int
    x: float
    rise: float


@dataclass(slots=True)
class _Item:
    number: int
    said: bytes  # title and destination
    kids: list[_Item] = field(default_factory=list)

    def count(self) -> int:
        """Return how many entries stand open below this one."""
        return sum([1 + kid.count() for kid in self.kids])


def outline_objects(entries: Sequence[Entry], first: int) -> list[bytes]:
    """Return the objects of the outline, numbered from `first` on; the first one is its root, none without entries."""
    if not entries:
        return []
    root = _Item(first, b"")
    above = [(0, root)]
    for number, entry in enumerate(entries, start=first + 1):
        # A bookmark goes below the last one before it whose level is lower.
        while above[-1][0] >= entry.level:
            above.pop()
        target = b"%d 0 R/XYZ %.6f %.6f 0" % (entry.page, entry.x * _PT_PER_PX, entry.rise * _PT_PER_PX)
        item = _Item(number, b"/Title %b/Dest[%b]" % (entry.label, target))
        above[-1][1].kids.append(item)
        above.append((entry.level, item))
    bodies = [b"<<%b>>" % _family(root), *[b""] * len(entries)]
    _put_kids(bodies, first, root)
    return bodies


def _family(item: _Item) -> bytes:
    if not item.kids:
        return b"/Count %d" % item.count()
    return b"/Count %d/First %d 0 R/Last %d 0 R" % (item.count(), item.kids[0].number, item.kids[-1].number)


def _put_kids(bodies: list[bytes], first: int, parent: _Item) -> None:
    for place, item in enumerate(parent.kids):
        said = b"<<%b/Parent %d 0 R" % (item.said, parent.number)
        if place:
            said += b"/Prev %d 0 R" % parent.kids[place - 1].number
        if place + 1 < len(parent.kids):
            said += b"/Next %d 0 R" % parent.kids[place + 1].number
        bodies[item.number - first] = b"%b%b>>" % (said, _family(item))
        _put_kids(bodies, first, item)
