"""QR symbols as plain rows of modules, drawn alike by every channel."""

from __future__ import annotations

from typing import Literal, TypeAlias

import segno

from engine.errors import PaymentError
from engine.model.communication import QrCode

QrKind: TypeAlias = Literal["epc", "link"]

# EPC069-12 section 2 bounds the symbol at version 13, so that it is scanned from paper; a link may need
# more, but past version 20 (97 modules) a phone no longer reads it at the size of a payment slip.
MAX_VERSION: dict[QrKind, int] = {"epc": 13, "link": 20}


def qr_code(payload: bytes, kind: QrKind) -> QrCode:
    """Return the QR symbol that carries `payload` in byte mode, error correction M, the best of eight masks.

    The smallest version that holds it is taken. Raises `PaymentError` (P217) when it fits none that may
    be used.
    """
    try:
        symbol = segno.make(payload, micro=False, error="m", mode="byte", boost_error=False)
    except segno.DataOverflowError:
        symbol = None
    if symbol is None or int(symbol.version) > MAX_VERSION[kind]:
        raise PaymentError("P217", f"{len(payload)} bytes don't fit a QR code of version {MAX_VERSION[kind]}",
                           hint="shorten the reference, or the address of the payment page")  # fmt: skip
    rows = tuple(tuple(bool(module) for module in row) for row in symbol.matrix)
    return QrCode(payload=payload, rows=rows, kind=kind)
