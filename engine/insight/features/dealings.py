"""What a customer promised, disputed, opened, answered and complained of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine.insight.features.feature import Feature
from engine.insight.features.history import History
from engine.model.customer import ContactChannel, Customer, Interaction, InteractionKind

_YEAR = 365
_OPENED_BY = (ContactChannel.EMAIL, ContactChannel.SMS, ContactChannel.PUSH)
_OPENED = (InteractionKind.SEEN, InteractionKind.CLICKED)
_ANSWERS = frozenset(
    (
        InteractionKind.REPLIED, InteractionKind.ALREADY_PAID, InteractionKind.DISPUTED, InteractionKind.CALL_BACK,
        InteractionKind.INSTALMENTS, InteractionKind.PROMISED,
    )
)  # fmt: skip

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
    today = as_of.date()
    disputes = [dispute for dispute in customer.disputes if dispute.opened_on <= today]
    values["open_disputes"] = float(len([1 for dispute in disputes if dispute.is_open_on(today)]))
    since = today - timedelta(days=_YEAR)
    values["disputes_year"] = float(len([1 for dispute in disputes if dispute.opened_on > since]))
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
    due = [pledge for pledge in pledges if pledge.due < history.today or _is_kept(pledge, pledges, history)]
    kept = [pledge for pledge in due if _is_kept(pledge, pledges, history)]
    broken = [pledge for pledge in due if pledge not in kept]
    values["promises"] = float(len(due))
    values["kept_promises"] = float(len(kept))
    values["broken_promises"] = float(len(broken))
    if due:
        values["broken_share"] = len(broken) / len(due)
    values["broken_instalments"] = float(len([pledge for pledge in broken if pledge.plan]))
    values["is_on_plan"] = float(any(pledge.plan and pledge.due >= history.today for pledge in pledges))


def _is_kept(pledge: _Pledge, pledges: list[_Pledge], history: History) -> bool:
    """True if by its due day the bill was settled, or what was promised came in; told by payments, never by a flag."""
    courses = [course for course in history.courses if pledge.number in (None, course.bill.number)]
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
        amount
        for day, number, amount in history.money
        if pledge.made <= day <= pledge.due and (pledge.number is None or number in (None, pledge.number))
    ]
    return sum(came, Decimal(0)) >= wanted


def _add_contacts(values: dict[str, float | None], known: list[Interaction], as_of: datetime) -> None:
    since = as_of - timedelta(days=_YEAR)
    recent = [contact for contact in known if contact.at >= since]
    counts = Counter([contact.kind for contact in recent])
    values["sent_year"] = float(counts[InteractionKind.SENT])
    values["bounced_year"] = float(counts[InteractionKind.BOUNCED])
    values["calls_year"] = float(counts[InteractionKind.CALLED])
    values["complaints_year"] = float(counts[InteractionKind.COMPLAINED])
    values["plan_requests_year"] = float(counts[InteractionKind.INSTALMENTS])
    values["answers_year"] = float(sum([counts[kind] for kind in _ANSWERS]))
    if counts[InteractionKind.SENT]:
        values["opened_share"] = _share(recent, counts[InteractionKind.SENT], _OPENED)
        values["clicked_share"] = _share(recent, counts[InteractionKind.SENT], (InteractionKind.CLICKED,))
        for channel in _OPENED_BY:
            by = [contact for contact in recent if contact.channel is channel]
            sent = len([1 for contact in by if contact.kind is InteractionKind.SENT])
            if sent:
                values[f"{channel.value}_opened_share"] = _share(by, sent, _OPENED)
    reacted = [contact.at for contact in known if contact.kind in _ANSWERS or contact.kind in _OPENED]
    if reacted:
        values["reaction_age"] = float((as_of - max(reacted)).days)


def _share(contacts: list[Interaction], sent: int, kinds: tuple[InteractionKind, ...]) -> float:
    """Return the share of `sent` messages that saw one of `kinds`: a message opened thrice counts once, by its id."""
    marks = {contact.reference or (place, "") for place, contact in enumerate(contacts) if contact.kind in kinds}
    return min(1.0, len(marks) / sent)
