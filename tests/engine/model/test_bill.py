import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.model.bill import Bill, BillKind, Period
from engine.model.money import exponent


def bill_row(**changes: Any) -> dict[str, Any]:
    row = {
        "number": "B-1",
        "issued_on": "2026-11-03",
        "due_on": "2026-11-24",
        "lines": [
            {"category": "energy", "label": "Energy", "amount": "100.00"},
            {"category": "discount", "label": "Discount", "amount": "-10.00"},
        ],
        "allowances": [{"label": "Allowance", "amount": "-5.00"}],
        "taxes": [{"label": "VAT", "rate_percent": "22", "base": "85.00", "amount": "18.70"}],
        "rounding": "0.30",
        "total": "104.00",
        "prepaid": "50.00",
        "balance_forward": "6.00",
        "amount_payable": "60.00",
    }
    return {**row, **changes}


def refusal(row: dict[str, Any]) -> Any:
    with pytest.raises(ValidationError) as caught:
        Bill.model_validate(row)
    return caught.value.errors()[0]


def test_a_bill_adds_up_from_lines_to_the_amount_payable() -> None:
    bill = Bill.model_validate(bill_row())

    assert (bill.net, bill.tax, bill.total) == (Decimal("85.00"), Decimal("18.70"), Decimal("104.00"))
    assert bill.owed == Decimal("60.00")


def test_a_wrong_total_is_refused_with_both_figures() -> None:
    error = refusal(bill_row(total="104.01", amount_payable="60.01"))

    assert error["type"] == "M102"
    assert "104.00" in error["msg"]
    assert "104.01" in error["msg"]


def test_a_wrong_amount_payable_is_refused_with_both_figures() -> None:
    error = refusal(bill_row(amount_payable="59.99"))

    assert error["type"] == "M103"
    assert "60.00" in error["msg"]
    assert "59.99" in error["msg"]


@pytest.mark.parametrize("field", ["rounding", "total", "prepaid", "balance_forward", "amount_payable"])
def test_one_cent_moved_in_any_sum_is_refused(field: str) -> None:
    row = bill_row()
    row[field] = str(Decimal(row[field]) + Decimal("0.01"))

    assert refusal(row)["type"] in ("M102", "M103")


@pytest.mark.parametrize("part", ["lines", "allowances", "taxes"])
def test_one_cent_moved_in_any_part_is_refused(part: str) -> None:
    row = bill_row()
    row[part][0]["amount"] = str(Decimal(row[part][0]["amount"]) - Decimal("0.01"))

    assert refusal(row)["type"] == "M102"


@pytest.mark.parametrize(
    ("currency", "amount", "fits"),
    [("JPY", "12945", True), ("JPY", "129.45", False), ("KWD", "129.455", True), ("EUR", "129.455", False)],
)
def test_an_amount_has_at_most_the_decimals_of_its_currency(currency: str, amount: str, fits: bool) -> None:
    row = {
        "number": "B-2",
        "issued_on": "2026-11-03",
        "currency": currency,
        "lines": [{"category": "energy", "label": "Energy", "amount": amount}],
        "total": amount,
        "amount_payable": amount,
    }
    if fits:
        assert Bill.model_validate(row).total == Decimal(amount)
    else:
        assert refusal(row)["type"] == "M104"


def test_a_cent_in_the_eighteenth_digit_still_counts() -> None:
    row = {
        "number": "B-3",
        "issued_on": "2026-11-03",
        "lines": [{"category": "energy", "label": "Energy", "amount": "999999999999999.98"}],
        "taxes": [{"amount": "0.01"}],
        "total": "999999999999999.98",
        "amount_payable": "999999999999999.98",
    }
    assert refusal(row)["type"] == "M102"


def test_a_credit_note_is_owed_to_the_customer() -> None:
    row = bill_row(kind="credit_note")

    assert Bill.model_validate(row).owed == Decimal("-60.00")


def test_a_negative_invoice_is_a_credit() -> None:
    bill = Bill.model_validate(bill_row(prepaid="150.00", amount_payable="-40.00"))

    assert bill.kind is BillKind.INVOICE
    assert bill.owed == Decimal("-40.00")


def test_a_reminder_may_stand_without_lines() -> None:
    row = {"number": "R-1", "kind": "reminder", "issued_on": "2026-11-03", "total": "9.10", "amount_payable": "9.10"}

    assert Bill.model_validate(row).owed == Decimal("9.10")


def test_an_invoice_may_not_stand_without_lines() -> None:
    row = {"number": "R-1", "issued_on": "2026-11-03", "total": "9.10", "amount_payable": "9.10"}

    assert refusal(row)["type"] == "M102"


def test_a_period_counts_both_ends_and_does_not_run_backwards() -> None:
    assert Period.model_validate({"start": "2026-09-26", "end": "2026-11-02"}).days == 38
    with pytest.raises(ValidationError, match="ends before it starts"):
        Period.model_validate({"start": "2026-11-03", "end": "2026-11-02"})


minor = st.integers(min_value=-(10**13), max_value=10**13)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a bill that adds up, in any of three currencies."""
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    lines, taxes = draw(st.lists(minor, max_size=6)), draw(st.lists(minor, max_size=2))
    allowances = draw(st.lists(minor, max_size=2))
    rounding, prepaid, forward = draw(minor), draw(minor), draw(minor)
    total = sum(lines) + sum(taxes) + sum(allowances) + rounding

    def text(amount: int) -> str:
        return str(Decimal(amount).scaleb(-exponent(currency)))

    return {
        "number": "B",
        "issued_on": "2026-11-03",
        "currency": currency,
        "lines": [{"category": "energy", "label": "L", "amount": text(amount)} for amount in lines],
        "allowances": [{"label": "A", "amount": text(amount)} for amount in allowances],
        "taxes": [{"amount": text(amount)} for amount in taxes],
        "rounding": text(rounding),
        "total": text(total),
        "prepaid": text(prepaid),
        "balance_forward": text(forward),
        "amount_payable": text(total - prepaid + forward),
    }


@given(rows())
def test_any_bill_that_adds_up_is_taken_and_survives_json(row: dict[str, Any]) -> None:
    bill = Bill.model_validate(row)
    text = bill.model_dump_json()

    assert Bill.model_validate_json(text) == bill
    assert Bill.model_validate(json.loads(text, parse_float=Decimal)) == bill


@given(rows(), st.sampled_from(["rounding", "total", "prepaid", "balance_forward", "amount_payable"]))
def test_any_bill_with_one_minor_unit_moved_is_refused(row: dict[str, Any], field: str) -> None:
    step = Decimal(1).scaleb(-exponent(row["currency"]))
    moved = {**row, field: str(Decimal(row[field]) + step)}

    assert refusal(moved)["type"] in ("M102", "M103")
