"""A table in a temporary file, filled once and then asked by key: memory does not grow with its rows."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

_SETTINGS = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384; PRAGMA temp_store = FILE;"


class TemporaryTable:
    """A table of SQLite, sorted by its key. Use it as a context; the temporary file goes with it."""

    def __init__(self, name: str, columns: str, insert: str, rows: Iterable[tuple[str | int, ...]]) -> None:
        """Fill the table; `columns` name its primary key. What `rows` raises leaves no file behind."""
        self._folder = tempfile.TemporaryDirectory(prefix=f"billcast-{name}-")
        self._base = sqlite3.connect(Path(self._folder.name) / f"{name}.sqlite", isolation_level=None)
        with ExitStack() as undo:
            undo.callback(self.close)
            self._base.executescript(f"{_SETTINGS} CREATE TABLE {name} ({columns}) WITHOUT ROWID")
            self._base.execute("BEGIN")
            self._base.executemany(insert, rows)
            self._base.execute("COMMIT")
            undo.pop_all()

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
