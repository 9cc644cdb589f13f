"""The calendar: loads follow the capacity, without coordination."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from math import sqrt

import pytest

from engine.insight.calendar.load import Load
from engine.insight.contact import choose_contact
from engine.model.customer import ContactChannel, Customer
from engine.model.outreach import Contact
from engine.model.policy.contact import ContactTerms, DailyCapacity, Weights

NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
EMAIL, PHONE = ContactChannel.EMAIL, ContactChannel.PHONE
COUNT = 10_000


@pytest.fixture(scope="module")
def spread() -> list[Contact]:
    terms = ContactTerms(weights=Weights(friday=50, saturday=20))
    known = {"name": {"given": "A"}, "email": "a@b.example", "consents": {"email": True}}
    customers = [Customer.model_validate({**known, "key": f"K-{number:06}"}) for number in range(COUNT)]
    return [choose_contact(one, terms, (EMAIL,), NOW, is_urgent=False, seed="s") for one in customers]


def load_of(contacts: list[Contact], **capacity: int) -> Load:
    load = Load(DailyCapacity(**capacity))
    for contact in contacts:
        load.add(contact)
    return load


def test_each_day_holds_its_share_of_the_capacity_within_the_bound_of_chance(spread) -> None:
    weights = {date(2026, 11, day): weight for day, weight in ((6, 50), (7, 20), (9, 100), (10, 100), (11, 100))}
    held = Counter(contact.at.date() for contact in spread if contact.at)
    assert held.keys() == weights.keys()
    for day, weight in weights.items():
        share = weight / sum(weights.values())
        expected = COUNT * share
        # Four standard deviations of a binomial count; relative to it, 1 / sqrt(n) falls with the customers.
        assert abs(held[day] - expected) <= 4 * sqrt(expected * (1 - share)), day


def test_any_part_of_the_customers_is_spread_as_the_whole(spread) -> None:
    for part in range(4):
        held = Counter(contact.at.date() for contact in spread[part::4] if contact.at)
        assert abs(held[date(2026, 11, 9)] - COUNT / 4 * 100 / 370) <= 4 * sqrt(COUNT / 4 * 0.27 * 0.73)


def test_minutes_are_spread_too(spread) -> None:
    minutes = Counter(contact.at.minute for contact in spread if contact.at)
    assert len(minutes) == 60
    assert max(minutes.values()) < COUNT / 60 * 1.5


def test_the_calendar_counts_what_it_is_given_and_shows_excess(spread) -> None:
    load = load_of(spread, email=2000)
    assert load.total == COUNT
    assert sum(row.count for row in load.rows()) == COUNT
    assert [row.day for row in load.rows()] == sorted(row.day for row in load.rows())
    assert {row.day for row in load.over()} == {date(2026, 11, 9), date(2026, 11, 10), date(2026, 11, 11)}
    assert all(row.excess == row.count - 2000 for row in load.over())


def test_without_a_bound_no_day_holds_too_much(spread) -> None:
    assert load_of(spread).over() == ()


def test_parts_counted_apart_add_up(spread) -> None:
    whole, left, right = load_of(spread), load_of(spread[:3000]), load_of(spread[3000:])
    left.take(right)
    assert left.rows() == whole.rows()


def test_who_is_not_met_is_on_no_day() -> None:
    load = load_of([Contact(None, None, ()), Contact(PHONE, None, ()), Contact(PHONE, NOW, ())])
    assert [(row.day, row.channel, row.count) for row in load.rows()] == [(date(2026, 11, 6), PHONE, 1)]
