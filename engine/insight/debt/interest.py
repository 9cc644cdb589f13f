"""Interest and fees: what being late costs by the campaign's rule, to the cent.

Simple interest, day by day, never on interest, fees or costs.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from engine.model.bill import ZERO
from engine.model.customer import CustomerKind
from engine.model.money import quantum
from engine.model.policy.debt import DayCount, DebtTerms, Fee, Rounding

_MODES = {Rounding.HALF_UP: ROUND_HALF_UP, Rounding.HALF_EVEN: ROUND_HALF_EVEN, Rounding.DOWN: ROUND_DOWN}


def rounded(amount: Decimal, currency: str, terms: DebtTerms) -> Decimal:
    """Return `amount` in whole coins of `currency`, by the rule of `terms`."""
    return amount.quantize(quantum(currency), rounding=_MODES[terms.rounding])


def percent_of(kind: CustomerKind, terms: DebtTerms) -> Decimal:
    """Return the yearly percent for a customer of `kind`, without the base rate."""
    business = terms.interest_percent_business
    return business if business is not None and kind is CustomerKind.BUSINESS else terms.interest_percent


def interest(amount: Decimal, start: date, end: date, kind: CustomerKind, terms: DebtTerms) -> Decimal:
    """Return the interest on `amount` from the day after `start` to `end`, not rounded.

    With base rates, each stretch of days bears the rate that holds on its first day; a rate below zero in sum
    bears none, and so do the days before the first base rate.
    """
    if end <= start or amount <= 0:
        return ZERO
    margin = percent_of(kind, terms)
    if not terms.base_rates:
        return amount * margin * _days(start, end, terms.day_count) / _year(terms.day_count)
    weighted = ZERO
    until = end
    for rate in reversed(terms.base_rates):
        since = date.fromordinal(rate.since.toordinal() - 1)
        first, percent = max(start, since), rate.percent + margin
        if until > first and percent > 0:
            weighted += percent * _days(first, until, terms.day_count)
        if since <= start:
            break
        until = min(until, since)
    return amount * weighted / _year(terms.day_count)


def first_day_of(due_on: date, terms: DebtTerms) -> date:
    """Return the last day that bears no interest."""
    return due_on + timedelta(days=terms.interest_free_days)


def fee_for(days_late: int, kind: CustomerKind, currency: str, terms: DebtTerms) -> Fee | None:
    """Return the fee that holds after `days_late` days; none if none does yet."""
    found = None
    for fee in terms.fees:
        fits = fee.customer in (None, kind) and fee.currency in (None, currency)
        if fits and fee.from_days <= days_late and (found is None or fee.from_days >= found.from_days):
            found = fee
    return found


def _days(start: date, end: date, count: DayCount) -> int:
    if count is not DayCount.THIRTY_360:
        return (end - start).days
    # 30E/360: the 31st counts as the 30th.
    months = (end.year - start.year) * 12 + end.month - start.month
    return months * 30 + min(end.day, 30) - min(start.day, 30)


def _year(count: DayCount) -> Decimal:
    return Decimal(36500) if count is DayCount.ACT_365 else Decimal(36000)
