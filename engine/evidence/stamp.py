"""A time stamp (RFC 3161): who says that a digest was known, and when. Read, and checked.

A token is CMS signed data over a TSTInfo. Beside its signature it must be by a certificate that is made
for time stamps and nothing else (RFC 3161, 2.3), and its message imprint must be the expected digest.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import tsp
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from engine.errors import EvidenceError
from engine.signing.credential import shown_name
from engine.signing.signed_data import SignedData, read_signed_data
from engine.signing.trust import must_lead_to

_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp whose signature holds. `is_trusted`: a chain to a trusted certificate was found."""

    at: datetime
    digest: bytes
    authority: str
    serial: int
    policy: str
    nonce: int | None
    is_trusted: bool


def read_stamp(token: bytes, anchors: Sequence[x509.Certificate] = ()) -> Stamp:
    """Return a time stamp that holds. Without `anchors` its authority is not checked, only named.

    `token` is the DER of the ContentInfo. Raises `EvidenceError`: E123 unreadable, E124 the signature
    does not hold, E125 the authority does not lead to an anchor, E126 it is not made for time stamps.
    """
    signed = read_signed_data(token)
    info = _info(signed)
    signed.must_sign(signed.digest(signed.content or b""))
    _must_be_for_stamps(signed.certificate)
    at = _time(info)
    if anchors:
        must_lead_to(anchors, signed.certificate, signed.others, at)
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        raise EvidenceError("E123", "the time stamp is over a digest that is not SHA-256")
    return Stamp(
        at,
        imprint["hashed_message"].native,
        shown_name(signed.certificate),
        info["serial_number"].native,
        info["policy"].dotted,
        info["nonce"].native,
        bool(anchors),
    )


def must_stamp(stamp: Stamp, digest: bytes) -> None:
    """Return if the stamp is of this digest. Raises `EvidenceError` (E122)."""
    if not hmac.compare_digest(stamp.digest, digest):
        raise EvidenceError("E122", "the time stamp is of another digest",
                            hint="is it the stamp of this run? else the manifest or the path was changed")  # fmt: skip


def _info(signed: SignedData) -> Any:
    if signed.content_type != "tst_info" or signed.content is None:
        raise EvidenceError("E123", "it is no time stamp")
    try:
        info = tsp.TSTInfo.load(signed.content, strict=True)
        _ = info.native
    except (ValueError, TypeError, KeyError) as error:
        raise EvidenceError("E123", "its time-stamp information can't be read") from error
    return info


def _time(info: Any) -> datetime:
    moment = info["gen_time"].native
    if not isinstance(moment, datetime):
        raise EvidenceError("E123", "its time can't be read")
    return moment.astimezone(UTC)


def _must_be_for_stamps(certificate: x509.Certificate) -> None:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        is_for_stamps = extension.critical and list(extension.value) == [_STAMPING]
    except (x509.ExtensionNotFound, ValueError):
        is_for_stamps = False
    if not is_for_stamps:
        raise EvidenceError("E126", "the certificate is not made for time stamps alone", place=shown_name(certificate))
