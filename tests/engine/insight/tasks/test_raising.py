"""Tasks: their ids, their days, and what the record makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.insight.tasks import merged, recorded_tasks, task_of
from engine.insight.tasks.raising import kind_of
from engine.model.customer import Customer
from engine.model.outreach import Task, TaskKind
from engine.model.policy.tasks import TaskRule, TaskTerms

FRIDAY = date(2026, 11, 6)
TERMS = TaskTerms()


def call_back(key: str = "K-1", today: date = FRIDAY, **more):
    return task_of(key, TaskKind.CALL_BACK, "asked to be called", today, TERMS, **more)


def test_a_task_is_due_in_working_days() -> None:
    assert call_back().due_on == date(2026, 11, 9)


def test_public_holidays_are_no_working_days() -> None:
    assert call_back(today=date(2026, 12, 24)).due_on == date(2026, 12, 28)


def test_the_same_need_has_the_same_id_on_any_day_and_another_need_another() -> None:
    assert call_back().id == call_back(today=date(2027, 1, 5)).id
    plan = task_of("K-1", TaskKind.APPROVE_PLAN, "", FRIDAY, TERMS)
    others = [call_back(key="K-2"), call_back(bill_number="B-1"), plan]
    assert len({task.id for task in (call_back(), *others)}) == 4


def test_a_task_that_is_done_is_not_raised_again() -> None:
    done = replace(call_back(today=date(2026, 10, 1)), state="done")
    assert merged([call_back()], [done]) == ()


def test_an_open_task_keeps_the_day_that_the_record_holds() -> None:
    open_ = call_back(today=date(2026, 10, 1))
    assert merged([call_back()], [open_]) == (open_,)


# ------------------------------------------------------------------ what the record holds


def customer(*tasks: dict, interactions=()) -> Customer:
    known = {"key": "K-1", "name": {"given": "Ada"}, "tasks": tasks, "interactions": interactions}
    return Customer.model_validate(known)


def recorded(*tasks: dict, interactions=()) -> list[Task]:
    return recorded_tasks(customer(*tasks, interactions=interactions), FRIDAY, TERMS)


def test_the_record_keeps_its_own_day_and_owner() -> None:
    (task,) = recorded({"kind": "call_back", "owner": "night shift", "due_on": "2026-11-01"})
    assert (task.owner, task.due_on, task.state) == ("night shift", date(2026, 11, 1), "open")
    assert merged([call_back()], [task]) == (task,)


def test_what_the_record_leaves_open_is_as_for_a_new_task() -> None:
    (task,) = recorded({"kind": "call_back"})
    assert task == replace(call_back(), reason="in the record")


def test_a_task_about_another_bill_is_another_need() -> None:
    done = recorded({"kind": "check_dispute", "bill_number": "B-1", "state": "done", "done_at": "2026-11-01T10:00:00Z"})
    again, other = (
        task_of("K-1", TaskKind.CHECK_DISPUTE, "", FRIDAY, TERMS, bill_number=number) for number in ("B-1", "B-2")
    )
    assert merged([again, other], done) == (other,)


def test_a_need_comes_back_after_the_policys_days_under_a_new_id_that_stays() -> None:
    long_ago = {"kind": "call_back", "state": "done", "done_at": "2026-08-01T10:00:00Z"}
    (again,) = merged([call_back()], recorded(long_ago))
    assert again == replace(call_back(), id=again.id)
    assert again.id != call_back().id
    kept = {"kind": "call_back", "due_on": "2026-11-20"}
    (open_,) = merged([call_back()], recorded(long_ago, kept))
    assert (open_.id, open_.due_on) == (again.id, date(2026, 11, 20))
    assert merged([call_back()], recorded({**long_ago, "done_at": "2026-08-09T10:00:00Z"})) == ()


def test_a_cancelled_task_is_not_raised_again_either() -> None:
    assert merged([call_back()], recorded({"kind": "call_back", "state": "cancelled"})) == ()


def test_what_happens_after_today_is_not_known() -> None:
    later = {"kind": "call_back", "opened_at": "2026-11-07T10:00:00Z", "state": "done"}
    assert recorded(later) == []
    (task,) = recorded({"kind": "call_back", "state": "done", "done_at": "2026-11-07T10:00:00Z"})
    assert task.state == "open"


def test_a_task_among_the_interactions_is_known_by_the_first_word_of_its_note() -> None:
    at = "2026-11-02T10:00:00Z"
    open_, done = (
        recorded(interactions=[{"kind": "task", "at": at, "done": is_done, "note": "Call-back: asks for a plan"}])
        for is_done in (False, True)
    )
    assert [task.id for task in open_] == [call_back().id]
    assert merged([call_back()], done) == ()


def test_words_that_are_no_kind_are_no_task_of_ours() -> None:
    at = "2026-11-02T10:00:00Z"
    noted = [{"kind": "task", "at": at, "note": note} for note in ("visit the meter", "", "  ")]
    assert recorded({"kind": "visit"}, interactions=noted) == []
    assert kind_of("approve_plan, by Monday") is TaskKind.APPROVE_PLAN


def test_each_kind_has_its_owner_days_and_urgency() -> None:
    terms = TaskTerms(days=4, check_dispute=TaskRule(owner="meters", urgency=1))
    task = task_of("K-1", TaskKind.CHECK_DISPUTE, "r", FRIDAY, terms, score=0.7)
    assert (task.owner, task.urgency, task.due_on, task.score) == ("meters", 1, date(2026, 11, 12), 0.7)
    for kind in TaskKind:
        assert task_of("K-1", kind, "r", FRIDAY, TERMS).owner


def test_nobody_works_on_the_holidays_of_the_policys_country() -> None:
    in_france = TaskTerms(country="FR")
    tuesday = date(2026, 11, 10)  # Armistice Day comes after it
    assert task_of("K", TaskKind.CALL_BACK, "", tuesday, in_france).due_on == date(2026, 11, 12)
    assert task_of("K", TaskKind.CALL_BACK, "", tuesday, TERMS, time_zone="Europe/Paris").due_on == date(2026, 11, 12)
    assert task_of("K", TaskKind.CALL_BACK, "", tuesday, TERMS).due_on == date(2026, 11, 11)
