"""Tasks: one for each need of a customer, whatever the day on which it is met again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from engine.insight.calendar.open_days import country_of, working_day
from engine.model.customer import Customer
from engine.model.outreach import Task, TaskKind
from engine.model.policy.tasks import TaskRule, TaskTerms

OPEN, DONE, CANCELLED = "open", "done", "cancelled"
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


def task_id(key: str, kind: TaskKind, bill_number: str = "") -> str:
    """Return the id of a need: 20 hexadecimal digits, the same in every run. It tells nothing of the customer."""
    need = f"{key}\0{kind.value}\0{bill_number}".encode()
    return hashlib.blake2b(need, digest_size=_ID_BYTES, person=b"task").hexdigest()


def recorded_tasks(customer: Customer, today: date, terms: TaskTerms, *, time_zone: str = "Europe/Rome") -> list[Task]:
    """Return the tasks that the record holds, of the kinds that the policy knows; those done or cancelled too.

    What the record leaves open (owner, day, id) is as for a task that is raised today.
    """
    found: list[Task] = []
    for one in customer.tasks:
        kind = kind_of(one.kind)
        if kind is not None:
            task = task_of(customer.key, kind, IN_THE_RECORD, today, terms, bill_number=one.bill_number or "",
                           time_zone=time_zone)  # fmt: skip
            found.append(replace(task, due_on=one.due_on or task.due_on, owner=one.owner or task.owner,
                                 state=one.state.value))  # fmt: skip
    for event in customer.interactions:
        if event.kind == "task" and (kind := kind_of(event.note or "")) is not None:
            task = task_of(customer.key, kind, IN_THE_RECORD, today, terms, bill_number=event.bill_number or "",
                           time_zone=time_zone)  # fmt: skip
            found.append(replace(task, due_on=event.due_on or task.due_on, state=DONE if event.done else OPEN))
    return found


def merged(raised: Iterable[Task], recorded: Iterable[Task]) -> tuple[Task, ...]:
    """Return what is still to be done: each need once, by the record's day and owner where it knows of it.

    A need that is done or cancelled is not raised again.
    """
    known: dict[str, Task] = {}
    for task in recorded:
        earlier = known.get(task.id)
        if earlier is None or earlier.state == OPEN:
            known[task.id] = task
    tasks = dict(known)
    for task in raised:
        tasks.setdefault(task.id, task)
    return tuple([task for task in tasks.values() if task.state == OPEN])


def kind_of(words: str) -> TaskKind | None:
    """Return the kind that a record's word, or the first word of its note, names; None for any other."""
    word = words.split(maxsplit=1)[0].strip(":,.").lower().replace("-", "_") if words.strip() else ""
    return TaskKind(word) if word in TaskKind.__members__.values() else None
