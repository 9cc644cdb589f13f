"""Payment plans: exact sums, days that exist."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InsightError
from engine.insight.debt import instalment_plan
from engine.model.bill import ZERO

START = date(2027, 1, 31)


@given(st.integers(1, 10_000_000), st.integers(1, 120), st.sampled_from(["EUR", "JPY", "TND"]))
def test_instalments_sum_to_the_amount_and_only_the_last_differs(minor: int, count: int, currency: str) -> None:
    amount = Decimal(minor).scaleb({"EUR": -2, "JPY": 0, "TND": -3}[currency])
    plan = instalment_plan(amount, currency, count, START)
    parts = [one.amount for one in plan]
    assert sum(parts, ZERO) == amount
    assert len(plan) <= count
    assert len(set(parts[:-1])) <= 1
    assert parts[-1] >= parts[0] > 0
    assert len({one.due_on for one in plan}) == len(plan)


def test_months_keep_the_day_or_take_their_last() -> None:
    days = [one.due_on for one in instalment_plan(Decimal("100.00"), "EUR", 4, START)]
    assert days == [START, date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_weeks_keep_the_day_of_the_week() -> None:
    plan = instalment_plan(Decimal("100.00"), "EUR", 3, START, every="week", step=2)
    assert [one.due_on for one in plan] == [START, START + timedelta(14), START + timedelta(28)]
    assert [str(one.amount) for one in plan] == ["33.33", "33.33", "33.34"]


def test_no_instalment_is_below_the_smallest() -> None:
    plan = instalment_plan(Decimal("50.00"), "EUR", 6, START, smallest=Decimal(15))
    assert [str(one.amount) for one in plan] == ["16.66", "16.66", "16.68"]
    (whole,) = instalment_plan(Decimal("9.00"), "EUR", 6, START, smallest=Decimal(10))
    assert whole.amount == Decimal("9.00")


@pytest.mark.parametrize(
    ("amount", "count", "more"),
    [("0", 3, {}), ("-5", 3, {}), ("1.005", 3, {}), ("10", 0, {}), ("10", 121, {}), ("10", 3, {"every": "day"}),
     ("10", 3, {"step": 0})],
)  # fmt: skip
def test_a_plan_that_makes_no_sense_is_refused(amount: str, count: int, more: dict) -> None:
    with pytest.raises(InsightError, match="D102"):
        instalment_plan(Decimal(amount), "EUR", count, START, **more)
