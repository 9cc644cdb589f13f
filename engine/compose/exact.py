"""Exact arithmetic in whole numbers: fractions of one denominator, which add and compare at full speed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def in_whole(values: Sequence[Decimal] | Sequence[Fraction]) -> tuple[list[int], int]:
    """Return `values` as whole numbers of a common fraction, and how many of it make one."""
    ratios = [value.as_integer_ratio() for value in values]
    scale = math.lcm(*(under for _, under in ratios))
    return [over * (scale // under) for over, under in ratios], scale
