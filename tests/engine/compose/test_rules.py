"""Conditions of rules: each key alone, with a value that holds and one that doesn't."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from engine.compose import compose
from engine.compose import rules as applying
from engine.compose.case import Case
from engine.compose.rules import apply_rules, holds
from engine.model.campaign import Rule, When
from engine.model.communication import Communication
from engine.model.customer import CustomerKind
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


_FOUND: dict[str, tuple[Any, ...]] = {
    name: (None, *[Decimal(value) for value in ("-10.01", "-10", "9.99", "10", "10.00", "20", "25", "1E+3")])
    for name in (
        "amount_from",
        "change_percent_from",
        "usage_percent_from",
        "usage_percent_to",
        "above_similar_percent",
    )
}
_FOUND |= {
    "customer": tuple(CustomerKind), "commodity": ((), ("gas",), ("gas", "water")), "month": (1, 9, 10),
    "largest_cause": ("", "days", "price"), "cause_raises": (None, False, True),
    "attribute": ({}, {"segment": "a"}, {"segment": "a", "x": "1"}, {"segment": "b", "y": "2"}),
}  # fmt: skip
_WANTED: dict[str, tuple[Any, ...]] = dict.fromkeys(
    ("overdue", "credit", "disputed", "vulnerable", "offers", "cause_raises"), (True, False)
)
_WANTED |= {name: ("-10", "10", "20", "25.01") for name in _FOUND if "percent" in name or name == "amount_from"}
_WANTED |= {
    "customer": (["household"], ["business"]), "commodity": (["gas"], ["water", "gas"]), "month": ([1, 9], [10]),
    "largest_cause": (["days"], ["price", "days"]), "attribute": ({"segment": "a"}, {"segment": "a", "x": "1"}),
}  # fmt: skip


def test_what_is_kept_of_rulings_is_what_would_be_ruled(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = Random(3)

    def look(name: str) -> Any:
        return lambda at: at.found[name]

    values = {name: look("usage" if name.startswith("usage_percent") else name) for name in applying._KEYS}
    values["usage_percent_to"] = values["usage_percent_from"]  # one figure, as in the table
    keys = {name: applying._Key(values[name], key.test) for name, key in applying._KEYS.items()}
    monkeypatch.setattr(applying, "_KEYS", keys)
    for _ in range(25):
        rules = tuple(
            Rule(id=f"r{number}", show="scene", reason="it holds", needs_consent=dice.random() < 0.2, when=When(
                **{name: dice.choice(_WANTED[name]) for name in dice.sample(sorted(_WANTED), dice.randint(0, 3))}
            ))
            for number in range(12)
        )  # fmt: skip
        campaign, texts = make_campaign(rules=rules), PlainTexts()
        for _ in range(60):
            found = {name: dice.choice(_FOUND.get(name, (False, True))) for name in _WANTED}
            found["usage"] = dice.choice(_FOUND["usage_percent_to"])
            who = SimpleNamespace(consents=SimpleNamespace(offers=found["offers"]))
            at: Any = SimpleNamespace(found=found, campaign=campaign, customer=who, book=SimpleNamespace(texts=texts))
            assert apply_rules(at).spoke == tuple(one.id for one in rules if holds(one, at))


def test_a_rule_that_says_a_value_says_each_customers_own(case: Case) -> None:
    say = {"title": "Use", "body": "You used {quantity}."}
    campaign = make_campaign(rules=(Rule(id="use", show="tip", reason="it holds", say=say),))
    texts, keys = PlainTexts(), Keyring.from_secret(bytes(range(32)))
    said = []
    for quantity in ("171", "172", "171"):
        use = case.customer.consumption[0].model_copy(update={"quantity": Decimal(quantity)})
        one = case.customer.model_copy(update={"consumption": (use,)})
        tips = apply_rules(Case.of(one, one.bills[0], campaign, texts, NOW, keys)).tips
        said.append(str(tips[0].body))
    assert said[0] == said[2] != said[1]


def test_what_is_kept_of_rulings_is_bounded(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "MOST_KNOWN", 2)
    campaign = make_campaign(rules=(Rule(id="r", when=When(month=(1,)), hide="tips", reason="x"),))
    texts, keys = PlainTexts(), Keyring.from_secret(bytes(range(32)))
    for month in range(1, 9):
        bill = case.bill.model_copy(update={"period": None, "issued_on": date(2026, month, 3)})
        at = Case.of(case.customer, bill, campaign, texts, NOW, keys)
        assert ("tips" in apply_rules(at).hidden) is (month == 1)
        assert len(applying._book_of(campaign, texts).known) <= 2


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
