"""A bill as UN/CEFACT CrossIndustryInvoice D16B in the profile EN 16931, as Factur-X carries it.

Source: EN 16931-1 (business terms BT, groups BG, rules BR), its syntax binding CEN/TS 16931-3-3,
and Factur-X 1.09. The order of elements is the schema's. Written as text, since it is made for each
customer; every value goes through `engine.einvoice.xml_text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from engine.einvoice.codes import CREDIT_CODES, CURRENCIES, INVOICE_CODES, OTHER, unit_code
from engine.einvoice.figures import Totals, VatGroup, price_of, totals_of, vat_of
from engine.einvoice.parties import buyer_xml, check_buyer, check_seller, delivery_xml, seller_xml
from engine.einvoice.refusal import RefusedError
from engine.einvoice.xml_text import day, element, escaped, money, needed, number, one_line
from engine.model.bill import (
    Bill,
    BillKind,
    ChargeLine,
    DirectDebit,
    DocumentAllowance,
    Payee,
    Period,
    TaxCategory,
    is_iban,
)
from engine.model.customer import Customer
from engine.model.money import exponent
from engine.model.party import Seller
from engine.payment.epc import is_sepa_iban

GUIDELINE = "urn:cen.eu:en16931:2017"  # BT-24
CREDIT_TRANSFER, SEPA_TRANSFER, DIRECT_DEBIT, SEPA_DEBIT = "30", "58", "49", "59"  # UNTDID 4461
OBJECT_BILLED = "130"  # UNTDID 1001: BT-128, what the line is about
_DECIMALS = 2
# Reasons that go with their category, by the list of CEF (BT-121).
_REASON_CODES = {
    TaxCategory.REVERSE_CHARGE: "VATEX-EU-AE",
    TaxCategory.INTRA_COMMUNITY: "VATEX-EU-IC",
    TaxCategory.EXPORT: "VATEX-EU-G",
    TaxCategory.OUTSIDE: "VATEX-EU-O",
}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"'
    ' xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"'
    ' xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">\n'
    "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>"
    f"<ram:ID>{GUIDELINE}</ram:ID>"
    "</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>\n"
)
_TAIL = "</rsm:SupplyChainTradeTransaction>\n</rsm:CrossIndustryInvoice>\n"


def invoice_xml(
    bill: Bill,
    customer: Customer,
    seller: Seller | None,
    payee: Payee,
    due_on: date | None,
    notes: Sequence[str] = (),
) -> bytes:
    """Return the invoice as XML in UTF-8, the same bytes for the same input.

    `due_on` is its due date; `notes` are added to the bill's own. Raises `RefusedError`: R130 where the
    bill is no invoice, R131 to R133 where what the standard asks for is missing, R134 where its figures
    contradict each other.
    """
    _check_document(bill)
    groups, of_lines, of_parts = vat_of(bill)
    totals = totals_of(bill)
    seller = check_seller(seller, groups)
    address = check_buyer(customer, bill, groups)
    _check_terms(bill, totals, due_on)
    has_vat = all(group.category is not TaxCategory.OUTSIDE for group in groups)
    treated = {id(group): _treatment(group) for group in groups}
    lines = "".join([
        _line(place, line, treated[id(group)])
        for place, (line, group) in enumerate(zip(bill.lines, of_lines, strict=True), 1)
    ])  # fmt: skip
    parts = "".join(_allowance(part, group) for part, group in zip(bill.allowances, of_parts, strict=True))
    return (
        f"{_HEAD}{_document(bill, notes)}<rsm:SupplyChainTradeTransaction>\n{lines}"
        f"<ram:ApplicableHeaderTradeAgreement>{seller_xml(seller, has_vat=has_vat)}\n"
        f"{buyer_xml(customer, address, has_vat=has_vat)}</ram:ApplicableHeaderTradeAgreement>\n"
        f"<ram:ApplicableHeaderTradeDelivery>{delivery_xml(bill, customer)}</ram:ApplicableHeaderTradeDelivery>\n"
        f"{_settlement(bill, groups, parts, totals, due_on, _payment(bill, payee, seller, totals))}{_TAIL}"
    ).encode()


def type_code(bill: Bill) -> str:
    """Return what kind of document it is (BT-3, UNTDID 1001). Raises `RefusedError` (R133)."""
    is_credit = bill.kind is BillKind.CREDIT_NOTE
    code = bill.type_code or ("381" if is_credit else "380")
    if code not in (CREDIT_CODES if is_credit else INVOICE_CODES):
        raise RefusedError("R133", "the type code does not fit the kind of the bill", "type_code",
                           "leave it out, or give a code of UNTDID 1001 as EN 16931 lists them")  # fmt: skip
    return code


def _check_document(bill: Bill) -> None:
    if bill.kind not in (BillKind.INVOICE, BillKind.CREDIT_NOTE) or not bill.lines:
        raise RefusedError("R130", "a document that is no invoice carries no e-invoice", "kind",
                           "reminders and statements speak of invoices that were sent before")  # fmt: skip
    if bill.currency not in CURRENCIES or exponent(bill.currency) > _DECIMALS:
        raise RefusedError("R133", "EN 16931 can't carry the currency", "currency",
                           "it takes codes of ISO 4217 with at most two decimals (BR-DEC)")  # fmt: skip


def _check_terms(bill: Bill, totals: Totals, due_on: date | None) -> None:
    if totals.due > 0 and due_on is None and not bill.payment_terms:
        raise RefusedError("R133", "neither due date nor payment terms are given", "due_on",
                           "give `due_on` or `payment_terms` (BR-CO-25)")  # fmt: skip


def _document(bill: Bill, notes: Sequence[str]) -> str:
    said = "".join(
        f"<ram:IncludedNote><ram:Content>{escaped(note)}</ram:Content></ram:IncludedNote>"
        for note in (bill.note or "", *notes)
        if note
    )
    return (
        f"<rsm:ExchangedDocument><ram:ID>{one_line(bill.number)}</ram:ID><ram:TypeCode>{type_code(bill)}</ram:TypeCode>"
        f"<ram:IssueDateTime>{day(bill.issued_on)}</ram:IssueDateTime>{said}</rsm:ExchangedDocument>\n"
    )


def _line(place: int, line: ChargeLine, treatment: str) -> str:
    """Return an invoice line (BG-25), which VAT treats so."""
    price = price_of(line)
    code = unit_code(line.unit if line.quantity is not None else None)
    unit = f' unitCode="{code}"'
    base = f"<ram:BasisQuantity{unit}>{number(price.base)}</ram:BasisQuantity>" if price.base is not None else ""
    object_billed = ""
    if line.supply_point:
        object_billed = (
            f"<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>{one_line(line.supply_point)}"
            f"</ram:IssuerAssignedID><ram:TypeCode>{OBJECT_BILLED}</ram:TypeCode></ram:AdditionalReferencedDocument>"
        )
    return (
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
        f"<ram:LineID>{place}</ram:LineID></ram:AssociatedDocumentLineDocument>"
        f"<ram:SpecifiedTradeProduct>{needed('Name', line.label)}"
        f"{element('Description', line.unit) if code == OTHER else ''}</ram:SpecifiedTradeProduct>"
        "<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>"
        f"<ram:ChargeAmount>{number(price.price)}</ram:ChargeAmount>{base}"
        "</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>"
        f"<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity{unit}>{number(price.quantity)}</ram:BilledQuantity>"
        "</ram:SpecifiedLineTradeDelivery>"
        f"<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>{treatment}</ram:ApplicableTradeTax>"
        f"{_period(line.period)}<ram:SpecifiedTradeSettlementLineMonetarySummation>"
        f"<ram:LineTotalAmount>{money(line.amount)}</ram:LineTotalAmount>"
        f"</ram:SpecifiedTradeSettlementLineMonetarySummation>{object_billed}</ram:SpecifiedLineTradeSettlement>"
        "</ram:IncludedSupplyChainTradeLineItem>\n"
    )


def _treatment(group: VatGroup) -> str:
    rate = group.rate_percent
    return (
        f"<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>{group.category.value}</ram:CategoryCode>"
        + ("" if rate is None else f"<ram:RateApplicablePercent>{number(rate)}</ram:RateApplicablePercent>")
    )  # fmt: skip


def _allowance(part: DocumentAllowance, group: VatGroup) -> str:
    """Return an allowance or charge on the whole document (BG-20, BG-21)."""
    indicator = "true" if part.amount > 0 else "false"
    return (
        f"<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>{indicator}</udt:Indicator>"
        f"</ram:ChargeIndicator><ram:ActualAmount>{money(abs(part.amount))}</ram:ActualAmount>"
        f"{needed('Reason', part.label)}<ram:CategoryTradeTax>{_treatment(group)}</ram:CategoryTradeTax>"
        "</ram:SpecifiedTradeAllowanceCharge>"
    )


def _period(period: Period | None) -> str:
    if period is None:
        return ""
    return (
        f"<ram:BillingSpecifiedPeriod><ram:StartDateTime>{day(period.start)}</ram:StartDateTime>"
        f"<ram:EndDateTime>{day(period.end)}</ram:EndDateTime></ram:BillingSpecifiedPeriod>"
    )


def _payment(bill: Bill, payee: Payee, seller: Seller, totals: Totals) -> tuple[str, str]:
    """Return the payee (BG-10), where it is not the seller, and the ways to pay (BG-16, BG-17, BG-19)."""
    if bill.kind is BillKind.CREDIT_NOTE or totals.due <= 0:
        return "", ""  # nothing is asked for
    if bill.direct_debit is None and not payee.account:
        return "", ""  # there is no account to name (BR-50)
    other = payee.name.casefold() not in (seller.name.casefold(), (seller.trading_name or "").casefold())
    party = f"<ram:PayeeTradeParty>{needed('Name', payee.name)}</ram:PayeeTradeParty>" if other else ""
    if bill.direct_debit is not None:
        return party, _debit(bill.direct_debit, bill.currency)
    accounts = [(payee.account or "", payee.bic, payee.is_iban)]
    accounts += [(account, None, is_iban(account)) for account in payee.other_accounts]
    # one code for all of them (CII-SR-467)
    is_sepa = bill.currency == "EUR" and all(holds and _is_sepa(account) for account, _, holds in accounts)
    code = SEPA_TRANSFER if is_sepa else CREDIT_TRANSFER
    return party, "".join(_means(code, payee.name, account, bic, is_iban_=holds) for account, bic, holds in accounts)


def _debit(debit: DirectDebit, currency: str) -> str:
    """Return the way to pay of a bill that is taken from the customer's account (BG-19)."""
    account = element("IBANID", "".join((debit.account or "").split()))
    payer = f"<ram:PayerPartyDebtorFinancialAccount>{account}</ram:PayerPartyDebtorFinancialAccount>" if account else ""
    return (
        "<ram:SpecifiedTradeSettlementPaymentMeans>"
        f"<ram:TypeCode>{SEPA_DEBIT if currency == 'EUR' else DIRECT_DEBIT}</ram:TypeCode>{payer}"
        "</ram:SpecifiedTradeSettlementPaymentMeans>"
    )


