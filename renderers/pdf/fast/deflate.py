"""Deflated data whose first part is made once and whose rest is made for each customer.

A zlib stream (RFC 1950) is a header, deflate blocks (RFC 1951) and the Adler-32 of the data. A part ended
by an empty stored block ends on a byte and refers to nothing that comes after it; so the first part's
blocks are kept, and each customer's blocks are put behind them.

What is written for each customer is packed by codes made beforehand (`packing`). What is made once is packed by
zlib, where something comes after it, and by libdeflate, whose bytes depend on its version alone
(github.com/ebiggers/libdeflate/issues/400), and whose wheel brings it along.
"""

from __future__ import annotations

import zlib  # libdeflate can't end a block without ending the stream
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import deflate

_RAW = -13  # a window of 8 KB: to set up one of 32 takes longer than to pack what stands on a page
_LEVEL_KEPT = 9  # once a template set
_LEVEL_OFTEN = 1  # once a plan, or attached to a file
_LEVEL_BEGUN = 2  # of zlib
_HEADER = b"\x78\x9c"
_LONGEST_STORED = 0xFFFF
_LITTLE = 128  # bytes: about what the codes of a block take
_LAST = b"\x03\x00"  # a last block with nothing in it


# Deflate blocks that end on a byte, and what they hold.
Segment: TypeAlias = tuple[bytes, bytes]


class Begun(NamedTuple):
    """The first part of a zlib stream: header and blocks, and the Adler-32 of what they hold."""

    blocks: bytes
    adler: int


NOTHING = Begun(_HEADER, 1)


def begin(data: bytes) -> Begun:
    """Return the first part of a stream, ended on a byte."""
    if not data:
        return NOTHING
    packer = zlib.compressobj(_LEVEL_BEGUN, zlib.DEFLATED, _RAW)
    blocks = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
    return Begun(_HEADER + blocks, deflate.adler32(data))


def joined(parts: Sequence[Segment]) -> Begun:
    """Return the first part of a stream: segments and stored blocks."""
    blocks = b"".join([_HEADER, *[blocks for blocks, _ in parts]])
    return Begun(blocks, deflate.adler32(b"".join([data for _, data in parts])))


def end(begun: Begun, data: bytes, packed: Callable[[bytes], bytes]) -> bytes:
    """Return the whole stream of the first part and `data`, which `packing` has codes for; very little isn't packed."""
    return b"".join(ended(begun, data, packed))


def ended(begun: Begun, data: bytes, packed: Callable[[bytes], bytes]) -> tuple[bytes, ...]:
    """Return the same in pieces."""
    if len(data) < _LITTLE:
        return (end_stored(begun, data),)
    adler: int = deflate.adler32(data, begun.adler)
    return begun.blocks, packed(data), adler.to_bytes(4, "big")


def end_stored(begun: Begun, data: bytes) -> bytes:
    """Return the whole stream of the first part and `data` as it is: so little that packing it saves nothing."""
    adler: int = deflate.adler32(data, begun.adler)
    return b"".join((begun.blocks, stored(data)[0], _LAST, adler.to_bytes(4, "big")))


def segment(data: bytes) -> Segment:
    """Return blocks that may stand anywhere in a stream, ended on a byte, and what they hold."""
    return begin(data).blocks[len(_HEADER) :], data


def stored(data: bytes) -> Segment:
    """Return a block that holds `data` (at most 65,535 bytes) as it is, and what it holds."""
    length = len(data)
    return b"\x00" + length.to_bytes(2, "little") + (length ^ _LONGEST_STORED).to_bytes(2, "little") + data, data


def woven(parts: Sequence[Segment]) -> bytes:
    """Return the whole stream of segments and stored blocks."""
    begun = joined(parts)
    return b"".join((begun.blocks, _LAST, begun.adler.to_bytes(4, "big")))


def as_summed(parts: Sequence[Segment | int]) -> tuple[bytes, list[Any], bytes]:
    """Return what `woven` puts around segments, between the two each with Adler-32 and size; numbers as they are."""
    summed = [part if isinstance(part, int) else (part[0], deflate.adler32(part[1]), len(part[1])) for part in parts]
    return _HEADER, summed, _LAST


def whole(data: bytes, *, is_kept: bool = False) -> bytes:
    """Return a stream of its own; one that `is_kept` for all files of a template set is made as short as it goes."""
    return bytes(deflate.zlib_compress(data, _LEVEL_KEPT if is_kept else _LEVEL_OFTEN))
