"""What became of one customer after the decision, whatever was sent or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.insight.past import OpenBills, open_bills
from engine.model.bill import ZERO
from engine.model.customer import Customer, InteractionKind
from engine.model.money import exponent
from engine.model.policy.debt import DebtTerms


@dataclass(frozen=True, slots=True)
class Assigned:
    """A customer's arm, and what was known when it was given: nothing later may part the customers."""

    key: str
    arm: str
    day: date  # of the decision, in the campaign's time zone
    group: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class CustomerOutcome:
    """Up to the horizon. Amounts in the smallest coin of the currency that is measured."""

    bills: int  # open at the decision, in any currency
    bills_paid: int
    owed: int
    paid: int
    days: int  # until all was paid; else as long as the customer was in sight
    is_paid: bool
    is_ripe: bool  # the horizon lies behind us
    complained: bool
    opted_out: bool


def outcome_of(
    customer: Customer, assigned: Assigned, horizon: int, today: date, terms: DebtTerms, currency: str
) -> CustomerOutcome:
    """Return the outcome by what is known on the day `today`.

    Counted are the bills that were open at the decision; payments are allotted as the statement allots
    them, and only payments settle here: a credit note pays nobody's bill. A payment on the day of the
    decision counts: day 0.
    """
    start = assigned.day
    before = open_bills(customer, terms, start, start - timedelta(days=1))
    seen = min(horizon, max(0, (today - start).days + 1))  # whole days in sight: day 0 to day seen - 1
    days, is_paid, left = _days_to_pay(customer, before, assigned, seen, terms)
    numbers = [(code, number) for code, bills in before.items() for number in bills]
    owed = sum(before.get(currency, {}).values(), ZERO)
    paid = owed - sum((_left(left, before, currency, number) for number in before.get(currency, {})), ZERO)
    return CustomerOutcome(
        bills=len(numbers),
        bills_paid=sum(not left.get(code, {}).get(number) for code, number in numbers),
        owed=_coins(owed, currency),
        paid=_coins(paid, currency),
        days=days,
        is_paid=is_paid,
        is_ripe=seen == horizon,
        complained=_did(customer, InteractionKind.COMPLAINED, start, horizon),
        opted_out=_did(customer, InteractionKind.OPTED_OUT, start, horizon),
    )


def _days_to_pay(
    customer: Customer, before: OpenBills, assigned: Assigned, seen: int, terms: DebtTerms
) -> tuple[int, bool, OpenBills]:
    """Return after how many days all that was open was paid, whether it was, and what is left at the end."""
    start, left = assigned.day, before
    paid_on = sorted({payment.paid_on for payment in customer.payments})
    for day in paid_on:
        if start <= day < start + timedelta(days=seen):
            left = open_bills(customer, terms, start, day)
            if not any(left.get(code, {}).get(number) for code, bills in before.items() for number in bills):
                return (day - start).days, True, left
    return seen, False, left


def _left(left: OpenBills, before: OpenBills, currency: str, number: str) -> Decimal:
    """Return what is left of a bill, never more than was open: a payment returned later undoes an earlier one."""
    return min(before[currency][number], left.get(currency, {}).get(number, ZERO))


def _coins(amount: Decimal, currency: str) -> int:
    return int(amount.scaleb(exponent(currency)).to_integral_value())


def _did(customer: Customer, kind: InteractionKind, start: date, horizon: int) -> bool:
    begin = datetime.combine(start, time(), UTC)
    end = begin + timedelta(days=horizon)
    return any(one.kind is kind and begin <= one.at < end for one in customer.interactions)
