"""Where pages end."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from renderers.pdf.fast.layout import Placed
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.nodes import Node
from renderers.pdf.fast.pagination import Cut, Cutter, Piece, cut
from renderers.pdf.fast.parts import PartBox


def placed(y: float, height: float, *children: Placed, **style: object) -> Placed:
    part = PartBox("block", -1, "div", 0.0, 100.0, **style)  # type: ignore[arg-type]
    return Placed(Node(part, None), y, height, children=list(children))


def row(y: float, **style: object) -> Placed:
    part = PartBox("row", -1, "tr", 0.0, 100.0, **style)  # type: ignore[arg-type]
    return Placed(Node(part, None), y, 10.0)


def pages(pieces: Sequence[Piece], height: float = 100.0) -> list[tuple[int, int]]:
    return [(one.first, one.end) for one in cut(pieces, 0.0, height, 0.0, height)]


def test_a_page_ends_before_the_first_piece_that_does_not_fit() -> None:
    flow = [placed(number * 30.0, 30.0) for number in range(7)]
    assert pages(Cutter([]).pieces(flow)) == [(0, 3), (3, 6), (6, 7)]


def test_a_heading_goes_with_what_follows_it() -> None:
    section = placed(60.0, 60.0, placed(60.0, 20.0, after="avoid"), placed(80.0, 40.0))
    assert pages(Cutter([]).pieces([placed(0.0, 60.0), section])) == [(0, 1), (1, 3)]


def test_a_box_that_avoids_breaks_goes_whole() -> None:
    whole = placed(60.0, 60.0, placed(60.0, 30.0), placed(90.0, 30.0), inside="avoid")
    assert pages(Cutter([]).pieces([placed(0.0, 60.0), whole])) == [(0, 1), (1, 2)]


def test_a_table_that_goes_on_repeats_its_header() -> None:
    header = Placed(
        Node(PartBox("group", -1, "thead", 0.0, 100.0, is_header=True), None), 0.0, 10.0, children=[row(0.0)]
    )
    rows = [row(10.0 + 10 * number) for number in range(14)]
    body = Placed(Node(PartBox("group", -1, "tbody", 0.0, 100.0), None), 10.0, 140.0, children=rows)
    table = Placed(Node(PartBox("table", -1, "table", 0.0, 100.0), None), 0.0, 150.0, children=[header, body])
    first, second = cut(Cutter([]).pieces([table]), 0.0, 100.0, 0.0, 100.0)
    assert (first.first, first.end, second.end) == (0, 10, 15)
    assert second == Cut(10, 15, -90.0, repeats_header=True)  # row 10 begins at 100, below a header of 10


def test_a_box_with_padding_is_not_cut() -> None:
    padded = placed(0.0, 140.0, placed(20.0, 60.0), placed(80.0, 60.0), top=20.0)
    with pytest.raises(Unfillable, match="would be cut"):
        pages(Cutter([]).pieces([padded]))


def test_where_no_break_is_allowed_the_reference_decides() -> None:
    flow = [placed(0.0, 60.0, after="avoid"), placed(60.0, 60.0)]
    with pytest.raises(Unfillable, match="no page break"):
        pages(Cutter([]).pieces(flow))
