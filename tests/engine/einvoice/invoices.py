"""Bills made by hand for e-invoices, and a look into the XML by short paths."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lxml import etree

from engine.einvoice.cii import invoice_xml
from engine.einvoice.official import official_rules
from engine.model.bill import Bill, Payee
from engine.model.customer import Customer
from engine.model.party import Seller

IBAN = "IT60X0542811101000000123456"
NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
SELLER: dict[str, Any] = {
    "name": "Northlight Energy S.p.A.", "vat_id": "IT01234567897", "register_id": "MI-1", "phone": "800 000 111",
    "email": "help@northlight.example",
    "address": {"lines": ["Via Roma 1"], "postal_code": "20121", "city": "Milano", "country": "IT"},
}  # fmt: skip
PAYEE: dict[str, Any] = {"name": "Northlight Energy S.p.A.", "account": IBAN, "reference": "RF18539007547034"}
LINE: dict[str, Any] = {
    "category": "energy", "label": "Energy", "amount": "100.00", "quantity": "250", "unit": "kWh", "unit_price": "0.4",
}  # fmt: skip


def make_bill(**changes: Any) -> Bill:
    """Return a bill of 100.00 with 22 % of VAT; `taxes` and `total` follow the lines where they are not given."""
    record: dict[str, Any] = {
        "number": "N-1", "issued_on": "2026-11-03", "due_on": "2026-11-24", "lines": [LINE], "payee": PAYEE, **changes,
        "period": changes.get("period", {"start": "2026-10-01", "end": "2026-10-31"}),
    }  # fmt: skip
    parts = [*record["lines"], *record.get("allowances", ())]
    net = sum((Decimal(part["amount"]) for part in parts), Decimal(0))
    tax = (net * 22 / 100).quantize(Decimal("0.01"))
    record.setdefault("taxes", [{"rate_percent": "22", "amount": str(tax)}])
    taxed = sum((Decimal(tax["amount"]) for tax in record["taxes"]), Decimal(0))
    record.setdefault("total", str(net + taxed + Decimal(record.get("rounding", "0"))))
    owed = Decimal(record["total"]) - Decimal(record.get("prepaid", "0")) + Decimal(record.get("balance_forward", "0"))
    return Bill.model_validate(record | {"amount_payable": str(owed)})


def make_customer(**changes: Any) -> Customer:
    record: dict[str, Any] = {
        "key": "C-1", "name": {"given": "Maria", "family": "Bianchi"},
        "address": {"lines": ["Via dei Tigli 14"], "postal_code": "41121", "city": "Modena", "country": "IT"},
    }  # fmt: skip
    return Customer.model_validate(record | changes)


def make_xml(bill: Bill | None = None, customer: Customer | None = None, **seller: Any) -> bytes:
    """Return the invoice of a bill with the seller of these tests, its fields replaced by keyword."""
    bill = bill or make_bill()
    party = Seller.model_validate(SELLER | seller)
    return invoice_xml(bill, customer or make_customer(), party, bill.payee or Payee(name="Nobody"), bill.due_on)


def texts(data: bytes, path: str) -> list[str]:
    """Return the texts at `path`, as in `DuePayableAmount` or `ApplicableTradeTax/CategoryCode`, anywhere."""
    steps = "/".join(f"*[local-name()='{step}']" for step in path.split("/"))
    found: Any = etree.fromstring(data).xpath(f"//{steps}")
    return [node.text or "" for node in found]


def text(data: bytes, path: str) -> str:
    """Return the one text at `path`."""
    (found,) = texts(data, path)
    return found


def broken(data: bytes) -> list[str]:
    """Return the official rules that the invoice breaks; there should be none."""
    return [finding.rule for finding in official_rules().check(data)]
