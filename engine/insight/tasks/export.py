"""Tasks for other systems: lines of JSON, CSV, or a calendar of to-dos (iCalendar). Keys only: no names, no amounts."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from engine.insight.tasks.todo import calendar_lines
from engine.model.cell import plain_cell
from engine.model.outreach import Task
from engine.model.quick import quick

COLUMNS = ("id", "key", "kind", "due_on", "days_over", "owner", "urgency", "score", "state", "bill_number", "reason")


@quick
@dataclass(frozen=True, slots=True)
class Telling:
    """When and for whom tasks are told: `today` in the campaign's time zone, `host` of its pages."""

    now: datetime
    today: date
    host: str


def write_json(file: IO[str], tasks: Iterable[Task], told: Telling) -> None:
    """Write one JSON object a line, in the order given."""
    for task in tasks:
        file.write(json.dumps(row_of(task, told.today), ensure_ascii=False) + "\n")


def write_csv(file: IO[str], tasks: Iterable[Task], told: Telling) -> None:
    """Write a header and one row a task. A text that a spreadsheet would run gets an apostrophe before it."""
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for task in tasks:
        table.writerow([plain_cell(str(value)) for value in row_of(task, told.today).values()])


def write_calendar(file: IO[str], tasks: Iterable[Task], told: Telling) -> None:
    """Write an iCalendar object with a to-do for each task; `told.host` makes the ids unique in the world."""
    file.writelines(calendar_lines(tasks, told.now, told.host))


Writer = Callable[[IO[str], Iterable[Task], Telling], None]
WRITERS: dict[str, Writer] = {".jsonl": write_json, ".csv": write_csv, ".ics": write_calendar}


def row_of(task: Task, today: date) -> dict[str, Any]:
    """Return a task by the names of `COLUMNS`; `days_over` counts days past its day, 0 until then."""
    return {
        "id": task.id,
        "key": task.key,
        "kind": task.kind.value,
        "due_on": task.due_on.isoformat(),
        "days_over": max(0, (today - task.due_on).days),
        "owner": task.owner,
        "urgency": task.urgency,
        "score": round(task.score, 4),
        "state": task.state,
        "bill_number": task.bill_number,
        "reason": task.reason,
    }
