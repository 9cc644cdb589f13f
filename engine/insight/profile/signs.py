"""Signs that money is short, each with its points and plain words.

They weigh towards help, never towards pressure: one of them is enough to keep a customer out of the unwilling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.model.customer import Customer, PlanState
from engine.model.dealings import TaskState
from engine.model.policy.profiles import ProfileTerms
from engine.model.statement import Statement


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign. `is_agreed`: it was asked for or agreed on, so that it counts before anything is late."""

    points: int
    words: str
    is_agreed: bool = False


Signs = tuple[Sign, ...]

_YES = frozenset(("yes", "true", "1"))
_HARDSHIP_TASK = "review_hardship"


def signs_of(
    customer: Customer, statement: Statement, features: Mapping[str, float | None], terms: ProfileTerms
) -> Signs:
    """Return the signs that money is short, with their points: flags and agreements two, behaviour one."""
    found: list[Sign] = []
    _add_states(found, customer, terms)
    value = features.get
    if value("is_on_plan") and customer.flags.payment_plan is PlanState.NONE:
        found.append(Sign(2, "a payment plan runs", is_agreed=True))
    if value("broken_instalments"):
        found.append(Sign(1, "instalments of a payment plan were not paid in time"))
    if value("plan_requests_year"):
        found.append(Sign(2, "asked for instalments within a year", is_agreed=True))
    if (value("broken_promises") or 0) > (value("broken_instalments") or 0):
        found.append(Sign(1, "promised to pay and could not keep it"))
    if value("returned_year"):
        found.append(Sign(1, "a payment came back within a year"))
    if (value("parts_share") or 0) >= terms.unable_parts_share:
        found.append(Sign(1, "often pays in parts"))
    if (value("late_trend") or 0) >= terms.unable_trend_days and not value("unpaid_past_bills"):  # pays, but later
        found.append(Sign(1, "pays later than before"))
    if value("is_shock") and statement.days_late > 0:
        found.append(Sign(1, "the bill is much higher than usual, and late"))
    return tuple(found)


def _add_states(found: list[Sign], customer: Customer, terms: ProfileTerms) -> None:
    if customer.flags.vulnerable:
        found.append(Sign(2, "marked as in need of care"))
    plan = customer.flags.payment_plan
    if plan is not PlanState.NONE:
        found.append(Sign(2, f"a payment plan was agreed and is {plan.value}", is_agreed=True))
    for task in customer.tasks:
        if task.kind == _HARDSHIP_TASK and task.state is TaskState.OPEN:
            found.append(Sign(2, "a hardship review is open", is_agreed=True))
            break
    granted = [name for name in terms.hardship if customer.attributes.get(name, "").casefold() in _YES]
    found.extend([Sign(2, f"help was granted: {name}") for name in granted])
