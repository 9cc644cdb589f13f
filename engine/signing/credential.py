"""The key that seals documents, with its certificate chain: from a PKCS#12 file or from PEM text.

Neither key nor password is ever shown: not in a message, a log, a `repr` or the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key, pkcs12

from engine.errors import SealError

P12, PASSWORD = "BILLCAST_SEAL_P12", "BILLCAST_SEAL_PASSWORD"
KEY, CERTIFICATES = "BILLCAST_SEAL_KEY", "BILLCAST_SEAL_CERTIFICATES"
LEAST_RSA_BITS = 2048

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Credential:
    """A private key, its certificate, and the certificates above it, the issuer first."""

    key: SigningKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def id(self) -> str:
        """A name for the certificate that says nothing of the key: the SHA-256 of its DER, in hex."""
        return hashlib.sha256(self.certificate.public_bytes(Encoding.DER)).hexdigest()

    def sign(self, message: bytes) -> bytes:
        """Return the signature of `message` over its SHA-256, the same for the same message.

        RSASSA-PKCS1-v1_5, or ECDSA with the deterministic nonce of RFC 6979, in DER.
        """
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), SHA256())
        return self.key.sign(message, _ecdsa())

    def must_hold_at(self, moment: datetime) -> None:
        """Return if every certificate is valid at `moment` (aware). Raises `SealError` (E105)."""
        for certificate in (self.certificate, *self.chain):
            first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
            if not first <= moment <= last:
                raise SealError(
                    "E105", f"a certificate of the seal holds from {first:%Y-%m-%d} to {last:%Y-%m-%d} only",
                    place=shown_name(certificate), hint="take a certificate that holds at the run's time (`--now`)",
                )  # fmt: skip


def open_credential(environment: Mapping[str, str]) -> Credential:
    """Return the sealing key that the environment names: a PKCS#12 file, or key and chain as PEM text.

    Raises `SealError`: E100 both given, E101 nothing given, E102 unreadable, E103 wrong password, E104 a kind of
    key that can't seal, E106 no chain, E107 key and certificate differ, E108 a certificate not made for signing.
    """
    path, password = environment.get(P12, "").strip(), environment.get(PASSWORD, "")
    secret = password.encode() if password else None
    has_text = bool(environment.get(KEY, "").strip())
    if path and has_text:
        raise SealError("E100", f"{P12} and {KEY} are both set, and only one key can seal",
                        hint=f"unset {P12}, or {KEY} and {CERTIFICATES}")  # fmt: skip
    if path:
        key, certificate, others = _from_p12(Path(path), secret)
    elif has_text:
        key, certificate, others = _from_pem(environment[KEY], environment.get(CERTIFICATES, ""), secret)
    else:
        raise SealError("E101", "the campaign asks for sealed PDFs, and no sealing key is given",
                        hint=f"set {P12} and {PASSWORD}, or {KEY} and {CERTIFICATES}")  # fmt: skip
    return _checked(key, certificate, others)


@cache
def _ecdsa() -> ec.ECDSA:
    """Return the scheme for P-256, made once: making it asks OpenSSL what it can do, a sixth of a signature's cost."""
    return ec.ECDSA(SHA256(), deterministic_signing=True)


def shown_name(certificate: x509.Certificate) -> str:
    """Return the subject's common name, else its whole name: public in every seal."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def is_self_issued(certificate: x509.Certificate) -> bool:
    """True for a root: subject and issuer are the same, and it is signed with its own key."""
    return certificate.subject == certificate.issuer and _issued(certificate, certificate)


def _from_p12(path: Path, secret: bytes | None) -> tuple[object, x509.Certificate, list[x509.Certificate]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SealError("E102", f"the key file can't be read: {error.strerror}", place=str(path),
                        hint=f"{P12} names a PKCS#12 file that this user may read") from error  # fmt: skip
    try:
        store = pkcs12.load_pkcs12(data, secret)
    except (ValueError, TypeError) as error:
        if data[:1] != b"\x30":  # a DER sequence
            raise SealError("E102", "the key file is no PKCS#12 file", place=str(path)) from error
        raise SealError("E103", "the password is wrong, or the key file is damaged", place=str(path),
                        hint=f"set {PASSWORD} to the file's password") from None  # fmt: skip
    if store.key is None or store.cert is None:
        raise SealError("E102", "the key file lacks the private key or its certificate", place=str(path),
                        hint="export key, certificate and chain together")  # fmt: skip
    return store.key, store.cert.certificate, [extra.certificate for extra in store.additional_certs]


def _from_pem(key: str, chain: str, secret: bytes | None) -> tuple[object, x509.Certificate, list[x509.Certificate]]:
    try:
        loaded = load_pem_private_key(key.encode(), secret)
    except TypeError:  # a password where none is needed, or none where one is
        raise SealError("E103", "the key needs a password, or takes none", place=KEY,
                        hint=f"set {PASSWORD}, or take it away") from None  # fmt: skip
    except ValueError:
        if "ENCRYPTED" in key:
            raise SealError("E103", "the password is wrong, or the key is damaged", place=KEY,
                            hint=f"set {PASSWORD} to the key's password") from None  # fmt: skip
        raise SealError("E102", "the key is not PEM", place=KEY,
                        hint="it begins with -----BEGIN PRIVATE KEY-----") from None  # fmt: skip
    try:
        certificates = x509.load_pem_x509_certificates(chain.encode())
    except ValueError:
        raise SealError("E102", "the certificates are not PEM, or there are none", place=CERTIFICATES,
                        hint="give the certificate of the key, then its chain") from None  # fmt: skip
    return loaded, certificates[0], certificates[1:]


def _checked(key: object, certificate: x509.Certificate, others: Iterable[x509.Certificate]) -> Credential:
    usable = (isinstance(key, rsa.RSAPrivateKey) and key.key_size >= LEAST_RSA_BITS) or (
        isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
    )
    if not usable:
        raise SealError("E104", "the key is neither RSA of 2048 bits or more, nor on the curve P-256",
                        place=shown_name(certificate), hint="ask for a certificate of such a key")  # fmt: skip
    signing = cast("SigningKey", key)
    if _public(signing) != _public(certificate):
        raise SealError("E107", "the key is not the certificate's", place=shown_name(certificate),
                        hint="the key's own certificate comes first")  # fmt: skip
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        pass
    else:
        if not (usage.digital_signature or usage.content_commitment):
            raise SealError("E108", "the certificate is not made for signing", place=shown_name(certificate),
                            hint="its key usage needs digitalSignature or nonRepudiation")  # fmt: skip
    return Credential(signing, certificate, _ordered(certificate, list(others)))


def _ordered(leaf: x509.Certificate, others: list[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Return the issuers of `leaf`, next first. Raises `SealError` (E106) where its own issuer is missing."""
    chain: list[x509.Certificate] = []
    current = leaf
    while not is_self_issued(current):
        issuer = next((other for other in others if _issued(current, other)), None)
        if issuer is None or issuer in chain:
            break
        chain.append(issuer)
        current = issuer
    if not chain and not is_self_issued(leaf):
        raise SealError("E106", "the certificate's chain is missing: nobody could check the seal",
                        place=shown_name(leaf),
                        hint="export the key with the issuer's certificates")  # fmt: skip
    return tuple(chain)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _public(owner: SigningKey | x509.Certificate) -> bytes:
    return owner.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