def _means(code: str, holder: str, account: str, bic: str | None, *, is_iban_: bool) -> str:
    plain = "".join(account.split())
    own = f"<ram:IBANID>{one_line(plain)}</ram:IBANID>" if is_iban_ else ""
    local = "" if is_iban_ else f"<ram:ProprietaryID>{one_line(account)}</ram:ProprietaryID>"
    bank = (
        f"<ram:PayeeSpecifiedCreditorFinancialInstitution>{element('BICID', bic)}"
        "</ram:PayeeSpecifiedCreditorFinancialInstitution>"
        if bic
        else ""
    )
    return (
        "<ram:SpecifiedTradeSettlementPaymentMeans>"
        f"<ram:TypeCode>{code}</ram:TypeCode>"
        f"<ram:PayeePartyCreditorFinancialAccount>{own}{element('AccountName', holder)}{local}"
        f"</ram:PayeePartyCreditorFinancialAccount>{bank}</ram:SpecifiedTradeSettlementPaymentMeans>"
    )


@lru_cache(maxsize=256)  # payees are few
def _is_sepa(account: str) -> bool:
    return is_sepa_iban(account)


def _settlement(
    bill: Bill,
    groups: list[VatGroup],
    parts: str,
    totals: Totals,
    due_on: date | None,
    payment: tuple[str, str],
) -> str:
    party, means = payment
    reference = (bill.payee.reference if bill.payee else None) or bill.number
    terms = element("Description", bill.payment_terms)
    if due_on:
        terms += f"<ram:DueDateDateTime>{day(due_on)}</ram:DueDateDateTime>"
    creditor = ""
    if bill.direct_debit is not None and means:
        terms += element("DirectDebitMandateID", bill.direct_debit.mandate)
        creditor = element("CreditorReferenceID", bill.direct_debit.creditor_id)
    original = ""
    if bill.original_number:
        number_ = element("IssuerAssignedID", bill.original_number)
        original = f"<ram:InvoiceReferencedDocument>{number_}</ram:InvoiceReferencedDocument>"
    return (
        f"<ram:ApplicableHeaderTradeSettlement>{creditor}{element('PaymentReference', reference)}"
        f"<ram:InvoiceCurrencyCode>{bill.currency}</ram:InvoiceCurrencyCode>{party}{means}\n"
        f"{''.join(map(_vat, groups))}{_period(bill.period)}{parts}"
        + (f"<ram:SpecifiedTradePaymentTerms>{terms}</ram:SpecifiedTradePaymentTerms>" if terms else "")
        + f"\n{_sums(totals, bill.currency)}{original}</ram:ApplicableHeaderTradeSettlement>\n"
    )


