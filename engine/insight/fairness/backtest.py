"""The newest bill that fell due, scored as of its day of issue, and whether it was then paid late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Protocol

from engine.insight.features import features_of
from engine.insight.features.history import Course, history_of
from engine.insight.risk.terms import HistoryTerms
from engine.model.customer import Customer
from engine.model.outreach import Score
from engine.model.policy.profiles import ContextTerm

_GRACE = HistoryTerms().grace_days  # what the models call late


class LateScorer(Protocol):
    """What tells how likely late payment is."""

    def score(self, features: Mapping[str, float | None]) -> Score:
        """Return the score of a bill's features."""


def told_and_true(
    customer: Customer, scorer: LateScorer, as_of: datetime, context: tuple[ContextTerm, ...] = ()
) -> tuple[float, bool] | None:
    """Return the probability told at the end of the day of issue, and whether the bill was late; None without a bill.

    Nothing later than that day enters the score. A bill that the model learned from flatters it: judge by newer ones.
    """
    today = as_of.date().toordinal()
    due = [
        course
        for course in history_of(customer, today).courses
        if course.due + _GRACE < today and _is_clear(customer, course, today)
    ]
    if not due:
        return None
    newest = max(due, key=lambda course: (course.due, course.bill.number))
    moment = datetime.combine(newest.bill.issued_on, time.max, as_of.tzinfo or UTC)
    score = scorer.score(features_of(customer, moment, bill=newest.bill, context=context))
    return score.probability, newest.days_late(today) > _GRACE


def _is_clear(customer: Customer, course: Course, today: int) -> bool:
    """True where it can be said whether the bill was late: not disputed, nor carried into a later one in time."""
    if course.bill.is_disputed or any(dispute.bill_number == course.bill.number for dispute in customer.disputes):
        return False
    return not course.is_carried or course.days_late(today) > _GRACE
