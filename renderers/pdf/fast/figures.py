"""Texts that differ in their digits only: worked out once with zeros, then filled with the digits of each.

A bill is full of figures, hardly two alike, but their patterns are few. Runs of up to three digits are looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from engine.natives import native

_STRING = re.compile(rb"(<[0-9a-f]*>)")
_CODE = 4  # hexadecimal digits of a glyph's code
_OPEN = re.compile(rb"\0{1,3}")  # places of digits side by side; more in one would make the tables large
Fill: TypeAlias = Callable[[str], bytes]


class Digits:
    """Digits of a font that may stand for one another: as wide, breaking lines alike, changing nothing beside them."""

    def __init__(self, codes: Mapping[str, bytes]) -> None:
        """`codes` are glyph codes by digit, as in a TJ string; zero is among them, or there are none."""
        self.codes = codes
        self.zeros = bytes.maketrans("".join(codes).encode(), b"0" * len(codes))
        self._runs = _Runs(codes)

    def key(self, text: str) -> bytes:
        """Return what all texts share that differ in these digits only: their pattern in UTF-8."""
        return pattern_of(text, self.zeros)

    def open(self, pattern: str, width: float, glyphs: bytes) -> FigureText | None:
        """Return a pattern, whose width and TJ array are given, for any digits in place of its zeros.

        None where the zeros of the array are not those of the pattern, one by one.
        """
        zero = self.codes.get("0")
        places = [place for place, character in enumerate(pattern) if character == "0"]
        parts = _STRING.split(glyphs)
        for number, part in enumerate(parts):
            if part[:1] == b"<":
                codes = [part[place : place + _CODE] for place in range(1, len(part) - 1, _CODE)]
                parts[number] = b"<%b>" % b"".join([b"\0" if code == zero else code for code in codes])
        template = b"".join(parts)
        if template.count(b"\0") != len(places):
            return None
        return FigureText(width, filler(template, places, self._runs))

    def same(self, width: float, glyphs: bytes) -> FigureText:
        """Return a text without any of these digits, whose width and TJ array are given."""
        return FigureText(width, filler(glyphs, [], self._runs))


class FigureText(NamedTuple):
    """A text as it comes out, its digits open. `fill` makes the TJ array of a text of this pattern."""

    width: float
    fill: Fill


def _pattern_of(text: str, zeros: bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass").translate(zeros)


class _Runs(dict[str, bytes]):
    """Codes of up to three digits side by side, put together at their first use."""

    def __init__(self, codes: Mapping[str, bytes]) -> None:
        super().__init__()
        self.codes = codes

    def __missing__(self, digits: str) -> bytes:
        found = self[digits] = b"".join([self.codes[digit] for digit in digits])
        return found


def _filler(template: bytes, places: list[int], runs: _Runs) -> Fill:
    """Return what fills a template, whose codes of digits are open, by the digits in these places of a text."""
    slices: list[slice] = []
    rest = iter(places)

    def mark(found: re.Match[bytes]) -> bytes:
        own = [next(rest) for _ in found[0]]
        if own[-1] - own[0] == len(own) - 1:
            slices.append(slice(own[0], own[-1] + 1))
            return b"%b"
        slices.extend(slice(place, place + 1) for place in own)
        return b"%b" * len(own)

    marked = _OPEN.sub(mark, template)
    if len(slices) == 1:
        (only,) = slices
        return lambda text: marked % runs[text[only]]
    if len(slices) == 2:  # as most amounts have
        first, second = slices
        return lambda text: marked % (runs[text[first]], runs[text[second]])
    if len(slices) == 3:
        first, second, third = slices
        return lambda text: marked % (runs[text[first]], runs[text[second]], runs[text[third]])
    return lambda text: marked % tuple([runs[text[place]] for place in slices])


KERNEL: Final = native(__name__, "setting_kernel")
pattern_of: Final[Callable[[str, bytes], bytes]] = _pattern_of if KERNEL is None else KERNEL.pattern_of
filler: Final[Callable[[bytes, list[int], _Runs], Fill]] = _filler if KERNEL is None else KERNEL.filler


@lru_cache(maxsize=64)
def digits_of(codes: tuple[tuple[str, bytes], ...]) -> Digits:
    """Return the digits with these codes: one table for all sizes of a font."""
    return Digits(dict(codes))
