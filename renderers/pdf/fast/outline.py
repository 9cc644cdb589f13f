"""The outline of a plan as PDF objects, nested as WeasyPrint nests it (ISO 32000-1, 12.3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from renderers.pdf.fast.model import Bookmark
from renderers.pdf.fast.syntax import Objects, number, pdf_string

_PT_PER_PX = 0.75


@dataclass(slots=True)
class _Entry:
    number: int
    said: str  # title and destination
    kids: list[_Entry] = field(default_factory=list)

    def count(self) -> int:
        """Return how many entries stand open below this one."""
        return sum([1 + kid.count() for kid in self.kids])


def write_outline(
    objects: Objects, bookmarks: Sequence[Bookmark], pages: Sequence[int], heights: Sequence[float]
) -> int:
    """Put the objects of the outline; return the number of its root, 0 without bookmarks.

    `pages` are the numbers of page objects, `heights` those of pages in px.
    """
    if not bookmarks:
        return 0
    root = _Entry(objects.reserve(), "")
    above = [(0, root)]
    for bookmark in bookmarks:
        # A bookmark goes below the last one before it whose level is lower.
        while above[-1][0] >= bookmark.level:
            above.pop()
        x, y = bookmark.x * _PT_PER_PX, (heights[bookmark.page] - bookmark.y) * _PT_PER_PX
        target = f"{pages[bookmark.page]} 0 R/XYZ {number(x)} {number(y)} 0"
        entry = _Entry(objects.reserve(), f"/Title {objects.text(pdf_string, bookmark.label)}/Dest[{target}]")
        above[-1][1].kids.append(entry)
        above.append((bookmark.level, entry))
    objects.put(root.number, f"<<{_family(root)}>>")
    _put_kids(objects, root)
    return root.number


def _family(entry: _Entry) -> str:
    count = f"/Count {entry.count()}"
    return f"{count}/First {entry.kids[0].number} 0 R/Last {entry.kids[-1].number} 0 R" if entry.kids else count


def _put_kids(objects: Objects, parent: _Entry) -> None:
    for place, entry in enumerate(parent.kids):
        said = f"<<{entry.said}/Parent {parent.number} 0 R"
        if place:
            said += f"/Prev {parent.kids[place - 1].number} 0 R"
        if place + 1 < len(parent.kids):
            said += f"/Next {parent.kids[place + 1].number} 0 R"
        objects.put(entry.number, f"{said}{_family(entry)}>>")
        _put_kids(objects, entry)
