"""What was received: payments in the order of their days, what was returned taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from engine.model.bill import ZERO
from engine.model.customer import Payment


class Received(NamedTuple):
    """Money of a day. `number`: of the bill it names, or none. Negative: returned, or paid out."""

    day: date
    amount: Decimal
    number: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Takings:
    """All money of a record: for named bills, on account (never negative), payments undone with their returns."""

    named: tuple[Received, ...]
    on_account: tuple[Received, ...]
    undone: tuple[Received, ...] = ()
    refunded: tuple[Received, ...] = ()  # negative: returned without a payment on account that it could undo


NOTHING = Takings((), ())


def takings_of(payments: Sequence[Payment]) -> Takings:
    """Return the money of `payments`, the same in any order of them but for the names of the sources.

    A return undoes the last earlier payment of the same amount for the same bill. One on account that finds none
    takes from the latest payments on account before it.
    """
    if not payments:
        return NOTHING
    rows = [Received(p.paid_on, p.amount, p.bill_number, f"payment {n}") for n, p in enumerate(payments, 1) if p.amount]
    rows.sort(key=_by_day)
    undone: list[Received] = []
    if any(row.amount < 0 for row in rows):
        rows, undone = _without_returns(rows)
    named = tuple([row for row in rows if row.number is not None])
    loose = [row for row in rows if row.number is None]
    if all(row.amount > 0 for row in loose):
        return Takings(named, tuple(loose), tuple(undone))
    kept, refunded = _taken_back(loose, undone)
    return Takings(named, tuple(kept), tuple(undone), tuple(refunded))


def _by_day(row: Received) -> tuple[date, bool, Decimal]:
    return row.day, row.amount < 0, row.amount


def _without_returns(rows: list[Received]) -> tuple[list[Received], list[Received]]:
    """Return what is left of `rows`, in order of days, when returns and what they undo are taken out, and these."""
    kept: list[Received] = []
    undone: list[Received] = []
    for row in rows:
        match = None
        if row.amount < 0:
            match = next((one for one in reversed(kept) if (one.number, one.amount) == (row.number, -row.amount)), None)
        if match is None:
            kept.append(row)
        else:
            kept.remove(match)
            undone += (match, row)
    return kept, undone


def _taken_back(loose: list[Received], undone: list[Received]) -> tuple[list[Received], list[Received]]:
    """Return the money on account without what was returned of it, and the returns that found none."""
    kept: list[Received] = []
    refunded = []
    for row in loose:
        if row.amount > 0:
            kept.append(row)
            continue
        owed = -row.amount
        while owed > 0 and kept:
            last = kept.pop()
            share = min(last.amount, owed)
            owed -= share
            undone += (last._replace(amount=share), row._replace(amount=-share))
            if share < last.amount:
                kept.append(last._replace(amount=last.amount - share))
        if owed > 0:
            refunded.append(row._replace(amount=-owed))
    return kept, [row for row in refunded if row.amount != ZERO]
