"""What is counted, in words: amounts of money, percents, days and bills."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final

from engine.compose.number_words import english, french, italian, lithuanian, romanian, russian

LARGEST: Final = 10**12 - 1  # what lies above stays in figures
_MILLION: Final = 1_000_000


class Noun(StrEnum):
    """What is counted besides money; its gender follows from the language."""

    DAY = "day"
    MONTH = "month"
    BILL = "bill"
    HOUR = "hour"  # of a kilowatt
    POUND = "pound"
    CROWN = "crown"
    LIRA = "lira"
    HRYVNIA = "hryvnia"
    LEU = "leu"
    OTHER = "other"  # masculine in every language: euro, cent, leu, franc, percent


_FEMININE: Final[Mapping[str, frozenset[Noun]]] = {
    "fr": frozenset({Noun.BILL, Noun.POUND, Noun.CROWN, Noun.LIRA, Noun.HRYVNIA}),
    "it": frozenset({Noun.BILL, Noun.POUND, Noun.CROWN, Noun.LIRA, Noun.HRYVNIA}),
    "ro": frozenset({Noun.BILL, Noun.DAY, Noun.HOUR, Noun.MONTH, Noun.POUND, Noun.CROWN, Noun.LIRA, Noun.HRYVNIA}),
    "lt": frozenset({Noun.BILL, Noun.DAY, Noun.HOUR, Noun.CROWN, Noun.LIRA, Noun.HRYVNIA, Noun.LEU}),
    "ru": frozenset({Noun.CROWN, Noun.LIRA, Noun.HRYVNIA}),
}
_MONEY: Final = {
    "GBP": Noun.POUND, "SEK": Noun.CROWN, "NOK": Noun.CROWN, "DKK": Noun.CROWN, "CZK": Noun.CROWN, "ISK": Noun.CROWN,
    "TRY": Noun.LIRA, "UAH": Noun.HRYVNIA, "RON": Noun.LEU, "MDL": Noun.LEU,
}  # fmt: skip
_SEPTANTE: Final = frozenset({"fr-BE", "fr-CH"})
_PERCENT_BY: Final = ("procentu", "procentais", "procentų")
_PERCENT_RU: Final = ("процент", "процента", "процентов")
_MINUS: Final = {"it": "meno", "fr": "moins", "ru": "минус"}


def noun_of_money(currency: str) -> Noun:
    """Return what the units of a currency are, as far as their gender goes."""
    return _MONEY.get(currency, Noun.OTHER)


@lru_cache(maxsize=4096)
def cardinal(locale: str, count: int, noun: Noun = Noun.OTHER) -> str:
    """Return a count (from 0 on) in the words of `locale`, as they stand before `noun`; else its figures."""
    language = locale.replace("_", "-").partition("-")[0]
    if not 0 <= count <= LARGEST:
        return str(count)
    is_feminine = noun in _FEMININE.get(language, ())
    match language:
        case "en":
            return english.cardinal(count)
        case "fr":
            return french.cardinal(count, is_feminine=is_feminine, has_septante=locale.replace("_", "-") in _SEPTANTE)
        case "it":
            return italian.cardinal(count, is_feminine=is_feminine)
        case "ro":
            return romanian.cardinal(count, is_feminine=is_feminine)
        case "lt":
            return lithuanian.cardinal(count, is_feminine=is_feminine)
        case "ru":
            return russian.cardinal(count, is_feminine=is_feminine)
        case _:
            return str(count)


def counted(locale: str, count: int, message: str, noun: Noun = Noun.OTHER) -> str:
    """Return `message` with its {n} in words; whole millions link to the noun as French and Italian want it."""
    words = cardinal(locale, count, noun)
    if count and count % _MILLION == 0 and "{n} " in message and count <= LARGEST:
        if locale.startswith("it"):
            words += " di"
        elif locale.startswith("fr"):
            follows = message.partition("{n} ")[2][:1].lower()
            if follows and follows in "aeiouhàâéèêîôûœ":
                return message.replace("{n} ", f"{words} d\u2019")
            words += " de"
    return message.replace("{n}", words)


def percent_said(locale: str, count: int) -> str:
    """Return whole percents as the measure of a difference: twelve percent, keturiais procentais."""
    language = locale.replace("_", "-").partition("-")[0]
    if not 0 <= count <= LARGEST:
        return f"{count} %"
    match language:
        case "en":
            return f"{english.cardinal(count)} percent"
        case "fr":
            return f"{cardinal(locale, count)} pour cent"
        case "it":
            return f"{_article(count)}{italian.number(count)} per cento"
        case "ro":
            return f"{romanian.number(count)} la sută"
        case "lt" if count < 1000:
            return lithuanian.by(count, _PERCENT_BY)
        case "ru":
            return f"{russian.cardinal(count)} {_PERCENT_RU[russian.form_of(count)]}"
        case _:
            return f"{count} %"


def signed(locale: str, words: str, *, is_negative: bool) -> str:
    """Return words with the locale's minus in front of what is below zero."""
    if not is_negative:
        return words
    return f"{_MINUS.get(locale.partition('-')[0], 'minus')} {words}"


def _article(count: int) -> str:
    """Return the Italian article of a percentage: il dodici, l'otto, lo zero."""
    if count == 0:
        return "lo "
    return "l\u2019" if italian.number(count)[0] in "uo" else "il "
