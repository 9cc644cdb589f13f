"""The runner: takes batches from the plan, keeps the workers busy, and records every outcome.

Memory of the parent: at most ((1 + FOLLOWING) x workers + 1 + AHEAD) x shard_size customers or lines, whatever the
input's size: one batch in hand, AHEAD shards waiting, so that each worker finds what it knows, and of each worker the
shard that it makes and FOLLOWING ones; plus what ingest holds, and the reports on the way (`report_every_s` of
each worker). A worker holds all of its shards.

A worker that dies costs nothing that was reported. Its shard's rest is tried again, with a report
after each customer; the first one without a report at a second death is tried alone, and set aside
if it kills a third worker. The death of a worker that had gone on to a following shard, unknown to the
parent, counts for the shard before: its rest is tried again, the following one is given anew as it was.
"""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from engine import errors
from engine.batch.ledger import Entry, Ledger, Run
from engine.batch.outcome_json import Told
from engine.batch.pace import Pace
from engine.batch.plan import Planned
from engine.batch.pool import Death, Pool, Worker
from engine.batch.progress import OnProgress, Progress
from engine.batch.shard import Broken, Report, Shard, Task
from engine.batch.waiting import Waiting
from engine.errors import BatchError, BillcastError, Problem
from engine.log import Step, event
from engine.model.artifact import Outcome, OutcomeStatus

GIVE_UP_AFTER = 50  # failures in a row, without one customer done
WAIT_S = 0.25
AHEAD = 4  # shards that wait
ALONE = 2  # tries after which a customer is given alone


