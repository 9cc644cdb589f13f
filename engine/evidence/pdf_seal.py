"""A PDF's own seal, read back: that it covers the whole file, and that no byte was changed since.

Only what is needed is read, byte by byte: the one /ByteRange and the hex string that it leaves out. All
else is covered by the signature, so that nothing of the PDF need be trusted before it is checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509

from engine.errors import EvidenceError
from engine.signing.credential import shown_name
from engine.signing.signed_data import read_signed_data

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_TIME = re.compile(rb"/M\s*\(D:(\d{14})Z")
_HEX = re.compile(rb"<[0-9A-Fa-f]*>")


@dataclass(frozen=True, slots=True)
class SealFound:
    """An intact seal: who sealed, when it says so, and the certificates that it brings."""

    signer: str
    claimed_at: datetime | None  # what the sealer says; only a time stamp proves it
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]


def has_seal(data: bytes) -> bool:
    """True if the PDF bears a signature, intact or not."""
    return b"/ByteRange" in data


def check_seal(data: bytes) -> SealFound:
    """Return the seal of a PDF that is whole and unchanged. Raises `EvidenceError` (E128, E123, E124)."""
    if data.count(b"/ByteRange") != 1 or (found := _RANGE.search(data)) is None:
        raise _broken("it does not bear exactly one seal")
    start, first, second, length = (int(number) for number in found.groups())
    hole = data[first:second]
    if start != 0 or second + length != len(data) or not _HEX.fullmatch(hole):
        raise _broken("its seal does not cover the whole file")
    text = hole[1:-1]
    try:
        signed = read_signed_data(_without_padding(bytes.fromhex(text.decode("ascii"))))
        if signed.content is not None:
            raise _broken("its seal brings a content of its own")
        signed.must_sign(signed.digest(memoryview(data)[:first], memoryview(data)[second:]))
    except ValueError as error:
        raise _broken("its seal is no hexadecimal text") from error
    except EvidenceError as error:
        raise _broken(f"its seal does not hold: {error.problem.fact}") from error
    time = _TIME.search(data, second)
    return SealFound(
        shown_name(signed.certificate),
        datetime.strptime(time[1].decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=UTC) if time else None,
        signed.certificate,
        signed.others,
    )


def _without_padding(data: bytes) -> bytes:
    """Return the DER value at the start of `data`; only zeros may follow it."""
    if len(data) < 4 or data[0] != 0x30:
        raise _broken("its seal is no signature")
    count = data[1] & 0x7F if data[1] & 0x80 else 0
    size = int.from_bytes(data[2 : 2 + count], "big") if count else data[1]
    whole = 2 + count + size
    if any(data[whole:]):
        raise _broken("something stands behind its signature")
    return data[:whole]


def _broken(fact: str) -> EvidenceError:
    return EvidenceError("E128", fact, hint="the file was changed after it was sealed, or was not sealed by billcast")
