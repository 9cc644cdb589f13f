"""What a customer promised, disputed, opened, answered and complained of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine.insight.features.feature import Feature
from engine.insight.features.history import History
from engine.model.customer import ContactChannel, Customer, Interaction, InteractionKind

_YEAR = 365
_ZONES = 2  # days by which the dates of one moment may differ between zones, rounded up
_OPENED_BY = (
    (ContactChannel.EMAIL, "email_opened_share"),
    (ContactChannel.SMS, "sms_opened_share"),
    (ContactChannel.PUSH, "push_opened_share"),
)
_COUNTED = {
    "sent_year": InteractionKind.SENT,
    "bounced_year": InteractionKind.BOUNCED,
    "calls_year": InteractionKind.CALLED,
    "complaints_year": InteractionKind.COMPLAINED,
    "plan_requests_year": InteractionKind.INSTALMENTS,
}
# Kinds by place, found by identity: an enum's hash is a Python call, and contacts are many.
_KINDS = tuple(InteractionKind)
_CODES = {id(kind): place for place, kind in enumerate(_KINDS)}
_SENT, _SEEN, _CLICKED, _PROMISED = (
    _KINDS.index(kind)
    for kind in (InteractionKind.SENT, InteractionKind.SEEN, InteractionKind.CLICKED, InteractionKind.PROMISED)
)
_SINGLE = tuple((name, _KINDS.index(kind)) for name, kind in _COUNTED.items())
_ANSWERS = tuple(
    _KINDS.index(kind)
    for kind in (
        InteractionKind.REPLIED, InteractionKind.ALREADY_PAID, InteractionKind.DISPUTED, InteractionKind.CALL_BACK,
        InteractionKind.INSTALMENTS, InteractionKind.PROMISED,
    )
)  # fmt: skip
_REACTIONS = frozenset((_SEEN, _CLICKED, *_ANSWERS))
_NO_PROMISES = dict.fromkeys(("promises", "kept_promises", "broken_promises", "broken_instalments", "is_on_plan"), 0.0)
# Of a customer of whom nothing of it is recorded.
NOTHING = _NO_PROMISES | dict.fromkeys(("open_disputes", "disputes_year", *_COUNTED, "answers_year"), 0.0)
_MESSAGES = frozenset((_SENT, _SEEN, _CLICKED))

FEATURES = (
    Feature("promises", "count", "promises that fell due", "{promises} promises to pay fell due", 1),
    Feature("broken_promises", "count", "promises not kept", "{broken_promises} promises to pay were not kept", 1),
    Feature("kept_promises", "count", "promises kept", "{kept_promises} promises to pay were kept", -1),
    Feature("broken_share", "share", "share of promises not kept",
            "{broken_share} of promises to pay were not kept", 1),
    Feature("is_on_plan", "yes", "a payment plan runs", "a payment plan runs", 0, "no payment plan runs"),
    Feature("broken_instalments", "count", "instalments of plans not paid in time",
            "{broken_instalments} instalments of payment plans were not paid in time", 1),
    Feature("open_disputes", "count", "open disputes", "{open_disputes} disputes are open"),
    Feature("disputes_year", "count", "disputes opened in a year", "{disputes_year} disputes within a year"),
    Feature("sent_year", "count", "messages sent in a year", "{sent_year} messages were sent within a year"),
    Feature("opened_share", "share", "share of messages opened", "opened {opened_share} of the messages sent", -1),
    Feature("clicked_share", "share", "share of messages clicked",
            "clicked in {clicked_share} of the messages sent", -1),
    Feature("email_opened_share", "share", "share of e-mails opened", "opened {email_opened_share} of e-mails", -1),
    Feature("sms_opened_share", "share", "share of text messages opened",
            "opened {sms_opened_share} of text messages", -1),
    Feature("push_opened_share", "share", "share of app messages opened",
            "opened {push_opened_share} of app messages", -1),
    Feature("bounced_year", "count", "messages that bounced in a year",
            "{bounced_year} messages bounced within a year", 1),
    Feature("calls_year", "count", "calls in a year", "{calls_year} calls within a year"),
    Feature("answers_year", "count", "answers in a year", "answered {answers_year} times within a year", -1),
    Feature("complaints_year", "count", "complaints in a year", "{complaints_year} complaints within a year"),
    Feature("plan_requests_year", "count", "asked for instalments in a year",
            "asked for instalments {plan_requests_year} times within a year", 1),
    Feature("reaction_age", "days", "days since the customer last reacted",
            "the customer last reacted {reaction_age} days ago", 1),
)  # fmt: skip


@dataclass(slots=True)
class _Pledge:
    """A promise to pay, from either place of the record. Days are ordinals."""

    made: int
    due: int
    number: str | None
    amount: Decimal | None
    plan: str | None


@dataclass(slots=True)
class _Contacts:
    """What is known of the contacts before a moment; messages and counts are of its last year."""

    counts: list[int]
    messages: list[tuple[int, ContactChannel | None, str | int]]  # code, channel, id or place in the record
    promised: list[Interaction]
    reacted: datetime | None


def add_dealings(values: dict[str, float | None], customer: Customer, history: History, as_of: datetime) -> None:
    """Put promises, disputes and contacts known at `as_of` into `values`; without any of them it is `NOTHING`."""
    contacts = _contacts(customer, as_of)
    pledges = list(_pledges(customer, contacts.promised, history.today))
    _add_promises(values, pledges, history)
    opened = open_ = 0
    if customer.disputes:
        today = as_of.date()
        since = today - timedelta(days=_YEAR)
        opened = len([1 for dispute in customer.disputes if since < dispute.opened_on <= today])
        open_ = len([1 for dispute in customer.disputes if dispute.is_open_on(today)])
    values["open_disputes"] = float(open_)
    values["disputes_year"] = float(opened)
    _add_contacts(values, contacts, as_of)


def _contacts(customer: Customer, as_of: datetime) -> _Contacts:
    """Return the contacts before `as_of`. Days are compared first: times of two zones are dear to compare."""
    found = _Contacts([0] * len(_KINDS), [], [], None)
    since = as_of - timedelta(days=_YEAR)
    today, first, newest = as_of.toordinal(), since.toordinal(), 0
    for place, contact in enumerate(customer.interactions):
        at = contact.at
        day = at.toordinal()
        if day >= today - _ZONES and at >= as_of:
            continue
        code = _CODES[id(contact.kind)]
        if code in _REACTIONS and day >= newest - _ZONES and (found.reacted is None or at > found.reacted):
            found.reacted, newest = at, day
        if code == _PROMISED and contact.due_on is not None:
            found.promised.append(contact)
        if day > first + _ZONES or (day >= first - _ZONES and at >= since):
            found.counts[code] += 1
            if code in _MESSAGES:
                found.messages.append((code, contact.channel, contact.reference or place))
    return found


def _pledges(customer: Customer, promised: list[Interaction], today: int) -> Iterable[_Pledge]:
    typed = set()
    for promise in customer.promises:
        made = promise.made_on.toordinal()
        if made <= today:
            typed.add((made, promise.bill_number))
            yield _Pledge(made, promise.due_on.toordinal(), promise.bill_number, promise.amount, promise.plan)
    for contact in promised:
        made = contact.at.toordinal()
        if contact.due_on is not None and (made, contact.bill_number) not in typed:
            yield _Pledge(made, contact.due_on.toordinal(), contact.bill_number, contact.amount, None)


def _add_promises(values: dict[str, float | None], pledges: list[_Pledge], history: History) -> None:
    if not pledges:
        values |= _NO_PROMISES
        return
    told = [(pledge, _is_kept(pledge, pledges, history)) for pledge in pledges]
    kept = len([1 for _, is_kept in told if is_kept])
    broken = [pledge for pledge, is_kept in told if not is_kept and pledge.due < history.today]
    due = kept + len(broken)
    values["promises"] = float(due)
    values["kept_promises"] = float(kept)
    values["broken_promises"] = float(len(broken))
    if due:
        values["broken_share"] = len(broken) / due
    values["broken_instalments"] = float(len([pledge for pledge in broken if pledge.plan]))
    values["is_on_plan"] = float(any(pledge.plan and pledge.due >= history.today for pledge in pledges))


def _is_kept(pledge: _Pledge, pledges: list[_Pledge], history: History) -> bool:
    """True if by its due day the bill was settled, or what was promised came in; told by payments, never by a flag."""
    named = history.by_number.get(pledge.number) if pledge.number is not None else None
    courses = [named] if named is not None else history.courses if pledge.number is None else []
    courses = [course for course in courses if course.issued <= pledge.made]
    if courses and all(course.settled is not None and course.settled <= pledge.due for course in courses):
        return True
    if pledge.amount is None:
        return False
    wanted = pledge.amount
    if pledge.plan is not None:  # what earlier instalments were to bring can't pay for this one
        wanted = sum(
            [p.amount or Decimal(0) for p in pledges if p.plan == pledge.plan and p.due <= pledge.due], Decimal(0)
        )
    came = [
        move[3]
        for move in history.payments
        if pledge.made <= move[0] <= pledge.due and (pledge.number is None or move[2] in ("", pledge.number))
    ]
    return sum(came, Decimal(0)) >= wanted


def _add_contacts(values: dict[str, float | None], contacts: _Contacts, as_of: datetime) -> None:
    counts = contacts.counts
    for name, code in _SINGLE:
        values[name] = float(counts[code])
    values["answers_year"] = float(sum([counts[code] for code in _ANSWERS]))
    sent = counts[_SENT]
    if sent:
        answered = [message for message in contacts.messages if message[0] != _SENT]
        values["opened_share"] = _share(sent, answered)
        values["clicked_share"] = _share(sent, [message for message in answered if message[0] == _CLICKED])
        channels = [message[1] for message in contacts.messages if message[0] == _SENT]
        for channel, name in _OPENED_BY:
            by = channels.count(channel)
            if by:
                values[name] = _share(by, [message for message in answered if message[1] is channel])
    if contacts.reacted is not None:
        values["reaction_age"] = float((as_of - contacts.reacted).days)


def _share(sent: int, answered: list[tuple[int, ContactChannel | None, str | int]]) -> float:
    """Return the share of `sent` messages that were `answered`: a message opened thrice counts once, by its id."""
    return min(1.0, len({message[2] for message in answered}) / sent)
