"""Texts with numbers in them that are known once a strip has its place in a file.

They are made once a strip, with `%d` where a number comes and `%%` for a percent sign; wherever the strip is placed,
they are written with the numbers that it has there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple, TypeAlias

from engine.natives import native


class StripPlace(NamedTuple):
    """Where a strip stands among a file's objects and a page's marked content."""

    page: int  # number of the page's object
    document: int  # number of the element Document
    first: int  # number of its first object
    mcid: int  # of its first marked content


PAGE, DOCUMENT, FIRST, MCID = range(4)  # what a number is counted from: fields of a place
Count: TypeAlias = tuple[int, int]  # of these, and by how much it is more
NumberedText: TypeAlias = tuple[bytes, Sequence[Count]]


class _Numbered:
    """Texts with numbers: first `bodies` of objects that follow one another, then others.

    The first object has the number of the strip's first one and `ahead` more.
    """

    def __init__(self, bodies: Sequence[NumberedText], ahead: int, others: Sequence[NumberedText]) -> None:
        self._texts = [*bodies, *others]
        self._count = len(bodies)
        self._ahead = ahead

    def at(self, place: StripPlace) -> tuple[bytes, int, list[bytes]]:
        """Return what an object stream of the bodies holds, where the first begins in it, and the other texts."""
        said = [text % tuple([place[base] + more for base, more in counts]) for text, counts in self._texts]
        bodies, others = said[: self._count], said[self._count :]
        starts = accumulate([0, *[len(body) + 1 for body in bodies[:-1]]])
        own = place.first + self._ahead
        opening = (
            b" ".join([b"%d %d" % pair for pair in zip(range(own, own + len(bodies)), starts, strict=False)]) + b"\n"
        )
        return opening + b"\n".join(bodies), len(opening), others


_kernel = native(__name__, "write_kernel")
Numbered: Final[Any] = _Numbered if _kernel is None else _kernel.Numbered


def literal(text: str) -> str:
    """Return a text as it is written where no number comes."""
    return text.replace("%", "%%")
