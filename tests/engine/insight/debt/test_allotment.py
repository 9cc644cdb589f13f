"""Which bill money settles, by each rule."""

from datetime import date
from decimal import Decimal

import pytest

from engine.insight.debt import Allotment, Part, allotments_of, statement_of, statements_of
from engine.model.policy.debt import Allotting, DebtTerms
from tests.engine.insight.debt.cases import PLAIN, TODAY, asked, bill, credit_note, customer, paid

OLD = bill("B1", "100.00", "2026-09-20", "2026-09-01")
NEW = bill("B2", "50.00", "2026-10-20", "2026-10-01")


def by(rule: str, **more: str) -> DebtTerms:
    return DebtTerms.model_validate({"allotting": rule, **more})


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ("oldest_due", {"B1": "40.00", "B2": "50.00"}),
        ("newest_due", {"B1": "90.00"}),
        ("pro_rata", {"B1": "60.00", "B2": "30.00"}),
        ("costs_first", {"B1": "40.00", "B2": "50.00"}),
    ],
)
def test_money_on_account_goes_by_the_rule(rule: str, left: dict[str, str]) -> None:
    assert asked(statement_of(customer(OLD, NEW, payments=[paid("60.00")]), by(rule), TODAY)) == left


@pytest.mark.parametrize("rule", list(Allotting))
def test_money_that_names_a_bill_settles_that_bill_by_every_rule(rule: Allotting) -> None:
    one = customer(OLD, NEW, payments=[paid("50.00", number="B2")])
    assert asked(statement_of(one, DebtTerms(allotting=rule), TODAY)) == {"B1": "100.00"}


@pytest.mark.parametrize("rule", list(Allotting))
def test_what_a_payment_brings_above_its_bill_goes_to_the_others(rule: Allotting) -> None:
    one = customer(OLD, NEW, payments=[paid("80.00", number="B2")])
    assert asked(statement_of(one, DebtTerms(allotting=rule), TODAY)) == {"B1": "70.00"}


def test_in_proportion_the_last_coins_go_in_turn() -> None:
    bills = [bill(f"B{n}", "10.00", f"2026-10-1{n}") for n in (1, 2, 3)]
    statement = statement_of(customer(*bills, payments=[paid("10.00")]), by("pro_rata"), TODAY)
    assert asked(statement) == {"B1": "6.66", "B2": "6.67", "B3": "6.67"}


def test_money_on_account_is_not_for_bills_issued_later() -> None:
    one = customer(OLD, NEW, payments=[paid("120.00", "2026-09-25")])
    assert asked(statement_of(one, PLAIN, TODAY)) == {"B2": "50.00"}
    assert allotments_of(one, PLAIN, TODAY) == (
        Allotment("payment 1", "B1", Part.BILL, Decimal("100.00")),
        Allotment("payment 1", "", Part.LATER, Decimal("20.00")),
    )


def test_what_nothing_takes_up_is_a_credit() -> None:
    statement = statement_of(customer(OLD, payments=[paid("130.00")]), PLAIN, TODAY)
    assert (statement.items, statement.credit) == ((), Decimal("30.00"))
    refunded = customer(OLD, payments=[paid("130.00"), paid("-30.00", "2026-10-25")])
    assert statement_of(refunded, PLAIN, TODAY).credit == 0


def test_money_on_account_is_not_taken_for_what_is_in_dispute() -> None:
    disputed = OLD | {"is_disputed": True}
    statement = statement_of(customer(disputed, NEW, payments=[paid("50.00")]), PLAIN, TODAY)
    assert asked(statement) == {}
    assert statement.disputed == Decimal("100.00")
    more = statement_of(customer(disputed, NEW, payments=[paid("60.00")]), PLAIN, TODAY)
    assert more.disputed == Decimal("90.00")


def test_nor_for_what_had_lapsed_by_then() -> None:
    lapsed = bill("B0", "70.00", "2020-02-01", "2020-01-10")
    terms = DebtTerms(law="IT")
    statement = statement_of(customer(lapsed, NEW, payments=[paid("50.00")]), terms, TODAY)
    assert [(item.number, item.held) for item in statement.items] == [("B0", Decimal("70.00"))]


