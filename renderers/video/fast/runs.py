"""Encoded runs by content key: in memory, and on disk where more than one customer has them.

What is everybody's is written at once, so that a machine encodes it once (workers that meet it in the same
moment each do). What may be one customer's is written when it is met a second time: a name or a month that several
have is worth a file, an amount that one has is met once and never written.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from renderers.video.fast.bits import Bits
from renderers.video.fast.slices import SliceData
from renderers.video.store import Store

EncodedRun: TypeAlias = tuple[SliceData | None, ...]  # a picture each; None: nothing changed

MEMORY_BYTES: Final = 24 << 20
KEYS_KEPT: Final = 1 << 16  # keys met once
_HEAD: Final = struct.Struct(">BbbbI")
_INTRA, _UNFILTERED, _SAME = 1, 2, 4


@dataclass(slots=True)
class RunCounts:
    """How often runs were found: in memory, on disk, or had to be encoded."""

    remembered: int = 0
    loaded: int = 0
    encoded: int = 0


@dataclass(slots=True)
class Runs:
    """The encoded runs of a worker. `store` None keeps nothing on disk."""

    store: Store | None = None
    counts: RunCounts = field(default_factory=RunCounts)
    _kept: OrderedDict[str, tuple[EncodedRun, int]] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _met: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def get(self, key: str, encode: Callable[[], EncodedRun], *, is_shared: bool = False) -> EncodedRun:
        """Return the run of a key, encoded now if it isn't known; `is_shared`: it is everybody's for certain."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            self.counts.remembered += 1
            self._write(key, kept[0])
            return kept[0]
        data = self.store.get(key) if self.store else None
        if data is not None:
            self.counts.loaded += 1
            run = unpacked(data)
            self._met.pop(key, None)
        else:
            run = encode()
            self.counts.encoded += 1
            is_met = key in self._met
            self._met[key] = None
            if is_shared or is_met:
                self._write(key, run)
        self._keep(key, run)
        return run

    def peek(self, key: str) -> EncodedRun | None:
        """Return a run that is in memory; nobody has met it by that."""
        kept = self._kept.get(key)
        return kept[0] if kept else None

    def _write(self, key: str, run: EncodedRun) -> None:
        """Write a run that was met and isn't written yet."""
        if key in self._met:
            del self._met[key]
            if self.store:
                self.store.put(key, packed(run))

    def _keep(self, key: str, run: EncodedRun) -> None:
        size = sum(len_of(one) for one in run)
        self._kept[key] = (run, size)
        self._bytes += size
        while self._bytes > MEMORY_BYTES and len(self._kept) > 1:
            _, (_, gone) = self._kept.popitem(last=False)
            self._bytes -= gone
        while len(self._met) > KEYS_KEPT:
            self._met.popitem(last=False)


def len_of(one: SliceData | None) -> int:
    """Return about how many bytes a slice takes."""
    return 64 + (one.data.length // 8 if one else 0)


def packed(run: Sequence[SliceData | None]) -> bytes:
    """Return a run as bytes."""
    parts = [len(run).to_bytes(4)]
    for one in run:
        if one is None:
            parts.append(_HEAD.pack(_SAME, 0, 0, 0, 0))
            continue
        flags = _INTRA * one.is_intra | _UNFILTERED * one.unfiltered
        parts.append(_HEAD.pack(flags, one.qp_delta, *one.filter_offsets, one.data.length))
        parts.append(one.data.value.to_bytes(-(-one.data.length // 8)))
    return b"".join(parts)


def unpacked(data: bytes) -> EncodedRun:
    """Return the run of `packed`. Raises `ValueError` or `struct.error` if the bytes are none."""
    run: list[SliceData | None] = []
    place = 4
    for _ in range(int.from_bytes(data[:4])):
        flags, qp_delta, alpha, beta, length = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        if flags & _SAME:
            run.append(None)
            continue
        end = place + -(-length // 8)
        bits = Bits(int.from_bytes(data[place:end]), length)
        run.append(SliceData(bool(flags & _INTRA), qp_delta, bool(flags & _UNFILTERED), (alpha, beta), bits))
        place = end
    if place != len(data):
        raise ValueError("a run of slices ends at another place than it says")
    return tuple(run)
