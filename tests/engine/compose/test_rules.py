"""Conditions of rules: each key alone, with a value that holds and one that doesn't."""

from __future__ import annotations

from typing import Any

import pytest

from engine.compose import compose
from engine.compose.case import Case
from engine.compose.rules import holds
from engine.model.campaign import Rule, When
from engine.model.communication import Communication
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, PlainTexts, make_campaign, make_customer

LINE = {"category": "energy", "label": "Energy", "quantity": "171", "unit": "kWh"}
EARLIER = {
    "number": "B0", "issued_on": "2026-09-29", "due_on": "2026-10-20", "currency": "EUR",
    "period": {"start": "2026-08-27", "end": "2026-09-25"},
    "lines": [LINE | {"amount": "80.00", "quantity": "150"}], "total": "80.00", "amount_payable": "80.00",
}  # fmt: skip
# key -> a value that holds for the case below, and one that doesn't
KEYS: dict[str, tuple[Any, Any]] = {
    "customer": (["household"], ["business"]),
    "kind": (["invoice", "reminder"], ["reminder"]),
    "stage": (["none"], ["final"]),
    "commodity": (["electricity"], ["gas"]),
    "locale": (["en"], ["it"]),
    "month": ([10], [9]),
    "largest_cause": (["days"], ["price"]),
    "cause_raises": (True, False),
    "overdue": (False, True),
    "credit": (False, True),
    "estimated": (False, True),
    "disputed": (False, True),
    "vulnerable": (False, True),
    "first_bill": (False, True),
    "paperless": (False, True),
    "offers": (False, True),
    "amount_from": ("100", "100.01"),
    "change_percent_from": ("25", "25.01"),
    "usage_percent_from": ("14", "15"),
    "usage_percent_to": ("14", "13"),
    "above_similar_percent": ("-5", "-4"),
    "attribute": ({"segment": "a"}, {"segment": "b"}),
}


@pytest.fixture(scope="module")
def case() -> Case:
    newest = make_customer().bills[0].model_dump(mode="json")
    customer = make_customer(
        bills=[newest, EARLIER],
        payments=[{"amount": "80.00", "paid_on": "2026-10-10", "bill_number": "B0"}],
        supply_points=[{"code": "P1"}],
        consumption=[{"supply_point": "P1", "quantity": "171", "unit": "kWh", "year_before": "150",
                      "similar_homes": "180"}],
        attributes={"segment": "a"},
    )  # fmt: skip
    keys = Keyring.from_secret(bytes(range(32)))
    return Case.of(customer, customer.bills[0], make_campaign(), PlainTexts(), NOW, keys)


def rule(**when: Any) -> Rule:
    return Rule.model_validate({"id": "r", "reason": "because", "hide": "help", "when": when})


def test_every_key_of_a_condition_is_tried_here() -> None:
    assert set(KEYS) == set(When.model_fields)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_holds_with_one_value_and_not_with_another(case: Case, key: str) -> None:
    good, bad = KEYS[key]
    assert holds(rule(**{key: good}), case)
    assert not holds(rule(**{key: bad}), case)


def test_all_keys_must_hold(case: Case) -> None:
    assert holds(rule(**{key: good for key, (good, _) in KEYS.items()}), case)
    assert not holds(rule(month=[10], offers=True), case)


def test_a_condition_without_keys_holds_always(case: Case) -> None:
    assert holds(rule(), case)


def test_the_decision_names_the_rules_that_spoke(case: Case) -> None:
    rules = (
        Rule(id="often", show="scene", reason="it holds"),
        Rule(id="never", when=When(vulnerable=True), show="scene", reason="it does not hold"),
        Rule(id="unagreed", show="scene", needs_consent=True, reason="nobody agreed"),
        Rule(id="barred", hide="tips", reason="it holds too"),
    )
    made = compose(case.customer, make_campaign(rules=rules), PlainTexts(), NOW, Keyring.from_secret(bytes(range(32))))
    assert isinstance(made, Communication)
    spoke = ("often", "barred") if not case.customer.consents.offers else ("often", "unagreed", "barred")
    assert made.decision.rules == spoke
    assert [reason for reason in made.decision.reasons if reason.startswith("rule ")] == [
        f"rule {name}: {next(rule.reason for rule in rules if rule.id == name)}" for name in spoke
    ]
