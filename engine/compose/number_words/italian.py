"""Italian cardinals: one word up to a million, with ventuno, ventotto and ventitré."""

from __future__ import annotations

from typing import Final

_SMALL: Final = (
    "zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", "undici", "dodici",
    "tredici", "quattordici", "quindici", "sedici", "diciassette", "diciotto", "diciannove",
)  # fmt: skip
_TENS: Final = (
    "", "", "venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta",
)  # fmt: skip
_SCALES: Final = ((10**9, "un miliardo", "miliardi"), (10**6, "un milione", "milioni"))


def cardinal(count: int, *, is_feminine: bool = False) -> str:
    """Return a count from 0 on as it stands before a noun: un euro, una sterlina, ventuno euro."""
    if count == 1:
        return "una" if is_feminine else "un"
    return number(count)


def number(count: int) -> str:
    """Return a number from 0 on that stands by itself: uno."""
    parts = []
    for scale, one, name in _SCALES:
        many, count = divmod(count, scale)
        if many:
            parts.append(one if many == 1 else f"{_thousands(many)} {name}")
    if count or not parts:
        parts.append(_thousands(count))
    return " ".join(parts)


def _thousands(count: int) -> str:
    thousands, rest = divmod(count, 1000)
    if not thousands:
        return _hundreds(rest)
    head = "mille" if thousands == 1 else f"{_hundreds(thousands).replace('é', 'e')}mila"
    return head + (_accented(_hundreds(rest)) if rest else "")


def _hundreds(count: int) -> str:
    if count < 100:
        return _tens(count)
    hundreds, rest = divmod(count, 100)
    head = "cento" if hundreds == 1 else f"{_SMALL[hundreds]}cento"
    if not rest:
        return head
    if rest == 8 or 80 <= rest < 90:
        head = head[:-1]  # centotto, duecentottanta
    return head + _accented(_tens(rest))


def _tens(count: int) -> str:
    if count < 20:
        return _SMALL[count]
    tens, ones = divmod(count, 10)
    head = _TENS[tens]
    if ones in (1, 8):
        head = head[:-1]
    return head + (_accented(_SMALL[ones]) if ones else "")


def _accented(last: str) -> str:
    """Return the end of a compound: tre bears an accent there."""
    return "tré" if last == "tre" else last
