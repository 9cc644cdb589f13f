"""Receivables and sales at the end of months, cell by cell, in constant memory.

Days sales outstanding at a month's end = receivables / credit sales of the window x days of the window.

- receivables: what is left of all bills issued by that day, payments up to that day taken off as the statement
  allots them; disputed and held parts included, interest, fees and credit balances not.
- credit sales: totals of the invoices issued in the window, taxes included, before prepayments and balances
  carried forward, so that nothing is counted twice. Credit notes lower receivables, not sales.
- the window: the last whole months, three unless told otherwise.

By count-back, sales of whole months are taken off the receivables from the newest back, each with its days; what is
left counts as its part of the month that it falls into. It shows growth and season less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from engine.insight.dso.month import Month
from engine.insight.past import open_bills
from engine.model.bill import ZERO, Bill, BillKind
from engine.model.customer import Customer, InteractionKind
from engine.model.policy.debt import DebtTerms

FACTORS = ("group", "amount", "channel", "method", "region")
UNKNOWN = "not known"
MONTHS_BACK = 36  # of count-back at most
_BANDS = (50, 100, 200, 500, 1000)
Cell = tuple[str, ...]  # a level of each factor, in the order of the ledger's factors


@dataclass(slots=True)
class Position:
    """What is out, and what was sold in the window."""

    receivables: Decimal = ZERO
    sales: Decimal = ZERO


class Ledger:
    """Positions of one currency by month's end and cell. `group_of` says a customer's group by key."""

    def __init__(
        self,
        months: Sequence[Month],
        factors: Sequence[str],
        terms: DebtTerms,
        currency: str,
        *,
        window: int = 3,
        group_of: Callable[[str], str] | None = None,
    ) -> None:
        self.months, self.factors, self.currency, self.window = tuple(months), tuple(factors), currency, window
        self.customers = 0
        self.cells: dict[Month, dict[Cell, Position]] = {month: {} for month in months}
        self.sold: dict[Month, Decimal] = {}  # of every month, for the count-back
        self._terms, self._group_of = terms, group_of

    def add(self, customer: Customer) -> None:
        """Take in one customer."""
        bills = {bill.number: bill for bill in customer.bills if bill.currency == self.currency}
        if not bills:
            return
        self.customers += 1
        fixed = self._levels(customer)
        cell_of = {number: self._cell(bill, fixed) for number, bill in bills.items()}
        sales = {number: max(ZERO, bill.total) for number, bill in bills.items() if bill.kind is BillKind.INVOICE}
        for number, amount in sales.items():
            month = Month.of(bills[number].issued_on)
            self.sold[month] = self.sold.get(month, ZERO) + amount
        for month in self.months:
            cells = self.cells[month]
            first = month.plus(1 - self.window)
            for number, amount in sales.items():
                if first <= Month.of(bills[number].issued_on) <= month:
                    cells.setdefault(cell_of[number], Position()).sales += amount
            left = open_bills(customer, self._terms, month.end, month.end).get(self.currency, {})
            for number, amount in left.items():
                cells.setdefault(cell_of[number], Position()).receivables += amount

    def days(self, month: Month) -> int:
        """Return how many days the window has that ends with `month`."""
        return sum(month.plus(-step).days for step in range(self.window))

    def total(self, month: Month, factor: str = "", level: str = "") -> Position:
        """Return the position of all, or of one level of a factor."""
        at = self.factors.index(factor) if factor else 0
        rows = [row for cell, row in self.cells[month].items() if not factor or cell[at] == level]
        return Position(sum([row.receivables for row in rows], ZERO), sum([row.sales for row in rows], ZERO))

    def levels(self, factor: str) -> list[str]:
        """Return the levels of a factor that were met, bands of amounts by size and others by name."""
        at = self.factors.index(factor)
        found = {cell[at] for cells in self.cells.values() for cell in cells}
        return sorted(found, key=lambda level: (_BAND_NAMES.index(level) if level in _BAND_NAMES else 0, level))

    def count_back(self, month: Month) -> Fraction | None:
        """Return the days by count-back; None where the sales of three years don't reach the receivables."""
        left, days = Fraction(self.total(month).receivables), Fraction(0)
        for step in range(MONTHS_BACK):
            back = month.plus(-step)
            sold = Fraction(self.sold.get(back, ZERO))
            if left <= sold:
                return days + (left / sold * back.days if left else 0)
            left -= sold
            days += back.days
        return None

    def _levels(self, customer: Customer) -> dict[str, str]:
        made: dict[str, Callable[[], str]] = {
            "group": lambda: self._group_of(customer.key) if self._group_of else "",
            "channel": lambda: _channel(customer),
            "method": lambda: _method(customer),
            "region": lambda: _region(customer),
        }
        return {name: made[name]() or UNKNOWN for name in self.factors if name in made}

    def _cell(self, bill: Bill, fixed: dict[str, str]) -> Cell:
        return tuple([fixed[name] if name in fixed else _band(bill.total) for name in self.factors])


def dso(position: Position, days: int) -> Fraction | None:
    """Return the days sales outstanding, exactly; None without sales."""
    if not position.sales:
        return None
    return Fraction(position.receivables) / Fraction(position.sales) * days


_BAND_NAMES = (
    f"up to {_BANDS[0]}",
    *(f"{low} to {high}" for low, high in pairwise(_BANDS)),
    f"over {_BANDS[-1]}",
)


def _band(amount: Decimal) -> str:
    return next((name for limit, name in zip(_BANDS, _BAND_NAMES, strict=False) if amount <= limit), _BAND_NAMES[-1])


def _channel(customer: Customer) -> str:
    """Return the way by which the customer was last written to; else the one that they like best."""
    sent = [one for one in customer.interactions if one.kind is InteractionKind.SENT and one.channel is not None]
    if sent:
        last = max(sent, key=lambda one: one.at).channel
        return last.value if last is not None else ""
    return customer.preferred_channel.value if customer.preferred_channel is not None else ""


def _method(customer: Customer) -> str:
    if customer.payment_method is not None:
        return customer.payment_method.value
    named = [payment for payment in customer.payments if payment.method]
    return (max(named, key=lambda payment: payment.paid_on).method or "") if named else ""


def _region(customer: Customer) -> str:
    named = customer.attributes.get("region", "")
    if named or customer.address is None:
        return named
    return customer.address.region or customer.address.country
