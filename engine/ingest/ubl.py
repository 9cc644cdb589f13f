"""An EN 16931 invoice or credit note in UBL 2.1 as a record of the data model.

Source: EN 16931-1 (business terms, BT) and its UBL syntax binding CEN/TS 16931-3-2. Amounts of a
credit note stay as on the paper; the bill's kind gives them their sign.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from engine.errors import Problem
from engine.ingest.charges import category_of, commodity_of, unit_word
from engine.ingest.item import IngestOptions
from engine.ingest.seef import address_of, consumption_points
from engine.ingest.trade_record import (
    NAME_LIMIT,
    NOTE_LIMIT,
    accounts_record,
    allowance_record,
    bic_or_none,
    looks_like_iban,
    shortened,
    without_none,
)
from engine.ingest.ubl_trade import debit_of, known_category, known_type, reason_of, seller_of, treatment_of, vat_id_of
from engine.ingest.xml import date_at, figure, node_at, nodes, price_of_one, root_name, text_at

_SUPPLY_POINT = re.compile(r"^\d{18}$")  # GS1 GSRN, the number of a European supply point
_OBJECT_BILLED = "130"  # UNTDID 1001: BT-18, the object an invoice is about
_CREDIT_NOTE = "381"

Record = dict[str, Any]


def record_of_ubl(root: etree._Element, source: str, options: IngestOptions) -> tuple[Record, list[Problem]]:
    """Return the record that the document is, and warnings. The model decides whether it holds."""
    del options
    warnings: list[Problem] = []
    line_nodes = nodes(root, "InvoiceLine") + nodes(root, "CreditNoteLine")
    words = " ".join(text_at(line, "Item/Name") or "" for line in line_nodes)
    supply_points, consumption, notes = consumption_points(root, words, source)
    warnings += notes
    lines = [_line(node, source, warnings) for node in line_nodes]
    codes = _supply_codes(root, lines, supply_points)
    known = {point["code"] for point in supply_points}
    commodity = commodity_of(words, None)
    supply_points += [{"code": code, "commodity": commodity} for code in codes if code not in known]
    if len(codes) == 1:
        _give_address(root, supply_points[0])
    buyer = _buyer(root)
    bill = {**_head(root, line_nodes, source, warnings), **_totals(root), "lines": lines,
            "supply_points": codes, "payee": _payee(root, source, warnings), "seller": seller_of(root),
            "direct_debit": debit_of(root),
            "is_estimated": _is_estimated(consumption)}  # fmt: skip
    record = {
        **buyer,
        "key": bill["number"],
        "bills": [bill],
        "supply_points": supply_points,
        "consumption": consumption,
    }
    return without_none(record), warnings


def _head(root: etree._Element, lines: list[etree._Element], source: str, warnings: list[Problem]) -> Record:
    is_credit = root_name(root) == "CreditNote" or text_at(root, "InvoiceTypeCode") == _CREDIT_NOTE
    period = node_at(root, "InvoicePeriod")
    notes = [text_at(line, "Note") for line in lines]
    said = [" ".join((note.text or "").split()) for note in nodes(root, "Note")] + notes
    terms = text_at(root, "PaymentTerms/Note")
    return {
        "number": text_at(root, "ID"),
        "kind": "credit_note" if is_credit else "invoice",
        "issued_on": date_at(root, "IssueDate"),
        "due_on": date_at(root, "DueDate", "PaymentMeans/PaymentDueDate"),
        "period": _period(period) if period is not None else _span(lines),
        "currency": text_at(root, "DocumentCurrencyCode"),
        "note": shortened("\n".join(note for note in said if note), NOTE_LIMIT, "note", source, warnings) or None,
        "original_number": text_at(root, "BillingReference/InvoiceDocumentReference/ID"),
        "type_code": known_type(text_at(root, "InvoiceTypeCode", "CreditNoteTypeCode")),
        "payment_terms": shortened(terms, NOTE_LIMIT, "payment terms", source, warnings) or None,
    }


def _period(node: etree._Element) -> Record | None:
    start, end = date_at(node, "StartDate"), date_at(node, "EndDate")
    return {"start": start, "end": end} if start and end else None


def _span(lines: list[etree._Element]) -> Record | None:
    """Return the days that the lines' own periods cover together."""
    periods = [
        period for period in (_period(node) for line in lines for node in nodes(line, "InvoicePeriod")) if period
    ]
    if not periods:
        return None
    return {"start": min(period["start"] for period in periods), "end": max(period["end"] for period in periods)}


