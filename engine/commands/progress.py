"""How far a run is, on a terminal as a bar, elsewhere as plain lines. Steps: ingest, compose, fill, put; then audit."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from engine.batch.progress import Progress
from engine.log import STEPS
from engine.model.artifact import OutcomeStatus

PLAIN_EVERY_S = 5.0


class Display(Protocol):
    """Shows the progress of one run, as a context."""

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None: ...  # fmt: skip
    def __call__(self, progress: Progress) -> None: ...


class PlainDisplay:
    """A line at most every five seconds, and one at the end of the customers and of the audit."""

    def __init__(self, console: Console, every_s: float = PLAIN_EVERY_S) -> None:
        self._console = console
        self._every_s = every_s
        self._shown_at = time.monotonic()
        self._last: Progress | None = None
        self._is_auditing = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._last:
            self._print(self._last)

    def __call__(self, progress: Progress) -> None:
        if self._last is None:
            _print_notes(self._console, progress)
        if progress.to_audit is not None and not self._is_auditing:
            self._is_auditing = True
            if progress.settled:
                self._say(_so_far(progress))  # where the customers ended
        self._last = progress
        if time.monotonic() - self._shown_at >= self._every_s:
            self._print(progress)

    def _print(self, progress: Progress) -> None:
        self._say(_so_far(progress) if progress.to_audit is None else _audit_so_far(progress))

    def _say(self, line: str) -> None:
        self._shown_at = time.monotonic()
        self._console.print(line, highlight=False, soft_wrap=True)


class BarDisplay:
    """A bar with rate and time left."""

    def __init__(self, console: Console) -> None:
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[tally]}"),
            console=console,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, progress: Progress) -> None:
        if self._task is None:
            _print_notes(self._bar.console, progress)
            self._task = self._bar.add_task("ingest", total=None, pace="", tally="")
        self._bar.update(
            self._task,
            description=busiest(progress) if progress.to_audit is None else "audit",
            total=progress.total if progress.to_audit is None else progress.to_audit,
            completed=progress.settled if progress.to_audit is None else progress.audited,
            pace=pace(progress),
            tally=tally(progress),
        )


def _print_notes(console: Console, progress: Progress) -> None:
    for note in progress.notes:
        console.print(note, markup=False, highlight=False, soft_wrap=True)


def _so_far(progress: Progress) -> str:
    total = f"/{progress.total}" if progress.total is not None else ""
    return f"{progress.settled}{total} customers, {pace(progress)}, {tally(progress)}"


def _audit_so_far(progress: Progress) -> str:
    return f"audit: {progress.audited}/{progress.to_audit} documents compared, {duration(progress.audit_s)}"


def display_for(console: Console) -> Display:
    """Return a bar on a terminal, plain lines elsewhere."""
    return BarDisplay(console) if console.is_terminal else PlainDisplay(console)


def busiest(progress: Progress) -> str:
    """Return the step that took most of the workers' time so far; before that, ingest."""
    spent = progress.step_seconds
    return max(spent, key=lambda step: spent[step]) if spent else STEPS[0]


def pace(progress: Progress) -> str:
    """Return rate and time left, as in `12.3/s, 2 min left`."""
    rate = f"{progress.per_second:.1f}/s"
    left = progress.seconds_left
    return rate if left is None else f"{rate}, {duration(left)} left"


def tally(progress: Progress) -> str:
    """Return the counts that are not zero, then the share of each step."""
    counts = [f"{count} {status.value}" for status, count in progress.counts.items() if count]
    counts += [f"{progress.reused} unchanged"] if progress.reused else []
    counts += [f"{progress.known} recorded before"] if progress.known else []
    whole = sum(progress.step_seconds.values())
    if whole > 0:
        spent = [(step, progress.step_seconds[step]) for step in STEPS if step in progress.step_seconds]
        shares = [f"{step} {100 * seconds / whole:.0f} %" for step, seconds in spent]
        counts.append(" ".join(shares))
    return ", ".join(counts) or f"nothing {OutcomeStatus.DONE.value} yet"


def duration(seconds: float) -> str:
    """Return a duration in the two largest units, as in `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
