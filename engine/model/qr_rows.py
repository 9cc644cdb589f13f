"""The modules of a QR symbol: read as rows of bools, kept eight in a byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import overload

_MODULES = tuple(tuple(bool(byte >> 7 - bit & 1) for bit in range(8)) for byte in range(256))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class QrRows(Sequence[tuple[bool, ...]]):
    """The rows of a square symbol without its quiet zone; True is dark. Equals the same rows as a tuple of tuples.

    `packed` holds a row after the other from the top, each in whole bytes, the leftmost module in the highest
    bit, what is left over zero: the rows of an image of one bit a pixel.
    """

    size: int
    packed: bytes

    @classmethod
    def of(cls, rows: Sequence[Sequence[bool]]) -> QrRows:
        """Return `rows` packed; what is packed already as it is."""
        if isinstance(rows, QrRows):
            return rows
        size = len(rows)
        spare = -size % 8
        lines = (int("".join("1" if dark else "0" for dark in row) + "0" * spare, 2) for row in rows)
        return cls(size, b"".join(line.to_bytes((size + 7) // 8, "big") for line in lines))

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[tuple[bool, ...]]:
        return map(self._row, range(self.size))

    @overload
    def __getitem__(self, place: int) -> tuple[bool, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[tuple[bool, ...], ...]: ...
    def __getitem__(self, place: int | slice) -> tuple[bool, ...] | tuple[tuple[bool, ...], ...]:
        found = range(self.size)[place]
        return self._row(found) if isinstance(found, int) else tuple(map(self._row, found))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, QrRows):
            return self.packed == other.packed and self.size == other.size
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def _row(self, y: int) -> tuple[bool, ...]:
        width = (self.size + 7) // 8
        return tuple(chain.from_iterable(_MODULES[byte] for byte in self.packed[y * width : (y + 1) * width]))[
            : self.size
        ]
