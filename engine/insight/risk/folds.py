"""How rows are split into those learned from and those tested on: forward in time, or by chance in equal shares."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TypeAlias

from engine.insight.risk.table import LEAST_OF_A_KIND, Table, lot

Fold: TypeAlias = tuple[list[int], list[int]]  # places of rows to learn from, of rows to test on

FORWARD = "forward in time"
SHARES = "by chance in equal shares"


def folds_of(table: Table, count: int, seed: int) -> list[Fold]:
    """Return the folds of a table: forward in time where its rows have days, else stratified by outcome."""
    return forward_folds(table, count) if table.has_time else stratified_folds(table, count, seed)


def order_of(table: Table) -> str:
    """Return in words how the table is split."""
    return FORWARD if table.has_time else SHARES


def forward_folds(table: Table, count: int) -> list[Fold]:
    """Return folds whose tests follow each other in time, each learning from what was known before its test begins.

    Days are cut into `count` + 1 stretches of about as many rows; each but the first is tested on. A row is
    learned from when its outcome was known before the first day of the test: who is late on a bill of
    yesterday is not known today. Folds with too little to learn from, or to test on, are left out.
    """
    days = sorted(table.at)
    starts = sorted({days[len(days) * part // (count + 1)] for part in range(1, count + 1)})
    folds = []
    for start, end in zip(starts, [*starts[1:], days[-1] + 1], strict=True):
        learn = [place for place, known in enumerate(table.known_on) if known < start and table.at[place] < start]
        test = [place for place, day in enumerate(table.at) if start <= day < end]
        if _has_both(table.labels, learn, LEAST_OF_A_KIND) and _has_both(table.labels, test, 1):
            folds.append((learn, test))
    return folds


def stratified_folds(table: Table, count: int, seed: int) -> list[Fold]:
    """Return folds in which each unit is tested on once, with about the same share of outcomes in each."""
    with_outcome = {unit for unit, label in zip(table.units, table.labels, strict=True) if label}
    units = sorted(set(table.units), key=lambda unit: (unit in with_outcome, lot(unit, seed)))
    fold_of = {unit: place % count for place, unit in enumerate(units)}
    at = [fold_of[unit] for unit in table.units]
    return [
        ([place for place, one in enumerate(at) if one != fold], [place for place, one in enumerate(at) if one == fold])
        for fold in range(count)
    ]


def _has_both(labels: Sequence[int], places: Sequence[int], least: int) -> bool:
    positives = sum(labels[place] for place in places)
    return min(positives, len(places) - positives) >= least


def bin_of(cuts: Sequence[float], value: float) -> int:
    """Return the place of the bin of a value: bins end at the cuts, included; the last is open."""
    return bisect_left(cuts, value)
