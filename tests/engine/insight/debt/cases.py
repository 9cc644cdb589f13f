"""Bills, payments and customers for the tests of debt."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from engine.model.customer import Customer
from engine.model.policy.debt import DebtTerms

TODAY = date(2026, 11, 6)
PLAIN = DebtTerms()


def bill(number: str, amount: str, due: str | None = "2026-10-20", issued: str = "2026-10-01", **more: Any) -> dict:
    """A bill of `amount`, which its balance forward and what is prepaid are a part of."""
    payable = Decimal(amount)
    total = payable - Decimal(more.get("balance_forward", "0")) + Decimal(more.get("prepaid", "0"))
    record = {
        "number": number,
        "issued_on": issued,
        "due_on": due,
        "lines": [{"category": "energy", "label": "Energy", "amount": str(total)}],
        "total": str(total),
        "amount_payable": amount,
        **more,
    }
    if record.get("kind") == "reminder":
        record["lines"] = []
    return {key: value for key, value in record.items() if value is not None}


def credit_note(number: str, amount: str, about: str | None = None, issued: str = "2026-10-10", **more: Any) -> dict:
    return bill(number, amount, None, issued, kind="credit_note", original_number=about, **more)


def reminder(number: str, amount: str, about: str, issued: str = "2026-10-25", **more: Any) -> dict:
    return bill(number, amount, "2026-11-10", issued, kind="reminder", original_number=about, **more)


def paid(amount: str, on: str = "2026-10-15", number: str | None = None) -> dict:
    record = {"amount": amount, "paid_on": on, "bill_number": number}
    return {key: value for key, value in record.items() if value is not None}


def customer(*bills: dict, payments: list[dict] | None = None, **more: Any) -> Customer:
    record = {"key": "C1", "name": {"company": "C"}, "bills": list(bills), "payments": payments or [], **more}
    return Customer.model_validate(record)


def asked(statement: Any) -> dict[str, str]:
    """What is asked for of each bill, without interest and fees."""
    return {item.number: str(item.asked) for item in statement.items if item.asked}