def test_what_lapses_only_after_the_day_takes_money_dated_ahead() -> None:
    # By the day of the payment B1 will have lapsed; on the day of the statement it is asked for.
    terms, disputed = DebtTerms(law="PT"), NEW | {"is_disputed": True}
    due = bill("B1", "50.00", "2026-10-25", "2026-10-05")
    statement = statement_of(customer(due, disputed, payments=[paid("50.00", "2027-05-07")]), terms, TODAY)
    assert asked(statement) == {}
    assert statement.disputed == Decimal("50.00")


def test_a_credit_note_settles_its_bill_first_and_then_the_oldest() -> None:
    note = credit_note("N1", "60.00", "B2")
    assert asked(statement_of(customer(OLD, NEW, note), PLAIN, TODAY)) == {"B1": "90.00"}
    without = credit_note("N1", "60.00")
    assert asked(statement_of(customer(OLD, NEW, without), PLAIN, TODAY)) == {"B1": "40.00", "B2": "50.00"}


def test_a_bill_with_something_prepaid_took_older_credits_into_account() -> None:
    note = credit_note("N1", "60.00", issued="2026-09-10")
    later = bill("B3", "50.00", prepaid="60.00")
    statement = statement_of(customer(note, later), PLAIN, TODAY)
    assert (asked(statement), statement.credit) == ({"B3": "50.00"}, 0)
    same = statement_of(customer(note, bill("B3", "50.00")), PLAIN, TODAY)
    assert (asked(same), same.credit) == ({}, Decimal("10.00"))


def test_a_returned_payment_opens_its_bill_again() -> None:
    one = customer(OLD, payments=[paid("100.00", number="B1"), paid("-100.00", "2026-10-20", "B1")])
    assert asked(statement_of(one, PLAIN, TODAY)) == {"B1": "100.00"}
    assert {row.part for row in allotments_of(one, PLAIN, TODAY)} == {Part.UNDONE}


def test_a_return_on_account_undoes_the_payment_of_its_amount_else_the_latest() -> None:
    payments = [paid("30.00", "2026-10-01"), paid("20.00", "2026-10-10"), paid("-30.00", "2026-10-12")]
    one = customer(OLD, payments=payments)
    assert asked(statement_of(one, PLAIN, TODAY)) == {"B1": "80.00"}
    payments[2] = paid("-25.00", "2026-10-12")
    assert asked(statement_of(customer(OLD, payments=payments), PLAIN, TODAY)) == {"B1": "75.00"}


def test_each_currency_has_a_statement_and_money_without_a_bill_is_in_the_newest() -> None:
    lei = bill("B3", "500.00", "2026-08-20", "2026-08-01", currency="RON")
    one = customer(OLD, lei, payments=[paid("60.00"), paid("100.00", number="B3")])
    euro, ron = statements_of(one, PLAIN, TODAY)
    assert (euro.currency, asked(euro)) == ("EUR", {"B1": "40.00"})
    assert (ron.currency, asked(ron)) == ("RON", {"B3": "400.00"})
    assert statement_of(one, PLAIN, TODAY) == euro
    assert statement_of(one, PLAIN, TODAY, "RON") == ron


def test_a_customer_without_bills_owes_nothing() -> None:
    statement = statement_of(customer(payments=[paid("10.00")]), PLAIN, TODAY)
    assert (statement.currency, statement.items, statement.asked) == ("XXX", (), 0)


def test_the_reasons_say_by_which_rule_money_was_allotted() -> None:
    statement = statement_of(customer(OLD, NEW, payments=[paid("60.00")], kind="business"), by("pro_rata"), TODAY)
    assert statement.reasons[0] == "money that names no bill settled all open bills in proportion"
    assert not any("60" in reason or "100" in reason for reason in statement.reasons)


# ------------------------------------------------------------ costs, interest, then the bill


