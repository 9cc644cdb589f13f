"""The one path from a record to an outreach: steps, channel, tasks, and what no outreach may hold."""

from __future__ import annotations

import dataclasses
import math
import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.insight.advisor import Advisor
from engine.insight.risk.encoding import Bounds, Encoding, How, Term
from engine.insight.risk.inputs import Input
from engine.insight.risk.model_file import Family, Linear, Model, write_model
from engine.model.customer import ContactChannel
from engine.model.outreach import Action, Group, OfferKind, Outreach, TaskKind
from engine.model.policy.whole import Policy
from engine.model.tone import Tone
from tests.engine.insight.policy.people import (
    NOW,
    STARTER,
    TODAY,
    advisor,
    bill,
    person,
    sent,
    stages,
    starter_campaign,
)
from tests.engine.insight.risk.conftest import make_summary

opened = Advisor.open(STARTER, starter_campaign())
assert opened is not None
STARTING: Advisor = opened


def advised(*bills: dict[str, Any], **more: Any) -> Outreach:
    """What the starter policy does."""
    return STARTING.advise(person(*bills, **more), NOW)


def by(policy: Policy, *bills: dict[str, Any], **more: Any) -> Outreach:
    return advisor(policy).advise(person(*bills, **more), NOW)


def test_a_new_bill_is_sent_to_everybody() -> None:
    made = advised(bill(late=-18, age=3))
    assert (made.action, made.stage, made.tone, made.is_urgent) == (Action.SEND, "new-bill", None, True)
    assert made.contact.at is not None


@pytest.mark.parametrize(
    ("late", "stage", "tone"),
    [(-3, "before-due", Tone.FRIENDLY), (0, "due-day", Tone.FRIENDLY), (3, "friendly-3", Tone.EASY),
     (10, "easy-10", Tone.EASY), (20, "firm-20", Tone.FIRM), (45, "call-45", None), (60, "people-60", None)],
)  # fmt: skip
def test_the_starter_policy_goes_step_by_step(late: int, stage: str, tone: Tone | None) -> None:
    made = advised(bill(late=late, age=late + 30))
    assert (made.stage, made.rule, made.tone) == (stage, stage, tone)
    assert made.action is (Action.CALL if late >= 45 else Action.SEND)


def test_the_starter_policy_sends_a_formal_notice_only_after_reminders_and_by_billings_word() -> None:
    final = bill(late=70, age=100, dunning_stage="final")
    reminded = {"interactions": [sent(50), sent(30)]}
    made = advised(final, **reminded)
    assert (made.stage, made.is_formal, made.contact.channel) == ("notice-60", True, ContactChannel.POST)
    assert [offer.kind for offer in made.offers] == [OfferKind.PERSON_TO_CALL]
    assert advised(final).stage == "people-60"
    assert advised(bill(late=70, age=100), **reminded).stage == "people-60"
    assert advised(final, flags={"vulnerable": True}, **reminded).stage == "people-60"


def test_whom_nothing_may_press_gets_help_in_place_of_firm_words() -> None:
    made = advised(bill(late=25, age=50), flags={"vulnerable": True})
    assert (made.stage, made.tone, made.is_urgent) == ("help-20", Tone.HELP, False)
    assert {task.kind for task in made.tasks} == {TaskKind.REVIEW_HARDSHIP}
    disputed = advised(bill("B0", late=60, age=90, is_disputed=True), bill("B1", late=25, age=50))
    assert (disputed.stage, disputed.tone, disputed.is_urgent) == ("gentle-20", Tone.EASY, False)
    assert TaskKind.CHECK_DISPUTE in {task.kind for task in disputed.tasks}


def test_one_statement_serves_all_open_bills() -> None:
    made = advised(bill("B1", late=40, age=70, amount="80.00"), bill("B2", late=-18, age=3, amount="20.00"))
    assert made.stage == "new-bill"
    assert made.statement.asked == Decimal("100.00")
    assert [item.number for item in made.statement.items] == ["B1", "B2"]


def test_the_same_record_policy_and_time_give_the_same_outreach() -> None:
    assert advised(bill(late=25)) == advised(bill(late=25))
    again = Advisor.open(STARTER, starter_campaign())
    assert again is not None
    assert again.advise(person(bill(late=25)), NOW) == advised(bill(late=25))


def test_who_has_no_bill_is_told_nothing() -> None:
    made = STARTING.advise(person().model_copy(update={"bills": ()}), NOW)
    assert (made.action, made.rule, made.profile.group) == (Action.SILENT, "no-bill", Group.UNKNOWN)


