"""QR symbols as rows of modules, drawn alike by every channel."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, TypeAlias

from engine.errors import PaymentError
from engine.model.communication import QrCode
from engine.model.qr_rows import QrRows
from engine.natives import native
from engine.payment.qr_layout import MOST_VERSION, head_bits, layout_of, size_of, version_for
from engine.payment.qr_plane import generator_products, planes_of

QrKind: TypeAlias = Literal["epc", "link"]

# EPC069-12 section 2 bounds the symbol at version 13, so that it is scanned from paper; a link may need
# more, but past version 20 (97 modules) a phone no longer reads it at the size of a payment slip.
MAX_VERSION: dict[QrKind, int] = {"epc": 13, "link": 20}
_kernel: Any = native(__name__, "qr_kernel")


def qr_code(payload: bytes, kind: QrKind) -> QrCode:
    """Return the QR symbol that carries `payload` in byte mode, error correction M, the best of eight masks.

    The smallest version that holds it is taken. Raises `PaymentError` (P217) when it fits none that may
    be used.
    """
    version = version_for(len(payload), MAX_VERSION[kind])
    if version is None:
        raise PaymentError("P217", f"{len(payload)} bytes don't fit a QR code of version {MAX_VERSION[kind]}",
                           hint="shorten the reference, or the address of the payment page")  # fmt: skip
    return QrCode(payload, QrRows(size_of(version), _rows(payload, version, kind)), kind)


def _rows_by_planes(payload: bytes, version: int, kind: QrKind) -> bytes:
    planes = planes_of(version)
    # All codes of one payee begin alike, up to the amount; all links to one page, up to the first value.
    shared = payload.find(b"\nEUR") + 4 if kind == "epc" else payload.find(b"=") + 1
    return planes.layout.packed(planes.masked(payload, shared=shared))


def _rows_by_kernel(payload: bytes, version: int, _: QrKind) -> bytes:
    rows: bytes = _symbols_of(version).rows(payload)
    return rows


@lru_cache(maxsize=MOST_VERSION)
def _symbols_of(version: int) -> Any:
    layout = layout_of(version)
    return _kernel.Symbols(layout, head_bits(version), generator_products(layout.correction))


_rows = _rows_by_planes if _kernel is None else _rows_by_kernel
