"""What became of a customer counts from the decision up to the horizon, and only payments settle."""

from datetime import date, timedelta
from typing import Any

import pytest

from engine.insight.effect.outcome import Assigned, CustomerOutcome, outcome_of
from engine.model.policy.debt import DebtTerms
from tests.engine.insight.payers import bill, payer, payment

DECIDED = date(2026, 9, 1)
OLD = date(2026, 7, 1)


def day(number: int) -> date:
    return DECIDED + timedelta(days=number)


LATER = day(60)


def outcome(today: date = LATER, **customer: Any) -> CustomerOutcome:
    customer.setdefault("bills", [bill("A", OLD), bill("B", OLD, "50.00")])
    return outcome_of(payer(**customer), Assigned("P-1", "control", DECIDED), 14, today, DebtTerms(), "EUR")


def test_who_pays_all_is_done_on_the_day_of_the_last_payment():
    found = outcome(payments=[payment(day(3), "100.00", "A"), payment(day(9), "50.00", "B")])
    assert (found.bills, found.bills_paid, found.owed, found.paid) == (2, 2, 15000, 15000)
    assert (found.days, found.is_paid, found.is_ripe) == (9, True, True)


def test_a_part_counts_as_a_part_of_the_amount():
    found = outcome(payments=[payment(day(3), "120.00")])
    assert (found.bills_paid, found.paid, found.is_paid, found.days) == (1, 12000, False, 14)


def test_a_payment_on_the_day_of_the_decision_counts_and_one_after_the_horizon_does_not():
    same = outcome(payments=[payment(day(0), "150.00")])
    assert (same.days, same.bills, same.owed, same.paid) == (0, 2, 15000, 15000)
    assert outcome(payments=[payment(day(13), "150.00")]).is_paid
    late = outcome(payments=[payment(day(14), "150.00")])
    assert (late.is_paid, late.paid, late.days) == (False, 0, 14)


def test_what_was_paid_before_is_no_outcome():
    found = outcome(payments=[payment(day(-1), "100.00", "A")])
    assert (found.bills, found.owed, found.paid) == (1, 5000, 0)


def test_bills_issued_later_do_not_count_and_their_payments_neither():
    found = outcome(
        bills=[bill("A", OLD), bill("C", day(2), "70.00")], payments=[payment(day(5), "70.00", "C")]
    )  # fmt: skip
    assert (found.bills, found.owed, found.paid) == (1, 10000, 0)


def test_who_is_not_yet_in_sight_for_the_whole_horizon_is_not_ripe():
    found = outcome(today=day(5))
    assert (found.is_ripe, found.days, found.is_paid) == (False, 6, False)
    assert outcome(today=day(13)).is_ripe
    assert outcome(today=day(-3)).days == 0


def test_who_has_nothing_open_owes_nothing():
    found = outcome(bills=[])
    assert (found.bills, found.owed, found.days) == (0, 0, 14)


def test_a_payment_returned_later_takes_back_no_more_than_was_open():
    found = outcome(
        bills=[bill("A", OLD), bill("B", OLD, "50.00")],
        payments=[payment(day(-9), "100.00", "A"), payment(day(2), "-100.00", "A")],
    )
    assert (found.bills, found.owed, found.paid) == (1, 5000, 0)


def test_a_part_payment_returned_is_no_negative_payment():
    found = outcome(
        bills=[bill("A", OLD)], payments=[payment(day(-9), "60.00", "A"), payment(day(2), "-60.00", "A")]
    )  # fmt: skip
    assert (found.owed, found.paid) == (4000, 0)


def test_other_currencies_count_as_bills_and_not_in_the_amount():
    found = outcome(bills=[bill("A", OLD), bill("F", OLD, "80.00", currency="CHF")])
    assert (found.bills, found.owed) == (2, 10000)


@pytest.mark.parametrize(("kind", "name"), [("complained", "complained"), ("opted_out", "opted_out")])
def test_complaints_and_opt_outs_count_within_the_horizon_only(kind: str, name: str):
    def at(number: int) -> bool:
        made = {"kind": kind, "at": f"{day(number).isoformat()}T10:00:00Z"}
        return bool(getattr(outcome(interactions=[made]), name))

    assert [at(-1), at(0), at(13), at(14)] == [False, True, True, False]
