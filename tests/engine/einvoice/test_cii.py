"""The bill as an EN 16931 invoice: each business term in its place, and the official rules content."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.einvoice.attachment import invoice_of
from engine.einvoice.cii import invoice_xml
from engine.einvoice.refusal import RefusedError
from engine.model.bill import Bill, BillKind, Payee
from engine.model.customer import Customer
from engine.model.party import Seller
from engine.templating.campaign_file import load_campaign
from tests.engine.einvoice.invoices import (
    IBAN,
    LINE,
    PAYEE,
    SELLER,
    broken,
    make_bill,
    make_customer,
    make_xml,
    text,
    texts,
)

ROOT = Path(__file__).parents[3]
CUSTOMERS = [
    Customer.model_validate(json.loads(line, parse_float=Decimal))
    for line in (ROOT / "samples/customers.jsonl").read_text("utf-8").splitlines()
]
CAMPAIGN = load_campaign(ROOT / "templates/bill-explainer")


def refusal(bill: Bill, customer: Customer | None = None, **seller) -> str:
    with pytest.raises(RefusedError) as caught:
        make_xml(bill, customer, **seller)
    return caught.value.problem.code


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: customer.key)
def test_every_bill_of_the_samples_keeps_the_official_rules(customer):
    for bill in customer.bills:
        if bill.kind is BillKind.REMINDER:
            continue
        data = invoice_of(bill, customer, CAMPAIGN)
        assert broken(data) == []
        assert Decimal(text(data, "GrandTotalAmount")) == bill.total - bill.rounding
        carried = max(bill.balance_forward, Decimal(0))  # what other bills are owed is not this invoice's
        assert Decimal(text(data, "DuePayableAmount")) == bill.amount_payable - carried


def test_the_same_bill_gives_the_same_bytes():
    assert make_xml() == make_xml()
    assert make_xml().startswith(b'<?xml version="1.0" encoding="UTF-8"?>')


def test_the_head_says_profile_number_kind_and_day():
    data = make_xml(make_bill(note="Thank you <for> paying & reading", original_number="N-0"))
    assert text(data, "GuidelineSpecifiedDocumentContextParameter/ID") == "urn:cen.eu:en16931:2017"
    assert text(data, "ExchangedDocument/ID") == "N-1"
    assert text(data, "ExchangedDocument/TypeCode") == "380"
    assert text(data, "IssueDateTime/DateTimeString") == "20261103"
    assert text(data, "IncludedNote/Content") == "Thank you <for> paying & reading"
    assert text(data, "InvoiceReferencedDocument/IssuerAssignedID") == "N-0"
    assert broken(data) == []


def test_seller_and_buyer_stand_with_address_numbers_and_mailbox():
    customer = make_customer(vat_id="IT 09876543217", email="maria@mail.example", kind="business")
    data = make_xml(customer=customer, trading_name="Northlight", tax_id="MI-77")
    assert texts(data, "SellerTradeParty/Name") == [SELLER["name"]]
    assert text(data, "SpecifiedLegalOrganization/TradingBusinessName") == "Northlight"
    assert texts(data, "SellerTradeParty/SpecifiedTaxRegistration/ID") == ["IT01234567897", "MI-77"]
    assert text(data, "TelephoneUniversalCommunication/CompleteNumber") == "800 000 111"
    assert text(data, "BuyerTradeParty/Name") == "Maria Bianchi"
    assert text(data, "BuyerTradeParty/ID") == "C-1"
    assert text(data, "BuyerTradeParty/SpecifiedTaxRegistration/ID") == "IT09876543217"
    assert text(data, "BuyerTradeParty/URIUniversalCommunication/URIID") == "maria@mail.example"
    assert texts(data, "BuyerTradeParty/PostalTradeAddress/CityName") == ["Modena"]
    assert broken(data) == []


def test_an_address_of_many_lines_keeps_them_all_in_three():
    where = {"lines": ["c/o Rossi", "Scala B", "Interno 4", "Via Po 1"], "city": "Torino", "country": "IT"}
    data = make_xml(customer=make_customer(address=where))
    assert text(data, "BuyerTradeParty/PostalTradeAddress/LineThree") == "Interno 4, Via Po 1"
    assert broken(data) == []


def test_a_line_says_quantity_unit_price_period_and_supply_point():
    line = {**LINE, "supply_point": "IT001E1", "period": {"start": "2026-10-01", "end": "2026-10-15"}}
    data = make_xml(make_bill(lines=[line]))
    assert text(data, "BilledQuantity") == "250"
    assert b'unitCode="KWH">250<' in data
    assert text(data, "NetPriceProductTradePrice/ChargeAmount") == "0.4"
    assert text(data, "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount") == "100.00"
    assert text(data, "SpecifiedLineTradeSettlement/AdditionalReferencedDocument/IssuerAssignedID") == "IT001E1"
    assert texts(data, "SpecifiedLineTradeSettlement/BillingSpecifiedPeriod/EndDateTime/DateTimeString") == ["20261015"]
    assert broken(data) == []


def test_a_word_that_is_no_known_unit_is_said_beside_the_code_for_others():
    data = make_xml(make_bill(lines=[{**LINE, "unit": "meter box"}]))
    assert b'unitCode="ZZ"' in data
    assert text(data, "SpecifiedTradeProduct/Description") == "meter box"
    assert broken(data) == []


def test_payment_by_sepa_names_iban_bic_holder_and_reference():
    data = make_xml(make_bill(payee={**PAYEE, "bic": "BPPIITRRXXX", "other_accounts": ["FR1420041010050500013M02606"]}))
    assert texts(data, "SpecifiedTradeSettlementPaymentMeans/TypeCode") == ["58", "58"]
    assert texts(data, "IBANID") == [IBAN, "FR1420041010050500013M02606"]
    assert text(data, "BICID") == "BPPIITRRXXX"
    assert text(data, "PaymentReference") == PAYEE["reference"]
    assert texts(data, "PayeeTradeParty/Name") == []
    assert broken(data) == []


def test_another_payee_is_named_and_a_local_account_is_a_plain_transfer():
    payee = {"name": "Light Collections", "account": "60-16-13 31926819", "is_iban": False, "other_accounts": [IBAN]}
    data = make_xml(make_bill(payee=payee))
    assert text(data, "PayeeTradeParty/Name") == "Light Collections"
    assert texts(data, "SpecifiedTradeSettlementPaymentMeans/TypeCode") == ["30", "30"]
    assert text(data, "ProprietaryID") == payee["account"]
    assert text(data, "PaymentReference") == "N-1"
    assert broken(data) == []


def test_a_direct_debit_names_mandate_creditor_and_the_account_that_is_debited():
    debit = {"mandate": "M-1", "creditor_id": "IT91ZZZ0123456789", "account": "FR14 2004 1010 0505 0001 3M02 606"}
    data = make_xml(make_bill(direct_debit=debit))
    assert text(data, "SpecifiedTradeSettlementPaymentMeans/TypeCode") == "59"
    assert text(data, "PayerPartyDebtorFinancialAccount/IBANID") == "FR1420041010050500013M02606"
    assert text(data, "CreditorReferenceID") == "IT91ZZZ0123456789"
    assert text(data, "DirectDebitMandateID") == "M-1"
    assert texts(data, "PayeePartyCreditorFinancialAccount") == []
    assert broken(data) == []
    abroad = make_xml(make_bill(direct_debit={"mandate": "M-1"}, currency="GBP", payee=None))
    assert text(abroad, "SpecifiedTradeSettlementPaymentMeans/TypeCode") == "49"
    assert broken(abroad) == []


def test_a_bill_without_an_account_names_no_way_to_pay():
    data = make_xml(make_bill(payee=None))
    assert texts(data, "SpecifiedTradeSettlementPaymentMeans") == []
    assert broken(data) == []


def test_a_credit_note_has_positive_figures_its_own_code_and_no_account_to_pay_to():
    data = make_xml(make_bill(kind="credit_note", original_number="N-0"))
    assert text(data, "ExchangedDocument/TypeCode") == "381"
    assert text(data, "DuePayableAmount") == "122.00"
    assert texts(data, "SpecifiedTradeSettlementPaymentMeans") == []
    assert broken(data) == []


def test_a_credit_note_without_a_date_is_due_when_the_campaign_pays_out():
    bill = make_bill(kind="credit_note", due_on=None)
    assert text(invoice_of(bill, make_customer(), CAMPAIGN), "DueDateDateTime/DateTimeString") == "20261117"


def test_an_invoice_of_a_credit_keeps_its_minus():
    data = make_xml(make_bill(lines=[{**LINE, "amount": "-100.00"}], due_on=None))
    assert text(data, "DuePayableAmount") == "-122.00"
    assert text(data, "BilledQuantity") == "-250"
    assert text(data, "NetPriceProductTradePrice/ChargeAmount") == "0.4"
    assert broken(data) == []


@pytest.mark.parametrize("code", ["326", "384", "389"])
def test_a_bill_may_bear_another_code_of_the_list(code):
    data = make_xml(make_bill(type_code=code))
    assert text(data, "ExchangedDocument/TypeCode") == code
    assert broken(data) == []


@pytest.mark.parametrize(("kind", "code"), [("invoice", "381"), ("invoice", "999"), ("credit_note", "380")])
def test_a_code_that_does_not_fit_the_kind_is_refused(kind, code):
    assert refusal(make_bill(kind=kind, type_code=code)) == "R133"


def test_allowances_charges_prepaid_and_rounding_make_the_amount_due():
    parts = [{"label": "Bonus", "amount": "-12.00"}, {"label": "Paper", "amount": "2.00"}]
    data = make_xml(make_bill(allowances=parts, rounding="-0.03", prepaid="50.00"))
    figures = {name: text(data, name) for name in (
        "ChargeTotalAmount", "AllowanceTotalAmount", "TaxBasisTotalAmount", "TaxTotalAmount", "RoundingAmount",
        "GrandTotalAmount", "TotalPrepaidAmount", "DuePayableAmount",
    )}  # fmt: skip
    assert figures == {
        "ChargeTotalAmount": "2.00", "AllowanceTotalAmount": "12.00", "TaxBasisTotalAmount": "90.00",
        "TaxTotalAmount": "19.80", "RoundingAmount": "-0.03", "GrandTotalAmount": "109.80",
        "TotalPrepaidAmount": "50.00", "DuePayableAmount": "59.77",
    }  # fmt: skip
    assert texts(data, "SpecifiedTradeAllowanceCharge/Reason") == ["Bonus", "Paper"]
    assert broken(data) == []


def test_a_credit_brought_forward_counts_as_paid_a_debt_is_left_out():
    credit, debt = (make_xml(make_bill(balance_forward=amount)) for amount in ("-20.00", "20.00"))
    assert (text(credit, "TotalPrepaidAmount"), text(credit, "DuePayableAmount")) == ("20.00", "102.00")
    assert (texts(debt, "TotalPrepaidAmount"), text(debt, "DuePayableAmount")) == ([], "122.00")
    assert broken(credit) == broken(debt) == []


def test_two_rates_make_two_rows_of_the_breakdown():
    lines = [
        {**LINE, "tax_rate_percent": "20"},
        {"category": "fixed", "label": "Standing charge", "amount": "10.00", "tax_rate_percent": "5.5"},
    ]
    taxes = [{"rate_percent": "5.5", "base": "10.00", "amount": "0.55"}, {"rate_percent": "20", "amount": "20.00"}]
    data = make_xml(make_bill(lines=lines, taxes=taxes))
    assert texts(data, "ApplicableHeaderTradeSettlement/ApplicableTradeTax/BasisAmount") == ["10.00", "100.00"]
    assert texts(data, "SpecifiedLineTradeSettlement/ApplicableTradeTax/RateApplicablePercent") == ["20", "5.5"]
    assert broken(data) == []


UNTAXED = [
    ({"category": "Z"}, {}, {}),
    ({"category": "E", "exemption_reason": "Article 135"}, {}, {}),
    ({"category": "AE"}, {"vat_id": "FR12345678901"}, {}),
    ({"category": "K"}, {"vat_id": "FR12345678901"}, {}),
    ({"category": "G"}, {}, {}),
    ({"category": "O", "exemption_reason": "Not subject to VAT"}, {}, {"vat_id": None}),
    ({"category": "O"}, {"vat_id": "FR12345678901"}, {}),  # VAT numbers must not stand there
    ({"category": "M", "rate_percent": "0"}, {}, {}),
]


@pytest.mark.parametrize(("tax", "buyer", "seller"), UNTAXED)
def test_each_category_without_tax_keeps_its_rules(tax, buyer, seller):
    data = make_xml(make_bill(taxes=[{"amount": "0.00", **tax}]), make_customer(**buyer), **seller)
    categories = texts(data, "ApplicableTradeTax/CategoryCode")
    assert categories == [tax["category"]] * 2
    assert broken(data) == []


@pytest.mark.parametrize("category", ["L", "M"])
def test_the_taxes_of_spain_s_islands_and_towns_have_rates(category):
    data = make_xml(make_bill(taxes=[{"category": category, "rate_percent": "7", "amount": "7.00"}]))
    assert broken(data) == []


def test_what_is_no_invoice_carries_none():
    reminder = Bill.model_validate({"number": "R", "kind": "reminder", "issued_on": "2026-11-03", "total": "9.00",
                                    "amount_payable": "9.00"})  # fmt: skip
    assert refusal(reminder) == "R130"
    assert refusal(make_bill(kind="statement")) == "R130"


@pytest.mark.parametrize(
    "changes",
    [
        {"taxes": []},
        {"taxes": [{"amount": "0.00"}]},
        {"taxes": [{"amount": "0.00", "rate_percent": "0"}]},
        {"taxes": [{"amount": "0.00", "category": "E"}]},
        {"taxes": [{"amount": "0.00", "category": "S"}]},
        {"taxes": [{"amount": "0.00", "category": "L", "rate_percent": "0"}]},
        {"taxes": [{"amount": "-5.00", "category": "S", "rate_percent": "-5"}]},
        {"taxes": [{"amount": "0.00", "category": "Z", "rate_percent": "5"}]},
        {"taxes": [{"rate_percent": "5", "amount": "0.00"}, {"rate_percent": "22", "amount": "22.00"}]},
        {"due_on": None},
        {"currency": "KWD"},
        {"currency": "QQQ"},
        {"period": None, "taxes": [{"amount": "0.00", "category": "K"}]},
    ],
    ids=str,
)
def test_a_bill_that_lacks_something_is_refused_by_name(changes):
    assert refusal(make_bill(**changes), make_customer(vat_id="FR12345678901")) == "R133"


def test_payment_terms_stand_in_for_a_due_date():
    data = make_xml(make_bill(due_on=None, payment_terms="At once, without deduction"))
    assert text(data, "SpecifiedTradePaymentTerms/Description") == "At once, without deduction"
    assert broken(data) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"taxes": [{"rate_percent": "22", "base": "99.00", "amount": "22.00"}]},
        {"taxes": [{"rate_percent": "22", "amount": "22.10"}]},
        {"taxes": [{"category": "Z", "amount": "0.01"}]},
        {"lines": [{**LINE, "tax_rate_percent": "10"}]},
        {"lines": [{**LINE, "tax_category": "E"}]},
    ],
    ids=str,
)
def test_figures_that_contradict_each_other_are_refused_as_such(changes):
    assert refusal(make_bill(**changes)) == "R134"


@pytest.mark.parametrize(
    "seller",
    [
        {"vat_id": None, "register_id": None, "tax_id": "T-1"},
        {"vat_id": None},
        {"vat_id": "01234567897"},
        {"address": {"country": "ZZ"}},
    ],
    ids=str,
)
def test_a_seller_that_lacks_something_is_refused(seller):
    assert refusal(make_bill(), **seller) == "R131"


def test_an_unknown_seller_is_refused():
    with pytest.raises(RefusedError) as caught:
        invoice_xml(make_bill(), make_customer(), None, Payee(name="Northlight"), None)
    assert caught.value.problem.code == "R131"


@pytest.mark.parametrize(
    "customer",
    [{"address": None}, {"address": {"country": "UK"}}, {"vat_id": "12345"}],
    ids=str,
)
def test_a_customer_that_lacks_something_is_refused(customer):
    assert refusal(make_bill(), make_customer(**customer)) == "R132"


def test_reverse_charge_needs_the_customer_s_number():
    assert refusal(make_bill(taxes=[{"amount": "0.00", "category": "AE"}])) == "R132"


def test_the_place_of_supply_is_the_point_s_or_the_customer_s_or_left_to_the_period():
    points = [
        {"code": "A", "address": {"lines": ["Lago 3"], "city": "Como", "country": "IT"}},
        {"code": "B", "address": {"lines": ["Mare 4"], "city": "Bari", "country": "IT"}},
        {"code": "C"},
    ]
    customer = make_customer(supply_points=points)
    own, far, both = (make_xml(make_bill(supply_points=codes), customer) for codes in (["C"], ["A"], ["A", "B"]))
    assert (text(own, "ShipToTradeParty/ID"), text(own, "ShipToTradeParty/PostalTradeAddress/CityName")) == (
        "C", "Modena",
    )  # fmt: skip
    assert text(far, "ShipToTradeParty/PostalTradeAddress/CityName") == "Como"
    assert text(both, "ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString") == "20261031"
    assert broken(own) == broken(far) == broken(both) == []


HOSTILE = st.text(min_size=1, max_size=60).filter(lambda word: word.strip())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, HOSTILE, HOSTILE)
def test_any_text_makes_valid_xml(label, family, note):
    bill = make_bill(lines=[{**LINE, "label": label, "unit": note}], note=note, payment_terms=label)
    data = make_xml(bill, make_customer(name={"family": family}, address={"lines": [family, label], "country": "IT"}))
    etree.fromstring(data)
    assert [rule for rule in broken(data) if rule != "PEPPOL-EN16931-R008"] == []


def test_the_seller_of_the_bill_goes_before_the_campaign_s():
    bill = make_bill(seller=SELLER | {"name": "Gridworks"})
    assert text(invoice_of(bill, make_customer(), CAMPAIGN), "SellerTradeParty/Name") == "Gridworks"
    plain = invoice_of(make_bill(), make_customer(), CAMPAIGN)
    assert text(plain, "SellerTradeParty/Name") == "Northlight Energy S.p.A."
    assert text(plain, "SpecifiedLegalOrganization/TradingBusinessName") == "Northlight Energy"
    assert Seller.model_validate(SELLER).name in plain.decode()
