"""The timeline of a customer: all that happened, and all that is due, in order of time, with a running balance.

Pure: the same record and zone give the same events. An event's `what` is plain English and holds no name,
address, account or amount: of free fields it takes single words only, as in `transfer`. What is personal stands
in `amount`, `change`, `balance` and `note`.

The balance is what the customer owes by the record, in each currency apart, disputed and planned parts included:

- a bill adds what it asks for. One with a balance forward says what is owed with all before it, so that the
  balance becomes that; what it takes off as prepaid uses up a credit that stands in the record;
- a reminder or statement about a bill of the record adds only the charges of its own;
- payments, and credit notes, take off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from engine.model.bill import ZERO, Bill, BillKind
from engine.model.channel import ContactChannel
from engine.model.customer import Customer, Interaction, InteractionKind, Payment
from engine.model.dealings import Direction, Dispute, Document, Promise, TaskRecord, TaskState
from engine.model.quick import quick


class EventKind(StrEnum):
    """What kind of thing happened, or is due. In the order in which events of one day without a time are told."""

    BILL = "bill"
    PAYMENT = "payment"
    PROMISE = "promise"
    PROMISE_DUE = "promise due"
    DISPUTE = "dispute"
    DISPUTE_CLOSED = "dispute closed"
    TASK = "task"
    DOCUMENT = "document"
    CONTACT = "contact"


UNDATED = date.min
_WORD = re.compile(r"[\w-]{1,24}")
_RANK = {kind: place for place, kind in enumerate(EventKind)}
_ABOUT_A_BILL = (BillKind.REMINDER, BillKind.STATEMENT)


@quick
@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened or is due on `day`, `at` a time where that is known; `UNDATED` where nothing is.

    `amount` is as the record says it; `change` is what it does to the balance of its currency, `balance` what stands
    after it. Both are None for what moves no money. `is_open`: something is still to be done or kept.
    """

    day: date
    kind: EventKind
    what: str
    at: datetime | None = None
    bill_number: str = ""
    channel: ContactChannel | None = None
    currency: str = ""
    amount: Decimal | None = None
    change: Decimal | None = None
    balance: Decimal | None = None
    is_open: bool = False
    note: str = ""


def events_of(customer: Customer, zone: tzinfo) -> tuple[Event, ...]:
    """Return all events of the customer's record in order of time; days are told by the clock of `zone`."""
    found = [*_of_bills(customer), *_of_payments(customer)]
    found += [event for promise in customer.promises for event in _of_promise(promise)]
    found += [event for dispute in customer.disputes for event in _of_dispute(dispute)]
    found += [_of_task(task, zone) for task in customer.tasks]
    found += [_of_document(paper, zone) for paper in customer.documents]
    found += [_of_contact(contact, zone) for contact in customer.interactions]
    found.sort(key=_order)
    return tuple(_balanced(found, {bill.number: bill for bill in customer.bills}))


def balances_of(events: tuple[Event, ...], day: date) -> dict[str, Decimal]:
    """Return what stood at the end of `day` in each currency that had moved."""
    return {event.currency: event.balance for event in events if event.balance is not None and event.day <= day}


def _order(event: Event) -> tuple[date, bool, float, int, str]:
    # what has no time comes before what has one
    moment = event.at.timestamp() if event.at else 0.0
    return event.day, event.at is not None, moment, _RANK[event.kind], event.bill_number


# ------------------------------------------------------------------ money


def _balanced(events: list[Event], bills: Mapping[str, Bill]) -> Iterator[Event]:
    balances: dict[str, Decimal] = {}
    for event in events:
        if event.kind not in (EventKind.BILL, EventKind.PAYMENT) or event.amount is None:
            yield event
            continue
        before = balances.get(event.currency, ZERO)
        change = -event.amount
        if event.kind is EventKind.BILL:
            change = _change_by(bills[event.bill_number], before, bills)
        balances[event.currency] = before + change
        yield replace(event, change=change, balance=before + change)


def _change_by(bill: Bill, before: Decimal, bills: Mapping[str, Bill]) -> Decimal:
    """Return what a bill adds to the balance that stood before it."""
    if bill.kind in _ABOUT_A_BILL and bill.original_number in bills:
        return bill.net + bill.tax
    if bill.balance_forward:
        return bill.owed - before
    return bill.owed + min(bill.prepaid, max(-before, ZERO))


_BILL_WORDS = {
    BillKind.INVOICE: "Bill",
    BillKind.CREDIT_NOTE: "Credit note",
    BillKind.REMINDER: "Reminder bill",
    BillKind.STATEMENT: "Statement",
}


def _of_bills(customer: Customer) -> Iterator[Event]:
    for bill in customer.bills:
        what = _BILL_WORDS[bill.kind]
        if bill.due_on is not None:
            what += f", due {bill.due_on}"
        if bill.is_disputed:
            what += ", in dispute"
        yield Event(
            bill.issued_on,
            EventKind.BILL,
            what,
            None,
            bill.number,
            None,
            bill.currency,
            bill.owed,
            note=bill.note or "",
        )


