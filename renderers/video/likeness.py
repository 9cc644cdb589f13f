"""How alike two pictures of a video are: structural similarity, by place and by colour.

The similarity is SSIM as ffmpeg's filter `ssim` computes it: windows of 8x8 pixels, one every 4, means
and unbiased variances over the window, C2 = (0.03 * 255)^2, C1 = (0.01 * 255)^2 / 64 (stricter than the
paper's on dark ground; ffmpeg's and x264's figures are known so). A picture's figure is the mean over its
windows. That mean hides one wrong digit on a large ground, so that each tile of 64x64 pixels has a figure
of its own, and the brightness of each cell of 4x4 and the colour of each block of 16x16 are compared.

Planes are (height, width) uint8: luma, and two of half the sides, BT.709 in the limited range.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.uint8]
Planes: TypeAlias = tuple[Plane, Plane, Plane]
Map: TypeAlias = NDArray[np.float64]

LIKE_REFERENCE, LIKE_PAINTED = 0.98, 0.997  # the SSIM that is asked for
# Measured on the starter set: what the reference's own encoding leaves is 0.989, 14 and 2.
WORST_TILE = 0.9
CELL = 22.0  # steps of 255; a wrong digit of 28 px gives 74 to 107, an absent point 43, two pixels beside 98
COLOUR = 6.0

STEP = 4  # pixels from one window to the next, and across a cell; a window is two steps wide
TILE = 16  # windows across a tile: 64 pixels
_STRIP = 64  # rows whose products are held at a time: those of a whole picture are 15 MB
CHROMA_BLOCK = 8  # pixels of the chroma planes: 16 of the picture
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two pictures are. `worst` is the least similar tile.

    `cell` is the largest difference in the luma of a cell, at `place` (left, top): the mean of its pixels, each
    held against those that lie up to the shift beside it in the other picture. `colour` is the largest between
    the mean chroma of two blocks. Both in steps of 255.
    """

    mean: float
    worst: float
    cell: float
    place: tuple[int, int]
    colour: float

    @property
    def is_near(self) -> bool:
        """Whether no place is further apart than encoding leaves it, whatever the mean."""
        return self.worst >= WORST_TILE and self.cell <= CELL and self.colour <= COLOUR


