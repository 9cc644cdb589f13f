"""Keys, certificates and key files made for a test: a small authority with two levels."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

FROM, TO = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
PASSWORD = "open sesame"


@dataclass(frozen=True)
class Made:
    """A key with its certificate and the certificates above it."""

    key: Any
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def key_pem(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def chain_pem(self) -> str:
        return "".join(c.public_bytes(Encoding.PEM).decode() for c in (self.certificate, *self.chain))

    def p12(self, path: Path, password: str = PASSWORD, *, with_chain: bool = True) -> Path:
        data = pkcs12.serialize_key_and_certificates(
            b"seal", self.key, self.certificate, list(self.chain) if with_chain else None,
            BestAvailableEncryption(password.encode()) if password else NoEncryption(),
        )  # fmt: skip
        path.write_bytes(data)
        return path

    def p12_environment(self, path: Path) -> dict[str, str]:
        return {"BILLCAST_SEAL_P12": str(self.p12(path)), "BILLCAST_SEAL_PASSWORD": PASSWORD}

    def pem_environment(self) -> dict[str, str]:
        return {"BILLCAST_SEAL_KEY": self.key_pem, "BILLCAST_SEAL_CERTIFICATES": self.chain_pem}


def issue(
    name: str, kind: str = "p256", *, by: Made | None = None, is_ca: bool = False, first: datetime = FROM,
    last: datetime = TO, purpose: x509.ObjectIdentifier | None = None, signs: bool = True, below: int | None = None,
) -> Made:  # fmt: skip
    """Return a new key with a certificate, issued by `by` or by itself."""
    key = _key(kind)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(first).not_valid_after(last)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=below), critical=True)
        .add_extension(_usage(is_ca=is_ca, signs=signs), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )  # fmt: skip
    if by:
        own = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
        builder = builder.add_extension(own, critical=False)
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    certificate = builder.sign(by.key if by else key, SHA256())
    above = () if by is None else (by.certificate, *by.chain)
    return Made(key, certificate, above)


@functools.cache
def authority(kind: str = "p256") -> tuple[Made, Made]:
    """Return a root and an authority below it."""
    root = issue("Test Root", kind, is_ca=True)
    return root, issue("Test Authority", kind, by=root, is_ca=True)


@functools.cache
def sealer(kind: str = "p256") -> Made:
    """Return a key for seals."""
    return issue("Northlight Energy seal", kind, by=authority()[1])


@functools.cache
def stamper(kind: str = "p256") -> Made:
    """Return a key for time stamps."""
    return issue("Test Time", kind, by=authority()[1], purpose=x509.ExtendedKeyUsageOID.TIME_STAMPING)


def _key(kind: str) -> Any:
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))
    return ec.generate_private_key({"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}[kind])


def _usage(*, is_ca: bool, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs and not is_ca, content_commitment=signs and not is_ca, key_encipherment=not signs,
        data_encipherment=False, key_agreement=False, key_cert_sign=is_ca, crl_sign=is_ca,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
