"""The reader of the package factur-x, another's program, finds each business term where we put it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from engine.einvoice.attachment import invoice_of
from engine.model.bill import BillKind
from engine.model.customer import Customer
from engine.templating.campaign_file import load_campaign

facturx = pytest.importorskip("facturx")

ROOT = Path(__file__).parents[3]
CAMPAIGN = load_campaign(ROOT / "templates/bill-explainer")
CUSTOMERS = [
    Customer.model_validate(json.loads(line, parse_float=Decimal))
    for line in (ROOT / "samples/customers.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: customer.key)
def test_every_term_of_a_sample_is_read_as_it_stands_in_the_record(customer):
    bill = customer.subject_bill
    assert bill is not None
    if bill.kind is BillKind.REMINDER:
        pytest.skip("a reminder is no invoice")
    assert customer.address is not None
    assert bill.payee is not None
    said = facturx.parse_ubl_cii_xml(invoice_of(bill, customer, CAMPAIGN))
    carried = max(bill.balance_forward, Decimal(0))
    assert (said["BT-1"], said["BT-2"], said["BT-5"]) == (bill.number, bill.issued_on, bill.currency)
    assert said["BT-3"] == ("381" if bill.kind is BillKind.CREDIT_NOTE else "380")
    assert said["BT-9"] == bill.due_on
    assert Decimal(said["BT-112"]) == bill.total - bill.rounding
    assert Decimal(said["BT-110"]) == bill.tax
    assert Decimal(said.get("BT-114", "0")) == bill.rounding
    assert Decimal(said["BT-115"]) == bill.amount_payable - carried
    assert [Decimal(line["BT-131"]) for line in said["BG-25"]] == [line.amount for line in bill.lines]
    assert [line["BT-153"] for line in said["BG-25"]] == [line.label for line in bill.lines]
    assert [(Decimal(row["BT-119"]), Decimal(row["BT-117"])) for row in said["BG-23"]] == [
        (tax.rate_percent, tax.amount) for tax in bill.taxes
    ]
    assert said["BG-7"]["name"] == customer.name.full
    assert said["BG-7"]["city"] == customer.address.city
    assert said["BG-4"]["vat_identifier"] == CAMPAIGN.supplier.vat_id
    if "BT-84" in said:
        assert said["BT-84"] == bill.payee.account
        assert said["BT-83"] == (bill.payee.reference or bill.number)
    else:
        assert bill.kind is BillKind.CREDIT_NOTE or bill.amount_payable - carried <= 0
