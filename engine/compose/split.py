"""An exact additive split of the difference between two bills over its causes.

Use charges (energy and network lines with a quantity) of a supply point are days x use per day x average
price; each factor's part is its Shapley value, the mean over all orders in which the three could have
changed. So the parts add up, no order is favoured, and swapping the bills swaps the signs. What the
lines don't show is not guessed: it goes to `OTHER`. All figures are exact until they are rounded: amounts are
decimals of a currency (which add exactly: eighteen digits before the mark and the currency's after it), products
and quotients are worked out in whole numbers and become fractions at the end.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias, TypeVar

from engine.compose.exact import in_whole
from engine.compose.points import points_of
from engine.compose.units import UnitKind, canonical_unit
from engine.model.bill import ZERO, Bill, ChargeCategory, ChargeLine
from engine.model.quick import quick

NONE = Fraction(0)
NOTHING = (0, 1)


class Cause(StrEnum):
    """Why a bill changed."""

    DAYS = "days"
    VOLUME = "volume"
    PRICE = "price"
    FIXED = "fixed"
    TAXES = "taxes"
    ADJUSTMENTS = "adjustments"
    ONE_OFFS = "one_offs"
    OTHER = "other"  # use charges whose quantity the bills don't give in the same unit


# Where a line goes as a whole; energy and network lines need a closer look.
_WHOLE = {
    ChargeCategory.TAXES_LEVIES: Cause.TAXES,
    ChargeCategory.ADJUSTMENT: Cause.ADJUSTMENTS,
    ChargeCategory.DISCOUNT: Cause.ADJUSTMENTS,
    ChargeCategory.ONE_OFF: Cause.ONE_OFFS,
    ChargeCategory.FEE: Cause.ONE_OFFS,
}

_Key: TypeAlias = tuple[str, str]  # supply point, unit
Ratio: TypeAlias = tuple[int, int]  # over, under: a fraction, not in lowest terms


@quick
@dataclass(frozen=True, slots=True)
class Use:
    """Use charges of one supply point in one unit: quantity, amount, and days where they are known."""

    quantity: Fraction
    amount: Decimal
    days: int | None


@quick
@dataclass(frozen=True, slots=True)
class UsePair:
    """The use charges of a supply point on both bills."""

    unit: str
    before: Use
    after: Use

    @property
    def has_days(self) -> bool:
        """True if the days are known on both bills."""
        return self.before.days is not None and self.after.days is not None

    @property
    def extra_quantity(self) -> Fraction:
        """How much more was used than the same use per day would have made in the days of the later bill."""
        days, earlier_days = self.after.days, self.before.days
        if days is None or earlier_days is None:
            return self.after.quantity - self.before.quantity
        return self.after.quantity - self.before.quantity * Fraction(days, earlier_days)


@quick
@dataclass(frozen=True, slots=True)
class Split:
    """The exact part of each cause; together the difference of the totals. `uses`: what was matched."""

    ratios: dict[Cause, Ratio]
    uses: tuple[UsePair, ...]
    is_daily: bool = True  # the volume's part is use per day: days were known wherever use was compared

    @property
    def parts(self) -> dict[Cause, Fraction]:
        """The parts as fractions."""
        return {cause: Fraction(*ratio) for cause, ratio in self.ratios.items()}


@dataclass(slots=True)
class _Sorted:
    """The lines of one bill by how they are explained."""

    whole: dict[Cause, Decimal]
    use: dict[_Key, list[ChargeLine]]
    timed: dict[_Key, list[ChargeLine]]  # standing charges by the day, month or year
    vague: set[str]  # supply points with use charges that have no quantity


def split(bill: Bill, before: Bill) -> Split:
    """Return the parts by which `bill` differs from `before`; they add up to the difference of the totals."""
    is_one_point = len(points_of(bill)) <= 1 and len(points_of(before)) <= 1
    new, old = _sort(bill, is_one_point), _sort(before, is_one_point)
    parts = dict.fromkeys(Cause, NOTHING)
    for cause in new.whole.keys() | old.whole.keys():
        moved = new.whole[cause] - old.whole[cause]
        if moved:
            parts[cause] = moved.as_integer_ratio()
    days = (_bill_days(before), _bill_days(bill))
    for key in sorted(old.timed.keys() | new.timed.keys()):
        _add_timed(parts, old.timed.get(key, []), new.timed.get(key, []), days)
    uses = []
    is_daily = True
    for key in sorted(old.use.keys() | new.use.keys()):
        pair = UsePair(key[1], _use(old, new, key, days[0]), _use(new, old, key, days[1]))
        is_matched = key in old.use and key in new.use
        is_alone = not _has_unmatched(key, old, new)
        over, under = parts[Cause.VOLUME]
        if _add_use(parts, pair, is_matched=is_matched, is_alone=is_alone):
            uses.append(pair)
        over_now, under_now = parts[Cause.VOLUME]
        is_daily &= (is_matched and pair.has_days) or over_now * under == over * under_now
    return Split(parts, tuple(uses), is_daily)


def _plus(parts: dict[Cause, Ratio], cause: Cause, over: int, under: int) -> None:
    """Add a fraction to the part of a cause."""
    if over:
        known, part = parts[cause]
        parts[cause] = (known * under + over * part, part * under) if known else (over, under)


def days_of(bill: Bill) -> int | None:
    """Return the days that `bill` covers: its period, else the span of its lines' periods, else None."""
    return _bill_days(bill)


