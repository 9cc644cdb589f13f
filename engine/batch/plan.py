"""The plan of a run: its input as batches of records, told apart by what is left to do.

Nothing is planned ahead: one batch of `shard_size` records is in hand at a time, and read on as
workers take from it. See `engine.batch.runner` for what bounds memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from engine.batch.intake import set_aside, task_of
from engine.batch.ledger import Entry, Ledger, Run
from engine.batch.run_spec import RunSpec
from engine.batch.shard import Task
from engine.errors import BatchError
from engine.ingest import IngestItem, IngestOptions, Read, SetAside, Unread, look_into, scan
from engine.model.artifact import Outcome, StoredObject

Numbered = tuple[int, IngestItem | Unread]
Holds = Callable[[Sequence[StoredObject]], bool]


@dataclass(frozen=True, slots=True)
class Planned:
    """A batch of the input. `known` counts what is recorded already; `ready` needs no worker."""

    known: int
    ready: tuple[Entry, ...]
    tasks: tuple[Task, ...]


def numbered_items(spec: RunSpec) -> Iterator[Numbered]:
    """Yield the run's records with their ordinals. Raises `IngestError`, `BatchError` (B102)."""
    items = enumerate(scan([Path(path) for path in spec.inputs], format=spec.input_format))
    if spec.customer is None:
        yield from islice(items, spec.limit)
    else:
        yield _only(items, spec.customer)


def plan(items: Iterator[Numbered], run: Run, ledger: Ledger, holds: Holds, batch_size: int) -> Iterator[Planned]:
    """Yield the run in batches: what is recorded is left out, what has the same content is taken over."""
    keys = run.spec.content_keys()
    while batch := tuple(islice(items, batch_size)):
        known = ledger.recorded(run, batch[0][0], batch[-1][0])
        ready: list[Entry] = []
        tasks: list[Task] = []
        for ordinal, item in batch:
            if ordinal in known:
                continue
            if isinstance(item, SetAside):
                ready.append(Entry(ordinal, set_aside(_shown(item, run.spec))))
            else:
                tasks.append(task_of(ordinal, item, run.spec, keys))
        earlier = ledger.same_contents([task.content for task in tasks])
        left = []
        for task in tasks:
            outcome = earlier.get(task.content)
            if outcome and holds(outcome.objects):
                ready.append(_taken_over(task, outcome))
            else:
                left.append(task)
        yield Planned(len(known), tuple(ready), tuple(left))


def _shown(item: SetAside, spec: RunSpec) -> SetAside:
    problem = replace(item.problem, place=spec.shown(item.problem.place))
    return replace(item, source=spec.shown(item.source), problem=problem)


def _taken_over(task: Task, earlier: Outcome) -> Entry:
    outcome = replace(earlier, source=task.source, seconds=0.0, step_seconds=())
    return Entry(task.ordinal, outcome, task.content, is_reused=True)


def _only(items: Iterator[Numbered], key: str) -> Numbered:
    for ordinal, item in items:
        if (item.customer.key if isinstance(item, Read) else item.key) != key:
            continue
        found = look_into(item, IngestOptions()) if isinstance(item, Unread) else item
        if (found.customer.key if isinstance(found, Read) else found.key) == key:
            return ordinal, found
    raise BatchError(
        "B102", f"no record of the input has the key `{key}`", hint="is it the key as in the billing system?"
    )
