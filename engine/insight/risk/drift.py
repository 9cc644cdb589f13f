"""Has what comes in moved away from what a model was learned from? Population stability, by input and of the score.

PSI = sum over bins of (share now - share then) * ln(share now / share then). Usual marks: under 0.1 the same,
to 0.25 look at it, above it learn anew. Bins are tenths of the training rows, and one for what is not known.
Counting needs neither numpy nor more memory than the bins.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.insight.risk.inputs import Features, Value
from engine.insight.risk.model_file import Spread
from engine.insight.risk.scorer import Scorer

SCORE = "score"
BINS = 10
LEVELS = 20
WATCH, ACT = 0.1, 0.25
_LEAST = 1e-4  # an empty bin counts as this share: a logarithm needs more than nothing
FEW_ROWS = 500  # under these, chance alone moves shares by much


class Mark(StrEnum):
    """What a PSI means."""

    SAME = "same"
    WATCH = "look at it"
    ACT = "learn anew"


@dataclass(frozen=True, slots=True)
class Drift:
    """How far one input, or the score, has moved."""

    name: str
    psi: float

    @property
    def mark(self) -> Mark:
        """The usual reading."""
        return Mark.SAME if self.psi < WATCH else Mark.WATCH if self.psi <= ACT else Mark.ACT


class Tally:
    """Counts rows against the spreads of a model, one at a time."""

    def __init__(self, scorer: Scorer) -> None:
        self.rows = 0
        self._scorer = scorer
        self._spreads = {spread.name: spread for spread in scorer.model.spreads}
        self._counts = {name: [0] * len(spread.shares) for name, spread in self._spreads.items()}
        self._inputs = [one for one in scorer.inputs if one.name in self._spreads]

    def add(self, features: Features) -> None:
        """Count one row."""
        self.rows += 1
        get = features.get
        for one in self._inputs:
            self._count(one.name, one.read(get(one.name)))
        if SCORE in self._spreads:
            self._count(SCORE, self._scorer.probability(features))

    def drifts(self) -> list[Drift]:
        """Return how far each has moved: the score first, then inputs by their drift."""
        if not self.rows:
            return []
        found = [Drift(name, psi(spread.shares, self._counts[name])) for name, spread in self._spreads.items()]
        return sorted(found, key=lambda drift: (drift.name != SCORE, -drift.psi, drift.name))

    def _count(self, name: str, value: Value) -> None:
        self._counts[name][bin_of(self._spreads[name], value)] += 1


def psi(then: Sequence[float], counts: Sequence[int]) -> float:
    """Return the population stability index of counts against shares, bin by bin."""
    total = sum(counts)
    index = 0.0
    for before, count in zip(then, counts, strict=True):
        old, new = max(before, _LEAST), max(count / total, _LEAST)
        index += (new - old) * math.log(new / old)
    return index


def spread_of(name: str, column: Sequence[Value], *, is_category: bool) -> Spread:
    """Return how the values of a column are spread: what later rows are compared with."""
    known = [value for value in column if value is not None]
    levels: tuple[str, ...] = ()
    cuts: tuple[float, ...] = ()
    if is_category:
        levels = tuple(sorted(level for level, _ in Counter(map(str, known)).most_common(LEVELS)))
    else:
        cuts = _cuts(sorted(float(value) for value in known))
    blank = Spread(name=name, cuts=cuts, levels=levels, shares=(0.0,) * (len(levels or cuts) + 2))
    counts = [0] * len(blank.shares)
    for value in column:
        counts[bin_of(blank, value)] += 1
    return blank.model_copy(update={"shares": tuple(count / max(len(column), 1) for count in counts)})


def bin_of(spread: Spread, value: Value) -> int:
    """Return the place of a value's bin; the last is of those not known, the last but one of all others."""
    last = len(spread.shares) - 1
    if value is None:
        return last
    if isinstance(value, str):
        return spread.levels.index(value) if value in spread.levels else last - 1
    return bisect_left(spread.cuts, value)


def _cuts(numbers: Sequence[float]) -> tuple[float, ...]:
    """Return the rising ends of bins: tenths, fewer where many numbers are equal."""
    if not numbers:
        return ()
    ends = sorted({numbers[len(numbers) * part // BINS] for part in range(1, BINS)})
    return tuple(end for end in ends if end < numbers[-1])
