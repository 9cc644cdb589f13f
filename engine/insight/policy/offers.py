"""What is offered, with its figures: each offer of a stage is worked out for the customer, or refused with why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import TypeAlias

from engine.insight.debt import instalment_plan
from engine.insight.policy.conditions import Test, compiled
from engine.insight.policy.facts import Facts
from engine.model.bill import Bill, BillKind
from engine.model.outreach import Offer, OfferKind, Refused
from engine.model.policy.stages import OfferRule

_MOST_DAYS = 430  # of history that budget billing looks back on: a year, and a bill that straddles it
_DAYS_A_MONTH = Decimal(365) / 12

_Made: TypeAlias = Offer | str  # the offer, or why there is none


@dataclass(frozen=True, slots=True)
class PreparedOffer:
    """An offer with its conditions compiled, and its refusals written once."""

    rule: OfferRule
    tests: tuple[tuple[Test, Refused], ...]
    build: Callable[[Facts, OfferRule], _Made]
    not_consent: Refused | None  # where it needs consent

    @classmethod
    def of(cls, rule: OfferRule) -> PreparedOffer:
        """Return `rule`, prepared."""
        what = f"offer {rule.id}"
        tests = tuple((test, Refused(what, why)) for test, why in compiled(rule.when))
        not_consent = Refused(what, "the customer did not agree to offers") if rule.needs_consent else None
        return cls(rule, tests, _BUILDERS[rule.kind], not_consent)

    def make(self, facts: Facts) -> Offer | Refused:
        """Return the offer with its figures, or why the customer does not get it."""
        if self.not_consent is not None and not facts.customer.consents.offers:
            return self.not_consent
        for test, refused in self.tests:
            if not test(facts):
                return refused
        made = self.build(facts, self.rule)
        return Refused(f"offer {self.rule.id}", made) if isinstance(made, str) else made


def _instalments(facts: Facts, rule: OfferRule) -> _Made:
    """Offer as many parts as the policy allows and none smaller than it says."""
    if facts.asked <= 0:
        return "nothing is asked for"
    parts = rule.parts or 0
    if rule.smallest_part is not None:
        parts = min(parts, int(facts.asked // rule.smallest_part))
    if parts < 2:
        return "what is asked for is too small for two parts"
    every = "month" if rule.every == "month" else "week"
    step = 2 if rule.every == "two_weeks" else 1
    first_on = facts.today + timedelta(days=rule.first_after_days)
    plan = instalment_plan(facts.asked, facts.statement.currency, parts, first_on, every=every, step=step)
    return Offer(rule.kind, rule.reason, instalments=plan)


def _shift(facts: Facts, rule: OfferRule) -> _Made:
    new = facts.today + timedelta(days=rule.shift_days or 0)
    if facts.asked <= 0:
        return "nothing is asked for"
    if facts.due_on is not None and new <= facts.due_on:
        return "the due date is later already"
    return Offer(rule.kind, rule.reason, new_due_on=new)


def _budget(facts: Facts, rule: OfferRule) -> _Made:
    """Offer a twelfth of what a year costs, by the days billed lately, up to the next whole unit."""
    currency, since = facts.statement.currency, facts.today - timedelta(days=_MOST_DAYS)
    bills = [
        bill
        for bill in facts.customer.bills
        if bill.kind is BillKind.INVOICE and bill.period and bill.currency == currency and bill.period.start >= since
    ]
    days = _billed_days(bills)
    if days < rule.history_days:
        return f"{days} days of bills are known, {rule.history_days} are needed"
    a_month = sum([bill.total for bill in bills], Decimal(0)) / days * _DAYS_A_MONTH
    if a_month <= 0:
        return "the bills of the last year come to nothing"
    cents = a_month.quantize(Decimal("0.01"), ROUND_HALF_UP)  # 30.00 stays 30: no float dust lifts it to 31
    return Offer(rule.kind, rule.reason, monthly=cents.quantize(Decimal(1), ROUND_CEILING))


def _billed_days(bills: list[Bill]) -> int:
    """Return how many days the bills cover, each counted once."""
    spans = sorted((bill.period.start, bill.period.end) for bill in bills if bill.period)
    days, reached = 0, date.min
    for start, end in spans:
        first = max(start, reached)
        if end >= first:
            days += (end - first).days + 1
            reached = end + timedelta(days=1)
    return days


def _plain(_: Facts, rule: OfferRule) -> _Made:
    return Offer(rule.kind, rule.reason)


def _household(facts: Facts, rule: OfferRule) -> _Made:
    if facts.customer.kind != "household":
        return "it is for households"
    return Offer(rule.kind, rule.reason)


_BUILDERS: dict[OfferKind, Callable[[Facts, OfferRule], _Made]] = {
    OfferKind.INSTALMENTS: _instalments,
    OfferKind.SHIFT_DUE_DATE: _shift,
    OfferKind.BUDGET_BILLING: _budget,
    OfferKind.TARIFF_CHECK: _plain,
    OfferKind.SOCIAL_BONUS: _household,
    OfferKind.PERSON_TO_CALL: _plain,
    OfferKind.THANKS: _plain,
}
