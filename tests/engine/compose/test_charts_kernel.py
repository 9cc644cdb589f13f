"""The kernel of charts places marks where its Python does, and leaves to it what is not usual."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.compose import charts, exact
from engine.compose.charts import Column, Point, bars, stack, waterfall
from engine.compose.exact import in_whole
from engine.model.communication import Fact, MarkRole, Text, TextBlock
from engine.natives import native

kernel = native(charts.__name__, "charts_kernel")
pytestmark = pytest.mark.skipif(kernel is None, reason="the kernel is not built")

D = Decimal
SUMMARY = TextBlock("a", (Text("b"),))


class Amount(Decimal):
    """A subclass."""


usual = st.decimals(-200_000, 200_000, places=2) | st.decimals(-40, 40, places=2) | st.decimals(0, 900, places=3)
numbers = (
    usual
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        [D("-0"), D("1E+3"), D("1E-20"), D(10**13), D("10000000000000.01"), D("0E+2"), D("0.000000000001")]
    )
)
odd = numbers | st.decimals() | st.sampled_from([0, 7, -0.0, 1.5, "7", Amount("12.30"), Fraction(1, 3)])


def came_of(make: Callable[..., Any], *given_: Any, is_native: bool) -> Any:
    """Return what comes out, by its every digit and sign; of an error its kind and words."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (charts, exact):
            patch.setattr(module, "_kernel", kernel if is_native else None)
        try:
            return repr(make(*given_))
        except Exception as error:  # noqa: BLE001 - whatever the one raises, the other must
            return type(error), str(error)


def assert_alike(make: Callable[..., Any], *given_: Any) -> None:
    assert came_of(make, *given_, is_native=True) == came_of(make, *given_, is_native=False)


def column(name: str, value: Any, text: str | None = None) -> Column:
    return Column(Text(name), Fact("a.b", value, str(value) if text is None else text), value)


def fall(start: Any, steps: list[Any], end: Any, texts: list[str]) -> Any:
    said = [*texts, *[None] * 9]
    made = [column("Unit price", step, text) for step, text in zip(steps, said[2:], strict=False)]
    return waterfall("change", column("May", start, said[0]), made, column("June", end, said[1]), SUMMARY)


texts_of_amounts = st.lists(st.text("0123456789.,€ −+", max_size=40) | st.text(max_size=5), max_size=6)


@settings(max_examples=300, deadline=None)
@given(usual, st.lists(usual, max_size=4), texts_of_amounts)
@example(D("112.30"), [D("18.60"), D("6.90"), D("-9.40"), D("1.05")], [])
@example(D("50"), [D("-80")], [])
@example(D("0.00"), [], ["9" * 60, "9" * 60])
@example(D("-3.10"), [D("3.10")], [])
def test_a_waterfall_is_the_same(start: Decimal, steps: list[Decimal], texts: list[str]) -> None:
    end = start + sum(steps, D(0))
    assert_alike(fall, start, steps, end, texts)
    everything = (column("a", start), *(column("b", step) for step in steps), column("c", end))
    assert kernel.waterfall(everything, 248.0) is not None


@given(odd, st.lists(odd, max_size=6), odd, texts_of_amounts)
@example(D(1), [D(1)], D("2.01"), [])
@example(D("NaN"), [D(1)], D(1), [])
def test_steps_of_any_kind_give_the_same_or_the_same_error(
    start: Any, steps: list[Any], end: Any, texts: list[str]
) -> None:
    assert_alike(fall, start, steps, end, texts)


def of_decimals(start: Decimal, steps: list[Decimal]) -> Any:
    return fall(start, steps, start + sum(steps, D(0)), [])


@given(numbers, st.lists(numbers, max_size=4))
def test_decimals_of_any_size_are_drawn_alike(start: Decimal, steps: list[Decimal]) -> None:
    assert_alike(of_decimals, start, steps)


@settings(deadline=None)
@given(st.lists(st.tuples(st.none() | usual, st.none() | usual, st.booleans(), st.booleans()), max_size=14))
@example([(D("-0.00"), None, True, True), (D("-5"), D("3"), False, False)])
def test_bars_are_the_same(months: list[tuple[Decimal | None, Decimal | None, bool, bool]]) -> None:
    points = [Point(Text("M"), *month) for month in months]
    assert_alike(lambda: bars("usage", points, SUMMARY))
    has_data = any(value is not None for month in months for value in month[:2])
    is_drawn = kernel.bars(points, charts._month_places(len(points)), 228.0) is not None
    assert is_drawn is has_data or len(points) > 13


@given(st.lists(st.tuples(st.none() | odd, st.none() | odd, st.sampled_from([True, False, None, 1])), max_size=6))
def test_months_of_any_kind_give_the_same_or_the_same_error(months: list[tuple[Any, Any, Any]]) -> None:
    points = [Point(Text("M"), *month) for month in months]
    assert_alike(lambda: bars("usage", points, SUMMARY))
    assert_alike(lambda: bars("usage", tuple(points), SUMMARY))


roles = st.sampled_from(MarkRole)


@settings(deadline=None)
@given(st.lists(st.tuples(roles, usual | st.sampled_from([D("0.01"), D("100000"), D("0.00")])), max_size=8))
def test_a_stack_is_the_same(parts: list[tuple[MarkRole, Decimal]]) -> None:
    assert_alike(lambda: stack("stack", parts, SUMMARY))
    assert (kernel.stack(parts) is not None) is any(value > 0 for _, value in parts)


many = st.lists(st.tuples(roles, st.just(D("0.01"))), min_size=30, max_size=120)


@given(st.lists(st.tuples(roles, odd), max_size=6) | many)
def test_parts_of_any_kind_give_the_same_or_the_same_error(parts: list[tuple[MarkRole, Any]]) -> None:
    assert_alike(lambda: stack("stack", parts, SUMMARY))
    assert_alike(lambda: stack("stack", tuple(parts), SUMMARY))


@given(st.lists(odd | st.fractions(), max_size=6))
@example([D("0.25"), D("0.2"), D("0.00")])
def test_whole_numbers_are_the_same(values: list[Any]) -> None:
    assert_alike(in_whole, values)
    assert_alike(in_whole, tuple(values))


@given(st.lists(usual))
def test_usual_amounts_become_whole_natively(values: list[Decimal]) -> None:
    assert kernel.in_whole(values[:32]) == exact._in_whole(values[:32])


@given(st.floats(-1e9, 1e9) | st.integers(-(10**9), 10**9).map(lambda whole: whole / 200) | st.floats(-0.02, 0.02))
@example(0.125)
@example(-0.0)
@example(2.675)
@example(1.005)
def test_numbers_are_rounded_as_python_does(number: float) -> None:
    rounded = kernel.rounded(number)
    assert (rounded, math.copysign(1, rounded)) == (round(number, 2), math.copysign(1, number))
