"""The statement and the case of compose ask for the same, where they speak of the same."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings

from engine.compose.case import Case
from engine.insight.debt import statement_of
from engine.model.bill import ZERO
from engine.model.customer import Customer
from engine.model.policy.debt import DebtTerms
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import PlainTexts, make_campaign, sample_customers
from tests.engine.insight.debt.cases import TODAY, asked, bill, credit_note, customer, paid, reminder
from tests.engine.insight.debt.records import customers

KEYS = Keyring.from_secret(bytes(32))
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
NEUTRAL = DebtTerms(limitation_months=600)  # compose knows no limitation
CAMPAIGN = make_campaign()


def case_of(one: Customer) -> Case:
    subject = one.subject_bill
    assert subject is not None
    return Case.of(one, subject, CAMPAIGN, PlainTexts(), NOW, KEYS)


def by_case(one: Customer) -> dict[str, str]:
    return {bill.number: str(amount) for bill, amount in case_of(one).asked if amount}


def test_every_sample_customer_is_asked_for_the_same_by_both() -> None:
    compared = 0
    for one in sample_customers():
        if one.bills:
            assert asked(statement_of(one, DebtTerms(), TODAY)) == by_case(one), one.key
            compared += 1
    assert compared >= 20


@settings(max_examples=150)
@given(customers(plain=True))
def test_bills_and_payments_without_disputes_and_credits_are_netted_alike(one: Customer) -> None:
    known = {bill.number: bill for bill in one.bills}
    rest = {number: bill.owed for number, bill in known.items()}
    payments = []
    for payment in one.payments:  # none above what its bill leaves: compose doesn't net an older bill's surplus
        if payment.bill_number in known:
            share = min(payment.amount, rest[payment.bill_number])
            rest[payment.bill_number] -= share
            payment = payment.model_copy(update={"amount": share})
        payments.append(payment)
    one = one.model_copy(update={"payments": tuple(payments)})
    if one.bills:
        assert asked(statement_of(one, NEUTRAL, TODAY)) == by_case(one)


def test_a_credit_of_the_newest_bill_is_netted_to_the_same_sum() -> None:
    one = customer(bill("B1", "50.00"), bill("B2", "-20.00", None, "2026-11-01"))
    statement = statement_of(one, NEUTRAL, TODAY)
    assert statement.asked == case_of(one).outstanding == Decimal("30.00")


def test_customers_with_histories_are_asked_for_the_same_sum(tmp_path: Path) -> None:
    out = tmp_path / "history.jsonl"
    script = Path(__file__).parents[4] / "samples" / "make_history.py"
    subprocess.run([sys.executable, str(script), "150", "--seed", "5", "--out", str(out)], check=True)
    compared = 0
    for line in out.read_text("utf-8").splitlines():
        one = Customer.model_validate(json.loads(line, parse_float=Decimal))
        subject = one.subject_bill
        if subject is None or one.flags.legal_hold or one.disputes:
            continue
        theirs = sum([amount for _, amount in case_of(one).asked], ZERO)
        assert statement_of(one, NEUTRAL, TODAY, subject.currency).asked == theirs, one.key
        compared += 1
    assert compared > 100


# ------------------------------------------------------------ lawful differences: the statement asks for less


def both(*bills: dict[str, Any], **more: Any) -> tuple[Decimal, Decimal]:
    one = customer(*bills, **more)
    theirs = sum([amount for _, amount in case_of(one).asked], ZERO)
    return statement_of(one, NEUTRAL, TODAY).asked, theirs


def test_an_older_credit_note_is_netted_by_the_statement_alone() -> None:
    mine, theirs = both(bill("B1", "50.00", issued="2026-11-01"), credit_note("N1", "20.00"))
    assert (mine, theirs) == (Decimal("30.00"), Decimal("50.00"))


def test_money_for_the_bill_that_a_reminder_is_about_settles_the_reminder() -> None:
    mine, theirs = both(
        bill("B1", "50.00"), reminder("R1", "55.00", "B1"), payments=[paid("50.00", "2026-11-02", "B1")]
    )
    assert (mine, theirs) == (Decimal("5.00"), Decimal("55.00"))


def test_money_for_a_bill_that_was_carried_over_settles_what_carries_it() -> None:
    mine, theirs = both(
        bill("B1", "50.00", "2026-09-20", "2026-09-01"),
        bill("B2", "150.00", issued="2026-10-01", balance_forward="50.00"),
        payments=[paid("50.00", "2026-10-15", "B1")],
    )
    assert (mine, theirs) == (Decimal("100.00"), Decimal("150.00"))


def test_a_bill_carried_over_in_between_is_asked_for_once() -> None:
    mine, theirs = both(
        bill("B1", "50.00", "2026-08-20", "2026-08-01"),
        bill("B2", "150.00", "2026-09-20", "2026-09-01", balance_forward="50.00"),
        bill("B3", "30.00"),
    )
    assert (mine, theirs) == (Decimal("180.00"), Decimal("230.00"))


# ------------------------------------------------------------ and more: compose falls silent as a whole


def test_a_dispute_about_the_newest_bill_leaves_the_others_asked_for() -> None:
    mine, theirs = both(bill("B1", "50.00", issued="2026-09-01"), bill("B2", "70.00", is_disputed=True))
    assert (mine, theirs) == (Decimal("50.00"), ZERO)


def test_a_direct_debit_of_the_newest_bill_leaves_the_others_asked_for() -> None:
    debited = bill("B2", "70.00", "2026-11-20", direct_debit={})
    mine, theirs = both(bill("B1", "50.00", issued="2026-09-01"), debited)
    assert (mine, theirs) == (Decimal("50.00"), ZERO)


def test_money_returned_on_account_opens_the_bill_again() -> None:
    mine, theirs = both(bill("B1", "50.00"), payments=[paid("50.00"), paid("-50.00", "2026-10-20")])
    assert (mine, theirs) == (Decimal("50.00"), ZERO)
