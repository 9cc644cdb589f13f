"""What comes on top of open bills: interest to the day, and the reminder fee of how late they are."""

from __future__ import annotations

from decimal import Decimal

from engine.insight.debt.claim import Claim
from engine.insight.debt.costs import Bearing
from engine.insight.debt.hold import Holds
from engine.insight.debt.interest import fee_for, first_day_of, interest, percent_of, rounded
from engine.model.bill import ZERO
from engine.model.customer import Customer, CustomerKind
from engine.model.policy.debt import DebtTerms, FeeScope
from engine.model.quick import maker
from engine.model.statement import OpenItem

_item = maker(OpenItem)
Priced = list[tuple[OpenItem, Claim]]


def bears_charges(customer: Customer, terms: DebtTerms) -> bool:
    """True if the terms ask for interest or a fee, and the customer is not spared."""
    if terms.spare_vulnerable and customer.flags.vulnerable:
        return False
    return bool(terms.fees or terms.base_rates or percent_of(customer.kind, terms))


def with_charges(items: Priced, holds: Holds, currency: str, bearing: Bearing | None) -> list[OpenItem]:
    """Return the items with interest and fees, where something is asked for and late; oldest due first."""
    if not bears_charges(holds.customer, holds.terms):
        return [item for item, _ in items]
    found = []
    late = [(item, claim) for item, claim in items if item.asked > 0 and item.days_late > 0]
    fees = _fees(late, holds, currency)
    for item, claim in items:
        if item.asked > 0 and item.days_late > 0:
            found.append(_charged(item, _interest(item, claim, holds, currency, bearing), fees[item.number]))
        else:
            found.append(item)
    return found


def _charged(item: OpenItem, interest_: Decimal, fee: Decimal) -> OpenItem:
    """Return `item` with its charges; `dataclasses.replace` takes eight times as long."""
    return _item(
        item.number,
        item.issued_on,
        item.due_on,
        item.owed,
        item.settled,
        item.asked,
        item.disputed,
        item.held,
        item.held_because,
        interest_,
        fee,
        item.days_late,
        item.bucket,
        item.limitation_on,
    )


def _own(item: OpenItem, claim: Claim) -> Decimal:
    """What is asked for of the bill itself, without costs of reminders: these bear no interest."""
    return max(item.asked - claim.costs, ZERO)


def _interest(item: OpenItem, claim: Claim, holds: Holds, currency: str, bearing: Bearing | None) -> Decimal:
    terms, kind = holds.terms, holds.customer.kind
    if item.due_on is None:
        return ZERO
    if bearing is not None:
        bearing.accrue(claim, holds.as_of)
        found = rounded(bearing.borne(claim), currency, terms) - bearing.paid(claim)
    else:
        start = first_day_of(item.due_on, terms)
        found = rounded(interest(_own(item, claim), start, holds.as_of, kind, terms), currency, terms)
    return found if found > 0 and found >= terms.interest_minimum else ZERO


def _fees(late: Priced, holds: Holds, currency: str) -> dict[str, Decimal]:
    """Return the fee of each late item by its number; one for all stands with the oldest."""
    if holds.terms.fee_scope is FeeScope.BILL:
        return {item.number: _fee([(item, claim)], holds, currency) for item, claim in late}
    fees = dict.fromkeys([item.number for item, _ in late], ZERO)
    if late:
        fees[late[0][0].number] = _fee(late, holds, currency)
    return fees


def _fee(late: Priced, holds: Holds, currency: str) -> Decimal:
    """Return the fee of `late`, less what reminders of the record already charge, within the law's limit."""
    terms, kind = holds.terms, holds.customer.kind
    fee = fee_for(max(item.days_late for item, _ in late), kind, currency, terms)
    if fee is None:
        return ZERO
    base = sum([_own(item, claim) for item, claim in late], ZERO)
    total = fee.amount + base * fee.percent / 100
    if fee.at_most is not None:
        total = min(total, fee.at_most)
    limit = holds.law.fee_limit if holds.law is not None and kind is CustomerKind.HOUSEHOLD else None
    if limit is not None:  # in another currency there is nothing to compare it with, and none is asked for
        total = min(total, limit.at_most) if limit.currency == currency else ZERO
    charged = sum([min(claim.costs, item.asked) for item, claim in late], ZERO)
    return rounded(max(total - charged, ZERO), currency, terms)
