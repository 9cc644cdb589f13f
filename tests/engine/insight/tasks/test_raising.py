"""Tasks: their ids, their days, and what the record makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.insight.tasks import merged, task_of
from engine.model.outreach import TaskKind
from engine.model.policy.tasks import TaskTerms

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
