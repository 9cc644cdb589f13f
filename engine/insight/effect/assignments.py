"""Who was put into which arm, read from the decisions or the manifest of a cycle and found by key.

Memory does not grow with the customers: the arms lie in a temporary file, sorted by key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import InsightError
from engine.insight.effect.assignment import arm_of
from engine.insight.effect.outcome import Assigned
from engine.insight.temporary_table import TemporaryTable
from engine.model.policy.experiment import Experiment

_COLUMNS = """key TEXT PRIMARY KEY, arm TEXT, day INTEGER, part TEXT, stage TEXT,
seen INTEGER DEFAULT 0, clash INTEGER DEFAULT 0"""
# The first decision counts: what came later may be an effect of it.
_INSERT = """
INSERT INTO arms (key, arm, day, part, stage) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET clash = clash OR arm <> excluded.arm,
  part = iif(excluded.day < day, excluded.part, part), stage = iif(excluded.day < day, excluded.stage, stage),
  day = min(day, excluded.day)
"""
_Row = tuple[str, str, int, str, str]


class Assignments(TemporaryTable):
    """The arms of customers by key. Use it as a context; the temporary file goes with it."""

    def __init__(
        self, paths: Sequence[Path], zone: ZoneInfo, experiment: Experiment, decided: datetime | None = None
    ) -> None:
        """Read the decisions; `decided` is the time of those that say none, as a manifest's lines.

        Raises `InsightError` (D170) with the line, (D171) where a customer is in two arms.
        """
        self._zone, self._experiment, self._decided = zone, experiment, decided
        self.outside = 0  # decisions without an arm
        super().__init__("arms", _COLUMNS, _INSERT, (row for path in paths for row in self._rows(path)))
        clash = self._base.execute("SELECT key FROM arms WHERE clash ORDER BY key LIMIT 1").fetchone()
        if clash is not None:
            self.close()
            raise InsightError("D171", "this customer is in two arms", place=f"record {clash[0]}",
                               hint="give the decisions of one experiment only, with its seed unchanged")  # fmt: skip

    def of(self, key: str) -> Assigned | None:
        """Return the customer's arm and note that their record came; None outside of the experiment."""
        row = self._base.execute("SELECT arm, day, part, stage FROM arms WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        self._base.execute("UPDATE arms SET seen = 1 WHERE key = ?", (key,))
        return Assigned(key, row[0], date.fromordinal(row[1]), row[2], row[3])

    def counts(self) -> dict[str, int]:
        """Return how many customers were put into each arm."""
        return dict(self._base.execute("SELECT arm, count(*) FROM arms GROUP BY arm ORDER BY arm"))

    def lost(self) -> dict[str, int]:
        """Return of how many in each arm no record came."""
        return dict(self._base.execute("SELECT arm, sum(seen = 0) FROM arms GROUP BY arm ORDER BY arm"))

    def _rows(self, path: Path) -> Iterator[_Row]:
        number = 0
        try:
            with path.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):  # noqa: B007 - said where it fails
                    row = self._row(json.loads(line))
                    if row[1]:
                        yield row
                    else:
                        self.outside += 1
        except OSError as error:
            raise InsightError("D170", f"can't be read: {error.strerror}", place=str(path)) from error
        except (ValueError, KeyError, TypeError) as error:
            fact = "the line holds no key, arm and time of a decision"
            hint = "give a file of `billcast decide --out`, or a manifest with --decided"
            raise InsightError("D170", fact, place=f"{path}:{number}", hint=hint) from error

    def _row(self, row: dict[str, Any]) -> _Row:
        if "artifacts" in row:
            row = _of_manifest(row, self._experiment)
        decided = self._decided if self._decided and not row.get("decided_at") else None
        at = decided or datetime.fromisoformat(row["decided_at"])
        if at.tzinfo is None:
            raise ValueError("a time without its offset")
        day = at.astimezone(self._zone).date().toordinal()
        return str(row["key"]), str(row["arm"]), day, str(row.get("group", "")), str(row.get("stage", ""))


def _of_manifest(row: dict[str, Any], experiment: Experiment) -> dict[str, Any]:
    """Return a manifest's line as a decision. Who failed before a decision counts too, in the arm that chance gave."""
    decision, outreach = row.get("decision") or {}, row.get("outreach") or {}
    arm = outreach.get("arm") or arm_of(str(row["key"]), experiment)
    return {"key": row["key"], "arm": arm, "group": outreach.get("group", ""), "stage": decision.get("stage", "")}
