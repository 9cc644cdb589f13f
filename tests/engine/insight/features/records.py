"""Customers with a history, written in few words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.model.customer import Customer

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def day(offset: int) -> date:
    """Return the day `offset` days after `TODAY`."""
    return TODAY + timedelta(days=offset)


def bill(number: str, issued: int, due: int | None = None, total: str = "100.00", **more: Any) -> dict[str, Any]:
    """Return a bill issued `issued` days after today, due three weeks later if not said."""
    return {
        "number": number,
        "kind": "statement",
        "issued_on": day(issued),
        "due_on": day(issued + 21 if due is None else due),
        "total": Decimal(total),
        "amount_payable": Decimal(total),
    } | more


def payment(number: str | None, on: int, amount: str = "100.00", method: str | None = None) -> dict[str, Any]:
    """Return a payment on a day counted from today."""
    return {"amount": Decimal(amount), "paid_on": day(on), "bill_number": number, "method": method}


def contact(kind: str, on: int, channel: str | None = "email", **more: Any) -> dict[str, Any]:
    """Return a contact on a day counted from today, at noon UTC."""
    return {"kind": kind, "at": datetime.combine(day(on), datetime.min.time(), UTC) + timedelta(hours=12),
            "channel": channel} | more  # fmt: skip


def customer(**fields: Any) -> Customer:
    """Return a customer of these fields."""
    return Customer.model_validate({"key": "C1", "name": {"family": "Test"}} | fields)


def monthly(count: int, late: tuple[int, ...] = (), days_late: int = 10) -> dict[str, Any]:
    """Return bills and payments of `count` months, the last of them open and not due.

    The bills whose place (0: the oldest) is in `late` were paid `days_late` after the due date, the others on the day.
    """
    bills = [bill(f"B{place:02}", -30 * (count - 1 - place) - 5) for place in range(count)]
    payments = [
        payment(row["number"], (row["due_on"] - TODAY).days + (days_late if place in late else 0), method="transfer")
        for place, row in enumerate(bills[:-1])
    ]
    return {"bills": bills, "payments": payments}
