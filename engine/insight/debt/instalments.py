"""A payment plan: an amount in instalments that sum to it exactly."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from engine.errors import InsightError
from engine.insight.debt.calendar import months_after
from engine.model.bill import ZERO
from engine.model.money import has_spare_decimals, quantum
from engine.model.outreach import Instalment

MOST = 120  # instalments: ten years by the month


def instalment_plan(
    amount: Decimal,
    currency: str,
    count: int,
    first_on: date,
    *,
    every: str = "month",
    step: int = 1,
    smallest: Decimal = ZERO,
) -> tuple[Instalment, ...]:
    """Return `count` instalments of `amount`, all equal but the last, which is no smaller than they are.

    They are `step` months or weeks apart, as `every` ("month", "week") says. Months keep the day of `first_on`, or
    take the last of a month that has fewer. There are fewer instalments where each would be below `smallest`; one
    of all that is below it. Raises `InsightError` (D102) where there is nothing to part, and for a count below 1
    or above 120.
    """
    if amount <= 0 or has_spare_decimals(amount, currency):
        raise InsightError("D102", "a payment plan is made of an amount above zero, in whole coins")
    if not 1 <= count <= MOST:
        raise InsightError("D102", f"a payment plan has 1 to {MOST} instalments, not {count}")
    if every not in ("month", "week") or step < 1:
        raise InsightError("D102", "instalments are whole months or weeks apart")
    coin = quantum(currency)
    count = max(1, min(count, int(amount / max(smallest, coin))))
    each = (amount / count).quantize(coin, rounding=ROUND_DOWN)
    parts = [each] * (count - 1)
    parts.append(amount - sum(parts, ZERO))
    return tuple(Instalment(_day(first_on, place * step, every), part) for place, part in enumerate(parts))


def _day(first_on: date, units: int, every: str) -> date:
    return months_after(first_on, units) if every == "month" else first_on + timedelta(weeks=units)
