"""Which setting is taken: the best on rows it had not seen, the simpler one unless the other is surely better.

Everything is chosen within the rows given: a test that holds rows back (`engine.insight.risk.holdout`) goes
through all of it anew for each of its folds, and never sees a choice that its own test rows had a part in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from engine.errors import InsightError
from engine.insight.risk.calibration import Calibrator, CalibratorKind
from engine.insight.risk.columns import Matrix, columns_of
from engine.insight.risk.fitting import SETTINGS, Bench, Fitted, Setting, fit_calibrator
from engine.insight.risk.folds import Fold, folds_of
from engine.insight.risk.model_file import Family, Tried
from engine.insight.risk.table import Table

FOLDS = 5
_Choice = TypeVar("_Choice", Setting, CalibratorKind)


@dataclass(frozen=True, slots=True)
class Learned:
    """What was taken, learned from all rows."""

    fitted: Fitted
    calibrator: Calibrator
    tried: tuple[Tried, ...]

    @property
    def setting(self) -> str:
        """What was taken, in words."""
        return f"{self.fitted.setting}; calibrated by: {self.calibrator.kind.value}"


@dataclass(frozen=True, slots=True)
class Unseen:
    """Rows of the tests of the folds, one after the other, with the logits of each setting."""

    folds: tuple[int, ...]  # the fold of each row
    labels: Matrix
    units: tuple[str, ...]
    logits: dict[Setting, Matrix]


def learn(table: Table, *, seed: int, folds: int = FOLDS) -> Learned:
    """Return the model of a table. Raises `InsightError` (D117) where it can't be split."""
    parts = folds_of(table, folds, seed)
    if len(parts) < 2:
        raise InsightError("D117", "too little to learn from: outcomes of too few days are known to validate by",
                           hint="give a longer history")  # fmt: skip
    unseen = _unseen(table, parts, seed)
    plain = {setting: _brier(_sigmoid(raw), unseen.labels) for setting, raw in unseen.logits.items()}
    setting = _simpler([_best(plain, family) for family in Family], {s: _errors(unseen, s) for s in plain}, unseen)
    raw = unseen.logits[setting]
    tested, errors = _calibrated_errors(unseen, raw)
    kind = _simpler(list(CalibratorKind), errors, tested)
    tried = [Tried(setting=str(one), brier=brier, is_picked=one == setting) for one, brier in plain.items()]
    tried += [
        Tried(setting=f"calibrated by: {one.value}", brier=float(error.mean()), is_picked=one is kind)
        for one, error in errors.items()
    ]
    bench = Bench(columns_of(table.inputs, table.values), np.array(table.labels))
    return Learned(bench.fit(setting, seed=seed), fit_calibrator(kind, raw, unseen.labels), tuple(tried))


def _unseen(table: Table, parts: Sequence[Fold], seed: int) -> Unseen:
    """Return the logits that each setting gives to the tests of the folds."""
    logits: dict[Setting, list[Matrix]] = {setting: [] for setting in SETTINGS}
    columns, labels = columns_of(table.inputs, table.values), np.array(table.labels)
    for places, tests in parts:
        bench = Bench(columns.take(places), labels[places])
        for setting, found in bench.logits(columns.take(tests), seed=seed).items():
            logits[setting].append(found)
    tested = [place for _, tests in parts for place in tests]
    return Unseen(
        folds=tuple(fold for fold, (_, tests) in enumerate(parts) for _ in tests),
        labels=np.array([table.labels[place] for place in tested], dtype=np.float64),
        units=tuple(table.units[place] for place in tested),
        logits={setting: np.concatenate(found) for setting, found in logits.items()},
    )


def _best(briers: dict[Setting, float], family: Family) -> Setting:
    return min((setting for setting in briers if setting.family is family), key=briers.__getitem__)


def _calibrated_errors(unseen: Unseen, raw: Matrix) -> tuple[Unseen, dict[CalibratorKind, Matrix]]:
    """Return the rows that calibrators are tried on, and squared errors by calibrator.

    Each fold is calibrated by what was learned from the folds before it, the first not at all: so that
    with days, no calibrator is learned from the future.
    """
    at = np.array(unseen.folds)
    errors: dict[CalibratorKind, Matrix] = {}
    for kind in CalibratorKind:
        found = []
        for fold in range(1, max(unseen.folds) + 1):
            calibrator = fit_calibrator(kind, raw[at < fold], unseen.labels[at < fold])
            said = np.array([calibrator.probability(one) for one in raw[at == fold].tolist()])
            found.append((said - unseen.labels[at == fold]) ** 2)
        errors[kind] = np.concatenate(found)
    later = np.flatnonzero(at >= 1).tolist()
    tested = Unseen(tuple(unseen.folds[place] for place in later), unseen.labels[later],
                    tuple(unseen.units[place] for place in later), {})  # fmt: skip
    return tested, errors


def _simpler(choices: Sequence[_Choice], errors: Mapping[_Choice, Matrix], tested: Unseen) -> _Choice:
    """Return the simplest choice (they stand simplest first) that none beats by more than a standard error."""
    best = choices[0]
    for other in choices[1:]:
        gain = errors[best] - errors[other]
        if gain.mean() > _standard_error(gain, tested.units):
            best = other
    return best


def _standard_error(gains: Matrix, units: Sequence[str]) -> float:
    """Return the standard error of the mean gain over rows, those of a unit taken together."""
    _, places = np.unique(np.asarray(units), return_inverse=True)
    sums = np.bincount(places, gains - gains.mean())
    return float(np.sqrt((sums**2).sum()) / len(gains))


def _errors(unseen: Unseen, setting: Setting) -> Matrix:
    return (_sigmoid(unseen.logits[setting]) - unseen.labels) ** 2


def _brier(said: Matrix, labels: Matrix) -> float:
    return float(((said - labels) ** 2).mean())


def _sigmoid(raw: Matrix) -> Matrix:
    return 1.0 / (1.0 + np.exp(-np.clip(raw, -500.0, 500.0)))
