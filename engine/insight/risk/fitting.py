"""Fits of scikit-learn, and what they become in a model file. The one module that imports it.

Whatever is fitted here scores the same in plain Python (`engine.insight.risk.scorer`), to 1e-9 and better.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from engine.insight.risk.calibration import Calibrator, CalibratorKind
from engine.insight.risk.columns import Columns, Matrix, fit_encoding, matrix
from engine.insight.risk.encoding import Encoding
from engine.insight.risk.model_file import Family, Forest, Linear, Tree

_RATE = 0.05
_ITERATIONS = 1000
_NO_PENALTY = 1e12


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to learn."""

    family: Family
    penalty: float = 0.0  # of a regression, a row: scikit-learn's C is 1 / (penalty * rows)
    has_logs: bool = False
    depth: int = 0  # of trees
    trees: int = 0

    def __str__(self) -> str:
        if self.family is Family.LOGISTIC:
            return f"logistic regression, penalty {self.penalty:g}{', with logarithms' if self.has_logs else ''}"
        return f"boosted trees, {self.trees} of depth {self.depth}"


# Tried in this order; of equals the first is taken.
STAGES = (50, 100, 150, 200)
SETTINGS = (
    *(
        Setting(Family.LOGISTIC, penalty=penalty, has_logs=has_logs)
        for has_logs in (False, True)
        for penalty in (0.1, 0.03, 0.01, 0.003, 0.0003)
    ),
    *(Setting(Family.BOOSTING, depth=depth, trees=trees) for depth in (2, 3) for trees in STAGES),
)


@dataclass(frozen=True, slots=True)
class Fitted:
    """An encoding and what scikit-learn made of it."""

    setting: Setting
    encoding: Encoding
    estimator: Any

    def raw(self, columns: Columns) -> Matrix:
        """Return scikit-learn's own logits."""
        found: Matrix = self.estimator.decision_function(matrix(self.encoding, columns))
        return found

    def linear(self) -> Linear | None:
        """Return the regression, if it is one."""
        if self.setting.family is not Family.LOGISTIC:
            return None
        weights = tuple(float(weight) for weight in self.estimator.coef_[0])
        return Linear(intercept=float(self.estimator.intercept_[0]), weights=weights)

    def forest(self) -> Forest | None:
        """Return the trees, if it is a forest; figures of terms that no tree asks for are not computed later."""
        if self.setting.family is not Family.BOOSTING:
            return None
        share = float(self.estimator.init_.class_prior_[1])
        rate = self.estimator.learning_rate
        trees = tuple(_tree(one.tree_, rate) for one in self.estimator.estimators_[:, 0])
        return Forest(start=math.log(share / (1.0 - share)), trees=trees)


class Bench:
    """Rows made ready once for all settings that look at them alike."""

    def __init__(self, columns: Columns, labels: NDArray[np.int64]) -> None:
        self.columns = columns
        self.labels = labels
        self._made: dict[tuple[bool, bool], tuple[Encoding, Matrix]] = {}

    def fit(self, setting: Setting, *, seed: int) -> Fitted:
        """Return the model of a setting, learned from all rows."""
        encoding, figures = self._encoded(setting)
        estimator = _estimator(setting, self.columns.rows, seed).fit(figures, self.labels)
        return Fitted(setting, encoding, estimator)

    def logits(self, tests: Columns, *, seed: int) -> dict[Setting, Matrix]:
        """Return the logits that each of `SETTINGS` gives to the tests.

        Forests of one depth are grown once, and looked at as they grow.
        """
        found: dict[Setting, Matrix] = {}
        seen: dict[int, Matrix] = {}  # by encoding
        for setting in SETTINGS:
            if setting in found:
                continue
            is_line = setting.family is Family.LOGISTIC
            grown = self.fit(setting if is_line else replace(setting, trees=max(STAGES)), seed=seed)
            at = id(grown.encoding)
            if at not in seen:
                seen[at] = matrix(grown.encoding, tests)
            if is_line:
                found[setting] = grown.estimator.decision_function(seen[at])
                continue
            staged = grown.estimator.staged_decision_function(seen[at])
            for count, raw in enumerate(staged, 1):
                if count in STAGES:
                    found[replace(setting, trees=count)] = raw.ravel().copy()
        return found

    def _encoded(self, setting: Setting) -> tuple[Encoding, Matrix]:
        form = (setting.family is Family.LOGISTIC, setting.has_logs)
        if form not in self._made:
            encoding = fit_encoding(self.columns, is_scaled=form[0], has_logs=form[1])
            self._made[form] = encoding, matrix(encoding, self.columns)
        return self._made[form]


