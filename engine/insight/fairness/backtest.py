"""The newest bill that fell due, scored as of its day of issue, and whether it was then paid late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from engine.insight.features.history import Course, history_of
from engine.insight.risk.history import row_of
from engine.insight.risk.terms import HistoryTerms
from engine.model.customer import Customer
from engine.model.outreach import Score


class LateScorer(Protocol):
    """What tells how likely late payment is."""

    def score(self, features: Mapping[str, Any]) -> Score:
        """Return the score of a bill's features."""


def told_and_true(
    customer: Customer, scorer: LateScorer, as_of: datetime, terms: HistoryTerms
) -> tuple[float, bool] | None:
    """Return the probability told as of the day of issue, and whether the bill was late; None without such a bill.

    The row is the one that a model of these terms learns from: nothing later enters it. A bill that the model
    learned from flatters it: judge by newer ones.
    """
    today, grace = as_of.date().toordinal(), terms.grace_days
    due = [
        course
        for course in history_of(customer, today).courses
        if course.due + grace < today and _is_clear(customer, course, grace, today)
    ]
    if not due:
        return None
    newest = max(due, key=lambda course: (course.due, course.bill.number))
    features = row_of(customer, newest.bill, terms).features
    return scorer.score(features).probability, newest.days_late(today) > grace


def _is_clear(customer: Customer, course: Course, grace: int, today: int) -> bool:
    """True where it can be said whether the bill was late: not disputed, nor carried into a later one in time."""
    if course.bill.is_disputed or any(dispute.bill_number == course.bill.number for dispute in customer.disputes):
        return False
    return not course.is_carried or course.days_late(today) > grace
