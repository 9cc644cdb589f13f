"""Scores by a stored model, in plain Python: no scikit-learn, no numpy.

A score's logit is a base and one part for each input (`engine.insight.risk.parts`); the parts sum to it, so that
reasons are the score itself and no story beside it. A calibrator stretches all parts alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.insight.risk.calibration import logit_of
from engine.insight.risk.inputs import Features, Input, InputKind, Value
from engine.insight.risk.model_file import Model, read_model
from engine.insight.risk.parts import forest_parts, linear_parts
from engine.insight.risk.reasons import reasons_of
from engine.model.outreach import Score
from engine.model.quick import quick

_HUGE = 1e300  # as `engine.insight.risk.inputs.number` takes numbers
_NOTHING = 1e-9  # of a logit: there is nothing to share out


@quick
@dataclass(frozen=True, slots=True)
class Explained:
    """A probability taken apart: `logit` is `base` and all `parts`."""

    probability: float
    logit: float
    base: float  # the same for all scores of a model
    parts: tuple[tuple[Input, float], ...]  # an input, and what it added


class Scorer:
    """Scores features by one model."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.version = model.version
        self.model = model
        self.inputs = model.encoding.inputs
        self._by_name = {one.name: one for one in self.inputs}
        self._readers = tuple((one.name, one.read, one.kind is InputKind.NUMBER) for one in self.inputs)
        self._calibrated = model.calibrator.probability
        if model.linear is not None:
            self._raw_base, self._compute = model.linear.intercept, linear_parts(model.encoding, model.linear)
        elif model.forest is not None:
            trees = model.forest.trees
            self._raw_base = model.forest.start + sum(tree.values[0] for tree in trees)
            self._compute = forest_parts(model.encoding, model.forest)
        else:
            raise ValueError("a model without a body")
        self._base = logit_of(self._calibrated(self._raw_base))

    def probability(self, features: Features) -> float:
        """Return the probability; what the features lack counts as not known."""
        return self._calibrated(self._compute(self._read(features))[0])

    def probability_of(self, values: list[Value]) -> float:
        """Return the probability for values in the order of `inputs`, as `Input.read` gives them."""
        return self._calibrated(self._compute(values)[0])

    def score(self, features: Features) -> Score:
        """Return the probability and the largest reasons in plain words."""
        explained = self.explain(features)
        reasons = reasons_of(explained.parts, features, self._by_name)
        return Score(self.name, explained.probability, reasons, self.version)

    def score_many(self, rows: Iterable[Features]) -> Iterator[Score]:
        """Yield a score a row, in their order; one row is held at a time."""
        return map(self.score, rows)

    def explain(self, features: Features) -> Explained:
        """Return the probability and what each input added to its logit; inputs that added nothing are left out."""
        raw, added = self._compute(self._read(features))
        probability = self._calibrated(raw)
        logit = logit_of(probability)
        moved = raw - self._raw_base
        stretch = (logit - self._base) / moved if abs(moved) > _NOTHING else 0.0
        parts = tuple([(one, part * stretch) for one, part in zip(self.inputs, added, strict=True) if part])
        return Explained(probability, logit, self._base, parts)

    def mean_parts(self, rows: Sequence[list[Value]]) -> list[float]:
        """Return for each input the mean size of its part, before calibration, over rows as `probability_of` takes."""
        sums = [0.0] * len(self.inputs)
        for values in rows:
            for place, part in enumerate(self._compute(values)[1]):
                sums[place] += abs(part)
        return [total / max(len(rows), 1) for total in sums]

    def _read(self, features: Features) -> list[Value]:
        get = features.get
        values: list[Value] = []
        add = values.append
        for name, read, is_number in self._readers:
            value: Any = get(name)
            if value is None or (is_number and value.__class__ is float and -_HUGE < value < _HUGE):
                add(value)  # as `Input.read` gives it, without the call: most are
            else:
                add(read(value))
        return values


def load_scorer(path: Path) -> Scorer:
    """Return the scorer of a stored model. Raises `InsightError` (D110, D112)."""
    return Scorer(read_model(path))
