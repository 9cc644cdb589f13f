"""What each input adds to a model's logit: made once a model, so that a row costs little.

A regression's parts are its weights times the deviation from the average row. A tree's are the changes of the mean
value along the path from its root to its leaf (the attribution of Saabas, 2014). Either way they sum to the logit
less that of the average.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import copysign, log1p
from typing import Any, TypeAlias

from engine.insight.risk.encoding import Encoding, How, Term
from engine.insight.risk.inputs import InputKind, Value
from engine.insight.risk.model_file import Forest, Linear, Tree

# Values as inputs read them, one an input, to the raw logit and what each input added to it.
Parts: TypeAlias = Callable[[list[Value]], tuple[float, list[float]]]
# A node: place of its figure, threshold, left, right; a leaf: -1, its value, what each input added, None.
_Node: TypeAlias = tuple[int, float, Any, Any]
# Of an input of numbers: its place, lowest and highest number, part where not known, constant, slope, slope of the log.
_Line: TypeAlias = tuple[int, float, float, float, float, float, float]
# Of an input of codes: its place, parts by code, part of other codes, part where not known.
_Codes: TypeAlias = tuple[int, dict[str, float], float, float]


def linear_parts(encoding: Encoding, linear: Linear) -> Parts:
    """Return what computes the parts of a regression."""
    lines, codes = _lines(encoding, linear), _codes(encoding, linear)
    intercept, count = linear.intercept, len(encoding.inputs)

    def compute(values: list[Any]) -> tuple[float, list[float]]:
        added = [0.0] * count
        raw = intercept
        for place, low, high, unknown, fixed, straight, bent in lines:
            value = values[place]
            if value is None:
                part = unknown
            else:
                held = low if value < low else high if value > high else value  # noqa: FURB136 - twice as fast as min and max
                part = fixed + straight * held
                if bent:
                    part += bent * copysign(log1p(abs(held)), held)
            added[place] = part
            raw += part
        for place, by_code, other, unknown in codes:
            value = values[place]
            part = unknown if value is None else by_code.get(value, other)
            added[place] = part
            raw += part
        return raw, added

    return compute


def _lines(encoding: Encoding, linear: Linear) -> tuple[_Line, ...]:
    """Return inputs of numbers, the terms of each drawn together."""
    found = []
    for place, one in enumerate(encoding.inputs):
        own = _slopes(encoding, linear, place)
        if own and one.kind is not InputKind.CATEGORY:
            bounds = encoding.bounds[place]
            unknown = sum(slope * (term.raw(None, bounds) - term.mean) for term, slope in own)
            straight = sum(slope for term, slope in own if term.how is How.VALUE)
            bent = sum(slope for term, slope in own if term.how is How.LOG)
            found.append((place, bounds.low, bounds.high, unknown, _fixed(own), straight, bent))
    return tuple(found)


def _codes(encoding: Encoding, linear: Linear) -> tuple[_Codes, ...]:
    found = []
    for place, one in enumerate(encoding.inputs):
        own = _slopes(encoding, linear, place)
        if own and one.kind is InputKind.CATEGORY:
            fixed, bounds = _fixed(own), encoding.bounds[place]
            unknown = sum(slope * (term.raw(None, bounds) - term.mean) for term, slope in own)
            by_code = {term.level: fixed + slope for term, slope in own if term.how is How.IS}
            found.append((place, by_code, fixed, unknown))
    return tuple(found)


def _slopes(encoding: Encoding, linear: Linear, place: int) -> list[tuple[Term, float]]:
    """Return the terms of an input with what a unit of their raw figure adds."""
    weighted = zip(encoding.terms, linear.weights, strict=True)
    return [(term, weight / term.scale) for term, weight in weighted if term.input == place]


def _fixed(own: Sequence[tuple[Term, float]]) -> float:
    return -sum(slope * term.mean for term, slope in own)


def forest_parts(encoding: Encoding, forest: Forest) -> Parts:
    """Return what computes the parts of boosted trees.

    Numbers are not held within their bounds: every threshold lies between these, so that it makes no difference.
    """
    used = sorted({term for tree in forest.trees for term in tree.terms if term >= 0})
    at = {term: place for place, term in enumerate(used)}
    owners = [encoding.terms[term].input for term in used]
    roots = [_grown(tree, 0, at, owners, ()) for tree in forest.trees]
    figures = [_figure(encoding, term) for term in used]
    start, count = forest.start, len(encoding.inputs)

    def compute(values: list[Any]) -> tuple[float, list[float]]:
        row = []
        for place, figure, fill in figures:
            value = values[place]
            row.append(figure(value) if figure is not None else fill if value is None else value)
        raw, added = start, [0.0] * count
        for node in roots:
            at_, limit, left, right = node
            while at_ >= 0:
                at_, limit, left, right = left if row[at_] <= limit else right
            raw += limit
            for owner, part in left:
                added[owner] += part
        return raw, added

    return compute


def _figure(encoding: Encoding, place: int) -> tuple[int, Callable[[Value], float] | None, float]:
    """Return the input of a term, what computes its figure (none: the number itself), and what fills in."""
    term = encoding.terms[place]
    bounds = encoding.bounds[term.input]
    if term.how is How.VALUE and term.mean == 0.0 and term.scale == 1.0:
        return term.input, None, bounds.fill
    return term.input, lambda value: (term.raw(value, bounds) - term.mean) / term.scale, 0.0


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
