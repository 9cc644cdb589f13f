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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from engine.batch.ledger import Ledger, Run
from engine.batch.outcome_json import Known, manifest_line
from engine.batch.proofs import paths_of
from engine.batch.verdict import Verdict
from engine.errors import StorageError
from engine.model.artifact import OutcomeStatus
from engine.model.cell import plain_cell

MANIFEST, QUARANTINE, LINKS, REPORT = "manifest.jsonl", "quarantine.jsonl", "links.csv", "report.json"
LINK_COLUMNS = ("key", "page_url", "pay_url", "subject", "short_text", "channel", "send_at")
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


def summarise(ledger: Ledger, run: Run, state_dir: Path | None, *, is_whole: bool = True) -> RunReport:
    """Return the totals of a run, read from the ledger one outcome at a time.

    With a state folder its files on each customer are written in the same pass, mode 0600. Raises
    `StorageError` (S103).
    """
    report = RunReport(ledger.counts(run), state_dir, run.spec.cycle, is_whole, ledger.reused(run))
    has_evidence = is_whole and run.spec.evidence.tsa_url is not None
    with _files_in(state_dir, ledger, run, has_evidence=has_evidence) as note:
        for known in ledger.written(run):
            report.add(known)
            note(known)
    return report


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
def _files_in(
    folder: Path | None, ledger: Ledger, run: Run, *, has_evidence: bool
) -> Iterator[Callable[[Known], None]]:
    """Open manifest, quarantine and links, and give what writes an outcome into them; None: nowhere."""
    if folder is None:
        yield lambda _: None
        return
    with (
        _told_as_no_room(folder),
        paths_of(ledger, run, folder / MANIFEST, is_wanted=has_evidence) as path_of,
        whole_file(folder / MANIFEST) as manifest,
        whole_file(folder / QUARANTINE) as quarantine,
        whole_file(folder / LINKS) as links,
    ):
        table = csv.writer(links)
        table.writerow(LINK_COLUMNS)

        def note(known: Known) -> None:
            manifest.write(manifest_line(known, path_of(known)) + "\n")
            if "problem" in known:
                quarantine.write(_quarantine_line(known) + "\n")
            if known["status"] == OutcomeStatus.DONE.value:
                table.writerow([plain_cell(known.get(name, "")) for name in _LINKED])

        yield note


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
    """Open a file that gets its name only when it is whole."""
    draft = path.with_name(f".{path.name}.part")
    handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
