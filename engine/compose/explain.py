"""Why the bill changed: the difference to its comparison bill, split over its causes to the cent.

The totals, VAT included, are compared: what was prepaid or carried forward is no cause of a bill's
height. docs/decisions/0001-why-the-bill-changed.md gives the reasons.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from engine.compose.comparison import KINDS, comparison_bill
from engine.compose.split import Cause, Ratio, Split, Use, UsePair, days_of, split
from engine.model.bill import ZERO, Bill
from engine.model.money import exponent, quantum
from engine.model.quick import quick
from engine.natives import native

__all__ = ["Cause", "Change", "ChangePart", "comparison_bill", "explain_change", "round_parts"]

_kernel = native(__name__, "causes_kernel")
_ORDER = {cause: place for place, cause in enumerate(Cause)}


@quick
@dataclass(frozen=True, slots=True)
class ChangePart:
    """What one cause adds (positive) or takes away, to the currency's minor unit, with figures to say it.

    A figure is None where the bills don't give it, or where it would point the other way than `amount`
    (two supply points that moved apart): then the words do without it.
    """

    cause: Cause
    amount: Decimal
    days: int | None = None  # DAYS: more (or fewer) days than on the comparison bill
    is_daily: bool = False  # VOLUME: use per day is known to have moved, not only use as a whole
    uses: tuple[UsePair, ...] = ()  # VOLUME and PRICE: what was compared

    @property
    def quantity(self) -> Decimal | None:
        """VOLUME: more (or less) used than the same use per day would have made, in `unit`."""
        if self.cause is not Cause.VOLUME or not self._one_unit:
            return None
        extra = _decimal(sum((pair.extra_quantity for pair in self.uses), Fraction(0)), 3)
        return extra if extra * self.amount > 0 else None

    @property
    def unit(self) -> str:
        """VOLUME and PRICE: kWh, m3, or the bill's own word; nothing without a figure in it."""
        return "" if self.quantity is None and self.new_price is None else self._one_unit

    @property
    def old_price(self) -> Decimal | None:
        """PRICE: average price of one unit on the comparison bill, without VAT."""
        return self._prices[0]

    @property
    def new_price(self) -> Decimal | None:
        """PRICE: average price of one unit on the bill, without VAT."""
        return self._prices[1]

    @property
    def _prices(self) -> tuple[Decimal, Decimal] | tuple[None, None]:
        if self.cause is not Cause.PRICE or not self._one_unit:
            return None, None
        befores, afters = [pair.before for pair in self.uses], [pair.after for pair in self.uses]
        prices = [
            _decimal(Fraction(sum((use.amount for use in side), ZERO)) / quantity, 6)
            for side in (befores, afters)
            if (quantity := sum((use.quantity for use in side), Fraction(0)))
        ]
        if len(prices) < 2 or (prices[1] - prices[0]) * self.amount <= 0:
            return None, None
        return prices[0], prices[1]

    @property
    def _one_unit(self) -> str:
        """The unit of all uses, or nothing when they have several."""
        units = {pair.unit for pair in self.uses}
        return units.pop() if len(units) == 1 else ""


@quick
@dataclass(frozen=True, slots=True)
class Change:
    """The difference of two bills. `parts` add up to `difference`, largest first, none of them zero."""

    comparison: Bill
    currency: str
    old_total: Decimal
    new_total: Decimal
    old_days: int | None
    new_days: int | None
    parts: tuple[ChangePart, ...]

    @property
    def difference(self) -> Decimal:
        """New total less old total."""
        return self.new_total - self.old_total

    @property
    def percent(self) -> Decimal | None:
        """The difference in percent of the old total; None when that is not above zero."""
        return self.difference * 100 / self.old_total if self.old_total > 0 else None

    @property
    def largest(self) -> ChangePart | None:
        """The part that moved the bill most, either way; None when nothing moved."""
        return self.parts[0] if self.parts else None


