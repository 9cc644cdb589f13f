"""The e-invoice travels with the communication where the campaign asks, and a warning where it can't."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from engine.compose import compose
from engine.einvoice.attachment import FILE_NAME
from engine.errors import ModelError
from engine.model.communication import Communication
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, PlainTexts, make_campaign, make_customer
from tests.engine.einvoice.invoices import broken, text, texts

KEYS = Keyring.from_base64("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
ADDRESS = {"lines": ["Via dei Tigli 14"], "postal_code": "41121", "city": "Modena", "country": "IT"}
VAT = {"taxes": [{"rate_percent": "10", "amount": "10.00"}], "total": "110.00", "amount_payable": "110.00"}


def asking(**supplier):
    campaign = make_campaign(pdf={"einvoice": "en16931"})
    seat = {"vat_id": "IT01234567897", "seat": {"city": "Milano", "country": "IT"}} | supplier
    return campaign.model_copy(update={"supplier": type(campaign.supplier).model_validate(
        campaign.supplier.model_dump() | seat)})  # fmt: skip


def said(campaign=None, bill=None, **customer) -> Communication:
    made = make_customer(bill=VAT | (bill or {}), **{"address": ADDRESS} | customer)
    communication = compose(made, campaign or asking(), PlainTexts(), NOW, KEYS)
    assert isinstance(communication, Communication)
    return communication


def test_a_campaign_that_does_not_ask_attaches_nothing():
    communication = said(make_campaign())
    assert communication.attachments == ()
    assert communication.warnings == ()


def test_a_campaign_that_asks_attaches_a_valid_invoice():
    (file,) = said().attachments
    assert (file.name, file.media_type, file.relationship, file.conformance) == (
        FILE_NAME, "text/xml", "Alternative", "EN 16931",
    )  # fmt: skip
    assert broken(file.data) == []
    assert text(file.data, "DuePayableAmount") == "110.00"
    assert "Maria" not in repr(file)


def test_pages_figures_and_facts_do_not_change():
    plain, rich = said(make_campaign(supplier=asking().supplier.model_dump())), said()
    assert dataclasses.replace(rich, attachments=()) == plain
    assert rich.facts() == plain.facts()


def test_a_communication_with_its_file_crosses_to_a_worker():
    communication = said()
    assert pickle.loads(pickle.dumps(communication)) == communication


@pytest.mark.parametrize(
    ("campaign", "bill", "customer", "code"),
    [
        (None, {"kind": "statement"}, {}, "R130"),
        (asking(vat_id=None), {}, {}, "R131"),
        (asking(seat=None), {}, {}, "R131"),
        (None, {}, {"address": None}, "R132"),
        (None, {"due_on": None}, {}, "R133"),
    ],
)
def test_what_lacks_is_a_warning_and_no_file(campaign, bill, customer, code):
    communication = said(campaign, bill, **customer)
    assert communication.attachments == ()
    (warning,) = communication.warnings
    assert warning.startswith(f"no e-invoice, {code} ")


def test_figures_that_contradict_each_other_quarantine_the_customer():
    with pytest.raises(ModelError) as caught:
        said(bill={"taxes": [{"rate_percent": "22", "amount": "10.00"}]})
    assert caught.value.problem.code == "R134"
    assert "10.00" not in str(caught.value)


def test_a_debt_of_earlier_bills_is_said_in_a_note_a_credit_is_not():
    (debt,) = said(bill={"balance_forward": "20.00", "amount_payable": "130.00"}).attachments
    assert texts(debt.data, "IncludedNote/Content") == ["From earlier bills: €20.00"]
    (credit,) = said(bill={"balance_forward": "-20.00", "amount_payable": "90.00"}).attachments
    assert texts(credit.data, "IncludedNote/Content") == []
    assert text(credit.data, "DuePayableAmount") == "90.00"


def test_what_was_paid_since_does_not_change_the_invoice():
    (before,) = said().attachments
    paid = [{"amount": "50.00", "paid_on": "2026-11-05", "bill_number": "B1"}]
    (after,) = said(payments=paid).attachments
    assert after == before
