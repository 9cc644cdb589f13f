"""Quantities with their units in words: kilowatt-hours and cubic metres, in the nominative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.compose.number_words import lithuanian, romanian, russian
from engine.compose.number_words.say import Noun, cardinal

_HOURS: Final = "kWh"


@dataclass(frozen=True, slots=True)
class _Unit:
    """The forms of a unit, as many as the language has: one, (a few,) many; and the one after a fraction."""

    forms: tuple[str, ...]
    of_fraction: str


_UNITS: Final[dict[tuple[str, str], _Unit]] = {
    ("en", "kWh"): _Unit(("kilowatt-hour", "kilowatt-hours"), "kilowatt-hours"),
    ("en", "m3"): _Unit(("cubic metre", "cubic metres"), "cubic metres"),
    ("it", "kWh"): _Unit(("chilowattora", "chilowattora"), "chilowattora"),
    ("it", "m3"): _Unit(("metro cubo", "metri cubi"), "metri cubi"),
    ("fr", "kWh"): _Unit(("kilowattheure", "kilowattheures"), "kilowattheures"),
    ("fr", "m3"): _Unit(("mètre cube", "mètres cubes"), "mètres cubes"),
    ("ro", "kWh"): _Unit(("kilowatt-oră", "kilowatt-ore"), "kilowatt-ore"),
    ("ro", "m3"): _Unit(("metru cub", "metri cubi"), "metri cubi"),
    ("lt", "kWh"): _Unit(
        ("kilovatvalandė", "kilovatvalandės", "kilovatvalandžių"), "kilovatvalandės",
    ),
    ("lt", "m3"): _Unit(("kubinis metras", "kubiniai metrai", "kubinių metrų"), "kubinio metro"),
    ("ru", "kWh"): _Unit(("киловатт-час", "киловатт-часа", "киловатт-часов"), "киловатт-часа"),
    ("ru", "m3"): _Unit(("кубический метр", "кубических метра", "кубических метров"), "кубического метра"),
}  # fmt: skip


def quantity_said(locale: str, written: str, count: int | None, unit: str) -> str:
    """Return a quantity as it is said; empty for a unit or a language without words.

    `count`: the whole quantity, None for one with a fraction, whose figures (`written`) a voice reads.
    """
    language = locale.replace("_", "-").partition("-")[0]
    known = _UNITS.get((language, unit))
    if known is None:
        return ""
    if count is None or count < 0:
        return f"{written} {known.of_fraction}"
    name = known.forms[_form(language, count)]
    if language == "ro" and romanian.takes_de(count):
        name = f"de {name}"
    return f"{cardinal(locale, count, Noun.HOUR if unit == _HOURS else Noun.OTHER)} {name}"


def _form(language: str, count: int) -> int:
    if language == "lt":
        return lithuanian.form_of(count)
    if language == "ru":
        return russian.form_of(count)
    return 0 if count == 1 or (count == 0 and language == "fr") else 1
