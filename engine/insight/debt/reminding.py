"""Whether a debt may be reminded of: enough of it, not too often."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from engine.model.bill import ZERO
from engine.model.policy.debt import DebtTerms
from engine.model.statement import Statement


def may_remind(statement: Statement, attempts: Iterable[date], terms: DebtTerms) -> str | None:
    """Return why the debt of `statement` may not be reminded of on its day; None if it may.

    `attempts` are the days on which reminders were sent. Those up to the due date of the oldest bill asked for
    were about earlier debts, and don't count. The threshold is for the bills alone: interest and fees never
    lift a debt above it.
    """
    asked = [item for item in statement.items if item.asked > 0]
    if not asked:
        return "nothing may be asked for"
    if sum([item.asked for item in asked], ZERO) < terms.minimum.get(statement.currency, ZERO):
        return "what is open is below the threshold of the currency"
    oldest = min((item.due_on for item in asked if item.due_on is not None), default=date.min)
    made = [day for day in attempts if oldest < day <= statement.as_of]
    if len(made) >= terms.attempts:
        return f"reminded {len(made)} times, the most is {terms.attempts}"
    if made and max(made) + timedelta(days=terms.attempts_days) > statement.as_of:
        return f"reminded less than {terms.attempts_days} days ago"
    return None
