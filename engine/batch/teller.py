"""What a worker tells its parent, and when: of no customer before its objects last.

Where customers take long, what was made is settled and told at once. Where they come fast the disk is not waited
for: every half of `every_s` what was put is brought a step further, and what was made two steps before is told; all of
it where the sink knows no such steps. So an outcome is told at most one and a half times `every_s` after it was made,
and all when nothing is left to make.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Final, TypeAlias, TypeVar

from engine.batch.making import Walker
from engine.batch.outcome_json import told
from engine.batch.shard import Report
from engine.errors import BillcastError
from engine.model.artifact import Outcome

T = TypeVar("T")
_STEPS: Final = 2  # after the one that first meets them, until objects last
_Made: TypeAlias = tuple[tuple[tuple[int, Outcome], ...], bool]  # outcomes by ordinal; whether they end their shard


class Teller:
    """Outcomes on the way to the parent. After an error none of them is told."""

    def __init__(self, connection: Connection, walker: Walker, every_s: float) -> None:
        self._connection = connection
        self._walker = walker
        self._every_s = every_s
        self._outcomes: list[tuple[int, Outcome]] = []
        self._made: list[_Made] = []  # of shards that ended since the last step
        self._on_the_way: deque[list[_Made]] = deque()
        self._settling_s = 0.0
        self._stepped_at = time.monotonic()

    def note(self, ordinal: int, outcome: Outcome) -> None:
        """Take an outcome in, and tell what is to be told by now. Raises `StorageError`."""
        self._outcomes.append((ordinal, outcome))
        passed = time.monotonic() - self._stepped_at
        if passed >= self._every_s:
            self.tell_all()
        elif passed >= self._every_s / 2:
            self._step()

    def end_shard(self) -> None:
        """Take in that the shard of the last outcomes is made."""
        self._made.append((tuple(self._outcomes), True))
        self._outcomes = []

    def tell_all(self) -> None:
        """Tell all that was made, when it lasts. Raises `StorageError`."""
        if not self._outcomes and not self._made and not self._on_the_way:
            return
        self._timed(self._walker.settle)
        self._on_the_way.append(self._group())
        while self._on_the_way:
            self._tell(self._on_the_way.popleft())

    def _step(self) -> None:
        if not self._timed(self._walker.advance):
            self.tell_all()
            return
        self._on_the_way.append(self._group())
        if len(self._on_the_way) > _STEPS:
            self._tell(self._on_the_way.popleft())

    def _timed(self, settle: Callable[[], T]) -> T:
        began = time.perf_counter()
        try:
            return settle()
        except BillcastError:
            self._outcomes, self._made = [], []
            self._on_the_way.clear()
            raise
        finally:
            self._settling_s += time.perf_counter() - began
            self._stepped_at = time.monotonic()

    def _group(self) -> list[_Made]:
        """Take what was made since the last step."""
        group = [*self._made, (tuple(self._outcomes), False)] if self._outcomes else self._made
        self._outcomes, self._made = [], []
        return group

    def _tell(self, group: list[_Made]) -> None:
        for outcomes, is_last in group:
            written = tuple([(ordinal, told(outcome)) for ordinal, outcome in outcomes])
            self._connection.send(Report(written, is_last=is_last, settled_s=self._settling_s))
            self._settling_s = 0.0
