"""What was used, and against what it may be compared: figures only, no words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from engine.compose.points import points_of
from engine.model.bill import ZERO, Bill
from engine.model.consumption import Commodity, Consumption, ReadingMethod
from engine.model.customer import Customer
from engine.model.quick import quick
from engine.natives import native

_kernel = native(__name__, "causes_kernel")
MOST_SUPPLIES = 2
MONTHS = 12


class Month(NamedTuple):
    """A month of use. None: no data."""

    first: date
    quantity: Decimal | None
    last_year: Decimal | None
    is_estimated: bool


@quick
@dataclass(frozen=True, slots=True)
class Usage:
    """One supply point's use in the bill's period, and its last twelve months."""

    supply_point: str
    commodity: Commodity
    unit: str
    quantity: Decimal | None
    year_before: Decimal | None
    similar_homes: Decimal | None
    months: tuple[Month, ...]
    is_estimated: bool

    @property
    def percent(self) -> Decimal | None:
        """How much more than a year before, in percent; None without both figures."""
        return _percent(self.quantity, self.year_before)

    @property
    def above_similar(self) -> Decimal | None:
        """How much more than similar homes, in percent; None without both figures."""
        return _percent(self.quantity, self.similar_homes)

    @property
    def has_last_year(self) -> bool:
        return any([month[2] is not None for month in self.months])  # noqa: C419 - a generator takes longer

    @property
    def has_estimates(self) -> bool:
        return any([month[3] for month in self.months])  # noqa: C419 - a generator takes longer


def usages_of(customer: Customer, bill: Bill) -> tuple[Usage, ...]:
    """Return the use of the bill's supply points that have data, at most two, in the record's order."""
    native_ = _kernel.usages(customer.consumption, bill) if _kernel else None
    return _usages_of(customer, bill) if native_ is None else native_


def _usages_of(customer: Customer, bill: Bill) -> tuple[Usage, ...]:
    billed = points_of(bill)
    found = [c for c in customer.consumption if not billed or c.supply_point in billed]
    return tuple([_usage(c) for c in found if c.quantity is not None or c.series][:MOST_SUPPLIES])


def _usage(consumption: Consumption) -> Usage:
    return Usage(
        supply_point=consumption.supply_point,
        commodity=consumption.commodity,
        unit=consumption.unit,
        quantity=consumption.quantity,
        year_before=consumption.year_before,
        similar_homes=consumption.similar_homes,
        months=(_kernel.months(consumption) if _kernel else None) or _months(consumption),
        is_estimated=any([reading.method is ReadingMethod.ESTIMATED for reading in consumption.readings]),  # noqa: C419
    )


def _months(consumption: Consumption) -> tuple[Month, ...]:
    """Return the twelve months up to the newest of the series; those before its first are left out."""
    sums: dict[int, Decimal] = {}
    estimated: set[int] = set()
    for point in consumption.series:
        period = point.period
        number = _month_number(period.start, period.end)
        sums[number] = sums.get(number, ZERO) + point.quantity
        if point.is_estimated:
            estimated.add(number)
    if not sums:
        return ()
    newest, oldest = max(sums), min(sums)
    first = max(oldest, newest - MONTHS + 1)
    made = tuple.__new__  # a third of the time that the named tuple takes of itself
    return tuple(
        [made(Month, (_first_day(n), sums.get(n), sums.get(n - 12), n in estimated)) for n in range(first, newest + 1)]
    )


@lru_cache(maxsize=1024)
def _month_number(start: date, end: date) -> int:
    """Return the month in which the middle of a period lies, counted from year 0."""
    middle = date.fromordinal((start.toordinal() + end.toordinal()) // 2)
    return middle.year * 12 + middle.month - 1


@lru_cache(maxsize=1024)
def _first_day(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


@lru_cache(maxsize=1024)
def _percent(value: Decimal | None, base: Decimal | None) -> Decimal | None:
    if value is None or base is None or base <= 0 or value < 0:
        return None
    return ((value - base) * 100 / base).quantize(Decimal(1))


if _kernel is not None:
    _kernel.of_usage(Month, _month_number, Usage)
