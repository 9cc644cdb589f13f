from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from weasyprint.anchors import make_page_bookmark_tree
from weasyprint.matrix import Matrix

from renderers.pdf.fast.outline import destination, outline_ends

FIRST = 40


class PageOfBookmarks:
    """As much of WeasyPrint's page as its nesting asks for."""

    def __init__(self, levels: list[int]) -> None:
        self.bookmarks = [(level, str(place), (0, 0), "open") for place, level in enumerate(levels)]


def nested(levels: list[int]) -> list[Any]:
    root: list[Any] = []
    make_page_bookmark_tree(PageOfBookmarks(levels), [], [root], 0, 0, Matrix())

    def kids(entries: list[Any]) -> list[Any]:
        return [(label, kids(below)) for label, _, below, _ in entries]

    return kids(root)


def read_back(bodies: list[bytes], number: int) -> list[Any]:
    """The entries below an object, followed from First by Next."""

    def said(of: int, key: str) -> int:
        found = re.search(rf"/{key} (\d+) 0 R", bodies[of - FIRST].decode())
        return int(found[1]) if found else 0

    entries, at, before = [], said(number, "First"), 0
    while at:
        assert said(at, "Parent") == number
        assert said(at, "Prev") == before
        title = re.search(r"/Title \((\d+)\)", bodies[at - FIRST].decode())
        assert title is not None
        entries.append((title[1], read_back(bodies, at)))
        before, at = at, said(at, "Next")
    assert said(number, "Last") == before
    return entries


def counted(entries: list[Any]) -> int:
    return sum(1 + counted(below) for _, below in entries)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=25))
def test_bookmarks_nest_as_weasyprint_nests_them(levels: list[int]) -> None:
    root, *ends = outline_ends(tuple(levels), FIRST)
    bodies = [root, *[b"<</Title (%d)%b" % (place, end) for place, end in enumerate(ends)]]
    assert read_back(bodies, FIRST) == nested(levels)
    assert f"/Count {len(levels)}/" in bodies[0].decode()


def test_an_entry_leads_to_its_place_on_its_page() -> None:
    assert destination(12, 40, 170) == b"/Dest[12 0 R/XYZ 30.000000 127.500000 0]"
