"""The case of a customer: its day, and that nothing of it is missing."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.compose.case import Case
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, PlainTexts, make_campaign, make_customer

KEYS = Keyring.from_secret(bytes(range(32)))


def case_at(now: datetime, time_zone: str = "Europe/Rome") -> Case:
    customer = make_customer()
    return Case.of(customer, customer.bills[0], make_campaign(time_zone=time_zone), PlainTexts(), now, KEYS)


def test_a_case_has_all_its_fields_and_is_frozen() -> None:
    case = case_at(NOW)
    assert set(case.__dict__) == {field.name for field in fields(Case)}
    with pytest.raises(FrozenInstanceError):
        case.today = date(2026, 1, 1)  # type: ignore[misc]


def test_an_hour_that_clocks_show_twice_may_be_of_two_days_elsewhere() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Rome"))
    for now, day in ((first, 24), (first.replace(fold=1), 25), (first, 24)):
        assert case_at(now, "Atlantic/Cape_Verde").today == date(2026, 10, day)