# ------------------------------------------------------------------ sorting the lines


def _sort(bill: Bill, is_one_point: bool) -> _Sorted:
    found = _Sorted(defaultdict(Decimal), defaultdict(list), defaultdict(list), set())
    found.whole[Cause.TAXES] += bill.tax
    found.whole[Cause.ADJUSTMENTS] += sum((part.amount for part in bill.allowances), bill.rounding)
    for line in bill.lines:
        _place(found, line, "" if is_one_point else line.supply_point or "")
    return found


def _place(found: _Sorted, line: ChargeLine, point: str) -> None:
    amount, unit = line.amount, canonical_unit(line.unit or "")
    if line.category in _WHOLE:
        found.whole[_WHOLE[line.category]] += amount
    elif unit.kind is UnitKind.TIME and line.quantity:
        found.timed[point, unit.name].append(line)
    elif line.category is ChargeCategory.FIXED or unit.kind is not UnitKind.USE:
        found.whole[Cause.FIXED] += amount
    elif line.quantity is None:
        found.vague.add(point)
        found.whole[Cause.OTHER] += amount
    elif amount < 0 or line.quantity < 0:  # fed in, or corrected: no use of this period
        found.whole[Cause.ADJUSTMENTS] += amount
    else:
        found.use[point, unit.name].append(line)


def _bill_days(bill: Bill) -> int | None:
    return bill.period.days if bill.period else _span(list(bill.lines))


def _span(lines: list[ChargeLine]) -> int | None:
    periods = [line.period for line in lines if line.period]
    if not periods or len(periods) < len(lines):
        return None
    return (max(period.end for period in periods) - min(period.start for period in periods)).days + 1


# ------------------------------------------------------------------ use charges


def _use(own: _Sorted, other: _Sorted, key: _Key, bill_days: int | None) -> Use:
    lines = own.use.get(key, [])
    days = (_span(lines) or bill_days) if lines else None
    amount = lines[0].amount if len(lines) == 1 else sum([line.amount for line in lines], ZERO)
    return Use(billed_quantity(_counted(lines, other.use.get(key, []))), amount, days)


def _counted(lines: list[ChargeLine], others: list[ChargeLine]) -> list[ChargeLine]:
    """Return the lines whose quantities tell the use: energy where both bills have it, else network."""
    for category in (ChargeCategory.ENERGY, ChargeCategory.NETWORK):
        chosen = [line for line in lines if line.category is category]
        if chosen and (not others or any(line.category is category for line in others)):
            return chosen
    return lines


def billed_quantity(lines: list[ChargeLine]) -> Fraction:
    """Return how much was used, from lines that may charge the same kilowatt-hour several times.

    Components of a price repeat one quantity, tariff registers (day, night) share it out, and a component
    may stand beside the registers with their sum: equal quantities of one period count once, and a
    quantity that the others add up to is the whole.
    """
    if len(lines) == 1:
        return _quantity(lines[0].quantity or ZERO, lines[0].unit or "")
    given = [(_quantity(line.quantity or ZERO, line.unit or ""), line.period) for line in lines]
    distinct = list({(quantity.as_integer_ratio(), period): quantity for quantity, period in given}.values())
    if len(distinct) == 1:
        return distinct[0]
    total = sum(distinct, NONE)
    return largest if len(distinct) > 2 and total == 2 * (largest := max(distinct)) else total


@lru_cache(maxsize=4096)
def _quantity(quantity: Decimal, unit: str) -> Fraction:
    """Return a quantity in the unit's canonical name."""
    return Fraction(quantity) * canonical_unit(unit).factor


def _has_unmatched(key: _Key, old: _Sorted, new: _Sorted) -> bool:
    """True if the supply point of `key` has use on the other bill that has no unit in common with it."""
    point = key[0]
    ours, theirs = (new, old) if key in new.use else (old, new)
    return point in theirs.vague or any(k[0] == point and k not in ours.use for k in theirs.use)


