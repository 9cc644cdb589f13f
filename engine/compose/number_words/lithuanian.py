"""Lithuanian cardinals in the nominative, and in the instrumental that a measure stands in: keturiais procentais."""

from __future__ import annotations

from typing import Final

_MASCULINE: Final = (
    "nulis", "vienas", "du", "trys", "keturi", "penki", "šeši", "septyni", "aštuoni", "devyni",
)  # fmt: skip
_FEMININE: Final = (
    "nulis", "viena", "dvi", "trys", "keturios", "penkios", "šešios", "septynios", "aštuonios", "devynios",
)  # fmt: skip
_INSTRUMENTAL: Final = (
    "nuliu", "vienu", "dviem", "trimis", "keturiais", "penkiais", "šešiais", "septyniais", "aštuoniais", "devyniais",
)  # fmt: skip
_TEENS: Final = (
    "dešimt", "vienuolika", "dvylika", "trylika", "keturiolika", "penkiolika", "šešiolika", "septyniolika",
    "aštuoniolika", "devyniolika",
)  # fmt: skip
_TENS: Final = (
    "", "", "dvidešimt", "trisdešimt", "keturiasdešimt", "penkiasdešimt", "šešiasdešimt", "septyniasdešimt",
    "aštuoniasdešimt", "devyniasdešimt",
)  # fmt: skip
_SCALES: Final = (
    (10**9, ("milijardas", "milijardai", "milijardų")),
    (10**6, ("milijonas", "milijonai", "milijonų")),
    (1000, ("tūkstantis", "tūkstančiai", "tūkstančių")),
)
_HUNDRED: Final = ("šimtas", "šimtai")
_HUNDRED_BY: Final = ("šimtu", "šimtais")


def cardinal(count: int, *, is_feminine: bool = False) -> str:
    """Return a count from 0 on in the nominative: dvidešimt vienas (euras), dvi (lėjos)."""
    parts = []
    for scale, forms in _SCALES:
        many, count = divmod(count, scale)
        if many == 1:
            parts.append(forms[0])
        elif many:
            parts.append(f"{_hundreds(many, _MASCULINE, _HUNDRED)} {forms[form_of(many)]}")
    if count or not parts:
        parts.append(_hundreds(count, _FEMININE if is_feminine else _MASCULINE, _HUNDRED))
    return " ".join(parts)


def by(count: int, noun: tuple[str, str, str]) -> str:
    """Return by how much, for a count below a thousand: vienu procentu, keturiais procentais, dešimt procentų.

    `noun` is the instrumental of one and of many, and the genitive of many.
    """
    return f"{_hundreds(count, _INSTRUMENTAL, _HUNDRED_BY)} {noun[form_of(count)]}"


def form_of(count: int) -> int:
    """Return which form of a noun a count takes: 0 one, 1 two to nine, 2 the genitive of many."""
    if 10 <= count % 100 < 20 or count % 10 == 0:
        return 2
    return 0 if count % 10 == 1 else 1


def _hundreds(count: int, ones: tuple[str, ...], hundred: tuple[str, str]) -> str:
    hundreds, rest = divmod(count, 100)
    parts = []
    if hundreds:
        parts.append(hundred[0] if hundreds == 1 else f"{_of_hundreds(hundreds, ones)} {hundred[1]}")
    if 10 <= rest < 20:
        parts.append(_TEENS[rest - 10])
        return " ".join(parts)
    tens, last = divmod(rest, 10)
    if tens:
        parts.append(_TENS[tens])
    if last or not parts:
        parts.append(ones[last])
    return " ".join(parts)


def _of_hundreds(count: int, ones: tuple[str, ...]) -> str:
    """Return how many hundreds: they are masculine whatever is counted."""
    return (_MASCULINE if ones is _FEMININE else ones)[count]
