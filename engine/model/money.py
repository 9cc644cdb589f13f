"""Money: an exact decimal amount in one ISO 4217 currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from engine.errors import ModelError
from engine.model.base import CurrencyCode, Exact, Record
from engine.model.quick import quick

# ISO 4217 list one: currencies whose minor unit is not a hundredth.
_EXPONENTS: dict[str, int] = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
         "XAF", "XOF", "XPF"),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip


def exponent(currency: str) -> int:
    """Return the number of decimals of `currency` (ISO 4217 minor unit)."""
    return _EXPONENTS.get(currency, 2)


@cache
def quantum(currency: str) -> Decimal:
    """Return the smallest amount of `currency`, as in 0.01 for EUR."""
    return Decimal(1).scaleb(-exponent(currency))


def has_spare_decimals(amount: Decimal, currency: str) -> bool:
    """True if `amount` can't be written exactly in the minor unit of `currency`."""
    return have_spare_decimals((amount,), currency)


def have_spare_decimals(amounts: Sequence[Decimal], currency: str) -> bool:
    """True if one of `amounts` can't be written exactly in the minor unit of `currency`."""
    step = quantum(currency)
    try:
        return any(
            [amount and not amount.same_quantum(step) and amount.quantize(step) != amount for amount in amounts]  # noqa: C419 - a generator takes longer
        )
    except InvalidOperation:  # more than 28 digits, NaN or infinity
        return any(_has_spare_digits(amount, currency) for amount in amounts)


def _has_spare_digits(amount: Decimal, currency: str) -> bool:
    """Say it by digits, since arithmetic takes no more than 28 of them."""
    _, digits, power = amount.as_tuple()
    if not isinstance(power, int):
        return True  # NaN and infinity
    spare = -power - exponent(currency)
    return spare > 0 and any(digits[-spare:])


def in_minor_units(amount: Decimal, currency: str) -> int:
    """Return `amount` in minor units, as 12945 for EUR 129.45. Raises `ModelError` (M104)."""
    written = str(amount)
    if written[-3:-2] == "." and type(amount) is Decimal and exponent(currency) == 2:  # mostly: two digits follow
        return int(written[:-3] + written[-2:])
    if has_spare_decimals(amount, currency):
        raise ModelError("M104", f"the amount is not a whole number of {currency} minor units")
    return int(amount.scaleb(exponent(currency)))


@quick
@dataclass(frozen=True, slots=True)
class Sum:
    """What figures of records come to, in their currency: money that need not be checked again."""

    amount: Decimal
    currency: str

    @property
    def amount_minor(self) -> int:
        """The amount in minor units."""
        return in_minor_units(self.amount, self.currency)


class Money(Record):
    """An amount with its currency. Adding or comparing two currencies raises `ModelError` (M101)."""

    amount: Exact
    currency: CurrencyCode

    @property
    def amount_minor(self) -> int:
        """The amount in minor units, as in 12945 for EUR 129.45."""
        return in_minor_units(self.amount, self.currency)

    @classmethod
    def from_minor(cls, amount_minor: int, currency: str) -> Money:
        """Return the money that `amount_minor` minor units of `currency` are."""
        return cls(amount=Decimal(amount_minor).scaleb(-exponent(currency)), currency=currency)

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ModelError("M101", f"{self.currency} and {other.currency} can't be added")
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def __neg__(self) -> Money:
        return Money(amount=-self.amount, currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        return self + -other
