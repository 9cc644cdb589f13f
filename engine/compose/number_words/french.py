"""French cardinals in the traditional spelling, with septante and nonante where they are said."""

from __future__ import annotations

from typing import Final

_SMALL: Final = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_TENS: Final = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante")
_SCALES: Final = ((10**9, "milliard"), (10**6, "million"))


def cardinal(count: int, *, is_feminine: bool = False, has_septante: bool = False) -> str:
    """Return a count from 0 on: vingt et un euros, vingt et une livres."""
    parts = []
    for scale, name in _SCALES:
        many, count = divmod(count, scale)
        if many:
            parts.append(f"{_hundreds(many, is_last=True, has_septante=has_septante)} {name}{'s' if many > 1 else ''}")
    thousands, rest = divmod(count, 1000)
    if thousands == 1:
        parts.append("mille")
    elif thousands:  # mille is a number, million a noun: deux cent mille, deux cents millions
        parts.append(f"{_hundreds(thousands, is_last=False, has_septante=has_septante)} mille")
    if rest or not parts:
        last = _hundreds(rest, is_last=True, has_septante=has_septante)
        ends_in_one = last == "un" or last.endswith((" un", "-un"))
        parts.append(f"{last}e" if is_feminine and ends_in_one else last)
    return " ".join(parts)


def _hundreds(count: int, *, is_last: bool, has_septante: bool) -> str:
    if count < 100:
        return _tens(count, is_last=is_last, has_septante=has_septante)
    hundreds, rest = divmod(count, 100)
    head = "cent" if hundreds == 1 else f"{_SMALL[hundreds]} cent"
    if rest:
        return f"{head} {_tens(rest, is_last=is_last, has_septante=has_septante)}"
    return f"{head}s" if hundreds > 1 and is_last else head


def _tens(count: int, *, is_last: bool, has_septante: bool) -> str:
    if count < 20:
        return _SMALL[count]
    tens, ones = divmod(count, 10)
    if has_septante and tens in (7, 9):
        return _joined("septante" if tens == 7 else "nonante", ones)
    if tens == 7:
        return "soixante et onze" if ones == 1 else f"soixante-{_SMALL[10 + ones]}"
    if tens == 8:
        if ones:
            return f"quatre-vingt-{_SMALL[ones]}"
        return "quatre-vingts" if is_last else "quatre-vingt"
    if tens == 9:
        return f"quatre-vingt-{_SMALL[10 + ones]}"
    return _joined(_TENS[tens], ones)


def _joined(tens: str, ones: int) -> str:
    if not ones:
        return tens
    return f"{tens} et un" if ones == 1 else f"{tens}-{_SMALL[ones]}"
