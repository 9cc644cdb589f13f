"""Hard brakes: each holds against a policy that would press everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.insight.policy.brakes import Force, brakes_of
from engine.model.outreach import Action, Outreach
from engine.model.policy.brakes import Brakes
from engine.model.tone import Tone
from tests.engine.insight.policy.people import HOSTILE, NOW, TODAY, advisor, answer, bill, person, policy_of, sent

HARSH = advisor(HOSTILE)


def decided(*bills: dict[str, Any], **more: Any) -> Outreach:
    return HARSH.advise(person(*bills, **more), NOW)


def test_the_hostile_policy_presses_whom_no_brake_protects() -> None:
    made = decided()
    assert (made.action, made.stage, made.tone, made.is_formal) == (Action.SEND, "cut-off", Tone.FORMAL, True)
    assert made.is_urgent


def test_nothing_is_sent_to_the_deceased() -> None:
    made = decided(flags={"deceased": True})
    assert (made.action, made.rule, made.contact.channel, made.offers) == (Action.SILENT, "deceased", None, ())


@pytest.mark.parametrize(
    "more", [{"flags": {"legal_hold": True}}, {"flags": {"legal_hold": True}, "bills": [bill(late=-10, age=1)]}]
)
def test_nothing_is_sent_under_a_legal_hold(more: dict[str, Any]) -> None:
    made = decided(**more)
    assert (made.action, made.rule) == (Action.SILENT, "legal-hold")


def test_an_attribute_that_the_policy_names_is_a_legal_hold() -> None:
    policy = policy_of(HOSTILE.replace("holds = {}", 'holds = { court = ["open"] }'))
    made = advisor(policy).advise(person(attributes={"court": "Open"}), NOW)
    assert (made.action, made.rule) == (Action.SILENT, "legal-hold")
    assert advisor(policy).advise(person(attributes={"court": "closed"}), NOW).action is Action.SEND


def test_reminders_stop_at_once_when_the_bill_is_paid() -> None:
    paid = [{"amount": "120.00", "paid_on": str(TODAY - timedelta(days=30)), "bill_number": "B1"}]
    made = decided(payments=paid)
    assert made.stage == "bill"  # telling of a bill is no reminder
    assert dict(made.facts)["brakes"] == "paid"


def test_a_matching_credit_note_stops_reminders() -> None:
    note = bill("C1", late=None, age=2, kind="credit_note", original_number="B1")
    assert decided(bill(), note).stage == "bill"


@pytest.mark.parametrize("attributes", [{"Legal_Hold": "Yes"}, {" INSOLVENCY ": "open "}])
def test_a_legal_hold_is_seen_however_the_crm_writes_it(attributes: dict[str, str]) -> None:
    made = advisor(policy_of(HOSTILE.replace("holds = {}", ""))).advise(person(attributes=attributes), NOW)
    assert (made.action, made.rule) == (Action.SILENT, "legal-hold")


def test_who_keeps_a_plan_is_not_reminded() -> None:
    late = decided(flags={"payment_plan": "kept"})
    assert (late.action, late.rule) == (Action.SILENT, "plan-kept")
    fresh = decided(bill(late=-18, age=3), flags={"payment_plan": "kept"})
    assert (fresh.stage, fresh.is_urgent) == ("bill", False)
    assert any("plan is kept" in reason for reason in fresh.reasons)


def test_a_bill_in_dispute_is_not_reminded_of() -> None:
    dispute = {"bill_number": "B1", "opened_on": str(TODAY - timedelta(days=3))}
    ways: list[dict[str, Any]] = [{"flags": {"disputed": True}}, {"disputes": [dispute]}]
    for way in ways:
        late = decided(**way)
        assert (late.action, late.stage) == (Action.SILENT, "")
        fresh = decided(bill(late=-18, age=3), **way)
        assert (fresh.stage, fresh.is_urgent, fresh.tone) == ("bill", False, Tone.EASY)


@pytest.mark.parametrize("more", [{"kind": "reminder", "original_number": "B0"}, {"dunning_stage": "first"}])
def test_a_document_that_reminds_by_itself_is_held_back_like_a_reminder(more: dict[str, Any]) -> None:
    ahead = bill(late=-5, age=3, **more)
    assert decided(ahead, flags={"payment_plan": "kept"}).action is Action.SILENT
    assert decided(ahead | {"is_disputed": True}).action is Action.SILENT


def test_a_dispute_about_another_bill_leaves_soft_words_for_the_rest() -> None:
    made = decided(bill("B1", late=40, age=70, is_disputed=True), bill("B2", late=10, age=30))
    assert (made.stage, made.tone, made.is_urgent) == ("nag", Tone.EASY, False)


def test_a_settled_dispute_brakes_nothing() -> None:
    closed = {"bill_number": "B1", "opened_on": str(TODAY - timedelta(days=9)), "closed_on": str(TODAY)}
    assert decided(disputes=[closed | {"outcome": "rejected"}]).stage == "cut-off"


def test_the_vulnerable_are_met_with_help_and_nothing_presses() -> None:
    made = decided(flags={"vulnerable": True})
    assert (made.stage, made.tone, made.is_urgent, made.is_formal) == ("nag", Tone.HELP, False, False)


@pytest.mark.parametrize(("ahead", "stage"), [(1, ""), (0, ""), (-1, "cut-off")])
def test_reminders_wait_for_a_promise_until_its_day(ahead: int, stage: str) -> None:
    promise = {"made_on": str(TODAY - timedelta(days=5)), "due_on": str(TODAY + timedelta(days=ahead))}
    made = decided(promises=[promise])
    assert (made.stage, made.action) == (stage, Action.SEND if stage else Action.WAIT)


def test_a_broken_promise_holds_nothing_back() -> None:
    promise = {"made_on": str(TODAY), "due_on": str(TODAY + timedelta(days=9)), "kept": False}
    assert decided(promises=[promise]).stage == "cut-off"


def test_reminders_wait_until_a_payment_is_booked() -> None:
    policy = policy_of(HOSTILE.replace("payment_days = 0", "payment_days = 3"))
    part = [{"amount": "20.00", "paid_on": str(TODAY - timedelta(days=2)), "bill_number": "B1"}]
    assert advisor(policy).advise(person(payments=part), NOW).rule == "just-paid"
    part[0]["paid_on"] = str(TODAY - timedelta(days=3))
    assert advisor(policy).advise(person(payments=part), NOW).stage == "cut-off"


@pytest.mark.parametrize("kind", ["already_paid", "disputed", "call_back", "instalments"])
def test_reminders_wait_until_a_person_has_dealt_with_an_answer(kind: str) -> None:
    made = decided(interactions=[answer(kind, 2)])
    assert (made.action, made.rule) == (Action.WAIT, "answered")
    assert decided(interactions=[answer(kind, 11)]).stage == ("nag" if kind == "disputed" else "cut-off")


def test_a_dispute_answered_to_no_bill_in_particular_keeps_from_pressing_all_the_same() -> None:
    made = decided(interactions=[answer("disputed", 11) | {"bill_number": None}])
    assert (made.stage, made.is_urgent, made.is_formal) == ("nag", False, False)


def test_a_dispute_settled_before_the_customer_wrote_again_deals_with_nothing() -> None:
    settled = {"bill_number": "B1", "opened_on": "2025-01-01", "closed_on": "2025-02-01", "outcome": "rejected"}
    made = decided(interactions=[answer("disputed", 11)], disputes=[settled])
    assert (made.stage, [task.kind.value for task in made.tasks]) == ("nag", ["check_dispute"])
    since = settled | {"closed_on": str(TODAY - timedelta(days=5))}
    assert decided(interactions=[answer("disputed", 11)], disputes=[since]).stage == "cut-off"


def test_a_call_deals_with_the_wish_for_one() -> None:
    called = answer("called", 1)
    assert decided(interactions=[answer("call_back", 2), called]).stage == "cut-off"


def test_a_message_that_reached_somebody_else_stops_everything_until_the_contact_is_checked() -> None:
    wrong = answer("wrong_person", 200)
    made = decided(interactions=[wrong])
    assert (made.action, made.rule) == (Action.SILENT, "wrong-person")
    assert [task.kind.value for task in made.tasks] == ["check_contact"]
    checked = {"kind": "check_contact", "state": "done", "done_at": NOW.isoformat()}
    assert decided(interactions=[wrong], tasks=[checked]).action is Action.SEND


def test_every_brake_is_there_whatever_the_policy_says() -> None:
    laxest = Brakes(promise_days=0, payment_days=0, answer_days=1, holds={})
    names = [brake.name for brake in brakes_of(laxest)]
    assert names == [brake.name for brake in brakes_of(Brakes())]
    assert {"deceased", "legal-hold", "paid", "plan-kept", "in-dispute", "vulnerable", "dispute"} <= set(names)
    forces = list(Force)
    ranks = [forces.index(brake.force) for brake in brakes_of(laxest)]
    assert ranks == sorted(ranks), "the strongest brakes are looked at first"


_FLAGS = st.fixed_dictionaries(
    {
        "vulnerable": st.booleans(),
        "disputed": st.booleans(),
        "deceased": st.booleans(),
        "legal_hold": st.booleans(),
        "payment_plan": st.sampled_from(["none", "kept", "broken"]),
    }
)


@settings(max_examples=150, deadline=None)
@given(
    flags=_FLAGS,
    lates=st.lists(st.integers(-20, 400), min_size=1, max_size=3),
    disputed=st.booleans(),
    paid=st.sampled_from(["0", "60.00", "120.00", "500.00"]),
    messages=st.lists(st.integers(0, 60), max_size=3),
)
def test_no_policy_lifts_a_brake(
    flags: dict[str, Any], lates: list[int], disputed: bool, paid: str, messages: list[int]
) -> None:
    bills = [bill(f"B{n}", late=late, age=late + 25, is_disputed=disputed and n == 0) for n, late in enumerate(lates)]
    payments = [{"amount": paid, "paid_on": "2026-10-01", "bill_number": "B0"}] if paid != "0" else []
    made = decided(*bills, flags=flags, payments=payments, interactions=[sent(days, "B0") for days in messages])
    if flags["deceased"] or flags["legal_hold"]:
        assert made.action is Action.SILENT
    if made.action in (Action.SILENT, Action.WAIT):
        assert made.contact.channel is None or made.contact.at is None
    if flags["vulnerable"] or flags["disputed"] or disputed:
        assert not made.is_urgent
        assert not made.is_formal
        assert made.tone not in (Tone.FIRM, Tone.FORMAL)
    if made.statement.asked <= 0 or flags["payment_plan"] == "kept" or flags["disputed"]:
        assert made.stage in ("", "bill")
