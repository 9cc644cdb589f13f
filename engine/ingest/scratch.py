"""Rows of the joined files on disk, found by customer: what keeps the join's memory constant.

A SQLite file in a private temporary folder (mode 0700), removed when reading ends. It holds the rows
as they are, so it wants about the size of the CSV files. Memory: SQLite's page cache, 16 MiB.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.errors import Problem
from engine.ingest.rows import Row

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384; PRAGMA temp_store = FILE;
CREATE TABLE rows (customer TEXT, file INTEGER, line INTEGER, cells TEXT, problem TEXT);
CREATE TABLE customers (key TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Scratch:
    """The temporary index. `paths` are the joined files; a row is found by the file's place in it."""

    def __init__(self, folder: Path | None, paths: list[Path]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="billcast-ingest-", dir=folder)
        self._base = sqlite3.connect(Path(self._folder.name) / "rows.sqlite", isolation_level=None)
        self._base.executescript(_SCHEMA)
        self._paths = paths

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()
        self._folder.cleanup()

    def load(self, rows: Iterable[tuple[str, int, Row]]) -> None:
        """Take in rows with their customer and their file's number, then make them findable."""
        self._base.execute("BEGIN")
        self._base.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", map(_packed, rows))
        self._base.execute("CREATE INDEX by_customer ON rows (customer, file, line)")
        self._base.execute("COMMIT")
        self._base.execute("BEGIN")

    def rows_of(self, customer: str) -> list[tuple[int, Row]]:
        """Return the rows of a customer, by file and line, and note that the customer exists."""
        self._base.execute("INSERT OR IGNORE INTO customers VALUES (?)", (customer,))
        found = self._base.execute(
            "SELECT file, line, cells, problem FROM rows WHERE customer = ? ORDER BY file, line", (customer,)
        )
        return [self._row(*values) for values in found]

    def left_over(self) -> Iterator[tuple[int, str, Row]]:
        """Yield the rows whose customer was never asked for: file, customer and row."""
        found = self._base.execute(
            "SELECT file, line, cells, problem, customer FROM rows"
            " WHERE customer NOT IN (SELECT key FROM customers) ORDER BY file, line"
        )
        for *values, customer in found:
            file, row = self._row(*values)
            yield file, customer, row

    def _row(self, file: int, line: int, cells: str, problem: str | None) -> tuple[int, Row]:
        fault = Problem(*json.loads(problem)) if problem else None
        return file, Row(f"{self._paths[file]}:{line}", line, json.loads(cells), fault)


def _packed(entry: tuple[str, int, Row]) -> tuple[str, int, int, str, str | None]:
    customer, file, row = entry
    fault = row.problem
    problem = json.dumps([fault.code, fault.fact, fault.place, fault.hint]) if fault else None
    return customer, file, row.line, json.dumps(row.cells), problem
