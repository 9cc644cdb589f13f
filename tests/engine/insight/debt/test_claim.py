"""Each debt once: reminders, statements and balances carried over."""

from decimal import Decimal
from typing import Any

import pytest

from engine.insight.debt import statement_of
from engine.model.policy.debt import DebtTerms
from tests.engine.insight.debt.cases import PLAIN, TODAY, asked, bill, credit_note, customer, paid, reminder

FIRST = bill("B1", "100.00", "2026-09-20", "2026-09-01")


def carrying(forward: str = "100.00", **more: Any) -> dict:
    amount = str(Decimal("50.00") + Decimal(forward))
    return bill("B2", amount, "2026-10-20", "2026-10-01", balance_forward=forward, **more)


def test_a_reminder_is_no_second_debt_and_no_younger_one() -> None:
    statement = statement_of(customer(FIRST, reminder("R1", "105.00", "B1")), PLAIN, TODAY)
    (item,) = statement.items
    assert (item.number, item.asked, item.days_late) == ("R1", Decimal("105.00"), 47)
    assert "bill R1 says again what bill B1 asked for" in statement.reasons


def test_of_several_reminders_the_newest_counts() -> None:
    one = customer(FIRST, reminder("R1", "105.00", "B1"), reminder("R2", "110.00", "R1", "2026-11-01"))
    assert asked(statement_of(one, PLAIN, TODAY)) == {"R2": "110.00"}


@pytest.mark.parametrize("number", ["B1", "R1"])
def test_money_for_the_bill_or_its_reminder_settles_both(number: str) -> None:
    one = customer(FIRST, reminder("R1", "105.00", "B1"), payments=[paid("100.00", "2026-11-01", number)])
    assert asked(statement_of(one, PLAIN, TODAY)) == {"R1": "5.00"}


def test_a_payment_that_crossed_the_reminder_is_not_asked_for_again() -> None:
    before = [paid("40.00", "2026-10-20", "B1")]
    knew_not = customer(FIRST, reminder("R1", "105.00", "B1"), payments=before)
    knew = customer(FIRST, reminder("R1", "65.00", "B1"), payments=before)
    assert asked(statement_of(knew_not, PLAIN, TODAY)) == asked(statement_of(knew, PLAIN, TODAY)) == {"R1": "65.00"}


def test_a_reminder_of_what_was_paid_asks_for_nothing() -> None:
    one = customer(FIRST, reminder("R1", "105.00", "B1"), payments=[paid("100.00", "2026-10-20", "B1")])
    assert statement_of(one, PLAIN, TODAY).items == ()


def test_a_reminder_of_less_than_the_record_leaves_open_is_believed() -> None:
    one = customer(FIRST, reminder("R1", "60.00", "B1"), payments=[paid("10.00", "2026-11-01", "B1")])
    assert asked(statement_of(one, PLAIN, TODAY)) == {"R1": "50.00"}


def test_a_reminder_whose_lines_are_its_costs_says_so_by_its_balance_forward() -> None:
    notice = reminder("R1", "105.00", "B1", balance_forward="100.00")
    one = customer(FIRST, bill("B2", "30.00"), notice, payments=[paid("40.00", "2026-10-20", "B1")])
    assert asked(statement_of(one, PLAIN, TODAY)) == {"R1": "65.00", "B2": "30.00"}


def test_a_reminder_about_a_bill_that_is_not_in_the_record_stands_for_itself() -> None:
    one = customer(FIRST, reminder("R1", "70.00", "B0"))
    assert asked(statement_of(one, PLAIN, TODAY)) == {"B1": "100.00", "R1": "70.00"}


@pytest.mark.parametrize("kind", ["reminder", "statement"])
def test_a_sum_of_what_was_open_closes_what_it_sums_up(kind: str) -> None:
    account = bill("S1", "150.00", "2026-11-10", "2026-10-25", kind=kind, lines=[])
    one = customer(FIRST, bill("B2", "50.00"), account, payments=[paid("20.00", "2026-10-30", "B1")])
    assert asked(statement_of(one, PLAIN, TODAY)) == {"S1": "130.00"}