@dataclass(slots=True)
class Runner:
    """One run at work. `run` may be called once."""

    run: Run
    ledger: Ledger
    pool: Pool
    shard_size: int
    progress: Progress
    on_progress: OnProgress | None = None
    meanwhile: Callable[[], None] | None = None  # is called again and again, when what was told is recorded
    _waiting: Waiting = field(default_factory=Waiting)
    _again: deque[Shard] = field(default_factory=deque)
    _in_flight: dict[int, Task] = field(default_factory=dict)
    _unwritten: list[Entry] = field(default_factory=list)
    _pace: Pace = field(default_factory=Pace)

    def work(self, planned: Iterator[Planned]) -> None:
        """Bring every record of the plan to its outcome. Raises `BillcastError` when the run is broken.

        Whatever ends it, the outcomes that were reported are recorded and the workers are ended.
        """
        try:
            more = True
            while more or self._waiting or self._again or self.pool.is_busy:
                more = more and self._read_on(planned)
                self._hand_out(is_end=not more)
                for told in self.pool.events(WAIT_S if self.pool.is_busy else 0):
                    self._hear(told)
                self._write()
                self._show()
                if self.meanwhile:
                    self.meanwhile()
        except BaseException:
            with contextlib.suppress(BillcastError):  # the first error is the one to tell
                self._write()
            raise
        finally:
            self.pool.close()

    def _read_on(self, planned: Iterator[Planned]) -> bool:
        """Read batches until some shards' worth of tasks waits; False at the end of the input."""
        while len(self._waiting) < AHEAD * self.shard_size:
            batch = next(planned, None)
            if batch is None:
                return False
            self.progress.known += batch.known
            self.progress.read += batch.known + len(batch.ready) + len(batch.tasks)
            for entry in batch.ready:
                self._settle(entry)
            self._waiting.extend(batch.tasks)
            self._write()
            self._show()
        return True

    def _hand_out(self, *, is_end: bool) -> None:
        while self.pool.has_room() and (self._again or self._waiting):
            if self._again:
                self.pool.give(self._again.popleft())
            else:
                self._give(self.pool.next_worker(), is_end=is_end)
        while self._waiting and not self._again and (worker := self.pool.next_to_end()):
            self._give(worker, is_end=is_end)

    def _give(self, worker: Worker, *, is_end: bool) -> None:
        """Hand tasks to a worker: at the end of the input ever fewer, so that all workers end together."""
        size = self._pace.shard_size(self.shard_size)
        if is_end:
            size = min(size, max(1, len(self._waiting) // (2 * self.pool.size)))
        tasks = self._waiting.take(size, worker.kinds, self.pool.kinds_beside(worker))
        self._in_flight.update((task.ordinal, task) for task in tasks)
        self.pool.give(Shard(tasks), worker)

    def _hear(self, told: Report | Broken | Death) -> None:
        if isinstance(told, Report):
            if told.settled_s:
                self.progress.spend("put", told.settled_s)
            for ordinal, outcome in told.outcomes:
                self._pace.note(outcome.seconds)
                self._settle_task(ordinal, outcome)
        elif isinstance(told, Death):
            self._bury(told)
        else:
            raise rebuilt(told)

    def _settle_task(self, ordinal: int, outcome: Outcome | Told) -> None:
        task = self._in_flight.pop(ordinal)
        may_be_reused = outcome.status in (OutcomeStatus.DONE, OutcomeStatus.SUPPRESSED)
        self._settle(Entry(ordinal, outcome, task.content if may_be_reused else None))

    def _settle(self, entry: Entry) -> None:
        outcome = entry.outcome
        self._unwritten.append(entry)
        self.progress.add(outcome, is_reused=entry.is_reused)
        log_outcome(outcome)
        counts = self.progress.counts
        if counts[OutcomeStatus.FAILED] >= GIVE_UP_AFTER and not counts[OutcomeStatus.DONE]:
            code = outcome.problem.code if outcome.problem else ""
            raise BatchError("B111", f"{GIVE_UP_AFTER} customers failed and none was done; the last with {code}",
                             hint="quarantine.jsonl in the state folder names them")  # fmt: skip

    def _bury(self, death: Death) -> None:
        """Try the rest of a dead worker's shard again, ever more carefully."""
        left, tries = death.left, death.shard.tries + 1
        event("run", "worker died", level=logging.WARNING, cause=death.cause, left=len(left), tries=tries)
        self._again.extend(death.following)
        if not left:
            return
        if death.shard.is_careful and (tries > ALONE or death.is_late):
            self._settle_task(left[0].ordinal, _deadly(left[0], death))
            self._try_again(left[1:], 0)
        elif death.shard.is_careful:
            self._try_again(left[:1], tries)
            self._try_again(left[1:], 0)
        else:
            self._try_again(left, tries)

    def _try_again(self, tasks: Sequence[Task], tries: int) -> None:
        if tasks:
            self._again.append(Shard(tuple(tasks), tries))

    def _write(self) -> None:
        if self._unwritten:
            self.ledger.record(self.run, self._unwritten)
            self._unwritten.clear()

    def _show(self) -> None:
        if self.on_progress:
            self.on_progress(self.progress)


def log_outcome(outcome: Outcome | Told) -> None:
    """Write one line on a customer: key, status, codes and seconds."""
    problem = outcome.problem
    if problem:
        step: Step = "ingest" if problem.code.startswith("I") else "fill"
        event(step, outcome.status.value, level=logging.WARNING, key=outcome.key, source=outcome.source,
              code=problem.code)  # fmt: skip
    else:
        event("put", outcome.status.value, level=logging.DEBUG, key=outcome.key, seconds=outcome.seconds)


def rebuilt(broken: Broken) -> BillcastError:
    """Return the error that a worker met, to be raised here."""
    kind = getattr(errors, broken.kind, BatchError)
    problem = broken.problem
    error: BillcastError = kind(problem.code, problem.fact, place=problem.place, hint=problem.hint)
    return error


def _deadly(task: Task, death: Death) -> Outcome:
    if death.is_late:
        problem = Problem("B109", "the customer took longer than the time limit",
                          hint="raise BILLCAST_TIME_LIMIT_S if it is honest work")  # fmt: skip
    else:
        problem = Problem("B108", f"{ALONE + 1} worker processes died at this customer ({death.cause})",
                          hint="signal 9 often means that memory ran out; render it alone with --customer")  # fmt: skip
    return Outcome(task.key, OutcomeStatus.QUARANTINED, task.source, problem=problem)
