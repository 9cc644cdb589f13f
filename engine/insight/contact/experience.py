"""What past messages taught about a customer: who answered what, when messages are opened, which ways are closed.

A response is credited to the message before it: what bears a channel to the last message by this channel,
a payment to the last message by any. A message younger than `response_days` counts neither way, since
its answer may still come. What happened after `now` is not looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from engine.model.customer import ContactChannel, Customer, Interaction, Payment
from engine.model.policy.contact import ContactTerms

# What a customer does about a message; the words are those of `InteractionKind`.
_OPENED = frozenset({"seen", "clicked"})
_ANSWERED = frozenset({"replied", "promised", "already_paid", "disputed", "call_back", "instalments"})
_LOST = frozenset({"bounced", "wrong_person"})
_WRITTEN = (ContactChannel.EMAIL, ContactChannel.SMS, ContactChannel.PUSH, ContactChannel.PHONE)
WEEK = timedelta(days=7)
_at = attrgetter("at")


class Experience:
    """What is known of a customer's responses up to `now`. Counts are of messages and of events."""

    __slots__ = ("answered", "closed", "hours", "last_week", "sent", "weekdays")

    def __init__(self) -> None:
        self.sent: dict[ContactChannel, int] = {}  # messages whose time to answer has passed
        self.answered: dict[ContactChannel, int] = {}  # those of them that were answered
        self.closed: dict[ContactChannel, str] = {}  # channel -> why
        self.hours: list[int] = []  # local hours at which messages were opened or answered
        self.weekdays = [0] * 7  # openings, answers and payments by local weekday, Monday first
        self.last_week: list[datetime] = []  # when messages went out in the seven days before now, oldest first

    def share(self, channel: ContactChannel, terms: ContactTerms) -> float:
        """Return the smoothed share of messages that are answered: the mean of a Beta distribution."""
        expected: int = getattr(terms.answering, channel.value)
        strength = terms.prior_strength
        hits = self.answered.get(channel, 0) + strength * expected / 100
        return hits / (self.sent.get(channel, 0) + strength)


class _Message:
    __slots__ = ("at", "channel", "is_answered")

    def __init__(self, at: datetime, channel: ContactChannel) -> None:
        self.at, self.channel, self.is_answered = at, channel, False


NOTHING = Experience()


def experience_of(customer: Customer, terms: ContactTerms, now: datetime, zone: ZoneInfo) -> Experience:
    """Return what the record teaches as of `now`; hours and weekdays are those of `zone`."""
    events, payments = customer.interactions, customer.payments
    if not events and not payments:
        return NOTHING
    found = Experience()
    messages = _walk(found, events, terms, now, zone) if events else []
    if payments:
        _credit(messages, payments, found, now.astimezone(zone), terms.response_days)
    if not messages:
        return found
    window = timedelta(days=terms.response_days)
    for message in messages:
        if message.at + window <= now:
            found.sent[message.channel] = found.sent.get(message.channel, 0) + 1
            if message.is_answered:
                found.answered[message.channel] = found.answered.get(message.channel, 0) + 1
    return found


def _walk(
    found: Experience, events: Sequence[Interaction], terms: ContactTerms, now: datetime, zone: ZoneInfo
) -> list[_Message]:
    """Note openings, lost addresses, complaints; return the messages sent, oldest first."""
    window, week_ago = timedelta(days=terms.response_days), now - WEEK
    messages: list[_Message] = []
    latest: dict[ContactChannel | None, _Message] = {}
    for event in sorted(events, key=_at):
        at, kind, channel = event.at, event.kind, event.channel
        if at > now:
            break
        if kind == "sent":
            if at > week_ago:
                found.last_week.append(at)
            if channel is not None:
                message = latest[channel] = _Message(at, channel)
                messages.append(message)
        elif kind in _OPENED or kind in _ANSWERED:
            local = at.astimezone(zone)
            found.hours.append(local.hour)
            found.weekdays[local.weekday()] += 1
            if channel is not None:
                if found.closed and found.closed.get(channel) == LOST:
                    del found.closed[channel]
                if (to := latest.get(channel)) is not None and at - to.at <= window:
                    to.is_answered = True
        else:
            _close(found, event, terms, now)
    return messages


LOST = "the last message did not reach the customer"
OPTED_OUT = "opted out of it"
COMPLAINED = "complained about it"


def _close(found: Experience, event: Interaction, terms: ContactTerms, now: datetime) -> None:
    """Note a channel that the event closes."""
    kind, channel = event.kind, event.channel
    if kind == "opted_out":
        # Without a channel it is about all that is not paper: a letter goes by contract.
        for one in (channel,) if channel is not None else _WRITTEN:
            found.closed[one] = OPTED_OUT
    elif channel is None:
        return
    elif kind in _LOST:
        found.closed.setdefault(channel, LOST)
    elif kind == "complained" and _is_recent(event, now, terms) and found.closed.get(channel) != OPTED_OUT:
        found.closed[channel] = COMPLAINED


def _is_recent(complaint: Interaction, now: datetime, terms: ContactTerms) -> bool:
    return now - complaint.at <= timedelta(days=terms.complaint_days)


def _credit(
    messages: Sequence[_Message], payments: Sequence[Payment], found: Experience, now: datetime, days_to_answer: int
) -> None:
    """Credit each payment to the last message of its day or before; note its weekday. `now` is local."""
    today, window = now.date(), timedelta(days=days_to_answer)
    days = [message.at.astimezone(now.tzinfo).date() for message in messages]
    for payment in payments:
        day = payment.paid_on
        if day > today or payment.amount <= 0:
            continue
        found.weekdays[day.weekday()] += 1
        place = bisect_right(days, day) if days else 0
        if place and day - days[place - 1] <= window:
            messages[place - 1].is_answered = True