def test_interest_runs_on_the_bill_and_not_on_the_costs_of_reminding() -> None:
    terms = DebtTerms.model_validate({"interest_percent": "10"})
    plain = statement_of(customer(FIRST), terms, TODAY).items[0]
    reminded = statement_of(customer(FIRST, reminder("R1", "105.00", "B1")), terms, TODAY).items[0]
    assert plain.interest == reminded.interest == Decimal("1.29")


def test_a_balance_carried_over_closes_the_earlier_bills() -> None:
    statement = statement_of(customer(FIRST, carrying()), PLAIN, TODAY)
    assert asked(statement) == {"B2": "150.00"}
    assert "bill B2 carries over what was open before it" in statement.reasons


def test_a_credit_carried_over_closes_them_too() -> None:
    note = credit_note("N1", "120.00", issued="2026-09-10")
    one = customer(FIRST, note, carrying("-20.00"))
    assert asked(statement_of(one, PLAIN, TODAY)) == {"B2": "30.00"}


def test_a_payment_that_crossed_the_bill_is_taken_off_it() -> None:
    early = [paid("100.00", "2026-09-28", "B1")]
    assert asked(statement_of(customer(FIRST, carrying(), payments=early), PLAIN, TODAY)) == {"B2": "50.00"}
    part = [paid("30.00", "2026-09-15", "B1"), paid("70.00", "2026-09-28", "B1")]
    one = customer(FIRST, carrying("70.00"), payments=part)
    assert asked(statement_of(one, PLAIN, TODAY)) == {"B2": "50.00"}


def test_a_payment_that_was_known_is_not_taken_off_twice() -> None:
    one = customer(FIRST, carrying("70.00"), payments=[paid("30.00", "2026-09-15", "B1")])
    assert asked(statement_of(one, PLAIN, TODAY)) == {"B2": "120.00"}


def test_a_balance_that_the_record_can_not_explain_is_believed() -> None:
    one = customer(FIRST, carrying("130.00"), payments=[paid("100.00", "2026-09-15", "B1")])
    assert asked(statement_of(one, PLAIN, TODAY)) == {"B2": "180.00"}


def test_a_reminder_of_a_bill_carried_over_before_adds_nothing() -> None:
    one = customer(FIRST, carrying(), reminder("R1", "105.00", "B1"), payments=[paid("60.00", "2026-11-01", "R1")])
    assert asked(statement_of(one, PLAIN, TODAY)) == {"B2": "90.00"}


def test_what_is_in_dispute_stays_so_when_it_is_carried_over() -> None:
    (item,) = statement_of(customer(FIRST | {"is_disputed": True}, carrying()), PLAIN, TODAY).items
    assert (item.asked, item.disputed) == (Decimal("50.00"), Decimal("100.00"))


def test_what_lapses_does_so_when_it_is_carried_over() -> None:
    old = bill("B1", "100.00", "2024-09-20", "2024-09-01")
    terms = DebtTerms(law="FR")
    (item,) = statement_of(customer(old, carrying()), terms, TODAY).items
    assert (item.asked, item.held, item.held_because) == (
        Decimal("50.00"),
        Decimal("100.00"),
        "past its limitation date",
    )
    twice = bill("B3", "160.00", "2026-11-20", "2026-11-01", balance_forward="150.00")
    (item,) = statement_of(customer(old, carrying(), twice), terms, TODAY).items
    assert (item.number, item.asked, item.held) == ("B3", Decimal("60.00"), Decimal("100.00"))


def test_a_lesser_balance_leaves_the_youngest_part_of_what_was_open() -> None:
    old = bill("B0", "100.00", "2024-09-20", "2024-09-01")
    one = customer(old, bill("B1", "80.00", "2026-09-20", "2026-09-01"), carrying("80.00"))
    (item,) = statement_of(one, DebtTerms(law="FR"), TODAY).items
    assert (item.asked, item.held) == (Decimal("130.00"), 0)
