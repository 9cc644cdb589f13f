"""Customers with plain bills and payments, for what is measured of them."""

from datetime import date, timedelta
from typing import Any

from engine.model.customer import Customer


def bill(number: str, issued: date, total: str = "100.00", **more: Any) -> dict[str, Any]:
    """Return a bill that is due 20 days after its issue."""
    return {
        "number": number,
        "issued_on": issued.isoformat(),
        "due_on": (issued + timedelta(days=20)).isoformat(),
        "lines": [{"category": "energy", "label": "Energy", "amount": total}],
        "total": total,
        "amount_payable": total,
        **more,
    }


def payment(day: date, amount: str, number: str | None = None) -> dict[str, Any]:
    """Return a payment, on account unless it names a bill."""
    return {"amount": amount, "paid_on": day.isoformat(), "bill_number": number}


def payer(key: str = "P-1", **more: Any) -> Customer:
    """Return a customer with bills and payments as given."""
    return Customer.model_validate({"key": key, "name": {"company": "Acme"}, **more})
