from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compose.charts import (
    CUT_GAP,
    CUT_STUB,
    LEAST_HEIGHT,
    LEAST_PART,
    Column,
    Point,
    bars,
    label_width,
    stack,
    waterfall,
)
from engine.model.communication import (
    ChartGeometry,
    ChartLabel,
    Fact,
    Mark,
    MarkRole,
    MarkStyle,
    Text,
    TextBlock,
)

D = Decimal
SUMMARY = TextBlock("change.chart.summary", (Text("The finding."),))
CLOSE = 0.021  # two roundings to hundredths


def column(label: Any, value: str | Decimal, text: str = "") -> Column:
    name = Text(label) if isinstance(label, str) and not isinstance(label, Fact) else label
    shown = text or f"{D(value):+,.2f}"
    return Column(name, Fact(f"change.{shown}", D(value), shown), D(value))


def fall(start: str | Decimal, *steps: str | Decimal, label: str = "Unit price", **more: Any) -> ChartGeometry:
    end = D(start) + sum((D(step) for step in steps), D(0))
    return waterfall(
        "change",
        column("September", start),
        [column(label, step) for step in steps],
        column("October", end),
        SUMMARY,
        **more,
    )


def columns_of(chart: ChartGeometry) -> list[list[Mark]]:
    """The marks by column, left to right: a cut bar has two."""
    return [list(group) for _, group in itertools.groupby(chart.marks, key=lambda mark: mark.x)]


def box(label: ChartLabel) -> tuple[float, float, float, float]:
    half = label_width(label) / 2
    return label.x - half, label.y - 0.75 * label.font_size, label.x + half, label.y + 0.22 * label.font_size


def assert_all_inside(chart: ChartGeometry) -> None:
    for mark in chart.marks:
        assert mark.x >= 0
        assert mark.y >= 0
        assert mark.width > 0
        assert mark.height > 0
        assert mark.x + mark.width <= chart.width + CLOSE
        assert mark.y + mark.height <= chart.height + CLOSE
    for label in chart.labels:
        left, top, right, bottom = box(label)
        assert left >= -CLOSE
        assert top >= 0
        assert right <= chart.width + CLOSE
        assert bottom <= chart.height
    for line in chart.lines:
        assert 0 <= min(line.x1, line.x2) <= max(line.x1, line.x2) <= chart.width
        assert 0 <= min(line.y1, line.y2) <= max(line.y1, line.y2) <= chart.height


def assert_apart(labels: list[ChartLabel]) -> None:
    for one, other in itertools.combinations(labels, 2):
        a, b = box(one), box(other)
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (one, other)


# ------------------------------------------------------------------ stack


def test_a_stack_fills_its_width_with_gaps_of_two_units() -> None:
    chart = stack("bill", [(MarkRole.ENERGY, D(68)), (MarkRole.NETWORK, D(32))], SUMMARY)
    assert chart is not None
    first, second = chart.marks
    assert (chart.width, chart.height, first.x) == (640, 24, 0)
    assert second.x - (first.x + first.width) == pytest.approx(2)
    assert second.x + second.width == pytest.approx(640)
    assert first.width / second.width == pytest.approx(68 / 32, rel=1e-3)


def test_a_stack_shows_what_adds_to_the_bill_only() -> None:
    chart = stack("bill", [(MarkRole.ENERGY, D(10)), (MarkRole.ADJUSTMENT, D(-4)), (MarkRole.FIXED, D(0))], SUMMARY)
    assert chart is not None
    assert [mark.role for mark in chart.marks] == [MarkRole.ENERGY]
    assert stack("bill", [(MarkRole.ADJUSTMENT, D(-4))], SUMMARY) is None


@given(st.lists(st.decimals(-1000, 10**9, places=2), min_size=1, max_size=8))
def test_a_stacks_parts_are_visible_apart_and_in_proportion(values: list[Decimal]) -> None:
    chart = stack("bill", [(MarkRole.ENERGY, value) for value in values], SUMMARY)
    shown = [value for value in values if value > 0]
    if chart is None:
        assert not shown
        return
    assert_all_inside(chart)
    assert len(chart.marks) == len(shown)
    assert chart.marks[-1].x + chart.marks[-1].width == pytest.approx(640, abs=CLOSE)
    assert all(mark.width >= LEAST_PART - CLOSE for mark in chart.marks)
    for one, other in itertools.pairwise(chart.marks):
        assert other.x - one.x - one.width == pytest.approx(2, abs=CLOSE)
    wide = [(m, v) for m, v in zip(chart.marks, shown, strict=True) if m.width > LEAST_PART + 1]
    for (one, a), (other, b) in itertools.pairwise(wide):
        assert one.width * float(b) == pytest.approx(other.width * float(a), rel=0.01)


# ------------------------------------------------------------------ waterfall


def test_a_waterfall_has_strong_ends_cautious_rises_and_positive_falls() -> None:
    roles = [group[0].role for group in columns_of(fall("30", "50", "-10"))]
    assert roles == [MarkRole.STRONG, MarkRole.CAUTION, MarkRole.POSITIVE, MarkRole.STRONG]


