"""The ledger of a state folder: which runs were, and what became of each customer. SQLite, WAL.

States of a run:

    state      what happens                       next
    (none)     begin                              running
    running    all records have an outcome        finished
    running    the run breaks, or is interrupted  stopped
    running    the process is killed              running (nobody holds the lock: it can be resumed)
    stopped    resume                             running
    finished   resume                             finished (the report is written again)

States of a record in a run: (none) -> recorded, once, with its outcome. A record is known by its
ordinal in the input, so that one without a key has its place too.

Only the parent process writes, in one transaction a batch. `synchronous=NORMAL`: a killed process
loses nothing that was committed; a power cut may lose the newest batches (never the file), whose
customers are then made again to the same names and bytes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Self, TypeAlias

from pydantic import ValidationError

from engine.batch.outcome_json import Known, Told, decode, decode_pairs, encode, known_in
from engine.batch.run_spec import RunSpec
from engine.errors import BatchError, StorageError
from engine.model.artifact import Outcome, OutcomeStatus
from engine.model.quick import quick

FILE_NAME = "ledger.sqlite"
VERSION = 1
_PAGE_BYTES = 8192  # two outcomes or more on each: of what is larger than a quarter of a page, a row fills pages alone
_PAGES_LOGGED = 500  # pages in the write-ahead log before they are taken over, as much as SQLite's 1000 of 4 kB
_ASKED = 500  # contents in one question; SQLite takes 999 or more
_SCHEMA = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY, state TEXT NOT NULL, spec TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT
);
CREATE TABLE outcome (
    run INTEGER NOT NULL, ordinal INTEGER NOT NULL, key TEXT NOT NULL, status TEXT NOT NULL,
    content BLOB, is_reused INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (run, ordinal)
) WITHOUT ROWID;
CREATE INDEX outcome_content ON outcome (content) WHERE content IS NOT NULL;
"""


Pairs: TypeAlias = tuple[tuple[str, str], ...]


class RunState(StrEnum):
    """Where a run stands; see the table above."""

    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the ledger knows it."""

    id: int
    state: RunState
    spec: RunSpec


@quick
@dataclass(frozen=True, slots=True)
class Entry:
    """One record's outcome, to be recorded. `content` is None where it must not be reused."""

    ordinal: int
    outcome: Outcome | Told
    content: bytes | None = None
    is_reused: bool = False


