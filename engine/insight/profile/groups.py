"""From record, statement, features and scores to one of five groups.

Rules, in this order; the first that fits decides (docs/profiles.md says them in words):

1. unable: signs that money is short, of enough points, and something is late, or help was asked for or agreed
2. unwilling: long overdue, reached, silent, and not one sign that money is short
3. unknown: too few past bills
4. willing and able: in time or nearly so, nothing open for long, no high score
5. known: enough history, nothing out of the ordinary
6. unknown: the facts contradict each other, or don't tell why nothing is paid

A score moves nobody towards pressure: it can only take a customer from willing and able to known, and moves
the confidence by a fifth at most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.insight.profile.signs import Signs, signs_of
from engine.model.customer import Customer
from engine.model.outreach import Group, Profile, Score
from engine.model.policy.profiles import ProfileTerms
from engine.model.quick import quick
from engine.model.statement import Statement

RULES = "1"  # version of the rules below; the limits have their own
_LATE = "late"
_SCORE_WEIGHT = 0.2
_HALF_BILLS = 3  # past bills at which history counts half


@quick
@dataclass(frozen=True, slots=True)
class _Case:
    """What the rules look at."""

    customer: Customer
    features: Mapping[str, float | None]
    terms: ProfileTerms
    signs: Signs
    days_late: int
    overdue_bills: int
    has_dispute: bool
    risk: float | None

    def value(self, name: str) -> float:
        """Return a feature, 0 where it is not known."""
        return self.features.get(name) or 0.0

    @property
    def history(self) -> float:
        """How far the history carries: half with three past bills, four fifths with twelve."""
        count = self.value("past_bills")
        return count / (count + _HALF_BILLS)


_Found = tuple[Group, float, tuple[str, ...]]


def profile_of(
    customer: Customer,
    statement: Statement,
    features: Mapping[str, float | None],
    scores: Sequence[Score],
    terms: ProfileTerms,
    *,
    segment: str = "",
) -> Profile:
    """Return the group of the customer as of the statement's day, how sure it is, and by which facts.

    `features` are those of the same moment. The confidence, 0 to 1, is for `unable` p / (p + 1) of p points; for the
    groups told by history n / (n + 3) of n past bills, times the share of bills that speak for the
    group; for `unwilling` times 0.7 to 1 by how far its limits are passed; for `unknown` what is missing
    of the bills needed, at least 0.5. A score of late payment takes part with a fifth. Pure, under 15 us.
    """
    late = [item.days_late for item in statement.items if item.days_late > 0 and item.asked > 0]
    case = _Case(
        customer,
        features,
        terms,
        signs_of(customer, statement, features, terms),
        max(late) if late else 0,
        len(late),
        customer.flags.disputed or bool(features.get("open_disputes")) or statement.disputed > 0,
        next((score.probability for score in scores if score.name == _LATE), None) if scores else None,
    )
    group, confidence, reasons = (
        _unable(case) or _unwilling(case) or _too_little(case) or _able(case) or _known(case) or _unclear(case)
    )
    return Profile(group, _weighed(case, group, confidence), reasons, f"{RULES}.{terms.version}", segment)


def _unable(case: _Case) -> _Found | None:
    points = sum([sign.points for sign in case.signs]) if case.signs else 0
    if points < max(1, case.terms.unable_points):
        return None
    is_late = case.days_late > 0 or case.value("late_share") > case.terms.able_late_share
    if not (is_late or any(sign.is_agreed for sign in case.signs)):
        return None
    return Group.UNABLE, points / (points + 1), tuple([sign.words for sign in case.signs])


def _unwilling(case: _Case) -> _Found | None:
    """All of it must be true; facts only, no score among them."""
    terms = case.terms
    if case.days_late < max(1, terms.unwilling_open_days):  # as most are not
        return None
    reached = max(case.value("sent_year") - case.value("bounced_year"), case.value("reminders_year"))
    age = case.features.get("payment_age")
    holds = (
        case.overdue_bills >= max(1, terms.unwilling_open_bills)
        and reached >= max(1, terms.unwilling_reached)
        and (age is None or age >= terms.unwilling_silent_days)
        and case.value("past_bills") >= terms.least_bills
        and not (case.signs or case.has_dispute or case.customer.flags.vulnerable)
        and not (case.value("answers_year") or case.value("kept_promises"))
    )
    if not holds:
        return None
    passed = (
        case.days_late >= 2 * terms.unwilling_open_days,
        case.overdue_bills > terms.unwilling_open_bills,
        case.value("opened_share") > 0,  # seen, so it is known what is asked for
    )
    paid = "no payment is known" if age is None else f"the last payment was {age:.0f} days ago"
    reasons = (
        f"{case.overdue_bills} bills are overdue, the oldest for {case.days_late} days",
        f"{reached:.0f} messages or reminders arrived, none was answered",
        paid,
        "no sign that money is short, no dispute, no promise",
    )
    return Group.UNWILLING, case.history * (0.7 + 0.1 * sum(passed)), reasons


def _too_little(case: _Case) -> _Found | None:
    bills, least = case.value("past_bills"), case.terms.least_bills
    if bills >= least:
        return None
    reasons = (_missing(least, bills), *[f"noted: {sign.words}" for sign in case.signs])
    return Group.UNKNOWN, max(0.5, 1 - bills / least), reasons


@lru_cache(maxsize=256)
def _missing(least: int, bills: float) -> str:
    return f"missing: {least} past bills that fell due; {bills:.0f} known"


def _able(case: _Case) -> _Found | None:
    terms, share = case.terms, case.value("late_share")
    if share > terms.able_late_share or case.value("late_days_max") > terms.able_late_days:
        return None
    if case.days_late > terms.able_open_days or case.value("unpaid_past_bills"):
        return None
    if case.risk is not None and case.risk > terms.able_risk:
        return None
    debit = ("pays by direct debit",) if case.value("by_debit") else ()
    return Group.WILLING_ABLE, case.history * (1 - share), (_paid(case), "nothing has been open for long", *debit)


def _known(case: _Case) -> _Found | None:
    terms = case.terms
    if case.value("late_month_share") > terms.known_month_share or case.days_late > terms.known_open_days:
        return None
    reasons = [_paid(case), "nothing out of the ordinary"]
    if case.risk is not None and case.risk > terms.able_risk:
        reasons.append("the score expects the bill to be late")
    reasons += [f"noted: {sign.words}" for sign in case.signs]
    return Group.KNOWN, case.history * (1 - case.value("late_month_share")), tuple(reasons)


def _unclear(case: _Case) -> _Found:
    reasons = [_paid(case)]
    if case.days_late:
        reasons.append(f"overdue for {case.days_late} days")
    if case.has_dispute:
        reasons.append("missing: how the dispute ends")
    elif case.value("sent_year") - case.value("bounced_year") < case.terms.unwilling_reached:
        reasons.append("missing: whether messages reach the customer")
    else:
        reasons.append("missing: why it is not paid; ask before anything else")
    reasons += [f"noted: {sign.words}" for sign in case.signs]
    return Group.UNKNOWN, 0.5, tuple(reasons)


def _paid(case: _Case) -> str:
    return _paid_late(case.value("late_count"), case.value("past_bills"))


@lru_cache(maxsize=1024)
def _paid_late(late: float, past: float) -> str:
    return f"paid {late:.0f} of the last {past:.0f} bills late"


def _weighed(case: _Case, group: Group, confidence: float) -> float:
    if case.risk is not None and group is not Group.UNKNOWN:
        agrees = case.risk if group in (Group.UNABLE, Group.UNWILLING) else 1 - case.risk
        confidence = (1 - _SCORE_WEIGHT) * confidence + _SCORE_WEIGHT * agrees
    return _rounded(min(1.0, max(0.0, confidence)))


@lru_cache(maxsize=1024)
def _rounded(confidence: float) -> float:
    return round(confidence, 2)
