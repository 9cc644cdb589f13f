"""The keys of a campaign, all derived from one secret: object tokens, pay links, page keys.

Nothing is random, so that a resumed run gives the same names and bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import KeyringError
from engine.natives import native

kernel: Any = native(__name__, "keyring_kernel")
SECRET_BYTES = 32
TOKEN_BYTES = 20  # 160 bits: unguessable, 32 characters in base32
_BLOCK = 64  # bytes of a block of SHA-256
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = tuple(high + low for high in _LETTERS for low in _LETTERS)
_OF_ADDRESSES = bytes.maketrans(b"+/", b"-_")


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
        return opaque(_hmac(self.token_key, f"{cycle}\x00{customer_key}".encode())[:TOKEN_BYTES])

    def sign(self, message: bytes) -> bytes:
        """Return the HMAC-SHA-256 of a pay or answer link's content."""
        return _hmac(self.link_key, message)


def opaque(digest: bytes) -> str:
    """Return bytes, a multiple of five, as base32 of RFC 4648 in small letters, a fifth of the library's time."""
    number, last = int.from_bytes(digest, "big"), 8 * len(digest) - 10
    return "".join([_PAIRS[number >> place & 1023] for place in range(last, -1, -10)])


def in_base64(digest: bytes) -> str:
    """Return bytes as base64url (RFC 4648, section 5) without what fills it up."""
    return binascii.b2a_base64(digest, newline=False).translate(_OF_ADDRESSES).decode("ascii").rstrip("=")


def _hmac(key: bytes, message: bytes) -> bytes:
    """Return the HMAC-SHA-256 (RFC 2104); as `hmac.digest`, which looks the hash up and pads the key each time."""
    inner, outer = _padded(key)
    inner, outer = inner.copy(), outer.copy()
    inner.update(message)
    outer.update(inner.digest())
    return outer.digest()


@lru_cache(maxsize=16)
def _padded(key: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """Return the two hashes after the padded key, which must be no longer than a block."""
    if len(key) > _BLOCK:
        raise ValueError("the key is longer than a block of the hash")
    padded = key.ljust(_BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in padded)) for pad in (0x36, 0x5C))
    return inner, outer


def _derive(secret: bytes, label: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"billcast/1/{label}".encode()).derive(secret)


in_python = _hmac, opaque, in_base64  # twins of the kernel's
if not TYPE_CHECKING and kernel is not None:
    _hmac, opaque, in_base64 = kernel.of_python(*in_python)
