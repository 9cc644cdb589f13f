"""EN 16931 invoices in CII: what was written is read back, to the cent and to the byte."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from engine.einvoice.attachment import invoice_of
from engine.einvoice.official import official_rules
from engine.ingest import Read, SetAside, read
from engine.model.bill import BillKind
from engine.model.customer import Customer
from engine.templating.campaign_file import load_campaign
from tests.engine.einvoice.invoices import LINE, PAYEE, SELLER, make_bill, make_customer, make_xml

ROOT = Path(__file__).parents[3]
CUSTOMERS = [
    Customer.model_validate(json.loads(line, parse_float=Decimal))
    for line in (ROOT / "samples/customers.jsonl").read_text("utf-8").splitlines()
]
CAMPAIGN = load_campaign(ROOT / "templates/bill-explainer")
INVOICES = Path(os.environ.get("BILLCAST_FIXTURES", ROOT.parent / "shared/fixtures")) / "invoices"
REAL = sorted(INVOICES.glob("*.xml"))


@pytest.fixture
def read_back(tmp_path):
    def run(data: bytes) -> Read:
        path = tmp_path / "factur-x.xml"
        path.write_bytes(data)
        (item,) = read([path])
        assert isinstance(item, Read), item
        return item

    return run


def figures(bill):
    """What must come back: every amount, and what it is for."""
    return {
        "number": bill.number, "kind": bill.kind, "issued": bill.issued_on, "due": bill.due_on, "period": bill.period,
        "currency": bill.currency, "total": bill.total, "rounding": bill.rounding,
        "lines": [(line.label, line.amount, line.supply_point) for line in bill.lines],
        "taxes": [(tax.rate_percent, tax.amount) for tax in bill.taxes],
        "allowances": [(part.label, part.amount) for part in bill.allowances],
        "payable": bill.amount_payable - max(bill.balance_forward, Decimal(0)),
    }  # fmt: skip


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: customer.key)
def test_the_invoices_of_the_samples_come_back_with_their_figures_and_bytes(customer, read_back):
    for bill in customer.bills:
        if bill.kind is BillKind.REMINDER:
            continue
        data = invoice_of(bill, customer, CAMPAIGN)
        found = read_back(data).customer
        assert figures(found.bills[0]) == figures(bill)
        assert invoice_of(found.bills[0], found, CAMPAIGN) == data


@pytest.mark.skipif(not REAL, reason="the official invoices are not here: set BILLCAST_FIXTURES")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_invoices_are_written_valid_and_come_back(path, read_back):
    (item,) = read([path])
    assert isinstance(item, Read)
    (bill,) = item.customer.bills
    data = invoice_of(bill, item.customer, CAMPAIGN)
    assert official_rules().check(data) == ()
    found = read_back(data).customer
    again = figures(found.bills[0])
    if bill.kind is BillKind.CREDIT_NOTE:
        again["due"] = bill.due_on  # the campaign's day for credits was put in
    assert again == figures(bill)
    assert invoice_of(found.bills[0], found, CAMPAIGN) == data


def test_parties_payee_and_terms_come_back(read_back):
    payee = {**PAYEE, "bic": "BPPIITRRXXX", "other_accounts": ["FR1420041010050500013M02606"]}
    customer = make_customer(email="maria@mail.example", vat_id="IT09876543217")
    bill = make_bill(payee=payee, note="One\nTwo", payment_terms="Soon", type_code="326", original_number="N-0")
    found = read_back(make_xml(bill, customer, contact="Billing", tax_id="MI-77")).customer
    (again,) = found.bills
    assert again.payee == bill.payee
    assert again.seller is not None
    assert again.seller.model_dump(exclude_none=True, exclude={"address"}) == {
        **{name: value for name, value in SELLER.items() if name != "address"}, "contact": "Billing", "tax_id": "MI-77",
    }  # fmt: skip
    assert again.seller.address.lines == ("Via Roma 1",)
    assert (again.note, again.payment_terms, again.type_code) == ("One\nTwo", "Soon", "326")
    assert again.original_number == "N-0"
    assert (found.name.company, found.email, found.vat_id) == ("Maria Bianchi", customer.email, customer.vat_id)
    assert found.address == customer.address
    assert found.attributes == {"account": "C-1", "supplier": SELLER["name"], "payment_means": "58"}


def test_quantity_unit_and_price_come_back_and_a_flat_amount_stays_one(read_back):
    lines = [
        LINE,
        {"category": "discount", "label": "Discount", "amount": "-4.80"},
        {**LINE, "amount": "3204.80", "quantity": "40000", "unit_price": "0.0801"},
        {**LINE, "unit": "meter box"},
    ]
    bill = read_back(make_xml(make_bill(lines=lines))).customer.bills[0]
    measured = [(line.quantity, line.unit, line.unit_price) for line in bill.lines]
    assert measured == [
        (250, "kWh", Decimal("0.4")), (None, None, None), (40000, "kWh", Decimal("0.08012")),
        (250, "meter box", Decimal("0.4")),
    ]  # fmt: skip
    assert bill.lines[1].category == "discount"


def test_categories_of_vat_and_their_reasons_come_back(read_back):
    taxes = [{"category": "E", "amount": "0.00", "exemption_reason": "Article 135"}]
    (bill,) = read_back(make_xml(make_bill(taxes=taxes))).customer.bills
    assert (bill.taxes[0].category, bill.taxes[0].exemption_reason) == ("E", "Article 135")
    assert bill.lines[0].tax_category == "E"


def test_a_direct_debit_comes_back(read_back):
    debit = {"mandate": "M-1", "creditor_id": "IT91ZZZ0123456789", "account": "FR1420041010050500013M02606"}
    bill = make_bill(direct_debit=debit)
    assert read_back(make_xml(bill)).customer.bills[0].direct_debit == bill.direct_debit


def test_an_iban_with_wrong_digits_is_kept_with_a_warning(read_back):
    data = make_xml().replace(b"IT60X0542811101000000123456", b"IT61X0542811101000000123456")
    item = read_back(data)
    assert [warning.code for warning in item.warnings] == ["I104"]
    payee = item.customer.bills[0].payee
    assert payee is not None
    assert not payee.is_iban


def test_a_falsified_total_is_set_aside(tmp_path):
    path = tmp_path / "a.xml"
    path.write_bytes(make_xml().replace(b"<ram:GrandTotalAmount>122.00", b"<ram:GrandTotalAmount>123.00"))
    (item,) = read([path])
    assert isinstance(item, SetAside)
    assert item.problem.code == "M102"


def test_a_date_of_another_format_is_set_aside_with_its_place(tmp_path):
    path = tmp_path / "a.xml"
    path.write_bytes(make_xml().replace(b">20261124<", b">24.11.26<"))
    (item,) = read([path])
    assert isinstance(item, SetAside)
    assert item.problem.code == "I107"
    assert "due_on" in item.problem.place


def test_codes_of_another_list_do_not_cost_the_bill(read_back):
    data = make_xml().replace(b"<ram:CategoryCode>S<", b"<ram:CategoryCode>AA<")
    data = data.replace(b"<ram:TypeCode>380<", b"<ram:TypeCode>Rechnung<")
    (bill,) = read_back(data).customer.bills
    assert (bill.taxes[0].category, bill.lines[0].tax_category, bill.type_code) == (None, None, None)
    assert bill.amount_payable == 122