class Ledger:
    """The open ledger of one state folder. One process at a time: a lock file sees to it."""

    def __init__(self, connection: sqlite3.Connection, lock: IO[str] | None = None) -> None:
        self._db = connection
        self._lock = lock

    @classmethod
    def open(cls, state_dir: Path) -> Ledger:
        """Open or make the ledger (folder 0700, files 0600). Raises `BatchError` (B103, B104)."""
        path = state_dir / FILE_NAME
        with contextlib.ExitStack() as opened:
            try:
                state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
                lock = opened.enter_context(_lock(state_dir))
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
                connection = opened.enter_context(contextlib.closing(sqlite3.connect(path, isolation_level=None)))
                _prepare(connection)
            except (OSError, sqlite3.Error) as error:
                raise BatchError("B104", f"the ledger can't be opened: {error}", place=str(state_dir)) from error
            opened.pop_all()
        return cls(connection, lock)

    @classmethod
    def in_memory(cls) -> Ledger:
        """Return a ledger that leaves no trace, for a dry run."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        _prepare(connection)
        return cls(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and give the lock back."""
        self._db.close()
        if self._lock:
            self._lock.close()

    def last_run(self) -> Run | None:
        """Return the newest run. Raises `BatchError` (B104) where its record can't be read."""
        row = self._db.execute("SELECT id, state, spec FROM run ORDER BY id DESC LIMIT 1").fetchone()
        if row is None:
            return None
        try:
            return Run(row[0], RunState(row[1]), RunSpec.model_validate_json(row[2]))
        except (ValidationError, ValueError) as error:
            raise BatchError("B104", "the ledger was written by another version of billcast",
                             hint="render into a new state folder") from error  # fmt: skip

    def begin(self, spec: RunSpec, *, keeps_time: bool = False) -> Run:
        """Begin a run, or go on with the newest one if it is unfinished and the same work.

        `keeps_time`: the time of the run gone on with holds, not the spec's.
        """
        last = self.last_run()
        if last and last.state is not RunState.FINISHED:
            wanted = spec.model_copy(update={"now": last.spec.now}) if keeps_time else spec
            if wanted == last.spec:
                return self.resume(last)
        cursor = self._db.execute(
            "INSERT INTO run (state, spec, started_at) VALUES (?, ?, ?)",
            (RunState.RUNNING, spec.model_dump_json(), _clock()),
        )
        return Run(int(cursor.lastrowid or 0), RunState.RUNNING, spec)

    def resume(self, run: Run) -> Run:
        """Set a stopped run to running; a finished one stays so."""
        if run.state is RunState.FINISHED:
            return run
        self._set_state(run, RunState.RUNNING)
        return Run(run.id, RunState.RUNNING, run.spec)

    def stop(self, run: Run) -> None:
        """Note that the run broke or was interrupted."""
        self._set_state(run, RunState.STOPPED)

    def finish(self, run: Run) -> None:
        """Note that every record has its outcome, and drop what older runs say of the same customers."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute(
                "DELETE FROM outcome WHERE run < ? AND (key = '' OR key IN (SELECT key FROM outcome WHERE run = ?))",
                (run.id, run.id),
            )
            self._set_state(run, RunState.FINISHED)

    def record(self, run: Run, entries: Sequence[Entry]) -> int:
        """Record outcomes in one transaction; returns how many were new. What is recorded stays.

        Raises `StorageError` (S103) when there is no room.
        """
        rows = [
            (run.id, entry.ordinal, entry.outcome.key, entry.outcome.status, entry.content, entry.is_reused,
             entry.outcome.body if isinstance(entry.outcome, Told) else encode(entry.outcome))
            for entry in entries
        ]  # fmt: skip
        before = self._db.total_changes
        try:
            with self._db:
                self._db.execute("BEGIN")
                self._db.executemany("INSERT OR IGNORE INTO outcome VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        except sqlite3.OperationalError as error:
            raise StorageError("S103", f"the ledger can't be written: {error}",
                               hint="free or add space, then `billcast resume`") from error  # fmt: skip
        return self._db.total_changes - before

    def recorded(self, run: Run, first: int, last: int) -> set[int]:
        """Return the ordinals from `first` to `last` that have an outcome."""
        rows = self._db.execute(
            "SELECT ordinal FROM outcome WHERE run = ? AND ordinal BETWEEN ? AND ?", (run.id, first, last)
        )
        return {row[0] for row in rows}

    def same_contents(self, contents: Sequence[bytes]) -> dict[bytes, Outcome]:
        """Return the outcomes, of any run, that were made of these contents."""
        found: dict[bytes, Outcome] = {}
        for start in range(0, len(contents), _ASKED):
            asked = contents[start : start + _ASKED]
            marks = ",".join("?" * len(asked))
            rows = self._db.execute(f"SELECT content, body FROM outcome WHERE content IN ({marks})", asked)  # noqa: S608
            found.update((row[0], decode(row[1])) for row in rows)
        return found

    def outcomes(self, run: Run, *statuses: OutcomeStatus) -> Iterator[Outcome]:
        """Yield the outcomes of a run in the order of its input, one at a time."""
        wanted = statuses or tuple(OutcomeStatus)
        marks = ",".join("?" * len(wanted))
        rows = self._db.execute(
            f"SELECT body FROM outcome WHERE run = ? AND status IN ({marks}) ORDER BY ordinal",  # noqa: S608
            (run.id, *wanted),
        )
        for row in rows:
            yield decode(row[0])

    def written(self, run: Run, first: int = 0, most: int = -1) -> Generator[tuple[int, Known]]:
        """Yield ordinal and outcome as it is written, from ordinal `first` on, one at a time.

        At most `most` of them; below zero: all.
        """
        rows = self._db.execute(
            "SELECT ordinal, body FROM outcome WHERE run = ? AND ordinal >= ? ORDER BY ordinal LIMIT ?",
            (run.id, first, most),
        )
        for ordinal, body in rows:
            yield ordinal, known_in(body)

    def done(self, run: Run) -> Iterator[tuple[int, bytes, Outcome]]:
        """Yield ordinal, content and outcome of who is done, in the order of the input, one at a time."""
        rows = self._db.execute(
            "SELECT ordinal, COALESCE(content, x''), body FROM outcome WHERE run = ? AND status = ? ORDER BY ordinal",
            (run.id, OutcomeStatus.DONE),
        )
        for ordinal, content, body in rows:
            yield ordinal, content, decode(body)

    def ways(self, run: Run) -> Iterator[tuple[dict[str, str], Pairs, int]]:
        """Yield each combination of paths and layout classes that who is done has, and how many have it.

        Those come first whose first customer comes first. SQLite counts: no outcome is taken apart for it.
        """
        rows = self._db.execute(
            "SELECT COALESCE(json_extract(body, '$.paths'), '[]') AS paths, "
            "COALESCE(json_extract(body, '$.layouts'), '[]') AS layouts, COUNT(*) "
            "FROM outcome WHERE run = ? AND status = ? GROUP BY paths, layouts ORDER BY MIN(ordinal)",
            (run.id, OutcomeStatus.DONE),
        )
        for paths, layouts, count in rows:
            yield dict(decode_pairs(paths)), decode_pairs(layouts), count

    def letters(self, run: Run) -> Iterator[Outcome]:
        """Yield who is done and may get paper, by country and postal code, then key; those without an address last.

        Whom a policy meets by another way than post is not among them.
        SQLite sorts numbers of rows, on disk where they are many; one outcome at a time is in memory.
        """
        rows = self._db.execute(
            "SELECT ordinal, COALESCE(json_extract(body, '$.postal'), '') AS place FROM outcome "
            "WHERE run = ? AND status = ? AND COALESCE(json_extract(body, '$.channel'), 'post') = 'post' "
            "ORDER BY place = '', place, key, ordinal",
            (run.id, OutcomeStatus.DONE),
        )
        for ordinal, _ in rows:
            found = self._db.execute("SELECT body FROM outcome WHERE run = ? AND ordinal = ?", (run.id, ordinal))
            yield decode(found.fetchone()[0])

    def elsewhere(self, run: Run) -> int:
        """Return how many of those who are done are met by another way than post, as a policy chose."""
        row = self._db.execute(
            "SELECT COUNT(*) FROM outcome WHERE run = ? AND status = ? AND json_extract(body, '$.channel') <> 'post'",
            (run.id, OutcomeStatus.DONE),
        )
        return int(row.fetchone()[0])

    def counts(self, run: Run) -> dict[OutcomeStatus, int]:
        """Return how many outcomes of each status the run has."""
        rows = self._db.execute("SELECT status, COUNT(*) FROM outcome WHERE run = ? GROUP BY status", (run.id,))
        found = {OutcomeStatus(row[0]): row[1] for row in rows}
        return {status: found.get(status, 0) for status in OutcomeStatus}

    def reused(self, run: Run) -> int:
        """Return how many outcomes were taken over from an earlier run."""
        row = self._db.execute("SELECT COUNT(*) FROM outcome WHERE run = ? AND is_reused", (run.id,)).fetchone()
        return int(row[0])

    def _set_state(self, run: Run, state: RunState) -> None:
        ended = None if state is RunState.RUNNING else _clock()
        self._db.execute("UPDATE run SET state = ?, ended_at = ? WHERE id = ?", (state, ended, run.id))


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")  # of a new file
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA wal_autocheckpoint={_PAGES_LOGGED}")
    connection.execute("PRAGMA synchronous=NORMAL")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        connection.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version={VERSION};COMMIT;")
    elif version != VERSION:
        raise sqlite3.DatabaseError(f"its version is {version}, this program knows {VERSION}")


def _lock(state_dir: Path) -> IO[str]:
    """Hold the folder until this process ends, however it ends."""
    handle = os.fdopen(os.open(state_dir / "lock", os.O_CREAT | os.O_RDWR, 0o600), "r+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.close()
        raise BatchError("B103", "another run is at work in this state folder", place=str(state_dir),
                         hint="wait for it, or name another folder with --state") from error  # fmt: skip
    return handle


def _clock() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
