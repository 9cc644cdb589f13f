"""Public holidays, judged by the package `holidays`."""

from __future__ import annotations

from datetime import date

import holidays
import pytest

from engine.insight.calendar import public_holidays
from engine.insight.calendar.public_holidays import countries, easter, holidays_of, orthodox_easter

YEARS = range(2024, 2036)
SUNDAY = 6
# Days that a government frees for one year, in exchange for a Saturday or as a gift: they are no rule.
ONCE_ONLY = ("Day off (substituted", "Non-working day")


def judged(country: str, year: int) -> set[date]:
    """The days on which the judge says that the country rests, Sundays left out: nobody names them alike."""
    found = holidays.country_holidays(country, years=year)
    return {
        day
        for day, name in found.items()
        if day.year == year and day.weekday() != SUNDAY and not name.startswith(ONCE_ONLY)
    }


@pytest.mark.parametrize("country", sorted(countries()))
def test_each_country_rests_on_the_days_that_the_judge_names(country: str) -> None:
    for year in YEARS:
        ours = {day for day in holidays_of(country, year) if day.weekday() != SUNDAY}
        freed = {
            day for day, name in holidays.country_holidays(country, years=year).items() if name.startswith(ONCE_ONLY)
        }
        assert ours - freed == judged(country, year) - freed, f"{country} {year}"


def test_all_states_of_the_union_and_their_neighbours_are_known() -> None:
    union = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
    assert set(union.split()) | {"CH", "GB", "IS", "LI", "NO"} == countries()


def test_a_country_that_is_not_known_has_no_holidays() -> None:
    assert holidays_of("ZZ", 2026) == frozenset()


def test_a_new_holiday_begins_in_its_first_year() -> None:
    assert date(2025, 10, 4) not in holidays_of("IT", 2025)
    assert date(2026, 10, 4) in holidays_of("IT", 2026)


def test_two_holidays_on_one_weekend_give_two_days_after_it() -> None:
    assert {date(2027, 12, 27), date(2027, 12, 28)} < holidays_of("GB", 2027)


# Source: tables of the US Naval Observatory (western) and the Greek Orthodox Archdiocese of America.
@pytest.mark.parametrize(
    ("year", "western", "orthodox"),
    [
        (2024, date(2024, 3, 31), date(2024, 5, 5)),
        (2025, date(2025, 4, 20), date(2025, 4, 20)),
        (2026, date(2026, 4, 5), date(2026, 4, 12)),
        (2038, date(2038, 4, 25), date(2038, 4, 25)),
        (2049, date(2049, 4, 18), date(2049, 4, 25)),
    ],
)
def test_easter_falls_on_its_sunday(year: int, western: date, orthodox: date) -> None:
    assert (easter(year), orthodox_easter(year)) == (western, orthodox)


def test_a_rule_that_is_none_is_refused_by_its_text(monkeypatch) -> None:
    monkeypatch.setattr(public_holidays, "_rules", lambda: {"QQ": ("someday",)})
    with pytest.raises(ValueError, match="`someday` is not a rule"):
        holidays_of("QQ", 2026)
