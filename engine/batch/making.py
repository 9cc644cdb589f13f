"""From tasks to outcomes, some at a time: step by step for all of them, then the rest one after the other.

What reads a line, what composes and what fills are each some hundred thousand instructions of the interpreter, and
more data than the processor's nearest caches hold: a step that comes again at once finds its own still there.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from engine.batch.intake import customer_of
from engine.batch.record_path import Walked
from engine.batch.shard import Task
from engine.errors import BillcastError, Problem
from engine.model.artifact import Outcome, OutcomeStatus
from engine.model.customer import Customer

Made: TypeAlias = tuple[Task, Outcome]

TOGETHER = 16  # customers whose communications are held at a time, some 0.1 MB each; more gained nothing


class Walker(Protocol):
    """What makes customers: a `RecordPath`."""

    def begin(self, customer: Customer, source: str = "") -> Callable[[], Walked]:
        """Do what needs no other customer to be finished; return what does the rest."""

    def advance(self) -> bool: ...

    def settle(self) -> None: ...


def make(walker: Walker, tasks: Sequence[Task], *, together: int = TOGETHER) -> Iterator[Made]:
    """Yield each task with its outcome, in order. Raises `BillcastError` where the run is broken.

    It is raised in the turn of the task that met it, after the outcomes of those before.
    """
    for first in range(0, len(tasks), together):
        group = [_Making(task) for task in tasks[first : first + together]]
        for one in group:
            one.go(one.read)
        for one in group:
            one.go(one.begin, walker)
        for one in group:
            one.go(one.finish)
            yield one.task, one.result()


class _Making:
    """One customer on the way to an outcome. What goes wrong is kept until its turn."""

    __slots__ = ("_broken", "_customer", "_finish", "_outcome", "_seconds", "_warnings", "task")

    _customer: Customer
    _warnings: tuple[str, ...]
    _seconds: float  # of reading
    _finish: Callable[[], Walked]

    def __init__(self, task: Task) -> None:
        self.task = task
        self._outcome: Outcome | None = None
        self._broken: BillcastError | None = None

    def go(self, step: Callable[..., None], *given: Walker) -> None:
        """Take a step, unless it came to an end before."""
        if self._outcome is not None or self._broken is not None:
            return
        try:
            step(*given)
        except BillcastError as error:
            self._broken = error
        except Exception as error:  # noqa: BLE001 - the one broad except: a bug costs one customer, not the run
            task = self.task
            self._outcome = Outcome(task.key, OutcomeStatus.FAILED, task.source, problem=unforeseen(error))

    def read(self) -> None:
        """Look into the line."""
        started = time.perf_counter()
        taken = customer_of(self.task)
        if isinstance(taken, Outcome):
            self._outcome = taken
            return
        self._customer, self._warnings = taken
        self._seconds = round(time.perf_counter() - started, 6)

    def begin(self, walker: Walker) -> None:
        """Compose."""
        self._finish = walker.begin(self._customer, self.task.source)

    def finish(self) -> None:
        """Fill and put."""
        outcome = self._finish().outcome
        steps = (("ingest", self._seconds), *outcome.step_seconds)
        seconds = round(outcome.seconds + self._seconds, 6)
        self._outcome = outcome.timed(seconds, steps, self._warnings + outcome.warnings)

    def result(self) -> Outcome:
        """Return the outcome. Raises `BillcastError` where the run is broken."""
        if self._broken is not None:
            raise self._broken
        assert self._outcome is not None  # after `finish`
        return self._outcome


def unforeseen(error: Exception) -> Problem:
    """Return a problem with the error's type and place; its message may hold what is personal."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Problem(
        "B110", f"an unexpected {type(error).__name__}", where, "please report it, with this code, type and place"
    )
