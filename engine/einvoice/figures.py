"""The figures of a bill as EN 16931 wants them: VAT breakdown, quantities and prices, totals. All exact.

The sums of the standard hold to the cent (BR-CO-10 to BR-CO-16, BR-S-08 and its like). A tax may
differ from base times rate by a cent a line, since some suppliers round line by line, and by half a
unit where it is a whole number, since some currencies are rounded so; always by less than one unit
(BR-CO-17, BR-S-09).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from engine.einvoice.refusal import RefusedError
from engine.model.bill import ZERO, Bill, ChargeLine, DocumentAllowance, Tax, TaxCategory

ONE = Decimal(1)
CENT = Decimal("0.01")
HUNDRED = Decimal(100)
_MOST_SLACK = Decimal("0.99")
_HALF = Decimal("0.5")
_PRICE_SLACK = Decimal("0.02")
_ABOVE_ZERO = frozenset({TaxCategory.STANDARD, TaxCategory.CANARY_ISLANDS})


@dataclass(slots=True)
class VatGroup:
    """What is taxed alike (BG-23). `rate_percent` is None where VAT does not apply at all (O)."""

    category: TaxCategory
    rate_percent: Decimal | None
    amount: Decimal = ZERO
    base: Decimal = ZERO  # of lines, allowances and charges
    said_base: Decimal | None = None  # as the bill writes it
    reason: str = ""
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """The document's totals (BG-22)."""

    lines: Decimal
    allowances: Decimal  # positive
    charges: Decimal
    net: Decimal
    tax: Decimal
    rounding: Decimal
    gross: Decimal
    paid: Decimal
    due: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """How a line's net amount comes about: `quantity` times `price` for each `base` units."""

    quantity: Decimal
    price: Decimal
    base: Decimal | None  # None is one unit


def vat_of(bill: Bill) -> tuple[list[VatGroup], list[VatGroup], list[VatGroup]]:
    """Return the VAT breakdown, then the group of each line and of each allowance, in order.

    Raises `RefusedError`: R133 where the bill does not say how something is taxed, R134 where base,
    rate and tax contradict each other.
    """
    groups = _groups(bill.taxes)
    of_lines = [_group_of(line, groups, f"lines.{place}") for place, line in enumerate(bill.lines)]
    of_parts = [_group_of(part, groups, f"allowances.{place}") for place, part in enumerate(bill.allowances)]
    amounts = [line.amount for line in bill.lines] + [part.amount for part in bill.allowances]
    for amount, group in zip(amounts, (*of_lines, *of_parts), strict=True):
        group.base += amount
        group.parts += 1
    for group in groups:
        _check(group)
    used = [group for group in groups if group.parts]
    if len(used) > 1 and any(group.category is TaxCategory.OUTSIDE for group in used):
        raise RefusedError("R133", "what is outside of VAT stands beside what is taxed", "taxes",
                           "EN 16931 asks for two documents (BR-O-11)")  # fmt: skip
    return used, of_lines, of_parts


def _groups(taxes: tuple[Tax, ...]) -> list[VatGroup]:
    if not taxes:
        raise RefusedError("R133", "the bill says nothing on VAT", "taxes",
                           "give a tax with its category, O where VAT does not apply")  # fmt: skip
    found: dict[tuple[TaxCategory, Decimal | None], VatGroup] = {}
    for place, tax in enumerate(taxes):
        category = _category(tax, place)
        rate = None if category is TaxCategory.OUTSIDE else tax.rate_percent or ZERO
        group = found.setdefault((category, rate), VatGroup(category, rate))
        group.amount += tax.amount
        if tax.base is not None:
            group.said_base = (group.said_base or ZERO) + tax.base
        group.reason = group.reason or tax.exemption_reason or ""
    return list(found.values())