def _vat(group: VatGroup) -> str:
    """Return a row of the VAT breakdown (BG-23)."""
    reason_code = _REASON_CODES.get(group.category, "")
    has_reason = bool(reason_code) or group.category is TaxCategory.EXEMPT
    rate = group.rate_percent
    return (
        f"<ram:ApplicableTradeTax><ram:CalculatedAmount>{money(group.amount)}</ram:CalculatedAmount>"
        f"<ram:TypeCode>VAT</ram:TypeCode>{element('ExemptionReason', group.reason) if has_reason else ''}"
        f"<ram:BasisAmount>{money(group.base)}</ram:BasisAmount>"
        f"<ram:CategoryCode>{group.category.value}</ram:CategoryCode>{element('ExemptionReasonCode', reason_code)}"
        + ("" if rate is None else f"<ram:RateApplicablePercent>{number(rate)}</ram:RateApplicablePercent>")
        + "</ram:ApplicableTradeTax>"
    )


def _sums(totals: Totals, currency: str) -> str:
    """Return the document's totals (BG-22)."""

    def given(name: str, amount: object) -> str:
        return f"<ram:{name}>{amount}</ram:{name}>"

    return (
        "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        + given("LineTotalAmount", money(totals.lines))
        + (given("ChargeTotalAmount", money(totals.charges)) if totals.charges else "")
        + (given("AllowanceTotalAmount", money(totals.allowances)) if totals.allowances else "")
        + given("TaxBasisTotalAmount", money(totals.net))
        + f'<ram:TaxTotalAmount currencyID="{currency}">{money(totals.tax)}</ram:TaxTotalAmount>'
        + (given("RoundingAmount", money(totals.rounding)) if totals.rounding else "")
        + given("GrandTotalAmount", money(totals.gross))
        + (given("TotalPrepaidAmount", money(totals.paid)) if totals.paid else "")
        + given("DuePayableAmount", money(totals.due))
        + "</ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
    )
