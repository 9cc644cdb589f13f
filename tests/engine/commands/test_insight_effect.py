"""`billcast insight effect`, `plan` and `dso`: from files to sentences, a report and figures."""

import json
import random
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from engine.commands import app
from engine.insight.effect import arm_of
from engine.model.policy.experiment import Experiment
from tests.engine.insight.payers import bill, payer, payment

STARTER = Path(__file__).resolve().parents[3] / "templates" / "bill-explainer"
TABLE = '\n[experiment]\nname = "trial"\nseed = 3\ncontrol_percent = 50\nhorizon_days = 14\n'
TRIAL = Experiment.model_validate({"name": "trial", "seed": 3, "control_percent": "50"})
DECIDED = date(2026, 9, 1)
NOW = "2026-11-06T08:00:00Z"
COUNT = 300


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a campaign folder with an experiment: the starter set's, with a table of our own."""
    folder = Path(shutil.copytree(STARTER, tmp_path_factory.mktemp("sets") / "set"))
    text = (STARTER / "policy.toml").read_text(encoding="utf-8")
    (folder / "policy.toml").write_text(text.split("\n[experiment]")[0] + TABLE, encoding="utf-8")
    return folder


def people(folder: Path, helped: float) -> tuple[Path, Path]:
    """Write decisions, and what came of them: 40 of 100 pay, and as many more as `helped` says where met."""
    dice = random.Random(12)
    decisions, records = [], []
    for at in range(COUNT):
        key = f"K-{at:04d}"
        arm, group = arm_of(key, TRIAL), dice.choice(("unable", "willing_able"))
        decisions.append({"key": key, "decided_at": "2026-09-01T08:00:00Z", "arm": arm, "group": group})
        pays = dice.random() < 0.4 + (helped if arm == "treated" else 0)
        day = DECIDED + timedelta(days=dice.randrange(14))
        records.append(payer(key, bills=[bill("A", date(2026, 8, 1))],
                             payments=[payment(day, "100.00", "A")] if pays else []))  # fmt: skip
    arms, later = folder / "decisions.jsonl", folder / "later.jsonl"
    arms.write_text("".join(json.dumps(row) + "\n" for row in decisions))
    later.write_text("".join(one.model_dump_json(exclude_defaults=True) + "\n" for one in records))
    return arms, later


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["insight", *map(str, words)])


def figures(tmp_path: Path, campaign: Path, helped: float) -> tuple[Result, dict[str, Any]]:
    arms, later = people(tmp_path, helped)
    made = run("effect", arms, later, "--campaign", campaign, "--now", NOW, "--out", tmp_path / "r.html",
               "--json", tmp_path / "r.json")  # fmt: skip
    assert made.exit_code == 0, made.output
    return made, json.loads((tmp_path / "r.json").read_text())


def test_a_planted_effect_is_found_and_told_first(tmp_path: Path, campaign: Path):
    made, found = figures(tmp_path, campaign, 0.25)
    paid = found["effects"][0]
    assert (paid["measure"], paid["is_shown"]) == ("paid", True)
    assert paid["low"] < 0.25 < paid["high"]
    assert made.output.splitlines()[0].startswith("Of 100 customers outside of the control group, ")
    assert sum(arm["assigned"] for arm in found["balance"]["arms"].values()) == COUNT
    assert {row["month"] for row in found["dso"]} == {"2026-09", "2026-10"}
    report = (tmp_path / "r.html").read_text()
    assert "Days sales outstanding by month" in report
    assert "By group: customers who paid all" in report
    assert "K-0" not in report


def test_without_an_effect_the_report_says_so(tmp_path: Path, campaign: Path):
    made, found = figures(tmp_path, campaign, 0.0)
    assert not found["effects"][0]["is_shown"]
    assert "no effect shown" in made.output.splitlines()[0]


