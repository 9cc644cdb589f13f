"""Rows to learn from, or to score: features as of a moment, and, where known, what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.errors import InsightError
from engine.insight.risk.inputs import Features, Input, Value

LEAST_ROWS = 100
LEAST_OF_A_KIND = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `left_out` says why it can't be learned from; then it has no label."""

    unit: str  # the customer's key; rows of a unit are never on both sides of a split by chance
    features: Features
    label: bool | None = None
    name: str = ""  # of what is scored: the number of a bill
    at: date | None = None  # day of which the features are
    known_on: date | None = None  # day on which the label was known
    past_share: float | None = None  # of the unit's earlier rows that had the outcome
    groups: tuple[tuple[str, str], ...] = ()  # protected attributes: for fairness reports, never features
    left_out: str = ""


@dataclass(slots=True)
class Table:
    """Rows with labels, by columns. `values` are as `Input.read` gives them, one list a row."""

    inputs: tuple[Input, ...]
    values: list[list[Value]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    at: list[int] = field(default_factory=list)  # ordinals; 0 where the table has no time
    known_on: list[int] = field(default_factory=list)
    past_shares: list[float | None] = field(default_factory=list)
    groups: list[tuple[tuple[str, str], ...]] = field(default_factory=list)  # for fairness, never learned from
    left_out: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def has_time(self) -> bool:
        """True if all rows have a day."""
        return bool(self.at) and min(self.at) > 0

    def take(self, places: Sequence[int]) -> Table:
        """Return a table of the rows at these places."""
        return Table(
            self.inputs,
            [self.values[place] for place in places],
            [self.labels[place] for place in places],
            [self.units[place] for place in places],
            [self.at[place] for place in places],
            [self.known_on[place] for place in places],
            [self.past_shares[place] for place in places],
            [self.groups[place] for place in places],
        )

    def add(self, row: Row) -> None:
        """Append a row that has a label."""
        get = row.features.get
        self.values.append([one.read(get(one.name)) for one in self.inputs])
        self.labels.append(int(bool(row.label)))
        self.units.append(row.unit)
        self.at.append(row.at.toordinal() if row.at else 0)
        self.known_on.append((row.known_on or row.at).toordinal() if row.at else 0)
        self.past_shares.append(row.past_share)
        self.groups.append(row.groups)


def gather(rows: Iterable[Row], inputs: Sequence[Input], *, most: int, seed: int, place: str = "") -> Table:
    """Return a table of at most `most` rows: all, or those of units drawn by chance, the same for the same seed.

    A unit stays or goes with all of its rows, by a keyed hash, so that neither the order of the input nor the
    process matters. Memory is that of `most` rows, two times at worst. Raises `InsightError` (D117) where there
    is too little to learn from.
    """
    table, left_out, limit = Table(tuple(inputs)), dict[str, int](), 1 << 64
    for row in rows:
        if row.label is None:
            reason = row.left_out or "outcome not known"
            left_out[reason] = left_out.get(reason, 0) + 1
        elif lot(row.unit, seed) < limit:
            table.add(row)
            while len(table) > most and limit > 1:
                limit = int(limit * 0.75)
                kept = [at for at, unit in enumerate(table.units) if lot(unit, seed) < limit]
                left_out["not drawn"] = left_out.get("not drawn", 0) + len(table) - len(kept)
                table = table.take(kept)
        else:
            left_out["not drawn"] = left_out.get("not drawn", 0) + 1
    table.left_out = left_out
    check_enough(table, place)
    return table


def check_enough(table: Table, place: str) -> None:
    """Raise `InsightError` (D117) where rows, or rows of a kind, are too few to learn from."""
    positives = sum(table.labels)
    if len(table) < LEAST_ROWS or min(positives, len(table) - positives) < LEAST_OF_A_KIND:
        raise InsightError(
            "D117",
            f"too little to learn from: {len(table)} rows whose outcome is known, {positives} that have it",
            place=place,
            hint=f"{LEAST_ROWS} rows are needed, {LEAST_OF_A_KIND} of each kind at least",
        )


def lot(unit: str, seed: int) -> int:
    """Return the number that a unit draws, from 0 to 2**64: the same in every process."""
    return int.from_bytes(hashlib.blake2b(f"{seed}:{unit}".encode(), digest_size=8).digest(), "big")
