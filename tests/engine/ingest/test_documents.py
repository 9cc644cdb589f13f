"""EN 16931 invoices in UBL: each business term arrives, and a document can do no harm."""

import json
from decimal import Decimal

import pytest

from engine.ingest import IngestOptions, Read, SetAside, read
from engine.ingest.charges import unit_word

_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"

LINE = """
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:Note>Read by us</cbc:Note>
  <cbc:InvoicedQuantity unitCode="KWH">300</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount currencyID="EUR">60.00</cbc:LineExtensionAmount>
  <cac:InvoicePeriod><cbc:StartDate>2026-10-01</cbc:StartDate><cbc:EndDate>2026-10-31</cbc:EndDate></cac:InvoicePeriod>
  <cac:Item><cbc:Name>Green
      supply</cbc:Name></cac:Item>
  <cac:Price><cbc:PriceAmount currencyID="EUR">20</cbc:PriceAmount><cbc:BaseQuantity>100</cbc:BaseQuantity></cac:Price>
</cac:InvoiceLine>"""
ACCOUNT = """
<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode><cbc:PaymentID>RF18539007547034</cbc:PaymentID>
  <cac:PayeeFinancialAccount><cbc:ID>IT60 X054 2811 1010 0000 0123 456</cbc:ID>
    <cac:FinancialInstitutionBranch><cbc:ID>BPPIITRRXXX</cbc:ID></cac:FinancialInstitutionBranch>
  </cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>123-456</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"""
INVOICE = """<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2" xmlns:cac="{cac}" xmlns:cbc="{cbc}">
<cbc:ID>N-7</cbc:ID><cbc:IssueDate>2026-11-03+01:00</cbc:IssueDate><cbc:DueDate>2026-11-24</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:Note>Thank you</cbc:Note>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>N-6</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>
<cac:AdditionalDocumentReference><cbc:ID>POD-9</cbc:ID>
  <cbc:DocumentTypeCode>130</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>
<cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Shop</cbc:Name></cac:PartyName>

  <cac:PartyLegalEntity><cbc:RegistrationName>Northlight Energy</cbc:RegistrationName>
  </cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cbc:SupplierAssignedAccountID>ACC-1</cbc:SupplierAssignedAccountID><cac:Party>
  <cac:PostalAddress><cbc:StreetName>Via Po</cbc:StreetName><cbc:BuildingNumber>1</cbc:BuildingNumber>
    <cbc:AdditionalStreetName>Scala B</cbc:AdditionalStreetName>
  <cbc:CityName>Torino</cbc:CityName>
    <cbc:PostalZone>10100</cbc:PostalZone>
    <cac:AddressLine><cbc:Line>c/o Rossi</cbc:Line></cac:AddressLine>
    <cac:Country><cbc:IdentificationCode>IT</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
  <cac:PartyLegalEntity><cbc:RegistrationName>Bakery &amp; Sons</cbc:RegistrationName></cac:PartyLegalEntity>
  <cac:Contact><cbc:ElectronicMail>bakery@mail.example</cbc:ElectronicMail></cac:Contact></cac:Party></cac:AccountingCustomerParty>
{account}
<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReason>Loyalty</cbc:AllowanceChargeReason>
  <cbc:Amount currencyID="EUR">10.00</cbc:Amount></cac:AllowanceCharge>
<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>
  <cbc:Amount currencyID="EUR">1.00</cbc:Amount></cac:AllowanceCharge>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">11.22</cbc:TaxAmount><cac:TaxSubtotal>
  <cbc:TaxableAmount currencyID="EUR">51.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">11.22</cbc:TaxAmount>

  <cac:TaxCategory><cbc:Percent>22</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>
  </cac:TaxSubtotal></cac:TaxTotal>
<cac:TaxTotal><cbc:TaxAmount currencyID="RON">55.80</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="EUR">62.22</cbc:TaxInclusiveAmount>
  <cbc:PrepaidAmount currencyID="EUR">20.00</cbc:PrepaidAmount>
  <cbc:PayableRoundingAmount currencyID="EUR">-0.02</cbc:PayableRoundingAmount>
  <cbc:PayableAmount currencyID="EUR">42.20</cbc:PayableAmount></cac:LegalMonetaryTotal>
{line}
</{root}>"""


