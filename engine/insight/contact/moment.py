"""The time: a sending day by lot and capacity, and the hour at which the customer opens messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.errors import InsightError
from engine.insight.calendar.open_days import open_days
from engine.insight.calendar.public_holidays import countries
from engine.insight.contact.clock import is_even
from engine.insight.contact.experience import Experience
from engine.insight.contact.lot import Lot
from engine.model.policy.contact import HOURS, ContactTerms
from engine.model.quick import quick

NO_DAY_LEFT = "no sending day is left until"
_DRAWS = 1 << 32
_MINUTES = 60
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = timedelta(days=1)


@quick
@dataclass(frozen=True, slots=True)
class Moment:
    """A time in the customer's time zone, and why; None where no day is open."""

    at: datetime | None
    reasons: tuple[str, ...]


@quick
@dataclass(frozen=True, slots=True)
class _Offered:
    """A day that may be drawn: its weight, and what is said of it."""

    day: date
    weekday: int
    weight: int
    told: str


def choose_moment(
    terms: ContactTerms,
    experience: Experience,
    local: datetime,
    country: str,
    lot: Lot,
    *,
    is_urgent: bool,
    last_on: date | None = None,
) -> Moment:
    """Return a time after `local`, which is now in the customer's time zone, a `ZoneInfo`.

    The day is one of the next `urgent_days` or `spread_days` sending days, up to `last_on` where there is a last
    one; the hour is never quiet. Hours that clocks skip are passed over, so that the time exists.
    """
    today, this_hour = local.date(), local.hour
    first = today if terms.open_hours[-1] > this_hour else today + _DAY
    count = terms.urgent_days if is_urgent else terms.spread_days
    offered = _offered(first, count, terms.weights.by_weekday, terms.closed, country, is_urgent, last_on)
    if not offered:
        told = "no sending day within sixty days" if last_on is None else f"{NO_DAY_LEFT} {last_on}"
        return Moment(None, (told,))
    drawn = offered[0] if len(offered) == 1 else _drawn(offered, terms, experience, lot)
    earliest = this_hour + 1 if drawn.day == today else 0
    at = _at(drawn.day, earliest, _hours(terms, experience, lot), lot, local)
    if at is None:
        return Moment(None, (f"{drawn.told}; no hour of it is left",))
    return Moment(at, (drawn.told, _time_told(at.hour, at.minute, bool(experience.hours))))


@lru_cache(maxsize=3000)
def _time_told(hour: int, minute: int, is_own: bool) -> str:
    why = "when the customer opens messages" if is_own else "by the policy's hours"
    return f"{hour:02}:{minute:02}: {why}"


@lru_cache(maxsize=4096)
def _offered(
    first: date,
    count: int,
    weights: tuple[int, ...],
    closed: frozenset[date],
    country: str,
    is_urgent: bool,
    last_on: date | None,
) -> tuple[_Offered, ...]:
    """Return the sending days that the lot is drawn from."""
    days = open_days(first, count, weights, closed, country)
    if last_on is not None:
        days = tuple([day for day in days if day <= last_on])
    drawn = f"one of the next {len(days)} sending days" if len(days) > 1 else "the next sending day"
    pace = "urgent" if is_urgent else "not urgent"
    if country not in countries():
        pace += f"; no public holidays are known of {country or 'the country'}"
    told = [f"{_WEEKDAYS[day.weekday()]} {day.isoformat()}: {drawn}, {pace}" for day in days]
    return tuple(
        [_Offered(day, day.weekday(), weights[day.weekday()], text) for day, text in zip(days, told, strict=True)]
    )


def _drawn(offered: tuple[_Offered, ...], terms: ContactTerms, experience: Experience, lot: Lot) -> _Offered:
    """Return the day that the lot falls on, each day as wide as its weight, the customer's own days wider."""
    counts = experience.weekdays
    known = sum(counts)
    if known and terms.weekday_lean > 100:
        strength, most = terms.time_strength, terms.weekday_lean / 100
        mean = known / 7 + strength
        other = min(most, max(1.0, strength / mean))  # of a day without any
        widths = [
            one.weight * (min(most, max(1.0, (here + strength) / mean)) if (here := counts[one.weekday]) else other)
            for one in offered
        ]
    else:
        widths = [one.weight for one in offered]
    mark = lot.day * sum(widths) / _DRAWS
    for one, width in zip(offered, widths, strict=True):
        mark -= width
        if mark < 0:
            return one
    return offered[-1]


def _hours(terms: ContactTerms, experience: Experience, lot: Lot) -> Sequence[int]:
    """Return the hours that are not quiet, best first, by lot among equals."""
    start = lot.hour >> 16
    if not experience.hours:
        return _usual_hours(terms.open_hours, terms.hours, start % len(terms.hours))
    values = [0.0] * HOURS
    for hour in terms.hours:
        values[hour] = terms.time_strength / len(terms.hours)
    for hour in experience.hours:  # half of each opening to its hour, a quarter to either side
        values[hour] += 0.5
        values[hour - 1] += 0.25
        values[(hour + 1) % HOURS] += 0.25
    return sorted(terms.open_hours, key=lambda hour: (-values[hour], (hour + start) % HOURS))


@lru_cache(maxsize=1024)
def _usual_hours(open_hours: tuple[int, ...], hours: tuple[int, ...], first: int) -> tuple[int, ...]:
    return (*hours[first:], *hours[:first], *(hour for hour in open_hours if hour not in hours))


def _at(day: date, earliest: int, hours: Sequence[int], lot: Lot, local: datetime) -> datetime | None:
    """Return a minute of the first of `hours` that is not before `earliest` and that the clocks don't skip."""
    minute = (lot.hour & 0xFFFF) * _MINUTES >> 16
    zone = local.tzinfo
    is_safe = isinstance(zone, ZoneInfo) and is_even(day, zone)
    for hour in hours:
        if hour < earliest:
            continue
        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        if is_safe or _exists(at):
            return at
    return None


def _exists(at: datetime) -> bool:
    """True if clocks show this time: one that is skipped comes back from UTC as another."""
    back = at.astimezone(UTC).astimezone(at.tzinfo)
    return (back.date(), back.hour, back.minute) == (at.date(), at.hour, at.minute)


def zone_of(name: str | None, time_zone: str) -> tuple[ZoneInfo, str]:
    """Return the customer's time zone, or the campaign's with a reason where the record's is not one.

    Raises `InsightError` (D160) where the campaign's is not one.
    """
    if name and (found := _known_zone(name)) is not None:
        return found, ""
    campaign = _known_zone(time_zone)
    if campaign is None:
        raise InsightError("D160", f"`{time_zone}` is not a time zone", place="campaign.toml `time_zone`",
                           hint="an IANA name is expected, as in Europe/Rome")  # fmt: skip
    return campaign, "the record's time zone is not known: the campaign's holds" if name else ""


@lru_cache(maxsize=1024)
def _known_zone(name: str) -> ZoneInfo | None:
    """Return the zone of an IANA name; None where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # not found; a folder of the database; not a name at all
        return None
