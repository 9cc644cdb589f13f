"""What drives the change of days sales outstanding between two months' ends: parts that sum to it exactly.

With the cells of all factors together, DSO is the mean of the cells' DSO, weighted by their sales. It changes
since sales move between cells (mix), and since cells pay faster or slower (pace):

    pace   = sum over cells of new weight x (new DSO of the cell - old DSO of the cell)
    mix    = the rest; it is shared among the factors by Shapley's value of the game
             v(S) = sum over the levels of the factors S of new weight x old DSO of these levels,
             which moves from the old DSO (no factor at its new mix) to the old cells at the new mix (all of them)

Shapley's value does not depend on an order of the factors. A cell that is new takes its new DSO as the old one, so that
it counts as mix. What is open in cells that sold nothing in the window stands apart. All is in
fractions: nothing is lost by rounding before the end. Source: L. S. Shapley, A Value for n-Person Games, 1953.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial, floor

from engine.errors import InsightError
from engine.insight.dso.ledger import Cell, Position

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class LevelPace:
    """One level of a factor: its part of sales before and after, and what its pace brought, in days."""

    level: str
    old_weight: Fraction
    new_weight: Fraction
    pace: Fraction


@dataclass(frozen=True, slots=True)
class Drivers:
    """Days: `old` + all of `mix` + `pace` + `without_sales` = `new`. The paces of a factor's levels sum to `pace`."""

    old: Fraction
    new: Fraction
    mix: tuple[tuple[str, Fraction], ...]  # factor, days
    pace: Fraction
    without_sales: Fraction
    levels: tuple[tuple[str, tuple[LevelPace, ...]], ...]


@dataclass(slots=True)
class _Rates:
    """Sales and receivables in days of the cells of one period that sold anything, for any set of factors."""

    cells: Mapping[Cell, tuple[Fraction, Fraction]]  # weight, receivables in days of all sales

    def of(self, places: Sequence[int]) -> dict[Cell, tuple[Fraction, Fraction]]:
        """Return weight and days of the levels of some factors."""
        made: dict[Cell, tuple[Fraction, Fraction]] = {}
        for cell, (weight, days) in self.cells.items():
            levels = tuple([cell[place] for place in places])
            known = made.get(levels, (_ZERO, _ZERO))
            made[levels] = (known[0] + weight, known[1] + days)
        return made


def drivers_of(
    old: Mapping[Cell, Position], new: Mapping[Cell, Position], days: tuple[int, int], factors: Sequence[str]
) -> Drivers:
    """Return the drivers; `days` of the windows of old and new. Raises `InsightError` (D175) without sales."""
    before, apart_before = _rates(old, days[0])
    after, apart_after = _rates(new, days[1])
    places = range(len(factors))
    worth = {
        chosen: _at_new_mix(before.of(chosen), after.of(chosen))
        for size in range(len(factors) + 1)
        for chosen in combinations(places, size)
    }
    full = tuple(places)
    inside = sum([part for _, part in after.cells.values()], _ZERO)
    return Drivers(
        old=worth[()] + apart_before,
        new=inside + apart_after,
        mix=tuple((factors[place], _shapley(place, worth, full)) for place in places),
        pace=inside - worth[full],
        without_sales=apart_after - apart_before,
        levels=tuple((factors[place], _levels(place, before, after)) for place in places),
    )


def _rates(cells: Mapping[Cell, Position], days: int) -> tuple[_Rates, Fraction]:
    """Return the cells that sold anything, and the days of receivables of those that did not."""
    sales = sum([Fraction(row.sales) for row in cells.values()], _ZERO)
    if not sales:
        raise InsightError("D175", "nothing was sold in the window of a month: its DSO can't be told",
                           hint="give records with the bills of both periods, or a longer --window")  # fmt: skip
    rates = {
        cell: (Fraction(row.sales) / sales, Fraction(row.receivables) / sales * days)
        for cell, row in cells.items()
        if row.sales
    }
    apart = sum([Fraction(row.receivables) for row in cells.values() if not row.sales], _ZERO) / sales * days
    return _Rates(rates), apart


def _at_new_mix(
    before: Mapping[Cell, tuple[Fraction, Fraction]], after: Mapping[Cell, tuple[Fraction, Fraction]]
) -> Fraction:
    """Return the mean of the old DSO of each level, weighted by new sales."""
    return sum([weight * _old_dso(levels, before, after) for levels, (weight, _) in after.items()], _ZERO)


def _old_dso(
    levels: Cell, before: Mapping[Cell, tuple[Fraction, Fraction]], after: Mapping[Cell, tuple[Fraction, Fraction]]
) -> Fraction:
    weight, days = before.get(levels) or after[levels]
    return days / weight


def _shapley(place: int, worth: Mapping[tuple[int, ...], Fraction], full: tuple[int, ...]) -> Fraction:
    others = [one for one in full if one != place]
    total = _ZERO
    for size in range(len(full)):
        share = Fraction(factorial(size) * factorial(len(full) - size - 1), factorial(len(full)))
        for chosen in combinations(others, size):
            total += share * (worth[tuple(sorted((*chosen, place)))] - worth[chosen])
    return total


def _levels(place: int, before: _Rates, after: _Rates) -> tuple[LevelPace, ...]:
    """Return the pace of each level: of its cells, at their new weights."""
    pace: dict[str, Fraction] = {}
    for cell, (weight, days) in after.cells.items():
        moved = days - weight * _old_dso(cell, before.cells, after.cells)
        pace[cell[place]] = pace.get(cell[place], _ZERO) + moved
    old, new = before.of((place,)), after.of((place,))
    nothing = (_ZERO, _ZERO)
    return tuple(
        LevelPace(level, old.get((level,), nothing)[0], new.get((level,), nothing)[0], pace.get(level, _ZERO))
        for level in sorted({levels[0] for levels in (*old, *new)})
    )


def rounded(parts: Sequence[Fraction], decimals: int = 1) -> list[Fraction]:
    """Return the parts rounded so that they sum to their rounded sum: the largest remainders go up."""
    scale = 10**decimals
    lows = [floor(part * scale) for part in parts]
    spare = round(sum(parts, _ZERO) * scale) - sum(lows)
    order = sorted(range(len(parts)), key=lambda at: (lows[at] - parts[at] * scale, at))
    for at in order[:spare]:
        lows[at] += 1
    return [Fraction(low, scale) for low in lows]
