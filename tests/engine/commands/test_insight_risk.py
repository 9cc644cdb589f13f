"""`billcast insight train`, `score`, `evaluate`, `drift`, `card`, from the command line."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.commands import app
from engine.errors import InsightError, MissingPartError
from tests.engine.insight.risk.conftest import few_settings

pytest.importorskip("sklearn")

ROOT = Path(__file__).parents[3]
NOW = "2026-11-06T08:00:00Z"
MAPPING = """
meaning = "left"
target = "churn"
protected = ["age"]
unit = "who"
[label]
column = "left"
bad = ["1"]
[columns.shock]
[columns.tariff]
kind = "category"
"""


def _run(*words, code=0):
    result = CliRunner().invoke(app, ["insight", *map(str, words)])
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Return a made history, with who left written into it: those who met a dear bill, mostly."""
    path = tmp_path_factory.mktemp("history") / "history.jsonl"
    command = [sys.executable, str(ROOT / "samples/make_history.py"), "70", "--seed", "5", "--months", "24",
               "--out", str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return path


@pytest.fixture(scope="module", autouse=True)
def _few():
    yield from few_settings()


@pytest.fixture(scope="module")
def late(history, _few):
    path = history.with_name("late.json")
    said = _run("train", history, "--out", path, "--now", NOW, "--folds", 2)
    return path, said


@pytest.fixture(scope="module")
def churn_table(tmp_path_factory):
    folder = tmp_path_factory.mktemp("churn")
    lines = ["who,shock,tariff,age,left"]
    for place in range(400):
        shock = place % 20 / 10
        lines.append(f"k{place},{shock},{'ab'[place % 2]},{20 + place % 60},{int(shock + (place * 7 % 10) / 10 > 2)}")
    (folder / "table.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "map.toml").write_text(MAPPING, "utf-8")
    return folder / "table.csv", folder / "map.toml"


def test_train_says_what_it_learned_and_names_what_it_refused(late):
    path, said = late
    assert "of 70 customers" in said or "customers" in said
    assert "protected  age_band, sex: never learned from" in said
    assert "past late share" in said
    assert json.loads(path.read_text("utf-8"))["name"] == "late"


def test_open_bills_are_scored_with_reasons_into_a_private_file(late, history, tmp_path):
    out = tmp_path / "scores.jsonl"
    said = _run("score", history, "--model", late[0], "--out", out, "--now", NOW)
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert f"scored     {len(rows)}" in said
    assert 20 < len(rows) <= 140
    assert all(0 < row["probability"] < 1 and row["score"] == "late" for row in rows)
    assert any(row["reasons"] for row in rows)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    records = [json.loads(line) for line in history.read_text("utf-8").splitlines()]
    keys = {record["key"]: {bill["number"] for bill in record["bills"]} for record in records}
    assert all(row["bill"] in keys[row["key"]] for row in rows)
    families = {record["name"]["family"] for record in records if "family" in record["name"]}
    assert not any(name in reason for name in families for row in rows for reason in row["reasons"])


def test_a_stored_model_is_evaluated_and_compared_with_naive_rules(late, history, tmp_path):
    out = tmp_path / "figures.json"
    said = _run("evaluate", history, "--model", late[0], "--now", NOW, "--out", out)
    assert "past late share" in said
    figures = json.loads(out.read_text("utf-8"))
    assert [one["rule"] for one in figures["measures"]] == ["model", "base rate", "past late share"]
    assert figures["measures"][0]["auc"]["value"] > 0.6


def test_the_rows_learned_from_have_not_drifted_and_others_have(late, history, tmp_path):
    said = _run("drift", history, "--model", late[0], "--now", NOW)
    assert "score" in said
    records = [json.loads(line) for line in history.read_text("utf-8").splitlines()]
    for record in records:
        record["interactions"], record["payments"] = [], []
    moved = tmp_path / "moved.jsonl"
    moved.write_text("\n".join(map(json.dumps, records)) + "\n", "utf-8")
    out = tmp_path / "drift.json"
    said = _run("drift", moved, "--model", late[0], "--now", NOW, "--out", out, code=3)
    assert "learn anew" in said
    assert json.loads(out.read_text("utf-8"))["drift"][0]["name"] == "score"


def test_a_card_is_written(late, tmp_path):
    _run("card", "--model", late[0], "--out", tmp_path / "card.html")
    assert "Risk of late payment" in (tmp_path / "card.html").read_text("utf-8")


def test_a_card_shows_a_fairness_report_that_is_given(late, history, tmp_path):
    report, page = tmp_path / "fair.json", tmp_path / "card.html"
    starter = ROOT / "templates" / "bill-explainer"
    _run("fairness", history, "--campaign", starter, "--out", tmp_path / "fair.html", "--json", report, "--now", NOW)
    _run("card", "--model", late[0], "--out", page, "--fairness", report)
    assert "<h3>age_band</h3>" in page.read_text("utf-8")
    content = json.loads(report.read_text("utf-8"))
    content["attributes"][0]["outcomes"][0]["rows"] = [
        {"group": "<old>", "share": {"value": 0.5, "low": 0.4, "high": 0.6}, "is_marked": True,
         "difference": {"value": -0.2, "low": -0.3, "high": -0.1}}
    ]  # fmt: skip
    report.write_text(json.dumps(content), "utf-8")
    _run("card", "--model", late[0], "--out", page, "--fairness", report)
    text = page.read_text("utf-8")
    assert "&lt;old&gt;" in text
    assert "\N{MINUS SIGN}20.0" in text
    result = CliRunner().invoke(
        app, ["insight", "card", "--model", str(late[0]), "--out", str(page), "--fairness", str(late[0])]
    )
    assert result.exception.problem.code == "D116"


def test_switching_is_learned_from_a_table_and_from_histories_alike(churn_table, history, tmp_path):
    table, mapping = churn_table
    model = tmp_path / "churn.json"
    said = _run("train", table, "--mapping", mapping, "--out", model, "--folds", 2)
    assert "left" in said
    assert json.loads(model.read_text("utf-8"))["name"] == "churn"
    _run("score", table, "--mapping", mapping, "--model", model, "--out", tmp_path / "scores.jsonl")
    assert '"score": "churn"' in (tmp_path / "scores.jsonl").read_text("utf-8").splitlines()[0]
    records = [json.loads(line) for line in history.read_text("utf-8").splitlines()]
    for place, record in enumerate(records):
        if place % 4:
            record["attributes"]["left_on"] = (date(2025, 2, 1) + timedelta(days=place * 197 % 600)).isoformat()
    with_leavers = tmp_path / "leavers.jsonl"
    records += [record | {"key": f"{record['key']}-{copy}"} for record in records for copy in (1, 2)]
    with_leavers.write_text("\n".join(map(json.dumps, records)) + "\n", "utf-8")
    said = _run("evaluate", with_leavers, "--target", "churn", "--now", NOW, "--folds", 3, "--horizon-days", 60)
    assert "base rate" in said


def test_learning_itself_is_evaluated_over_seeds(churn_table, tmp_path):
    table, mapping = churn_table
    out = tmp_path / "runs.json"
    said = _run("evaluate", table, "--mapping", mapping, "--folds", 2, "--seeds", 2, "--out", out)
    assert "worst" in said
    assert "protected, never learned from: age" in said
    assert [run["seed"] for run in json.loads(out.read_text("utf-8"))["runs"]] == [1, 2]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("score", "{history}", "--model", "{late}", "--mapping", "{mapping}", "--out", "{out}"), "D116"),
        (("train", "{history}", "--target", "lat", "--out", "{out}"), "D116"),
        (("score", "{history}", "--model", "{history}", "--out", "{out}"), "D110"),
        (("card", "--model", "{late}", "--out", "{history}/card.html"), "D111"),
        (("train", "{table}", "--mapping", "{history}", "--out", "{out}"), "D113"),
    ],
)
def test_what_does_not_go_together_is_refused(words, code, history, late, churn_table, tmp_path):
    names = {"history": history, "late": late[0], "mapping": churn_table[1], "table": churn_table[0],
             "out": tmp_path / "out.json"}  # fmt: skip
    result = CliRunner().invoke(app, ["insight", *(word.format_map(names) for word in words)])
    assert isinstance(result.exception, InsightError)
    assert result.exception.problem.code == code


@pytest.mark.parametrize("command", [("train", "--out", "model.json"), ("evaluate",)])
def test_what_learns_is_asked_for_by_its_install_line_where_it_is_missing(history, monkeypatch, command):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    result = CliRunner().invoke(app, ["insight", command[0], str(history), *command[1:]])
    assert isinstance(result.exception, MissingPartError)
    assert "X101" in str(result.exception)
    assert "billcast[insight]" in str(result.exception)
