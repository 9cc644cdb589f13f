"""CMS signed data over a detached content (RFC 5652), prepared once a key: what changes is filled in.

The profile is CAdES and PAdES B-B (ETSI EN 319 122-1, EN 319 142-1 table 1): SHA-256, the signed
attributes content-type, message-digest and signing-certificate-v2 (RFC 5035), the chain embedded.
PAdES forbids the attribute signing-time: the PDF's signature dictionary says the time, and it is signed.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from engine.signing.credential import Credential

DIGEST_BYTES = 32
_MOST_ECDSA_BYTES = 72  # SEQUENCE of two integers of 33 bytes at most
_SEQUENCE, _SET, _OCTETS, _CONTEXT_0 = 0x30, 0x31, 0x04, 0xA0


class SignedDataMaker:
    """Makes the CMS of one key. A call costs one signature and some joining of bytes."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential
        certificates = [x509.Certificate.load(c.public_bytes(Encoding.DER))
                        for c in (credential.certificate, *credential.chain)]  # fmt: skip
        own = certificates[0]
        self._before, self._after = _attributes(own)
        is_rsa = isinstance(credential.key, rsa.RSAPrivateKey)
        self._algorithm = algos.SignedDigestAlgorithm(
            {"algorithm": "rsassa_pkcs1v15" if is_rsa else "sha256_ecdsa"}
        ).dump()
        self._identity = b"\x02\x01\x01" + _issuer_and_serial(own) + _sha256()
        # signedData version 1, SHA-256, content elsewhere, the chain as a SET in DER order
        chain = b"".join(sorted(certificate.dump() for certificate in certificates))
        content = _der(_SEQUENCE, core.ObjectIdentifier("1.2.840.113549.1.7.1").dump())
        self._front = b"\x02\x01\x01" + _der(_SET, _sha256()) + content + _der(_CONTEXT_0, chain)
        self._shell = lru_cache(maxsize=8)(self._make_shell)
        key_bytes = (credential.key.key_size + 7) // 8 if is_rsa else _MOST_ECDSA_BYTES
        head, tail = self._shell(key_bytes)
        self.most_bytes = len(head) + DIGEST_BYTES + len(tail) + key_bytes

    def make(self, digest: bytes) -> bytes:
        """Return the DER of a ContentInfo that signs a content by its SHA-256: the same for the same digest."""
        signature = self._credential.sign(_as_set(self._before) + digest + self._after)
        head, tail = self._shell(len(signature))
        return b"".join((head, digest, tail, signature))

    def _make_shell(self, signature_bytes: int) -> tuple[bytes, bytes]:
        """Return all that stands before the digest, and between the digest and a signature of this length."""
        tail = self._after + self._algorithm + bytes([_OCTETS]) + _length(signature_bytes)
        rest = DIGEST_BYTES + len(tail) + signature_bytes
        head = self._identity + self._before
        head = bytes([_SEQUENCE]) + _length(len(head) + rest) + head
        head = bytes([_SET]) + _length(len(head) + rest) + head
        head = self._front + head
        head = bytes([_SEQUENCE]) + _length(len(head) + rest) + head
        head = bytes([_CONTEXT_0]) + _length(len(head) + rest) + head
        head = core.ObjectIdentifier("1.2.840.113549.1.7.2").dump() + head
        return bytes([_SEQUENCE]) + _length(len(head) + rest) + head, tail


def signing_certificate(certificate: x509.Certificate) -> Any:
    """Return the attribute signing-certificate-v2 of one certificate (RFC 5035; SHA-256 is its default)."""
    identifier = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate.dump()).digest()})
    value = tsp.SigningCertificateV2({"certs": [identifier]})
    return cms.CMSAttribute({"type": "signing_certificate_v2", "values": [value]})


def _attributes(certificate: x509.Certificate) -> tuple[bytes, bytes]:
    """Return the signed attributes before and after the digest, tagged [0] as a signer info holds them."""
    mark = hashlib.sha256(b"the place of the digest").digest()
    whole = cms.CMSAttributes([
        cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
        cms.CMSAttribute({"type": "message_digest", "values": [mark]}),
        signing_certificate(certificate),
    ]).dump()  # fmt: skip
    before, _, after = whole.partition(mark)
    return bytes([_CONTEXT_0]) + before[1:], after


def _as_set(attributes: bytes) -> bytes:
    """What is signed bears the tag of a SET (RFC 5652, 5.4)."""
    return bytes([_SET]) + attributes[1:]


def _issuer_and_serial(certificate: x509.Certificate) -> bytes:
    named = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
    return bytes(named.dump())


def _sha256() -> bytes:
    return bytes(algos.DigestAlgorithm({"algorithm": "sha256"}).dump())


def _der(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + _length(len(content)) + content


def _length(count: int) -> bytes:
    """Return a length in DER."""
    if count < 0x80:
        return bytes([count])
    digits = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits
