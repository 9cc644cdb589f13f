"""The merge: sources in, one item a customer out, and everything that could not be used with its reason.

A faulty row of a customer holds the whole customer back, as in a CSV set: a record must not lose a payment
or a flag. A second whole record of a key in one source is set aside alone, as everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.errors import IngestError, Problem
from engine.ingest.item import IngestOptions, Read, SetAside
from engine.ingest.merge.declaration import Merging
from engine.ingest.merge.joining import Joined, join
from engine.ingest.merge.partial import parts_of
from engine.ingest.merge.parts import Found, Parts
from engine.ingest.record import take

_ALONE = "I113"  # a second record: the first is used


@dataclass(frozen=True, slots=True)
class Merged:
    """A customer of all sources, and what each of them said."""

    read: Read
    joined: Joined


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be used. `holds_back`: its customer is not written either, until it is mended."""

    source: str  # name
    item: SetAside
    holds_back: bool


@dataclass(slots=True)
class Tally:
    """What a merge counted: no values."""

    customers: int = 0
    held_back: int = 0
    rejected: int = 0
    unmatched: Counter[str] = field(default_factory=Counter)  # rows by source
    conflicts: Counter[str] = field(default_factory=Counter)  # by field, without the place in a list
    of_source: Counter[str] = field(default_factory=Counter)  # customers that a source says something of


def merge(
    sources: Mapping[str, Sequence[Path]], rules: Merging, tally: Tally, options: IngestOptions | None = None
) -> Iterator[Merged | Rejected]:
    """Yield each customer of the base sources, in their order, then the rows that belong to none.

    `sources`: the files of each source by its name; one that is declared may be left out. Memory is constant.
    Raises `IngestError` for a source that is not declared (I121) or can't be read (I101, I102, I105, I106).
    """
    chosen = options or IngestOptions()
    places = {rules.place_of(name): list(paths) for name, paths in sources.items()}
    if not set(places) & set(rules.bases):
        names = ", ".join(rules.source[place].name for place in rules.bases)
        raise IngestError(
            "I121", f"no source is given that names the customers: {names}", hint="give one, or set is_base"
        )
    with Parts(chosen.scratch_dir, rules.bases) as parts:
        for place, paths in sorted(places.items()):
            parts.load(place, parts_of(rules.source[place], paths, chosen))
        parts.index()
        for found in parts.customers():
            yield from _of_customer(found, rules, tally, chosen)
        yield from _left_over(parts, rules, tally)


def _of_customer(found: Found, rules: Merging, tally: Tally, options: IngestOptions) -> Iterator[Merged | Rejected]:
    alone = [(source, item) for source, item in found.faults if item.problem.code == _ALONE]
    faults = [(source, item) for source, item in found.faults if item.problem.code != _ALONE]
    for source, fault in (*alone, *faults):
        tally.rejected += 1
        yield Rejected(rules.source[source].name, fault, holds_back=fault.problem.code != _ALONE)
    if faults:
        tally.held_back += 1
        return
    joined = join(found.key, found.parts, rules)
    first = found.parts[0][1].place
    item = take(joined.record, first, options, is_suspect=found.is_suspect, origins=joined.origins)
    if isinstance(item, SetAside):
        tally.held_back += 1
        tally.rejected += 1
        yield Rejected(_to_blame(item, found, rules), replace(item, key=found.key), holds_back=True)
        return
    tally.customers += 1
    tally.of_source.update({rules.source[source].name for source, _ in found.parts})
    tally.conflicts.update(one.field.partition("[")[0] for one in joined.taken if one.others)
    yield Merged(item, joined)


def _to_blame(item: SetAside, found: Found, rules: Merging) -> str:
    """Return the source that the fault's place is of, else the first."""
    told = [source for source, part in found.parts if item.problem.place.startswith(part.place)]
    return rules.source[told[0] if told else found.parts[0][0]].name


def _left_over(parts: Parts, rules: Merging, tally: Tally) -> Iterator[Rejected]:
    for source, key, place in parts.unmatched():
        name = rules.source[source].name
        tally.unmatched[name] += 1
        problem = Problem("I122", "no source that names the customers has this key", place, "is it the same key there?")
        yield Rejected(name, SetAside(place, key, problem), holds_back=False)
    for source, item in parts.nameless():
        tally.rejected += 1
        yield Rejected(rules.source[source].name, item, holds_back=False)
