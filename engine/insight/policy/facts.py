"""What a policy looks at: the facts of one customer on one day, each worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from decimal import Decimal

from engine.model.bill import Bill, BillKind, DunningStage
from engine.model.customer import Customer, InteractionKind, PlanState
from engine.model.outreach import Profile
from engine.model.quick import quick
from engine.model.statement import OpenItem, Statement

_FURTHEST = {stage: rank for rank, stage in enumerate(DunningStage)}


@quick
@dataclass(frozen=True, slots=True)
class Message:
    """A message that went out: the day, the bill and the stage, as far as the record names them."""

    day: date
    bill_number: str | None
    stage: str | None


@quick
@dataclass(frozen=True, slots=True)
class Facts:
    """A customer as a policy sees them. Days are those of the campaign's time zone."""

    customer: Customer
    bill: Bill  # the newest: the one that a message speaks of
    statement: Statement
    features: Mapping[str, float | None]
    profile: Profile
    risks: Mapping[str, float]  # probabilities by the score's name
    arm: str
    today: date
    asked: Decimal
    overdue: Decimal
    credit: bool
    due_on: date | None  # the oldest due date of what is asked for
    day: int | None  # days from it, negative before; None where nothing asked for has a due date
    bill_age: int  # days since the newest bill was issued
    is_told: bool  # a message about the newest bill went out
    sent: tuple[Message, ...]  # of any kind, oldest first
    reminders: tuple[date, ...]  # messages about what is asked for, on or after its oldest due date
    dunning: DunningStage
    has_dispute: bool  # of any bill
    is_disputed: bool  # of the newest bill
    promised_for: date | None  # the last day of a promise to pay that still runs, or ran out

    @property
    def is_gentle(self) -> bool:
        """True if nothing may press."""
        return self.has_dispute or self.customer.flags.vulnerable

    @property
    def keeps_plan(self) -> bool:
        """True if a payment plan is kept."""
        return self.customer.flags.payment_plan is PlanState.KEPT


def facts_of(
    customer: Customer,
    bill: Bill,
    statement: Statement,
    *,
    features: Mapping[str, float | None],
    profile: Profile,
    risks: Mapping[str, float],
    arm: str,
    today: date,
    zone: tzinfo,
) -> Facts:
    """Return the facts of `customer`, whose newest bill is `bill`, on `today` in the time zone `zone`."""
    items = [item for item in statement.items if item.asked > 0]
    numbers = {item.number for item in items}
    due_on = min([item.due_on for item in items if item.due_on is not None], default=None)
    sent, about, is_told = _messages(customer, bill, numbers, zone)
    open_disputes = [one for one in customer.disputes if one.is_open_on(today)] if customer.disputes else []
    is_disputed = (
        customer.flags.disputed
        or bill.is_disputed
        or any(one.amount is None and one.bill_number == bill.number for one in open_disputes)
    )
    return Facts(
        customer=customer,
        bill=bill,
        statement=statement,
        features=features,
        profile=profile,
        risks=risks,
        arm=arm,
        today=today,
        asked=statement.asked,
        overdue=statement.overdue,
        credit=not items and (statement.credit > 0 or bill.owed < 0),
        due_on=due_on,
        day=(today - due_on).days if due_on is not None else None,
        bill_age=(today - bill.issued_on).days,
        is_told=is_told,
        sent=sent,
        reminders=tuple([day for day in about if due_on is not None and day >= due_on]),
        dunning=_dunning(customer, items, numbers),
        has_dispute=is_disputed or bool(open_disputes) or any(one.is_disputed for one in customer.bills),
        is_disputed=is_disputed,
        promised_for=_promise(customer) if customer.promises or customer.interactions else None,
    )


def _messages(
    customer: Customer, bill: Bill, numbers: set[str], zone: tzinfo
) -> tuple[tuple[Message, ...], list[date], bool]:
    """Return all messages, the days of those about the bills `numbers`, and if one told of `bill`.

    A message that names no bill counts for all that was open: too many messages are worse than too few.
    """
    if not customer.interactions:
        return (), [], False
    sent = [
        Message(one.at.astimezone(zone).date(), one.bill_number, one.stage)
        for one in customer.interactions
        if one.kind is InteractionKind.SENT
    ]
    sent.sort(key=lambda one: one.day)
    about = [one.day for one in sent if one.bill_number is None or one.bill_number in numbers]
    return tuple(sent), about, any(one.bill_number == bill.number for one in sent)


def _dunning(customer: Customer, items: list[OpenItem], numbers: set[str]) -> DunningStage:
    """Return the furthest stage of what is asked for; a reminder speaks for the bill that it is about."""
    if not items:
        return DunningStage.NONE
    stages = [
        bill.dunning_stage
        for bill in customer.bills
        if bill.number in numbers or (bill.kind is BillKind.REMINDER and bill.original_number in numbers)
    ]
    return max(stages, key=_FURTHEST.__getitem__, default=DunningStage.NONE)


def _promise(customer: Customer) -> date | None:
    """Return the last day for which payment was promised, if it was; a promise that was broken is none."""
    broken = {one.plan for one in customer.promises if one.plan and one.kept is False}
    days = [one.due_on for one in customer.promises if one.kept is None and one.plan not in broken]
    days += [one.due_on for one in customer.interactions if one.kind is InteractionKind.PROMISED and one.due_on]
    return max(days, default=None)


def since_stage(facts: Facts, stage: str, from_day: int | None) -> int:
    """Return how many messages of the stage went out; where they don't name one, those since it began.

    Days count from the oldest due date; a stage without days began when the newest bill was issued.
    """
    if from_day is not None and facts.due_on is not None:
        start = facts.due_on + timedelta(days=from_day)
    else:
        start = facts.bill.issued_on
    return sum(1 for one in facts.sent if one.day >= start and one.stage in (None, stage))