def test_costs_and_interest_are_paid_before_the_bill() -> None:
    """100 at 10 %, 40 paid after 73 days: 2.00 of it is interest, 38 goes to the bill; then 62 for 73 days."""
    terms = by("costs_first", interest_percent="10")
    one = customer(bill("B1", "100.00", "2026-04-01", "2026-03-01"), payments=[paid("40.00", "2026-06-13")])
    (item,) = statement_of(one, terms, date(2026, 8, 25)).items
    assert (item.asked, item.interest) == (Decimal("62.00"), Decimal("1.24"))
    parts = {row.part: row.amount for row in allotments_of(one, terms, date(2026, 8, 25))}
    assert parts == {Part.INTEREST: Decimal("2.00"), Part.BILL: Decimal("38.00")}


def test_what_a_reminder_charges_is_paid_first_of_all() -> None:
    terms = by("costs_first", interest_percent="10")
    owed = bill("B1", "100.00", "2026-04-01", "2026-03-01")
    notice = bill("R1", "105.00", "2026-05-20", "2026-05-01", kind="reminder", original_number="B1")
    one = customer(owed, notice, payments=[paid("6.00", "2026-06-13", "B1")])
    parts = {row.part: row.amount for row in allotments_of(one, terms, date(2026, 8, 25))}
    assert parts == {Part.COSTS: Decimal("5.00"), Part.INTEREST: Decimal("1.00")}
    (item,) = statement_of(one, terms, date(2026, 8, 25)).items
    assert (item.asked, item.interest) == (Decimal("100.00"), Decimal("3.00"))


def test_the_vulnerable_pay_the_bill_and_no_interest() -> None:
    terms = by("costs_first", interest_percent="10")
    owed = bill("B1", "100.00", "2026-04-01", "2026-03-01")
    one = customer(owed, payments=[paid("40.00", "2026-06-13")], flags={"vulnerable": True})
    assert statement_of(one, terms, TODAY).asked == Decimal("60.00")


def test_what_must_wait_bears_no_interest_in_between() -> None:
    terms = by("costs_first", interest_percent="10")
    carrying = bill("B2", "150.00", "2026-10-01", "2026-09-01", balance_forward="100.00")
    one = customer(
        bill("B1", "100.00", "2026-08-20", "2026-08-01"),
        carrying,
        payments=[paid("0.50", "2026-10-20")],
        flags={"payment_plan": "kept"},
    )
    (item,) = statement_of(one, terms, TODAY).items
    assert (item.held, item.interest) == (Decimal("100.00"), Decimal("0.23"))


def test_a_credit_stops_interest_from_its_day_on() -> None:
    terms = by("costs_first", interest_percent="10")
    owed = bill("B1", "100.00", "2026-04-01", "2026-03-01")
    note = credit_note("N1", "50.00", issued="2026-04-01")
    one = customer(owed, note, payments=[paid("10.00", "2026-06-13")])
    parts = {row.part: row.amount for row in allotments_of(one, terms, TODAY) if row.source == "payment 1"}
    assert parts == {Part.INTEREST: Decimal("1.00"), Part.BILL: Decimal("9.00")}


def test_money_dated_ahead_counts_and_bears_no_interest_ahead() -> None:
    terms = by("costs_first", interest_percent="10")
    one = customer(bill("B1", "100.00", "2026-04-01", "2026-03-01"), payments=[paid("40.00", "2026-12-31")])
    (item,) = statement_of(one, terms, date(2026, 6, 13)).items
    assert (item.asked, item.interest) == (Decimal("62.00"), Decimal("0.00"))


@pytest.mark.parametrize("rule", list(Allotting))
def test_spare_money_settles_what_is_opened_again_later(rule: Allotting) -> None:
    payments = [paid("50.00", "2026-10-20", "B2"), paid("30.00", "2026-10-21"), paid("-20.00", "2026-10-25", "B2")]
    statement = statement_of(customer(NEW, payments=payments), DebtTerms(allotting=rule), TODAY)
    assert (statement.items, statement.credit) == ((), Decimal("10.00"))