def planes_of(picture: NDArray[np.uint8]) -> Planes:
    """Return an RGB picture, (height, width, 3), as the planes that the reference encodes."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
    return planes_of_frame(
        frame.reformat(
            format="yuv420p", src_color_range="JPEG", dst_color_range="MPEG", dst_colorspace="ITU709",
            interpolation="BILINEAR",
        )
    )  # fmt: skip


def planes_of_frame(frame: Any) -> Planes:
    """Return the planes of a decoded yuv420p frame, copied out of it."""
    luma, first, second = (
        np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width].copy()
        for plane in frame.planes
    )
    return luma, first, second


def similarity(one: Plane, other: Plane) -> float:
    """Return the mean SSIM of two planes of the same shape."""
    return float(similarity_map(one, other).mean())


def similarity_map(one: Plane, other: Plane) -> Map:
    """Return the SSIM of each window, (rows, columns); what is left of a window at the edge is not looked at."""
    strips = [_moments(one[top : top + _STRIP], other[top : top + _STRIP]) for top in range(0, len(one), _STRIP)]
    sum_a, sum_b, squares, cross = (_windows(np.concatenate(cells)) for cells in zip(*strips, strict=True))
    n = (2 * STEP) ** 2
    variances = squares * n - sum_a * sum_a - sum_b * sum_b
    covariance = cross * n - sum_a * sum_b
    c1, c2 = _C1 * n, _C2 * n * (n - 1)  # for sums over n pixels; ffmpeg's C1 has n where the paper has n * n
    top = (2 * sum_a * sum_b + c1) * (2 * covariance + c2)
    return np.asarray(top / ((sum_a * sum_a + sum_b * sum_b + c1) * (variances + c2)))


def likeness(shown: Planes, wanted: Planes, shift: int = 0) -> Likeness:
    """Return how alike two pictures are; what they show may lie up to `shift` pixels beside its place."""
    tiles = _tiles(similarity_map(shown[0], wanted[0]))
    for across, down in _moves(shift):
        moved = np.roll(wanted[0], (down, across), axis=(0, 1))
        tiles = np.maximum(tiles, _tiles(similarity_map(shown[0], moved)))
    outside = np.maximum(_outside(shown[0], wanted[0], shift), _outside(wanted[0], shown[0], shift))
    cells = _cells(outside, STEP) / STEP**2
    row, column = (int(i) for i in np.unravel_index(int(cells.argmax()), cells.shape))
    return Likeness(
        mean=min(1.0, float((tiles * _weights(shown[0])).sum())),
        worst=float(tiles.min()),
        cell=float(cells[row, column]),
        place=(column * STEP, row * STEP),
        colour=max(_colour(one, other) for one, other in zip(shown[1:], wanted[1:], strict=True)),
    )


def _moves(shift: int) -> Iterator[tuple[int, int]]:
    steps = range(-shift, shift + 1)
    return ((across, down) for across, down in product(steps, steps) if across or down)


def _moments(one: Plane, other: Plane) -> tuple[NDArray[np.int32], ...]:
    """Return by cell the sums of both planes, of their squares, and of their products."""
    a, b = (plane.astype(np.int32) for plane in (one, other))  # wide enough: n * n * 255 * 255 is 2.7e8
    return tuple([_cells(values, STEP) for values in (a, b, a * a + b * b, a * b)])


def _windows(cells: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return sums over windows of two by two cells, one every cell."""
    pairs = cells[:-1] + cells[1:]
    return np.asarray(pairs[:, :-1] + pairs[:, 1:])


def _cells(values: NDArray[np.int16 | np.int32], side: int) -> NDArray[np.int32]:
    """Return sums over cells of `side` by `side`; what is left of one at the edge is left out."""
    rows, columns = values.shape[0] // side, values.shape[1] // side
    cut = values[: rows * side, : columns * side]
    return np.asarray(cut.reshape(rows, side, columns, side).sum(axis=(1, 3), dtype=np.int32))


def _outside(one: Plane, other: Plane, reach: int) -> NDArray[np.int16]:
    """Return how far each pixel is lighter or darker than all of the other plane's that lie within `reach`."""
    lightest, darkest = other, other
    for axis in (0, 1):
        lightest = np.maximum.reduce([np.roll(lightest, step, axis) for step in range(-reach, reach + 1)])
        darkest = np.minimum.reduce([np.roll(darkest, step, axis) for step in range(-reach, reach + 1)])
    pixels = one.astype(np.int16)
    return np.asarray(np.maximum(np.maximum(pixels - lightest, darkest - pixels), 0))


def _colour(one: Plane, other: Plane) -> float:
    """Return the largest difference between the means of two blocks."""
    return float(np.abs(_cells(one.astype(np.int16) - other, CHROMA_BLOCK)).max()) / CHROMA_BLOCK**2


def _edges(count: int) -> NDArray[np.int32]:
    return np.arange(0, count, TILE, dtype=np.int32)


def _tiles(found: Map) -> Map:
    """Return the mean of each tile; the last of a row or column may be smaller."""
    sums = np.add.reduceat(np.add.reduceat(found, _edges(found.shape[0])), _edges(found.shape[1]), axis=1)
    return np.asarray(sums / _sizes(found.shape))


def _sizes(shape: tuple[int, ...]) -> Map:
    rows, columns = (np.diff(np.append(_edges(count), count)) for count in shape)
    return np.outer(rows, columns).astype(np.float64)


def _weights(plane: Plane) -> Map:
    """Return the share of each tile in the windows of a plane."""
    sizes = _sizes(tuple(count // STEP - 1 for count in plane.shape))
    return np.asarray(sizes / sizes.sum())
