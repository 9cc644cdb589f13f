"""Channel and time of a message to one customer: the whole choice, with what was refused and why.

    1 zone        the customer's, else the campaign's
    2 experience  what was sent, opened, answered, paid, complained of
    3 channel     preference, experience, now and then another to learn, paper
    4 cap         at most so many messages in seven days
    5 moment      day by lot and capacity, hour by experience, never a quiet hour, Sunday or holiday

Nothing here looks at a clock or at other customers: the same record, terms, day and seed give the same contact
in any process and order, so that a run may be resumed anywhere.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.insight.calendar.open_days import country_of
from engine.insight.contact.channel import choose_channel
from engine.insight.contact.experience import WEEK, experience_of
from engine.insight.contact.lot import lot_of
from engine.insight.contact.moment import choose_moment, zone_of
from engine.model.customer import ContactChannel, Customer
from engine.model.outreach import Contact
from engine.model.policy.contact import ContactTerms


def choose_contact(
    customer: Customer,
    terms: ContactTerms,
    wanted: tuple[ContactChannel, ...],
    now: datetime,
    *,
    is_urgent: bool = True,
    time_zone: str = "Europe/Rome",
    seed: str = "",
    last_on: date | None = None,
) -> Contact:
    """Return through which of the `wanted` channels, and when, the customer is to be met.

    `now` is aware. `time_zone` is the campaign's; `seed` makes the lots, with the customer's key and the day
    in UTC. `last_on` is the last day on which it may be said. Without a channel no way is open; with a channel and
    no time it must wait, and `reasons` say for what. Raises `InsightError` (D160) where the campaign's time zone is
    not one.
    """
    zone, note = zone_of(customer.time_zone, time_zone)
    cycle, local = _local(now, zone)
    experience = experience_of(customer, terms, now, zone)
    lot = lot_of(seed, cycle, customer.key)
    chosen = choose_channel(customer, terms, wanted, experience, lot)
    reasons: tuple[str, ...] = (chosen.reason, note) if note else (chosen.reason,)
    if chosen.channel is None:
        return Contact(None, None, reasons, chosen.refused)
    if len(experience.last_week) >= terms.cap_per_week:
        capped = _capped(experience.last_week, terms.cap_per_week, zone)
        return Contact(chosen.channel, None, (*reasons, capped), chosen.refused, chosen.is_exploring)
    country = customer.address.country if customer.address else country_of(zone.key)
    moment = choose_moment(terms, experience, local, country, lot, is_urgent=is_urgent, last_on=last_on)
    return Contact(chosen.channel, moment.at, reasons + moment.reasons, chosen.refused, chosen.is_exploring)


@lru_cache(maxsize=256)
def _local(now: datetime, zone: ZoneInfo) -> tuple[str, datetime]:
    """Return the day in UTC, and now in `zone`: the same for all customers of a run."""
    return now.astimezone(UTC).date().isoformat(), now.astimezone(zone)


def _capped(last_week: list[datetime], cap: int, zone: ZoneInfo) -> str:
    if not cap:
        return "waits: the policy allows no message"
    free = (last_week[-cap] + WEEK).astimezone(zone)
    return f"waits: {cap} messages in seven days at most, the next from {free:%Y-%m-%d %H:%M}"
