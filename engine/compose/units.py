"""Units of charge lines: which ones measure use, which ones time, and which words mean the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from engine.model.quick import quick


class UnitKind(StrEnum):
    """What a unit measures: what was used, how long, or how many (pieces, kilowatts held ready)."""

    USE = "use"
    TIME = "time"
    COUNT = "count"


@quick
@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its one name; a quantity times `factor` is in that name's unit."""

    name: str
    kind: UnitKind
    factor: Fraction = Fraction(1)


# Words of bills in the languages that are read, and codes of UN/ECE Recommendation 20 (EN 16931 BT-130).
_USE: dict[str, tuple[str, Fraction]] = {
    **dict.fromkeys(("kwh", "квтч", "квт·ч", "квт*ч"), ("kWh", Fraction(1))),
    **dict.fromkeys(("wh", "whr"), ("kWh", Fraction(1, 1000))),
    **dict.fromkeys(("mwh",), ("kWh", Fraction(1000))),
    **dict.fromkeys(("m3", "m³", "mtq", "mc", "куб. м"), ("m3", Fraction(1))),
    **dict.fromkeys(("l", "ltr", "litre", "litres"), ("m3", Fraction(1, 1000))),
}
_TIME: dict[str, str] = {
    **dict.fromkeys(
        ("day", "days", "d", "tag", "tage", "tagen", "giorno", "giorni", "jour", "jours", "zi", "zile", "diena",
         "dienos", "dienų", "день", "дня", "дней", "dag", "dagen", "dagar"),
        "day",
    ),
    **dict.fromkeys(
        ("mon", "month", "months", "monat", "monate", "mese", "mesi", "mois", "lună", "luna", "luni", "mėn.", "mėnuo",
         "mėnesiai", "mėnesių", "месяц", "месяца", "месяцев", "maand", "maanden", "månad", "månader"),
        "month",
    ),
    **dict.fromkeys(("ann", "year", "years", "jahr", "jahre", "anno", "anni", "an", "ans", "année"), "year"),
}  # fmt: skip
_COUNT = frozenset(
    ("kw", "kwt", "kva", "piece", "pieces", "pc", "pcs", "pce", "ea", "c62", "h87", "xpp", "ls", "p1", "%", "pz",
     "stk", "st", "buc", "vnt", "шт")
)  # fmt: skip


@lru_cache(maxsize=1024)
def canonical_unit(word: str) -> Unit:
    """Return the unit that `word` means. A word that is not known measures use, under its own name."""
    plain = " ".join(word.split())
    low = plain.casefold()
    if low in _USE:
        name, factor = _USE[low]
        return Unit(name, UnitKind.USE, factor)
    if low in _TIME:
        return Unit(_TIME[low], UnitKind.TIME)
    return Unit(plain, UnitKind.COUNT if low in _COUNT else UnitKind.USE)
