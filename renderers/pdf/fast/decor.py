"""Backgrounds and borders of boxes, drawn by WeasyPrint's own code into bytes, once a style and size.

Operators are for a page under `0.75 0 0 -0.75 0 H cm`: px, y grows downwards. Each box's operators are
artifacts (`/Artifact BMC ... EMC`) between q and Q; nothing but colours, paths and dashes is used.
"""

from __future__ import annotations

from typing import Any


def box_operators(
    style: Any, x: float, y: float, width: float, height: float, widths: tuple[float, float, float, float]
) -> bytes:
    """Return what draws the background and borders of a box; empty if it has none.

    `style` is WeasyPrint's computed style; x, y, width, height the border box; `widths` of the borders: top,
    right, bottom, left. Raises `Unfillable` for images, gradients, shadows, outlines, opacity, masks.
    """
    raise NotImplementedError


def table_operators(table: Any) -> bytes:
    """Return what draws a laid-out table: backgrounds of its parts, collapsed or own borders of its cells.

    `table` is WeasyPrint's TableBox where it was laid out; `moved` puts it elsewhere.
    """
    raise NotImplementedError


def moved(operators: bytes, x: float, y: float) -> bytes:
    """Return the operators drawn (x, y) px further to the right and down."""
    raise NotImplementedError
