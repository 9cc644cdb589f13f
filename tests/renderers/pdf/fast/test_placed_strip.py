"""What a section shows, with its numbers in a file."""

from __future__ import annotations

import gc
import zlib

import pytest

from renderers.pdf.fast.holes import OpenWords, ShutBox, ShutLink
from renderers.pdf.fast.model import Area, LinkBox, LinkKid, Mark, Struct, Unfillable
from renderers.pdf.fast.numbered import StripPlace
from renderers.pdf.fast.placed_strip import PlacedStrip, place_strip
from renderers.pdf.fast.program import Programmer
from renderers.pdf.fast.strip import Strip


def placed(first: int = 128, mcid: int = 16, **given: object) -> PlacedStrip:
    struct = [
        Struct("P", [Struct("Link", [LinkKid(0), Mark(1)]), Struct("Span", [Mark(0)])]),
        Struct("Figure", [Mark(2)], alt=("Chart of ", 0), bbox=Area(0, 0, 10, 10)),
    ]
    shows = {"marks": 3, "struct": struct, "links": [LinkBox(Area(1, 2, 3, 4), ("https://a.example/",))], **given}
    return place_strip(Strip(**shows), StripPlace(80, 72, first, mcid), Programmer(_nothing, [], []))  # type: ignore[arg-type]


def _nothing(_: object) -> bytes:
    return b""


def elements(strip: PlacedStrip) -> dict[int, str]:
    """The objects of its stream by number."""
    start = strip.chunk.index(b"stream\n") + len(b"stream\n")
    said = zlib.decompressobj().decompress(strip.chunk[start:]).decode()
    head, _, rest = said.partition("\n")
    listed = list(map(int, head.split()))
    return dict(zip(listed[::2], rest.split("\n"), strict=True))


def test_elements_follow_on_what_is_left_open() -> None:
    strip = placed()
    assert [(at, type(hole)) for at, hole in strip.holes.shut] == [(0, ShutLink), (1, ShutBox)]  # 129, 130
    assert strip.holes.open == ((2, OpenWords(("Chart of ", 0))),)  # 131
    assert (strip.index, strip.holes.opening) == (b"128 9", b"129 %d 130 %d 131 %d")
    found = elements(strip)
    assert list(found) == [132, 133, 134, 135, 136]
    assert found[132] == "<</Type/StructElem/S/P/P 72 0 R/Pg 80 0 R/K[133 0 R 135 0 R]>>"
    assert found[133].endswith("/P 132 0 R/Pg 80 0 R/K[134 0 R 17]>>")
    assert found[134] == "<</Type/OBJR/Obj 129 0 R/Pg 80 0 R>>"
    assert found[136].endswith("/K[18]/A 130 0 R/Alt 131 0 R>>")
    assert (strip.holes.notes, strip.holes.keys) == (b"129 0 R", b"129 133 0 R")
    assert strip.roots == b"132 0 R 136 0 R"


def test_what_is_placed_does_not_hold_its_strip() -> None:
    """Else the two hold one another, and what a worker drops stays until the collector comes."""
    strip, place = Strip(struct=[Struct("P", [Mark(0)])], marks=1), StripPlace(80, 72, 128, 16)
    strip.placed[place] = place_strip(strip, place, Programmer(_nothing, [], []))
    reached: list[object] = [strip.placed[place]]
    for one in reached:
        assert one is not strip
        reached += [
            other for other in gc.get_referents(one)
            if not isinstance(other, type) and not any(other is known for known in reached)
        ]  # fmt: skip


def test_the_next_strip_begins_at_round_numbers() -> None:
    strip = placed()
    assert (strip.next_object, strip.next_mcid) == (160, 32)
    assert strip.parents.split(b" 0 R ")[:2] == [b"135", b"133"]
    assert strip.parents.count(b"null") == 13
    nothing = placed(struct=[], links=[], marks=0)
    assert (nothing.chunk, nothing.next_object, nothing.next_mcid) == (b"", 128, 16)


def test_header_cells_of_different_strips_are_told_apart() -> None:
    cells = [
        Struct("TH", [Mark(0)], is_cell=True, header_id="1-0-0", scope="Column"),
        Struct("TD", [Mark(1)], is_cell=True, headers=("1-0-0",)),
    ]
    first, second = (elements(placed(at, struct=cells, links=[])) for at in (128, 160))
    assert "/ID(128-1-0-0)" in first[129]
    assert "/Headers[(160-1-0-0)]" in second[162]


def test_a_link_that_no_element_has_is_refused() -> None:
    with pytest.raises(Unfillable, match="tag tree"):
        placed(struct=[])
