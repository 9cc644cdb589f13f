"""The 4x4 transform of H.264 for differences of pictures, exact: what a decoder adds is known here to the bit.

Transforms are products of matrices of small whole numbers in float32, which are exact below 2^24, whatever
the processor. Source: ISO/IEC 14496-10, 8.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

ZIGZAG: Final = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15]
_FORWARD: Final = np.array([[1, 1, 1, 1], [2, 1, -1, -2], [1, -1, -1, 1], [1, -2, 2, -1]])
_INVERSE: Final = np.array([[1, 1, 1, 1], [1, 0.5, -0.5, -1], [1, -1, -1, 1], [0.5, -1, 1, -0.5]])
_PLACES: Final = np.arange(16) // 4 % 2 + np.arange(16) % 2  # how many of row and column are odd
_SCALES: Final = ((10, 13, 16), (11, 14, 18), (13, 16, 20), (14, 18, 23), (16, 20, 25), (18, 23, 29))
HADAMARD: Final = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]], np.float32)
ROUNDING: Final = 1 / 3  # of a step, as x264's dead zone for predicted blocks


@dataclass(frozen=True, slots=True)
class Quantiser:
    """The transform at one QP; coefficients in zigzag order. All arrays float32.

    `forward` (16, 16): from pixels to coefficients; `steps` (16,): from coefficients to levels before
    rounding; `scales` (16,): from levels to coefficients as a decoder has them; `backward` (16, 16): from
    levels to 64 times the pixels. `dc_step` and `dc_scale`: the same for levels of chroma DC, from the sum
    to a level, and from a level to the coefficient that `backward` wants.
    """

    forward: Floats
    steps: Floats
    scales: NDArray[np.int32]
    backward: Floats
    dc_step: float
    dc_scale: float

    @classmethod
    def of(cls, qp: int) -> Quantiser:
        """Return the transform at a QP from 18 to 51: below that a decoder's halves are not whole."""
        if not 18 <= qp <= 51:
            raise ValueError(f"QP {qp}")
        scales = np.array([scale << qp // 6 for scale in _SCALES[qp % 6]])[_PLACES][ZIGZAG]
        forward, inverse = np.kron(_FORWARD, _FORWARD)[ZIGZAG], np.kron(_INVERSE, _INVERSE)[ZIGZAG]
        gain = (forward * inverse).sum(axis=1) * scales / 64  # the coefficient of what a level of 1 adds
        return cls(
            forward.T.astype(np.float32).copy(), (1 / gain).astype(np.float32), scales.astype(np.int32),
            (inverse * scales[:, None]).astype(np.float32),
            float(np.float32(1 / (2 * gain[0]))), 0.5,
        )  # fmt: skip


def rounded(levels: Floats) -> Floats:
    """Return levels as whole numbers, those under two thirds as 0."""
    levels += np.copysign(np.float32(ROUNDING), levels)
    return np.trunc(levels, out=levels)