def _add_use(parts: dict[Cause, Ratio], pair: UsePair, *, is_matched: bool, is_alone: bool) -> bool:
    """Add the parts of one supply point's use charges; True if volume and price could be told apart."""
    before, after = pair.before, pair.after
    is_unclear = (before.amount and not before.quantity) or (after.amount and not after.quantity)
    if is_unclear or not (is_matched or is_alone):
        _plus(parts, Cause.OTHER, *(after.amount - before.amount).as_integer_ratio())
        return False
    if not is_matched:  # a supply point that is new on the bill, or gone from it
        _plus(parts, Cause.VOLUME, *(after.amount - before.amount).as_integer_ratio())
        return False
    if not (before.quantity or after.quantity):
        return False
    used, _ = in_whole((before.quantity, after.quantity))
    paid, money = in_whole((before.amount, after.amount))
    prices, each = _rates(paid, used)
    if before.days and after.days:
        days, daily = (before.days, after.days), (used[0] * after.days, used[1] * before.days)
        under = 6 * before.days * after.days * each * money
        _plus(parts, Cause.DAYS, _six_times(days, daily, prices), under)
        _plus(parts, Cause.VOLUME, _six_times(daily, days, prices), under)
        _plus(parts, Cause.PRICE, _six_times(prices, days, daily), under)
    else:
        volume, price = _twice((used[0], used[1]), prices)
        _plus(parts, Cause.VOLUME, volume, 2 * each * money)
        _plus(parts, Cause.PRICE, price, 2 * each * money)
    return True


def _rates(paid: list[int], used: list[int]) -> tuple[tuple[int, int], int]:
    """Return the price of a unit before and after, and what divides both.

    Where nothing was used there is no price: the other bill's stands in, so all of it is volume.
    """
    old = (paid[0], used[0]) if used[0] else (paid[1], used[1])
    new = (paid[1], used[1]) if used[1] else old
    return (old[0] * new[1], new[0] * old[1]), old[1] * new[1]


# ------------------------------------------------------------------ standing charges


def _add_timed(
    parts: dict[Cause, Ratio],
    old: list[ChargeLine],
    new: list[ChargeLine],
    days: tuple[int | None, int | None],
) -> None:
    """Split standing charges into more days and another rate, where the bills' own days say so too."""
    amounts = [sum([line.amount for line in lines], ZERO) for lines in (old, new)]
    quantities = (billed_quantity(old), billed_quantity(new))
    times, _ = in_whole(quantities)
    grew = times[1] - times[0]
    is_longer = (days[1] - days[0]) if days[0] is not None and days[1] is not None else 0
    if times[0] > 0 and times[1] > 0 and grew * is_longer > 0:
        paid, money = in_whole(amounts)
        rates, each = _rates(paid, times)
        by_days, by_rate = _twice((times[0], times[1]), rates)
        _plus(parts, Cause.DAYS, by_days, 2 * each * money)
        _plus(parts, Cause.FIXED, by_rate, 2 * each * money)
    else:
        _plus(parts, Cause.FIXED, *(amounts[1] - amounts[0]).as_integer_ratio())


# ------------------------------------------------------------------ Shapley values of a product

_Number = TypeVar("_Number", int, Fraction)


def shapley_2(a: tuple[Fraction, Fraction], b: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """Return the parts of a and b, each before and after, in a1 b1 - a0 b0."""
    first, second = _twice(a, b)
    return first / 2, second / 2


def shapley_3(
    a: tuple[Fraction, Fraction], b: tuple[Fraction, Fraction], c: tuple[Fraction, Fraction]
) -> tuple[Fraction, Fraction, Fraction]:
    """Return the parts of a, b and c, each before and after, in a1 b1 c1 - a0 b0 c0."""
    return _six_times(a, b, c) / 6, _six_times(b, a, c) / 6, _six_times(c, a, b) / 6


def _twice(a: tuple[_Number, _Number], b: tuple[_Number, _Number]) -> tuple[_Number, _Number]:
    """Return twice the parts of a and b."""
    return (a[1] - a[0]) * (b[0] + b[1]), (b[1] - b[0]) * (a[0] + a[1])


def _six_times(own: tuple[_Number, _Number], x: tuple[_Number, _Number], y: tuple[_Number, _Number]) -> _Number:
    """Return six times the part of `own`: its change times the mean of the others' products over all orders."""
    return (own[1] - own[0]) * (2 * (x[0] * y[0] + x[1] * y[1]) + x[0] * y[1] + x[1] * y[0])
