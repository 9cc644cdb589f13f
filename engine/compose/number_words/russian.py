"""Russian cardinals in the nominative, which is the accusative of what is counted here too."""

from __future__ import annotations

from typing import Final

_SMALL: Final = (
    "ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать",
    "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать",
    "девятнадцать",
)  # fmt: skip
_FEMININE: Final = {1: "одна", 2: "две"}
_TENS: Final = (
    "", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто",
)  # fmt: skip
_HUNDREDS: Final = (
    "", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот",
)  # fmt: skip
_SCALES: Final = (
    (10**9, False, ("миллиард", "миллиарда", "миллиардов")),
    (10**6, False, ("миллион", "миллиона", "миллионов")),
    (1000, True, ("тысяча", "тысячи", "тысяч")),
)


def cardinal(count: int, *, is_feminine: bool = False) -> str:
    """Return a count from 0 on: двадцать один (евро), две (гривны)."""
    parts = []
    for scale, is_feminine_scale, forms in _SCALES:
        many, count = divmod(count, scale)
        if many:
            parts.append(f"{_hundreds(many, is_feminine=is_feminine_scale)} {forms[form_of(many)]}")
    if count or not parts:
        parts.append(_hundreds(count, is_feminine=is_feminine))
    return " ".join(parts)


def form_of(count: int) -> int:
    """Return which form of a noun a count takes: 0 one, 1 two to four, 2 the genitive of many."""
    if 10 <= count % 100 < 20 or count % 10 in (0, 5, 6, 7, 8, 9):
        return 2
    return 0 if count % 10 == 1 else 1


def _hundreds(count: int, *, is_feminine: bool) -> str:
    hundreds, rest = divmod(count, 100)
    parts = [_HUNDREDS[hundreds]] if hundreds else []
    if rest >= 20:
        tens, rest = divmod(rest, 10)
        parts.append(_TENS[tens])
    if rest or not parts:
        parts.append(_FEMININE.get(rest, _SMALL[rest]) if is_feminine else _SMALL[rest])
    return " ".join(parts)
