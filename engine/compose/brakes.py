"""Hard brakes: whom nothing is sent to, whatever the rules and the stage say."""

from __future__ import annotations

from engine.compose.case import Case


def reasons_to_be_silent(case: Case) -> tuple[str, ...]:
    """Return why nothing may be sent; empty where something may.

    The deceased get nothing. Who keeps a payment plan gets no reminder: a first ordinary bill still goes out.
    A bill in dispute is explained but never reminded of.
    """
    reasons = []
    if case.customer.flags.deceased:
        reasons.append("the customer has died: nothing is sent")
    if case.keeps_plan and case.is_reminder:
        reasons.append("a payment plan is kept: no reminder")
    if case.must_not_remind and case.is_reminder:
        reasons.append("the bill is in dispute: no reminder")
    return tuple(reasons)
