"""Prices, VAT and sums to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.einvoice.figures import price_of, totals_of, vat_of
from engine.einvoice.refusal import RefusedError
from engine.einvoice.xml_text import money, number
from engine.model.bill import ChargeLine
from tests.engine.einvoice.invoices import make_bill

CENTS = st.decimals("-9999999.99", "9999999.99", places=2, allow_nan=False)
QUANTITIES = st.none() | st.decimals("-99999", "99999", places=3, allow_nan=False)
PRICES = st.none() | st.decimals("-99", "99", places=6, allow_nan=False)


def line(**fields) -> ChargeLine:
    return ChargeLine.model_validate({"category": "energy", "label": "x", **fields})


@given(CENTS, QUANTITIES, PRICES)
def test_quantity_times_price_is_the_amount_and_no_price_is_negative(amount, quantity, unit_price):
    price = price_of(line(amount=amount, quantity=quantity, unit_price=unit_price))
    assert price.price >= 0
    assert price.base is None or price.base > 0
    made = price.quantity * price.price / (price.base or 1)
    assert abs(made - amount) <= Decimal("0.02")


@pytest.mark.parametrize(
    ("fields", "quantity", "price", "base"),
    [
        ({"amount": "61.56", "quantity": "171", "unit_price": "0.36"}, "171", "0.36", None),
        ({"amount": "12.00", "quantity": "38", "unit_price": "0.3158"}, "38", "0.3158", None),  # printed rounded
        ({"amount": "3204.80", "quantity": "40000", "unit_price": "0.0801"}, "40000", "3204.80", "40000"),
        ({"amount": "-4.80"}, "-1", "4.80", None),
        ({"amount": "7.00", "unit_price": "7"}, "1", "7.00", None),
        ({"amount": "-20.00", "quantity": "2", "unit_price": "-10"}, "-2", "10", None),
        ({"amount": "0.00", "quantity": "171", "unit_price": "0.36"}, "171", "0.00", "171"),
        ({"amount": "0.00", "quantity": "0", "unit_price": "0.36"}, "0", "0.36", None),
        ({"amount": "5.00", "quantity": "0"}, "1", "5.00", None),
    ],
)
def test_how_a_line_comes_about(fields, quantity, price, base):
    made = price_of(line(**fields))
    assert (made.quantity, made.price) == (Decimal(quantity), Decimal(price))
    assert made.base == (None if base is None else Decimal(base))


def test_rows_of_one_rate_are_one_row():
    taxes = [{"rate_percent": "22", "base": "60", "amount": "13.20"},
             {"rate_percent": "22.0", "base": "40", "amount": "8.80"}]  # fmt: skip
    (group,), _, _ = vat_of(make_bill(taxes=taxes))
    assert (group.base, group.amount, group.rate_percent) == (100, 22, 22)


def test_a_rate_that_no_line_has_is_left_out_if_it_is_empty():
    taxes = [{"rate_percent": "22", "amount": "22.00"}, {"rate_percent": "5", "base": "0", "amount": "0"}]
    bill = make_bill(taxes=taxes, lines=[{"category": "energy", "label": "x", "amount": "100.00",
                                          "tax_rate_percent": "22"}])  # fmt: skip
    assert [group.rate_percent for group in vat_of(bill)[0]] == [22]


@pytest.mark.parametrize(("rate", "tax", "holds"), [
    ("22", "22.00", True), ("22", "22.01", True), ("22", "22.02", False), ("22.3", "22.00", True),
    ("23", "22.00", False),
])  # fmt: skip
def test_a_tax_may_differ_by_a_cent_a_line_or_half_a_unit_where_it_is_whole(rate, tax, holds):
    bill = make_bill(taxes=[{"rate_percent": rate, "amount": tax}])
    if holds:
        assert vat_of(bill)[0][0].amount == Decimal(tax)
    else:
        with pytest.raises(RefusedError, match="R134"):
            vat_of(bill)


@given(CENTS, CENTS, CENTS, CENTS)
def test_the_totals_lead_from_the_lines_to_what_is_due(amount, allowance, prepaid, forward):
    lines = [{"category": "energy", "label": "x", "amount": str(amount)}]
    parts = [{"label": "a", "amount": str(allowance)}]
    bill = make_bill(lines=lines, allowances=parts, prepaid=str(prepaid), balance_forward=str(forward))
    totals = totals_of(bill)
    assert totals.net == totals.lines - totals.allowances + totals.charges
    assert totals.gross == totals.net + totals.tax
    assert totals.due == totals.gross - totals.paid + totals.rounding
    assert totals.due == bill.amount_payable - max(bill.balance_forward, 0)


@pytest.mark.parametrize(("amount", "text"), [
    ("1", "1.00"), ("1.5", "1.50"), ("-0.00", "0.00"), ("0", "0.00"), ("1E+3", "1000.00"), ("12.3400", "12.34"),
    ("1327094.13", "1327094.13"), ("-4.80", "-4.80"),
])  # fmt: skip
def test_an_amount_has_two_decimals(amount, text):
    assert money(Decimal(amount)) == text


@given(st.decimals(-(10**17), 10**17, places=2, allow_nan=False))
def test_no_amount_changes_by_being_written(amount):
    assert Decimal(money(amount)) == amount


@given(st.decimals("-1e17", "1e17", allow_nan=False, allow_infinity=False))
def test_no_figure_changes_by_being_written_in_plain_digits(figure):
    assert Decimal(number(figure)) == figure
    assert "E" not in number(figure)
