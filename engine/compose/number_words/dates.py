"""Days as a voice says them: what a page writes as 24 is often an ordinal, and in a case of its own."""

from __future__ import annotations

from typing import Final

from engine.compose.number_words import english, french, italian, romanian

_RU: Final = (
    "первого", "второго", "третьего", "четвёртого", "пятого", "шестого", "седьмого", "восьмого", "девятого",
    "десятого", "одиннадцатого", "двенадцатого", "тринадцатого", "четырнадцатого", "пятнадцатого", "шестнадцатого",
    "семнадцатого", "восемнадцатого", "девятнадцатого", "двадцатого",
)  # fmt: skip
_LT: Final = (
    "pirmos", "antros", "trečios", "ketvirtos", "penktos", "šeštos", "septintos", "aštuntos", "devintos", "dešimtos",
    "vienuoliktos", "dvyliktos", "tryliktos", "keturioliktos", "penkioliktos", "šešioliktos", "septynioliktos",
    "aštuonioliktos", "devynioliktos", "dvidešimtos",
)  # fmt: skip


def spoken_day(language: str, day: int) -> str:
    """Return a day of the month (1 to 31) as it is said before or after the month's name.

    English: the twenty-fourth of. Russian and Lithuanian: the ordinal in the genitive. French, Italian and
    Romanian: the number, masculine, but for the first. Other languages: the figure.
    """
    match language:
        case "ru":
            return _genitive(day, _RU, "двадцать", "тридцатого", "тридцать")
        case "lt":
            return _genitive(day, _LT, "dvidešimt", "trisdešimtos", "trisdešimt")
        case "en":
            return f"the {english.ordinal(day)} of"
        case "fr":
            return "premier" if day == 1 else french.cardinal(day)
        case "it":
            return "primo" if day == 1 else italian.number(day)
        case "ro":
            return "întâi" if day == 1 else romanian.number(day)
        case _:
            return str(day)


def _genitive(day: int, ordinals: tuple[str, ...], twenty: str, thirtieth: str, thirty: str) -> str:
    if day <= 20:
        return ordinals[day - 1]
    if day == 30:
        return thirtieth
    return f"{thirty if day > 30 else twenty} {ordinals[day % 10 - 1]}"
