"""The order of tasks."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from engine.insight.tasks.queue import TaskCount, TaskQueue
from engine.model.outreach import Task, TaskKind

TODAY = date(2026, 11, 6)
CALL, PLAN = TaskKind.CALL_BACK, TaskKind.APPROVE_PLAN


def make(id_: str, due: int = 10, *, urgency: int = 5, score: float = 0.0, kind: TaskKind = CALL, owner="care") -> Task:
    return Task(id_, f"K-{id_}", kind, date(2026, 11, due), owner, "r", "open", "", urgency, score)


def ordered(*tasks: Task) -> list[Task]:
    with TaskQueue(TODAY) as queue:
        for task in tasks:
            queue.add(task)
        return list(queue)


def test_overdue_ones_come_first_then_urgency_then_score_then_day() -> None:
    first = make("e", 5, urgency=9)
    second = make("d", 20, urgency=1)
    third = make("c", 20, urgency=2, score=0.9)
    fourth = make("b", 7, urgency=2, score=0.2)
    fifth = make("a", 8, urgency=2, score=0.2)
    assert ordered(fifth, fourth, third, second, first) == [first, second, third, fourth, fifth]


def test_a_task_due_today_is_not_overdue() -> None:
    today, over = make("a", 6), make("b", 5)
    with TaskQueue(TODAY) as queue:
        queue.add(today)
        assert queue.overdue == 0
        queue.add(over)
        assert queue.overdue == 1


def test_an_id_stands_once_as_it_came_first() -> None:
    assert ordered(make("a", 10), make("a", 12)) == [make("a", 10)]


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(1, 9), st.floats(0, 1)), max_size=12), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_records(rows, chance) -> None:
    tasks = [make(f"{n}", due, urgency=urgency, score=score) for n, (due, urgency, score) in enumerate(rows)]
    mixed = list(tasks)
    chance.shuffle(mixed)
    assert ordered(*tasks) == ordered(*mixed)
    assert sorted(ordered(*tasks), key=lambda task: task.id) == sorted(tasks, key=lambda task: task.id)


def test_the_sums_tell_what_each_group_has_to_do() -> None:
    with TaskQueue(TODAY) as queue:
        for task in (make("a", 9), make("b", 5, kind=PLAN, owner="credit"), make("c", 8), make("d", 7, owner="night")):
            queue.add(task)
        assert len(queue) == 4
        assert queue.counts() == (
            TaskCount(PLAN, "credit", 1, 1, date(2026, 11, 5)),
            TaskCount(CALL, "care", 2, 0, date(2026, 11, 8)),
            TaskCount(CALL, "night", 1, 0, date(2026, 11, 7)),
        )
