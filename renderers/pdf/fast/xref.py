"""The rows of a cross-reference stream (ISO 32000-1, 7.5.8), most of them made once.

A row has seven bytes: type, four of the offset or of the object stream's number, two of the generation or of
the place in that stream. Before it stands the PNG filter of the row: 0 takes it as it is, 2 adds the row
above, which leaves next to nothing of rows that count up.

A file holds rows of filter 2 only: pyHanko (to 0.38) reads those of filter 0 as zeros. `upward` turns them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

DECODE = b"/W[1 4 2]/DecodeParms<</Predictor 12/Columns 7>>"
ZEROS = bytes(7)  # what stands above the first row
FREE = b"\x00\x00\x00\x00\x00\x00\xff\xff"
ROW_BYTES = 8  # bytes of a row with its filter
_ABOVE = b"\x02\x00\x00\x00\x00\x00\x00\x01"
_CARRY = b"\x02\x00\x00\x00\x00\x00\x01\x01"


def plain_rows(offsets: Iterable[int]) -> bytes:
    """Return the rows of objects that stand at these offsets."""
    return b"".join([b"\x00\x01%b\x00\x00" % offset.to_bytes(4, "big") for offset in offsets])


def packed_rows(stream: int, first: int, count: int = 1) -> bytes:
    """Return the rows of objects that stand one after the other in an object stream, from place `first` on."""
    rows = [b"\x00\x02%b%b" % (stream.to_bytes(4, "big"), first.to_bytes(2, "big"))]
    place, end = first + 1, first + count
    while place < end:
        if place % 256 == 0:
            rows.append(_CARRY)
            place += 1
        stop = min(end, (place // 256 + 1) * 256)
        rows.append(_ABOVE * (stop - place))
        place = stop
    return b"".join(rows)


def upward(rows: bytes, above: bytes) -> bytes:
    """Return the same rows, all of filter 2. `above` is the row, without its filter, that they follow."""
    if not any(rows[::ROW_BYTES]):  # as for each file: all rows at once
        return _differences(rows, b"\x00" + above + rows[:-ROW_BYTES])
    made = []
    for start in range(0, len(rows), ROW_BYTES):
        row = rows[start + 1 : start + ROW_BYTES]
        if rows[start] == 0:
            made.append(b"\x02" + bytes([(own - up) & 255 for own, up in zip(row, above, strict=True)]))
            above = row
        else:
            made.append(rows[start : start + ROW_BYTES])
            above = _added(row, above)
    return b"".join(made)


def last_row(rows: bytes, above: bytes) -> bytes:
    """Return the last row, its filter undone. `above` is the row that they follow."""
    for start in range(0, len(rows), ROW_BYTES):
        row = rows[start + 1 : start + ROW_BYTES]
        above = _added(row, above) if rows[start] else row
    return above


def _differences(rows: bytes, above: bytes) -> bytes:
    """Return rows less those above, byte by byte and modulo 256, each with filter 2 in place of 0."""
    high, filters = _masks(len(rows))
    own, up = int.from_bytes(rows, "big"), int.from_bytes(above[: len(rows)], "big")
    # The top bit of each byte is set before it is taken from, and put right after, so that nothing is borrowed.
    less = ((own | high) - (up & ~high)) ^ ((own ^ ~up) & high)
    return (less | filters).to_bytes(len(rows), "big")


@lru_cache(maxsize=64)
def _masks(size: int) -> tuple[int, int]:
    """Return the top bits of so many bytes, and the filters of their rows."""
    filters = b"\x02".ljust(ROW_BYTES, b"\x00") * (size // ROW_BYTES)
    return int.from_bytes(b"\x80" * size, "big"), int.from_bytes(filters, "big")


def _added(row: bytes, above: bytes) -> bytes:
    return bytes([(own + up) & 255 for own, up in zip(row, above, strict=True)])
