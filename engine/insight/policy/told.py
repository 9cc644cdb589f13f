"""The facts that a decision rests on, in words: yes, no, days and counts, never an amount or a name."""

from __future__ import annotations

from functools import lru_cache

from engine.insight.policy.brakes import Brake
from engine.insight.policy.facts import Facts
from engine.model.bill import DunningStage
from engine.model.customer import PlanState
from engine.model.outreach import Group

_Told = tuple[str, str]


def _answers(name: str) -> tuple[_Told, _Told]:
    """Return the pairs for no and yes."""
    return (name, "no"), (name, "yes")


# The same objects for all customers: what is told of one has thirteen pairs.
_ASKED, _OVERDUE, _CREDIT = _answers("something asked for"), _answers("overdue"), _answers("credit")
_TOLD, _VULNERABLE, _DISPUTE = (
    _answers("newest bill sent before"), _answers("vulnerable"), _answers("dispute open"),
)  # fmt: skip
_DUNNING = {stage: ("dunning stage", stage.value) for stage in DunningStage}
_GROUPS = {group: ("group", group.value) for group in Group}
_PLANS = {plan: ("payment plan", plan.value) for plan in PlanState}


def told_facts(facts: Facts, held: tuple[Brake, ...]) -> tuple[tuple[str, str], ...]:
    """Return names and values of what the policy looked at, in a fixed order."""
    flags = facts.customer.flags
    told = [
        _counted("day", facts.day),
        _ASKED[facts.asked > 0],
        _OVERDUE[facts.overdue > 0],
        _counted("bills asked for", len([1 for item in facts.statement.items if item.asked > 0])),
        _CREDIT[facts.credit],
        _counted("days since the newest bill", facts.bill_age),
        _TOLD[facts.is_told],
        _DUNNING[facts.dunning],
        _counted("reminders so far", len(facts.reminders)),
        _GROUPS[facts.profile.group],
        _VULNERABLE[flags.vulnerable],
        _DISPUTE[facts.has_dispute],
        _PLANS[flags.payment_plan],
    ]
    if held:
        told.append(("brakes", ", ".join([brake.name for brake in held])))
    if facts.risks:
        told += [(f"risk: {name}", f"{probability:.2f}") for name, probability in facts.risks.items()]
    if facts.arm:
        told.append(("arm", facts.arm))
    return tuple(told)


@lru_cache(maxsize=4096)
def _counted(name: str, count: int | None) -> _Told:
    return name, "not known" if count is None else str(count)
