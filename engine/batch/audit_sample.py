"""The sample of an audit: which of a run's fast-filled artifacts the reference renders again.

Chosen by the keyed hash of the customer's key, not by the clock or the order of the input: the same
run is audited in the same places, and nobody without the campaign's secret can tell where.
Of each channel its share: so many artifacts, then one of each layout class that none of them has, the
classes with the most customers first. What differed before is looked at again, always.

Memory: the sample, and a few hundred bytes for each layout class met.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.batch.intake import task_of
from engine.batch.ledger import Ledger, Run
from engine.batch.plan import numbered_items
from engine.batch.shard import Task
from engine.batch.verdict import share_of
from engine.errors import BatchError
from engine.ingest import SetAside
from engine.model.artifact import StoredObject
from engine.payment.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Chosen:
    """One artifact to audit. `label` is the channel with its rendition, `layout` the name of its class."""

    rank: int
    ordinal: int
    content: bytes
    key: str
    source: str
    label: str
    layout: str
    objects: tuple[StoredObject, ...] = field(repr=False)

    @property
    def channel(self) -> str:
        """The channel that made it."""
        return self.label.partition(" ")[0]

    @property
    def identity(self) -> str:
        """What is kept of it: its content as hexadecimal digits, and its label."""
        return f"{self.content.hex()} {self.label}"


@dataclass(frozen=True, slots=True)
class Sample:
    """What is audited. `fast` artifacts of each channel were there to choose from, of `classes_met` layout classes."""

    chosen: tuple[Chosen, ...]
    fast: Mapping[str, int]
    classes_met: int

    @property
    def classes(self) -> int:
        """Layout classes that are looked at."""
        return len({(one.label, one.layout) for one in self.chosen})


@dataclass(slots=True)
class _Class:
    """A layout class met: how many customers have it, and which of them stands for it."""

    first: Chosen
    customers: int = 0


def choose(
    ledger: Ledger, run: Run, documents: int | None, keys: Keyring, always: Collection[bytes] = ()
) -> Sample:  # fmt: skip
    """Return the sample of a run; `always` holds the contents that differed before.

    `documents` of each channel; None: each channel's own number, 0: those that differed alone.
    """
    if documents == 0 and not always:
        return _none_of(ledger, run)
    kept: dict[tuple[int, str], Chosen] = {}
    lowest: dict[str, list[tuple[int, int, str, Chosen]]] = {}  # of a channel, a heap whose top has the highest rank
    met: dict[tuple[str, str], _Class] = {}
    fast: Counter[str] = Counter()
    for one in _fast(ledger, run, keys):
        fast[one.channel] += 1
        found = met.setdefault((one.label, one.layout), _Class(one))
        found.customers += 1
        if one.rank < found.first.rank:
            found.first = one
        if one.content in always:
            kept[one.ordinal, one.label] = one
        heap = lowest.setdefault(one.channel, [])
        heapq.heappush(heap, (-one.rank, one.ordinal, one.label, one))
        if len(heap) > share_of(one.channel, documents).artifacts:
            heapq.heappop(heap)
    kept |= {(one.ordinal, one.label): one for heap in lowest.values() for _, _, _, one in heap}
    covered = {(one.label, one.layout) for one in kept.values()}
    rest = [known for name, known in met.items() if name not in covered]
    for channel in fast:
        left = sorted((-known.customers, known.first.label, known.first.layout, known.first.ordinal, known)
                      for known in rest if known.first.channel == channel)  # fmt: skip
        for known in (one[-1] for one in left[: share_of(channel, documents).classes]):
            kept[known.first.ordinal, known.first.label] = known.first
    return Sample(tuple(kept[here] for here in sorted(kept)), dict(fast), len(met))


def _none_of(ledger: Ledger, run: Run) -> Sample:
    """Return the sample of a run of which nothing is looked at: what there was is counted, no more."""
    fast: Counter[str] = Counter()
    met: set[tuple[str, str]] = set()
    for paths, layouts, customers in ledger.ways(run):
        for label, layout in layouts:
            if _is_fast(paths.get(label, "")):
                fast[label.partition(" ")[0]] += customers
                met.add((label, layout))
    return Sample((), dict(fast), len(met))


def _is_fast(path: str) -> bool:
    return path.partition(":")[0] == "fast"  # a part of it may have a reason for more work


def _fast(ledger: Ledger, run: Run, keys: Keyring) -> Iterator[Chosen]:
    """Yield what the fast path made, of channels that can be audited."""
    for ordinal, content, outcome in ledger.done(run):
        paths = dict(outcome.paths)
        for label, layout in outcome.layouts:
            if _is_fast(paths.get(label, "")):
                rank = int.from_bytes(keys.sign(f"billcast/audit\0{run.spec.cycle}\0{label}\0{outcome.key}".encode()))
                yield Chosen(rank, ordinal, content, outcome.key, outcome.source, label, layout, outcome.objects)


def tasks_of(run: Run, chosen: Sequence[Chosen]) -> tuple[Task, ...]:
    """Return the records of a sample, read again from the input. Raises `BatchError` (B105) if they changed."""
    if not chosen:
        return ()
    contents = {one.ordinal: one.content for one in chosen}
    keys, found, last = run.spec.content_keys(), [], max(contents)
    for ordinal, item in numbered_items(run.spec):
        if ordinal > last:
            break
        if ordinal in contents:
            task = None if isinstance(item, SetAside) else task_of(ordinal, item, run.spec, keys)
            if task is None or task.content != contents[ordinal]:
                break
            found.append(task)
    if len(found) != len(contents):
        raise BatchError("B105", "the input changed since the run began",
                         hint="`billcast render` begins a new run, and takes over what did not change")  # fmt: skip
    return tuple(found)
