"""`billcast tasks`: the record's open tasks and the policy's, overdue ones first, keys only."""

from __future__ import annotations

import json
import shutil
from datetime import date
from io import StringIO
from pathlib import Path

import icalendar
import pytest
from rich.console import Console
from typer.testing import CliRunner

from engine.commands import app
from engine.commands.tasks import print_queue
from engine.errors import InsightError
from engine.insight.tasks.queue import TaskQueue
from engine.model.outreach import Task, TaskKind

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples" / "customers.jsonl"
SET = ROOT / "templates" / "bill-explainer"
NOW = "2026-11-06T08:00:00Z"


def run(*words: str, campaign: Path = SET, inputs: Path = SAMPLES):
    told = ["tasks", str(inputs), "--campaign", str(campaign), "--now", NOW, *words]
    return CliRunner().invoke(app, told, catch_exceptions=False)


@pytest.fixture(scope="module")
def rows(tmp_path_factory) -> list[dict]:
    out = tmp_path_factory.mktemp("tasks") / "tasks.jsonl"
    assert run("--out", str(out)).exit_code == 0
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def test_the_samples_tasks_come_in_order_overdue_first(rows) -> None:
    assert rows
    assert [row["days_over"] > 0 for row in rows] == sorted((row["days_over"] > 0 for row in rows), reverse=True)
    in_time = [(row["urgency"], -row["score"], row["due_on"]) for row in rows if not row["days_over"]]
    assert in_time == sorted(in_time)
    assert len({row["id"] for row in rows}) == len(rows)


def test_every_open_task_of_the_record_is_in_the_file(rows) -> None:
    kept = {
        (record["key"], task["kind"], task["due_on"])
        for record in map(json.loads, SAMPLES.read_text("utf-8").splitlines())
        for task in record.get("tasks", ())
        if task.get("state", "open") == "open"
    }
    assert kept
    assert kept <= {(row["key"], row["kind"], row["due_on"]) for row in rows}


def test_the_policy_raises_tasks_that_no_record_holds(rows) -> None:
    assert {row["reason"] for row in rows} > {"in the record"}


def test_neither_files_nor_screen_name_a_customer(tmp_path) -> None:
    files = [tmp_path / f"tasks{ending}" for ending in (".jsonl", ".csv", ".ics")]
    told = run(*(word for path in files for word in ("--out", str(path))))
    texts = [told.output, *(path.read_text("utf-8") for path in files)]
    records = [json.loads(line) for line in SAMPLES.read_text("utf-8").splitlines()]
    for record in records:
        name, address = record["name"], record.get("address") or {}
        for word in (name.get("family"), name.get("company"), record.get("email"), *address.get("lines", ())):
            assert not word or not any(word in text for text in texts)


def test_files_are_for_their_owner_alone(tmp_path) -> None:
    out = tmp_path / "tasks.csv"
    run("--out", str(out))
    assert out.stat().st_mode & 0o777 == 0o600


def test_the_calendar_has_as_many_to_dos_as_there_are_tasks(tmp_path, rows) -> None:
    out = tmp_path / "tasks.ics"
    run("--out", str(out))
    calendar = icalendar.Calendar.from_ical(out.read_bytes())
    assert len(calendar.walk("VTODO")) == len(rows)
    assert not calendar.errors


def test_the_screen_tells_how_many_more_there_are(rows) -> None:
    told = run("--rows", "1").output
    assert f"{len(rows)} open tasks on 2026-11-06" in told
    assert f"{len(rows) - 1} more" in told
    assert "days over" in told


def test_a_set_without_a_policy_lists_the_records_tasks(tmp_path) -> None:
    plain = shutil.copytree(SET, tmp_path / "set", ignore=shutil.ignore_patterns("policy.toml"))
    out = tmp_path / "tasks.jsonl"
    assert run("--out", str(out), campaign=plain).exit_code == 0
    found = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert found
    assert {row["reason"] for row in found} == {"in the record"}


def test_no_task_is_told_as_such(tmp_path) -> None:
    person = tmp_path / "one.jsonl"
    person.write_text('{"key": "K-1", "name": {"given": "Ada"}}\n', encoding="utf-8")
    told = run(inputs=person)
    assert told.exit_code == 0
    assert "0 open tasks" in told.output


def test_a_record_that_cannot_be_read_is_told_by_the_exit_code(tmp_path) -> None:
    person = tmp_path / "one.jsonl"
    person.write_text('{"key": "K-1", "name": 5}\n', encoding="utf-8")
    told = run(inputs=person)
    assert told.exit_code == 3
    assert "1 record set aside" in told.output


def test_a_format_that_is_not_known_is_refused_before_anything_is_read(tmp_path) -> None:
    with pytest.raises(InsightError, match="D162"):
        run("--out", str(tmp_path / "tasks.xlsx"), inputs=tmp_path / "nowhere.jsonl")


def test_a_folder_that_is_not_there_is_told(tmp_path) -> None:
    with pytest.raises(InsightError, match="D161"):
        run("--out", str(tmp_path / "nowhere" / "tasks.csv"))


def test_a_narrow_terminal_shows_whole_keys_and_leaves_out_what_has_no_room() -> None:
    console = Console(width=80, file=StringIO(), force_terminal=True, color_system=None)
    with TaskQueue(date(2026, 11, 6)) as queue:
        queue.add(Task("1", "K-0123456789", TaskKind.REVIEW_HARDSHIP, date(2026, 11, 4), "desk", "why", "open", "B-7"))
        print_queue(console, queue, 20)
    shown = console.file.getvalue()
    assert "K-0123456789" in shown
    assert "review_hardship" in shown
    assert "2 days over" in shown
    assert "B-7" not in shown
    assert max(map(len, shown.splitlines())) <= 80
