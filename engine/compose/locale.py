"""Numbers, money and dates as a locale writes them (CLDR by Babel), its patterns parsed once.

`formats_of(locale)` is kept for the life of the process, and what was written lately with it: a cycle formats
a hundred values a customer, many of them prices, days and quantities that others have too. NBSP and narrow NBSP
stay as CLDR gives them; a negative number bears U+2212.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache, lru_cache
from typing import Literal, TypeAlias

from babel import Locale
from babel.dates import format_date, format_skeleton, get_month_names
from babel.numbers import get_currency_name, get_currency_symbol

from engine.compose.number_words import spoken_day, takes_de
from engine.model.money import exponent
from engine.model.said import Text

MINUS = "\u2212"
NBSP = "\u00a0"
# More digits than any figure of a bill has, so that no quantize fails.
_CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN)
_KEPT = 8192  # texts of each sort: some 2 MB

# Plain English of a European supplier: 24 November, not November 24.
_DATA_LOCALE = {"en": "en_GB"}
_DAY = re.compile(r"\d+(?:er)?")  # French writes the first as 1er
_Width: TypeAlias = Literal["wide", "narrow"]
_Context: TypeAlias = Literal["stand-alone", "format"]
_ELISION = "aeiouhàâéèêîôûœy"


@dataclass(frozen=True, slots=True, eq=False)
class Formats:
    """How one locale writes. Made by `formats_of`, one object a locale."""

    locale: str
    data: Locale
    decimal_mark: str
    group_mark: str
    money_prefix: str
    money_suffix: str
    percent_prefix: str
    percent_suffix: str

    def number(self, value: Decimal, least: int = 0, most: int = 3) -> str:
        """Return `value` with `least` to `most` decimals, thousands grouped; half to even."""
        return _number(self, value, least, most)

    def amount(self, value: Decimal, currency: str) -> str:
        """Return an amount in all decimals of `currency`, without its sign."""
        return _amount(self, value, currency)

    def signed(self, value: Decimal, currency: str) -> str:
        """Return an amount with plus or minus in front."""
        return ("+" if value > 0 else "") + _amount(self, value, currency)

    def money(self, value: Decimal, currency: str) -> str:
        """Return an amount with the sign of `currency` where the locale puts it."""
        return _money(self, value, currency)

    def percent(self, value: Decimal, most: int = 0) -> str:
        """Return `value` (12 is twelve percent) with the locale's percent sign."""
        return (MINUS if value < 0 else "") + self.percent_prefix + _plain(self, value, 0, most) + self.percent_suffix

    def day(self, value: date) -> str:
        """Return a date with its year, the month as a word."""
        return _day(self.locale, value)

    def day_short(self, value: date) -> str:
        """Return a date without its year."""
        return _day_short(self.locale, value)

    def day_spoken(self, value: date) -> str:
        """Return a date without its year as a voice reads it well."""
        return _day_spoken(self.locale, value)

    def month(self, value: date) -> str:
        """Return the name of the month, standing alone."""
        return _months(self.locale, "wide", "stand-alone")[value.month - 1]

    def month_with_year(self, value: date) -> Text:
        """Return the name of the month and its year, standing alone."""
        return _month_with_year(self, value)

    @property
    def month_letters(self) -> tuple[Text, ...]:
        """The months in a letter each, January first, for the axis of a chart."""
        return _months(self.locale, "narrow", "stand-alone")

    def month_of_bill(self, value: date, *, has_year: bool = False) -> str:
        """Return the month in the form that stands after the word bill.

        Lithuanian: genitive (spalio). French: with its preposition (d'octobre, de mars). Elsewhere: as it is.
        """
        name = self.month(value)
        if self.data.language == "lt":
            name = _months(self.locale, "wide", "format")[value.month - 1]
        elif self.data.language == "fr":
            name = f"d\u2019{name}" if name[0] in _ELISION else f"de {name}"
        if not has_year:
            return name
        return f"{value.year} m. {name}" if self.data.language == "lt" else f"{name} {value.year}"


@lru_cache(maxsize=64)
def formats_of(locale: str) -> Formats:
    """Return how `locale` (as in it, fr-BE) writes. Raises `ValueError` for a locale that Babel doesn't know."""
    data = data_locale(locale)
    money_prefix, money_suffix = _around(data.currency_formats["standard"].pattern)
    percent_prefix, percent_suffix = _around(data.percent_formats[None].pattern)
    symbols = data.number_symbols.get("latn", data.number_symbols)
    return Formats(
        locale=locale,
        data=data,
        decimal_mark=symbols["decimal"],
        group_mark=symbols["group"],
        money_prefix=money_prefix,
        money_suffix=money_suffix,
        percent_prefix=percent_prefix,
        percent_suffix=percent_suffix,
    )