def _line(node: etree._Element, source: str, warnings: list[Problem]) -> Record:
    quantity = node_at(node, "InvoicedQuantity")
    if quantity is None:
        quantity = node_at(node, "CreditedQuantity")
    unit = unit_word(quantity.get("unitCode")) if quantity is not None else None
    amount = text_at(node, "LineExtensionAmount")
    name = text_at(node, "Item/Name", "Item/Description")
    classified = text_at(node, "Item/CommodityClassification/ItemClassificationCode") or ""
    number = figure(amount)
    period = node_at(node, "InvoicePeriod")
    return {
        "category": category_of(f"{name or ''} {classified}", unit, is_negative=number is not None and number < 0),
        "label": shortened(name, NAME_LIMIT, "line's name", source, warnings) if name else None,
        "amount": amount,
        "quantity": text_at(node, "InvoicedQuantity", "CreditedQuantity"),
        "unit": unit,
        "unit_price": price_of_one(text_at(node, "Price/PriceAmount"), text_at(node, "Price/BaseQuantity")),
        "supply_point": text_at(node, "Delivery/DeliveryLocation/ID"),
        "period": _period(period) if period is not None else None,
        **treatment_of(node_at(node, "Item/ClassifiedTaxCategory")),
    }


def _totals(root: etree._Element) -> Record:
    """Return taxes, document allowances and totals (BG-20 to BG-23)."""
    currency = text_at(root, "DocumentCurrencyCode")
    sums = node_at(root, "LegalMonetaryTotal")
    inclusive = text_at(sums, "TaxInclusiveAmount") if sums is not None else None
    rounding = (text_at(sums, "PayableRoundingAmount") if sums is not None else None) or "0"
    total, extra = figure(inclusive), figure(rounding)
    return {
        "taxes": [tax for node in nodes(root, "TaxTotal") for tax in _taxes(node, currency)],
        "allowances": [_allowance(node) for node in nodes(root, "AllowanceCharge")],
        "rounding": rounding,
        "total": str(total + extra) if total is not None and extra is not None else inclusive,
        "prepaid": (text_at(sums, "PrepaidAmount") if sums is not None else None) or "0",
        "amount_payable": text_at(sums, "PayableAmount") if sums is not None else None,
    }


def _taxes(node: etree._Element, currency: str | None) -> list[Record]:
    whole = node_at(node, "TaxAmount")
    if whole is not None and whole.get("currencyID", currency) != currency:
        return []  # BT-111: the same tax once more, in the currency of the books
    parts = nodes(node, "TaxSubtotal")
    if not parts:
        return [{"amount": text_at(node, "TaxAmount")}]
    return [
        {
            "label": text_at(part, "TaxCategory/TaxScheme/ID") or "VAT",
            "rate_percent": text_at(part, "TaxCategory/Percent"),
            "base": text_at(part, "TaxableAmount"),
            "amount": text_at(part, "TaxAmount"),
            "category": known_category(text_at(part, "TaxCategory/ID")),
            "exemption_reason": reason_of(node_at(part, "TaxCategory")),
        }
        for part in parts
    ]


def _allowance(node: etree._Element) -> Record:
    is_charge = text_at(node, "ChargeIndicator") in ("true", "1")
    record = allowance_record(text_at(node, "Amount"), text_at(node, "AllowanceChargeReason"), is_charge=is_charge)
    return {**record, **treatment_of(node_at(node, "TaxCategory"))}


