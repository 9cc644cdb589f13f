"""Stages: the first that fits decides; days, conditions, waiting, arms; every refusal says why."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.insight.policy import load_policy
from engine.insight.policy.conditions import _MAKERS
from engine.model.outreach import Action, Outreach
from engine.model.policy.stages import Conditions
from engine.model.policy.whole import Policy
from tests.engine.insight.policy.people import NOW, STARTER, TODAY, advisor, answer, bill, person, sent, stages

EARLY = 'id = "early"\nto_day = 9'
LATE = 'id = "late"\nfrom_day = 10\nto_day = 19'
LAST = 'id = "last"\nfrom_day = 20'


def decided(policy: Policy, *bills: dict[str, Any], **more: Any) -> Outreach:
    return advisor(policy).advise(person(*bills, **more), NOW)


@cache
def starter() -> Policy:
    """The starter policy."""
    policy = load_policy(STARTER)
    assert policy is not None
    return policy


def refusals(made: Outreach) -> dict[str, str]:
    return {one.what: one.why for one in made.refused}


@pytest.mark.parametrize(
    ("late", "stage"),
    [(-30, "early"), (0, "early"), (9, "early"), (10, "late"), (19, "late"), (20, "last"), (600, "last")],
)
def test_days_count_from_the_due_date(late: int, stage: str) -> None:
    assert decided(stages(EARLY, LATE, LAST), bill(late=late, age=late + 40)).stage == stage


def test_the_oldest_due_date_counts() -> None:
    made = decided(stages(EARLY, LATE, LAST), bill("B1", late=25, age=50), bill("B2", late=-10, age=3))
    assert made.stage == "last"
    assert dict(made.facts)["day"] == "25"


def test_a_bill_without_a_due_date_fits_stages_without_days_only() -> None:
    undated = bill(late=None, age=3)
    assert decided(stages(EARLY, LATE), undated).stage == ""
    assert decided(stages(EARLY, 'id = "any"'), undated).stage == "any"


def test_the_first_stage_that_fits_wins_and_ties_go_by_order() -> None:
    assert decided(stages('id = "one"', 'id = "two"')).stage == "one"
    assert decided(stages('id = "two"', 'id = "one"')).stage == "two"


def test_each_stage_before_it_says_why_not() -> None:
    made = decided(stages(EARLY, 'id = "rich"\nwhen = { amount_from = 500 }', LATE))
    assert made.stage == "late"
    assert refusals(made) == {
        "stage early": "its days are up to 9",
        "stage rich": "`amount_from = 500` does not hold",
    }


def test_where_no_stage_fits_nothing_is_done_and_said_so() -> None:
    made = decided(stages(LAST))
    assert (made.action, made.stage, made.rule) == (Action.WAIT, "", "no-stage")
    assert made.reasons == ("no stage fits today",)


# A condition as TOML, a record for which it holds, and one for which it does not.
GAS = {"code": "P", "commodity": "gas"}
SEEN = {"interactions": [sent(5)]}
CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "customer": ('["business"]', {"kind": "business"}, {}),
    "commodity": (
        '["gas"]',
        {"supply_points": [{"code": "P", "commodity": "gas"}]},
        {"supply_points": [{"code": "P"}]},
    ),
    "country": ('["DE", "AT"]', {"address": {"country": "AT"}}, {}),
    "currency": ('["RON"]', {"bills": [bill(currency="RON")]}, {}),
    "attribute": ('{ heating = "gas" }', {"attributes": {"heating": "gas"}}, {"attributes": {"heating": "oil"}}),
    "month": ("[11]", {}, {"now": NOW + timedelta(days=30)}),
    "bill": ('["reminder"]', {"bills": [bill(kind="reminder")]}, {}),
    "issued_within_days": ("5", {"bills": [bill(age=5, late=0)]}, {"bills": [bill(age=6, late=0)]}),
    "told": ("true", SEEN, {"interactions": [sent(5, "B9")]}),
    "asked": ("false", {"bills": [bill(amount="0.00")]}, {}),
    "overdue": ("true", {}, {"bills": [bill(late=0)]}),
    "credit": ("true", {"bills": [bill(amount="-12.00")]}, {}),
    "amount_from": ("120", {}, {"bills": [bill(amount="119.99")]}),
    "amount_to": ("120", {}, {"bills": [bill(amount="120.01")]}),
    "open_bills_from": ("2", {"bills": [bill("B1", age=60), bill("B2")]}, {}),
    "direct_debit": ("true", {"bills": [bill(direct_debit={"mandate": "M"})]}, {}),
    "payment_method": ('["cash"]', {"payment_method": "cash"}, {"payment_method": "card"}),
    "dunning": (
        '["first", "second"]',
        {"bills": [bill(dunning_stage="second")]},
        {"bills": [bill(dunning_stage="final")]},
    ),
    "plan": ('["broken"]', {"flags": {"payment_plan": "broken"}}, {}),
    "disputed": ("true", {"bills": [bill("B0", is_disputed=True, age=60), bill("B1")]}, {}),
    "vulnerable": ("true", {"flags": {"vulnerable": True}}, {}),
    "gentle": ("true", {"flags": {"vulnerable": True}}, {}),
    "offers": ("true", {"consents": {"offers": True, "sms": True}}, {}),
    "broken_promises_from": (
        "1",
        {"promises": [{"made_on": "2026-10-01", "due_on": "2026-10-20"}], "bills": [bill(age=60)]},
        {},
    ),
    "bill_shock_percent_from": (
        "30",
        {"bills": [bill("B0", age=60, late=40, amount="80.00"), bill("B1")]},
        {"bills": [bill("B0", age=60, late=40, amount="100.00"), bill("B1")]},
    ),
    "late_share_from": ("0.5", {"bills": [bill("B0", age=60, late=40), bill("B1")]}, {}),
    "messages_from": ("1", {"interactions": [sent(9)]}, {"interactions": [sent(10)]}),  # due ten days ago
    "messages_to": ("0", {"interactions": [sent(11)]}, SEEN),
    "group": ('["unknown"]', {}, {"flags": {"payment_plan": "broken"}, "attributes": {"hardship": "yes"}}),
    "segment": ('["winter"]', {}, {}),
    "late_risk_from": ("0.2", {}, {}),
    "late_risk_to": ("0.2", {}, {}),
    "churn_risk_from": ("0.2", {}, {}),
    "churn_risk_to": ("0.2", {}, {}),
    "feature_from": ("{ past_bills = 1 }", {"bills": [bill("B0", age=60, late=40), bill("B1")]}, {}),
    "feature_to": ("{ past_bills = 0 }", {}, {"bills": [bill("B0", age=60, late=40), bill("B1")]}),
}
UNSCORED = {
    "segment",
    "late_risk_from",
    "late_risk_to",
    "churn_risk_from",
    "churn_risk_to",
}  # not known here: never holds


def test_every_condition_is_tried_and_has_its_test() -> None:
    assert set(CASES) == set(Conditions.model_fields) == set(_MAKERS)


def _fits(name: str, record: dict[str, Any]) -> bool:
    made = dict(record)
    now = made.pop("now", NOW)
    policy = stages(f'id = "it"\nabout = "bill"\nwhen = {{ {name} = {CASES[name][0]} }}')
    return advisor(policy).advise(person(**made), now).stage == "it"


@pytest.mark.parametrize("name", sorted(set(CASES) - UNSCORED))
def test_a_condition_holds_for_those_it_names_and_for_no_others(name: str) -> None:
    assert _fits(name, CASES[name][1])
    if name != "group":
        assert not _fits(name, CASES[name][2])


@pytest.mark.parametrize("name", sorted(UNSCORED))
def test_what_is_not_known_fits_no_condition(name: str) -> None:
    assert not _fits(name, CASES[name][1])


def test_all_keys_of_a_condition_must_hold() -> None:
    both = stages('id = "both"\nwhen = { overdue = true, vulnerable = true }')
    assert decided(both).stage == ""
    assert decided(both, flags={"vulnerable": True}).stage == "both"


def test_a_stage_waits_after_the_last_message_of_any_kind() -> None:
    policy = stages('id = "it"\nwait_days = 5')
    waiting = decided(policy, interactions=[sent(4, "OTHER")])
    assert (waiting.action, waiting.stage, waiting.rule) == (Action.WAIT, "it", "wait-days")
    assert decided(policy, interactions=[sent(5, "OTHER")]).action is Action.SEND


def test_a_stage_that_said_its_word_gives_way_to_the_next() -> None:
    policy = stages('id = "once"\nfrom_day = 5\nmost = 1', 'id = "then"')
    assert decided(policy).stage == "once"
    again = decided(policy, interactions=[sent(5)])
    assert again.stage == "then"
    assert refusals(again)["stage once"] == "1 message went out in it already"


def test_messages_of_earlier_days_or_other_stages_leave_a_stage_its_word() -> None:
    policy = stages('id = "once"\nfrom_day = 5\nmost = 1', more="[debt]\nattempts_days = 0")
    assert decided(policy, interactions=[sent(6)]).stage == "once"
    assert decided(policy, interactions=[sent(2, stage="other")]).stage == "once"
    assert decided(policy, interactions=[sent(2, stage="once")]).stage == ""


def test_reminders_keep_to_the_limits_of_debt() -> None:
    often = stages('id = "it"', more="[debt]\nattempts = 2\nattempts_days = 4")
    assert decided(often, interactions=[sent(3)]).rule == "limits"
    assert decided(often, interactions=[sent(4)]).action is Action.SEND
    assert decided(often, interactions=[sent(9), sent(5)]).rule == "limits"
    small = stages('id = "it"', more="[debt.minimum]\nEUR = 150")
    below = decided(small, bill(amount="149.00"))
    assert (below.action, below.rule) == (Action.WAIT, "limits")
    assert decided(small, bill(amount="150.00")).action is Action.SEND


def test_a_bill_is_told_of_below_every_threshold() -> None:
    small = stages('id = "it"\nabout = "bill"', more="[debt.minimum]\nEUR = 150")
    assert decided(small, bill(amount="149.00", late=-20, age=2)).action is Action.SEND


def test_a_stage_that_needs_consent_passes_by_who_did_not_give_it() -> None:
    policy = stages('id = "sells"\nneeds_consent = true', 'id = "plain"')
    assert decided(policy).stage == "plain"
    assert decided(policy, consents={"offers": True, "sms": True}).stage == "sells"


EXPERIMENT = '[experiment]\nname = "words"\ncontrol_percent = 30\nvariants = [{ name = "a" }, { name = "b" }]\n'


def test_a_stage_may_stand_in_one_arm_alone_and_the_control_group_is_left_in_peace() -> None:
    policy = stages('id = "only-b"\nvariants = ["b"]', 'id = "all"', more=EXPERIMENT)
    seen: dict[str, set[tuple[str, str]]] = {}
    for number in range(60):
        made = decided(policy, key=f"K{number}")
        seen.setdefault(made.arm, set()).add((made.action.value, made.rule))
    assert seen == {"a": {("send", "all")}, "b": {("send", "only-b")}, "control": {("wait", "control")}}


def test_the_control_group_gets_its_bills_and_what_is_formal() -> None:
    tables = ('id = "bill"\nabout = "bill"\nwhen = { issued_within_days = 5 }',
              'id = "formal"\nfrom_day = 60\nchannels = ["post"]\nis_formal = true')  # fmt: skip
    policy = stages(*tables, more=EXPERIMENT)
    for number in range(20):
        assert decided(policy, bill(late=-9, age=2), key=f"K{number}").rule == "bill"
        assert decided(policy, bill(late=70, age=99), key=f"K{number}").rule == "formal"


def test_nobody_in_need_of_care_goes_without_help_for_an_experiment() -> None:
    policy = stages('id = "help"\ntone = "help"\nis_urgent = false', more=EXPERIMENT)
    for number in range(20):
        assert decided(policy, key=f"K{number}", flags={"vulnerable": True}).rule == "help"


@settings(max_examples=40, deadline=None)
@given(dice=st.randoms(use_true_random=False))
def test_the_order_of_a_record_changes_nothing(dice: Random) -> None:
    lists: dict[str, list[dict[str, Any]]] = {
        "bills": [bill("B1", late=40, age=70), bill("B2", late=12, age=40), bill("B3", late=-10, age=8)],
        "interactions": [sent(30), sent(9, "B2"), sent(7, "B3"), answer("call_back", 4, "B2"), sent(2, None)],
        "payments": [{"amount": "20.00", "paid_on": "2026-10-20"}, {"amount": "5.00", "paid_on": "2026-10-22"}],
        "promises": [
            {"made_on": "2026-10-01", "due_on": "2026-10-20"},
            {"made_on": "2026-09-01", "due_on": "2026-09-20"},
        ],
    }
    plain = person(**lists)
    shuffled = person(**{name: dice.sample(rows, len(rows)) for name, rows in lists.items()})
    for policy in (starter(), stages('id = "it"\nmost = 2', 'id = "then"')):
        assert advisor(policy).advise(shuffled, NOW) == advisor(policy).advise(plain, NOW)


@pytest.mark.parametrize(("action", "done"), [("send", Action.SEND), ("call", Action.CALL), ("wait", Action.WAIT)])
def test_a_stage_may_send_call_or_wait(action: str, done: Action) -> None:
    made = decided(stages(f'id = "it"\naction = "{action}"'))
    assert (made.action, made.rule) == (done, "it")


def test_the_policy_days_are_those_of_the_campaign() -> None:
    policy = stages('id = "due"\nfrom_day = 0\nto_day = 0', 'id = "after"\nfrom_day = 1')
    midnight = NOW.replace(hour=23, minute=30)  # the seventh in Rome
    due = bill(late=0)
    assert decided(policy, due).stage == "due"
    assert advisor(policy).advise(person(due), midnight).stage == "after"
    assert NOW.date() == TODAY
