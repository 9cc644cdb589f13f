"""What a policy looks at: the facts of one customer on one day, each worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from decimal import Decimal

from engine.insight.policy.dealings import Answer, Message, dealings_of
from engine.model.bill import Bill, BillKind, DunningStage
from engine.model.customer import Customer, InteractionKind, PlanState
from engine.model.dealings import Dispute
from engine.model.outreach import Profile
from engine.model.quick import quick
from engine.model.statement import OpenItem, Statement

_FURTHEST = {stage: rank for rank, stage in enumerate(DunningStage)}


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
    is_reminder: bool  # the newest document reminds by itself: a reminder, a dunning stage, or overdue and open
    is_told: bool  # a message about the newest bill went out
    sent: tuple[Message, ...]  # of any kind, oldest first
    reminders: tuple[date, ...]  # messages about what is asked for, after its oldest due date
    dunning: DunningStage
    has_dispute: bool  # of any bill
    is_disputed: bool  # of the newest bill
    promised_for: date | None  # the last day of a promise to pay that still runs, or ran out
    answers: tuple[Answer, ...]  # that nobody has dealt with, of any age

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
    if len(items) == 1:
        due_on = items[0].due_on
    else:
        due_on = min([item.due_on for item in items if item.due_on is not None], default=None)
    dealings = dealings_of(customer, zone)
    sent, answers = dealings.sent, dealings.answers
    # A message that names no bill counts for all that was open: too many messages are worse than too few.
    about = [one.day for one in sent if one.bill_number is None or one.bill_number in numbers] if sent else []
    open_disputes = [one for one in customer.disputes if one.is_open_on(today)] if customer.disputes else []
    is_disputed = customer.flags.disputed or _is_disputed(bill, statement, open_disputes)
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
        is_reminder=_reminds(bill, statement),
        is_told=bool(sent) and any(one.bill_number == bill.number for one in sent),
        sent=sent,
        reminders=tuple([day for day in about if due_on is not None and day > due_on]) if about else (),
        dunning=_dunning(customer, items, numbers),
        has_dispute=(
            is_disputed
            or bool(open_disputes)
            or any([one.is_disputed for one in customer.bills])  # noqa: C419 - a generator takes longer
            or (bool(answers) and _are_disputing(answers, numbers))
        ),
        is_disputed=is_disputed,
        promised_for=dealings.promised_for,
        answers=answers,
    )


def _are_disputing(answers: Sequence[Answer], numbers: set[str]) -> bool:
    """Return whether an answer disputes one of these bills; one that names no bill may be about any of them."""
    return any(
        one.kind is InteractionKind.DISPUTED and (one.bill_number is None or one.bill_number in numbers)
        for one in answers
    )


def _is_disputed(bill: Bill, statement: Statement, open_disputes: Sequence[Dispute]) -> bool:
    """Return whether all of `bill` is in dispute: by itself, by a dispute, or by a part that is all of it."""
    return (
        bill.is_disputed
        or (bool(open_disputes) and any(one.amount is None and one.bill_number == bill.number for one in open_disputes))
        or any([one.number == bill.number and one.disputed > 0 and one.asked <= 0 for one in statement.items])  # noqa: C419
    )


def _reminds(bill: Bill, statement: Statement) -> bool:
    """Return whether telling of `bill` reminds of it, as `engine.compose` has it."""
    if bill.kind is BillKind.REMINDER:
        return True
    is_late = bill.due_on is not None and bill.due_on < statement.as_of
    if not is_late and bill.dunning_stage is DunningStage.NONE:
        return False
    return any(item.number == bill.number and item.open > 0 for item in statement.items)


def _dunning(customer: Customer, items: list[OpenItem], numbers: set[str]) -> DunningStage:
    """Return the furthest stage of what is asked for; a reminder speaks for the bill that it is about."""
    if not items:
        return DunningStage.NONE
    stages = [
        bill.dunning_stage
        for bill in customer.bills
        if bill.number in numbers or (bill.kind is BillKind.REMINDER and bill.original_number in numbers)
    ]
    return stages[0] if len(stages) == 1 else max(stages, key=_FURTHEST.__getitem__, default=DunningStage.NONE)


def since_stage(facts: Facts, stage: str, from_day: int | None) -> int:
    """Return how many messages of the stage went out; where they don't name one, those since it began.

    Days count from the oldest due date; a stage without days began when the newest bill was issued.
    """
    if from_day is not None and facts.due_on is not None:
        start = facts.due_on + timedelta(days=from_day)
    else:
        start = facts.bill.issued_on
    return sum(1 for one in facts.sent if one.day >= start and one.stage in (None, stage))
