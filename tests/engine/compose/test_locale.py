"""Numbers, money and dates: as Babel writes them, and read back to the same value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from engine.compose.case import month_of
from engine.compose.locale import MINUS, data_locale, formats_of
from engine.model.bill import Bill

LOCALES = ("en", "it", "fr", "ro", "lt", "ru")
AMOUNTS = st.decimals(min_value="-99999999999999.99", max_value="99999999999999.99", places=2)


@pytest.mark.parametrize("locale", LOCALES)
@given(value=AMOUNTS, currency=st.sampled_from(["EUR", "RON", "GBP"]))
def test_money_is_written_as_cldr_writes_it(locale: str, value: Decimal, currency: str) -> None:
    data = data_locale(locale)
    expected = format_currency(abs(value), currency, locale=data)
    found = formats_of(locale).money(value, currency)
    assert found.startswith(MINUS) is (value < 0)
    plain = found.removeprefix(MINUS)
    assert plain == expected or plain.replace("\u00a0", "", 1) == expected  # a code never touches the figure


@pytest.mark.parametrize("locale", LOCALES)
@given(value=AMOUNTS)
def test_an_amount_reads_back_to_its_value(locale: str, value: Decimal) -> None:
    text = formats_of(locale).amount(value, "EUR")
    back = parse_decimal(text.replace(MINUS, ""), locale=data_locale(locale))
    assert back * (-1 if text.startswith(MINUS) else 1) == value


@pytest.mark.parametrize("locale", LOCALES)
@given(value=st.decimals(min_value=0, max_value=10**9, places=3))
def test_a_number_drops_spare_zeros(locale: str, value: Decimal) -> None:
    assert formats_of(locale).number(value) == format_decimal(value, locale=data_locale(locale))


FIGURES = st.builds(
    lambda digits, power: Decimal(digits).scaleb(power), st.integers(-(10**15), 10**15), st.integers(-12, 3)
)
ANY_FORM = st.one_of(FIGURES, FIGURES.map(Decimal.normalize))


@given(locale=st.sampled_from(LOCALES), value=ANY_FORM, least=st.integers(0, 3), more=st.integers(0, 4))
def test_a_figure_of_any_form_is_rounded_half_to_even_as_babel_does(
    locale: str, value: Decimal, least: int, more: int
) -> None:
    pattern = "#,##0." + "0" * least + "#" * more
    expected = format_decimal(abs(value), pattern.rstrip("."), locale=data_locale(locale))
    assert formats_of(locale).number(value, least, least + more) == (MINUS if value < 0 else "") + expected


@pytest.mark.parametrize("locale", LOCALES)
def test_a_day_is_written_long(locale: str) -> None:
    day = date(2026, 11, 24)
    assert formats_of(locale).day(day) == format_date(day, "long", locale=data_locale(locale))


def test_english_days_stand_before_the_month() -> None:
    assert formats_of("en").day(date(2026, 11, 24)) == "24 November 2026"
    assert formats_of("en").day_short(date(2026, 11, 24)) == "24 November"


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "October"),
        ("it", "ottobre"),
        ("fr", "d’octobre"),
        ("ro", "octombrie"),
        ("lt", "spalio"),
        ("ru", "октябрь"),
    ],
)
def test_the_month_fits_after_the_word_bill(locale: str, text: str) -> None:
    assert formats_of(locale).month_of_bill(date(2026, 10, 1)) == text


@pytest.mark.parametrize(
    ("start", "end", "month"),
    [
        ("2026-09-26", "2026-11-02", 10),
        ("2026-10-01", "2026-10-31", 10),
        ("2026-08-15", "2026-09-14", 8),
        ("2026-08-01", "2026-09-30", 9),
        ("2026-11-08", "2027-01-07", 12),
    ],
)
def test_a_bill_is_called_by_its_month(start: str, end: str, month: int) -> None:
    record = {"number": "B", "issued_on": "2026-11-03", "period": {"start": start, "end": end}, "kind": "statement",
              "total": "0", "amount_payable": "0"}  # fmt: skip
    assert month_of(Bill.model_validate(record)).month == month
