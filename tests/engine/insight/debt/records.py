"""Records at random, for the laws of debt: bills of all kinds, payments, disputes, flags and terms."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from engine.model.customer import Customer
from engine.model.policy.debt import Allotting, DebtTerms
from tests.engine.insight.debt.cases import TODAY, bill, customer

cents = st.integers(1, 20_000).map(lambda minor: str(Decimal(minor).scaleb(-2)))
days = st.integers(0, 1500).map(lambda back: str(TODAY - timedelta(days=back)))
NUMBERS = ("B1", "B2", "B3", "B4", "B5")


@st.composite
def bills(draw: Any, number: str, *, plain: bool = False) -> dict[str, Any]:
    issued = date.fromisoformat(draw(days))
    due = draw(st.none() | st.integers(0, 60).map(lambda after: str(issued + timedelta(days=after))))
    if plain:
        return bill(number, draw(cents), due, str(issued))
    kind = draw(st.sampled_from(["invoice"] * 6 + ["credit_note", "credit_note", "reminder", "statement"]))
    more: dict[str, Any] = {"kind": kind, "is_disputed": draw(st.integers(0, 6)) == 0}
    if kind != "invoice":
        more["original_number"] = draw(st.none() | st.sampled_from(NUMBERS))
    if draw(st.integers(0, 4)) == 0:
        more["balance_forward"] = draw(cents) if draw(st.booleans()) else f"-{draw(cents)}"
    if draw(st.integers(0, 4)) == 0:
        more["prepaid"] = draw(cents)
    if draw(st.integers(0, 6)) == 0:
        more["direct_debit"] = {}
    sign = "-" if draw(st.integers(0, 6)) == 0 else ""
    return bill(number, sign + draw(cents), due, str(issued), **more)


@st.composite
def payments(draw: Any, *, returns: bool = True) -> dict[str, Any]:
    sign = "-" if returns and draw(st.integers(0, 4)) == 0 else ""
    record = {"amount": sign + draw(cents), "paid_on": draw(days)}
    number = draw(st.none() | st.sampled_from((*NUMBERS, "elsewhere")))
    return record if number is None else {**record, "bill_number": number}


@st.composite
def disputes(draw: Any) -> dict[str, Any]:
    record = {"bill_number": draw(st.sampled_from(NUMBERS)), "opened_on": draw(days)}
    amount = draw(st.none() | cents)
    return record if amount is None else {**record, "amount": amount}


@st.composite
def customers(draw: Any, *, plain: bool = False) -> Customer:
    count = draw(st.integers(0, len(NUMBERS)))
    made = [draw(bills(number, plain=plain)) for number in NUMBERS[:count]]
    more: dict[str, Any] = {"payments": draw(st.lists(payments(returns=not plain), max_size=5))}
    if not plain:
        more["disputes"] = draw(st.lists(disputes(), max_size=2))
        more["flags"] = {
            "disputed": draw(st.integers(0, 6)) == 0,
            "legal_hold": draw(st.integers(0, 9)) == 0,
            "payment_plan": draw(st.sampled_from(["none", "none", "none", "kept", "broken"])),
        }
        more["kind"] = draw(st.sampled_from(["household", "business"]))
    return customer(*made, **more)


def terms(*rules: Allotting) -> st.SearchStrategy[DebtTerms]:
    percents = st.sampled_from(["0", "4.5", "10"])
    return st.builds(
        lambda rule, percent, base, fee, law: DebtTerms.model_validate(
            {
                "allotting": rule,
                "interest_percent": percent,
                "base_rates": [{"since": "2024-01-01", "percent": "3.62"}, {"since": "2025-07-01", "percent": "1.27"}]
                if base
                else [],
                "fees": [
                    {"from_days": 10, "amount": fee, "percent": "1"},
                    {"from_days": 60, "amount": "9", "percent": "1"},
                ],
                "fee_scope": "bill" if base else "statement",
                "law": law,
            }
        ),
        st.sampled_from(rules or tuple(Allotting)),
        percents,
        st.booleans(),
        st.sampled_from(["0", "2.5", "9"]),
        st.sampled_from(["DE", "IT", "PT", ""]),
    )
