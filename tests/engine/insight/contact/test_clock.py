"""What clocks of a zone showed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.insight.contact import clock
from engine.insight.contact.clock import clock_of, is_even

ZONES = [
    "Europe/Rome",
    "Europe/Lisbon",
    "America/Asuncion",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "UTC",
]
MINUTES = 12 * 366 * 24 * 60


@settings(max_examples=500)
@given(zone=st.sampled_from(ZONES), minutes=st.integers(0, MINUTES), offset=st.sampled_from([None, 1, -8]))
def test_the_clock_shows_what_the_zone_says(zone: str, minutes: int, offset: int | None) -> None:
    at = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    if offset is not None:
        at = at.astimezone(timezone(timedelta(hours=offset)))
    shown, true = clock_of(ZoneInfo(zone)).local(at), at.astimezone(ZoneInfo(zone))
    assert shown.replace(tzinfo=None) == true.replace(tzinfo=None)


@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_of_the_days_on_which_clocks_move_is_shown(zone: str) -> None:
    wall, there = clock_of(ZoneInfo(zone)), ZoneInfo(zone)
    at = datetime(2024, 1, 1, tzinfo=UTC)
    while at.year == 2024:
        assert wall.local(at).replace(tzinfo=None) == at.astimezone(there).replace(tzinfo=None)
        at += timedelta(hours=1)


def test_what_is_remembered_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(clock, "MOST_DAYS", 10)
    rome = clock.WallClock(ZoneInfo("Europe/Rome"))
    for day in range(35):
        shown = rome.local(datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=day))
        assert shown.hour == (13 if day < 28 else 14)
    assert len(rome._offsets) == 5


def test_a_day_on_which_clocks_move_is_not_even() -> None:
    rome = ZoneInfo("Europe/Rome")
    assert [is_even(date(2026, 3, day), rome) for day in (28, 29, 30)] == [True, False, True]
