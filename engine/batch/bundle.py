"""Print files of a run: its letters in the order of the post, joined, with an index.

    STATE/print/<cycle>-0001.pdf   whole letters, by country and postal code, then key
    STATE/print/index.csv          one line a letter: where it stands, whose it is, what it was

All of it lies in the state folder, mode 0600: it is never published. Only customers who are done and
have a bill.pdf are in it; where a policy chose how to meet each customer, only those it meets by post.
Letters are read back through the sink, a few ahead, and must have the sha256 that the ledger recorded.
Memory: `READ_AHEAD` letters, and the unique objects of one print file.

Files get their names when they are whole; an earlier index goes first and the new one comes last, so
that files with an index are a whole bundle. What an earlier, longer bundle left is removed.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from engine.batch.ledger import Ledger, Run, RunState
from engine.batch.report import whole_file
from engine.contracts import Letter, Printer, PrintFile, Sink
from engine.errors import BatchError, StorageError
from engine.model.artifact import Outcome, StoredObject
from engine.model.cell import plain_cell
from engine.registry import load_printer

FOLDER, INDEX = "print", "index.csv"
COLUMNS = ("print_file", "first_page", "last_page", "sheets", "key", "country", "postal_code", "sha256", "seal")
LETTER = "bill.pdf"
READ_AHEAD = 8


@dataclass(slots=True)
class Bundle:
    """What was joined. `pages` counts empty backs too; `letter_bytes` is what the letters weigh alone."""

    folder: Path
    files: int = 0
    letters: int = 0
    pages: int = 0
    sheets: int = 0
    size_bytes: int = 0
    letter_bytes: int = 0
    unsealed: int = 0  # letters whose seal could not be kept
    elsewhere: int = 0  # customers whom the policy meets by another way than post


@dataclass(frozen=True, slots=True)
class Paper:
    """How letters are put on paper. With `is_duplex` each letter begins on a new sheet."""

    most_pages: int
    is_duplex: bool = False

    def sheets(self, pages: int) -> int:
        """Return how many sheets of paper `pages` take."""
        return -(-pages // 2) if self.is_duplex else pages

    def room(self, pages: int) -> int:
        """Return how many pages of a print file `pages` take, an empty back included."""
        return 2 * self.sheets(pages) if self.is_duplex else pages


def bundle(state_dir: Path, paper: Paper, *, sync: bool = True) -> Bundle:
    """Join the letters of the newest run of a state folder; returns what came of it.

    Raises `BatchError` (B103, B104; R140 for an unfinished run, R142 where there is no PDF, R144 for a
    letter longer than a print file), `RenderError` (R143), `StorageError`, `MissingPartError` (X101).
    """
    with Ledger.open(state_dir) as ledger:
        run = ledger.last_run()
        if run is None:
            raise _no_run(state_dir)
        if run.state is not RunState.FINISHED:
            raise BatchError("R140", "the run is not finished", place=str(state_dir), hint="`billcast resume` first")
        sink = run.spec.address(sync=sync).open()
        return _join(ledger, run, sink, load_printer(), paper, state_dir / FOLDER)


def state_of(place: Path) -> Path:
    """Return the state folder that `place` is, or the only one of an output folder. Raises `BatchError` (R141)."""
    if (place / "ledger.sqlite").is_file():
        return place
    found = sorted(path.parent for path in (place / ".billcast").glob("*/ledger.sqlite"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise _no_run(place)
    names = ", ".join(path.name for path in found[:5])
    raise BatchError("R141", "several runs went into this output", place=str(place),
                     hint=f"name one of its state folders: {names}")  # fmt: skip


def _no_run(place: Path) -> BatchError:
    return BatchError(
        "R141", "there is no run here", place=str(place), hint="name a state folder, as OUT/.billcast/<run>"
    )


def _join(ledger: Ledger, run: Run, sink: Sink, printer: Printer, paper: Paper, folder: Path) -> Bundle:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / INDEX).unlink(missing_ok=True)  # without an index the files are not to be printed
        work = _Work(Bundle(folder), printer, paper, run.spec.cycle)
        with whole_file(folder / INDEX) as index:
            table = csv.writer(index)
            table.writerow(COLUMNS)
            with contextlib.closing(_read(ledger, run, sink)) as letters:
                for outcome, stored, data in letters:
                    table.writerow(work.add(outcome, stored, data))
            work.close()
            work.made.elsewhere = ledger.elsewhere(run)
            if not work.made.letters and not work.made.elsewhere:
                raise BatchError("R142", "no customer of the run has a PDF", place=run.spec.cycle,
                                 hint="render with the channel pdf")  # fmt: skip
            _remove(folder, keep=work.names)
    except OSError as error:
        raise StorageError("S103", f"a print file can't be written: {error.strerror}", place=str(folder),
                           hint="free or add space, then bundle again") from error  # fmt: skip
    return work.made


@dataclass(slots=True)
class _Work:
    """The print file in hand, and what was made so far."""

    made: Bundle
    printer: Printer
    paper: Paper
    cycle: str
    names: set[str] = field(default_factory=set)
    _file: PrintFile | None = None

    def add(self, outcome: Outcome, stored: StoredObject, data: bytes) -> tuple[str | int, ...]:
        """Put a letter into the file in hand, or a new one where it has no room; returns its line of the index."""
        letter, made = self.printer.open_letter(data, outcome.key), self.made
        room = self.paper.room(letter.pages)
        if room > self.paper.most_pages:
            raise BatchError("R144", f"a letter takes {room} pages, a print file has {self.paper.most_pages} at most",
                             place=outcome.key, hint="allow more pages a file")  # fmt: skip
        if self._file and self._file.pages + room > self.paper.most_pages:
            self.close()
        file = self._file = self._file or self.printer.new_file(f"{self.cycle} {len(self.names) + 1:04}")
        first, last = file.pages + 1, file.pages + letter.pages
        file.add(letter)
        if room > letter.pages:
            file.add_blank()
        made.letters += 1
        made.pages += room
        made.sheets += self.paper.sheets(letter.pages)
        made.letter_bytes += len(data)
        made.unsealed += letter.is_sealed
        country, _, postal_code = outcome.postal.partition(" ")
        return (self._name, first, last, self.paper.sheets(letter.pages), plain_cell(outcome.key), country,
                postal_code, stored.sha256, _seal(letter))  # fmt: skip

    def close(self) -> None:
        """Write the file in hand under its name."""
        if self._file is None:
            return
        path = self.made.folder / self._name
        draft = path.with_name(f".{path.name}.part")
        draft.touch(mode=0o600)
        self._file.save(draft)
        draft.replace(path)
        self.names.add(path.name)
        self.made.files += 1
        self.made.size_bytes += path.stat().st_size
        self._file = None

    @property
    def _name(self) -> str:
        return f"{self.cycle}-{len(self.names) + 1:04}.pdf"


def _seal(letter: Letter) -> str:
    return "dropped" if letter.is_sealed else "none"


def _read(ledger: Ledger, run: Run, sink: Sink) -> Generator[tuple[Outcome, StoredObject, bytes]]:
    """Yield the letters in the order of the post, a few read ahead. Raises `StorageError`."""
    ahead: deque[tuple[Outcome, StoredObject, Future[bytes]]] = deque()
    with ThreadPoolExecutor(READ_AHEAD) as pool:
        try:
            for outcome in ledger.letters(run):
                stored = next((item for item in outcome.objects if item.path.endswith(f"/{LETTER}")), None)
                if stored is None:
                    continue
                ahead.append((outcome, stored, pool.submit(_get, sink, stored)))
                if len(ahead) == READ_AHEAD:
                    yield _next(ahead)
            while ahead:
                yield _next(ahead)
        finally:
            pool.shutdown(cancel_futures=True)


def _next(ahead: deque[tuple[Outcome, StoredObject, Future[bytes]]]) -> tuple[Outcome, StoredObject, bytes]:
    outcome, stored, coming = ahead.popleft()
    return outcome, stored, coming.result()


def _get(sink: Sink, stored: StoredObject) -> bytes:
    data = sink.get(stored.path)
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise StorageError("S106", "the object's bytes are not those that the run recorded", place=stored.path,
                           hint="render it anew into another state folder")  # fmt: skip
    return data


def _remove(folder: Path, keep: set[str]) -> None:
    for path in folder.glob("*.pdf"):
        if path.name not in keep:
            path.unlink()
