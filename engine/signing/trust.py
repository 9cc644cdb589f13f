"""Whether a certificate leads to one that is trusted (RFC 5280, 6), judged at the time of the signature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509 import verification

from engine.errors import EvidenceError
from engine.signing.credential import shown_name

_DEEPEST = 8


def read_anchors(path: Path) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a PEM file. Raises `EvidenceError` (E114)."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise EvidenceError("E114", f"can't be read: {error.strerror}", place=str(path)) from error
    except ValueError as error:
        raise EvidenceError("E114", "holds no PEM certificates", place=str(path)) from error


def must_lead_to(
    anchors: Sequence[x509.Certificate],
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    moment: datetime,
) -> None:
    """Return if a chain of certificates valid at `moment` leads from `certificate` to an anchor.

    What `certificate` may be used for is the caller's to check. Raises `EvidenceError` (E125).
    """
    if certificate in anchors:  # trusted by itself, as a self-signed one is
        if certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
            return
        raise _untrusted(certificate, "it was not valid at the time of the signature")
    builder = (
        verification.PolicyBuilder()
        .store(verification.Store(list(anchors)))
        .time(moment.replace(tzinfo=None))
        .max_chain_depth(_DEEPEST)
        .extension_policies(ca_policy=_authorities(), ee_policy=verification.ExtensionPolicy.permit_all())
    )
    try:
        builder.build_client_verifier().verify(certificate, list(others))
    except (verification.VerificationError, ValueError) as error:
        raise _untrusted(certificate, "no chain of valid certificates leads from it to a trusted one") from error


def _authorities() -> verification.ExtensionPolicy:
    """Return what an issuer must be: an authority that may sign certificates.

    The web's own rules won't do: they refuse authorities that are for time stamps or documents alone.
    """
    either = verification.Criticality.AGNOSTIC
    return (
        verification.ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, either, _must_be_authority)
        .may_be_present(x509.KeyUsage, either, _must_sign_certificates)
    )


def _must_be_authority(_: object, __: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("it is no authority")


def _must_sign_certificates(_: object, __: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("it may not sign certificates")


def _untrusted(certificate: x509.Certificate, fact: str) -> EvidenceError:
    return EvidenceError("E125", fact, place=shown_name(certificate),
                         hint="give the authority's root certificate with --trust")  # fmt: skip
