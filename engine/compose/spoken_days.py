"""Days as a voice says them: what a page writes as 24 is often an ordinal, and in a case of its own."""

from __future__ import annotations

from typing import Final

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
_FIRST: Final = {"fr": "premier", "it": "primo", "ro": "întâi"}


def spoken_day(language: str, day: int) -> str:
    """Return a day of the month (1 to 31) as it is said before or after the month's name.

    English: 24th. Russian and Lithuanian: the ordinal in the genitive. French, Italian and Romanian:
    the number, but for the first.
    """
    if language == "ru":
        return _genitive(day, _RU, "двадцать", "тридцатого", "тридцать")
    if language == "lt":
        return _genitive(day, _LT, "dvidešimt", "trisdešimtos", "trisdešimt")
    if language == "en":
        ending = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
        return f"{day}{ending}"
    return _FIRST.get(language, str(day)) if day == 1 else str(day)


def _genitive(day: int, ordinals: tuple[str, ...], twenty: str, thirtieth: str, thirty: str) -> str:
    if day <= 20:
        return ordinals[day - 1]
    if day == 30:
        return thirtieth
    return f"{thirty if day > 30 else twenty} {ordinals[day % 10 - 1]}"
