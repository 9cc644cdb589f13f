"""The time: a sending day by lot and capacity, and the hour at which the customer opens messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.insight.calendar.open_days import open_days
from engine.insight.contact.experience import Experience
from engine.insight.contact.lot import Lot
from engine.model.policy.contact import HOURS, ContactTerms
from engine.model.quick import quick

_DRAWS = 1 << 32
_MINUTES = 60
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@quick
@dataclass(frozen=True, slots=True)
class Moment:
    """A time in the customer's time zone, and why; None where no day is open."""

    at: datetime | None
    reasons: tuple[str, ...]


def choose_moment(
    terms: ContactTerms, experience: Experience, local: datetime, country: str, lot: Lot, *, is_urgent: bool
) -> Moment:
    """Return a time after `local`, which is now in the customer's time zone.

    The day is one of the next `urgent_days` or `spread_days` sending days; the hour is never quiet. Hours that
    clocks skip are passed over, so that the time exists.
    """
    hours, today = terms.open_hours, local.date()
    first = today if hours[-1] > local.hour else today + timedelta(days=1)
    count = terms.urgent_days if is_urgent else terms.spread_days
    days = open_days(first, count, terms.weights.by_weekday, terms.closed, country)
    if not days:
        return Moment(None, ("no sending day within sixty days",))
    day = _day(days, terms, experience, lot)
    ranked, is_own = _ranked_hours(terms, experience, lot)
    zone = local.tzinfo
    minute = (lot.hour & 0xFFFF) * _MINUTES >> 16
    for hour in ranked:
        if day == today and hour <= local.hour:
            continue
        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        there = at.astimezone(UTC).astimezone(zone)
        if there.hour == hour and there.date() == day:
            why = "when the customer opens messages" if is_own else "by the policy's hours"
            return Moment(at, (_told(day, days, is_urgent=is_urgent), f"{hour:02}:{minute:02}: {why}"))
    return Moment(None, ("no hour of the day is open",))


def _told(day: date, days: tuple[date, ...], *, is_urgent: bool) -> str:
    pace = "urgent" if is_urgent else "not urgent"
    drawn = f"one of the next {len(days)} sending days" if len(days) > 1 else "the next sending day"
    return f"{_NAMES[day.weekday()]} {day.isoformat()}: {drawn}, {pace}"


def _day(days: tuple[date, ...], terms: ContactTerms, experience: Experience, lot: Lot) -> date:
    """Return the day that the lot falls on, each day as wide as its weight."""
    if len(days) == 1:
        return days[0]
    weights = terms.weights.by_weekday
    widths: list[float] = [weights[day.weekday()] for day in days]
    if experience.weekdays and terms.weekday_lean > 100:
        leans = _leans(experience.weekdays, terms)
        widths = [width * leans[day.weekday()] for width, day in zip(widths, days, strict=True)]
    mark = lot.day * sum(widths) / _DRAWS
    for day, width in zip(days, widths, strict=True):
        mark -= width
        if mark < 0:
            return day
    return days[-1]


def _leans(weekdays: list[int], terms: ContactTerms) -> list[float]:
    """Return by how much each weekday counts more for the customer: 1 to `weekday_lean` / 100."""
    strength, most = terms.time_strength, terms.weekday_lean / 100
    counts = [0] * 7
    for weekday in weekdays:
        counts[weekday] += 1
    mean = len(weekdays) / 7
    return [min(most, max(1.0, (count + strength) / (mean + strength))) for count in counts]


def _ranked_hours(terms: ContactTerms, experience: Experience, lot: Lot) -> tuple[list[int], bool]:
    """Return the hours that are not quiet, best first, by lot among equals; and whether experience chose."""
    start = lot.hour >> 16
    if not experience.hours:
        return _usual_hours(terms.open_hours, terms.hours, start % len(set(terms.hours))), False
    values = [0.0] * HOURS
    for hour in terms.hours:
        values[hour] += terms.time_strength / len(terms.hours)
    for hour in experience.hours:
        values[hour] += 0.5
        values[hour - 1] += 0.25
        values[(hour + 1) % HOURS] += 0.25
    ranked = sorted(terms.open_hours, key=lambda hour: (-values[hour], (hour + start) % HOURS))
    return ranked, True


@lru_cache(maxsize=1024)
def _usual_hours(open_hours: tuple[int, ...], hours: tuple[int, ...], first: int) -> list[int]:
    usual = sorted(set(hours))
    return [*usual[first:], *usual[:first], *(hour for hour in open_hours if hour not in usual)]


def zone_of(name: str | None, time_zone: str) -> tuple[ZoneInfo, str]:
    """Return the customer's time zone, or the campaign's with a reason where the record's is not one."""
    if name:
        found = known_zone(name)
        if found is not None:
            return found, ""
    return _campaign_zone(time_zone), "the record's time zone is not known: the campaign's holds" if name else ""


@lru_cache(maxsize=1024)
def known_zone(name: str) -> ZoneInfo | None:
    """Return the zone of an IANA name; None where there is none."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError; a path or a folder is one of these
        return None
    except KeyError:
        return None


def _campaign_zone(name: str) -> ZoneInfo:
    from engine.errors import InsightError

    found = known_zone(name)
    if found is None:
        raise InsightError("D160", f"`{name}` is not a time zone", place="campaign.toml `time_zone`",
                           hint="an IANA name is expected, as in Europe/Rome")  # fmt: skip
    return found
