"""A QR symbol as PDF operators: one bit a module, dark on white, in the box where WeasyPrint draws the macro's SVG."""

from __future__ import annotations

from binascii import hexlify
from functools import lru_cache

from engine.model.communication import QrCode
from engine.model.qr_rows import QrRows


def qr_operators(code: QrCode, width: float, height: float, quiet: float = 0.0) -> bytes:
    """Return what draws a symbol into a box of `width` x `height` px at the origin, y growing downwards.

    `quiet` is the white zone around it in modules. An image mask in the page's content: a viewer paints its
    modules without seams and without smoothing. Hexadecimal, so that no reader looks for its end among the data.
    """
    rows = QrRows.of(code.rows)
    return _begun(rows.size, width, height, quiet) + hexlify(rows.packed) + b">\nEI\nQ\n"


@lru_cache(maxsize=256)
def _begun(size: int, width: float, height: float, quiet: float) -> bytes:
    """Return all before the modules: the same for symbols of one size in one box."""
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    zone = side * quiet / (size + 2 * quiet)
    inner = side - 2 * zone
    # A mask paints where its bits are 0, unless Decode turns that round.
    return (
        b"q 1 1 1 rg %.6g %.6g %.6g %.6g re f 0 0 0 rg\n%.6g 0 0 %.6g %.6g %.6g cm\n"
        b"BI/W %d/H %d/IM true/D[1 0]/F/AHx ID "
    ) % (left, top, side, side, inner, -inner, left + zone, top + zone + inner, size, size)
