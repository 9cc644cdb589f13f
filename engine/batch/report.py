"""What a run leaves beside its ledger: manifest, quarantine, links and a summary, each written whole or not at all.

manifest.jsonl    one line a customer: key, status, problem, decision, artifacts, public token
quarantine.jsonl  what was set aside or failed: source, place, fact, how to mend it
links.csv         what a sender takes: key, page address, pay address, subject, short text, channel, time
report.json       counts, bytes, fallbacks, seconds
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from engine.batch.ledger import Ledger, Run
from engine.batch.outcome_json import Known, manifest_line
from engine.batch.proofs import paths_of
from engine.batch.verdict import Verdict
from engine.errors import StorageError
from engine.evidence.tree import HashPath
from engine.model.artifact import OutcomeStatus
from engine.model.cell import plain_cell

MANIFEST, QUARANTINE, LINKS, REPORT = "manifest.jsonl", "quarantine.jsonl", "links.csv", "report.json"
LINK_COLUMNS = ("key", "page_url", "pay_url", "subject", "short_text", "channel", "send_at")
_AT_A_TIME = 500  # outcomes that are taken in while the run goes on
_LINKED = ("key", "page_url", "pay_url", "subject", "short", "channel", "send_at")
_COUNTED = ("group", "stage", "channel", "arm")  # of what was decided
_COUNTED_OF_ALL = ("group", "arm")


@dataclass(slots=True)
class ChannelTotal:
    """What one channel put."""

    objects: int = 0
    size_bytes: int = 0


@dataclass(slots=True)
class RunReport:
    """How a run ended. `state_dir` is None after a dry run."""

    counts: dict[OutcomeStatus, int]
    state_dir: Path | None
    cycle: str
    is_whole: bool = True
    reused: int = 0
    channels: dict[str, ChannelTotal] = field(default_factory=dict)
    paths: Counter[str] = field(default_factory=Counter)  # "pdf reference: reason" -> customers
    problems: Counter[str] = field(default_factory=Counter)  # code -> customers
    reasons: Counter[str] = field(default_factory=Counter)  # of the suppressed
    warnings: int = 0
    seconds: float = 0.0
    step_seconds: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    audit: Verdict | None = None  # what the audit found; None where there was none
    decided: dict[str, Counter[str]] = field(default_factory=dict)  # group, stage, channel, arm -> customers
    stamp: str = ""  # what became of the run's time stamp; empty where none is asked for

    @property
    def total(self) -> int:
        """Records with an outcome."""
        return sum(self.counts.values())

    @property
    def exit_code(self) -> int:
        """0: all done or rightly silent; 3: some set aside or failed; 4: the audit failed; 1: the run is broken."""
        set_aside = self.counts[OutcomeStatus.QUARANTINED] + self.counts[OutcomeStatus.FAILED]
        return _exit_code(self.audit, set_aside, is_whole=self.is_whole)

    def add(self, known: Known) -> None:
        """Take one outcome, as it is written, into the totals."""
        for stored in known.get("objects", ()):
            total = self.channels.get(stored["channel"])
            if total is None:
                total = self.channels[stored["channel"]] = ChannelTotal()
            total.objects += 1
            total.size_bytes += stored["size_bytes"]
        for channel, path in known.get("paths", ()):
            self.paths[f"{channel} {path}"] += 1
        self.warnings += len(known.get("warnings", ()))
        if "problem" in known:
            self.problems[known["problem"]["code"]] += 1
        if known["status"] == OutcomeStatus.SUPPRESSED.value:
            self.reasons.update(known.get("reasons", ()))
        if "rule" in known:
            self._count(known)

    def _count(self, known: Known) -> None:
        """Take what was decided into the totals; stage and channel of those alone to whom something goes out."""
        for name in _COUNTED if known["status"] == OutcomeStatus.DONE.value else _COUNTED_OF_ALL:
            if name in known:
                self.decided.setdefault(name, Counter())[known[name]] += 1
        if "tasks" in known:
            self.decided.setdefault("task", Counter()).update(kind for _, kind in known["tasks"])

    def fallback_share(self) -> dict[str, float]:
        """Return, for each channel with a fast path, the share of its customers who did not get it, 0 to 1."""
        fast: Counter[str] = Counter()
        all_of: Counter[str] = Counter()
        has_fast_path: set[str] = set()
        for path, count in self.paths.items():
            taken, _, reason = path.partition(": ")
            label, _, way = taken.rpartition(" ")
            all_of[label] += count
            fast[label] += count if way == "fast" else 0
            if way == "fast" or reason:  # a reason is given only where the fast path was not taken
                has_fast_path.add(label)
        return {label: round(1 - fast[label] / all_of[label], 6) for label in sorted(has_fast_path)}

    def as_json(self) -> dict[str, Any]:
        """Return the report as written to report.json: counts only, nothing personal."""
        return {
            "cycle": self.cycle,
            "is_whole": self.is_whole,
            "exit_code": self.exit_code,
            "total": self.total,
            **{status.value: count for status, count in self.counts.items()},
            "reused": self.reused,
            "channels": {name: asdict(total) for name, total in sorted(self.channels.items())},
            "paths": dict(sorted(self.paths.items())),
            "fallback_share": self.fallback_share(),
            "audit": self.audit.as_json() if self.audit else {},
            "problems": dict(sorted(self.problems.items())),
            "suppressed_because": dict(sorted(self.reasons.items())),
            **(
                {"decided": {name: dict(sorted(found.items())) for name, found in self.decided.items()}}
                if self.decided
                else {}
            ),
            "warnings": self.warnings,
            "seconds": round(self.seconds, 3),
            "step_seconds": {step: round(seconds, 3) for step, seconds in self.step_seconds.items()},
        }


@dataclass(slots=True)
class _Files:
    """The files on each customer, open: they get their names when they are whole."""

    manifest: IO[str]
    quarantine: IO[str]
    links: Any  # a csv writer

    def note(self, known: Known, path: HashPath | None) -> None:
        """Write an outcome into them. Raises `OSError`."""
        self.manifest.write(manifest_line(known, path) + "\n")
        if "problem" in known:
            self.quarantine.write(_quarantine_line(known) + "\n")
        if known["status"] == OutcomeStatus.DONE.value:
            self.links.writerow([plain_cell(known.get(name, "")) for name in _LINKED])


class Summary:
    """The totals of a run and its files on each customer, on the way to being whole.

    `go_on` takes in what is recorded while workers make the rest, so that little is left to do at the end, when only
    one process works. Where the manifest bears hash paths it takes nothing: they are known when all is recorded.
    """

    def __init__(self, ledger: Ledger, run: Run, state_dir: Path | None) -> None:
        self._ledger, self._run, self._folder = ledger, run, state_dir
        self._may_go_on = state_dir is not None and run.spec.evidence.tsa_url is None
        self._begin()

    def _begin(self) -> None:
        self._report = RunReport({}, self._folder, self._run.spec.cycle)
        self._opened = ExitStack()
        self._files: _Files | None = None
        self._next = 0  # the first ordinal that is not taken in: all before it are

    def go_on(self) -> None:
        """Take in a part of what is recorded, up to the first record without an outcome."""
        if not self._may_go_on or self._folder is None:
            return
        try:
            files = self._files_in(self._folder)
            with closing(self._ledger.written(self._run, self._next, _AT_A_TIME)) as found:
                for ordinal, known in found:
                    if ordinal != self._next:
                        return
                    self._report.add(known)
                    files.note(known, None)
                    self._next += 1
        except OSError:  # there is no room: if there is none at the end either, `end` says so
            self._drop()
        except BaseException:  # in the midst of an outcome: what is written says more or less than it should
            self._drop()
            raise

    def close(self) -> None:
        """Leave nothing open, nor a draft, of a run that came to no end: the next one writes to the same names."""
        self._drop()

    def _drop(self) -> None:
        """Leave nothing of what was written, and take nothing more in before the end."""
        with suppress(_DroppedError, OSError), self._opened:
            raise _DroppedError
        self._may_go_on = False
        self._begin()

    def end(self, *, is_whole: bool = True) -> RunReport:
        """Return the totals of all that is recorded, its files written, mode 0600. Raises `StorageError` (S103)."""
        report = self._report
        report.counts, report.reused = self._ledger.counts(self._run), self._ledger.reused(self._run)
        report.is_whole = is_whole
        if self._folder is None:
            for _, known in self._ledger.written(self._run):
                report.add(known)
            return report
        has_evidence = is_whole and self._run.spec.evidence.tsa_url is not None
        manifest = self._folder / MANIFEST
        with (
            _told_as_no_room(self._folder),
            paths_of(self._ledger, self._run, manifest, is_wanted=has_evidence) as path_of,
            self._opened,
        ):
            files = self._files_in(self._folder)
            for _, known in self._ledger.written(self._run, self._next):
                report.add(known)
                files.note(known, path_of(known))
        return report

    def _files_in(self, folder: Path) -> _Files:
        if self._files is None:
            manifest, quarantine, links = (
                self._opened.enter_context(whole_file(folder / name)) for name in (MANIFEST, QUARANTINE, LINKS)
            )
            self._files = _Files(manifest, quarantine, csv.writer(links))
            self._files.links.writerow(LINK_COLUMNS)
        return self._files


class _DroppedError(Exception):
    """What was begun is not to be finished."""


def write_report(report: RunReport) -> None:
    """Write the totals into the state folder, mode 0600. Raises `StorageError` (S103)."""
    if report.state_dir is not None:
        _write(report.state_dir, report.as_json())


def _write(folder: Path, totals: Mapping[str, Any]) -> None:
    with _told_as_no_room(folder), whole_file(folder / REPORT) as file:
        file.write(json.dumps(totals, indent=2, ensure_ascii=False) + "\n")


def note_verdict(folder: Path, verdict: Verdict) -> None:
    """Say in the report of a state folder what a later audit found. Raises `StorageError` (S103).

    What failed it is not whole any more; what passes it is whole again when it was resumed.
    """
    try:
        known = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return  # the run was killed before it had one
    known["audit"] = verdict.as_json()
    known["is_whole"] = known["is_whole"] and not verdict.differing
    set_aside = known[OutcomeStatus.QUARANTINED.value] + known[OutcomeStatus.FAILED.value]
    known["exit_code"] = _exit_code(verdict, set_aside, is_whole=known["is_whole"])
    _write(folder, known)


def _exit_code(verdict: Verdict | None, set_aside: int, *, is_whole: bool) -> int:
    if verdict and verdict.differing:
        return 4
    if not is_whole:
        return 1
    return 3 if set_aside else 0


@contextmanager
def _told_as_no_room(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError("S103", f"the report can't be written: {error.strerror}", place=str(folder),
                           hint="free or add space, then `billcast resume`") from error  # fmt: skip


def _quarantine_line(known: Known) -> str:
    line = {"key": known["key"], "status": known["status"], "source": known.get("source", "")}
    line |= {name: known["problem"][name] for name in ("code", "place", "fact", "hint")}
    if "detail" in known:
        line["detail"] = known["detail"]
    return json.dumps(line, ensure_ascii=False)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """Open a file that gets its name only when it is whole; what is not takes no room that others need."""
    draft = path.with_name(f".{path.name}.part")
    handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