def test_a_bill_dated_ahead_is_no_fault() -> None:
    assert advised(bill(late=-40, age=-2)).action is Action.SEND


def test_a_stage_uses_no_channel_without_consent() -> None:
    policy = stages('id = "it"\nchannels = ["sms", "email"]')
    assert by(policy, consents={"sms": False, "email": True}).contact.channel is ContactChannel.EMAIL
    made = by(policy, consents={"post": False})
    assert (made.action, made.rule, made.contact.channel) == (Action.WAIT, "no-contact", None)
    assert [task.kind for task in made.tasks] == [TaskKind.CHECK_CONTACT]


def test_the_cap_on_messages_holds_reminders_back_but_no_bill() -> None:
    busy = {"interactions": [sent(1, "OTHER"), sent(2, "OTHER")]}
    made = by(stages('id = "it"', more="[debt]\nattempts_days = 0"), **busy)
    assert (made.action, made.rule, made.reasons[0]) == (Action.WAIT, "cap", "this week's messages have gone out")
    assert by(stages('id = "it"\nabout = "bill"'), **busy).action is Action.SEND


@pytest.mark.parametrize("day", range(10, 20))
def test_a_message_of_a_stage_goes_out_on_a_day_of_the_stage_or_not_at_all(day: int) -> None:
    policy = stages('id = "it"\nfrom_day = 10\nto_day = 19\nis_urgent = false')
    for number in range(20):
        made = by(policy, bill(late=day, age=day + 20), key=f"K{number}")
        if made.action is Action.SEND:
            assert made.contact.at is not None
            assert day + (made.contact.at.date() - TODAY).days <= 19
        else:
            assert (made.action, made.rule, made.contact.at) == (Action.WAIT, "no-day", None)
            assert made.reasons[0] == "no sending day is left in the stage"


def test_what_ends_on_a_sunday_is_not_said_on_monday() -> None:
    policy = stages('id = "it"\nto_day = -1\nchannels = ["email"]', more="[contact.weights]\nsaturday = 0")
    sunday = bill(late=-3, age=20)  # today is a Friday: the stage lasts until Sunday
    assert by(policy, sunday).contact.at is not None
    saturday = NOW + timedelta(days=1)
    made = advisor(policy).advise(person(sunday), saturday)
    assert (made.action, made.rule) == (Action.WAIT, "no-day")


def test_a_formal_notice_goes_by_post_whatever_the_stage_says() -> None:
    made = by(stages('id = "it"\nfrom_day = 1\nis_formal = true\nchannels = ["email"]'), preferred_channel="email")
    assert (made.contact.channel, made.is_formal) == (ContactChannel.POST, True)
    paperless = by(stages('id = "it"\nfrom_day = 1\nis_formal = true'), flags={"paperless": True})
    assert paperless.contact.channel is ContactChannel.POST


def test_a_call_is_a_task_for_a_person_at_a_time() -> None:
    made = by(stages('id = "it"\naction = "call"'))
    assert (made.action, made.contact.channel) == (Action.CALL, ContactChannel.PHONE)
    assert made.contact.at is not None
    assert [(task.kind, task.bill_number) for task in made.tasks] == [(TaskKind.CALL_BACK, "B1")]


def test_who_may_not_be_phoned_is_still_given_to_a_person_who_is_told_so() -> None:
    made = by(stages('id = "it"\naction = "call"'), consents={"phone": False})
    assert (made.action, made.contact.channel, made.contact.at) == (Action.CALL, None, None)
    assert [task.kind for task in made.tasks] == [TaskKind.CALL_BACK]
    assert dict(made.contact.refused)["phone"] == "no consent"


def test_where_the_phone_is_the_channel_a_person_calls() -> None:
    made = by(stages('id = "it"\nchannels = ["phone"]'))
    assert (made.action, made.rule) == (Action.CALL, "it")
    assert [task.kind for task in made.tasks] == [TaskKind.CALL_BACK]


def test_a_need_is_given_out_once_and_not_again_when_it_is_done() -> None:
    call = stages('id = "it"\naction = "call"')
    done = {"kind": "call_back", "bill_number": "B1", "state": "done", "done_at": NOW.isoformat()}
    assert by(call, tasks=[done]).tasks == ()
    open_ = done | {"state": "open", "done_at": None, "due_on": str(TODAY - timedelta(days=1)), "id": "T-9"}
    tasks = by(call, tasks=[open_]).tasks
    assert [(task.kind, task.due_on) for task in tasks] == [(TaskKind.CALL_BACK, TODAY - timedelta(days=1))]


