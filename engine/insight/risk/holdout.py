"""How good the whole way of learning is, on rows held back from all of it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import InsightError
from engine.insight.risk.columns import columns_of
from engine.insight.risk.folds import folds_of
from engine.insight.risk.held import Held
from engine.insight.risk.picking import Learned, learn
from engine.insight.risk.table import Table

FOLDS = 5


def hold_out(table: Table, *, seed: int, folds: int = FOLDS) -> Held:
    """Return what was said of each test row by a model learned without its fold: choice, fit and calibration.

    Raises `InsightError` (D117) where the table can't be split.
    """
    held = Held()
    lacking: InsightError | None = None
    parts = folds_of(table, folds, seed)
    for learning, tests in parts:
        try:
            learned = learn(table.take(learning), seed=seed)
        except InsightError as error:
            lacking = error  # the first stretches of a short history are too little to choose by
            continue
        _test(held, table, learning, tests, learned)
    if lacking is not None and (not held.labels or not table.has_time):
        raise lacking
    return held


def _test(held: Held, table: Table, learning: Sequence[int], tests: Sequence[int], learned: Learned) -> None:
    base = sum(table.labels[place] for place in learning) / len(learning)
    columns = columns_of(table.inputs, [table.values[place] for place in tests])
    raws = learned.fitted.raw(columns).tolist()
    for place, raw in zip(tests, raws, strict=True):
        said = learned.calibrator.probability(raw)
        held.add(table.labels[place], table.units[place], said, base, table.past_shares[place], table.groups[place])
    held.settings.append(learned.setting)
