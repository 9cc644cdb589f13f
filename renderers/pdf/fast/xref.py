"""The rows of a cross-reference stream (ISO 32000-1, 7.5.8), most of them made once.

A row has seven bytes: type, four of the offset or of the object stream's number, two of the generation or of
the place in that stream. Before it stands the PNG filter of the row: 0 takes it as it is, 2 adds the row
above, which leaves next to nothing of rows that count up.
"""

from __future__ import annotations

from collections.abc import Iterable

DECODE = b"/W[1 4 2]/DecodeParms<</Predictor 12/Columns 7>>"
FREE = b"\x00\x00\x00\x00\x00\x00\xff\xff"
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