def _category(tax: Tax, place: int) -> TaxCategory:
    category, rate = tax.category, tax.rate_percent
    if category is None:
        if rate is None or rate <= 0:
            raise RefusedError("R133", "a tax without a rate above zero has no category", f"taxes.{place}",
                               "give `rate_percent`, or `category` as in E (exempt) or Z (zero-rated)")  # fmt: skip
        return TaxCategory.STANDARD
    if not _fits(category, rate):
        raise RefusedError("R133", "the rate does not fit the category of the tax", f"taxes.{place}",
                           "S and L need a rate above zero, M a rate, all others take none")  # fmt: skip
    if category is TaxCategory.EXEMPT and not tax.exemption_reason:
        raise RefusedError("R133", "an exemption from VAT has no reason", f"taxes.{place}",
                           "give `exemption_reason` (BR-E-10)")  # fmt: skip
    return category


def _fits(category: TaxCategory, rate: Decimal | None) -> bool:
    if category in _ABOVE_ZERO:
        return rate is not None and rate > 0
    if category is TaxCategory.CEUTA_MELILLA:
        return rate is not None and rate >= 0
    return not rate


def _group_of(part: ChargeLine | DocumentAllowance, groups: list[VatGroup], place: str) -> VatGroup:
    category, rate = part.tax_category, part.tax_rate_percent
    fitting = groups
    if category is not None:
        fitting = [group for group in fitting if group.category is category]
    if rate is not None:
        fitting = [group for group in fitting if (group.rate_percent or ZERO) == rate]
    if not fitting:
        raise RefusedError("R134", "its VAT is not among the taxes of the bill", place,
                           "compare its tax_category and tax_rate_percent with `taxes`")  # fmt: skip
    if len(fitting) > 1:
        raise RefusedError("R133", "the bill has several VAT rates, and it does not say which is its own", place,
                           "give its `tax_rate_percent`, and `tax_category` where that is not enough")  # fmt: skip
    return fitting[0]


def _check(group: VatGroup) -> None:
    """Return if base and tax of a group agree with its lines and its rate."""
    if group.said_base is not None and group.said_base != group.base:
        raise RefusedError("R134", "the base of a tax is not the sum of what is taxed so", "taxes",
                           "compare `base` with the lines and allowances of that rate")  # fmt: skip
    exact = group.base * (group.rate_percent or ZERO) / HUNDRED
    slack = max(CENT * max(group.parts, 1), _HALF if group.amount == group.amount.to_integral_value() else ZERO)
    if abs(group.amount - exact.quantize(CENT, ROUND_HALF_UP)) > (min(slack, _MOST_SLACK) if exact else ZERO):
        raise RefusedError("R134", "a tax is not its base times its rate", "taxes",
                           "compare `amount` with `base` and `rate_percent`")  # fmt: skip


def price_of(line: ChargeLine) -> Price:
    """Return quantity and price of a line; the price is never negative (BR-27), the quantity has the sign.

    Where quantity times unit price is not the line's amount to two cents, as with prices that are
    printed rounded or in steps, the price is said for the whole quantity (BT-149), which is exact.
    """
    amount = line.amount
    used = abs(line.quantity) if line.quantity is not None else ONE
    if not used:
        used = ONE if amount else ZERO
    price = abs(line.unit_price) if line.unit_price is not None and line.quantity is not None else None
    signed = -used if amount < 0 else used
    whole = abs(amount)
    if price is not None and abs(used * price - whole) <= _PRICE_SLACK:
        return Price(signed, price, None)
    if not used or used == 1:
        return Price(signed, whole, None)
    return Price(signed, whole, used)


def totals_of(bill: Bill) -> Totals:
    """Return the totals. What a bill carries over from others is no part of them, but a credit is paid in advance."""
    lines = sum((line.amount for line in bill.lines), ZERO)
    allowances = -sum((part.amount for part in bill.allowances if part.amount < 0), ZERO)
    charges = sum((part.amount for part in bill.allowances if part.amount > 0), ZERO)
    gross = bill.total - bill.rounding
    paid = bill.prepaid - min(bill.balance_forward, ZERO)
    return Totals(lines, allowances, charges, lines - allowances + charges, bill.tax, bill.rounding, gross, paid,
                  gross - paid + bill.rounding)  # fmt: skip
