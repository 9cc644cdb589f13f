"""An EN 16931 invoice in UN/CEFACT CII (Factur-X, ZUGFeRD, XRechnung) as a record of the data model.

Source: EN 16931-1 (business terms, BT) and its CII syntax binding CEN/TS 16931-3-3. Amounts of a
credit note stay as on the paper; the bill's kind gives them their sign. Reads back what
`engine.einvoice` writes, but for what the standard has no place for: charge categories and readings.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from engine.einvoice.codes import CREDIT_CODES, ONE, OTHER
from engine.errors import Problem
from engine.ingest.charges import category_of, commodity_of, unit_word
from engine.ingest.item import IngestOptions
from engine.ingest.trade_record import (
    NAME_LIMIT,
    NOTE_LIMIT,
    accounts_record,
    allowance_record,
    bic_or_none,
    debit_record,
    shortened,
    without_none,
)
from engine.ingest.ubl_trade import UNKNOWN_COUNTRY, known_category, known_type
from engine.ingest.xml import figure, node_at, nodes, price_of_one, text_at

ROOT = "CrossIndustryInvoice"
_TRADE = "SupplyChainTradeTransaction"
_AGREEMENT = f"{_TRADE}/ApplicableHeaderTradeAgreement"
_DELIVERY = f"{_TRADE}/ApplicableHeaderTradeDelivery"
_SETTLEMENT = f"{_TRADE}/ApplicableHeaderTradeSettlement"
_OBJECT_BILLED = "130"  # UNTDID 1001: BT-18 and BT-128
_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})$", re.ASCII)

Record = dict[str, Any]


def record_of_cii(root: etree._Element, source: str, options: IngestOptions) -> tuple[Record, list[Problem]]:
    """Return the record that the document is, and warnings. The model decides whether it holds."""
    del options
    warnings: list[Problem] = []
    line_nodes = nodes(root, f"{_TRADE}/IncludedSupplyChainTradeLineItem")
    lines = [_line(node, source, warnings) for node in line_nodes]
    codes = _supply_codes(root, lines)
    commodity = commodity_of(" ".join(line["label"] or "" for line in lines), None)
    points: list[Record] = [{"code": code, "commodity": commodity} for code in codes]
    where = node_at(root, f"{_DELIVERY}/ShipToTradeParty/PostalTradeAddress")
    if len(points) == 1 and where is not None:
        points[0]["address"] = _address(where)
    bill = {**_head(root, line_nodes, source, warnings), **_sums(root), "lines": lines, "supply_points": codes,
            "payee": _payee(root, source, warnings), "seller": _seller(root),
            "direct_debit": _debit(root)}  # fmt: skip
    record = {**_buyer(root), "key": bill["number"], "bills": [bill], "supply_points": points}
    return without_none(record), warnings


def _head(root: etree._Element, lines: list[etree._Element], source: str, warnings: list[Problem]) -> Record:
    code = text_at(root, "ExchangedDocument/TypeCode")
    said = nodes(root, "ExchangedDocument/IncludedNote")
    said += [note for line in lines for note in nodes(line, "AssociatedDocumentLineDocument/IncludedNote")]
    notes = "\n".join(filter(None, (_paragraphs(note) for note in said)))
    terms = text_at(root, f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/Description")
    return {
        "number": text_at(root, "ExchangedDocument/ID"),
        "kind": "credit_note" if code in CREDIT_CODES else "invoice",
        "type_code": known_type(code),
        "issued_on": _day(root, "ExchangedDocument/IssueDateTime"),
        "due_on": _day(root, f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/DueDateDateTime"),
        "period": _period(node_at(root, f"{_SETTLEMENT}/BillingSpecifiedPeriod")),
        "currency": text_at(root, f"{_SETTLEMENT}/InvoiceCurrencyCode"),
        "note": shortened(notes, NOTE_LIMIT, "note", source, warnings) or None,
        "original_number": text_at(root, f"{_SETTLEMENT}/InvoiceReferencedDocument/IssuerAssignedID"),
        "payment_terms": shortened(terms, NOTE_LIMIT, "payment terms", source, warnings) or None,
    }


def _paragraphs(note: etree._Element) -> str:
    """Return a note with its own line breaks, its blanks made single."""
    content = node_at(note, "Content")
    text = (content.text or "") if content is not None else ""
    return "\n".join(line for line in (" ".join(part.split()) for part in text.splitlines()) if line)


def _day(node: etree._Element, path: str) -> str | None:
    """Return a date of format 102 as YYYY-MM-DD; another text as it stands, for the model to refuse."""
    text = text_at(node, f"{path}/DateTimeString")
    found = _DAY.match(text) if text else None
    return "-".join(found.groups()) if found else text


def _period(node: etree._Element | None) -> Record | None:
    if node is None:
        return None
    start, end = _day(node, "StartDateTime"), _day(node, "EndDateTime")
    return {"start": start, "end": end} if start and end else None


def _line(node: etree._Element, source: str, warnings: list[Problem]) -> Record:
    name = text_at(node, "SpecifiedTradeProduct/Name")
    amount = text_at(node, "SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount")
    price = node_at(node, "SpecifiedLineTradeAgreement/NetPriceProductTradePrice")
    measured = _measured(node, price, figure(amount))
    value = figure(amount)
    return {
        "category": category_of(name or "", measured.get("unit"), is_negative=value is not None and value < 0),
        "label": shortened(name, NAME_LIMIT, "line's name", source, warnings) if name else None,
        "amount": amount,
        **measured,
        "supply_point": _object_of(node, "SpecifiedLineTradeSettlement"),
        "period": _period(node_at(node, "SpecifiedLineTradeSettlement/BillingSpecifiedPeriod")),
        **_treatment(node_at(node, "SpecifiedLineTradeSettlement/ApplicableTradeTax")),
    }


def _measured(node: etree._Element, price: etree._Element | None, amount: Any) -> Record:
    """Return quantity, unit and unit price; nothing for one of no unit, which is how a flat amount is written."""
    billed = node_at(node, "SpecifiedLineTradeDelivery/BilledQuantity")
    if billed is None:
        return {}
    code, quantity = billed.get("unitCode"), (billed.text or "").strip()
    one = price_of_one(text_at(price, "ChargeAmount"), text_at(price, "BasisQuantity")) if price is not None else None
    count, cost = figure(quantity), figure(one)
    if code == ONE and count is not None and abs(count) == 1 and cost is not None and count * cost == amount:
        return {}
    unit = (text_at(node, "SpecifiedTradeProduct/Description") if code == OTHER else None) or unit_word(code)
    return {"quantity": quantity, "unit": unit[:NAME_LIMIT] if unit else None, "unit_price": one}


def _treatment(node: etree._Element | None) -> Record:
    if node is None:
        return {}
    percent = text_at(node, "RateApplicablePercent")
    return {
        "tax_category": known_category(text_at(node, "CategoryCode")),
        "tax_rate_percent": percent if figure(percent) is not None else None,
    }


def _sums(root: etree._Element) -> Record:
    """Return taxes, document allowances and totals (BG-20 to BG-23)."""
    sums = node_at(root, f"{_SETTLEMENT}/SpecifiedTradeSettlementHeaderMonetarySummation")

    def given(name: str) -> str | None:
        return text_at(sums, name) if sums is not None else None

    gross, rounding = given("GrandTotalAmount"), given("RoundingAmount") or "0"
    total, extra = figure(gross), figure(rounding)
    return {
        "taxes": [_tax(node) for node in nodes(root, f"{_SETTLEMENT}/ApplicableTradeTax")],
        "allowances": [_allowance(node) for node in nodes(root, f"{_SETTLEMENT}/SpecifiedTradeAllowanceCharge")],
        "rounding": rounding,
        "total": str(total + extra) if total is not None and extra is not None else gross,
        "prepaid": given("TotalPrepaidAmount") or "0",
        "amount_payable": given("DuePayableAmount"),
    }


def _tax(node: etree._Element) -> Record:
    reason = text_at(node, "ExemptionReason", "ExemptionReasonCode")
    return {
        "label": text_at(node, "TypeCode") or "VAT",
        "rate_percent": text_at(node, "RateApplicablePercent"),
        "base": text_at(node, "BasisAmount"),
        "amount": text_at(node, "CalculatedAmount"),
        "category": known_category(text_at(node, "CategoryCode")),
        "exemption_reason": reason[:NAME_LIMIT] if reason else None,
    }


def _allowance(node: etree._Element) -> Record:
    is_charge = text_at(node, "ChargeIndicator/Indicator") in ("true", "1")
    record = allowance_record(text_at(node, "ActualAmount"), text_at(node, "Reason"), is_charge=is_charge)
    return {**record, **_treatment(node_at(node, "CategoryTradeTax"))}


def _payee(root: etree._Element, source: str, warnings: list[Problem]) -> Record:
    """Return who is paid (BG-10, else BG-4) and where (BG-16, BG-17); the first account leads."""
    means = nodes(root, f"{_SETTLEMENT}/SpecifiedTradeSettlementPaymentMeans")
    path = "PayeePartyCreditorFinancialAccount"
    ways = [way for way in means if text_at(way, f"{path}/IBANID", f"{path}/ProprietaryID")]
    numbers = [text_at(way, f"{path}/IBANID", f"{path}/ProprietaryID") or "" for way in ways]
    claims_iban = bool(ways and text_at(ways[0], f"{path}/IBANID"))
    return {
        **accounts_record(numbers, f"{source} {path}/IBANID", warnings, claims_iban=claims_iban),
        "name": text_at(root, f"{_SETTLEMENT}/PayeeTradeParty/Name", f"{_AGREEMENT}/SellerTradeParty/Name"),
        "bic": bic_or_none(text_at(ways[0], "PayeeSpecifiedCreditorFinancialInstitution/BICID")) if ways else None,
        "reference": text_at(root, f"{_SETTLEMENT}/PaymentReference"),
    }


def _debit(root: etree._Element) -> Record | None:
    means = f"{_SETTLEMENT}/SpecifiedTradeSettlementPaymentMeans"
    debit: Record | None = debit_record(
        text_at(root, f"{means}/TypeCode"),
        text_at(root, f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/DirectDebitMandateID"),
        text_at(root, f"{_SETTLEMENT}/CreditorReferenceID"),
        text_at(root, f"{means}/PayerPartyDebtorFinancialAccount/IBANID"),
    )
    return debit


def _seller(root: etree._Element) -> Record | None:
    """Return who issued the document (BG-4 to BG-6)."""
    party = node_at(root, f"{_AGREEMENT}/SellerTradeParty")
    name = text_at(party, "Name") if party is not None else None
    if party is None or name is None:
        return None
    where = node_at(party, "PostalTradeAddress")
    address = _address(where) if where is not None else {}
    numbers = _registrations(party)
    trading = text_at(party, "SpecifiedLegalOrganization/TradingBusinessName")
    return {
        "name": name[:NAME_LIMIT],
        "trading_name": trading if trading != name else None,
        "address": {**address, "country": address.get("country") or UNKNOWN_COUNTRY},
        "vat_id": numbers.get("VA"),
        "tax_id": numbers.get("FC"),
        "register_id": text_at(party, "SpecifiedLegalOrganization/ID"),
        "contact": text_at(party, "DefinedTradeContact/PersonName", "DefinedTradeContact/DepartmentName"),
        "phone": text_at(party, "DefinedTradeContact/TelephoneUniversalCommunication/CompleteNumber"),
        "email": text_at(party, "DefinedTradeContact/EmailURIUniversalCommunication/URIID"),
    }


def _registrations(party: etree._Element) -> dict[str, str | None]:
    """Return the numbers at the tax office by scheme: VA is for VAT, FC the local one."""
    found = nodes(party, "SpecifiedTaxRegistration/ID")
    return {node.get("schemeID", ""): " ".join((node.text or "").split()) or None for node in found}


def _buyer(root: etree._Element) -> Record:
    """Return who is billed (BG-7). CII does not tell a person from a company."""
    party = node_at(root, f"{_AGREEMENT}/BuyerTradeParty")
    if party is None:
        return {"name": {}}
    where = node_at(party, "PostalTradeAddress")
    address = _address(where) if where is not None else None
    if address is not None and not address["country"]:
        seller = f"{_AGREEMENT}/SellerTradeParty/PostalTradeAddress/CountryID"
        address["country"] = text_at(root, seller)
    contact = "DefinedTradeContact"
    mail = f"{contact}/EmailURIUniversalCommunication/URIID"
    return {
        "kind": "business",
        "name": {"company": text_at(party, "Name")},
        "address": address,
        "email": text_at(party, mail) or _mailbox(party),
        "phone": text_at(party, f"{contact}/TelephoneUniversalCommunication/CompleteNumber"),
        "attributes": {
            "account": text_at(party, "ID"),
            "supplier": text_at(root, f"{_AGREEMENT}/SellerTradeParty/Name"),
            "payment_means": text_at(root, f"{_SETTLEMENT}/SpecifiedTradeSettlementPaymentMeans/TypeCode"),
        },
        "vat_id": _registrations(party).get("VA"),
    }


def _mailbox(party: etree._Element) -> str | None:
    """Return the electronic address (BT-49) where it is an e-mail address."""
    node = node_at(party, "URIUniversalCommunication/URIID")
    return (
        text_at(party, "URIUniversalCommunication/URIID") if node is not None and node.get("schemeID") == "EM" else None
    )


def _address(node: etree._Element) -> Record:
    lines = [text_at(node, name) for name in ("LineOne", "LineTwo", "LineThree")]
    return {
        "lines": [line for line in lines if line],
        "postal_code": text_at(node, "PostcodeCode"),
        "city": text_at(node, "CityName"),
        "region": text_at(node, "CountrySubDivisionName"),
        "country": text_at(node, "CountryID"),
    }


def _supply_codes(root: etree._Element, lines: list[Record]) -> list[str]:
    """Return the codes of the supply points billed, each once, in order (BT-18, BT-71, BT-128)."""
    found = [text_at(root, f"{_DELIVERY}/ShipToTradeParty/ID"), _object_of(root, _AGREEMENT)]
    found += [line["supply_point"] for line in lines]
    return list(dict.fromkeys(code for code in found if code))


def _object_of(node: etree._Element, path: str) -> str | None:
    for reference in nodes(node, f"{path}/AdditionalReferencedDocument"):
        if text_at(reference, "TypeCode") == _OBJECT_BILLED:
            return text_at(reference, "IssuerAssignedID")
    return None
