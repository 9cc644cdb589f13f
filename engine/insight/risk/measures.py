"""How good probabilities are, with bootstrap intervals. Needs numpy.

Intervals are at 95 %, from units (customers) drawn anew with replacement: bills of one customer are alike,
and rows drawn one by one would make the intervals too short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.insight.risk.model_file import Bin, Measured, Measures

BINS = 10
TOP = 0.1
DRAWS = 500
Column = NDArray[np.float64]


class Graded:
    """Labels and probabilities, sorted once, so that each draw costs one pass."""

    def __init__(self, labels: Sequence[int], probabilities: Sequence[float]) -> None:
        said = np.asarray(probabilities, dtype=np.float64)
        order = np.argsort(said, kind="stable")
        self.order = order
        self.said = said[order]
        self.was = np.asarray(labels, dtype=np.float64)[order]
        new = np.concatenate(([True], np.diff(self.said) > 0)) if len(said) else np.zeros(0, bool)
        self._ties = np.cumsum(new) - 1
        self._bins = np.minimum((self.said * BINS).astype(np.int64), BINS - 1)
        self._errors = (self.said - self.was) ** 2

    def auc(self, weights: Column) -> float:
        """Return the share of pairs in the right order; ties count half. 0.5 where there is one kind only."""
        late = np.bincount(self._ties, weights * self.was)
        fine = np.bincount(self._ties, weights * (1.0 - self.was))
        pairs = late.sum() * fine.sum()
        return float((late * (np.cumsum(fine) - fine / 2)).sum() / pairs) if pairs > 0 else 0.5

    def brier(self, weights: Column) -> float:
        """Return the mean square of probability less outcome."""
        return float((weights * self._errors).sum() / weights.sum())

    def calibration(self, weights: Column) -> float:
        """Return the expected calibration error: |mean probability - share| over ten equal bins, by rows."""
        gaps = np.bincount(self._bins, weights * (self.said - self.was), minlength=BINS)
        return float(np.abs(gaps).sum() / weights.sum())

    def lift(self, weights: Column) -> float:
        """Return the late share of the tenth with the highest probabilities over that of all.

        Rows of equal probability at its edge count by their share.
        """
        total = weights.sum()
        all_share = (weights * self.was).sum() / total
        by_tie = np.bincount(self._ties, weights)[::-1]
        late = np.bincount(self._ties, weights * self.was)[::-1]
        before = np.concatenate(([0.0], np.cumsum(by_tie)[:-1]))
        taken = np.clip((TOP * total - before) / np.where(by_tie > 0, by_tie, 1.0), 0.0, 1.0)
        return float((taken * late).sum() / (TOP * total) / all_share) if all_share > 0 else 1.0

    def bins(self) -> tuple[Bin, ...]:
        """Return the bars of the calibration chart; empty ones are left out."""
        found = []
        for place in range(BINS):
            inside = self._bins == place
            if inside.any():
                said, was = float(self.said[inside].mean()), float(self.was[inside].mean())
                found.append(Bin(low=place / BINS, high=(place + 1) / BINS, rows=int(inside.sum()), said=said, was=was))
        return tuple(found)


def measure(
    rule: str, labels: Sequence[int], probabilities: Sequence[float], units: Sequence[str], *, seed: int = 0
) -> Measures:
    """Return the four measures with their intervals, the same for the same seed."""
    graded = Graded(labels, probabilities)
    names, places = np.unique(np.asarray(units), return_inverse=True)
    places = places[graded.order]
    ones = np.ones(len(labels))
    chance = np.random.default_rng(seed)
    draws = [
        np.bincount(chance.integers(0, len(names), len(names)), minlength=len(names)).astype(np.float64)[places]
        for _ in range(DRAWS)
    ]
    return Measures(
        rule=rule,
        auc=_measured(graded.auc, ones, draws),
        brier=_measured(graded.brier, ones, draws),
        calibration=_calibration(graded, ones, draws),
        lift=_measured(graded.lift, ones, draws),
    )


def _measured(of: Callable[[Column], float], ones: Column, draws: Sequence[Column]) -> Measured:
    low, high = np.quantile([of(draw) for draw in draws], (0.025, 0.975))
    return Measured(value=of(ones), low=float(low), high=float(high))


def _calibration(graded: Graded, ones: Column, draws: Sequence[Column]) -> Measured:
    """Return the calibration error, its interval mirrored at the figure.

    Gaps are counted without their sign, so chance makes the error larger, in the sample as in each draw:
    the draws lie as far above the figure as the figure lies above the truth.
    """
    value = graded.calibration(ones)
    low, high = np.quantile([graded.calibration(draw) for draw in draws], (0.025, 0.975))
    return Measured(value=value, low=max(0.0, float(2 * value - high)), high=max(value, float(2 * value - low)))
