"""What passes between the parent and its workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from engine.batch.outcome_json import Told
from engine.errors import Problem
from engine.model.customer import Customer
from engine.model.quick import quick
from engine.payment.keyring import Keyring
from engine.storage.address import SinkAddress


@quick
@dataclass(frozen=True, slots=True)
class Task:
    """One customer to make: a customer, or the line that a worker makes one of.

    `key` is the record's if it is sound. `content` is the key under which the outcome may be reused.
    """

    ordinal: int
    source: str
    key: str
    record: Customer | bytes = field(repr=False)
    content: bytes
    warnings: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[type[Task], tuple[object, ...]]:  # dataclasses are pickled at three times the cost
        return Task, (self.ordinal, self.source, self.key, self.record, self.content, self.warnings)


@dataclass(frozen=True, slots=True)
class Shard:
    """Customers handed to a worker at a time. `tries` counts the workers that died over it."""

    tasks: tuple[Task, ...]
    tries: int = 0

    @property
    def is_careful(self) -> bool:
        """Report after each customer, so that a death shows whose it was."""
        return self.tries > 0

    def __len__(self) -> int:
        return len(self.tasks)


@dataclass(frozen=True, slots=True)
class Kit:
    """What a worker needs to get warm. `address` is None where nothing is put."""

    campaign_dir: Path
    channels: tuple[str, ...]
    keys: Keyring
    now: datetime
    address: SinkAddress | None
    cache_dir: Path | None
    report_every_s: float
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    plays: bool = False  # an audit has a browser play what it looks at


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker is warm."""


@quick
@dataclass(frozen=True, slots=True)
class Report:
    """Outcomes by ordinal, in the order of the shard; `is_last` when the shard is through.

    `settled_s`: the seconds that it took to make their objects lasting, all together.
    """

    outcomes: tuple[tuple[int, Told], ...]
    is_last: bool
    settled_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Broken:
    """The run can't go on: the sink, the campaign or the machine is at fault."""

    problem: Problem
    kind: str  # the error's class, by name


Message = Ready | Report | Broken


def unreported(shard: Shard, reported: Sequence[int]) -> tuple[Task, ...]:
    """Return the tasks that have no outcome yet."""
    known = set(reported)
    return tuple(task for task in shard.tasks if task.ordinal not in known)
