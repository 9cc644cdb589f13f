"""Scores by a stored model, in plain Python: no scikit-learn, no numpy.

A score's logit is a base and one part for each input; the parts sum to it, so that reasons are the score itself
and no story beside it. A regression's parts are its weights times the deviation from the average row. A tree's
are the changes of the mean value along the path from its root to its leaf (the attribution of Saabas, 2014).
A calibrator stretches all parts alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import copysign, log1p
from pathlib import Path
from typing import Any, TypeAlias

from engine.insight.risk.calibration import logit_of
from engine.insight.risk.encoding import Encoding, How
from engine.insight.risk.inputs import Features, Input, InputKind, Value
from engine.insight.risk.model_file import Forest, Linear, Model, Tree, read_model
from engine.insight.risk.reasons import reasons_of
from engine.model.outreach import Score
from engine.model.quick import quick

# An input's value, already read (a number or a code as the input is), to what it adds to the logit.
_Part: TypeAlias = Callable[[Any], float]
# A node: place of its figure, threshold, left, right; a leaf: -1, its value, what each input added, None.
_Node: TypeAlias = tuple[int, float, Any, Any]


@quick
@dataclass(frozen=True, slots=True)
class Explained:
    """A probability taken apart: `logit` is `base` and all `parts`."""

    probability: float
    logit: float
    base: float  # of the average row; the same for all scores of a model that is calibrated by a sigmoid or not at all
    parts: tuple[tuple[Input, float], ...]  # an input, and what it added


class Scorer:
    """Scores features by one model."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.version = model.version
        self.model = model
        self.inputs = model.encoding.inputs
        self._by_name = {one.name: one for one in self.inputs}
        self._readers = tuple((one.name, _reader(one)) for one in self.inputs)
        self._calibrated = model.calibrator.probability
        if model.linear is not None:
            self._compute: Callable[[list[Value]], tuple[float, float, list[float]]] = _linear(
                model.encoding, model.linear
            )
        elif model.forest is not None:
            self._compute = _forest(model.encoding, model.forest)
        else:
            raise ValueError("a model without a body")

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
        """Return the probability and what each input added to its logit."""
        raw, raw_base, added = self._compute(self._read(features))
        probability = self._calibrated(raw)
        logit, base = logit_of(probability), logit_of(self._calibrated(raw_base))
        moved = raw - raw_base
        stretch = (logit - base) / moved if abs(moved) > 1e-9 else 0.0
        parts = tuple((one, part * stretch) for one, part in zip(self.inputs, added, strict=True))
        return Explained(probability, logit, base, parts)

    def mean_parts(self, rows: Sequence[list[Value]]) -> list[float]:
        """Return for each input the mean size of its part, before calibration, over rows as `probability_of` takes."""
        sums = [0.0] * len(self.inputs)
        for values in rows:
            for place, part in enumerate(self._compute(values)[2]):
                sums[place] += abs(part)
        return [total / max(len(rows), 1) for total in sums]

    def _read(self, features: Features) -> list[Value]:
        get = features.get
        return [read(get(name)) for name, read in self._readers]


def load_scorer(path: Path) -> Scorer:
    """Return the scorer of a stored model. Raises `InsightError` (D110, D112)."""
    return Scorer(read_model(path))


def _reader(one: Input) -> Callable[[Value], Value]:
    """Return what reads a value as `Input.read` does, a float at once."""
    if one.kind is not InputKind.NUMBER:
        return one.read

    def read(value: Any) -> Value:
        if value.__class__ is float and -1e300 < value < 1e300:
            return value
        return one.read(value)

    return read


def _linear(encoding: Encoding, linear: Linear) -> Callable[[list[Value]], tuple[float, float, list[float]]]:
    parts = [_linear_part(encoding, linear, place) for place in range(len(encoding.inputs))]
    intercept = linear.intercept

    def compute(values: list[Value]) -> tuple[float, float, list[float]]:
        added = [part(value) for part, value in zip(parts, values, strict=True)]
        return intercept + sum(added), intercept, added

    return compute


def _linear_part(encoding: Encoding, linear: Linear, place: int) -> _Part:
    """Return what an input adds to the logit, its terms drawn together."""
    own = [
        (term, weight / term.scale)
        for term, weight in zip(encoding.terms, linear.weights, strict=True)
        if term.input == place
    ]
    bounds = encoding.bounds[place]
    unknown = sum(slope * (term.raw(None, bounds) - term.mean) for term, slope in own)
    fixed = -sum(slope * term.mean for term, slope in own)
    if encoding.inputs[place].kind is InputKind.CATEGORY:
        by_code = {term.level: fixed + slope for term, slope in own if term.how is How.IS}
        return lambda value: unknown if value is None else by_code.get(value, fixed)
    straight = sum(slope for term, slope in own if term.how is How.VALUE)
    bent = sum(slope for term, slope in own if term.how is How.LOG)
    low, high = bounds.low, bounds.high

    def part(value: float | None) -> float:
        if value is None:
            return unknown
        held = low if value < low else min(value, high)
        added = fixed + straight * held
        return added + bent * copysign(log1p(abs(held)), held) if bent else added

    return part


def _forest(encoding: Encoding, forest: Forest) -> Callable[[list[Value]], tuple[float, float, list[float]]]:
    used = sorted({term for tree in forest.trees for term in tree.terms if term >= 0})
    at = {term: place for place, term in enumerate(used)}
    figures = [_figure(encoding, term) for term in used]
    owners = [encoding.terms[term].input for term in used]
    roots = [_grown(tree, 0, at, owners, ()) for tree in forest.trees]
    base = forest.start + sum(tree.values[0] for tree in forest.trees)
    start, count = forest.start, len(encoding.inputs)

    def compute(values: list[Value]) -> tuple[float, float, list[float]]:
        row = [figure(values[place]) for place, figure in figures]
        raw, added = start, [0.0] * count
        for node in roots:
            place, limit, left, right = node
            while place >= 0:
                place, limit, left, right = left if row[place] <= limit else right
            raw += limit
            for owner, part in left:
                added[owner] += part
        return raw, base, added

    return compute


def _figure(encoding: Encoding, place: int) -> tuple[int, _Part]:
    """Return the input of a term, and what computes its figure."""
    term = encoding.terms[place]
    bounds = encoding.bounds[term.input]
    if term.how is How.VALUE and term.mean == 0.0 and term.scale == 1.0:
        return term.input, bounds.hold
    return term.input, lambda value: (term.raw(value, bounds) - term.mean) / term.scale


def _grown(
    tree: Tree, node: int, at: dict[int, int], owners: Sequence[int], way: tuple[tuple[int, float], ...]
) -> _Node:
    """Return a node with all below it; `way`: what each input added on the way to it."""
    term = tree.terms[node]
    if term < 0:
        summed: dict[int, float] = {}
        for owner, part in way:
            summed[owner] = summed.get(owner, 0.0) + part
        return -1, tree.values[node], tuple(summed.items()), None
    place = at[term]
    below = [
        _grown(tree, child, at, owners, (*way, (owners[place], tree.values[child] - tree.values[node])))
        for child in (tree.lefts[node], tree.rights[node])
    ]
    return place, tree.thresholds[node], below[0], below[1]
