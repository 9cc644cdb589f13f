"""Handing a case over to a collection agency: who may be handed over, and what of them. Pure.

What is claimed is what the statement asks for, overdue, and reminded at least once. Who is protected, or
whose matter is still open here, is not handed over: the reasons say why, in plain English without amounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta, tzinfo
from decimal import Decimal

from engine.insight.policy.brakes import held_by_law
from engine.insight.policy.dealings import Answer, Dealings, dealings_of
from engine.model.bill import ZERO, Bill, BillKind, DunningStage
from engine.model.customer import Customer, InteractionKind, PlanState
from engine.model.dealings import DocumentKind, TaskState
from engine.model.handover import Claim, ClaimedBill, Creditor, Debtor, HandoverCase, Reminded
from engine.model.money import quantum
from engine.model.outreach import TaskKind
from engine.model.policy.brakes import Brakes
from engine.model.statement import OpenItem, Statement

_REVIEW = TaskKind.REVIEW_HARDSHIP.value
_NOTICES = {DocumentKind.REMINDER: "reminder", DocumentKind.FORMAL_NOTICE: "formal_notice"}


def bars_of(
    customer: Customer, statements: Sequence[Statement], terms: Brakes, today: date, zone: tzinfo
) -> tuple[str, ...]:
    """Return why the customer may not be handed over on `today`; empty where they may.

    `statements` are those of all currencies as of `today`; days of contacts are told by the clock of `zone`.
    """
    reasons = [*_protecting(customer, terms), *_still_open(customer, terms, today, dealings_of(customer, zone))]
    items = [item for statement in statements for item in _overdue(statement)]
    if any(item.disputed > 0 for statement in statements for item in statement.items) or _contests(customer, today):
        reasons.append("a dispute is open")
    if customer.flags.vulnerable and not _was_reviewed(customer, items, zone):
        reasons.append("vulnerable, and no person has reviewed the case since it is overdue")
    if not items:
        reasons.append("nothing is overdue that may be asked for")
    elif not any(_is_reminded(customer, item, zone) for item in items):
        reasons.append("no reminder of what is overdue is in the record")
    return tuple(reasons)


def case_of(
    customer: Customer, statements: Sequence[Statement], creditor: Creditor, today: date, zone: tzinfo
) -> HandoverCase:
    """Return the case of a customer whom nothing bars (`bars_of`)."""
    claims = []
    since: dict[str, date] = {}
    for statement in statements:
        items = [item for item in _overdue(statement) if _is_reminded(customer, item, zone)]
        if items:
            claims.append(_claim(statement.currency, items))
            for item in items:
                since |= _since(customer, item)
    debtor = Debtor(
        kind=customer.kind, name=customer.name, address=customer.address, email=customer.email, phone=customer.phone,
        locale=customer.locale,
    )  # fmt: skip
    reminders = sorted(_reminders(customer, since, zone), key=lambda one: (one.on, one.at is not None, str(one.at)))
    return HandoverCase(
        as_of=today, reference=customer.key, creditor=creditor, debtor=debtor, claims=tuple(claims),
        reminders=tuple(reminders),
    )  # fmt: skip


# ------------------------------------------------------------------ who may not


def _protecting(customer: Customer, terms: Brakes) -> Iterable[str]:
    flags = customer.flags
    if flags.deceased:
        yield "the customer has died"
    if held_by_law(terms)(customer):
        yield "the law forbids to collect"
    if any(task.kind == _REVIEW and task.state is TaskState.OPEN for task in customer.tasks):
        yield "a review for hardship is open"


def _still_open(customer: Customer, terms: Brakes, today: date, dealings: Dealings) -> Iterable[str]:
    if customer.flags.payment_plan is PlanState.KEPT:
        yield "a payment plan is kept"
    promised = dealings.promised_for
    if promised is not None and today <= promised + timedelta(days=terms.promise_days):
        yield "a promise to pay still runs"
    since = today - timedelta(days=terms.payment_days)
    if any(since < payment.paid_on and payment.amount > 0 for payment in customer.payments):
        yield "a payment came in these days"
    if any(answer.kind is InteractionKind.WRONG_PERSON for answer in dealings.answers):
        yield "messages reached somebody else: the contact is to be checked"
    if any(not _is_settled(customer, answer) for answer in dealings.answers):
        yield "an answer of the customer waits for a person"


def _is_settled(customer: Customer, answer: Answer) -> bool:
    """True if an answer was followed by what it asked for: instalments by a plan. The wrong person has its own bar."""
    if answer.kind is InteractionKind.INSTALMENTS:
        return any(promise.plan and promise.made_on >= answer.day for promise in customer.promises)
    return answer.kind is InteractionKind.WRONG_PERSON


def _contests(customer: Customer, today: date) -> bool:
    return customer.flags.disputed or any(dispute.is_open_on(today) for dispute in customer.disputes)


def _was_reviewed(customer: Customer, items: Sequence[OpenItem], zone: tzinfo) -> bool:
    """True if somebody has looked at the case since its oldest due date."""
    since = min([item.due_on for item in items if item.due_on], default=None)
    return since is not None and any(
        task.kind == _REVIEW and task.state is TaskState.DONE and task.done_at is not None
        and task.done_at.astimezone(zone).date() >= since
        for task in customer.tasks
    )  # fmt: skip


# ------------------------------------------------------------------ what is claimed


def _overdue(statement: Statement) -> list[OpenItem]:
    return [item for item in statement.items if item.asked > 0 and item.days_late > 0 and item.due_on is not None]


def _claim(currency: str, items: Sequence[OpenItem]) -> Claim:
    bills = tuple(_bill(item, quantum(currency)) for item in items)
    figures = [sum([getattr(bill, name) for bill in bills], ZERO) for name in ("open", "interest", "fee")]
    open_, interest, fees = figures
    return Claim(currency=currency, bills=bills, open=open_, interest=interest, fees=fees, total=sum(figures, ZERO))


def _bill(item: OpenItem, step: Decimal) -> ClaimedBill:
    assert item.due_on is not None  # `_overdue` takes no other
    figures = {"billed": item.owed, "settled": item.settled, "open": item.asked, "interest": item.interest,
               "fee": item.fee}  # fmt: skip
    return ClaimedBill(
        number=item.number, issued_on=item.issued_on, due_on=item.due_on, days_late=item.days_late,
        **{name: figure.quantize(step) for name, figure in figures.items()},
        limitation_on=item.limitation_on,
    )  # fmt: skip


# ------------------------------------------------------------------ what was sent


def _numbers(customer: Customer, item: OpenItem) -> set[str]:
    """Return the numbers of all documents of a claim: the bill, and the reminders about it."""
    own = next((bill for bill in customer.bills if bill.number == item.number), None)
    first = own.original_number if own is not None and own.original_number else item.number
    return {item.number, first} | {bill.number for bill in customer.bills if _is_reminder(bill, first)}


def _is_reminder(bill: Bill, of: str) -> bool:
    return bill.kind is BillKind.REMINDER and bill.original_number == of


def _is_reminded(customer: Customer, item: OpenItem, zone: tzinfo) -> bool:
    """True if the record knows of a reminder that was sent about `item`."""
    return any(True for _ in _reminders(customer, _since(customer, item), zone))


def _since(customer: Customer, item: OpenItem) -> dict[str, date]:
    """Return the due date of `item` by the numbers of its documents: what was sent up to it is no reminder."""
    assert item.due_on is not None  # `_overdue` takes no other
    return dict.fromkeys(_numbers(customer, item), item.due_on)


def _reminders(customer: Customer, since: Mapping[str, date], zone: tzinfo) -> Iterable[Reminded]:
    """Yield what was sent about each bill after its day of `since`, or about all after the first, each message once."""
    first = min(since.values())
    for bill in customer.bills:
        if bill.number in since and bill.kind is BillKind.REMINDER:
            what = "formal_notice" if bill.dunning_stage is DunningStage.FINAL else "reminder"
            yield Reminded(on=bill.issued_on, what=what, bill_number=bill.number)
    papers = set()
    for paper in customer.documents:
        on = paper.at.astimezone(zone).date()
        after = first if paper.bill_number is None else since.get(paper.bill_number)
        if paper.kind in _NOTICES and after is not None and on > after:
            papers.add((on, paper.channel))
            yield Reminded(
                at=paper.at, on=on, what=_NOTICES[paper.kind], channel=paper.channel, bill_number=paper.bill_number
            )
    for one in customer.interactions:
        on = one.at.astimezone(zone).date()
        after = since.get(one.bill_number) if one.bill_number is not None else first if one.stage is not None else None
        if one.kind is InteractionKind.SENT and after is not None and on > after and (on, one.channel) not in papers:
            yield Reminded(at=one.at, on=on, what="reminder", channel=one.channel, bill_number=one.bill_number)
