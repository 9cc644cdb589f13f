"""How far a run is: what the progress display, the log and the library's callback are told."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.batch.outcome_json import Told
from engine.model.artifact import Outcome, OutcomeStatus


@dataclass(slots=True)
class Progress:
    """Counts of a run so far. `total` is about how many records there are, None when unknown."""

    total: int | None = None
    notes: tuple[str, ...] = ()  # what a user should know before it ends, as where the key comes from
    read: int = 0  # ingest
    known: int = 0  # recorded before a resume
    reused: int = 0  # same content as in an earlier run
    counts: dict[OutcomeStatus, int] = field(default_factory=lambda: dict.fromkeys(OutcomeStatus, 0))
    step_seconds: dict[str, float] = field(default_factory=dict)  # compose, fill, put: worker seconds
    started_s: float = field(default_factory=time.monotonic)
    audit_s: float = 0.0  # seconds that went into the audit
    audited: int = 0  # records that the audit has judged
    to_audit: int | None = None  # records that it judges, None before it begins

    @property
    def settled(self) -> int:
        """Records that have their outcome."""
        return self.known + sum(self.counts.values())

    @property
    def made(self) -> int:
        """Customers that workers dealt with in this process."""
        return sum(self.counts.values()) - self.reused

    @property
    def seconds(self) -> float:
        """Seconds since the start, without the audit's."""
        return time.monotonic() - self.started_s - self.audit_s

    @property
    def per_second(self) -> float:
        """Customers a second since the start."""
        return self.made / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """About how long it still takes; None when that can't be told."""
        if self.total is None or self.made < 1 or self.per_second <= 0:
            return None
        return max(self.total - self.settled, 0) / self.per_second

    def add(self, outcome: Outcome | Told, *, is_reused: bool = False) -> None:
        """Count one outcome."""
        self.counts[outcome.status] += 1
        self.reused += is_reused
        for step, seconds in outcome.step_seconds:
            self.spend(step, seconds)

    def spend(self, step: str, seconds: float) -> None:
        """Count worker seconds of a step."""
        self.step_seconds[step] = self.step_seconds.get(step, 0.0) + seconds


OnProgress: TypeAlias = Callable[[Progress], None]


def audit_teller(progress: Progress, on_progress: OnProgress | None) -> Callable[[int, int], None]:
    """Return what notes how many records an audit has judged, and of how many, and shows it."""
    began_s = time.monotonic()

    def tell(judged: int, total: int) -> None:
        progress.audited, progress.to_audit, progress.audit_s = judged, total, time.monotonic() - began_s
        if on_progress:
            on_progress(progress)

    return tell
