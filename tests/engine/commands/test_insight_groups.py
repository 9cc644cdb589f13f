from __future__ import annotations

import json
import shutil
from pathlib import Path

from typer.testing import CliRunner

from engine.commands import app

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = str(ROOT / "samples" / "customers.jsonl")
SET = str(ROOT / "templates" / "bill-explainer")
NOW = ("--now", "2026-11-06T08:00:00Z")


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["insight", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_groups_are_written_counted_and_compared_with_the_cycle_before(tmp_path: Path) -> None:
    first, second = str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")
    _run("profile", SAMPLES, "--campaign", SET, "--out", first, *NOW)
    told = _run("profile", SAMPLES, "--campaign", SET, "--out", second, "--before", first, *NOW)
    rows = [json.loads(line) for line in Path(second).read_text(encoding="utf-8").splitlines()]
    assert Path(first).read_bytes() == Path(second).read_bytes()
    assert all(row["reasons"] and 0 <= row["confidence"] <= 1 and row["version"] for row in rows)
    assert f"{len(rows)} stayed, 0 moved, 0 new, 0 gone" in told


def test_what_is_printed_and_written_names_nobody(tmp_path: Path) -> None:
    out = tmp_path / "groups.jsonl"
    told = _run("profile", SAMPLES, "--campaign", SET, "--out", str(out), *NOW)
    assert out.stat().st_mode & 0o077 == 0, "groups of customers are for their owner alone"
    written = out.read_text(encoding="utf-8") + told
    for line in Path(SAMPLES).read_text(encoding="utf-8").splitlines():
        name = json.loads(line)["name"]
        assert not [part for part in name.values() if len(part) > 5 and part in written]


def test_segments_of_the_policy_are_told_of_those_who_agreed_to_offers(tmp_path: Path) -> None:
    axes = [{"feature": "late_share", "fill": 0.0, "knots": [0.0, 1.0], "mean": 0.0}]
    one = {"name": "all", "description": "all", "count": 20, "centre": [0.0], "means": [0.0]}
    model = {"format": "billcast-segments-1", "version": "1", "axes": axes, "segments": [one],
             "silhouette": 0.5, "trained_on": 20}  # fmt: skip
    template_set = tmp_path / "set"
    shutil.copytree(SET, template_set)
    (template_set / "segments.json").write_text(json.dumps(model), encoding="utf-8")
    policy = template_set / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    if "\n[profiles]\n" not in text:
        text += "\n[profiles]\n"
    policy.write_text(text.replace("\n[profiles]\n", '\n[profiles]\nsegments = "segments.json"\n'), encoding="utf-8")
    out = tmp_path / "groups.jsonl"
    _run("profile", SAMPLES, "--campaign", str(template_set), "--out", str(out), *NOW)
    rows = {row["key"]: row for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    customers = {row["key"]: row for row in map(json.loads, Path(SAMPLES).read_text(encoding="utf-8").splitlines())}
    told = {key for key, row in rows.items() if row["segment"]}
    agreed = {key for key, row in customers.items() if row.get("consents", {}).get("offers")}
    assert told
    assert told <= agreed
