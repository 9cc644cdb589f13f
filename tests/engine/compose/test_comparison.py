from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.compose.explain import comparison_bill
from engine.model.bill import Bill, ChargeLine, Period
from engine.model.customer import Customer, PersonName, SupplyPoint


def make_bill(number: str, start: date, end: date | None = None, **more: Any) -> Bill:
    lines = (ChargeLine(category="energy", label="Energy", amount=Decimal(10)),)
    period = Period(start=start, end=end or start + timedelta(days=29)) if more.pop("has_period", True) else None
    issued = period.end + timedelta(days=3) if period else start
    fields = {"number": number, "issued_on": issued, "period": period, "lines": lines, "total": Decimal(10),
              "amount_payable": Decimal(10), "supply_points": ("E1",)}  # fmt: skip
    return Bill(**(fields | more))


def chosen(*others: Bill, basis: Any = "previous", bill: Bill | None = None, points: tuple[str, ...] = ("E1",)) -> str:
    bill = bill or make_bill("now", date(2026, 10, 1), date(2026, 10, 31))
    customer = Customer(
        key="C-1",
        name=PersonName(given="Maria"),
        bills=(*others, bill),
        supply_points=tuple(SupplyPoint(code=code) for code in points),
    )
    found = comparison_bill(customer, bill, basis)
    return found.number if found else ""


SEPTEMBER = make_bill("september", date(2026, 9, 1))
AUGUST = make_bill("august", date(2026, 8, 1), date(2026, 8, 31))
LAST_YEAR = make_bill("last-year", date(2025, 10, 1), date(2025, 10, 31))


@pytest.mark.parametrize("others", [(AUGUST, SEPTEMBER, LAST_YEAR), (SEPTEMBER, LAST_YEAR, AUGUST)])
def test_the_bill_before_is_the_latest_that_ended_before_this_one_began(others: tuple[Bill, ...]) -> None:
    assert chosen(*others) == "september"


def test_the_first_bill_has_none() -> None:
    assert not chosen()
    assert not chosen(basis="year_before")


def test_a_later_or_overlapping_bill_is_never_before() -> None:
    later = make_bill("later", date(2026, 11, 1))
    corrected = make_bill("corrected", date(2026, 10, 1), date(2026, 10, 30))
    assert chosen(later, corrected, AUGUST) == "august"


@pytest.mark.parametrize(
    "change",
    [
        {"currency": "RON"},
        {"kind": "credit_note"},
        {"kind": "statement"},
        {"kind": "reminder"},
        {"supply_points": ("G1",)},
        {"supply_points": ("E1", "G1")},
        {"kind": "statement", "lines": ()},
    ],
)
def test_a_bill_of_another_sort_is_passed_over(change: dict[str, Any]) -> None:
    assert chosen(make_bill("odd", date(2026, 9, 1), **change), AUGUST) == "august"


def test_the_supply_point_may_be_left_out_where_the_customer_has_one_alone() -> None:
    bare = make_bill("bare", date(2026, 9, 1), supply_points=())
    assert chosen(bare) == "bare"
    assert not chosen(bare, points=("E1", "G1"))


def test_a_bill_that_a_credit_note_took_back_is_passed_over() -> None:
    note = make_bill("note", date(2026, 9, 1), kind="credit_note", original_number="september")
    assert chosen(SEPTEMBER, note, AUGUST) == "august"
    four = {"total": Decimal(4), "amount_payable": Decimal(4)}
    lines = (ChargeLine(category="energy", label="Energy", amount=Decimal(4)),)
    part = make_bill("part", date(2026, 9, 1), kind="credit_note", original_number="september", lines=lines, **four)
    assert chosen(SEPTEMBER, part, AUGUST) == "september"


@pytest.mark.parametrize("kind", ["credit_note", "reminder"])
def test_credit_notes_and_reminders_are_not_compared(kind: str) -> None:
    assert not chosen(SEPTEMBER, bill=make_bill("now", date(2026, 10, 1), kind=kind))


def test_a_year_before_is_the_same_season() -> None:
    near = make_bill("near", date(2025, 9, 1))
    assert chosen(SEPTEMBER, AUGUST, near, LAST_YEAR, basis="year_before") == "last-year"


def test_a_year_before_needs_half_the_days_in_common() -> None:
    bill = make_bill("now", date(2026, 11, 1), date(2026, 11, 30))
    half = make_bill("half", date(2025, 11, 16), date(2025, 12, 15))
    less = make_bill("less", date(2025, 11, 17), date(2025, 12, 16))
    assert chosen(half, bill=bill, basis="year_before") == "half"
    assert not chosen(less, bill=bill, basis="year_before")


def test_a_leap_day_has_its_like() -> None:
    bill = make_bill("now", date(2029, 2, 1), date(2029, 2, 28))
    assert chosen(make_bill("leap", date(2028, 2, 29), date(2028, 3, 31)), bill=bill, basis="year_before") == ""
    assert chosen(make_bill("leap", date(2028, 2, 1), date(2028, 2, 29)), bill=bill, basis="year_before") == "leap"
    on_leap_day = make_bill("now", date(2028, 2, 29), has_period=False)
    assert chosen(make_bill("issued", date(2027, 2, 28), has_period=False), bill=on_leap_day, basis="year_before")


def test_without_periods_the_day_of_issue_decides() -> None:
    bill = make_bill("now", date(2026, 11, 3), has_period=False)
    old = make_bill("old", date(2025, 11, 20), has_period=False)
    new = make_bill("new", date(2026, 10, 3), has_period=False)
    assert chosen(old, new, bill=bill) == "new"
    assert chosen(old, new, bill=bill, basis="year_before") == "old"
    assert not chosen(new, bill=bill, basis="year_before")
