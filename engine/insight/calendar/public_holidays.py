"""Public holidays by country, from the rules in `holidays.toml` beside this module: no network, no code a country.

A rule is a text:

    12-25                     a day of each year
    easter+1                  days from Easter Sunday of the Gregorian calendar
    orthodox-2                days from Easter Sunday of the Orthodox churches, in the Gregorian calendar
    saturday>=06-20           the first Saturday on or after a day
    monday<=05-31             the last Monday on or before a day
    ... substitute            where it falls on a weekend: the next working day as well
    ... sunday-substitute     where it falls on a Sunday: the next working day as well
    ... from 2026             from this year on; `until 2023`: up to this year; `only 2026`: in this year
    ... not 2020              not in this year
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

_RULES = Path(__file__).with_name("holidays.toml")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RULE = re.compile(
    r"^(?:(?P<easter>easter|orthodox)(?P<offset>[+-]\d+)"
    rf"|(?:(?P<weekday>{'|'.join(_WEEKDAYS)})(?P<side>[<>]=))?(?P<month>\d\d)-(?P<day>\d\d))"
    r"(?P<moved> (?:sunday-)?substitute)?(?P<years>(?: (?:from|until|only|not) \d{4})*)$"
)
_SATURDAY, _SUNDAY = 5, 6
_MOVED = {None: (), " substitute": (_SATURDAY, _SUNDAY), " sunday-substitute": (_SUNDAY,)}


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Return the ISO codes of the countries whose public holidays are known."""
    return frozenset(_rules())


@lru_cache(maxsize=512)
def holidays_of(country: str, year: int) -> frozenset[date]:
    """Return the days of `year` on which all of a country rests; none for a country that is not known."""
    days: set[date] = set()
    to_move: list[date] = []
    for rule in _rules().get(country, ()):
        found = _RULE.match(rule)
        if found is None:
            raise ValueError(f"{_RULES.name}: {country}: `{rule}` is not a rule")
        if not _is_in_force(found["years"], year):
            continue
        day = _day(found, year)
        days.add(day)
        if day.weekday() in _MOVED[found["moved"]]:
            to_move.append(day)
    for day in sorted(to_move):
        days.add(_next_free(day, days))
    return frozenset(days)


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar. Source: the algorithm of Meeus, Jones and Butcher (1876)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    leaps, leap_rest = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    quarter, quarter_rest = divmod(rest, 4)
    week = (32 + 2 * leap_rest + 2 * quarter - moon - quarter_rest) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Return Orthodox Easter Sunday as a Gregorian day, 1900 to 2099. Source: Meeus's Julian algorithm."""
    moon = (19 * (year % 19) + 15) % 30
    week = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + week + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)  # the calendars lie 13 days apart until 2099


@lru_cache(maxsize=1)
def _rules() -> dict[str, tuple[str, ...]]:
    table = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return {country: tuple(rules) for country, rules in table.items()}


def _is_in_force(years: str, year: int) -> bool:
    words = years.split()
    holds = {
        "from": lambda bound: year >= bound,
        "until": lambda bound: year <= bound,
        "only": lambda bound: year == bound,
        "not": lambda bound: year != bound,
    }
    return all(holds[word](int(bound)) for word, bound in zip(words[::2], words[1::2], strict=True))


def _day(rule: re.Match[str], year: int) -> date:
    if rule["easter"]:
        sunday = easter(year) if rule["easter"] == "easter" else orthodox_easter(year)
        return sunday + timedelta(days=int(rule["offset"]))
    day = date(year, int(rule["month"]), int(rule["day"]))
    if not rule["weekday"]:
        return day
    weekday = _WEEKDAYS.index(rule["weekday"])
    if rule["side"] == ">=":
        return day + timedelta(days=(weekday - day.weekday()) % 7)
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def _next_free(day: date, taken: set[date]) -> date:
    while day.weekday() >= _SATURDAY or day in taken:
        day += timedelta(days=1)
    return day
