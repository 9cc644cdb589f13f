"""`billcast decide`: a table by key, files for other systems, one decision in full."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from engine.commands import app
from engine.insight.decision_row import COLUMNS
from tests.engine.insight.policy.people import STARTER, bill, person, sent

NOW = "2026-11-06T08:00:00Z"


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    people = [
        person(bill(late=-18, age=3, amount="137.77"), key="FRESH"),
        person(bill(late=25, age=50, amount="137.77"), key="LATE", interactions=[sent(20)]),
        person(flags={"deceased": True}, key="GONE"),
        person(bill(late=50, age=80), key="CALLED"),
    ]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(one.model_dump_json(exclude_defaults=True) + "\n" for one in people))
    return path


def decide(path: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["decide", str(path), "--campaign", str(STARTER), "--now", NOW, *more])


def test_each_customer_is_a_row_with_what_is_done_and_why(customers: Path) -> None:
    said = decide(customers)
    assert said.exit_code == 0, said.output
    rows = {line.split()[0]: line for line in said.output.splitlines() if line.split()[:1] and line.startswith(
        ("FRESH", "LATE", "GONE", "CALLED"))}  # fmt: skip
    assert "new-bill" in rows["FRESH"]
    assert "firm-20" in rows["LATE"]
    assert "firm" in rows["LATE"].split()
    assert "silent" in rows["GONE"]
    assert "call-45" in rows["CALLED"]
    assert "4 customers: 2 send, 1 silent, 1 call" in said.output
    assert "silent 1 (deceased)" in said.output
    assert "call_back" in said.output
    assert "calendar" in said.output


@pytest.mark.parametrize("more", [[], ["--explain", "LATE"]])
def test_nothing_personal_and_no_amount_is_printed(customers: Path, more: list[str]) -> None:
    said = decide(customers, *more).output
    for secret in ("Ada", "Private", "private.example", "137", "Via "):
        assert secret not in said


def test_one_decision_is_told_in_full(customers: Path) -> None:
    said = " ".join(decide(customers, "--explain", "LATE").output.split())
    assert "stage firm-20" in said
    assert "easy-10 no: its days are 10 to 19" in said
    assert "firm-20 fits" in said
    assert "call-45 not looked at: an earlier one decided" in said
    assert "deceased no" in said
    assert "instalments 4 parts, the first by 2026-11-20" in said
    assert "overdue yes, 25 days" in said


def test_a_brake_is_told_as_such(customers: Path) -> None:
    said = " ".join(decide(customers, "--explain", "GONE").output.split())
    assert "deceased holds (silent): the customer has died: nothing is sent" in said
    assert "new-bill not looked at: a brake decided" in said


def test_decisions_are_written_for_other_systems_and_for_the_owner_alone(customers: Path, tmp_path: Path) -> None:
    out, table = tmp_path / "decisions.jsonl", tmp_path / "decisions.csv"
    assert decide(customers, "--out", str(out), "--csv", str(table)).exit_code == 0
    rows: list[dict[str, Any]] = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["key"] for row in rows] == ["FRESH", "LATE", "GONE", "CALLED"]
    late = rows[1]
    assert (late["stage"], late["group"], late["decided_at"]) == ("firm-20", "unknown", NOW)
    assert late["refused"][0]["what"] == "stage new-bill"
    with table.open(newline="") as file:
        found = list(csv.DictReader(file))
    assert tuple(found[0]) == COLUMNS
    assert [row["stage"] for row in found] == ["new-bill", "firm-20", "", "call-45"]
    assert found[1]["offers"] == "instalments; person_to_call"
    for path in (out, table):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "Private" not in path.read_text()
        assert "137.77" not in path.read_text()


def test_a_file_that_can_not_be_written_is_said(customers: Path, tmp_path: Path) -> None:
    said = decide(customers, "--out", str(customers / "d.jsonl"))
    assert said.exit_code == 1
    assert "D153" in str(said.exception)


def test_rows_are_printed_up_to_a_bound_and_all_are_counted(customers: Path) -> None:
    said = decide(customers, "--rows", "1").output
    assert "FRESH" in said
    assert "LATE" not in said
    assert "… and 3 more" in said
    assert "4 customers:" in said


def test_one_customer_or_the_first_few_may_be_asked_for(customers: Path) -> None:
    assert "1 customer: 1 call" in decide(customers, "--customer", "CALLED").output
    assert "2 customers:" in decide(customers, "--limit", "2").output
    unknown = decide(customers, "--customer", "NOBODY")
    assert "B102" in str(unknown.exception)


def test_a_faulty_record_is_set_aside_and_the_rest_decided(customers: Path) -> None:
    customers.write_text('{"key": "BROKEN"}\n' + customers.read_text())
    said = decide(customers)
    assert said.exit_code == 3
    assert "4 customers:" in said.output
    assert "1 record set aside:" in said.output


def test_brackets_of_keys_and_conditions_are_printed_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(person(bill(late=25, age=50), key="[red]K[/red]").model_dump_json(exclude_defaults=True))
    assert "[red]K[/red]" in decide(path).output
    assert "`group = [unable]` does not hold" in decide(path, "--explain", "[red]K[/red]").output


def test_no_cell_of_the_csv_file_is_a_formula(tmp_path: Path) -> None:
    path, out = tmp_path / "in.jsonl", tmp_path / "out.csv"
    path.write_text(person(bill(), key="=1+1").model_dump_json(exclude_defaults=True))
    assert decide(path, "--csv", str(out)).exit_code == 0
    assert out.read_text().splitlines()[1].startswith("'=1+1,")


def test_a_set_without_a_policy_is_refused(customers: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "set"
    shutil.copytree(STARTER, folder)
    (folder / "policy.toml").unlink()
    said = CliRunner().invoke(app, ["decide", str(customers), "--campaign", str(folder), "--now", NOW])
    assert "D140" in str(said.exception)


def test_a_day_that_holds_more_than_it_can_take_is_said(customers: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "set"
    shutil.copytree(STARTER, folder)
    with (folder / "policy.toml").open("a") as file:
        file.write("\n[contact.capacity]\nphone = 1\nsms = 1\nemail = 1\n")
    many = tmp_path / "many.jsonl"
    many.write_text("".join(
        person(bill(late=50, age=80), key=f"K{n}").model_dump_json(exclude_defaults=True) + "\n" for n in range(12)
    ))  # fmt: skip
    said = CliRunner().invoke(app, ["decide", str(many), "--campaign", str(folder), "--now", NOW]).output
    assert "more than the day can take" in said


@pytest.mark.parametrize("columns", ["80", "120"])
def test_the_reason_is_shown_whatever_the_width(customers: Path, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr("engine.commands.decide._PLAIN_WIDTH", int(columns))
    said = decide(customers).output
    assert "A new bill came" in said
    assert all(len(line.rstrip()) <= int(columns) for line in said.splitlines())
    assert ("firm " in said) == (columns == "120"), "a narrow table goes without the tone"
