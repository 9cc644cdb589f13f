"""Worker processes with the real loop around a walker that needs no template: fast, and deadly on demand.

What a customer does stands in its attribute `does`: dies, hangs, breaks, fails, raises, or dies-once.
"""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from pathlib import Path

from engine.batch.outcome_json import told
from engine.batch.record_path import Walked
from engine.batch.shard import Kit, Ready, Report
from engine.batch.worker import serve
from engine.errors import MissingPartError, StorageError
from engine.model.artifact import Outcome, OutcomeStatus


class FakeWalker:
    """Notes each customer it meets in a file, so that a test sees what was made twice."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def begin(self, customer, source=""):
        return partial(self.walk, customer, source)

    def walk(self, customer, source=""):
        with self._log.open("a") as file:
            file.write(f"{customer.key}\n")
        does = customer.attributes.get("does", "")
        getattr(self, "_" + does.replace("-", "_"), lambda: None)()
        status = OutcomeStatus.FAILED if does == "fails" else OutcomeStatus.DONE
        return Walked(Outcome(customer.key, status, source, seconds=0.001, step_seconds=(("fill", 0.001),)))

    def advance(self):
        return False

    def settle(self):
        time.sleep(0.01)

    def _dies(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def _dies_once(self):
        marker = self._log.with_suffix(".died")
        if not marker.exists():
            marker.touch()
            self._dies()

    def _hangs(self):
        time.sleep(60)

    def _breaks(self):
        raise StorageError("S103", "no room to write", hint="free space")

    def _raises(self):
        raise ZeroDivisionError("with the customer's name inside")


def work(connection, kit: Kit) -> None:
    """The target of a fake worker: `cache_dir` is where it logs."""
    serve(connection, kit, lambda kit: FakeWalker(kit.cache_dir / "met"))


def work_slowly_ahead(connection, kit: Kit) -> None:
    """A worker that waits for the next shard before it makes one. Notes how many each has, and whether one came."""
    connection.send(Ready())
    shard = connection.recv()
    while shard is not None:
        following = connection.recv() if connection.poll(1) else None
        with (kit.cache_dir / "met").open("a") as file:
            file.write(f"{len(shard)}{'+' if following else '.'}\n")
        made = ((task.ordinal, Outcome(task.key, OutcomeStatus.DONE, seconds=0.001)) for task in shard.tasks)
        connection.send(Report(tuple((ordinal, told(outcome)) for ordinal, outcome in made), is_last=True))
        shard = following or connection.recv()


def die_at_start(connection, kit: Kit) -> None:
    """A worker that never gets warm."""
    os._exit(7)


def lack_a_part(connection, kit: Kit) -> None:
    """A worker whose channel needs a package that is missing."""

    def open_walker(kit):
        raise MissingPartError("X101", "a channel needs the package moviepy", hint="pip install 'billcast[video]'")

    serve(connection, kit, open_walker)