def test_a_waterfall_starts_at_zero_where_zero_is_near() -> None:
    chart = fall("50", "70")
    start, step, end = [group for (group,) in map(tuple, columns_of(chart))]
    assert start.height / end.height == pytest.approx(50 / 120, rel=1e-3)
    assert step.height / end.height == pytest.approx(70 / 120, rel=1e-3)
    assert start.y + start.height == pytest.approx(end.y + end.height, abs=CLOSE)
    assert chart.lines[0].y1 == pytest.approx(end.y + end.height, abs=CLOSE)


def test_a_foot_that_is_cut_off_shows_a_gap_in_both_ends_and_in_no_step() -> None:
    groups = columns_of(fall("112.30", "18.60", "6.90", "-9.40", "1.05"))
    assert [len(group) for group in groups] == [2, 1, 1, 1, 1, 2]
    for upper, stub in (groups[0], groups[-1]):
        assert stub.height == CUT_STUB
        assert stub.y - upper.y - upper.height == pytest.approx(CUT_GAP, abs=CLOSE)


@pytest.mark.parametrize("start", ["100", "1000000"])
def test_a_small_change_does_not_look_like_a_landslide(start: str) -> None:
    groups = columns_of(fall(start, str(D(start) / 1000)))
    full = groups[-1][1].y + groups[-1][1].height - groups[-1][0].y
    assert groups[1][0].height <= max(0.0105 * full, LEAST_HEIGHT)


def test_a_fall_through_zero_goes_below_the_axis() -> None:
    chart = fall("50", "-80")
    start, step, end = (group[0] for group in columns_of(chart))
    axis = chart.lines[0].y1
    assert start.y + start.height == pytest.approx(axis, abs=CLOSE)
    assert end.y == pytest.approx(axis, abs=CLOSE)
    assert step.y == start.y
    assert step.y + step.height == pytest.approx(end.y + end.height, abs=CLOSE)


def test_steps_that_do_not_lead_to_the_end_are_refused() -> None:
    with pytest.raises(ValueError, match="lead"):
        waterfall("change", column("A", "1"), [column("B", "1")], column("C", "2.01"), SUMMARY)


def test_more_than_six_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 6"):
        fall("10", *["1"] * 5)


def test_a_long_cause_takes_two_lines_and_a_cause_with_facts_accounts_for_both() -> None:
    days = TextBlock("change.days", (Fact("change.days.count", 8, "8"), Text(" more days in the period")))
    chart = waterfall(
        "change", column("A", "10"), [column(days, "5")] + [column("B", "1")] * 3, column("C", "18"), SUMMARY
    )
    split = [
        label for label in chart.labels if isinstance(label.text, Fact) and label.text.id.startswith("change.days.")
    ]
    assert [(label.text.id, label.text.text) for label in split if isinstance(label.text, Fact)] == [
        ("change.days.1", "8 more days"), ("change.days.2", "in the period"),
    ]  # fmt: skip
    assert split[0].x == split[1].x
    assert split[1].y - split[0].y == 24


def test_the_figures_behind_a_chart_come_with_it() -> None:
    chart = fall("10", "5", columns=(Text("Cause"), Text("Amount")))
    assert chart.columns == ("Cause", "Amount")
    assert chart.summary is SUMMARY


NAMES = st.sampled_from(
    ["September", "8 more days", "Unit price", "Taxes and levies", "Налоги и сборы", "Mokesčiai ir rinkliavos",
     "Contributions exceptionnelles", "X", "Standardversorgungsgrundpreisanpassung", "二〇二六年十月"]
)  # fmt: skip
AMOUNTS = st.decimals(-10_000_000, 10_000_000, places=2) | st.decimals(-50, 50, places=2)


@settings(max_examples=200, deadline=None)
@given(start=AMOUNTS, steps=st.lists(st.tuples(NAMES, AMOUNTS), max_size=4), name=NAMES)
def test_a_waterfall_is_true_to_its_figures(start: Decimal, steps: list[tuple[str, Decimal]], name: str) -> None:
    end = start + sum((value for _, value in steps), D(0))
    made = [column(label, value) for label, value in steps]
    chart = waterfall(
        "change", column(name, start, f"€ {start:,.2f}"), made, column("October", end, f"€ {end:,.2f}"), SUMMARY
    )
    assert chart == waterfall(
        "change", column(name, start, f"€ {start:,.2f}"), made, column("October", end, f"€ {end:,.2f}"), SUMMARY
    )
    assert_all_inside(chart)
    assert_apart(list(chart.labels))
    groups = columns_of(chart)
    assert len(groups) == len(steps) + 2
    # One scale for all steps that are tall enough to be drawn to scale.
    tall = [
        (group[0].height, abs(float(v)))
        for group, (_, v) in zip(groups[1:], steps, strict=False)
        if group[0].height > 8
    ]
    for (h1, v1), (h2, v2) in itertools.pairwise(tall):
        assert h1 * v2 == pytest.approx(h2 * v1, rel=0.01)
    # Connectors run from each bar to the next at a level that both reach.
    axis, *connectors = chart.lines
    assert len(connectors) == len(groups) - 1
    assert not axis.is_dotted
    for (left, right), line in zip(itertools.pairwise(groups), connectors, strict=True):
        assert line.is_dotted
        assert line.y1 == line.y2
        assert line.x1 == pytest.approx(left[0].x + left[0].width, abs=CLOSE)
        assert line.x2 == pytest.approx(right[0].x, abs=CLOSE)
        for group in (left, right):
            top, bottom = group[0].y, group[-1].y + group[-1].height
            assert min(abs(line.y1 - top), abs(line.y1 - bottom)) <= LEAST_HEIGHT + CLOSE


