"""What past messages taught about a customer: who answered what, when messages are opened, which ways are closed.

A response is credited to the message that its reference names, or else to the last one by its channel before it; a
payment to the last message by any. A message younger than `response_days` counts neither way, since
its answer may still come. What happened after `now` is not looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from engine.insight.contact.clock import clock_of
from engine.model.customer import ContactChannel, Customer, Interaction, Payment
from engine.model.policy.contact import ContactTerms

# What a customer does about a message; the words are those of `InteractionKind`.
_RESPONSES = frozenset(
    {"seen", "clicked", "replied", "promised", "already_paid", "disputed", "call_back", "instalments"}
)
_LOST = frozenset({"bounced", "wrong_person"})
_ABOUT_WAYS = _LOST | {"delivered", "opted_out", "complained"}
_HABITS = 24  # openings, the newest, that tell a customer's hours: habits change
_WRITTEN = (ContactChannel.EMAIL, ContactChannel.SMS, ContactChannel.PUSH, ContactChannel.PHONE)
WEEK = timedelta(days=7)
_at = attrgetter("at")


class Experience:
    """What is known of a customer's responses up to `now`. Counts are of messages and of events."""

    __slots__ = ("answered", "closed", "hours", "last_week", "sent", "weekdays")

    def __init__(self) -> None:
        self.sent: dict[ContactChannel, int] = {}  # messages whose time to answer has passed
        self.answered: dict[ContactChannel, int] = {}  # those of them that were answered
        self.closed: dict[ContactChannel | None, str] = {}  # channel -> why
        self.hours: list[int] = []  # local hours at which messages were opened or answered
        self.weekdays = [0] * 7  # openings, answers and payments by local weekday, Monday first
        self.last_week: list[datetime] = []  # when messages went out in the seven days before now, oldest first

    def share(self, channel: ContactChannel, terms: ContactTerms) -> float:
        """Return the smoothed share of messages that are answered: the mean of a Beta distribution."""
        expected: int = getattr(terms.answering, channel.value)
        strength = terms.prior_strength
        hits = self.answered.get(channel, 0) + strength * expected / 100
        return hits / (self.sent.get(channel, 0) + strength)


NOTHING = Experience()


class _Messages:
    """The messages sent, oldest first, as columns: a record has dozens, and is walked for each decision."""

    __slots__ = ("answered", "at", "channels", "last", "named")

    def __init__(self) -> None:
        self.at: list[datetime] = []
        self.channels: list[ContactChannel] = []
        self.answered: list[bool] = []
        self.last: dict[ContactChannel | None, int] = {}  # channel -> place of the last message by it
        self.named: dict[str, int] = {}  # reference -> place

    def add(self, event: Interaction, channel: ContactChannel) -> None:
        """Note a message."""
        self.last[channel] = place = len(self.at)
        if event.reference is not None:
            self.named[event.reference] = place
        self.at.append(event.at)
        self.channels.append(channel)
        self.answered.append(False)

    def answer(self, event: Interaction, window: timedelta) -> None:
        """Credit a response, if it came within the window."""
        place = self.named.get(event.reference) if event.reference is not None else None
        if place is None:
            place = self.last.get(event.channel)
        if place is not None and event.at - self.at[place] <= window:
            self.answered[place] = True


def experience_of(customer: Customer, terms: ContactTerms, now: datetime, zone: ZoneInfo) -> Experience:
    """Return what the record teaches as of `now`; hours and weekdays are those of `zone`."""
    events, payments = customer.interactions, customer.payments
    if not events and not payments:
        return NOTHING
    found = Experience()
    if not events:
        _note_payments(found, payments, now, zone)
        return found
    messages = _Messages()
    _walk(found, messages, events, terms, now.astimezone(UTC), zone)
    if payments:
        _credit(messages, payments, found, now, zone, timedelta(days=terms.response_days))
    if messages.at:
        ripe = bisect_right(messages.at, now - timedelta(days=terms.response_days))
        sent, answered = found.sent, found.answered
        for channel, is_answered in zip(messages.channels[:ripe], messages.answered, strict=False):
            sent[channel] = sent.get(channel, 0) + 1
            if is_answered:
                answered[channel] = answered.get(channel, 0) + 1
    return found


def _walk(
    found: Experience,
    messages: _Messages,
    events: Sequence[Interaction],
    terms: ContactTerms,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Note messages, openings, lost addresses, complaints. `now` is in UTC, as the times of a record mostly are."""
    window, week_ago = timedelta(days=terms.response_days), now - WEEK
    opened: list[datetime] = []
    for event in sorted(events, key=_at):
        at, kind, channel = event.at, event.kind, event.channel
        if at > now:
            break
        if kind == "sent":
            if at > week_ago:
                found.last_week.append(at)
            if channel is not None:
                messages.add(event, channel)
        elif kind in _RESPONSES:
            opened.append(at)
            if found.closed.get(channel) == LOST:
                del found.closed[channel]
            messages.answer(event, window)
        elif kind in _ABOUT_WAYS:
            _note_way(found, event, terms, now)
    _note_habits(found, opened[-_HABITS:], zone)


def _note_habits(found: Experience, opened: Sequence[datetime], zone: ZoneInfo) -> None:
    show = clock_of(zone).local
    for at in opened:
        local = show(at)
        found.hours.append(local.hour)
        found.weekdays[local.weekday()] += 1


def _note_payments(found: Experience, payments: Sequence[Payment], now: datetime, zone: ZoneInfo) -> None:
    """Note the weekdays of payments, as `_credit` does where there was no message."""
    today = clock_of(zone).local(now).date()
    for payment in payments:
        day = payment.paid_on
        if day <= today and payment.amount > 0:
            found.weekdays[day.weekday()] += 1


LOST = "the last message did not reach the customer"
OPTED_OUT = "opted out of it"
COMPLAINED = "complained about it"


def _note_way(found: Experience, event: Interaction, terms: ContactTerms, now: datetime) -> None:
    """Note a channel that the event closes, or a lost one that it finds again."""
    kind, channel = event.kind, event.channel
    if kind == "opted_out":
        # Without a channel it is about all that is not paper: a letter goes by contract.
        for one in (channel,) if channel is not None else _WRITTEN:
            found.closed[one] = OPTED_OUT
    elif channel is None:
        return
    elif kind in _LOST:
        found.closed.setdefault(channel, LOST)
    elif kind == "delivered":
        if found.closed.get(channel) == LOST:
            del found.closed[channel]
    elif now - event.at <= timedelta(days=terms.complaint_days) and found.closed.get(channel) != OPTED_OUT:
        found.closed[channel] = COMPLAINED


def _credit(
    messages: _Messages,
    payments: Sequence[Payment],
    found: Experience,
    now: datetime,
    zone: ZoneInfo,
    window: timedelta,
) -> None:
    """Credit each payment to the last message of its day or before; note its weekday."""
    show = clock_of(zone).local
    today = show(now).date()
    days = [show(at).date() for at in messages.at]
    for payment in payments:
        day = payment.paid_on
        if day > today or payment.amount <= 0:
            continue
        found.weekdays[day.weekday()] += 1
        place = bisect_right(days, day) if days else 0
        if place and day - days[place - 1] <= window:
            messages.answered[place - 1] = True
