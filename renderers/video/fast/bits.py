"""Bit strings of H.264: numbers are written most significant bit first. Source: ISO/IEC 14496-10, 7.2 and 9.1."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEEDS_PREVENTION = re.compile(rb"\x00\x00(?=[\x00-\x03])")
_START_CODE = re.compile(rb"\x00\x00\x01")


@dataclass(frozen=True, slots=True)
class Bits:
    """`length` bits, held as one number."""

    value: int
    length: int

    @classmethod
    def of(cls, data: bytes) -> Bits:
        """Return the bits of whole bytes."""
        return cls(int.from_bytes(data), len(data) * 8)

    def __add__(self, other: Bits) -> Bits:
        return Bits(self.value << other.length | other.value, self.length + other.length)

    def after(self, position: int) -> Bits:
        """Return the bits from `position` on."""
        length = self.length - position
        return Bits(self.value & ((1 << length) - 1), length)

    def trimmed(self) -> Bits:
        """Return the bits up to the last one that is set: what follows a stop bit depends on the place only."""
        zeros = (self.value & -self.value).bit_length() - 1
        return Bits(self.value >> zeros, self.length - zeros)

    def padded(self) -> bytes:
        """Return whole bytes, filled up with zeros, without zero bytes at the end."""
        spare = -self.length % 8
        return (self.value << spare).to_bytes((self.length + spare) // 8).rstrip(b"\0")


def u(value: int, length: int) -> Bits:
    """Return an unsigned number of a fixed length."""
    return Bits(value, length)


def ue(value: int) -> Bits:
    """Return an Exp-Golomb number."""
    return Bits(value + 1, 2 * (value + 1).bit_length() - 1)


def se(value: int) -> Bits:
    """Return a signed Exp-Golomb number."""
    return ue(2 * value - 1 if value > 0 else -2 * value)


class BitReader:
    """Reads numbers from the head of a payload."""

    def __init__(self, data: bytes) -> None:
        self._bits = Bits.of(data)
        self.position = 0

    def u(self, length: int) -> int:
        """Return the next `length` bits. Raises `ValueError` at the end of the data."""
        self.position += length
        if self.position > self._bits.length:
            raise ValueError("the data ends within a number")
        return (self._bits.value >> (self._bits.length - self.position)) & ((1 << length) - 1)

    def ue(self) -> int:
        """Return the next Exp-Golomb number."""
        zeros = 0
        while not self.u(1):
            zeros += 1
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self) -> int:
        """Return the next signed Exp-Golomb number."""
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)


def nal_units(stream: bytes) -> list[bytes]:
    """Return the NAL units of a byte stream (Annex B), each with its head, without start codes."""
    places = [match.start() for match in _START_CODE.finditer(stream)]
    ends = [*places[1:], len(stream)]
    return [stream[start + 3 : end].rstrip(b"\0") for start, end in zip(places, ends, strict=True)]


def unescaped(nal: bytes) -> bytes:
    """Return a NAL unit without its emulation prevention bytes."""
    return nal.replace(b"\0\0\3", b"\0\0") if b"\0\0\3" in nal else nal


def escaped(payload: bytes) -> bytes:
    """Return a payload with emulation prevention bytes: no start code can occur in it."""
    return _NEEDS_PREVENTION.sub(b"\0\0\3", payload) if b"\0\0" in payload else payload