def explain_change(bill: Bill, comparison: Bill | None) -> Change | None:
    """Return why `bill` differs from `comparison`, or None when nothing can be claimed.

    That is: no comparison bill, another currency or kind, or a bill without lines.
    """
    if comparison is None or not _is_comparable(bill, comparison):
        return None
    explained = _kernel.explain(bill, comparison) if _kernel else None
    old_days, new_days, parts = explained or _explained(bill, comparison)
    return Change(comparison, bill.currency, comparison.total, bill.total, old_days, new_days, parts)


def _explained(bill: Bill, comparison: Bill) -> tuple[int | None, int | None, tuple[ChangePart, ...]]:
    """Return the days of both bills, and the parts."""
    exact = split(bill, comparison)
    rounded = round_ratios(exact.ratios, bill.total - comparison.total, bill.currency)
    parts = [_part(cause, amount, exact, bill, comparison) for cause, amount in rounded.items() if amount]
    parts.sort(key=lambda part: (-abs(part.amount), _ORDER[part.cause]))
    return days_of(comparison), days_of(bill), tuple(parts)


def round_parts(parts: dict[Cause, Fraction], total: Decimal, currency: str) -> dict[Cause, Decimal]:
    """Return `parts` in whole minor units of `currency` that add up to `total`, as the parts do exactly.

    Each is off by less than one unit: all are rounded, then what is missing goes to those that lost most
    (largest remainder; ties in the order of causes). A part of zero stays zero.
    """
    return round_ratios({cause: value.as_integer_ratio() for cause, value in parts.items()}, total, currency)


def round_ratios(parts: dict[Cause, Ratio], total: Decimal, currency: str) -> dict[Cause, Decimal]:
    """Return `parts` as `round_parts` does, given over and under."""
    step, units = quantum(currency), 10 ** exponent(currency)
    whole = {cause: _nearest(over * units, under) if over else 0 for cause, (over, under) in parts.items()}
    missing = int(total / step) - sum(whole.values())
    if missing:
        common = math.lcm(*(under for _, under in parts.values()))
        common = common if missing > 0 else -common
        lost = {
            cause: (over * units - whole[cause] * under) * (common // under) for cause, (over, under) in parts.items()
        }
        for cause in sorted(lost, key=lambda cause: (-lost[cause], _ORDER[cause]))[: abs(missing)]:
            whole[cause] += 1 if missing > 0 else -1
    return {cause: value * step for cause, value in whole.items()}


def _nearest(over: int, under: int) -> int:
    """Return the whole number nearest to a fraction, half to even."""
    whole, rest = divmod(over, under)
    return whole + (2 * rest > under or (2 * rest == under and whole % 2))


def _is_comparable(bill: Bill, comparison: Bill) -> bool:
    return (
        bill.currency == comparison.currency
        and bill.kind is comparison.kind
        and bill.kind in KINDS
        and bill.number != comparison.number
        and bool(bill.lines)
        and bool(comparison.lines)
    )


def _part(cause: Cause, amount: Decimal, exact: Split, bill: Bill, comparison: Bill) -> ChangePart:
    if cause is Cause.DAYS:
        old, new = days_of(comparison), days_of(bill)
        days = new - old if old is not None and new is not None else 0
        return ChangePart(cause, amount, days=days if days * amount > 0 else None)
    if cause in (Cause.VOLUME, Cause.PRICE):
        return ChangePart(cause, amount, is_daily=cause is Cause.VOLUME and exact.is_daily, uses=exact.uses)
    return ChangePart(cause, amount)


def _decimal(value: Fraction, places: int) -> Decimal:
    """Return `value` rounded to `places` decimals, half to even, exact whatever the context's precision."""
    return Decimal(round(value * 10**places)).scaleb(-places)


if _kernel is not None:
    _kernel.of_split(Use, UsePair, ChangePart, Cause)
