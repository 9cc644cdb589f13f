"""Where pages end."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from renderers.pdf.fast.layout import Placed
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.nodes import Node
from renderers.pdf.fast.pagination import Cut, Cutter, Flow, Pages, Run
from renderers.pdf.fast.parts import LinesPart, PartBox


def placed(y: float, height: float, *children: Placed, **style: object) -> Placed:
    part = PartBox("block", -1, "div", 0.0, 100.0, **style)  # type: ignore[arg-type]
    return Placed(Node(part, None), y, height, children=list(children))


def row(y: float, **style: object) -> Placed:
    part = PartBox("row", -1, "tr", 0.0, 100.0, **style)  # type: ignore[arg-type]
    return Placed(Node(part, None), y, 10.0)


@dataclass
class Planned:
    flow: Flow


def run(y: float, *boxes: Placed) -> Run:
    return Run(Planned(Cutter([]).flow(boxes)), y)


def cuts(*runs: Run, height: float = 100.0) -> list[list[Cut]]:
    return Pages(runs).cut(0.0, height, 0.0, height)


def pages(*boxes: Placed) -> list[tuple[int, int]]:
    """The pieces on each page of one section."""
    return [(cut.first, cut.end) for (cut,) in cuts(run(0.0, *boxes))]


def test_a_page_ends_before_the_first_piece_that_does_not_fit() -> None:
    flow = [placed(number * 30.0, 30.0) for number in range(7)]
    assert pages(*flow) == [(0, 3), (3, 6), (6, 7)]


def test_a_heading_goes_with_what_follows_it() -> None:
    section = placed(60.0, 60.0, placed(60.0, 20.0, after="avoid"), placed(80.0, 40.0))
    assert pages(placed(0.0, 60.0), section) == [(0, 1), (1, 3)]


def test_a_box_that_avoids_breaks_goes_whole() -> None:
    whole = placed(60.0, 60.0, placed(60.0, 30.0), placed(90.0, 30.0), inside="avoid")
    assert pages(placed(0.0, 60.0), whole) == [(0, 1), (1, 2)]


def test_a_table_that_goes_on_repeats_its_header() -> None:
    header = Placed(
        Node(PartBox("group", -1, "thead", 0.0, 100.0, is_header=True), None), 0.0, 10.0, children=[row(0.0)]
    )
    rows = [row(10.0 + 10 * number) for number in range(14)]
    body = Placed(Node(PartBox("group", -1, "tbody", 0.0, 100.0), None), 10.0, 140.0, children=rows)
    table = Placed(Node(PartBox("table", -1, "table", 0.0, 100.0), None), 0.0, 150.0, children=[header, body])
    assert cuts(run(0.0, table)) == [
        [Cut(0, 0, 10, 0.0)],
        [Cut(0, 10, 15, -90.0)],  # row 10 begins at 100, below a header of 10
    ]


def test_a_box_with_padding_is_not_cut() -> None:
    padded = placed(0.0, 140.0, placed(20.0, 60.0), placed(80.0, 60.0), top=20.0)
    with pytest.raises(Unfillable, match="would be cut"):
        pages(padded)


def test_where_no_break_is_allowed_the_reference_decides() -> None:
    flow = [placed(0.0, 60.0, after="avoid"), placed(60.0, 60.0)]
    with pytest.raises(Unfillable, match="no page break"):
        pages(*flow)


def test_a_section_goes_on_where_the_one_before_ended() -> None:
    first, second = (placed(0.0, 60.0), placed(60.0, 20.0)), (placed(0.0, 30.0), placed(30.0, 30.0))
    assert cuts(run(0.0, *first), run(85.0, *second)) == [
        [Cut(0, 0, 2, 0.0)],
        [Cut(1, 0, 2, 0.0)],  # its first box, at 85, moves to the top: by -85
    ]


def test_pieces_of_sections_that_must_not_part_go_together() -> None:
    heading, text = run(60.0, placed(0.0, 20.0, after="avoid")), run(80.0, placed(0.0, 40.0))
    (first,), second = cuts(run(0.0, placed(0.0, 60.0)), heading, text)
    assert (first.run, [cut.run for cut in second]) == (0, [1, 2])


def test_an_empty_box_at_the_end_of_a_section_stands_with_the_next_section() -> None:
    empty = placed(60.0, 0.0)
    empty.node.part.lines = LinesPart(0, 100, "left", 10, True, True, False, True, {}, {}, {})
    before, after = run(0.0, placed(0.0, 60.0), empty), run(70.0, placed(0.0, 40.0))
    assert before.plan.flow.opening == 60.0
    assert cuts(before, after) == [[Cut(0, 0, 1, 0.0)], [Cut(1, 0, 1, 10.0)]]  # 60, where it stands, goes to the top


def test_a_forced_break_is_left_to_the_reference() -> None:
    with pytest.raises(Unfillable, match="forced"):
        pages(placed(0.0, 20.0), placed(20.0, 20.0, before="page"))
