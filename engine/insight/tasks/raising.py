"""Tasks: one for each need of a customer, whatever the day on which it is met again.

A need is a kind of task, about one bill or the customer as a whole. Its id is made of these alone, so that
what a run raises and what the record holds come together. A need that was done is not raised again until
`again_after_days` have passed; then it is a new one, with a new id.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from engine.insight.calendar.open_days import country_of, working_day
from engine.model.customer import Customer
from engine.model.outreach import Task, TaskKind
from engine.model.policy.tasks import TaskRule, TaskTerms

OPEN, DONE, CANCELLED = "open", "done", "cancelled"
PAST = "past"  # done or cancelled so long ago that the same need would be a new one
IN_THE_RECORD = "in the record"
_ID_BYTES = 10


def task_of(
    key: str,
    kind: TaskKind,
    reason: str,
    today: date,
    terms: TaskTerms,
    *,
    bill_number: str = "",
    score: float = 0.0,
    time_zone: str = "Europe/Rome",
) -> Task:
    """Return the task of a customer's need, due in the policy's working days after `today`.

    `reason` is plain English without personal data. `bill_number` is what it is about, empty for the customer
    as a whole. `score` (0 to 1, the risk of late payment) orders tasks of one urgency. `time_zone` is the
    campaign's: its country's holidays hold where the policy names no country.
    """
    rule: TaskRule = getattr(terms, kind.value)
    days = terms.days if rule.days is None else rule.days
    due_on = working_day(today, days, terms.country or country_of(time_zone), terms.closed_days)
    return Task(task_id(key, kind, bill_number), key, kind, due_on, rule.owner, reason, OPEN,
                bill_number, rule.urgency, score)  # fmt: skip


def task_id(key: str, kind: TaskKind, bill_number: str = "", earlier: int = 0) -> str:
    """Return the id of a need: 20 hexadecimal digits, the same in every run. It tells nothing of the customer.

    `earlier` counts how often the same need was met long ago.
    """
    need = f"{key}\0{kind.value}\0{bill_number}" + (f"\0{earlier}" if earlier else "")
    return hashlib.blake2b(need.encode(), digest_size=_ID_BYTES, person=b"task").hexdigest()


def recorded_tasks(customer: Customer, today: date, terms: TaskTerms, *, time_zone: str = "Europe/Rome") -> list[Task]:
    """Return the tasks that the record holds as of `today`, of the kinds that the policy knows; closed ones too.

    What the record leaves open (owner, day) is as for a task that is raised today.
    """
    found: list[Task] = []
    for noted in _noted(customer, today):
        task = task_of(customer.key, noted.kind, IN_THE_RECORD, today, terms, bill_number=noted.bill_number,
                       time_zone=time_zone)  # fmt: skip
        state = noted.state
        if state != OPEN and noted.closed_on and today - noted.closed_on > timedelta(days=terms.again_after_days):
            state = PAST
        found.append(replace(task, due_on=noted.due_on or task.due_on, owner=noted.owner or task.owner, state=state))
    return found


def merged(raised: Iterable[Task], recorded: Iterable[Task]) -> tuple[Task, ...]:
    """Return what is still to be done: each need once, by the record's day and owner where it knows of it.

    A need that is done or cancelled is not raised again before it is `PAST`.
    """
    known: dict[str, Task] = {}
    earlier: Counter[str] = Counter()
    for task in recorded:
        if task.state == PAST:
            earlier[task.id] += 1
        elif task.id not in known or known[task.id].state == OPEN:
            known[task.id] = task
    for task in raised:
        known.setdefault(task.id, task)
    return tuple([_numbered(task, earlier[task.id]) for task in known.values() if task.state == OPEN])


def kind_of(words: str) -> TaskKind | None:
    """Return the kind that a record's word, or the first word of its note, names; None for any other."""
    word = words.split(maxsplit=1)[0].strip(":,.").lower().replace("-", "_") if words.strip() else ""
    return TaskKind(word) if word in _KINDS else None


_KINDS = frozenset(kind.value for kind in TaskKind)


class _Noted:
    """A task as the record tells it."""

    __slots__ = ("bill_number", "closed_on", "due_on", "kind", "owner", "state")

    def __init__(
        self, kind: TaskKind, bill_number: str | None, owner: str, due_on: date | None, closed_on: date | None,
        state: str,
    ) -> None:  # fmt: skip
        self.kind, self.bill_number, self.owner, self.due_on = kind, bill_number or "", owner, due_on
        self.closed_on, self.state = closed_on, state


def _noted(customer: Customer, today: date) -> Iterator[_Noted]:
    """Yield the tasks of the record that were given out by `today`; one closed later is still open."""
    for one in customer.tasks:
        kind = kind_of(one.kind)
        if kind is None or (one.opened_at is not None and one.opened_at.date() > today):
            continue
        closed_on = one.done_at.date() if one.done_at else None
        is_open = closed_on is not None and closed_on > today
        yield _Noted(kind, one.bill_number, one.owner, one.due_on, closed_on, OPEN if is_open else one.state.value)
    for event in customer.interactions:
        if event.kind != "task" or event.at.date() > today or (kind := kind_of(event.note or "")) is None:
            continue
        state = DONE if event.done else OPEN
        yield _Noted(kind, event.bill_number, "", event.due_on, event.at.date() if event.done else None, state)


def _numbered(task: Task, earlier: int) -> Task:
    return replace(task, id=task_id(task.key, task.kind, task.bill_number, earlier)) if earlier else task
