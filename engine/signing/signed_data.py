"""Reading CMS signed data and checking its one signature (RFC 5652, 5.6): seals and time-stamp tokens.

A signature is judged here with the certificate that the data embeds; whether that certificate can be
trusted is `engine.signing.trust`'s to say.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, core
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from engine.errors import EvidenceError

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True, slots=True)
class SignedData:
    """One signer's data, read and not yet believed. `content` is None where it lies elsewhere."""

    content_type: str
    content: bytes | None
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    digest_name: str
    _signer: Any

    def must_sign(self, digest: bytes) -> None:
        """Return if the signature holds and is over a content of this digest. Raises `EvidenceError` (E124)."""
        attributes = self._attributes()
        if attributes.get("content_type") != self.content_type:
            raise _broken("the signature is over another type of content")
        told = attributes.get("message_digest")
        if not isinstance(told, bytes) or not hmac.compare_digest(told, digest):
            raise _broken("the content is not what was signed")
        self._must_name_certificate(attributes)
        raw = self._signer["signed_attrs"]
        message = b"\x31" + raw.dump()[1:]  # signed as a SET, held as [0] (RFC 5652, 5.4)
        try:
            self._check(message)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, KeyError) as error:
            raise _broken("the signature is wrong") from error

    def digest(self, *pieces: bytes | memoryview) -> bytes:
        """Return the digest of a content by the signer's algorithm."""
        hashed = hashlib.new(self.digest_name)
        for piece in pieces:
            hashed.update(piece)
        return hashed.digest()

    def _attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for attribute in self._signer["signed_attrs"]:
            name = attribute["type"].native
            if name in found or len(attribute["values"]) != 1:
                raise _broken("a signed attribute stands twice")
            values = attribute["values"]
            found[name] = values[0] if name.startswith("signing_certificate") else values[0].native
        return found

    def _must_name_certificate(self, attributes: dict[str, Any]) -> None:
        """The signed attributes name the certificate, so that no other can take its place (RFC 5035)."""
        der = self.certificate.public_bytes(Encoding.DER)
        if "signing_certificate_v2" in attributes:
            first = attributes["signing_certificate_v2"]["certs"][0]
            name, told = first["hash_algorithm"]["algorithm"].native, first["cert_hash"].native
        elif "signing_certificate" in attributes:  # RFC 2634: many authorities still write it
            name, told = "sha1", attributes["signing_certificate"]["certs"][0]["cert_hash"].native
        else:
            raise _broken("the signature does not name its certificate")
        if name not in ("sha1", *_HASHES) or not hmac.compare_digest(hashlib.new(name, der).digest(), told):
            raise _broken("the signature names another certificate")

    def _check(self, message: bytes) -> None:
        algorithm, key = self._signer["signature_algorithm"], self.certificate.public_key()
        kind = algorithm.signature_algo
        if kind == "rsassa_pkcs1v15" and isinstance(key, rsa.RSAPublicKey):
            key.verify(self._signature, message, padding.PKCS1v15(), self._hash(algorithm))
        elif kind == "rsassa_pss" and isinstance(key, rsa.RSAPublicKey):
            parameters = algorithm["parameters"]
            hashed = _HASHES[parameters["hash_algorithm"]["algorithm"].native]
            scheme = padding.PSS(padding.MGF1(hashed), int(parameters["salt_length"].native))
            key.verify(self._signature, message, scheme, hashed)
        elif kind == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(self._signature, message, ec.ECDSA(self._hash(algorithm)))
        else:
            raise EvidenceError("E123", f"the kind of signature `{kind}` is not known here")

    @property
    def _signature(self) -> bytes:
        return bytes(self._signer["signature"].native)

    def _hash(self, algorithm: Any) -> hashes.HashAlgorithm:
        """The signature's own digest, where its algorithm names one, else the signer's."""
        name = algorithm["algorithm"].native
        return _HASHES[algorithm.hash_algo if name != "rsassa_pkcs1v15" else self.digest_name]


def read_signed_data(der: bytes) -> SignedData:
    """Return the signed data of a DER ContentInfo with one signer. Raises `EvidenceError` (E123)."""
    try:
        info = cms.ContentInfo.load(der, strict=True)
        if info["content_type"].native != "signed_data":
            raise EvidenceError("E123", "it is no signed data")
        data = info["content"]
        signers = data["signer_infos"]
        if len(signers) != 1:
            raise EvidenceError("E123", f"it has {len(signers)} signatures, one is expected")
        signer = signers[0]
        _ = [attribute["values"].native for attribute in signer["signed_attrs"]]  # parse all now
        digest_name = signer["digest_algorithm"]["algorithm"].native
        if digest_name not in _HASHES:
            raise EvidenceError("E123", f"the digest `{digest_name}` is not trusted")
        own, others = _certificates(data, signer)
        content = data["encap_content_info"]["content"]
        return SignedData(
            data["encap_content_info"]["content_type"].native,
            bytes(content) if isinstance(content, core.OctetString | core.ParsableOctetString) else None,
            own,
            others,
            digest_name,
            signer,
        )
    except (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise EvidenceError("E123", "it is not well-formed CMS") from error


def _certificates(data: Any, signer: Any) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    held = [choice.chosen for choice in data["certificates"] if choice.name == "certificate"]
    sid = signer["sid"]
    own = next((c for c in held if _is_meant(sid, c)), None)
    if own is None:
        raise EvidenceError("E123", "the signer's certificate is not in it")
    loaded = [x509.load_der_x509_certificate(c.dump()) for c in held]
    return loaded[held.index(own)], tuple(c for c, raw in zip(loaded, held, strict=True) if raw is not own)


def _is_meant(sid: Any, certificate: Any) -> bool:
    if sid.name == "subject_key_identifier":
        return bool(certificate.key_identifier == sid.chosen.native)
    named = sid.chosen
    return bool(certificate.serial_number == named["serial_number"].native and certificate.issuer == named["issuer"])


def _broken(fact: str) -> EvidenceError:
    return EvidenceError("E124", fact, hint="take it from the backup: it, or what it signs, was changed")
