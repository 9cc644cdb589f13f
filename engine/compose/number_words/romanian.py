"""Romanian cardinals: one, two and twelve have a gender, and from twenty on `de` stands before the noun."""

from __future__ import annotations

from typing import Final

_SMALL: Final = (
    "zero", "unu", "doi", "trei", "patru", "cinci", "șase", "șapte", "opt", "nouă", "zece", "unsprezece",
    "doisprezece", "treisprezece", "paisprezece", "cincisprezece", "șaisprezece", "șaptesprezece", "optsprezece",
    "nouăsprezece",
)  # fmt: skip
_FEMININE: Final = {1: "una", 2: "două", 12: "douăsprezece"}
_TENS: Final = (
    "", "", "douăzeci", "treizeci", "patruzeci", "cincizeci", "șaizeci", "șaptezeci", "optzeci", "nouăzeci",
)  # fmt: skip
# Million and milliard are neuter: masculine for one, feminine for more.
_SCALES: Final = ((10**9, "un miliard", "miliarde"), (10**6, "un milion", "milioane"), (1000, "o mie", "mii"))


def cardinal(count: int, *, is_feminine: bool = False) -> str:
    """Return a count from 0 on as it stands before a noun, without `de`: un leu, o liră, douăzeci și una (de lire)."""
    if count == 1:
        return "o" if is_feminine else "un"
    return number(count, is_feminine=is_feminine)


def number(count: int, *, is_feminine: bool = False) -> str:
    """Return a number from 0 on that stands by itself: unu."""
    parts = []
    for scale, one, name in _SCALES:
        many, count = divmod(count, scale)
        if many == 1:
            parts.append(one)
        elif many:
            is_one_masculine = scale > 1000 and many % 10 == 1 and many % 100 != 11
            said = _hundreds(many, is_feminine=not is_one_masculine)
            parts.append(f"{said} de {name}" if takes_de(many) else f"{said} {name}")
    if count or not parts:
        parts.append(_hundreds(count, is_feminine=is_feminine))
    return " ".join(parts)


def takes_de(count: int) -> bool:
    """True if `de` stands between a count and its noun: 20 de lei, 100 de lei, but 119 lei."""
    return count % 100 >= 20 or (count > 0 and count % 100 == 0)


def _hundreds(count: int, *, is_feminine: bool) -> str:
    hundreds, rest = divmod(count, 100)
    parts = []
    if hundreds == 1:
        parts.append("o sută")
    elif hundreds:
        parts.append(f"{_small(hundreds, is_feminine=True)} sute")
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        parts.append(_TENS[tens] + (f" și {_small(ones, is_feminine=is_feminine)}" if ones else ""))
    elif rest or not parts:
        parts.append(_small(rest, is_feminine=is_feminine))
    return " ".join(parts)


def _small(count: int, *, is_feminine: bool) -> str:
    return _FEMININE.get(count, _SMALL[count]) if is_feminine else _SMALL[count]