def test_the_policy_version_and_the_arm_stay_with_the_decision() -> None:
    arms = '[experiment]\nname = "x"\ncontrol_percent = 0\nvariants = [{ name = "a" }, { name = "b" }]'
    policy = stages('id = "it"', more=arms)
    made = by(policy)
    assert made.policy == "1"
    assert made.arm in ("a", "b")
    assert dict(made.facts)["arm"] == made.arm


def test_what_a_decision_says_names_nobody_and_no_amount() -> None:
    secrets = ("Ada", "Private", "private.example", "000 0000", "137.77", "Via Privata")
    for late in range(-30, 120, 5):
        for flags in ({}, {"vulnerable": True}, {"payment_plan": "kept"}, {"disputed": True}):
            made = advised(bill(late=late, age=late + 31, amount="137.77"), flags=flags, interactions=[sent(40)])
            said = [*made.reasons, *(text for fact in made.facts for text in fact), *made.contact.reasons,
                    *made.profile.reasons, *(f"{one.what} {one.why}" for one in made.refused),
                    *(task.reason for task in made.tasks), *(offer.reason for offer in made.offers)]  # fmt: skip
            assert made.reasons, "every decision has a reason"
            for secret in secrets:
                assert not any(secret in text for text in said)


def test_a_time_without_an_offset_is_refused_by_python_itself() -> None:
    aware = datetime(2026, 11, 6, 8, tzinfo=UTC)
    assert advised(bill(late=12)) == STARTING.advise(person(bill(late=12)), aware)


def test_an_outreach_is_a_value() -> None:
    made = advised()
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.stage = "other"  # type: ignore[misc]  # that it can't is the point


def late_model() -> Model:
    """A model of one input: the more bills were late, the likelier is the next."""
    share = Input(name="late_share", words="share of bills paid late", phrase="paid {late_share} late", unit="share")
    encoding = Encoding(inputs=(share,), bounds=(Bounds(high=1),), terms=(Term(input=0, how=How.VALUE),))
    return Model(name="late", version="m1", family=Family.LOGISTIC, encoding=encoding,
                 linear=Linear(intercept=-2, weights=(4,)), summary=make_summary())  # fmt: skip


def test_a_model_that_the_policy_names_scores_and_the_decision_keeps_its_reasons(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    shutil.copytree(STARTER, folder)
    write_model(late_model(), folder / "late.json")
    with (folder / "policy.toml").open("a") as file:
        file.write('\n[scores]\nlate = "late.json"\n')
    advisor = Advisor.open(folder, starter_campaign())
    assert advisor is not None
    past = [bill(f"P{n}", late=30 * n, age=30 * n + 20, amount="50.00") for n in (2, 3, 4)]
    paid = [{"amount": "50.00", "paid_on": str(TODAY - timedelta(days=35)), "bill_number": f"P{n}"} for n in (2, 3, 4)]
    made = advisor.advise(person(*past, bill(late=-18, age=3), payments=paid), NOW)
    (score,) = made.scores
    assert (score.name, score.model) == ("late", "m1")
    assert score.probability == pytest.approx(1 / (1 + math.exp(-2)))
    assert score.reasons
    assert dict(made.facts)["risk: late"] == "0.88"


def test_the_features_that_nobody_reads_change_no_decision() -> None:
    whole = Advisor.open(STARTER, starter_campaign())
    assert whole is not None
    assert not STARTING._reads_all
    whole._reads_all = True
    for late in (-10, -2, 0, 5, 15, 30, 50, 70):
        for more in ({}, {"flags": {"vulnerable": True}}, {"interactions": [sent(late - 1)]}):
            one = person(bill("A", late=late + 365, age=late + 400), bill("B1", late=late, age=late + 20), **more)
            assert STARTING.advise(one, NOW) == whole.advise(one, NOW)


def test_a_policy_that_names_other_features_gets_them() -> None:
    few = stages('id = "a"\nabout = "bill"\nwhen = { feature_from = { late_share = 0.9 } }')
    many = stages('id = "a"\nabout = "bill"\nwhen = { feature_from = { fixed_share = 0.9 } }')
    assert not advisor(few)._reads_all
    assert advisor(many)._reads_all
