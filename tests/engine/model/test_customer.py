from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from engine.model.customer import Customer, PersonName


def bill(number: str, issued_on: str, payable: str = "10.00", **more: Any) -> dict[str, Any]:
    line = {"category": "energy", "label": "Energy", "amount": payable}
    return {
        "number": number,
        "issued_on": issued_on,
        "lines": [line],
        "total": payable,
        "amount_payable": payable,
        **more,
    }


def customer(**more: Any) -> Customer:
    return Customer.model_validate({"key": "C-1", "name": {"family": "Rossi"}, **more})


def test_a_customer_needs_some_name() -> None:
    with pytest.raises(ValidationError, match="given name, a family name or a company"):
        PersonName()
    with pytest.raises(ValidationError, match="given name, a family name or a company"):
        PersonName(given="  ")


def test_a_company_is_named_by_its_company_name() -> None:
    assert PersonName(company="Fonderie S.p.A.", given="Anna", family="Rossi").full == "Fonderie S.p.A."
    assert PersonName(given="Anna", family="Rossi").full == "Anna Rossi"
    assert PersonName(family="Rossi").full == "Rossi"


def test_the_newest_bill_is_spoken_about_wherever_it_stands() -> None:
    record = customer(bills=[bill("B-2", "2026-11-03"), bill("B-1", "2026-10-03")])

    assert record.subject_bill is not None
    assert record.subject_bill.number == "B-2"


def test_of_two_bills_of_a_day_the_later_in_the_record_is_spoken_about() -> None:
    record = customer(bills=[bill("B-2", "2026-11-03"), bill("B-1", "2026-11-03")])

    assert record.subject_bill is not None
    assert record.subject_bill.number == "B-1"


def test_a_customer_without_bills_has_none_to_speak_about() -> None:
    assert customer().subject_bill is None


def test_two_bills_with_one_number_are_refused() -> None:
    with pytest.raises(ValidationError, match="same number"):
        customer(bills=[bill("B-1", "2026-11-03"), bill("B-1", "2026-10-03")])


@pytest.mark.parametrize(
    ("currency", "payable", "row"),
    [
        ("EUR", "10.00", {"payments": [{"amount": "9.999", "paid_on": "2026-10-01"}]}),
        ("JPY", "10", {"payments": [{"amount": "9.99", "paid_on": "2026-10-01", "bill_number": "1"}]}),
        ("EUR", "10.00", {"disputes": [{"opened_on": "2026-10-01", "bill_number": "1", "amount": "0.005"}]}),
    ],
)
def test_money_that_is_no_whole_coins_of_its_bill_is_refused(currency: str, payable: str, row: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=f"{currency} has at most"):
        customer(bills=[bill("1", "2026-09-01", payable, currency=currency)], **row)


def test_each_payment_is_measured_by_the_currency_of_its_own_bill() -> None:
    bills = [bill("1", "2026-09-01"), bill("2", "2026-10-01", "10", currency="JPY")]
    customer(bills=bills, payments=[{"amount": "9.99", "paid_on": "2026-10-02", "bill_number": "1"}])


def test_payments_and_returns_count_against_their_own_bill() -> None:
    payments = [
        {"amount": "8.00", "paid_on": "2026-11-05", "bill_number": "B-1"},
        {"amount": "-3.00", "paid_on": "2026-11-06", "bill_number": "B-1"},
        {"amount": "99.00", "paid_on": "2026-11-06", "bill_number": "B-0"},
    ]
    record = customer(bills=[bill("B-1", "2026-11-03")], payments=payments)

    assert record.paid(record.bills[0]) == Decimal("5.00")
    assert record.outstanding(record.bills[0]) == Decimal("5.00")


def test_a_payment_on_account_goes_to_the_oldest_open_bill_and_what_is_left_to_the_next() -> None:
    bills = [bill("B-2", "2026-11-03", due_on="2026-11-24"), bill("B-1", "2026-10-03", due_on="2026-10-24")]
    record = customer(bills=bills, payments=[{"amount": "14.00", "paid_on": "2026-11-05"}])

    assert [record.outstanding(one) for one in record.bills] == [Decimal("6.00"), Decimal("0.00")]


def test_a_payment_on_account_before_a_bill_was_issued_is_left_to_that_bill() -> None:
    record = customer(bills=[bill("B-1", "2026-11-03")], payments=[{"amount": "4.00", "paid_on": "2026-11-02"}])

    assert record.outstanding(record.bills[0]) == Decimal("10.00")


def test_a_payment_on_account_never_pays_more_than_is_open() -> None:
    paid = [
        {"amount": "7.00", "paid_on": "2026-11-05", "bill_number": "B-1"},
        {"amount": "9.00", "paid_on": "2026-11-06"},
    ]
    record = customer(bills=[bill("B-1", "2026-11-03")], payments=paid)

    assert record.outstanding(record.bills[0]) == Decimal("0.00")


def test_an_iban_with_wrong_check_digits_is_refused_and_not_quoted() -> None:
    payee = {"name": "Northlight", "account": "IT60X0542811101000000123457"}
    with pytest.raises(ValidationError, match="check digits") as caught:
        customer(bills=[bill("B-1", "2026-11-03", payee=payee)])
    assert "IT60" not in str(caught.value.errors(include_input=False))
    assert customer(bills=[bill("B-1", "2026-11-03", payee=payee | {"is_iban": False})])


def test_a_credit_note_leaves_the_supplier_owing() -> None:
    record = customer(bills=[bill("N-1", "2026-11-03", kind="credit_note")])

    assert record.outstanding(record.bills[0]) == Decimal("-10.00")


def test_attributes_are_words() -> None:
    with pytest.raises(ValidationError):
        customer(attributes={"solar": True})


@pytest.mark.parametrize("locale", ["it", "fr-BE", "sr_Latn_RS", "lt"])
def test_a_locale_may_carry_script_and_region(locale: str) -> None:
    assert customer(locale=locale).locale == locale


@pytest.mark.parametrize("locale", ["IT", "italian", "i", "it-", "../it"])
def test_what_is_no_language_tag_is_refused(locale: str) -> None:
    with pytest.raises(ValidationError):
        customer(locale=locale)
