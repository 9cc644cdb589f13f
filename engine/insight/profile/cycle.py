"""A cycle's groups: counted, written, and compared with those of the cycle before.

Memory does not grow with the customers: the groups of before lie in a temporary file, sorted by key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import InsightError
from engine.insight.temporary_table import TemporaryTable
from engine.model.outreach import Group, Profile

_COLUMNS = "key TEXT PRIMARY KEY, name TEXT"
_INSERT = "INSERT OR REPLACE INTO groups VALUES (?, ?)"
_BINS = 5  # of confidence
_NEW = ""


def profile_row(key: str, profile: Profile) -> dict[str, Any]:
    """Return the line of groups.jsonl for one customer: no name, address, account or amount."""
    return {
        "key": key,
        "group": profile.group.value,
        "confidence": profile.confidence,
        "reasons": list(profile.reasons),
        "version": profile.version,
        "segment": profile.segment,
    }


class Before(TemporaryTable):
    """The groups of the cycle before, found by key. Use it as a context; the temporary file goes with it."""

    def __init__(self, path: Path | None) -> None:
        """Read groups.jsonl, or nothing. Raises `InsightError` (D134) with the line."""
        super().__init__("groups", _COLUMNS, _INSERT, _rows(path) if path is not None else ())
        self.count = int(self._base.execute("SELECT count(*) FROM groups").fetchone()[0])

    def group_of(self, key: str) -> Group | None:
        """Return the customer's group of before; None where there was none."""
        row = self._base.execute("SELECT name FROM groups WHERE key = ?", (key,)).fetchone()
        return Group(row[0]) if row else None


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    """Yield key and group of each line of groups.jsonl. Raises `InsightError` (D134) with the line."""
    number = 0
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):  # noqa: B007 - said where it fails
                row = json.loads(line)
                yield str(row["key"]), Group(row["group"]).value
    except OSError as error:
        raise InsightError("D134", f"can't be read: {error.strerror}", place=str(path)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InsightError("D134", "the line holds no key and group", place=f"{path}:{number}",
                           hint="give a file that `billcast insight profile --out` wrote") from error  # fmt: skip


class GroupTally:
    """Counts of groups, of confidence and of moves between groups."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(Group, 0)
        self.spread = {group: [0] * _BINS for group in Group}
        self.moves: dict[tuple[str, Group], int] = {}

    def add(self, profile: Profile, before: Group | None) -> None:
        """Count one customer; `before` is the group of the cycle before, None where there was none."""
        group = profile.group
        self.counts[group] += 1
        self.spread[group][min(_BINS - 1, int(profile.confidence * _BINS))] += 1
        move = (before.value if before is not None else _NEW, group)
        self.moves[move] = self.moves.get(move, 0) + 1

    @property
    def total(self) -> int:
        """All customers counted."""
        return sum(self.counts.values())

    def lines(self, before_count: int = 0) -> list[str]:
        """Return the report, a line a row: groups with their confidence, then moves from before to now."""
        total = self.total
        found = [f"{'group':<14}{'customers':>10}{'share':>8}   confidence {' '.join(_bin_names())}"]
        for group, count in self.counts.items():
            share = f"{100 * count / total:.1f} %" if total else "-"
            bins = " ".join(f"{number:>7}" for number in self.spread[group])
            found.append(f"{group.value:<14}{count:>10}{share:>8}   {'':<10} {bins}")
        found.append(f"{'all':<14}{total:>10}")
        return found + (self._move_lines(before_count) if before_count else [])

    def _move_lines(self, before_count: int) -> list[str]:
        header = " ".join(f"{group.value:>13}" for group in Group)
        found = ["", f"{'from before to now':<20}{header}"]
        for name in (*(group.value for group in Group), _NEW):
            cells = " ".join(f"{self.moves.get((name, group), 0):>13}" for group in Group)
            found.append(f"{name or 'not there before':<20}{cells}")
        there = sum(count for (name, _), count in self.moves.items() if name != _NEW)
        stayed = sum(count for (name, group), count in self.moves.items() if name == group.value)
        found.append(f"{stayed} stayed, {there - stayed} moved, {self.total - there} new, {before_count - there} gone")
        return found


def _bin_names() -> list[str]:
    return [f"{100 * place // _BINS:>3}-{100 * (place + 1) // _BINS:<3}" for place in range(_BINS)]
