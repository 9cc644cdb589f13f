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
_OPENED_BY = (
    (ContactChannel.EMAIL, "email_opened_share"),
    (ContactChannel.SMS, "sms_opened_share"),
    (ContactChannel.PUSH, "push_opened_share"),
)
_OPENED = (InteractionKind.SEEN, InteractionKind.CLICKED)
_ANSWERS = (
    InteractionKind.REPLIED, InteractionKind.ALREADY_PAID, InteractionKind.DISPUTED, InteractionKind.CALL_BACK,
    InteractionKind.INSTALMENTS, InteractionKind.PROMISED,
)  # fmt: skip
_REACTIONS = (*_OPENED, *_ANSWERS)

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


def add_dealings(values: dict[str, float | None], customer: Customer, history: History, as_of: datetime) -> None:
    """Put promises, disputes and contacts known at `as_of` into `values`."""
    known = [contact for contact in customer.interactions if contact.at < as_of] if customer.interactions else []
    _add_promises(values, list(_pledges(customer, known, history.today)), history)
    opened = open_ = 0
    if customer.disputes:
        today = as_of.date()
        since = today - timedelta(days=_YEAR)
        opened = len([1 for dispute in customer.disputes if since < dispute.opened_on <= today])
        open_ = len([1 for dispute in customer.disputes if dispute.is_open_on(today)])
    values["open_disputes"] = float(open_)
    values["disputes_year"] = float(opened)
    _add_contacts(values, known, as_of)


def _pledges(customer: Customer, known: list[Interaction], today: int) -> Iterable[_Pledge]:
    typed = set()
    for promise in customer.promises:
        made = promise.made_on.toordinal()
        if made <= today:
            typed.add((made, promise.bill_number))
            yield _Pledge(made, promise.due_on.toordinal(), promise.bill_number, promise.amount, promise.plan)
    for contact in known:
        if contact.kind is InteractionKind.PROMISED and contact.due_on is not None:
            made = contact.at.toordinal()
            if (made, contact.bill_number) not in typed:
                yield _Pledge(made, contact.due_on.toordinal(), contact.bill_number, contact.amount, None)


def _add_promises(values: dict[str, float | None], pledges: list[_Pledge], history: History) -> None:
    told = [(pledge, _is_kept(pledge, pledges, history)) for pledge in pledges]
    kept = [pledge for pledge, is_kept in told if is_kept]
    broken = [pledge for pledge, is_kept in told if not is_kept and pledge.due < history.today]
    due = len(kept) + len(broken)
    values["promises"] = float(due)
    values["kept_promises"] = float(len(kept))
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
        for move in history.payments()
        if pledge.made <= move[0] <= pledge.due and (pledge.number is None or move[2] in ("", pledge.number))
    ]
    return sum(came, Decimal(0)) >= wanted


def _add_contacts(values: dict[str, float | None], known: list[Interaction], as_of: datetime) -> None:
    since = as_of - timedelta(days=_YEAR)
    recent = [contact for contact in known if contact.at >= since]
    kinds = [contact.kind for contact in recent]
    sent = kinds.count(InteractionKind.SENT)
    values["sent_year"] = float(sent)
    values["bounced_year"] = float(kinds.count(InteractionKind.BOUNCED))
    values["calls_year"] = float(kinds.count(InteractionKind.CALLED))
    values["complaints_year"] = float(kinds.count(InteractionKind.COMPLAINED))
    values["plan_requests_year"] = float(kinds.count(InteractionKind.INSTALMENTS))
    values["answers_year"] = float(len([kind for kind in kinds if kind in _ANSWERS]))
    if sent:
        values["opened_share"] = _share(recent, sent, _OPENED)
        values["clicked_share"] = _share(recent, sent, (InteractionKind.CLICKED,))
        _add_channels(values, recent)
    reacted = [contact.at for contact in known if contact.kind in _REACTIONS]
    if reacted:
        values["reaction_age"] = float((as_of - max(reacted)).days)


def _add_channels(values: dict[str, float | None], recent: list[Interaction]) -> None:
    channels = [contact.channel for contact in recent]
    for channel, name in _OPENED_BY:
        if channel not in channels:
            continue
        by = recent if channels.count(channel) == len(recent) else [c for c in recent if c.channel is channel]
        sent = len([1 for contact in by if contact.kind is InteractionKind.SENT])
        if sent:
            values[name] = _share(by, sent, _OPENED)


def _share(contacts: list[Interaction], sent: int, kinds: tuple[InteractionKind, ...]) -> float:
    """Return the share of `sent` messages that saw one of `kinds`: a message opened thrice counts once, by its id."""
    marks = {contact.reference or (place, "") for place, contact in enumerate(contacts) if contact.kind in kinds}
    return min(1.0, len(marks) / sent)