def fit_calibrator(kind: CalibratorKind, raw: Matrix, labels: Matrix) -> Calibrator:
    """Return the calibrator learned from logits of rows that the model had not seen, and their outcomes."""
    if kind is CalibratorKind.NONE:
        return Calibrator()
    if kind is CalibratorKind.SIGMOID:
        line = LogisticRegression(C=_NO_PENALTY, max_iter=_ITERATIONS).fit(raw.reshape(-1, 1), labels)
        slope, offset = float(line.coef_[0, 0]), float(line.intercept_[0])
        if slope < 0:  # such a model tells nothing: all get the same probability
            share = float(labels.mean())
            slope, offset = 0.0, math.log(share / (1.0 - share))
        return Calibrator(kind=kind, slope=slope, offset=offset)
    stairs = IsotonicRegression(out_of_bounds="clip").fit(raw, labels)
    corners = dict(zip(stairs.X_thresholds_.tolist(), stairs.y_thresholds_.tolist(), strict=True))
    # A step of the stairs with no late row is not proof that there is none.
    floor = 1.0 / (2.0 * (len(raw) + 1))
    return Calibrator(kind=kind, logits=tuple(corners), shares=tuple(corners.values()), floor=floor)


def _estimator(setting: Setting, rows: int, seed: int) -> Any:
    if setting.family is Family.LOGISTIC:
        return LogisticRegression(C=1.0 / (setting.penalty * rows), max_iter=_ITERATIONS)
    return GradientBoostingClassifier(
        n_estimators=setting.trees, max_depth=setting.depth, learning_rate=_RATE, subsample=0.5,
        max_features="sqrt", min_samples_leaf=max(10, rows // 500), random_state=seed,
    )  # fmt: skip


def _tree(tree: Any, rate: float) -> Tree:
    """Return a tree of scikit-learn with its rate in its values; an inner node's value is the mean of its leaves."""
    lefts, rights = tree.children_left.tolist(), tree.children_right.tolist()
    weights, values = tree.weighted_n_node_samples.tolist(), tree.value[:, 0, 0].tolist()
    terms = [place if left >= 0 else -1 for place, left in zip(tree.feature.tolist(), lefts, strict=True)]
    for node in reversed(range(len(terms))):  # children stand after their parent
        left, right = lefts[node], rights[node]
        if terms[node] < 0:
            values[node] *= rate
        else:
            values[node] = (values[left] * weights[left] + values[right] * weights[right]) / (
                weights[left] + weights[right]
            )
    thresholds = [
        last_left(threshold) if term >= 0 else 0.0
        for threshold, term in zip(tree.threshold.tolist(), terms, strict=True)
    ]
    none = [max(child, 0) for child in lefts], [max(child, 0) for child in rights]
    return Tree(terms=tuple(terms), thresholds=tuple(thresholds), lefts=tuple(none[0]), rights=tuple(none[1]),
                values=tuple(values))  # fmt: skip


def last_left(threshold: float) -> float:
    """Return the greatest double that scikit-learn sends left at a threshold.

    Its trees round figures to 32 bits before they compare; a double is rounded down to the last 32-bit
    number that is at most the threshold, up to the middle between that and the next one.
    """
    below = np.float32(threshold)
    if float(below) > threshold:
        below = np.nextafter(below, np.float32(-np.inf))
    middle = (float(below) + float(np.nextafter(below, np.float32(np.inf)))) / 2
    return middle if float(np.float32(middle)) <= threshold else math.nextafter(middle, -math.inf)