@settings(max_examples=200, deadline=None)
@given(start=AMOUNTS, steps=st.lists(AMOUNTS, max_size=4))
def test_no_figure_lies_on_a_bar_or_on_the_axis(start: Decimal, steps: list[Decimal]) -> None:
    chart = fall(start, *steps)
    for label in (label for label in chart.labels if label.is_strong):
        left, top, right, bottom = box(label)
        assert not top < chart.lines[0].y1 < bottom
        for mark in chart.marks:
            over = left < mark.x + mark.width and mark.x < right and top < mark.y + mark.height and mark.y < bottom
            assert not over, (label, mark)


# ------------------------------------------------------------------ bars


def months(*quantities: str | None, **more: Any) -> list[Point]:
    return [Point(Text("M"), None if q is None else D(q), **more) for q in quantities]


def test_this_year_is_solid_the_current_month_strong_an_estimate_hatched_last_year_an_outline() -> None:
    chart = bars(
        "usage",
        [
            Point(Text("S"), D(90), D(100), is_estimated=True),
            Point(Text("O"), D(80), D(95), is_current=True),
            Point(Text("N"), D(85)),
        ],
        SUMMARY,
    )
    assert chart is not None
    assert [(mark.role, mark.style) for mark in chart.marks] == [
        (MarkRole.MUTED, MarkStyle.OUTLINE),
        (MarkRole.PRIMARY, MarkStyle.HATCHED),
        (MarkRole.MUTED, MarkStyle.OUTLINE),
        (MarkRole.STRONG, MarkStyle.SOLID),
        (MarkRole.PRIMARY, MarkStyle.SOLID),
    ]
    outline, bar = chart.marks[:2]
    assert outline.x < bar.x
    assert outline.x + outline.width > bar.x + bar.width


def test_a_month_of_zero_is_seen_and_a_month_without_data_is_not() -> None:
    chart = bars("usage", months("100", "0", None), SUMMARY)
    assert chart is not None
    assert [mark.height for mark in chart.marks[1:]] == [LEAST_HEIGHT]
    assert len(chart.labels) == 3


def test_no_data_gives_no_chart() -> None:
    assert bars("usage", months(None, None), SUMMARY) is None
    assert bars("usage", [], SUMMARY) is None


def test_only_zeros_give_a_flat_chart() -> None:
    chart = bars("usage", months("0", "0"), SUMMARY)
    assert chart is not None
    assert_all_inside(chart)


def test_what_was_fed_in_goes_below_the_axis() -> None:
    chart = bars("usage", months("100", "-50"), SUMMARY)
    assert chart is not None
    up, down = chart.marks
    axis = chart.lines[0].y1
    assert up.y + up.height == pytest.approx(axis, abs=CLOSE)
    assert down.y == pytest.approx(axis, abs=CLOSE)
    assert down.height / up.height == pytest.approx(0.5, rel=1e-2)


def test_more_than_thirteen_points_are_refused() -> None:
    with pytest.raises(ValueError, match="13"):
        bars("usage", months(*["1"] * 14), SUMMARY)


def test_few_months_stand_in_the_middle_and_are_not_blown_up() -> None:
    chart = bars("usage", months("1", "2"), SUMMARY)
    assert chart is not None
    first, last = chart.marks
    assert first.width < 60
    assert first.x == pytest.approx(640 - last.x - last.width, abs=CLOSE)


QUANTITIES = st.none() | st.decimals(-100, 100_000, places=3)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["O", "Nov", "окт.", "rugsėjis", "10/26"]), QUANTITIES, QUANTITIES), max_size=13)
)
def test_bars_are_true_to_their_figures(points: list[tuple[str, Decimal | None, Decimal | None]]) -> None:
    chart = bars("usage", [Point(Text(label), now, then) for label, now, then in points], SUMMARY)
    values = [v for _, now, then in points for v in (then, now) if v is not None]
    if chart is None:
        assert not values
        return
    assert_all_inside(chart)
    assert_apart(list(chart.labels))
    assert len(chart.marks) == len(values)
    span = max(*values, D(0)) - min(*values, D(0))
    room = max(mark.height for mark in chart.marks)
    for mark, value in zip(chart.marks, values, strict=True):
        if mark.height > LEAST_HEIGHT:
            largest = max(abs(v) for v in values)
            assert mark.height == pytest.approx(room * float(abs(value) / largest), abs=0.05)
    assert span >= 0
