"""Older bills of the sample customers, paid each in their way: what tells a reliable payer from a forgetful one.

They are older than any bill that another is compared with, and paid in full, so they change no amount that is asked
for. One line each: nobody explains them any more.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from billing import Row, bill, cents, line, period, vat

# key -> days from the due date to the payment, one a bill, the newest first; negative: before it was due
_DAYS = {
    "NL-0001": (-6, -3, -8, -2),
    "NL-0002": (-1, -4, 0, -2),
    "NL-0003": (9, -2, 16, -1),
    "NL-0005": (-1, -1, -1, -1),
    "NL-0007": (12, -1, 21, 4),
    "NL-0011": (-5, -5, -4, -6),
    "NL-0012": (-9, 6, -7, 11),
    "NL-0016": (-3, -2, -4, -3),
    "NL-0018": (-10, -9, -10, -8),
    "NL-0020": (33, 18, 26, 9),
    "NL-0023": (-2, -2, -3, -1),
    "NL-0024": (13, 6, 19, -2),
    "NL-0028": (-7, 24, -7, 18),
    "NL-0031": (-12, -11, -12, -13),
}
_SEASON = ("0.94", "1.02", "0.97", "1.06")  # of the bill before the newest


def with_past(row: Row) -> Row:
    """Return a record with older bills and their payments, where there are some."""
    days = _DAYS.get(row["key"])
    if not days:
        return row
    bills = [_older(row, place) for place in range(len(days))]
    payments = [_payment(row, old, late) for old, late in zip(bills, days, strict=True)]
    return {**row, "bills": [*row["bills"], *bills], "payments": [*row.get("payments", ()), *payments]}


def _older(row: Row, place: int) -> Row:
    """Return the bill `place` + 1 periods before the oldest one of this year."""
    before = row["bills"][1]
    start, end = (date.fromisoformat(before["period"][side]) for side in ("start", "end"))
    length = end - start + timedelta(days=1)
    start, end = start - length * (place + 1), end - length * (place + 1)
    tax = max(before["taxes"], key=lambda one: Decimal(one["base"]))
    net = cents(sum(Decimal(one["base"]) for one in before["taxes"]) * Decimal(_SEASON[place]))
    issued = end + timedelta(days=3)
    return bill(
        f"{end:%Y-%m}-{int(row['key'][3:]):04d}{place}",
        row["address"]["country"],
        issued,
        issued + timedelta(days=21),
        period(start, end),
        [line("energy", before["lines"][0]["label"], net)],
        [vat(tax["label"], tax["rate_percent"], net)],
        currency=before.get("currency", "EUR"),
        supply_points=before.get("supply_points", []),
    )


def _payment(row: Row, old: Row, late: int) -> Row:
    on = date.fromisoformat(old["due_on"]) + timedelta(days=late)
    method = row["payments"][0]["method"] if row.get("payments") else "transfer"
    return {"amount": old["amount_payable"], "paid_on": on.isoformat(), "bill_number": old["number"], "method": method}
