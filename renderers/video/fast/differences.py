"""Pictures of which only some macroblocks differ from the picture before: predicted in place, without vectors.

x264 looks at each macroblock of a band, whether it changes or not; where a chart grows, sixty of two
thousand do. Here only those are looked at. Since no vector points anywhere, what lies around a band
does not matter, and since what a decoder shows is known to the bit, a run needs no picture of its own to
begin with: the frame before it is as it was painted, but for what encoding it left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from renderers.video.canvas import Plane, YuvCanvas
from renderers.video.fast import native
from renderers.video.fast.bits import Bits
from renderers.video.fast.cavlc import Ints
from renderers.video.fast.macroblocks import BLOCKS, PATTERN_NUMBERS, SCAN, Coded, bits_of
from renderers.video.fast.parameters import Syntax
from renderers.video.fast.slices import SliceData
from renderers.video.fast.transform import HADAMARD, Floats, Quantiser, rounded

MACROBLOCK: Final = 16
QP: Final = 26  # as near to what was painted as x264 at 24
SETTINGS: Final = f"differences 1:{QP}"  # what slices follow from besides pictures


class Differences:
    """Codes runs of one rendition, one after another. `is_native` False leaves all to numpy."""

    def __init__(self, width: int, height: int, syntax: Syntax, *, is_native: bool = True) -> None:
        self._width, self._rows = width, 0
        self._columns, rows = -(-width // MACROBLOCK), -(-height // MACROBLOCK)
        self._qp_delta = QP - syntax.initial_qp
        self._luma, self._chroma = Quantiser.of(QP), Quantiser.of(QP + syntax.chroma_qp_offset)
        sides = [(rows * size, self._columns * size) for size in (16, 8, 8)]
        self._painted, self._before, self._shown = ([np.zeros(side, np.uint8) for side in sides] for _ in range(3))
        planes = (self._painted, self._before, self._shown)
        code = native.library() if is_native else None
        self._native = code and native.NativeCoder(
            code, self._columns, (self._luma, self._chroma), (SCAN, PATTERN_NUMBERS.tolist()), planes
        )

    def canvas_at(self, top: int, height: int) -> YuvCanvas:
        """Return what is to be painted for a run: rows `top` to `top + height` of the picture."""
        self._rows = -(-height // MACROBLOCK)
        planes = [(plane[: height // step].reshape(-1), plane.shape[1])
                  for plane, step in zip(self._painted, (1, 2, 2), strict=True)]  # fmt: skip
        return YuvCanvas.over(self._width, height, planes, top)

    def coded(self, painted: Iterable[bool]) -> list[SliceData | None]:
        """Return the pictures of the run that is painted while `painted` is read, but for the first, which is shown.

        Each says whether the canvas has changed; what has not is None.
        """
        changes = iter(painted)
        next(changes)
        self._begin()
        bits = iter(self._by_native(changes) if self._native else self._by_numpy(changes))
        return [SliceData(False, self._qp_delta, True, (0, 0), one) if one else None for one in bits]

    def _begin(self) -> None:
        """Take what is painted for what is shown."""
        for painted, before, shown, size in self._planes():
            rows = self._rows * size
            before[:rows] = painted[:rows]
            shown[:rows] = painted[:rows]

    def _by_native(self, changes: Iterator[bool]) -> list[Bits | None]:
        assert self._native
        return [self._native.picture(self._rows) if is_changed else None for is_changed in changes]

    def _by_numpy(self, changes: Iterator[bool]) -> list[Bits | None]:
        pictures = [self._picture() if is_changed else None for is_changed in changes]
        bits = iter(bits_of([one for one in pictures if one], self._columns, self._rows))
        return [next(bits) if one else None for one in pictures]

    def _picture(self) -> Coded:
        """Return what differs in what is painted now from the picture before; it is taken as shown."""
        row, column = np.nonzero(self._changed())
        levels = np.zeros((len(row), BLOCKS, 16), np.int16)
        levels[:, :16] = self._luma_levels(row, column)
        for plane in (1, 2):
            dc, rest = self._chroma_levels(plane, row, column)
            levels[:, 15 + plane, :4] = dc
            levels[:, 14 + 4 * plane : 18 + 4 * plane, :15] = rest
        is_coded = levels.any(axis=(1, 2))
        return Coded((row * self._columns + column)[is_coded], levels[is_coded])

    def _planes(self) -> Iterator[tuple[Plane, Plane, Plane, int]]:
        """Yield the planes as painted, as painted before, as shown, and the side of a macroblock."""
        return zip(self._painted, self._before, self._shown, (16, 8, 8), strict=True)

    def _changed(self) -> NDArray[np.bool_]:
        """Return which macroblocks (rows, columns) are painted otherwise than before."""
        changed = np.zeros((self._rows, self._columns), np.uint64)
        for painted, before, _, size in self._planes():
            rows = self._rows * size
            differ = painted[:rows].view(np.uint64) ^ before[:rows].view(np.uint64)
            differ = np.bitwise_or.reduce(differ.reshape(self._rows, size, -1), axis=1)
            changed |= np.bitwise_or.reduce(differ.reshape(self._rows, self._columns, -1), axis=2)
            before[:rows] = painted[:rows]
        is_changed: NDArray[np.bool_] = changed != 0
        return is_changed

    def _tiled(self, memory: Plane) -> Plane:
        """Return a plane by row of macroblocks, row of blocks, row, column of macroblocks, of blocks, column."""
        size = memory.shape[1] // self._columns
        return memory.reshape(len(memory) // size, size // 4, 4, self._columns, size // 4, 4)

    def _read(self, memory: Plane, row: Ints, column: Ints) -> Floats:
        """Return macroblocks of a plane by blocks: (n, 16 or 4, 16)."""
        found = self._tiled(memory)[row, :, :, column].transpose(0, 1, 3, 2, 4)
        return found.astype(np.float32).reshape(len(row), found.shape[1] ** 2, 16)

    def _show(self, memory: Plane, row: Ints, column: Ints, before: Floats, added: Floats) -> None:
        """Note what a decoder shows of macroblocks when 64 times a difference is added."""
        shown = np.clip(before + np.floor((added + 32) / 64), 0, 255).astype(np.uint8)
        tiled = self._tiled(memory)
        count = tiled.shape[1]
        tiled[row, :, :, column] = shown.reshape(-1, count, count, 4, 4).transpose(0, 1, 3, 2, 4)

    def _luma_levels(self, row: Ints, column: Ints) -> Floats:
        """Return the levels (n, 16, 16) of luma, blocks as they are coded."""
        shown = self._read(self._shown[0], row, column)
        found: Floats = np.matmul(self._read(self._painted[0], row, column) - shown, self._luma.forward)
        levels: Floats = rounded(found * self._luma.steps)
        self._show(self._shown[0], row, column, shown, levels @ self._luma.backward)
        return levels[:, list(SCAN)]

    def _chroma_levels(self, plane: int, row: Ints, column: Ints) -> tuple[Floats, Floats]:
        """Return the levels of DC (n, 4) and of the rest (n, 4, 15)."""
        shown = self._read(self._shown[plane], row, column)
        found: Floats = np.matmul(self._read(self._painted[plane], row, column) - shown, self._chroma.forward)
        dc = rounded(found[:, :, 0] @ HADAMARD * self._chroma.dc_step)
        levels = rounded(found * self._chroma.steps)
        rest = levels[:, :, 1:].copy()
        levels[:, :, 0] = dc @ HADAMARD * self._chroma.dc_scale
        self._show(self._shown[plane], row, column, shown, levels @ self._chroma.backward)
        return dc, rest
