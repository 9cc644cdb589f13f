from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import InsightError
from engine.insight.profile.cycle import Before, GroupTally, profile_row
from engine.model.outreach import Group, Profile


def _profile(group: Group, confidence: float = 0.8) -> Profile:
    return Profile(group, confidence, ("because",), "1.1")


def _written(folder: Path, groups: dict[str, Group]) -> Path:
    path = folder / "groups.jsonl"
    rows = [json.dumps(profile_row(key, _profile(group))) for key, group in groups.items()]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_moves_between_groups_are_counted_and_add_up(tmp_path: Path) -> None:
    path = _written(tmp_path, {"A": Group.KNOWN, "B": Group.KNOWN, "C": Group.UNABLE, "gone": Group.UNKNOWN})
    tally = GroupTally()
    with Before(path) as before:
        now = {"A": Group.KNOWN, "B": Group.UNABLE, "C": Group.KNOWN, "new": Group.UNKNOWN}
        for key, group in now.items():
            tally.add(_profile(group), before.group_of(key))
        lines = tally.lines(before.count)
    assert tally.counts[Group.KNOWN] == 2
    assert tally.moves["known", Group.UNABLE] == 1
    assert lines[-1] == "1 stayed, 2 moved, 1 new, 1 gone"
    assert sum(tally.moves.values()) == tally.total == 4


def test_confidence_is_spread_over_five_bins() -> None:
    tally = GroupTally()
    for confidence in (0.0, 0.19, 0.2, 0.99, 1.0):
        tally.add(_profile(Group.KNOWN, confidence), None)
    assert tally.spread[Group.KNOWN] == [2, 1, 0, 0, 2]


def test_without_a_cycle_before_no_moves_are_told() -> None:
    tally = GroupTally()
    tally.add(_profile(Group.KNOWN), None)
    assert not [line for line in tally.lines() if "moved" in line]


@pytest.mark.parametrize("line", ["{", "[]", '{"key": "A"}', '{"key": "A", "group": "odd"}'])
def test_a_line_without_key_and_group_is_refused_with_its_place(tmp_path: Path, line: str) -> None:
    path = tmp_path / "groups.jsonl"
    path.write_text('{"key": "A", "group": "known"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InsightError, match=r"D134 .*groups\.jsonl:2"):
        Before(path)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="D134"):
        Before(tmp_path / "none.jsonl")
