"""Sending days and working days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.insight.calendar.open_days import country_of, is_holiday, open_days, working_day

WEEK = (100, 100, 100, 100, 100, 40, 0)
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))


def test_sundays_holidays_and_closed_days_are_passed_over() -> None:
    found = open_days(date(2026, 12, 24), 3, WEEK, frozenset({date(2026, 12, 29)}), "IT")
    assert found == (date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 30))


def test_a_calendar_that_is_closed_for_good_has_no_day() -> None:
    days = frozenset(date(2026, 1, 1) + timedelta(days=day) for day in range(200))
    assert open_days(date(2026, 1, 1), 3, WEEK, days, "IT") == ()


@given(DAYS, st.integers(1, 30), st.sampled_from(["IT", "GB", "RO", "ZZ"]))
def test_as_many_open_days_as_asked_for_come_in_order(first: date, count: int, country: str) -> None:
    found = open_days(first, count, WEEK, frozenset(), country)
    assert len(found) == count
    assert list(found) == sorted(set(found))
    assert found[0] >= first
    assert not any(day.weekday() == 6 or is_holiday(day, country) for day in found)


@given(DAYS, st.integers(1, 30), st.integers(0, 30), st.sampled_from(["IT", "GR"]))
def test_working_days_add_up(today: date, some: int, more: int, country: str) -> None:
    assert working_day(working_day(today, some, country), more, country) == working_day(today, some + more, country)


@given(DAYS, st.integers(0, 30))
def test_nobody_works_on_the_day_of_a_task_that_is_a_weekend_or_holiday(today: date, days: int) -> None:
    day = working_day(today, days, "IT")
    assert day.weekday() < 5
    assert not is_holiday(day, "IT")
    assert day >= today + timedelta(days=days)


def test_a_closed_day_is_no_working_day() -> None:
    assert working_day(date(2026, 11, 6), 1, "IT", (date(2026, 11, 9),)) == date(2026, 11, 10)


def test_the_country_of_a_time_zone_is_that_of_its_city() -> None:
    assert (country_of("Europe/Rome"), country_of("Europe/Vilnius"), country_of("UTC")) == ("IT", "LT", "")
