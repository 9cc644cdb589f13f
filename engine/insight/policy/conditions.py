"""Conditions of stages and offers, compiled once into tests of the facts, each with its words for "no"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from engine.insight.policy.facts import Facts
from engine.model.policy.stages import Conditions

Test: TypeAlias = Callable[[Facts], bool]
_Maker: TypeAlias = Callable[[Any], Test]


def compiled(when: Conditions) -> tuple[tuple[Test, str], ...]:
    """Return a test for each key of `when` in order, with why it does not hold where it doesn't."""
    return tuple((_MAKERS[name](wanted), _words(name, wanted)) for name, wanted in when.given)


def features_in(when: Conditions) -> set[str]:
    """Return the names of the features that `when` looks at by name."""
    return {*(when.feature_from or ()), *(when.feature_to or ())}


def _words(name: str, wanted: object) -> str:
    """Return the condition as the policy has it, so that it can be found there; amounts are the policy's own."""
    return f"`{name} = {_plain(wanted)}` does not hold"


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_plain(part) for part in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_plain(part)}" for name, part in value.items()) + " }"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one_of(look: Callable[[Facts], object]) -> _Maker:
    def make(wanted: tuple[object, ...]) -> Test:
        allowed = frozenset(wanted)
        return lambda facts: look(facts) in allowed

    return make


def _is(look: Callable[[Facts], bool]) -> _Maker:
    return lambda wanted: lambda facts: look(facts) is wanted


def _at_least(look: Callable[[Facts], Any]) -> _Maker:
    return lambda wanted: lambda facts: (found := look(facts)) is not None and found >= wanted


def _at_most(look: Callable[[Facts], Any]) -> _Maker:
    return lambda wanted: lambda facts: (found := look(facts)) is not None and found <= wanted


def _commodity(wanted: tuple[object, ...]) -> Test:
    allowed = frozenset(wanted)
    return lambda facts: any(point.commodity in allowed for point in facts.customer.supply_points)


def _attribute(wanted: dict[str, str]) -> Test:
    pairs = tuple(wanted.items())
    return lambda facts: all(facts.customer.attributes.get(name) == value for name, value in pairs)


def _features(*, is_least: bool) -> _Maker:
    def make(wanted: dict[str, float]) -> Test:
        pairs = tuple(wanted.items())

        def test(facts: Facts) -> bool:
            for name, bound in pairs:
                found = facts.features.get(name)
                if found is None or (found < bound if is_least else found > bound):
                    return False
            return True

        return test

    return make


def _country(facts: Facts) -> str | None:
    return facts.customer.address.country if facts.customer.address else None


def _method(facts: Facts) -> str | None:
    customer = facts.customer
    if customer.payment_method is not None:
        return customer.payment_method.value
    return max(customer.payments, key=lambda one: one.paid_on).method if customer.payments else None


def _shock(facts: Facts) -> float | None:
    """Return the rise of the newest bill against the one before, in percent."""
    found = facts.features.get("bill_vs_last")
    return None if found is None else (found - 1) * 100


# How each key of a condition is looked at.
_MAKERS: dict[str, _Maker] = {
    "customer": _one_of(lambda facts: facts.customer.kind),
    "commodity": _commodity,
    "country": _one_of(_country),
    "currency": _one_of(lambda facts: facts.statement.currency),
    "attribute": _attribute,
    "month": _one_of(lambda facts: facts.today.month),
    "bill": _one_of(lambda facts: facts.bill.kind),
    "issued_within_days": _at_most(lambda facts: facts.bill_age),
    "told": _is(lambda facts: facts.is_told),
    "asked": _is(lambda facts: facts.asked > 0),
    "overdue": _is(lambda facts: facts.overdue > 0),
    "credit": _is(lambda facts: facts.credit),
    "amount_from": _at_least(lambda facts: facts.asked),
    "amount_to": _at_most(lambda facts: facts.asked),
    "open_bills_from": _at_least(lambda facts: sum(1 for item in facts.statement.items if item.asked > 0)),
    "direct_debit": _is(lambda facts: facts.bill.direct_debit is not None),
    "payment_method": _one_of(_method),
    "dunning": _one_of(lambda facts: facts.dunning),
    "plan": _one_of(lambda facts: facts.customer.flags.payment_plan),
    "disputed": _is(lambda facts: facts.has_dispute),
    "vulnerable": _is(lambda facts: facts.customer.flags.vulnerable),
    "gentle": _is(lambda facts: facts.is_gentle),
    "offers": _is(lambda facts: facts.customer.consents.offers),
    "broken_promises_from": _at_least(lambda facts: facts.features.get("broken_promises")),
    "bill_shock_percent_from": _at_least(_shock),
    "late_share_from": _at_least(lambda facts: facts.features.get("late_share")),
    "messages_from": _at_least(lambda facts: len(facts.reminders)),
    "messages_to": _at_most(lambda facts: len(facts.reminders)),
    "group": _one_of(lambda facts: facts.profile.group),
    "segment": _one_of(lambda facts: facts.profile.segment),
    "late_risk_from": _at_least(lambda facts: facts.risks.get("late")),
    "late_risk_to": _at_most(lambda facts: facts.risks.get("late")),
    "churn_risk_from": _at_least(lambda facts: facts.risks.get("churn")),
    "churn_risk_to": _at_most(lambda facts: facts.risks.get("churn")),
    "feature_from": _features(is_least=True),
    "feature_to": _features(is_least=False),
}
