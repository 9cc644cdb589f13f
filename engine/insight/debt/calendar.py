"""Days: months added, days late, and the bucket of their age."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from engine.model.statement import AgeBucket

_BOUNDS = (
    (30, AgeBucket.TO_30),
    (60, AgeBucket.TO_60),
    (90, AgeBucket.TO_90),
    (180, AgeBucket.TO_180),
    (365, AgeBucket.TO_365),
)


def months_after(day: date, months: int) -> date:
    """Return the same day `months` later, or the last of its month where that has fewer days."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def bucket_of(due_on: date | None, as_of: date) -> AgeBucket:
    """Return how long what was due on `due_on` has been overdue on `as_of`; on the day itself it is not."""
    if due_on is None or as_of <= due_on:
        return AgeBucket.NOT_DUE
    days = (as_of - due_on).days
    for most, bucket in _BOUNDS:
        if days <= most:
            return bucket
    return AgeBucket.TO_3_YEARS if as_of <= months_after(due_on, 36) else AgeBucket.OVER_3_YEARS