def invoice(root="Invoice", line=LINE, account=ACCOUNT):
    return INVOICE.format(root=root, cac=_CAC, cbc=_CBC, line=line, account=account)


@pytest.fixture
def read_xml(tmp_path):
    def run(*texts, options=None):
        for at, text in enumerate(texts):
            data = text if isinstance(text, bytes) else text.encode()
            (tmp_path / f"{at}.xml").write_bytes(data)
        return list(read([tmp_path], options=options))

    return run


def test_head_and_totals_arrive(read_xml):
    (item,) = read_xml(invoice())
    (bill,) = item.customer.bills
    assert (bill.number, bill.issued_on.isoformat(), bill.due_on.isoformat()) == ("N-7", "2026-11-03", "2026-11-24")
    assert (bill.total, bill.prepaid, bill.rounding, bill.amount_payable) == tuple(
        Decimal(text) for text in ("62.20", "20.00", "-0.02", "42.20")
    )
    assert [(part.label, part.amount) for part in bill.allowances] == [("Loyalty", -10), ("Charge", 1)]
    assert [(tax.label, tax.rate_percent, tax.amount) for tax in bill.taxes] == [("VAT", 22, Decimal("11.22"))]
    assert bill.original_number == "N-6"
    assert bill.note == "Thank you\nRead by us"
    assert item.warnings == ()


def test_a_line_has_the_price_of_one_unit_a_readable_unit_and_a_period(read_xml):
    (line,) = read_xml(invoice())[0].customer.bills[0].lines
    assert (line.label, line.category, line.unit, line.unit_price) == ("Green supply", "energy", "kWh", Decimal("0.2"))
    assert line.period.days == 31


def test_the_bill_takes_its_period_from_the_lines_when_it_has_none(read_xml):
    assert read_xml(invoice())[0].customer.bills[0].period.start.isoformat() == "2026-10-01"


def test_an_uneven_price_is_cut_at_twelve_decimals(read_xml):
    line = LINE.replace(">20<", ">1585<").replace(">100<", ">365<")
    assert read_xml(invoice(line=line))[0].customer.bills[0].lines[0].unit_price == Decimal("4.342465753425")


def test_the_first_account_leads_and_is_checked(read_xml):
    payee = read_xml(invoice())[0].customer.bills[0].payee
    assert (payee.name, payee.account, payee.is_iban) == ("Northlight Energy", "IT60X0542811101000000123456", True)
    assert (payee.bic, payee.reference, payee.other_accounts) == ("BPPIITRRXXX", "RF18539007547034", ("123-456",))


def test_an_account_with_wrong_check_digits_is_no_iban_and_is_said(read_xml):
    (item,) = read_xml(
        invoice(account=ACCOUNT.replace("IT60 X054 2811 1010 0000 0123 456", "IT61X0542811101000000123456"))
    )
    assert item.customer.bills[0].payee.is_iban is False
    assert "check digits" in item.warnings[0].fact
    assert "IT61" not in str(item.warnings[0])


def test_the_buyer_arrives_with_care_of_line_first(read_xml):
    customer = read_xml(invoice())[0].customer
    assert customer.key == "N-7"
    assert customer.name.company == "Bakery & Sons"
    assert customer.address.lines == ("c/o Rossi", "Via Po 1", "Scala B")
    assert customer.email == "bakery@mail.example"
    assert customer.attributes["account"] == "ACC-1"
    assert [point.code for point in customer.supply_points] == ["POD-9"]


def test_a_person_is_a_household(read_xml):
    person = (
        "<cac:Person><cbc:FirstName>Ada</cbc:FirstName><cbc:FamilyName>Rossi</cbc:FamilyName></cac:Person><cac:Contact>"
    )
    head, tail = invoice().rsplit("<cac:Contact>", 1)
    customer = read_xml(head + person + tail)[0].customer
    assert customer.kind == "household"
    assert customer.name.full == "Ada Rossi"


def test_a_credit_note_owes_the_other_way(read_xml):
    line = LINE.replace("InvoiceLine", "CreditNoteLine").replace("InvoicedQuantity", "CreditedQuantity")
    bill = read_xml(invoice("CreditNote", line))[0].customer.bills[0]
    assert bill.kind == "credit_note"
    assert bill.owed == Decimal("-42.20")
    assert bill.lines[0].quantity == 300


