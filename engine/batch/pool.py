"""A pool of worker processes, each on a pipe of its own, so that a death costs one shard's rest.

Why not a pool of the library or a package: docs/decisions/0003-worker-pool.md.
"""

from __future__ import annotations

import contextlib
import sys
import time
import types
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from engine.batch.server import server_context
from engine.batch.shard import Broken, Kit, Message, Ready, Report, Shard, Task, unreported
from engine.errors import BatchError

STARTS_THAT_MAY_FAIL = 3
FOLLOWING = 2  # shards that wait for a worker: one that it goes on with while the end of the one before is not told yet
Target = Callable[[Connection, Kit], None]


@dataclass(slots=True)
class Worker:
    """One process, the shard it has, those that wait for it, and when it was last heard of."""

    process: BaseProcess
    connection: Connection
    is_ready: bool = False
    shard: Shard | None = None
    following: deque[Shard] = field(default_factory=deque)  # handed over, and begun when `shard` is made
    reported: list[int] = field(default_factory=list)
    heard_at: float = 0.0
    is_late: bool = False
    kinds: set[str] = field(default_factory=set)  # of tasks that it has learnt to make

    def left(self) -> tuple[Task, ...]:
        """Return the tasks of its shard without an outcome."""
        return unreported(self.shard, self.reported) if self.shard else ()


@dataclass(frozen=True, slots=True)
class Death:
    """A worker process ended while it had work. `cause` says how.

    `following` are the shards that it had besides. It may have begun the first of them: what is made is told later.
    """

    shard: Shard
    left: tuple[Task, ...]
    cause: str
    is_late: bool
    following: tuple[Shard, ...] = ()


class Pool:
    """Keeps `size` workers alive. Workers start when there is work for them."""

    def __init__(self, kit: Kit, size: int, target: Target, *, time_limit_s: float) -> None:
        self._kit = kit
        self._size = size
        self._target = target
        self._limit_s = time_limit_s
        self._context = server_context()
        self._workers: list[Worker] = []
        self._failed_starts = 0

    @property
    def is_busy(self) -> bool:
        """True while a worker has a shard."""
        return any(worker.shard for worker in self._workers)

    @property
    def size(self) -> int:
        """How many workers there may be."""
        return self._size

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The ids of the worker processes."""
        return tuple(worker.process.pid or 0 for worker in self._workers)

    def has_room(self) -> bool:
        """True if a worker is idle or may be started."""
        return len(self._workers) < self._size or any(worker.shard is None for worker in self._workers)

    def next_worker(self) -> Worker:
        """Return an idle worker, or a new one; there must be room."""
        return next((worker for worker in self._workers if worker.shard is None), None) or self._start()

    def next_to_end(self) -> Worker | None:
        """Return a worker that has too little to go on with after its shard; None where none has, or is warm.

        It would wait for as long as its report takes to be recorded, the next shard to be read and handed over.
        After a shard that is careful none waits: it may kill the worker.
        """
        return next((worker for worker in self._workers if _may_follow(worker)), None)

    def kinds_beside(self, worker: Worker) -> set[str]:
        """Return the kinds of tasks that other workers have learnt to make."""
        return {kind for other in self._workers if other is not worker for kind in other.kinds}

    def give(self, shard: Shard, worker: Worker | None = None) -> None:
        """Hand the shard to this worker, or to the next idle one; there must be room."""
        worker = worker or self.next_worker()
        if worker.shard is None:
            worker.shard, worker.reported, worker.heard_at = shard, [], time.monotonic()
        else:
            worker.following.append(shard)
        try:
            worker.connection.send(shard)
        except OSError:
            return  # it has died: `events` tells

    def events(self, timeout_s: float) -> Iterator[Report | Broken | Death]:
        """Yield what the workers told or suffered, waiting at most `timeout_s` for the first."""
        self._end_the_late()
        by_connection = {worker.connection: worker for worker in self._workers}
        for connection in wait(list(by_connection), timeout_s):
            worker = by_connection[connection]  # type: ignore[index]
            try:
                message: Message = worker.connection.recv()
            except (EOFError, OSError):
                yield from self._bury(worker)
                continue
            worker.heard_at = time.monotonic()
            if isinstance(message, Ready):
                worker.is_ready, self._failed_starts = True, 0
                continue
            if isinstance(message, Report):
                worker.reported += [ordinal for ordinal, _ in message.outcomes]
                if message.is_last:
                    worker.shard = worker.following.popleft() if worker.following else None
                    worker.reported = []
            yield message

    def close(self) -> None:
        """End the workers: the idle ones by asking, the busy ones at once."""
        for worker in self._workers:
            if worker.shard is None and worker.is_ready:
                try:
                    worker.connection.send(None)
                except OSError:
                    worker.process.kill()
            else:
                worker.process.kill()
        for worker in self._workers:
            worker.process.join(5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.connection.close()
            worker.process.close()
        self._workers.clear()

    def _start(self) -> Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=self._target, args=(theirs, self._kit), name="billcast-worker")
        with _without_main():
            process.start()
        theirs.close()
        worker = Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _end_the_late(self) -> None:
        """Kill workers whose customer takes too long."""
        for worker in self._workers:
            if worker.shard and not worker.is_late and time.monotonic() - worker.heard_at > self._limit_s:
                worker.is_late = True
                worker.process.kill()

    def _bury(self, worker: Worker) -> Iterator[Death]:
        worker.process.join(5)
        code = worker.process.exitcode
        self._workers.remove(worker)
        worker.connection.close()
        cause = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts >= STARTS_THAT_MAY_FAIL:
                raise BatchError("B112", f"{STARTS_THAT_MAY_FAIL} worker processes ended at start ({cause})",
                                 hint="is there enough memory? try --workers 1, and `billcast doctor`")  # fmt: skip
        if worker.shard:
            # A worker that was not yet warm has not touched its shard.
            tries = worker.shard.tries if worker.is_ready else worker.shard.tries - 1
            yield Death(Shard(worker.shard.tasks, tries), worker.left(), cause, worker.is_late, tuple(worker.following))


def _may_follow(worker: Worker) -> bool:
    has_all = worker.shard is None or worker.shard.is_careful or len(worker.following) >= FOLLOWING
    return worker.is_ready and not has_all


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Hide the caller's script for a moment: multiprocessing would import it anew in each worker.

    Nothing of it is needed there, and so a notebook or a script without the usual guard works too.
    """
    script = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script
