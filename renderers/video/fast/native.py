"""The native part, called: `differences.c`, built when the package is installed where there is a C compiler.

Without it, or where it was built from another text than the one beside it, numpy does the same: same bits.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from renderers.video.canvas import Plane
from renderers.video.fast import cavlc
from renderers.video.fast.bits import Bits
from renderers.video.fast.library import LIBRARY, source_mark
from renderers.video.fast.transform import ROUNDING, ZIGZAG, Quantiser

_ROOM: Final = 2048  # bytes a macroblock at most, twice what levels up to 1,000 can take


class _Quantiser(ctypes.Structure):
    _fields_ = (("steps", ctypes.c_void_p), ("scales", ctypes.c_void_p), ("dc_step", ctypes.c_float))


class _Table(ctypes.Structure):
    _fields_ = (("lengths", ctypes.c_void_p), ("codes", ctypes.c_void_p), ("columns", ctypes.c_int64))


class _Setup(ctypes.Structure):
    _fields_ = (
        ("luma", _Quantiser), ("chroma", _Quantiser), ("rounding", ctypes.c_float),
        *((name, ctypes.c_void_p) for name in ("zigzag", "scan", "contexts", "patterns")),
        *((name, _Table) for name in ("tokens", "zeros", "chroma_zeros", "runs")),
    )  # fmt: skip


_Planes = ctypes.c_void_p * 3


class _Band(ctypes.Structure):
    _fields_ = (("painted", _Planes), ("before", _Planes), ("shown", _Planes),
                ("columns", ctypes.c_int64), ("rows", ctypes.c_int64))  # fmt: skip


@functools.cache
def library(path: Path = LIBRARY) -> ctypes.CDLL | None:
    """Return the library if it was built from the source beside it, else None."""
    try:
        found = ctypes.CDLL(str(path))
        mark = ctypes.c_char_p.in_dll(found, "mark").value
    except (OSError, ValueError):
        return None
    if mark != source_mark().encode():
        return None
    found.code_picture.restype = ctypes.c_int64
    found.code_picture.argtypes = (ctypes.POINTER(_Setup), ctypes.POINTER(_Band), ctypes.c_void_p, ctypes.c_int64)
    return found


class NativeCoder:
    """Codes pictures of bands by the library. The planes are those of whole pictures, as long as it lives."""

    def __init__(
        self, code: ctypes.CDLL, columns: int, quantisers: tuple[Quantiser, Quantiser],
        tables: tuple[Sequence[int], Sequence[int]], planes: Sequence[Sequence[Plane]],
    ) -> None:  # fmt: skip
        """`tables`: order of blocks, and numbers of patterns. `planes`: painted, before, shown; luma, blue, red."""
        self._code = code
        self._held: list[NDArray[np.generic]] = [plane for kind in planes for plane in kind]  # keeps memory in place
        luma, chroma = (self._quantiser(one) for one in quantisers)
        orders = [self._whole(part) for part in (ZIGZAG, tables[0], cavlc.CONTEXTS, tables[1])]
        both = [(self._whole(lengths), self._whole(codes), lengths.shape[1]) for lengths, codes in cavlc.TABLES]
        self._setup = _Setup(luma, chroma, ROUNDING, *orders, *(_Table(*one) for one in both))
        kinds = [_Planes(*(plane.ctypes.data for plane in kind)) for kind in planes]
        self._band = _Band(*kinds, columns, 0)
        self._out = np.empty(len(planes[0][0]) // 16 * columns * _ROOM, np.uint8)

    def picture(self, rows: int) -> Bits:
        """Return the slice of what differs in the first `rows` of macroblocks; it is taken as shown."""
        self._band.rows = rows
        length = self._code.code_picture(self._setup, self._band, self._out.ctypes.data, len(self._out))
        if length < 0:
            raise MemoryError("no room for a picture's bits")
        size = -(-length // 8)
        return Bits(int.from_bytes(self._out[:size].tobytes()) >> (8 * size - length), length)

    def _quantiser(self, one: Quantiser) -> _Quantiser:
        steps, scales = np.ascontiguousarray(one.steps, np.float32), np.ascontiguousarray(one.scales, np.int32)
        self._held += [steps, scales]
        return _Quantiser(steps.ctypes.data, scales.ctypes.data, one.dc_step)

    def _whole(self, numbers: Sequence[int] | cavlc.Ints) -> int:
        """Return where numbers lie as 64 bits each."""
        made = np.ascontiguousarray(numbers, np.int64)
        self._held.append(made)
        return int(made.ctypes.data)
