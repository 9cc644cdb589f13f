"""The days on which messages go out, and the working days in which people do their tasks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from babel.core import get_global

from engine.insight.calendar.public_holidays import holidays_of

WORKED = 5  # Monday to Friday
HORIZON_DAYS = 60  # no calendar is closed for so long; beyond it there is no day at all


def is_holiday(day: date, country: str) -> bool:
    """True if all of the country rests on `day`; False for a country that is not known."""
    return day in holidays_of(country, day.year)


@lru_cache(maxsize=4096)
def open_days(
    first: date, count: int, weights: tuple[int, ...], closed: frozenset[date], country: str
) -> tuple[date, ...]:
    """Return the next `count` days from `first` on with a weight above 0 that are neither holidays nor closed.

    `weights` are by weekday, Monday first. Fewer, or none, where the next `HORIZON_DAYS` days hold fewer.
    """
    found: list[date] = []
    for ahead in range(HORIZON_DAYS):
        day = first + timedelta(days=ahead)
        if weights[day.weekday()] and day not in closed and not is_holiday(day, country):
            found.append(day)
            if len(found) == count:
                break
    return tuple(found)


@lru_cache(maxsize=4096)
def working_day(today: date, days: int, country: str, closed: tuple[date, ...] = ()) -> date:
    """Return the day that lies `days` working days (Monday to Friday, no holidays) after `today`.

    0 is today, or the next working day where today is none.
    """
    found, left = today, days
    while left > 0 or not _is_worked(found, country, closed):
        found += timedelta(days=1)
        left -= _is_worked(found, country, closed)
    return found


def _is_worked(day: date, country: str, closed: Collection[date]) -> bool:
    return day.weekday() < WORKED and day not in closed and not is_holiday(day, country)


@lru_cache(maxsize=256)
def country_of(time_zone: str) -> str:
    """Return the country of a time zone (CLDR), or nothing for UTC and the like."""
    country = str(get_global("zone_territories").get(time_zone, ""))
    return "" if country == "001" else country
