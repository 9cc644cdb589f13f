"""A bill that is taken from the customer's account is explained, not asked for, until that failed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.compose import compose
from engine.model.communication import Communication
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, PlainTexts, make_campaign, make_customer

KEYS = Keyring.from_base64("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
DEBIT = {
    "direct_debit": {"mandate": "M-1", "creditor_id": "IT91ZZZ0123456789", "account": "IT60X0542811101000000123456"}
}
OTHER = {
    "number": "B0", "issued_on": "2026-10-03", "due_on": "2026-10-24", "currency": "EUR", "total": "40.00",
    "lines": [{"category": "energy", "label": "Energy", "amount": "40.00"}], "amount_payable": "40.00",
}  # fmt: skip


def said(bill=None, now=NOW, **customer) -> Communication:
    made = make_customer(bill=bill, **customer)
    communication = compose(made, make_campaign(), PlainTexts(), now, KEYS)
    assert isinstance(communication, Communication)
    return communication


def test_nothing_is_asked_for_and_the_day_is_said_in_every_channel():
    communication = said(DEBIT)
    assert communication.payment is None
    assert "pay" not in communication.decision.shows
    assert "no pay-now: the amount is taken by direct debit" in communication.decision.reasons
    assert communication.bill.due_line is not None
    assert communication.bill.due_line.text == "taken from your account on 24 November 2026"
    body = " ".join(block.text for block in communication.message.body)
    assert "It is taken from your account on 24 November 2026. There is nothing for you to do." in body
    assert "Please pay" not in body
    assert communication.message.subject.text.endswith("bill: €100.00")
    amount = next(phrase.text for phrase in communication.script if phrase.scene == "amount")
    assert amount == "It is €100.00. It is taken from your account on 24 November. There is nothing for you to do."
    assert not any(phrase.scene == "pay" for phrase in communication.script)
    assert "paid" not in [answer.id for answer in communication.help.answers] if communication.help else True


def test_the_amount_stays_the_one_of_the_bill():
    assert said(DEBIT).bill.amount_due.text == "€100.00"


def test_a_debit_that_failed_is_asked_for_as_any_other_bill():
    late = datetime(2026, 11, 30, 8, tzinfo=UTC)
    communication = said(DEBIT, late)
    assert communication.payment is not None
    assert communication.bill.is_overdue


def test_on_the_day_itself_it_is_still_taken():
    assert said(DEBIT, datetime(2026, 11, 24, 22, tzinfo=UTC)).payment is None


def test_a_debited_bill_joins_no_request_for_others():
    debited = OTHER | DEBIT | {"due_on": "2026-11-20"}
    first = make_customer().bills[0].model_dump(mode="json")
    communication = said(bills=[first, debited])
    assert communication.payment is not None
    assert communication.payment.amount.text == "€100.00"
    assert communication.payment.bills == ()


def test_without_a_date_nothing_is_promised():
    communication = said({**DEBIT, "due_on": None})
    assert communication.payment is None
    assert communication.bill.due_line is None


@pytest.mark.parametrize("account", ["IT61X0542811101000000123456"])
def test_an_account_with_wrong_digits_is_refused(account):
    with pytest.raises(ValueError, match="check digits"):
        make_customer(bill={"direct_debit": {"account": account}})
