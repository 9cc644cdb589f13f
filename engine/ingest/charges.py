"""What a line of an invoice pays for, told by its unit and its words.

EN 16931 has no field for it. The rules run in order, the first that fits decides: words of taxes and
levies, of fees, units of time and words of standing charges, words and units of the network, units
and words of energy; then a negative amount is a discount or an adjustment, and the rest is one-off.
"""

from __future__ import annotations

import re

from engine.model.bill import ChargeCategory
from engine.model.consumption import Commodity

# UN/ECE Recommendation 20 (and 21 for packages, with X before) -> the word the model uses
UNITS: dict[str, str] = {
    "KWH": "kWh", "MWH": "MWh", "WHR": "Wh", "GJ": "GJ", "GV": "GJ", "3B": "MJ", "KWT": "kW", "KW": "kW", "MAW": "MW",
    "KVA": "kVA", "KVR": "kvar", "K3": "kvarh", "KVRH": "kvarh", "MTQ": "m3", "LTR": "l", "HUR": "hour", "DAY": "day",
    "WEE": "week", "MON": "month", "QAN": "quarter", "ANN": "year", "MTR": "m", "MTK": "m2", "KGM": "kg", "P1": "%",
    "C62": "piece", "H87": "piece", "EA": "piece", "XPP": "piece", "NAR": "piece", "ZZ": "unit", "MIN": "minute",
    "AD": "byte", "E34": "GB", "4L": "MB", "BTU": "BTU", "N4": "therm", "KJO": "kJ", "JOU": "J", "LS": "lump sum",
}  # fmt: skip
_TIME = frozenset({"day", "week", "month", "quarter", "year"})
_ENERGY = frozenset({"kWh", "MWh", "Wh", "GJ", "MJ", "kJ", "m3", "l", "therm", "BTU"})
_POWER = frozenset({"kW", "MW", "kVA", "kvar", "kvarh"})


def _words(*stems: str) -> re.Pattern[str]:
    return re.compile("|".join(stems), re.IGNORECASE)


_TAX = _words(
    r"belasting", r"\beb\b", r"\bode\b", r"duurzame energie", r"skatt", r"steuer", r"umlage", r"abgabe",
    r"\btax", r"lev(y|ies)\b", r"duty", r"accis[ae]", r"acciz", r"imposta", r"oneri", r"\btaxe", r"contribution",
    r"cspe", r"cta\b", r"akciz", r"mokest", r"\bviap\b", r"certificate verzi", r"cogenerare", r"налог", r"акциз",
)  # fmt: skip
_FEE = _words(
    r"påminn", r"mahn", r"aanmaning", r"herinnering", r"sollecito", r"\bmora\b", r"\brappel\b", r"relance", r"reminder",
    r"\blate\b", r"ränta", r"\brente\b", r"zins", r"interess[ie]", r"dobând", r"penalit", r"delspinig", r"\bfees?\b",
    r"admin(istration)?s?kosten", r"frais", r"пен[яи]", r"неустойк",
)  # fmt: skip
_FIXED = _words(
    r"abonn?e", r"abonament", r"vastrecht", r"\bhuur\b", r"grundpreis", r"grundgebühr", r"standing", r"subscription",
    r"quota fissa", r"\bfiss[ao]\b", r"part fixe", r"pastov", r"абонент", r"\bfixed\b", r"basic charge",
)  # fmt: skip
_NETWORK = _words(
    r"transport", r"överföring", r"elnät", r"\bnät", r"netz", r"netbeheer", r"systeemdienst", r"aansluit", r"vermogen",
    r"\bgrid\b", r"network", r"distribu", r"transmission", r"trasporto", r"contatore", r"acheminement", r"réseau",
    r"turpe", r"reţea", r"rețea", r"tinkl", r"persiuntim", r"передач", r"сет[иь]", r"\bmeter", r"messstelle", r"zähler",
)  # fmt: skip
_USE = _words(
    r"energ", r"verbruik", r"förbrukning", r"verbrauch", r"arbeitspreis", r"consum", r"consommation", r"electric",
    r"elettric", r"strom", r"stroom", r"\bgas\b", r"\bgaz", r"supply", r"levering", r"fornitura", r"fourniture",
    r"suvartojim", r"elektr", r"электр", r"энерг", r"потребл", r"water", r"wasser", r"wärme", r"heat",
)  # fmt: skip
_REBATE = _words(
    r"rabatt?", r"discount", r"sconto", r"remise", r"réduction", r"korting", r"vermindering", r"reducere", r"nuolaid",
    r"скидк", r"bonus", r"rebate", r"bonific",
)  # fmt: skip
_VOLUME = frozenset({"m3", "l"})
_ELECTRIC = _words(r"ele[ck]tr", r"elett", r"strom\b", r"stroom", r"\bel\b", r"\bluce\b", r"электр")
_COMMODITIES = (
    (
        Commodity.WATER,
        _words(r"water", r"vatten", r"wasser\b", r"\beau\b", r"acqua", r"\bapă", r"vandu|vanden", r"\bвод"),
    ),
    (
        Commodity.HEAT,
        _words(r"fjärrvärme", r"fernwärme", r"\bheat", r"calore", r"chaleur", r"termic", r"šilum", r"тепл"),
    ),
    (Commodity.GAS, _words(r"\b(erd|aard|natural |natur)?gas", r"\bgaz", r"dujos|dujų", r"\bгаз")),
    (Commodity.TELECOM, _words(r"internet", r"telefon", r"\bdata\b", r"mobil", r"broadband", r"telecom")),
)


def unit_word(code: str | None) -> str | None:
    """Return the readable unit of a UN/ECE code; an unknown code stands as it is."""
    return UNITS.get(code.upper(), code) if code else None


def category_of(words: str, unit: str | None, *, is_negative: bool) -> ChargeCategory:
    """Return what a line pays for. `words`: its name and classification; `unit`: from `unit_word`."""
    rules = (
        (_TAX.search(words), ChargeCategory.TAXES_LEVIES),
        (_FEE.search(words), ChargeCategory.FEE),
        (is_negative and _REBATE.search(words), ChargeCategory.DISCOUNT),
        (unit in _TIME or _FIXED.search(words), ChargeCategory.FIXED),
        (unit in _POWER or _NETWORK.search(words), ChargeCategory.NETWORK),
        (unit in _ENERGY or _USE.search(words), ChargeCategory.ENERGY),
        (is_negative, ChargeCategory.ADJUSTMENT),
    )
    return next((category for fits, category in rules if fits), ChargeCategory.ONE_OFF)


def commodity_of(words: str, unit: str | None) -> Commodity:
    """Return what is delivered, from the words of all lines and a reading's unit; else electricity.

    Gas and heat are billed in kWh as well: words come first.
    """
    if unit not in _VOLUME and _ELECTRIC.search(words):
        return Commodity.ELECTRICITY
    for commodity, pattern in _COMMODITIES:
        if pattern.search(words):
            return commodity
    return Commodity.GAS if unit == "m3" else Commodity.ELECTRICITY
