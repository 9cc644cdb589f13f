"""What UBL says of seller and VAT beyond a bill's sums: so that an e-invoice can be made of it again."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.ingest.seef import address_of
from engine.ingest.trade_record import debit_record
from engine.ingest.xml import figure, node_at, nodes, text_at
from engine.model.bill import TaxCategory

TEXT_LIMIT = 400
_TYPE_DIGITS = 3
_CATEGORIES = frozenset(category.value for category in TaxCategory)
UNKNOWN_COUNTRY = "ZZ"  # user-assigned in ISO 3166-1: no e-invoice is made of it


def seller_of(root: etree._Element) -> dict[str, Any] | None:
    """Return who issued the document (BG-4 to BG-6), None where it does not say."""
    party = node_at(root, "AccountingSupplierParty/Party")
    if party is None:
        return None
    registered = text_at(party, "PartyLegalEntity/RegistrationName")
    trading = text_at(party, "PartyName/Name")
    name = registered or trading
    if name is None:
        return None
    where = node_at(party, "PostalAddress")
    address = address_of(where) if where is not None else {}
    numbers = {scheme: number for scheme, number in map(_registration, nodes(party, "PartyTaxScheme")) if number}
    return {
        "name": name[:TEXT_LIMIT],
        "trading_name": trading if trading != name else None,
        "address": {**address, "country": address.get("country") or UNKNOWN_COUNTRY},
        "vat_id": numbers.get("VAT"),
        "tax_id": next((number for scheme, number in numbers.items() if scheme != "VAT"), None),
        "register_id": text_at(party, "PartyLegalEntity/CompanyID"),
        "contact": text_at(party, "Contact/Name"),
        "phone": text_at(party, "Contact/Telephone"),
        "email": text_at(party, "Contact/ElectronicMail"),
    }


def vat_id_of(party: etree._Element | None) -> str | None:
    """Return the VAT number of a party (BT-31, BT-48)."""
    if party is None:
        return None
    return dict(map(_registration, nodes(party, "PartyTaxScheme"))).get("VAT")


def _registration(node: etree._Element) -> tuple[str, str | None]:
    return (text_at(node, "TaxScheme/ID") or "").upper(), text_at(node, "CompanyID")


def debit_of(root: etree._Element) -> dict[str, Any] | None:
    """Return by which mandate the bill is taken from the buyer's account (BG-19), None where it is not."""
    means = "PaymentMeans"
    creditor = None
    for node in nodes(root, "AccountingSupplierParty/Party/PartyIdentification/ID"):
        if node.get("schemeID") == "SEPA":
            creditor = (node.text or "").strip() or None
    debit: dict[str, Any] | None = debit_record(
        text_at(root, f"{means}/PaymentMeansCode"),
        text_at(root, f"{means}/PaymentMandate/ID"),
        creditor,
        text_at(root, f"{means}/PaymentMandate/PayerFinancialAccount/ID", f"{means}/PayerFinancialAccount/ID"),
    )
    return debit


def treatment_of(node: etree._Element | None) -> dict[str, Any]:
    """Return how VAT treats a line, allowance or charge, by its tax category element (BT-151, BT-152, BT-95)."""
    if node is None:
        return {}
    percent = text_at(node, "Percent")
    return {
        "tax_category": known_category(text_at(node, "ID")),
        "tax_rate_percent": percent if figure(percent) is not None else None,
    }


def known_category(code: str | None) -> str | None:
    """Return a VAT category that EN 16931 knows; another country's code must not cost the bill, and is left out."""
    return code if code in _CATEGORIES else None


def reason_of(category: etree._Element | None) -> str | None:
    """Return why no VAT is charged, in words, else by its code (BT-120, BT-121)."""
    if category is None:
        return None
    return (text_at(category, "TaxExemptionReason", "TaxExemptionReasonCode") or "")[:TEXT_LIMIT] or None


def known_type(code: str | None) -> str | None:
    """Return a document type code that could be one of UNTDID 1001."""
    return code if code and len(code) <= _TYPE_DIGITS and code.isascii() and code.isdigit() else None
