"""The rows of a cross-reference stream (ISO 32000-1, 7.5.8).

A row has seven bytes: type, four of the offset or of the object stream's number, two of the generation or of
the place in that stream. Before it stands the PNG filter of the row. `rows` are made with filter 0, which takes
them as they are; `upward` gives all of them filter 2, which adds the row above: that leaves next to nothing of
rows that count up, and pyHanko (to 0.38) reads those of filter 0 as zeros.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from engine.natives import native

DECODE = b"/W[1 4 2]/DecodeParms<</Predictor 12/Columns 7>>"
FREE = b"\x00\x00\x00\x00\x00\x00\xff\xff"
ROW_BYTES = 8  # bytes of a row with its filter
_MOST_ROWS = 1 << 13


def plain_rows(offsets: Iterable[int]) -> bytes:
    """Return the rows of objects that stand at these offsets."""
    return b"".join([b"\x00\x01%b\x00\x00" % offset.to_bytes(4, "big") for offset in offsets])


def _packed_rows(stream: int, first: int, count: int = 1) -> bytes:
    """Return the rows of objects that stand one after the other in an object stream, from place `first` on."""
    start = b"\x00\x02" + stream.to_bytes(4, "big")
    return b"".join([start + place.to_bytes(2, "big") for place in range(first, first + count)])


def _upward(rows: bytes, above: bytes = bytes(ROW_BYTES)) -> bytes:
    """Return the same rows with filter 2, the first one below the row `above`."""
    return _differences(rows, (above + rows)[: len(rows)])


def _rows_below(offsets: list[int], above: bytes) -> bytes:
    """Return the rows of objects at these offsets with filter 2, the first one below the row `above`."""
    return _upward(plain_rows(offsets), above)


_kernel = native(__name__, "write_kernel")
packed_rows = _packed_rows if _kernel is None else _kernel.packed_rows
upward = _upward if _kernel is None else _kernel.upward
rows_below = _rows_below if _kernel is None else _kernel.rows_below


def _differences(rows: bytes, above: bytes) -> bytes:
    """Return rows less those above, byte by byte and modulo 256, each with filter 2 in place of 0."""
    high, filters = _masks(len(rows))
    own, up = int.from_bytes(rows, "big"), int.from_bytes(above, "big")
    # The top bit of each byte is set before it is taken from, and put right after, so that nothing is borrowed.
    less = ((own | high) - (up & ~high)) ^ ((own ^ ~up) & high)
    return (less | filters).to_bytes(len(rows), "big")


@lru_cache(maxsize=64)
def _masks(size: int) -> tuple[int, int]:
    """Return the top bits of so many bytes, and the filters of their rows."""
    most = _MOST_ROWS * ROW_BYTES
    while size > most:
        most *= 2
    high, filters = _largest(most)
    return high >> 8 * (most - size), filters >> 8 * (most - size)


@lru_cache(maxsize=4)
def _largest(size: int) -> tuple[int, int]:
    filters = b"\x02".ljust(ROW_BYTES, b"\x00") * (size // ROW_BYTES)
    return int.from_bytes(b"\x80" * size, "big"), int.from_bytes(filters, "big")