def _payee(root: etree._Element, source: str, warnings: list[Problem]) -> Record:
    """Return who is paid (BG-10, else BG-4) and where (BG-16, BG-17); the first account leads."""
    accounts = nodes(root, "PaymentMeans/PayeeFinancialAccount")
    numbers = [number for number in (text_at(account, "ID") for account in accounts) if number]
    claims_iban = bool(numbers) and _claims_iban(accounts[0], numbers[0])
    return {
        **accounts_record(numbers, f"{source} PayeeFinancialAccount/ID", warnings, claims_iban=claims_iban),
        "name": text_at(root, "PayeeParty/PartyName/Name") or _name(root, "AccountingSupplierParty/Party"),
        "bic": _bic(accounts[0]) if accounts else None,
        "reference": text_at(root, "PaymentMeans/PaymentID"),
    }


def _claims_iban(account: etree._Element, number: str) -> bool:
    node = node_at(account, "ID")
    scheme = node.get("schemeID", "") if node is not None else ""
    return scheme.upper() == "IBAN" or looks_like_iban(number)


def _bic(account: etree._Element) -> str | None:
    branch = "FinancialInstitutionBranch"
    return bic_or_none(text_at(account, f"{branch}/ID", f"{branch}/FinancialInstitution/ID"))


def _name(root: etree._Element, party: str) -> str | None:
    return text_at(root, f"{party}/PartyLegalEntity/RegistrationName", f"{party}/PartyName/Name")


def _buyer(root: etree._Element) -> Record:
    """Return who is billed (BG-7). Only a `Person` is a household: EN 16931 does not tell."""
    party = "AccountingCustomerParty/Party"
    family = text_at(root, f"{party}/Person/FamilyName")
    company = None if family else _name(root, party)
    where = node_at(root, f"{party}/PostalAddress")
    address = address_of(where) if where is not None else None
    if address is not None and not address["country"]:
        address["country"] = text_at(root, "AccountingSupplierParty/Party/PostalAddress/Country/IdentificationCode")
    attributes = {
        "account": text_at(root, "AccountingCustomerParty/SupplierAssignedAccountID")
        or text_at(root, f"{party}/PartyIdentification/ID"),
        "supplier": _name(root, "AccountingSupplierParty/Party"),
        "payment_means": text_at(root, "PaymentMeans/PaymentMeansCode"),
    }
    return {
        "kind": "household" if family else "business",
        "name": {"given": text_at(root, f"{party}/Person/FirstName"), "family": family, "company": company},
        "address": address,
        "email": text_at(root, f"{party}/Contact/ElectronicMail"),
        "phone": text_at(root, f"{party}/Contact/Telephone"),
        "attributes": attributes,
        "vat_id": vat_id_of(node_at(root, party)),
    }


def _supply_codes(root: etree._Element, lines: list[Record], points: list[Record]) -> list[str]:
    """Return the codes of the supply points billed, each once, in order."""
    found = [point["code"] for point in points] + [line["supply_point"] for line in lines]
    found += [text_at(node, "ID") for node in nodes(root, "Delivery/DeliveryLocation")]
    for reference in nodes(root, "AdditionalDocumentReference"):
        number = text_at(reference, "ID") or ""
        if text_at(reference, "DocumentTypeCode") == _OBJECT_BILLED or _SUPPLY_POINT.match(number):
            found.append(number)
    return list(dict.fromkeys(code for code in found if code))


def _give_address(root: etree._Element, point: Record) -> None:
    where = node_at(root, "Delivery/DeliveryLocation/Address")
    if where is not None and not point.get("address"):
        point["address"] = address_of(where)


def _is_estimated(consumption: list[Record]) -> bool:
    return any(reading["method"] == "estimated" for used in consumption for reading in used["readings"])
