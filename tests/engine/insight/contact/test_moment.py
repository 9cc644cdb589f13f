"""The time: quiet hours, days, clocks that move, caps, the customer's own hours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.errors import InsightError
from engine.insight.calendar.open_days import is_holiday
from engine.insight.contact import choose_contact
from engine.model.customer import ContactChannel, Customer
from engine.model.outreach import Contact
from engine.model.policy.contact import ContactTerms, Weights

NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)  # a Friday, nine o'clock in Rome
EMAIL, POST = ContactChannel.EMAIL, ContactChannel.POST
TERMS = ContactTerms(explore_percent=0)
# Clocks that move at midnight, by half an hour, that never move; days that begin at one o'clock.
ZONES = [
    "Europe/Rome",
    "Europe/Lisbon",
    "America/Asuncion",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "UTC",
]


def at(customer: Customer, now: datetime = NOW, terms: ContactTerms = TERMS, **more) -> datetime:
    found = choose_contact(customer, terms, (EMAIL,), now, **more).at
    assert found is not None
    return found


def reasons(contact: Contact) -> str:
    return "; ".join(contact.reasons)


# ------------------------------------------------------------------ laws


@settings(max_examples=300)
@given(
    minutes=st.integers(0, 7 * 365 * 24 * 60),
    zone=st.sampled_from(ZONES),
    quiet=st.tuples(st.integers(0, 23), st.integers(0, 23)),
    is_urgent=st.booleans(),
    key=st.text("abcdef", min_size=1, max_size=6),
    hours=st.lists(st.integers(0, 23), max_size=6),
)
def test_a_message_goes_out_in_the_future_outside_quiet_hours_sundays_and_holidays(
    make, minutes, zone, quiet, is_urgent, key, hours
) -> None:
    first, until = quiet
    is_quiet = [first <= hour < until if first <= until else hour >= first or hour < until for hour in range(24)]
    usual = [hour for hour in range(24) if not is_quiet[hour]][:3]
    if not usual:
        return
    terms = ContactTerms(quiet_from=first, quiet_until=until, hours=usual, cap_per_week=50)
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    seen = [{"kind": "seen", "channel": "email", "at": now - timedelta(days=9, hours=hour)} for hour in hours]
    moment = at(make(key, time_zone=zone, interactions=seen), now, terms, is_urgent=is_urgent)
    assert moment > now
    assert moment.tzinfo == ZoneInfo(zone)
    assert not is_quiet[moment.hour]
    assert moment.weekday() != 6
    assert not is_holiday(moment.date(), "IT")
    back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    assert back.replace(fold=0) == moment, "clocks never show this time"
    assert moment - now < timedelta(days=30)


def test_the_same_customer_gets_the_same_contact_in_another_process(make) -> None:
    code = (
        "import sys; from datetime import datetime; from engine.model.customer import Customer, ContactChannel as C;"
        "from engine.insight.contact import choose_contact; from engine.model.policy.contact import ContactTerms;"
        "customer = Customer.model_validate_json(sys.stdin.read());"
        "now = datetime.fromisoformat(sys.argv[1]);"
        "print(choose_contact(customer, ContactTerms(), (C.EMAIL, C.SMS), now, seed='s'))"
    )
    customer = make()
    told = subprocess.run(
        [sys.executable, "-c", code, NOW.isoformat()],
        input=customer.model_dump_json(),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    here = choose_contact(customer, ContactTerms(), (EMAIL, ContactChannel.SMS), NOW, seed="s")
    assert told.stdout.strip() == str(here)


def test_the_same_instant_in_another_offset_is_the_same_day(make) -> None:
    there = NOW.astimezone(ZoneInfo("Pacific/Auckland"))
    late = datetime(2026, 11, 6, 23, 30, tzinfo=UTC)
    assert at(make(), there) == at(make())
    assert at(make(), late.astimezone(ZoneInfo("Europe/Rome"))) == at(make(), late)


# ------------------------------------------------------------------ zones and clocks


def test_hours_are_those_of_the_customer(make) -> None:
    terms = ContactTerms(hours=(9,), explore_percent=0)
    assert at(make(time_zone="Europe/Vilnius"), terms=terms).utcoffset() == timedelta(hours=2)
    assert at(make(), terms=terms, time_zone="Atlantic/Azores").hour == 9


def test_a_time_zone_that_is_not_one_gives_way_to_the_campaigns_and_says_so(make) -> None:
    for name in ("Europe/Rom", "/etc/passwd", "..", "Europe", "\0"):
        contact = choose_contact(make(time_zone=name), TERMS, (EMAIL,), NOW, time_zone="Europe/Paris")
        assert contact.at is not None
        assert str(contact.at.tzinfo) == "Europe/Paris"
        assert "time zone is not known" in reasons(contact)


def test_the_campaigns_time_zone_must_be_one(make) -> None:
    with pytest.raises(InsightError, match="D160"):
        at(make(), time_zone="Europe/Rom")


def test_an_hour_that_clocks_skip_is_passed_over(make) -> None:
    # In Rome, 2026-03-29 (a Sunday) has no two o'clock.
    terms = ContactTerms(quiet_from=23, quiet_until=2, hours=(2,), weights=Weights(sunday=100), urgent_days=1)
    now = datetime(2026, 3, 29, 0, 5, tzinfo=UTC)  # 01:05 in Rome
    assert at(make(address=None), now, terms, time_zone="Europe/Rome").hour != 2
    assert at(make(address=None), now + timedelta(days=7), terms).hour == 2


# ------------------------------------------------------------------ days


def test_after_the_last_open_hour_the_next_day_is_the_first(make) -> None:
    late = datetime(2026, 11, 6, 18, 5, tzinfo=UTC)  # 19:05 in Rome: the last open hour has begun
    days = {at(make(f"K-{number}"), late).date() for number in range(50)}
    assert days == {date(2026, 11, 7), date(2026, 11, 9)}


def test_what_is_urgent_goes_sooner(make) -> None:
    keys = [f"K-{number}" for number in range(300)]
    urgent, calm = (Counter(at(make(key), is_urgent=is_urgent).date() for key in keys) for is_urgent in (True, False))
    assert max(urgent) == date(2026, 11, 7)
    assert max(calm) == date(2026, 11, 11)


def test_holidays_are_those_of_the_customers_country(make) -> None:
    now = datetime(2026, 12, 7, 19, tzinfo=UTC)  # the eve of a holiday in Italy
    address = {"lines": ["1 rue Une"], "postal_code": "75001", "city": "Paris", "country": "FR"}
    italian = {at(make(f"K-{number}"), now).date() for number in range(30)}
    french = {at(make(f"K-{number}", address=address), now).date() for number in range(30)}
    assert date(2026, 12, 8) not in italian
    assert date(2026, 12, 8) in french


def test_a_country_without_known_holidays_is_told(make) -> None:
    address = {"lines": ["1 Main St"], "postal_code": "1", "city": "X", "country": "ZW"}
    contact = choose_contact(make(address=address), TERMS, (EMAIL,), NOW)
    assert "no public holidays are known of ZW" in reasons(contact)


def test_a_calendar_without_open_days_gives_no_time(make) -> None:
    closed = tuple(date(2026, 11, 6) + timedelta(days=day) for day in range(80))
    contact = choose_contact(make(), ContactTerms(closed_days=closed), (EMAIL,), NOW)
    assert (contact.channel, contact.at) == (EMAIL, None)
    assert "no sending day" in reasons(contact)


# ------------------------------------------------------------------ the customer's own hours and days


def test_the_hour_at_which_messages_were_opened_is_chosen(make, event) -> None:
    opened = [event("seen", day - 6.5 / 24) for day in (10, 20, 30)]  # 14:30 UTC, 15:30 in Rome
    contact = choose_contact(make(interactions=opened), TERMS, (EMAIL,), NOW)
    assert contact.at is not None
    assert contact.at.hour in (14, 15, 16)
    assert "when the customer opens" in reasons(contact)


def test_openings_in_quiet_hours_do_not_lift_them(make, event) -> None:
    opened = [event("seen", day - 14 / 24) for day in range(10, 30)]  # 23:00 in Rome
    assert 8 <= at(make(interactions=opened)).hour < 20


def test_the_customers_weekday_gets_more_but_not_all(make) -> None:
    tuesdays = [{"amount": "10", "paid_on": date(2026, 10, 27) - timedelta(weeks=week)} for week in range(12)]
    keys = [f"K-{number}" for number in range(2000)]
    plain, leaning = (
        Counter(at(make(key, payments=payments), is_urgent=False).weekday() for key in keys)
        for payments in ((), tuesdays)
    )
    assert plain[1] / 2000 == pytest.approx(100 / 440, abs=0.03)
    assert leaning[1] / 2000 == pytest.approx(200 / 540, abs=0.035)


# ------------------------------------------------------------------ caps and settings


def test_who_got_as_many_messages_as_a_week_may_bring_waits(make, event) -> None:
    contact = choose_contact(make(interactions=[event("sent", 6), event("sent", 1)]), TERMS, (EMAIL,), NOW)
    assert contact.channel is EMAIL
    assert contact.at is None
    assert "2 messages in seven days at most, the next from 2026-11-07 09:00" in reasons(contact)
    assert choose_contact(make(interactions=[event("sent", 7), event("sent", 1)]), TERMS, (EMAIL,), NOW).at


def test_a_cap_of_nothing_sends_nothing(make) -> None:
    contact = choose_contact(make(), ContactTerms(cap_per_week=0), (EMAIL,), NOW)
    assert contact.at is None
    assert "no message" in reasons(contact)


def test_the_policys_hours_must_lie_outside_its_quiet() -> None:
    with pytest.raises(ValidationError, match="quiet"):
        ContactTerms(hours=(7,))
    with pytest.raises(ValidationError, match="twice"):
        ContactTerms(hours=(9, 9))
    assert ContactTerms(quiet_from=0, quiet_until=0, hours=(3,)).open_hours == tuple(range(24))


def test_a_week_needs_a_day() -> None:
    with pytest.raises(ValidationError, match="at least one weekday"):
        Weights(monday=0, tuesday=0, wednesday=0, thursday=0, friday=0, saturday=0)
