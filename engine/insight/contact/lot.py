"""Lots that need no coordination: the same seed, day and customer draw the same in any process and order."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from functools import lru_cache

from engine.model.quick import maker, quick

_RANGE = 1 << 32
_four = struct.Struct(">4I").unpack


@quick
@dataclass(frozen=True, slots=True)
class Lot:
    """Four independent draws, each evenly spread over 0 to 2**32 - 1."""

    explores: int
    which: int
    day: int
    hour: int

    def is_explored(self, percent: int) -> bool:
        """True for `percent` of a hundred customers."""
        return self.explores * 100 < percent * _RANGE


_lot = maker(Lot)


def lot_of(seed: str, cycle: str, key: str) -> Lot:
    """Return the draws of a customer in a cycle: BLAKE2b keyed with the seed."""
    drawn = _keyed(seed).copy()
    drawn.update(f"{cycle}\0{key}".encode())
    return _lot(*_four(drawn.digest()))


def share_of(draw: int, count: int) -> int:
    """Return which of `count` equal shares a draw falls into, from 0 on."""
    return draw * count >> 32


@lru_cache(maxsize=64)
def _keyed(seed: str) -> hashlib.blake2b:
    key = hashlib.blake2b(seed.encode(), digest_size=32).digest()
    return hashlib.blake2b(digest_size=16, key=key, person=b"contact")
