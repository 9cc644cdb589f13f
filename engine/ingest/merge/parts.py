"""The parts of all sources on disk, found by customer: what keeps a merge's memory constant.

A SQLite file in a private temporary folder (mode 0700), removed when the merge ends; it wants about the
size of the sources. Memory: SQLite's page cache, 16 MiB, and the parts of one customer.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.errors import Problem
from engine.ingest.item import SetAside
from engine.ingest.merge.partial import Part
from engine.ingest.text import is_suspect

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384; PRAGMA temp_store = FILE;
CREATE TABLE parts (
  turn INTEGER PRIMARY KEY, key TEXT, source INTEGER, is_base INTEGER, place TEXT, at TEXT, record TEXT, problem TEXT
);
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What all sources say of one customer, in the order of the input, and the rows that are faulty.

    `is_suspect`: some text may hold a control character.
    """

    key: str
    parts: list[tuple[int, Part]]
    faults: list[tuple[int, SetAside]]
    is_suspect: bool


class Parts:
    """The temporary index. Use as a context manager; `load` each source, then read."""

    def __init__(self, folder: Path | None, bases: Sequence[int]) -> None:
        self._bases = frozenset(bases)
        self._folder = tempfile.TemporaryDirectory(prefix="billcast-merge-", dir=folder)
        self._base = sqlite3.connect(Path(self._folder.name) / "parts.sqlite", isolation_level=None)
        self._base.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()
        self._folder.cleanup()

    def load(self, source: int, items: Iterable[Part | SetAside]) -> None:
        """Take in what a source says."""
        self._base.execute("BEGIN")
        self._base.executemany(
            "INSERT INTO parts (key, source, is_base, place, at, record, problem) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (_packed(source, item, is_base=source in self._bases) for item in items),
        )
        self._base.execute("COMMIT")

    def index(self) -> None:
        """Make all that was loaded findable."""
        self._base.execute("CREATE INDEX by_key ON parts (key, turn)")

    def customers(self) -> Iterator[Found]:
        """Yield the customers that the base sources name, in the order in which these name them first."""
        keys = self._base.execute("SELECT key FROM parts WHERE is_base AND key != '' GROUP BY key ORDER BY MIN(turn)")
        for (key,) in keys:
            yield self._found(key)

    def unmatched(self) -> Iterator[tuple[int, str, str]]:
        """Yield source, key and place of each row whose key no base source names."""
        yield from self._base.execute(
            "SELECT source, key, place FROM parts AS own WHERE key != '' AND NOT EXISTS"
            " (SELECT 1 FROM parts WHERE key = own.key AND is_base) ORDER BY turn"
        )

    def nameless(self) -> Iterator[tuple[int, SetAside]]:
        """Yield the rows of which nobody can tell whose they are."""
        rows = self._base.execute("SELECT source, place, problem FROM parts WHERE key = '' ORDER BY turn")
        for source, place, problem in rows:
            yield source, SetAside(place, None, Problem(*json.loads(problem)))

    def _found(self, key: str) -> Found:
        rows = self._base.execute(
            "SELECT source, place, at, record, problem FROM parts WHERE key = ? ORDER BY turn", (key,)
        ).fetchall()
        found = Found(key, [], [], any(is_suspect(row[3]) for row in rows if row[3]))
        for source, place, at, record, problem in rows:
            if problem is None:
                found.parts.append((source, Part(key, place, at, json.loads(record))))
            else:
                found.faults.append((source, SetAside(place, key, Problem(*json.loads(problem)))))
        return found


def _packed(  # in ASCII: half a surrogate pair can't be stored otherwise
    source: int, item: Part | SetAside, *, is_base: bool
) -> tuple[str, int, bool, str, str, str | None, str | None]:
    if isinstance(item, Part):
        return item.key, source, is_base, item.place, item.at, json.dumps(item.record), None
    fault = item.problem
    packed = json.dumps([fault.code, fault.fact, fault.place, fault.hint])
    return item.key or "", source, is_base, item.source, "", None, packed