def _of_payments(customer: Customer) -> Iterator[Event]:
    currencies = {bill.number: bill.currency for bill in customer.bills}
    newest = customer.subject_bill
    for payment in customer.payments:
        currency = currencies.get(payment.bill_number or "") or (newest.currency if newest else "")
        yield Event(
            payment.paid_on, EventKind.PAYMENT, _payment_words(payment), None, payment.bill_number or "", None,
            currency, payment.amount,
        )  # fmt: skip


def _payment_words(payment: Payment) -> str:
    what = "Payment" if payment.amount >= 0 else "Money returned"
    return what + _after(", ", payment.method)


def _after(mark: str, text: str | None, end: str = "") -> str:
    """Return a field's text between marks if it is a single word: of more, nobody knows what it says."""
    word = (text or "").replace("_", " ") if text and _WORD.fullmatch(text) else ""
    return f"{mark}{word}{end}" if word else ""


# ------------------------------------------------------------------ dealings


def _of_promise(promise: Promise) -> Iterator[Event]:
    what = "Instalment agreed" if promise.plan else "Promise to pay"
    yield Event(
        promise.made_on, EventKind.PROMISE, f"{what}, by {promise.due_on}", None, promise.bill_number or "",
        promise.channel, "", promise.amount,
    )  # fmt: skip
    ending = {True: "kept", False: "broken", None: "open"}[promise.kept]
    word = "Instalment" if promise.plan else "Promise"
    yield Event(
        promise.due_on, EventKind.PROMISE_DUE, f"{word} due: {ending}", None, promise.bill_number or "",
        amount=promise.amount, is_open=promise.kept is None,
    )  # fmt: skip


def _of_dispute(dispute: Dispute) -> Iterator[Event]:
    part = "the whole bill" if dispute.amount is None else "a part of the bill"
    is_open = dispute.closed_on is None
    yield Event(
        dispute.opened_on, EventKind.DISPUTE, f"Dispute opened, {part}", None, dispute.bill_number,
        amount=dispute.amount, is_open=is_open, note=dispute.note or "",
    )  # fmt: skip
    if dispute.closed_on is not None:
        ending = dispute.outcome.replace("_", " ") if dispute.outcome else "outcome not known"
        yield Event(dispute.closed_on, EventKind.DISPUTE_CLOSED, f"Dispute closed: {ending}", None, dispute.bill_number)


def _day_of(task: TaskRecord, zone: tzinfo) -> date:
    moment = task.done_at or task.opened_at
    if task.state is TaskState.OPEN and task.due_on is not None:
        return task.due_on
    return moment.astimezone(zone).date() if moment else task.due_on or UNDATED


def _of_task(task: TaskRecord, zone: tzinfo) -> Event:
    is_open = task.state is TaskState.OPEN
    what = f"Task{_after(' ', task.kind)}: {task.state}"
    if is_open and task.due_on is not None:
        what += ", due"
    what += _after(" (", task.owner, ")")
    return Event(
        _day_of(task, zone), EventKind.TASK, what, None if is_open else task.done_at,
        task.bill_number or "", is_open=is_open, note=task.note or "",
    )  # fmt: skip


def _of_document(paper: Document, zone: tzinfo) -> Event:
    way = "received" if paper.direction is Direction.RECEIVED else "sent"
    what = f"{paper.kind.replace('_', ' ').capitalize()} {way}"
    note = ", ".join(part for part in (paper.name, paper.reference) if part)
    return Event(
        paper.at.astimezone(zone).date(), EventKind.DOCUMENT, what, paper.at, paper.bill_number or "", paper.channel,
        note=note,
    )  # fmt: skip


_CONTACT_WORDS = {
    InteractionKind.SENT: "Message sent",
    InteractionKind.SEEN: "Message seen",
    InteractionKind.CLICKED: "Link clicked",
    InteractionKind.PROMISED: "Promised to pay",
    InteractionKind.CALLED: "Call",
    InteractionKind.COMPLAINED: "Complaint",
    InteractionKind.TASK: "Task",
    InteractionKind.DELIVERED: "Message delivered",
    InteractionKind.BOUNCED: "Message came back",
    InteractionKind.REPLIED: "Reply",
    InteractionKind.OPTED_OUT: "Opted out",
    InteractionKind.ALREADY_PAID: "Says it is paid",
    InteractionKind.DISPUTED: "Disputes the bill",
    InteractionKind.CALL_BACK: "Asks for a call",
    InteractionKind.INSTALMENTS: "Asks for instalments",
    InteractionKind.WRONG_PERSON: "Says: wrong person",
}


def _of_contact(contact: Interaction, zone: tzinfo) -> Event:
    what = _CONTACT_WORDS[contact.kind]
    what += _after(", stage ", contact.stage)
    if contact.due_on is not None:
        what += f", by {contact.due_on}"
    if not contact.done:
        what += ": to do"
    return Event(
        contact.at.astimezone(zone).date(), EventKind.CONTACT, what, contact.at, contact.bill_number or "",
        contact.channel, "", contact.amount, is_open=not contact.done, note=contact.note or "",
    )  # fmt: skip
