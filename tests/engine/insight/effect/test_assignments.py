"""Arms are read from decisions; a broken file or a customer in two arms is told with its place."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.errors import InsightError
from engine.insight.effect import arm_of
from engine.insight.effect.assignments import Assignments
from engine.model.policy.experiment import Experiment

ROME = ZoneInfo("Europe/Rome")
TRIAL = Experiment(name="trial")


def written(path: Path, *rows: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps({"decided_at": "2026-09-01T08:00:00Z", **row}) + "\n" for row in rows))
    return path


def test_an_arm_is_found_by_key_with_the_day_in_the_campaigns_time_zone(tmp_path: Path):
    row = {"key": "A", "arm": "control", "group": "unable", "stage": "first", "decided_at": "2026-09-01T22:30:00Z"}
    with Assignments([written(tmp_path / "d", row)], ROME, TRIAL) as arms:
        found = arms.of("A")
        assert found is not None
        assert (found.arm, found.group, found.stage, found.day) == ("control", "unable", "first", date(2026, 9, 2))
        assert arms.of("B") is None


def test_losses_are_counted_by_arm(tmp_path: Path):
    rows = [{"key": key, "arm": arm} for key, arm in (("A", "control"), ("B", "treated"), ("C", "treated"), ("D", ""))]
    with Assignments([written(tmp_path / "d", *rows)], ROME, TRIAL) as arms:
        arms.of("B")
        assert arms.counts() == {"control": 1, "treated": 2}
        assert arms.lost() == {"control": 1, "treated": 1}
        assert arms.outside == 1


def test_the_first_decision_counts(tmp_path: Path):
    later = written(tmp_path / "b", {"key": "A", "arm": "x", "group": "known", "decided_at": "2026-10-01T08:00:00Z"})
    first = written(tmp_path / "a", {"key": "A", "arm": "x", "group": "unable"})
    for order in ([later, first], [first, later]):
        with Assignments(order, ROME, TRIAL) as arms:
            found = arms.of("A")
            assert found is not None
            assert (found.group, found.day) == ("unable", date(2026, 9, 1))


def test_a_customer_in_two_arms_is_refused(tmp_path: Path):
    path = written(tmp_path / "d", {"key": "A", "arm": "x"}, {"key": "A", "arm": "y"}, {"key": "A", "arm": "y"})
    with pytest.raises(InsightError, match="record A") as caught:
        Assignments([path], ROME, TRIAL)
    assert caught.value.problem.code == "D171"


@pytest.mark.parametrize("line", ["{", '"text"', '{"key": "B"}', '{"key":"B","arm":"x","decided_at":"2026-09-01"}'])
def test_a_broken_line_is_told_with_its_number(tmp_path: Path, line: str):
    path = written(tmp_path / "d", {"key": "A", "arm": "x"})
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(InsightError, match=r"d:2") as caught:
        Assignments([path], ROME, TRIAL)
    assert caught.value.problem.code == "D170"


def test_an_absent_file_is_told(tmp_path: Path):
    with pytest.raises(InsightError, match="D170"):
        Assignments([tmp_path / "none"], ROME, TRIAL)


def test_a_manifest_is_taken_with_the_time_of_its_run_and_who_failed_counts_too(tmp_path: Path):
    lines = [
        {"key": "A", "artifacts": [], "decision": {"stage": "first"}, "outreach": {"arm": "treated", "group": "known"}},
        {"key": "B", "artifacts": [], "decision": {"stage": ""}},
    ]
    path = tmp_path / "manifest.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with Assignments([path], ROME, TRIAL, datetime(2026, 9, 1, 8, tzinfo=UTC)) as arms:
        one, other = arms.of("A"), arms.of("B")
        assert one is not None
        assert (one.arm, one.group, one.stage, one.day) == ("treated", "known", "first", date(2026, 9, 1))
        assert other is not None
        assert other.arm == arm_of("B", TRIAL)
    with pytest.raises(InsightError, match="--decided"):
        Assignments([path], ROME, TRIAL)
