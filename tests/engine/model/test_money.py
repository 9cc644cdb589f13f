from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.errors import ModelError
from engine.model.money import Money, Sum, exponent, has_spare_decimals, quantum


@pytest.mark.parametrize(("currency", "decimals"), [("EUR", 2), ("RON", 2), ("JPY", 0), ("KWD", 3), ("UYW", 4)])
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals
    assert quantum(currency) == Decimal(1).scaleb(-decimals)


@pytest.mark.parametrize(
    ("amount", "currency", "is_spare"),
    [
        ("1.00", "JPY", False),
        ("1.01", "JPY", True),
        ("1.234", "KWD", False),
        ("1.2345", "KWD", True),
        ("1.230", "EUR", False),
        ("1.231", "EUR", True),
        ("1E+3", "EUR", False),
        ("0.000", "JPY", False),
        ("0.001", "EUR", True),
        ("123456789012345678.00000000000000000001", "EUR", True),  # 38 digits: arithmetic would round it away
    ],
)
def test_decimals_that_the_currency_lacks_are_seen(amount: str, currency: str, is_spare: bool) -> None:
    assert has_spare_decimals(Decimal(amount), currency) is is_spare


@given(st.integers(min_value=-(10**17), max_value=10**17), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_minor_units_go_there_and_back(amount_minor: int, currency: str) -> None:
    money = Money.from_minor(amount_minor, currency)

    assert money.amount_minor == amount_minor
    assert Money.model_validate_json(money.model_dump_json()) == money


@given(st.decimals(-(10**17), 10**17, places=2) | st.sampled_from([Decimal(text) for text in (
    "-0.05", "-0.00", "0.1", "7", "1E+3", "1.2E+3", "12.340", "1.E-1", "0E-9", "99999999999999999.99")]))  # fmt: skip
def test_minor_units_are_the_amount_however_it_is_written(amount: Decimal) -> None:
    for money in (Money(amount=amount, currency="EUR"), Sum(amount, "EUR")):
        assert type(money.amount_minor) is int
        assert money.amount_minor == amount * 100


@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15))
def test_adding_and_taking_away_is_exact(left: int, right: int) -> None:
    a, b = Money.from_minor(left, "EUR"), Money.from_minor(right, "EUR")

    assert (a + b).amount_minor == left + right
    assert (a - b).amount_minor == left - right
    assert (a + b) - b == a


def test_two_currencies_are_not_added() -> None:
    with pytest.raises(ModelError, match="EUR and RON"):
        Money.from_minor(1, "EUR") + Money.from_minor(1, "RON")


def test_half_a_cent_has_no_minor_units() -> None:
    with pytest.raises(ModelError) as caught:
        _ = Money(amount=Decimal("0.005"), currency="EUR").amount_minor
    assert caught.value.problem.code == "M104"
    with pytest.raises(ModelError, match="EUR minor units"):
        _ = Sum(Decimal("0.001"), "EUR").amount_minor


@pytest.mark.parametrize("currency", ["eur", "EURO", "E1R", ""])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(ValidationError):
        Money(amount=Decimal(1), currency=currency)
