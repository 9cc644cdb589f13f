"""The keys of a campaign, all derived from one secret: object tokens, pay links, page keys.

Nothing is random, so that a resumed run gives the same names and bytes.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import KeyringError

SECRET_BYTES = 32
TOKEN_BYTES = 20  # 160 bits: unguessable, 32 characters in base32


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys derived by HKDF-SHA-256 (RFC 5869) from one 32-byte secret, a label apart for each use."""

    token_key: bytes = field(repr=False)
    link_key: bytes = field(repr=False)
    page_key: bytes = field(repr=False)

    @classmethod
    def from_secret(cls, secret: bytes) -> Keyring:
        """Return the keys of `secret` (32 bytes). Raises `KeyringError` (K101)."""
        if len(secret) != SECRET_BYTES:
            raise KeyringError("K101", f"the secret has {len(secret)} bytes, {SECRET_BYTES} are needed",
                               hint="make one with: billcast key new")  # fmt: skip
        return cls(*(_derive(secret, label) for label in ("object-token", "pay-link", "page")))

    @classmethod
    def from_base64(cls, text: str) -> Keyring:
        """Return the keys of a secret in base64. Raises `KeyringError` (K101, K102)."""
        try:
            secret = base64.b64decode(text.strip(), validate=True)
        except (binascii.Error, ValueError) as error:
            raise KeyringError("K102", "the secret is not base64", hint="make one with: billcast key new") from error
        return cls.from_secret(secret)

    def token(self, cycle: str, customer_key: str) -> str:
        """Return the public name of a customer's folder in a cycle: 32 characters of a-z2-7."""
        digest = hmac.digest(self.token_key, f"{cycle}\x00{customer_key}".encode(), "sha256")
        return base64.b32encode(digest[:TOKEN_BYTES]).decode("ascii").lower()

    def sign(self, message: bytes) -> bytes:
        """Return the HMAC-SHA-256 of a pay or answer link's content."""
        return hmac.digest(self.link_key, message, "sha256")


def _derive(secret: bytes, label: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"billcast/1/{label}".encode()).derive(secret)
