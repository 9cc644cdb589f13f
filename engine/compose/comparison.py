"""Which bill a bill is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from engine.compose.points import points_of
from engine.model.bill import Bill, BillKind, Period
from engine.model.customer import Customer
from engine.natives import native

_kernel = native(__name__, "causes_kernel")
KINDS = (BillKind.INVOICE, BillKind.STATEMENT)
YEAR_TOLERANCE = timedelta(days=31)


def comparison_bill(customer: Customer, bill: Bill, basis: Literal["previous", "year_before"]) -> Bill | None:
    """Return the bill of `customer` to compare `bill` with, or None when there is no fit one.

    Fit is a bill of the same kind (invoice or statement), currency and supply points, with lines, not
    cancelled by a credit note, and earlier: its period ends before that of `bill` starts (without
    periods, it was issued before). `previous` takes the latest of them; `year_before` the one whose
    period, a year later, shares most days with that of `bill`, and at least half of them.
    """
    if bill.kind not in KINDS:
        return None
    if _kernel and basis == "previous":
        latest: Bill | Literal[False] | None = _kernel.previous(customer.bills, bill, len(customer.supply_points))
        if latest is not False:
            return latest
    return _comparison(customer, bill, basis)


def _comparison(customer: Customer, bill: Bill, basis: Literal["previous", "year_before"]) -> Bill | None:
    cancelled, points = _cancelled(customer.bills), points_of(bill)
    fit = [
        other
        for other in customer.bills
        if other is not bill
        and other.number not in cancelled
        and _is_earlier(other, bill)
        and _is_alike(bill, other, points, customer)
    ]
    if basis == "previous":
        return max(fit, key=lambda other: (_end(other), other.issued_on, other.number), default=None)
    return _year_before(fit, bill)


def _is_alike(bill: Bill, other: Bill, points: frozenset[str], customer: Customer) -> bool:
    return (
        other.kind is bill.kind
        and other.currency == bill.currency
        and bool(other.lines)
        and ((others := points_of(other)) == points or (len(customer.supply_points) == 1 and not (others and points)))
    )


def _is_earlier(other: Bill, bill: Bill) -> bool:
    if other.period and bill.period:
        return other.period.end < bill.period.start
    return other.issued_on < bill.issued_on


def _year_before(fit: list[Bill], bill: Bill) -> Bill | None:
    if bill.period is None:
        target = _a_year_later(bill.issued_on, years=-1)
        near = [other for other in fit if abs(other.issued_on - target) <= YEAR_TOLERANCE]
        return min(near, key=lambda other: (abs(other.issued_on - target), other.number), default=None)
    shared = [(_shared_days(other.period, bill.period), other.number, other) for other in fit if other.period]
    days, _, best = max(shared, key=lambda item: item[:2], default=(0, "", None))
    return best if 2 * days >= bill.period.days else None


def _shared_days(earlier: Period, later: Period) -> int:
    """Return how many days of `later` the period `earlier` covers when moved on by a year."""
    start, end = _a_year_later(earlier.start), _a_year_later(earlier.end)
    return max(0, (min(end, later.end) - max(start, later.start)).days + 1)


def _a_year_later(day: date, years: int = 1) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _cancelled(bills: Iterable[Bill]) -> set[str]:
    """Return the numbers of bills that a credit note takes back whole."""
    bills = tuple(bills)
    notes = [bill for bill in bills if bill.kind is BillKind.CREDIT_NOTE and bill.original_number]
    if not notes:
        return set()
    totals = {bill.number: bill.total for bill in bills}
    return {note.original_number for note in notes if totals.get(note.original_number or "") == note.total
            and note.original_number}  # fmt: skip


def _end(bill: Bill) -> date:
    return bill.period.end if bill.period else bill.issued_on
