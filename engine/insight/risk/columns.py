"""The rows of a table as arrays, and the encoding learned from them. Needs numpy; for learning only.

What `Encoding.row` computes row by row in plain Python, `matrix` computes column by column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.insight.risk.encoding import Bounds, Encoding, How, Term
from engine.insight.risk.inputs import Input, InputKind, Value

Matrix = NDArray[np.float64]
MISSING_ENOUGH = 20  # rows in which an input lacks, from which on its lack is learned from
LEVEL_ENOUGH = 10  # rows that bear a code, from which on it is told apart from others
_OUTER = 0.005  # share of rows on each side beyond which a number is taken for the last inside


class Columns:
    """One array an input: numbers with NaN for what is not known, or codes with None."""

    def __init__(self, inputs: Sequence[Input], arrays: Sequence[NDArray[Any]], rows: int) -> None:
        self.inputs = tuple(inputs)
        self.arrays = tuple(arrays)
        self.rows = rows

    def take(self, places: Sequence[int]) -> Columns:
        """Return the columns of the rows at these places."""
        at = np.asarray(places, dtype=np.intp)
        return Columns(self.inputs, [array[at] for array in self.arrays], len(at))


def columns_of(inputs: Sequence[Input], rows: Sequence[Sequence[Value]]) -> Columns:
    """Return the columns of rows of values as `Input.read` gives them."""
    arrays: list[NDArray[Any]] = []
    for place, one in enumerate(inputs):
        column = [row[place] for row in rows]
        if one.kind is InputKind.CATEGORY:
            arrays.append(np.array(column, dtype=object))
        else:
            arrays.append(np.array([np.nan if value is None else value for value in column], dtype=np.float64))
    return Columns(inputs, arrays, len(rows))


def fit_encoding(columns: Columns, *, is_scaled: bool, has_logs: bool = False) -> Encoding:
    """Return the encoding learned from all rows.

    `is_scaled`: mean 0 and deviation 1, as a penalised regression needs; else plain, as trees do.
    `has_logs`: numbers are given as logarithms besides, so that a straight line may bend.
    """
    bounds, terms = [], []
    for place, (one, array) in enumerate(zip(columns.inputs, columns.arrays, strict=True)):
        bound = Bounds() if one.kind is InputKind.CATEGORY else _bounds(array)
        bounds.append(bound)
        for how, level in _wanted(one, array, has_logs=has_logs):
            term = _scaled(Term(input=place, how=how, level=level), array, bound, is_scaled=is_scaled)
            if term is not None:
                terms.append(term)
    return Encoding(inputs=columns.inputs, bounds=tuple(bounds), terms=tuple(terms))


def matrix(encoding: Encoding, columns: Columns) -> Matrix:
    """Return `Encoding.row` of all rows: (rows, terms) float64."""
    made = np.empty((columns.rows, len(encoding.terms)))
    for place, term in enumerate(encoding.terms):
        figures = _figures(term, columns.arrays[term.input], encoding.bounds[term.input])
        made[:, place] = (figures - term.mean) / term.scale
    return made


def _figures(term: Term, array: NDArray[Any], bounds: Bounds) -> Matrix:
    if term.how is How.IS:
        return np.asarray(array == term.level, dtype=np.float64)
    if term.how is How.MISSING:
        return _lacking(array).astype(np.float64)
    held: Matrix = np.clip(np.where(np.isnan(array), bounds.fill, array), bounds.low, bounds.high)
    if term.how is How.VALUE:
        return held
    drawn_in: Matrix = np.copysign(np.log1p(np.abs(held)), held)
    return drawn_in


def _lacking(array: NDArray[Any]) -> NDArray[np.bool_]:
    return np.array([value is None for value in array]) if array.dtype == object else np.isnan(array)


def _wanted(one: Input, array: NDArray[Any], *, has_logs: bool) -> Iterable[tuple[How, str]]:
    lacking = _lacking(array)
    if one.kind is InputKind.CATEGORY:
        levels, counts = np.unique(array[~lacking].astype(str), return_counts=True)
        for level, count in zip(levels.tolist(), counts.tolist(), strict=True):
            if count >= LEVEL_ENOUGH:
                yield How.IS, level
    else:
        yield How.VALUE, ""
        if has_logs and one.kind is InputKind.NUMBER:
            yield How.LOG, ""
    if MISSING_ENOUGH <= lacking.sum() <= len(array) - MISSING_ENOUGH:
        yield How.MISSING, ""


def _bounds(array: Matrix) -> Bounds:
    numbers = np.sort(array[~np.isnan(array)])
    if not len(numbers):
        return Bounds()
    last = len(numbers) - 1
    outer = int(_OUTER * last)
    low, high = float(numbers[outer]), float(numbers[last - outer])
    if low == high:  # a rare fact, as one yes in a thousand
        low, high = float(numbers[0]), float(numbers[-1])
    return Bounds(low=low, high=high, fill=float(np.median(numbers)))


def _scaled(term: Term, array: NDArray[Any], bound: Bounds, *, is_scaled: bool) -> Term | None:
    """Return the term with mean and scale, or none where it is the same in all rows."""
    figures = _figures(term, array, bound)
    if not len(figures) or figures.min() == figures.max():
        return None
    if not is_scaled:
        return term
    deviation = float(figures.std())
    return term.model_copy(update={"mean": float(figures.mean()), "scale": deviation}) if deviation > 0 else None
