"""Exact arithmetic in whole numbers: fractions of one denominator, which add and compare at full speed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from engine.natives import native

_kernel = native(__name__, "charts_kernel")


def in_whole(values: Sequence[Decimal] | Sequence[Fraction]) -> tuple[list[int], int]:
    """Return `values` as whole numbers of a common fraction, and how many of it make one."""
    whole: tuple[list[int], int] | None = _kernel.in_whole(values) if _kernel else None
    return _in_whole(values) if whole is None else whole


def _in_whole(values: Sequence[Decimal] | Sequence[Fraction]) -> tuple[list[int], int]:
    """Return what `in_whole` does, of any numbers."""
    ratios = [value.as_integer_ratio() for value in values]
    scale = math.lcm(*(under for _, under in ratios))
    return [over * (scale // under) for over, under in ratios], scale
