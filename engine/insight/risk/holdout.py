"""How good the whole way of learning is, on rows held back from all of it, against two naive rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.errors import InsightError
from engine.insight.risk.columns import columns_of
from engine.insight.risk.folds import folds_of
from engine.insight.risk.measures import Graded, measure
from engine.insight.risk.model_file import Bin, Measures
from engine.insight.risk.picking import Learned, learn
from engine.insight.risk.table import Table

FOLDS = 5
MODEL, BASE_RATE, PAST_SHARE = "model", "base rate", "past late share"


@dataclass(slots=True)
class Held:
    """Rows that were held back, with what the model and the naive rules said of them."""

    labels: list[int] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    said: list[float] = field(default_factory=list)
    base: list[float] = field(default_factory=list)
    past: list[float] = field(default_factory=list)
    has_past: bool = False
    settings: list[str] = field(default_factory=list)  # what was taken in each fold

    def add(self, label: int, unit: str, said: float, base: float, past: float | None) -> None:
        """Append a row. `past`: of the customer's earlier bills, the share that was late; none: no earlier ones."""
        self.labels.append(label)
        self.units.append(unit)
        self.said.append(said)
        self.base.append(base)
        self.past.append(base if past is None else past)
        self.has_past |= past is not None

    def measures(self, *, seed: int = 0) -> tuple[Measures, ...]:
        """Return the measures of the model and of the naive rules. Raises `InsightError` (D117) without both kinds."""
        if not 0 < sum(self.labels) < len(self.labels):
            raise InsightError("D117", "nothing can be measured: rows with and without the outcome are needed",
                               hint="give more rows, or rows whose outcome is known")  # fmt: skip
        rules = [(MODEL, self.said), (BASE_RATE, self.base)] + ([(PAST_SHARE, self.past)] if self.has_past else [])
        return tuple(measure(rule, self.labels, said, self.units, seed=seed) for rule, said in rules)

    def bins(self) -> tuple[Bin, ...]:
        """Return the calibration chart of the model."""
        return Graded(self.labels, self.said).bins()


def hold_out(table: Table, *, seed: int, folds: int = FOLDS) -> Held:
    """Return what was said of each test row by a model learned without its fold: choice, fit and calibration.

    Raises `InsightError` (D117) where the table can't be split.
    """
    held = Held()
    parts = folds_of(table, folds, seed)
    for learning, tests in parts:
        try:
            learned = learn(table.take(learning), seed=seed)
        except InsightError:
            if len(parts) == 1 or not table.has_time:
                raise
            continue  # the first stretches of a short history are too little to choose by
        _test(held, table, learning, tests, learned)
    return held


def _test(held: Held, table: Table, learning: Sequence[int], tests: Sequence[int], learned: Learned) -> None:
    base = sum(table.labels[place] for place in learning) / len(learning)
    columns = columns_of(table.inputs, [table.values[place] for place in tests])
    raws = learned.fitted.raw(columns).tolist()
    for place, raw in zip(tests, raws, strict=True):
        said = learned.calibrator.probability(raw)
        held.add(table.labels[place], table.units[place], said, base, table.past_shares[place])
    held.settings.append(learned.setting)
