"""The outline of a document as PDF objects, nested as WeasyPrint nests it (ISO 32000-1, 12.3.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from engine.natives import native

_PT_PER_PX = 0.75
_KEPT = 1024


@dataclass(slots=True)
class _Item:
    number: int
    kids: list[_Item] = field(default_factory=list)

    def count(self) -> int:
        """Return how many entries stand open below this one."""
        return sum([1 + kid.count() for kid in self.kids])


@lru_cache(maxsize=_KEPT)
def outline_ends(levels: tuple[int, ...], first: int) -> tuple[bytes, ...]:
    """Return the root of an outline, numbered `first`, and what each entry has behind its destination.

    `levels` are those of its bookmarks in order, which are numbered from `first` + 1 on; at least one.
    """
    root = _Item(first)
    above = [(0, root)]
    for number, level in enumerate(levels, start=first + 1):
        # A bookmark goes below the last one before it whose level is lower.
        while above[-1][0] >= level:
            above.pop()
        item = _Item(number)
        above[-1][1].kids.append(item)
        above.append((level, item))
    ends = [b"<<%b>>" % _family(root), *[b""] * len(levels)]
    _put_kids(ends, first, root)
    return tuple(ends)


def _destination(page: int, x: float, rise: float) -> bytes:
    """Return where an entry leads: `page` is the number of its page's object, x and `rise` from its bottom left, px."""
    return b"/Dest[%d 0 R/XYZ %.6f %.6f 0]" % (page, x * _PT_PER_PX, rise * _PT_PER_PX)


_kernel = native(__name__, "write_kernel")
destination = _destination if _kernel is None else _kernel.destination


def _family(item: _Item) -> bytes:
    if not item.kids:
        return b"/Count %d" % item.count()
    return b"/Count %d/First %d 0 R/Last %d 0 R" % (item.count(), item.kids[0].number, item.kids[-1].number)


def _put_kids(ends: list[bytes], first: int, parent: _Item) -> None:
    for place, item in enumerate(parent.kids):
        said = b"/Parent %d 0 R" % parent.number
        if place:
            said += b"/Prev %d 0 R" % parent.kids[place - 1].number
        if place + 1 < len(parent.kids):
            said += b"/Next %d 0 R" % parent.kids[place + 1].number
        ends[item.number - first] = b"%b%b>>" % (said, _family(item))
        _put_kids(ends, first, item)