def test_lost_records_and_a_wrong_split_are_warned_of(tmp_path: Path, campaign: Path):
    arms, later = people(tmp_path, 0.0)
    treated = {key for key in (f"K-{at:04d}" for at in range(COUNT)) if arm_of(key, TRIAL) == "treated"}
    rows = later.read_text().splitlines(keepends=True)
    kept = [row for row in rows if not (json.loads(row)["key"] in treated and json.loads(row)["key"] > "K-0200")]
    later.write_text("".join(kept))
    lines = arms.read_text().splitlines(keepends=True)
    few = [line for line in lines if not (json.loads(line)["arm"] == "control" and json.loads(line)["key"] < "K-0150")]
    (tmp_path / "few.jsonl").write_text("".join(few))
    assert "lost unequal parts" in run("effect", arms, later, "--campaign", campaign, "--now", NOW).output
    assert "not as large as chance" in run(
        "effect", tmp_path / "few.jsonl", later, "--campaign", campaign, "--now", NOW
    ).output  # fmt: skip


def test_before_the_horizon_is_over_only_days_are_told(tmp_path: Path, campaign: Path):
    arms, later = people(tmp_path, 0.0)
    said = run("effect", arms, later, "--campaign", campaign, "--now", "2026-09-05T08:00:00Z").output
    assert said.startswith("Days to pay")


def test_a_policy_without_an_experiment_is_refused(tmp_path: Path, campaign: Path):
    arms, later = people(tmp_path, 0.0)
    bare = Path(shutil.copytree(campaign, tmp_path / "bare"))
    (bare / "policy.toml").write_text((campaign / "policy.toml").read_text().replace('name = "trial"', 'name = ""'))
    made = run("effect", arms, later, "--campaign", bare)
    assert made.exit_code == 1
    assert "D172" in str(made.exception)


def test_a_plan_says_how_many_it_takes():
    said = run("plan", "--base", "40", "--effect", "3", "--control", "50").output
    assert "8,468 customers: 4,234 in the control group, 4,234 outside of it" in said


def test_dso_is_told_by_month_with_what_drove_it(tmp_path: Path, campaign: Path):
    later = people(tmp_path, 0.0)[1]
    groups = tmp_path / "groups.jsonl"
    groups.write_text("".join(f'{{"key": "K-{at:04d}", "group": "unable"}}\n' for at in range(9)))
    made = run("dso", later, "--campaign", campaign, "--from", "2026-08", "--to", "2026-10", "--by", "group,amount",
               "--groups", groups, "--out", tmp_path / "d.html", "--json", tmp_path / "d.json")  # fmt: skip
    assert made.exit_code == 0, made.output
    found = json.loads((tmp_path / "d.json").read_text())
    assert [row["month"] for row in found["months"]] == ["2026-08", "2026-09", "2026-10"]
    assert sum(part["days"] for part in found["parts"]) == pytest.approx(found["new"] - found["old"])
    assert {row["level"] for row in found["levels"] if row["factor"] == "group"} == {"unable", "not known"}
    assert "By group" in (tmp_path / "d.html").read_text()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--from", "2026-08", "--to", "2026-10", "--by", "chanel"), "did you mean `channel`"),
        (("--from", "2026-08", "--to", "2026-10", "--by", "group"), "--groups"),
        (("--from", "2026-10", "--to", "2026-08"), "D174"),
        (("--from", "2024-01", "--to", "2026-08"), "D175"),
    ],
)
def test_what_can_not_be_told_is_refused_with_the_mend(tmp_path: Path, campaign: Path, words, code: str):
    later = people(tmp_path, 0.0)[1]
    made = run("dso", later, "--campaign", campaign, *words)
    assert made.exit_code == 1
    assert code in str(made.exception)


def test_a_report_that_can_not_be_written_is_told(tmp_path: Path, campaign: Path):
    arms, later = people(tmp_path, 0.0)
    made = run("effect", arms, later, "--campaign", campaign, "--now", NOW, "--out", tmp_path)
    assert "D177" in str(made.exception)
