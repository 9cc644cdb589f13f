"""Tasks as files: lines of JSON, CSV, and a calendar that the parser of the package `icalendar` reads."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from io import StringIO

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.insight.tasks.export import COLUMNS, WRITERS, Telling
from engine.model.outreach import Task, TaskKind

TODAY = date(2026, 11, 6)
TOLD = Telling(datetime(2026, 11, 6, 9, tzinfo=UTC), TODAY, "bills.northlight.example")
# All that is text, control characters left out: a calendar can't hold them.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120)


def make(key: str = "K-1", reason: str = "asked", owner: str = "care", **more) -> Task:
    known = {"due_on": date(2026, 11, 4), "bill_number": "B-1", "urgency": 2, "score": 0.123456, **more}
    return Task("0123456789", key, TaskKind.CALL_BACK, owner=owner, reason=reason, **known)


def written(ending: str, *tasks: Task) -> str:
    file = StringIO(newline="")
    WRITERS[ending](file, tasks, TOLD)
    return file.getvalue()


def parsed(*tasks: Task) -> list[icalendar.Todo]:
    return list(icalendar.Calendar.from_ical(written(".ics", *tasks).encode()).walk("VTODO"))


def test_a_line_of_json_holds_every_column_by_name() -> None:
    (line,) = written(".jsonl", make()).splitlines()
    row = json.loads(line)
    assert tuple(row) == COLUMNS
    assert (row["days_over"], row["score"], row["due_on"]) == (2, 0.1235, "2026-11-04")


def test_the_csv_has_the_same_columns_and_runs_no_formula() -> None:
    rows = list(csv.reader(StringIO(written(".csv", make("=1+1", "@x, y"), make(" -2")), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert (rows[1][1], rows[1][-1], rows[2][1]) == ("'=1+1", "'@x, y", "' -2")


def test_a_task_that_is_not_due_is_no_day_over() -> None:
    assert json.loads(written(".jsonl", make(due_on=TODAY)))["days_over"] == 0


def test_a_parser_reads_the_to_do_with_its_day_state_and_urgency() -> None:
    (todo,) = parsed(make())
    assert todo["UID"] == "0123456789@bills.northlight.example"
    assert todo.decoded("DUE") == date(2026, 11, 4)
    assert todo.decoded("DTSTAMP") == TOLD.now
    assert todo["SUMMARY"] == "Call back: K-1"
    assert todo["DESCRIPTION"] == "Bill B-1\nasked"
    assert (todo["STATUS"], int(todo["PRIORITY"])) == ("NEEDS-ACTION", 2)
    assert todo["CATEGORIES"].cats == ["call_back", "care"]


def test_a_done_task_is_completed_for_the_calendar() -> None:
    assert [todo["STATUS"] for todo in parsed(make(state="done"), make(state="cancelled"))] == [
        "COMPLETED",
        "CANCELLED",
    ]


def test_each_kind_has_a_title() -> None:
    tasks = [Task("1", "K", kind, TODAY, "o", "r") for kind in TaskKind]
    assert len({str(todo["SUMMARY"]) for todo in parsed(*tasks)}) == len(TaskKind)


def test_a_calendar_without_tasks_is_whole() -> None:
    assert parsed() == []
    assert written(".ics").splitlines()[-1] == "END:VCALENDAR"


@given(key=TEXTS, reason=TEXTS, owner=TEXTS)
def test_any_text_comes_back_from_the_calendar_and_no_line_is_too_long(key, reason, owner) -> None:
    text = written(".ics", make(key, reason, owner))
    assert text.endswith("\r\n")
    lines = text.split("\r\n")
    assert not any("\r" in line or "\n" in line for line in lines)
    assert max(len(line.encode()) for line in lines) <= 75
    (todo,) = parsed(make(key, reason, owner))
    assert todo["SUMMARY"] == f"Call back: {key}"
    assert todo["DESCRIPTION"] == f"Bill B-1\n{reason}"


def test_what_a_calendar_cannot_hold_becomes_a_blank() -> None:
    (todo,) = parsed(make("K\x00\x1b1", "one\r\ntwo\rthree"))
    assert todo["SUMMARY"] == "Call back: K  1"
    assert todo["DESCRIPTION"] == "Bill B-1\none\ntwo\nthree"


@pytest.mark.parametrize("letter", ["a", "é", "€", "😀"])
def test_a_long_text_is_folded_to_lines_that_are_as_long_as_they_may_be(letter: str) -> None:
    text = written(".ics", make(reason=letter * 400))
    sizes = [len(line.encode()) for line in text.split("\r\n") if line.startswith(" ")]
    assert max(sizes) <= 75
    assert sum(size >= 72 for size in sizes) >= len(sizes) - 1
    (todo,) = parsed(make(reason=letter * 400))
    assert todo["DESCRIPTION"] == f"Bill B-1\n{letter * 400}"


def test_two_letters_of_one_character_are_not_torn_apart() -> None:
    text = written(".ics", make(reason="é" * 100))
    for line in text.encode().split(b"\r\n"):
        line.decode()
