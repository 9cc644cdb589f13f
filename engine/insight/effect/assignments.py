"""Who was put into which arm, read from the decisions of a cycle and found by key.

Memory does not grow with the customers: the arms lie in a temporary file, sorted by key.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from engine.errors import InsightError
from engine.insight.effect.outcome import Assigned

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384; PRAGMA temp_store = FILE;
CREATE TABLE arms (key TEXT PRIMARY KEY, arm TEXT, day INTEGER, part TEXT, stage TEXT,
                   seen INTEGER DEFAULT 0, clash INTEGER DEFAULT 0) WITHOUT ROWID;
"""
# The first decision counts: what came later may be an effect of it.
_INSERT = """
INSERT INTO arms (key, arm, day, part, stage) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET clash = clash OR arm <> excluded.arm,
  part = iif(excluded.day < day, excluded.part, part), stage = iif(excluded.day < day, excluded.stage, stage),
  day = min(day, excluded.day)
"""
_Row = tuple[str, str, int, str, str]


class Assignments:
    """The arms of customers by key. Use it as a context; the temporary file goes with it."""

    def __init__(self, paths: Sequence[Path], zone: ZoneInfo) -> None:
        """Read the decisions. Raises `InsightError` (D170) with the line, (D171) where a customer is in two arms."""
        self._folder = tempfile.TemporaryDirectory(prefix="billcast-arms-")
        self._base = sqlite3.connect(Path(self._folder.name) / "arms.sqlite", isolation_level=None)
        self.outside = 0  # decisions without an arm
        try:
            self._load(paths, zone)
        except InsightError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary file."""
        self._base.close()
        self._folder.cleanup()

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

    def _load(self, paths: Sequence[Path], zone: ZoneInfo) -> None:
        self._base.executescript(_SCHEMA)
        self._base.execute("BEGIN")
        for path in paths:
            self._base.executemany(_INSERT, self._rows(path, zone))
        self._base.execute("COMMIT")
        clash = self._base.execute("SELECT key FROM arms WHERE clash ORDER BY key LIMIT 1").fetchone()
        if clash is not None:
            raise InsightError("D171", "this customer is in two arms", place=f"record {clash[0]}",
                               hint="give the decisions of one experiment only, with its seed unchanged")  # fmt: skip

    def _rows(self, path: Path, zone: ZoneInfo) -> Iterator[_Row]:
        number = 0
        try:
            with path.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):  # noqa: B007 - said where it fails
                    row = _row(json.loads(line), zone)
                    if row[1]:
                        yield row
                    else:
                        self.outside += 1
        except OSError as error:
            raise InsightError("D170", f"can't be read: {error.strerror}", place=str(path)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise InsightError("D170", "the line holds no key, arm and time of a decision", place=f"{path}:{number}",
                               hint="give a file that `billcast decide --out` wrote") from error  # fmt: skip


def _row(row: dict[str, str], zone: ZoneInfo) -> _Row:
    decided = datetime.fromisoformat(row["decided_at"])
    if decided.tzinfo is None:
        raise ValueError("a time without its offset")
    day = decided.astimezone(zone).date().toordinal()
    return str(row["key"]), str(row["arm"]), day, str(row.get("group", "")), str(row.get("stage", ""))
