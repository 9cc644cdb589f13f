"""What drives DSO sums exactly to its change, whatever the order of factors, and rounded as well."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InsightError
from engine.insight.dso.drivers import Drivers, drivers_of, rounded
from engine.insight.dso.ledger import Cell, Position

FACTORS = ("group", "channel", "region")
money = st.decimals(0, 10**6, places=2)
cells = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from("nsw")),
    st.builds(Position, money, st.one_of(st.just(Decimal(0)), money)),
    min_size=1,
    max_size=12,
).filter(lambda made: any(row.sales for row in made.values()))


def change(found: Drivers) -> Fraction:
    return sum((days for _, days in found.mix), Fraction(0)) + found.pace + found.without_sales


def at(receivables: int, sales: int) -> Position:
    return Position(Decimal(receivables), Decimal(sales))


@given(cells, cells, st.integers(28, 92), st.integers(28, 92))
@settings(max_examples=60)
def test_the_parts_sum_exactly_to_the_change(old, new, days_old: int, days_new: int):
    found = drivers_of(old, new, (days_old, days_new), FACTORS)
    assert found.old + change(found) == found.new
    for made, days, total in ((old, days_old, found.old), (new, days_new, found.new)):
        receivables = sum((Fraction(row.receivables) for row in made.values()), Fraction(0))
        assert total == receivables / sum(Fraction(row.sales) for row in made.values()) * days
    for _, levels in found.levels:
        assert sum((row.pace for row in levels), Fraction(0)) == found.pace
        assert sum((row.old_weight for row in levels), Fraction(0)) == 1
        assert sum((row.new_weight for row in levels), Fraction(0)) == 1


@given(cells, cells)
@settings(max_examples=25)
def test_no_order_of_the_factors_changes_a_part(old, new):
    first = dict(drivers_of(old, new, (90, 90), FACTORS).mix)
    for order in permutations(range(3)):
        moved = [{tuple(cell[place] for place in order): row for cell, row in made.items()} for made in (old, new)]
        found = drivers_of(*moved, (90, 90), [FACTORS[place] for place in order])
        assert dict(found.mix) == first


@given(cells)
@settings(max_examples=25)
def test_the_same_month_twice_moves_nothing(made):
    found = drivers_of(made, made, (90, 90), FACTORS)
    assert [days for _, days in found.mix] == [0, 0, 0]
    assert found.pace == found.without_sales == 0


def test_slower_paying_is_pace_and_moved_sales_are_mix():
    old: dict[Cell, Position] = {("a", "x"): at(10, 100), ("b", "x"): at(50, 100)}
    slower = drivers_of(old, {("a", "x"): at(20, 100), ("b", "x"): at(50, 100)}, (90, 90), ("group", "channel"))
    assert (slower.pace, dict(slower.mix)) == (Fraction(9, 2), {"group": 0, "channel": 0})
    moved = drivers_of(old, {("a", "x"): at(5, 50), ("b", "x"): at(75, 150)}, (90, 90), ("group", "channel"))
    assert (moved.pace, dict(moved.mix)) == (0, {"group": 9, "channel": 0})


def test_what_is_open_without_sales_stands_apart():
    old: dict[Cell, Position] = {("a",): at(10, 100)}
    found = drivers_of(old, {**old, ("b",): at(5, 0)}, (90, 90), ("group",))
    assert (found.pace, found.mix[0][1], found.without_sales) == (0, 0, Fraction(9, 2))


def test_without_sales_nothing_can_be_told():
    with pytest.raises(InsightError, match="D175"):
        drivers_of({("a",): at(5, 0)}, {("a",): at(5, 1)}, (90, 90), ("group",))


@given(st.lists(st.fractions(-50, 50), max_size=9))
def test_rounded_parts_sum_to_the_rounded_sum(parts: list[Fraction]):
    made = rounded(parts)
    assert sum(made, Fraction(0)) == Fraction(round(sum(parts, Fraction(0)) * 10), 10)
    assert all(abs(one - other) < Fraction(1, 10) for one, other in zip(made, parts, strict=True))
