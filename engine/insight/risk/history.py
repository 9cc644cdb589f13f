"""Rows from customers with histories: each bill as it was on its day of issue, and what came of it.

Features are those of `engine.insight.features` as of the day of issue: what a bill became is no feature of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from engine.insight.features import FEATURES, Feature, features_of
from engine.insight.features.context import context_features
from engine.insight.features.history import Course, history_of
from engine.insight.features.protected import protected_kind
from engine.insight.risk.inputs import Input
from engine.insight.risk.table import Row
from engine.insight.risk.terms import HistoryTerms
from engine.model.bill import Bill
from engine.model.customer import Customer


def inputs_of(terms: HistoryTerms) -> tuple[Input, ...]:
    """Return what a model of histories looks at: all features, those of the utility's context too.

    Raises `InsightError` (D130, D131) for a protected attribute as context.
    """
    features = (*FEATURES.values(), *context_features(terms.context, terms.protected))
    return tuple(_input(feature) for feature in features)


def history_rows(customers: Iterable[Customer], terms: HistoryTerms, now: datetime) -> Iterator[Row]:
    """Yield a row a bill that was ever owed, oldest due date first. `now`: what is known, aware.

    Bills whose outcome nobody can know yet bear the reason in `left_out`, and no label.
    """
    today = now.date()
    for customer in customers:
        left = _left_on(customer, terms, today) if terms.target == "churn" else None
        for course in history_of(customer, today.toordinal()).courses:
            if terms.target == "late":
                label, known, why = _lateness(customer, course, terms.grace_days, today)
            else:
                label, known, why = _leaving(course, left, terms.horizon_days, today)
            yield row_of(customer, course.bill, terms, label=label, known_on=known, left_out=why)


def open_rows(customers: Iterable[Customer], terms: HistoryTerms, now: datetime) -> Iterator[Row]:
    """Yield a row for each bill that is issued, not settled and not past its due date: what is to be foretold."""
    today = now.date()
    for customer in customers:
        for course in history_of(customer, today.toordinal()).courses:
            if course.settled is None and course.due >= today.toordinal():
                yield row_of(customer, course.bill, terms)


def row_of(
    customer: Customer,
    bill: Bill,
    terms: HistoryTerms,
    *,
    label: bool | None = None,
    known_on: date | None = None,
    left_out: str = "",
) -> Row:
    """Return the row of a bill as of the first moment of its day of issue."""
    moment = datetime.combine(bill.issued_on, time.min, UTC)
    features = features_of(customer, moment, bill=bill, context=terms.context)
    return Row(
        unit=customer.key,
        name=bill.number,
        features=features,
        label=label,
        at=bill.issued_on,
        known_on=known_on,
        past_share=features.get("late_share"),
        groups=_groups(customer.attributes, terms.protected),
        left_out=left_out,
    )


def _input(feature: Feature) -> Input:
    return Input(name=feature.name, words=feature.label, phrase=feature.phrase, otherwise=feature.otherwise,
                 unit=feature.unit)  # fmt: skip


def _groups(attributes: dict[str, str], declared: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value) for name, value in sorted(attributes.items()) if name in declared or protected_kind(name)
    )


def _lateness(customer: Customer, course: Course, grace_days: int, today: date) -> tuple[bool | None, date | None, str]:
    """Return whether the bill was late, the day on which that was known, and why it can't be said."""
    limit = course.due + grace_days
    settled = course.settled
    if _was_disputed(customer, course.bill):
        return None, None, "disputed"
    if course.is_carried and settled is not None and settled <= limit:
        return None, None, "carried into a later bill before it was late"
    if settled is not None and settled <= limit:
        return False, date.fromordinal(max(settled, course.issued)), ""
    if today.toordinal() <= limit:
        return None, None, "not due yet, or within the days of grace"
    return True, date.fromordinal(limit + 1), ""


def _was_disputed(customer: Customer, bill: Bill) -> bool:
    return bill.is_disputed or any(dispute.bill_number == bill.number for dispute in customer.disputes)


def _left_on(customer: Customer, terms: HistoryTerms, today: date) -> date | None:
    """Return the day on which the customer left: as the attribute says, or the end of the last contract.

    The end of a contract counts when all supply points have one, it is past, and no bill reaches beyond it.
    """
    try:
        return date.fromisoformat(customer.attributes[terms.left_on])
    except (KeyError, ValueError):
        pass
    ends = [point.contract_end for point in customer.supply_points]
    known = [end for end in ends if end is not None]
    if not known or len(known) < len(ends) or max(known) >= today:
        return None
    reach = max((bill.period.end for bill in customer.bills if bill.period is not None), default=max(known))
    return max(known) if reach <= max(known) else None


def _leaving(course: Course, left: date | None, horizon_days: int, today: date) -> tuple[bool | None, date | None, str]:
    issued = date.fromordinal(course.issued)
    end = issued + timedelta(days=horizon_days)
    if left is not None and left <= issued:
        return None, None, "issued after the customer had left"
    if left is not None and left <= end and left <= today:
        return True, left, ""
    if end >= today:
        return None, None, "the time in which a customer may leave is not over"
    return False, end + timedelta(days=1), ""
