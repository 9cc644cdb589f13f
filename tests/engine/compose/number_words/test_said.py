"""Amounts, days and percents are said in words as each language says them."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.compose.facts import FactBook
from engine.compose.locale import formats_of
from engine.compose.number_words import Noun, cardinal, counted, percent_said, spoken_day
from engine.compose.number_words.say import LARGEST
from engine.templating import TemplateSet
from tests.engine.compose.cases import ROOT

LOCALES = ("en", "it", "fr", "ro", "lt", "ru")
SAID = tomllib.loads(Path(__file__).with_name("said.toml").read_text("utf-8"))
TEMPLATES = TemplateSet(Path(ROOT) / "templates" / "bill-explainer")


def rows(what: str) -> list[tuple[str, str, str]]:
    return [(locale, key, said) for locale in LOCALES for key, said in SAID[locale][what].items()]


def test_the_table_has_forty_amounts_and_days_a_locale():
    assert all(len(SAID[locale]["amounts"]) + len(SAID[locale]["days"]) >= 40 for locale in LOCALES)


@pytest.mark.parametrize(("locale", "amount", "said"), rows("amounts"))
def test_an_amount_is_said_as_the_language_says_it(locale, amount, said):
    value, currency = amount.split()
    assert FactBook(TEMPLATES.texts(locale)).spoken_money(Decimal(value), currency) == said


@pytest.mark.parametrize(("locale", "day", "said"), rows("days"))
def test_a_day_is_said_as_the_language_says_it(locale, day, said):
    assert formats_of(locale).day_spoken(date.fromisoformat(day)) == said


@pytest.mark.parametrize(("locale", "share", "said"), rows("percents"))
def test_a_share_is_said_as_the_measure_of_a_difference(locale, share, said):
    assert FactBook(TEMPLATES.texts(locale)).percent("x", Decimal(share)).spoken == said


@pytest.mark.parametrize("language", LOCALES)
def test_every_day_of_a_month_has_a_word_of_its_own(language):
    assert len({spoken_day(language, day) for day in range(1, 32)}) == 31


@pytest.mark.parametrize("locale", LOCALES)
def test_every_number_has_words_of_its_own_and_no_figure(locale):
    counts = [
        *range(1_200),
        *range(1_990, 3_010),
        *(base + n for base in (10**4, 10**5, 10**6, 10**9) for n in range(130)),
    ]
    said = [cardinal(locale, count) for count in counts]
    assert len(set(said)) == len(set(counts))
    assert not any(character.isdigit() for words in said for character in words)
    assert all(words == " ".join(words.split()) for words in said)


@pytest.mark.parametrize(
    ("locale", "count", "noun", "said"),
    [("fr", 21, Noun.POUND, "vingt et une"), ("fr", 81, Noun.BILL, "quatre-vingt-une"),
     ("fr", 101, Noun.BILL, "cent une"),
     ("fr", 21_000, Noun.POUND, "vingt et un mille"), ("fr", 200_000_000, Noun.OTHER, "deux cents millions"),
     ("fr", 80_000, Noun.OTHER, "quatre-vingt mille"), ("fr-BE", 71, Noun.OTHER, "septante et un"),
     ("fr_CH", 99, Noun.OTHER, "nonante-neuf"), ("fr-BE", 82, Noun.OTHER, "quatre-vingt-deux"),
     ("it", 1, Noun.BILL, "una"), ("it", 103, Noun.OTHER, "centotré"), ("it", 1_003, Noun.OTHER, "milletré"),
     ("it", 23_000, Noun.OTHER, "ventitremila"), ("it", 2_000_000_001, Noun.OTHER, "due miliardi uno"),
     ("ro", 1, Noun.DAY, "o"), ("ro", 2, Noun.DAY, "două"), ("ro", 12, Noun.DAY, "douăsprezece"),
     ("ro", 21_000_000, Noun.OTHER, "douăzeci și unu de milioane"), ("ro", 12_000, Noun.OTHER, "douăsprezece mii"),
     ("ro", 2_000_000, Noun.OTHER, "două milioane"), ("ro", 101_000, Noun.OTHER, "o sută una mii"),
     ("lt", 1, Noun.DAY, "viena"), ("lt", 22, Noun.DAY, "dvidešimt dvi"), ("lt", 8, Noun.DAY, "aštuonios"),
     ("lt", 2_008, Noun.DAY, "du tūkstančiai aštuonios"), ("lt", 11_000, Noun.OTHER, "vienuolika tūkstančių"),
     ("ru", 2, Noun.HRYVNIA, "две"), ("ru", 1_001, Noun.HRYVNIA, "одна тысяча одна"), ("ru", 8, Noun.DAY, "восемь"),
     ("ru", 5_000_000, Noun.OTHER, "пять миллионов"), ("en", 1_000_001, Noun.OTHER, "one million and one")],
)  # fmt: skip
def test_a_count_agrees_with_what_is_counted(locale, count, noun, said):
    assert cardinal(locale, count, noun) == said


@pytest.mark.parametrize(
    ("locale", "count", "message", "said"),
    [("fr", 2_000_000, "{n} euros", "deux millions d\u2019euros"),
     ("fr", 2_000_000, "{n} livres", "deux millions de livres"),
     ("fr", 2_000_001, "{n} livres", "deux millions un livres"), ("it", 3_000_000, "{n} euro", "tre milioni di euro"),
     ("en", 2_000_000, "{n} euros", "two million euros"), ("it", 0, "{n} euro", "zero euro")],
)  # fmt: skip
def test_whole_millions_link_to_what_is_counted(locale, count, message, said):
    assert counted(locale, count, message) == said


def test_what_has_no_words_keeps_its_figures():
    assert cardinal("de", 129) == "129"
    assert spoken_day("de", 24) == "24"
    assert percent_said("de", 12) == "12 %"
    assert cardinal("en", LARGEST + 1) == "1000000000000"
    assert percent_said("lt", 1_200) == "1200 %"
    assert formats_of("de").day_spoken(date(2026, 11, 24)) == "24. November"


@pytest.mark.parametrize(
    ("amount", "said"), [("12.345", "12 euros, and 34 cents"), ("0.004", "0 euros"), ("-0.004", "0 euros")]
)
def test_an_amount_is_said_as_it_is_rounded_on_the_page(amount, said):
    book = FactBook(TEMPLATES.texts("en"))
    spoken = book.spoken_money(Decimal(amount), "EUR")
    words = " ".join(cardinal("en", int(word)) if word.isdigit() else word for word in said.split())
    assert spoken == words
    assert (
        book.formats.money(Decimal(amount), "EUR").replace("\u2212", "").startswith("€" + amount.removeprefix("-")[:4])
    )


def test_money_without_hundredths_and_with_thousandths():
    book = FactBook(TEMPLATES.texts("en"))
    assert book.spoken_money(Decimal(1500), "JPY") == "one thousand five hundred Japanese yen"
    assert book.spoken_money(Decimal("-12.345"), "TND") == "-12.345 TND"


@pytest.mark.parametrize(
    ("locale", "quantity", "said"),
    [
        ("en", "1 kWh", "one kilowatt-hour"),
        ("en", "171 kWh", "one hundred and seventy-one kilowatt-hours"),
        ("en", "12.5 m3", "12.5 cubic metres"),
        ("it", "1 m3", "un metro cubo"),
        ("it", "171 kWh", "centosettantuno chilowattora"),
        ("fr", "1 kWh", "un kilowattheure"),
        ("fr", "21 m³", "vingt et un mètres cubes"),
        ("ro", "1 kWh", "o kilowatt-oră"),
        ("ro", "2 kWh", "două kilowatt-ore"),
        ("ro", "171 kWh", "o sută șaptezeci și una de kilowatt-ore"),
        ("ro", "22 m3", "douăzeci și doi de metri cubi"),
        ("lt", "171 kWh", "šimtas septyniasdešimt viena kilovatvalandė"),
        ("lt", "8 kWh", "aštuonios kilovatvalandės"),
        ("lt", "30 m3", "trisdešimt kubinių metrų"),
        ("lt", "12.5 m3", "12,5 kubinio metro"),
        ("ru", "171 kWh", "сто семьдесят один киловатт-час"),
        ("ru", "2 m3", "два кубических метра"),
        ("ru", "12 m3", "двенадцать кубических метров"),
        ("ru", "12.5 kWh", "12,5 киловатт-часа"),
        ("lt", "8 days", "aštuonios dienos"),
        ("ro", "2 months", "două luni"),
        ("ru", "21 days", "двадцать один день"),
        ("fr", "1 month", "un mois"),
        ("en", "-3 days", "minus three days"),
    ],
)
def test_a_quantity_is_said_with_its_unit(locale, quantity, said):
    value, unit = quantity.split()
    assert FactBook(TEMPLATES.texts(locale)).quantity("x", Decimal(value), unit).spoken == said


@pytest.mark.parametrize("quantity", ["3 MWh", "2 kW", "-4 piece"])
def test_a_unit_without_words_is_read_as_it_is_written(quantity):
    value, unit = quantity.split()
    assert FactBook(TEMPLATES.texts("en")).quantity("x", Decimal(value), unit).spoken == ""
