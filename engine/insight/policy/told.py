"""The facts that a decision rests on, in words: yes, no, days and counts, never an amount or a name."""

from __future__ import annotations

from engine.insight.policy.brakes import Brake
from engine.insight.policy.facts import Facts

_YES = {True: "yes", False: "no"}


def told_facts(facts: Facts, held: tuple[Brake, ...]) -> tuple[tuple[str, str], ...]:
    """Return names and values of what the policy looked at, in a fixed order."""
    customer, statement = facts.customer, facts.statement
    told = [
        ("day", "not known" if facts.day is None else str(facts.day)),
        ("something asked for", _YES[facts.asked > 0]),
        ("overdue", _YES[facts.overdue > 0]),
        ("bills asked for", str(sum([1 for item in statement.items if item.asked > 0]))),
        ("credit", _YES[facts.credit]),
        ("days since the newest bill", str(facts.bill_age)),
        ("newest bill sent before", _YES[facts.is_told]),
        ("dunning stage", facts.dunning.value),
        ("reminders so far", str(len(facts.reminders))),
        ("group", facts.profile.group.value),
        ("vulnerable", _YES[customer.flags.vulnerable]),
        ("dispute open", _YES[facts.has_dispute]),
        ("payment plan", customer.flags.payment_plan.value),
    ]
    if held:
        told.append(("brakes", ", ".join([brake.name for brake in held])))
    told += [(f"risk: {name}", f"{probability:.2f}") for name, probability in facts.risks.items()]
    if facts.arm:
        told.append(("arm", facts.arm))
    return tuple(told)
