"""Tasks in the order in which they are to be done, however many there are.

    1 overdue ones
    2 by urgency, 1 first
    3 by score, the highest first
    4 by day, key and id

A SQLite database without a name: on disk once it outgrows its page cache, gone when it is closed.
Memory: the page cache, 8 MiB, and one number a kind and owner.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Self

from engine.model.outreach import Task, TaskKind
from engine.model.quick import quick

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192; PRAGMA temp_store = FILE;
CREATE TABLE task (
    is_later INTEGER, urgency INTEGER, less REAL, due_on TEXT, key TEXT, id TEXT PRIMARY KEY, kind TEXT,
    owner TEXT, reason TEXT, state TEXT, bill_number TEXT
) WITHOUT ROWID;
"""


@quick
@dataclass(frozen=True, slots=True)
class TaskCount:
    """How many tasks of one kind a group of people has."""

    kind: TaskKind
    owner: str
    count: int
    overdue: int
    first_due: date


class TaskQueue:
    """The open tasks of a cycle as of `today`. A context manager; iterating it gives the tasks in order."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.executescript(_SCHEMA)
        self._base.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()

    def add(self, task: Task) -> None:
        """Take in a task; one of an id that is known already changes nothing."""
        self._base.execute(
            "INSERT OR IGNORE INTO task VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (task.due_on >= self.today, task.urgency, 0.0 - task.score, task.due_on.isoformat(), task.key, task.id,
             task.kind.value, task.owner, task.reason, task.state, task.bill_number),
        )  # fmt: skip

    def __iter__(self) -> Iterator[Task]:
        rows = self._base.execute(
            "SELECT id, key, kind, due_on, owner, reason, state, bill_number, urgency, 0.0 - less FROM task "
            "ORDER BY is_later, urgency, less, due_on, key, id"
        )
        for id_, key, kind, due_on, owner, reason, state, bill_number, urgency, score in rows:
            yield Task(id_, key, TaskKind(kind), date.fromisoformat(due_on), owner, reason, state, bill_number,
                       urgency, score)  # fmt: skip

    def __len__(self) -> int:
        return int(self._base.execute("SELECT COUNT(*) FROM task").fetchone()[0])

    @property
    def overdue(self) -> int:
        """How many tasks are past their day."""
        return int(self._base.execute("SELECT COUNT(*) FROM task WHERE NOT is_later").fetchone()[0])

    def counts(self) -> tuple[TaskCount, ...]:
        """Return the sums by kind and owner: most overdue first, then the most, then by name."""
        rows = self._base.execute(
            "SELECT kind, owner, COUNT(*) AS number, SUM(NOT is_later) AS late, MIN(due_on) FROM task "
            "GROUP BY kind, owner ORDER BY late DESC, number DESC, kind, owner"
        )
        return tuple([TaskCount(TaskKind(kind), owner, count, late, date.fromisoformat(first))
                      for kind, owner, count, late, first in rows])  # fmt: skip
