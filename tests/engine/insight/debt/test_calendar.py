"""Buckets of age and months."""

from datetime import date, timedelta

import pytest

from engine.insight.debt.calendar import bucket_of, months_after
from engine.model.statement import AgeBucket

DUE = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-1, "not due"), (0, "not due"), (1, "0-30"), (30, "0-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"),
     (91, "91-180"), (180, "91-180"), (181, "181-365"), (365, "181-365"), (366, "1-3 years"), (1095, "1-3 years"),
     (1096, "over 3 years")],
)  # fmt: skip
def test_an_amount_is_in_the_bucket_of_its_days(days: int, bucket: str) -> None:
    assert bucket_of(DUE, DUE + timedelta(days)) == AgeBucket(bucket)


def test_what_has_no_due_date_is_not_due() -> None:
    assert bucket_of(None, DUE) is AgeBucket.NOT_DUE


def test_three_years_end_on_the_day_of_the_calendar() -> None:
    assert bucket_of(date(2023, 3, 1), date(2026, 3, 1)) is AgeBucket.TO_3_YEARS
    assert bucket_of(date(2023, 3, 1), date(2026, 3, 2)) is AgeBucket.OVER_3_YEARS


def test_months_end_where_the_month_does() -> None:
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(DUE, 12) == date(2025, 2, 28)
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