def test_a_document_that_does_not_add_up_names_the_business_term(read_xml):
    (bad,) = read_xml(invoice().replace(">42.20<", ">42.21<"))
    assert bad.problem.code == "M103"
    assert "42.2" not in str(bad.problem)
    (bad,) = read_xml(invoice().replace("2026-11-03+01:00", "3 November"))
    assert bad.problem.place.endswith("field `bills[0].issued_on` from cbc:IssueDate (BT-2)")
    assert bad.key == "N-7"


def test_a_long_note_is_shortened_with_a_warning(read_xml):
    (item,) = read_xml(invoice().replace("Thank you", "word " * 2000))
    assert len(item.customer.bills[0].note) == 4000
    assert item.warnings[0].code == "I117"


_ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE Invoice [<!ENTITY l0 "lol">{_ENTITIES}]><Invoice>&l9;</Invoice>',
        '<!DOCTYPE Invoice [<!ENTITY f SYSTEM "file:///etc/passwd">]><Invoice>&f;</Invoice>',
        '<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:1/x.dtd"><Invoice/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE Invoice []><Invoice/>'.encode("utf-16"),
        "<Invoice><unclosed></Invoice>",
        "<Invoice>" * 10_000,
        "<Order/>",
        "",
        "<Invoice/>",
    ],
    ids=["bomb", "file", "network", "utf16", "broken", "deep", "order", "empty", "bare"],
)
def test_a_hostile_or_broken_document_is_set_aside_and_the_run_goes_on(read_xml, text):
    bad, good = read_xml(text, invoice())
    assert isinstance(bad, SetAside)
    assert bad.source.endswith("0.xml")
    assert isinstance(good, Read)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_whole_invoice_with_a_document_type_is_refused(read_xml, tmp_path, encoding):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    text = invoice().replace("UTF-8", encoding).replace("Thank you", "&f;")
    text = text.replace("?>", f'?><!DOCTYPE Invoice [<!ENTITY f SYSTEM "{secret.as_uri()}">]>', 1)
    (item,) = read_xml(text.encode(encoding))
    assert isinstance(item, SetAside)
    assert item.problem.code == "I115"
    assert "document type" in item.problem.fact


def test_an_invoice_in_utf16_is_read(read_xml):
    (item,) = read_xml(invoice().replace("UTF-8", "UTF-16").encode("utf-16"))
    assert item.customer.key == "N-7"


def test_a_document_above_the_limit_is_not_read(read_xml):
    (item,) = read_xml("<Invoice>" + "x" * 2000, options=IngestOptions(max_document_bytes=1024))
    assert item.problem.code == "I109"


SEEF = """
<ext:UBLExtensions xmlns:ext="urn:e" xmlns:s="urn:s"><s:UtilityConsumptionPoint><cbc:ID>EAN1</cbc:ID>
<s:UtilityMeter><s:MeterNumber>M1</s:MeterNumber>{readings}</s:UtilityMeter></s:UtilityConsumptionPoint></ext:UBLExtensions>"""
READING = """<s:MeterReading><s:MeterReadingTypeCode>{register}</s:MeterReadingTypeCode>
<s:PreviousMeterReadingDate>2026-10-01</s:PreviousMeterReadingDate>
  <s:PreviousMeterQuantity unitCode="{unit}">{low}</s:PreviousMeterQuantity>
<s:LatestMeterReadingDate>2026-10-31</s:LatestMeterReadingDate>
  <s:LatestMeterQuantity unitCode="{unit}">{high}</s:LatestMeterQuantity>
<s:LatestMeterReadingMethodCode>{method}</s:LatestMeterReadingMethodCode></s:MeterReading>"""


def with_readings(*readings):
    text = "".join(
        READING.format(register=r, low=low, high=high, method=m, unit=unit) for r, low, high, m, unit in readings
    )
    return invoice().replace("<cbc:ID>N-7", SEEF.format(readings=text) + "<cbc:ID>N-7", 1)


