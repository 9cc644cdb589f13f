"""The outline of a plan as PDF objects, nested as WeasyPrint nests it (ISO 32000-1, 12.3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from renderers.pdf.fast.model import Bookmark
from renderers.pdf.fast.syntax import Body, Hole, body, number, pdf_string

_PT_PER_PX = 0.75


@dataclass(slots=True)
class _Entry:
    bookmark: Bookmark | None
    number: int
    kids: list[_Entry] = field(default_factory=list)

    def count(self) -> int:
        """Return how many entries stand open below this one."""
        return sum(1 + kid.count() for kid in self.kids)


def write_outline(
    first: int, bookmarks: Sequence[Bookmark], pages: Sequence[int], heights: Sequence[float]
) -> list[tuple[int, Body]]:
    """Return the objects of the outline, numbered from `first` on: its root is `first`. None without bookmarks.

    `pages` are the numbers of page objects, `heights` those of pages in px.
    """
    if not bookmarks:
        return []
    root = _tree(first, bookmarks)
    made = [(first, body(f"<<{_family(root)}>>".encode("ascii")))]
    made.extend(_written(root, pages, heights))
    return made


def _tree(first: int, bookmarks: Sequence[Bookmark]) -> _Entry:
    """Nest bookmarks: one goes below the last one before it whose level is lower."""
    root = _Entry(None, first)
    above = [(0, root)]
    for place, bookmark in enumerate(bookmarks, start=first + 1):
        while above[-1][0] >= bookmark.level:
            above.pop()
        entry = _Entry(bookmark, place)
        above[-1][1].kids.append(entry)
        above.append((bookmark.level, entry))
    return root


def _family(entry: _Entry) -> str:
    count = f"/Count {entry.count()}"
    return f"{count}/First {entry.kids[0].number} 0 R/Last {entry.kids[-1].number} 0 R" if entry.kids else count


def _written(parent: _Entry, pages: Sequence[int], heights: Sequence[float]) -> list[tuple[int, Body]]:
    made = []
    for place, entry in enumerate(parent.kids):
        bookmark = entry.bookmark
        assert bookmark is not None
        x, y = bookmark.x * _PT_PER_PX, (heights[bookmark.page] - bookmark.y) * _PT_PER_PX
        said = f"/Dest[{pages[bookmark.page]} 0 R/XYZ {number(x)} {number(y)} 0]/Parent {parent.number} 0 R"
        if place:
            said += f"/Prev {parent.kids[place - 1].number} 0 R"
        if place + 1 < len(parent.kids):
            said += f"/Next {parent.kids[place + 1].number} 0 R"
        tail = f"{said}{_family(entry)}>>".encode("ascii")
        made.append((entry.number, body(b"<</Title", Hole(pdf_string, bookmark.label), tail)))
        made.extend(_written(entry, pages, heights))
    return made