@lru_cache(maxsize=64)
def data_locale(locale: str) -> Locale:
    """Return Babel's locale for a locale of the set."""
    return Locale.parse(_DATA_LOCALE.get(locale, locale).replace("-", "_"))


@lru_cache(maxsize=512)
def currency_symbol(locale: str, currency: str) -> str:
    """Return the sign of `currency` in `locale`, or its code where it has none."""
    return str(get_currency_symbol(currency, locale=data_locale(locale)))


@lru_cache(maxsize=4096)
def currency_name(locale: str, currency: str, count: int) -> str:
    """Return the name of `currency` as it stands after a count: Swiss francs, de franci elvețieni."""
    data = data_locale(locale)
    name = str(get_currency_name(currency, count=count, locale=data))
    return f"de {name}" if data.language == "ro" and takes_de(count) and not name.startswith("de ") else name


@lru_cache(maxsize=_KEPT)
def _number(formats: Formats, value: Decimal, least: int, most: int) -> str:
    return (MINUS if value < 0 else "") + _plain(formats, value, least, most)


def _amount(formats: Formats, value: Decimal, currency: str) -> str:
    places = exponent(currency)
    return (MINUS if value < 0 else "") + _plain(formats, value, places, places)


@lru_cache(maxsize=_KEPT)
def _money(formats: Formats, value: Decimal, currency: str) -> str:
    places = exponent(currency)
    before, after = _money_marks(formats, currency)
    return (MINUS if value < 0 else "") + before + _plain(formats, value, places, places) + after


@lru_cache(maxsize=512)
def _money_marks(formats: Formats, currency: str) -> tuple[str, str]:
    """Return what stands before and after an amount of `currency`."""
    symbol = currency_symbol(formats.locale, currency)
    before = formats.money_prefix.replace("¤", symbol)
    if before and before[-1].isalpha():
        before += NBSP  # CLDR: letters don't touch digits
    return before, formats.money_suffix.replace("¤", symbol)


def _plain(formats: Formats, value: Decimal, least: int, most: int) -> str:
    """Return the figure without sign."""
    whole, _, decimals = str(value).partition(".")
    if whole[0] == "-":
        whole = whole[1:]
    count = len(decimals)
    is_ready = whole.isdigit() and least <= count <= most  # mostly: written as it is to be shown, and not by power
    if not is_ready or (count and not (decimals.isdigit() and (count == least or decimals[-1] != "0"))):
        whole, decimals = _rounded(value, least, most)
    if len(whole) > 3:
        whole = f"{int(whole):,}".replace(",", formats.group_mark)
    return f"{whole}{formats.decimal_mark}{decimals}" if decimals else whole


def _rounded(value: Decimal, least: int, most: int) -> tuple[str, str]:
    """Return the digits before and after the mark, of a figure in whatever form."""
    rounded = _CONTEXT.quantize(value.copy_abs(), _step(most))
    whole, _, decimals = f"{rounded:f}".partition(".")
    if len(decimals) > least:
        decimals = decimals.rstrip("0").ljust(least, "0")
    return whole, decimals


@cache
def _step(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


@lru_cache(maxsize=_KEPT)
def _day(locale: str, value: date) -> str:
    return str(format_date(value, "long", locale=data_locale(locale)))


@lru_cache(maxsize=_KEPT)
def _day_short(locale: str, value: date) -> str:
    return str(format_skeleton("MMMMd", value, locale=data_locale(locale)))


@lru_cache(maxsize=_KEPT)
def _day_spoken(locale: str, value: date) -> str:
    language = data_locale(locale).language
    text = _DAY.sub(spoken_day(language, value.day), _day_short(locale, value), count=1)
    return text.replace(" d.", "") if language == "lt" else text


@lru_cache(maxsize=256)
def _months(locale: str, width: _Width, context: _Context) -> tuple[Text, ...]:
    """Return the names of the months, January first."""
    names = get_month_names(width, context, locale=data_locale(locale))
    return tuple(Text(names[month]) for month in range(1, 13))


@lru_cache(maxsize=1024)
def _month_with_year(formats: Formats, value: date) -> Text:
    return Text(f"{formats.month(value)} {value.year}")


def _around(pattern: str) -> tuple[str, str]:
    """Return what stands before and after the figure in a CLDR number pattern."""
    positive = pattern.split(";")[0]
    places = [place for place, character in enumerate(positive) if character in "#0"]
    return positive[: places[0]], positive[places[-1] + 1 :]