def test_meter_readings_become_consumption(read_xml):
    (item,) = read_xml(with_readings(("LAAG", "100", "150", "MRM001", "KWH"), ("HOOG", "7", "9.5", "MRM001", "KWH")))
    (used,) = item.customer.consumption
    assert [(reading.register_name, reading.quantity) for reading in used.readings] == [
        ("LAAG", 50),
        ("HOOG", Decimal("2.5")),
    ]
    assert used.quantity == Decimal("52.5")
    assert used.readings[0].meter == "M1"
    assert item.customer.bills[0].supply_points == ("EAN1", "POD-9")
    assert item.customer.bills[0].is_estimated is False


def test_an_unknown_reading_method_counts_as_estimated_and_is_said(read_xml):
    (item,) = read_xml(with_readings(("LAAG", "100", "150", "MRM777", "KWH")))
    assert item.customer.consumption[0].readings[0].method == "estimated"
    assert item.customer.bills[0].is_estimated is True
    assert "MeterReadingMethodCode" in item.warnings[0].place


def test_a_meter_that_turned_over_has_no_invented_quantity(read_xml):
    (used,) = read_xml(with_readings(("LAAG", "99990", "10", "MRM001", "KWH")))[0].customer.consumption
    assert used.readings[0].quantity is None
    assert used.quantity is None


def test_cubic_metres_are_gas_unless_words_say_water(read_xml):
    assert read_xml(with_readings(("1", "1", "2", "MRM001", "MTQ")))[0].customer.consumption[0].commodity == "gas"
    water = with_readings(("1", "1", "2", "MRM001", "MTQ")).replace("Green\n      supply", "Drinking water")
    assert read_xml(water)[0].customer.consumption[0].commodity == "water"


def test_documents_of_one_account_make_one_customer_when_asked(read_xml):
    older = with_readings(("LAAG", "1", "4", "MRM001", "KWH")).replace("N-7", "N-1").replace("2026-11-03", "2026-10-03")
    newer = with_readings(("LAAG", "4", "9", "MRM001", "KWH")).replace("Bakery", "Patisserie")
    other = invoice().replace("ACC-1", "ACC-2")
    first, second = read_xml(newer, other, older, options=IngestOptions(group_documents=True))
    assert (first.customer.key, second.customer.key) == ("ACC-1", "ACC-2")
    assert [bill.number for bill in first.customer.bills] == ["N-1", "N-7"]
    assert first.customer.name.company == "Patisserie & Sons"
    assert [reading.quantity for reading in first.customer.consumption[0].readings] == [3, 5]
    assert [point.code for point in first.customer.supply_points] == ["EAN1", "POD-9"]


def test_two_documents_of_one_number_in_an_account_are_set_aside(read_xml):
    (item,) = read_xml(invoice(), invoice(), options=IngestOptions(group_documents=True))
    assert item.problem.code == "I113"
    assert item.key == "ACC-1"


def test_two_documents_of_one_number_are_not_both_sent(read_xml):
    first, second = read_xml(invoice(), invoice())
    assert isinstance(first, Read)
    assert second.problem.code == "I113"


def test_every_official_invoice_arrives_with_all_its_facts(shared_fixtures):
    folder = shared_fixtures / "invoices"
    expected = json.loads((folder / "expected_facts.json").read_text("utf-8"))
    items = {item.source.rsplit("/", 1)[-1]: item for item in read([folder])}
    assert set(items) == set(expected)
    for name, facts in expected.items():
        assert isinstance(items[name], Read), items[name]
        _check(items[name].customer, facts)


def _check(customer, facts):
    (bill,) = customer.bills
    assert bill.kind == {"Invoice": "invoice", "CreditNote": "credit_note"}[facts["root"]]
    assert (bill.number, bill.currency, bill.payee.name) == (facts["id"], facts["currency"], facts["supplier"])
    assert bill.issued_on.isoformat() == facts["issued"]
    assert (bill.due_on.isoformat() if bill.due_on else None) == facts["due"]
    assert bill.amount_payable == Decimal(facts["payable"])
    assert customer.name.full == facts["customer"]
    assert len(bill.lines) == len(facts["lines"])
    for line, fact in zip(bill.lines, facts["lines"], strict=True):
        assert (line.label, line.amount, line.quantity) == (fact["name"], Decimal(fact["amount"]), Decimal(fact["qty"]))
        assert fact["unit"] is None or line.unit == unit_word(fact["unit"])
    accounts = [bill.payee.account, *bill.payee.other_accounts]
    assert accounts == [means["account"] for means in facts["payment"]]
    assert bill.payee.reference == facts["payment"][0]["id"]
    readings = [reading for used in customer.consumption for reading in used.readings]
    assert len(readings) == len(facts["meters"])
    for reading, fact in zip(readings, facts["meters"], strict=True):
        period = (reading.period.start.isoformat(), reading.period.end.isoformat())
        assert (reading.register_name, *period) == (fact["type"], fact["prev_date"], fact["date"])
        assert (reading.previous, reading.latest) == (Decimal(fact["prev"]), Decimal(fact["latest"]))
        assert reading.quantity == reading.latest - reading.previous


def test_seller_terms_and_vat_treatment_arrive_for_an_e_invoice(read_xml):
    tax = """<cac:TaxCategory><cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent>
      <cbc:TaxExemptionReasonCode>VATEX-EU-132</cbc:TaxExemptionReasonCode>"""
    party = """<cac:PartyTaxScheme><cbc:CompanyID>IT01234567897</cbc:CompanyID>
      <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
      <cac:PartyTaxScheme><cbc:CompanyID>T-1</cbc:CompanyID><cac:TaxScheme><cbc:ID>TAX</cbc:ID></cac:TaxScheme>
      </cac:PartyTaxScheme><cac:PartyLegalEntity><cbc:RegistrationName>Northlight"""
    item = LINE.replace("</cac:Item>", "<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>22</cbc:Percent>"
                        "</cac:ClassifiedTaxCategory></cac:Item>")  # fmt: skip
    terms = "<cac:PaymentTerms><cbc:Note>Soon</cbc:Note></cac:PaymentTerms>"
    text = invoice(line=item, account=ACCOUNT + terms).replace("<cac:TaxCategory>", tax, 1)
    text = text.replace("<cbc:Percent>22</cbc:Percent><cac:TaxScheme>", "<cac:TaxScheme>")
    text = text.replace("<cac:PartyLegalEntity><cbc:RegistrationName>Northlight", party, 1)
    (bill,) = read_xml(text)[0].customer.bills
    seller = bill.seller
    assert (seller.name, seller.trading_name, seller.vat_id, seller.tax_id) == (
        "Northlight Energy", "Shop", "IT01234567897", "T-1",
    )  # fmt: skip
    assert seller.address.country == "ZZ"  # not said: no e-invoice is made of a guess
    assert (bill.lines[0].tax_category, bill.lines[0].tax_rate_percent) == ("S", 22)
    assert (bill.taxes[0].category, bill.taxes[0].exemption_reason) == ("E", "VATEX-EU-132")
    assert (bill.payment_terms, bill.type_code) == ("Soon", "380")


def test_a_tax_code_of_another_list_does_not_cost_the_bill(read_xml):
    text = invoice().replace("<cac:TaxCategory>", "<cac:TaxCategory><cbc:ID>AA</cbc:ID>", 1)
    assert read_xml(text)[0].customer.bills[0].taxes[0].category is None


def test_a_direct_debit_arrives_with_mandate_creditor_and_account(read_xml):
    means = """<cac:PaymentMeans><cbc:PaymentMeansCode>59</cbc:PaymentMeansCode><cac:PaymentMandate>
      <cbc:ID>M-1</cbc:ID><cac:PayerFinancialAccount><cbc:ID>IT60 X054 2811 1010 0000 0123 456</cbc:ID>
      </cac:PayerFinancialAccount></cac:PaymentMandate></cac:PaymentMeans>"""
    party = '<cac:PartyIdentification><cbc:ID schemeID="SEPA">IT91ZZZ0123456789</cbc:ID></cac:PartyIdentification>'
    text = invoice(account=means).replace("<cac:PartyName>", party + "<cac:PartyName>", 1)
    debit = read_xml(text)[0].customer.bills[0].direct_debit
    assert (debit.mandate, debit.creditor_id, debit.account) == (
        "M-1", "IT91ZZZ0123456789", "IT60X0542811101000000123456",
    )  # fmt: skip
    assert read_xml(invoice())[0].customer.bills[0].direct_debit is None
