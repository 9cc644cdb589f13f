"""Which customer keys were read before, in few bytes a key."""

from __future__ import annotations

from hashlib import blake2b

_DIGEST = 16  # bytes: two of 10 million keys collide with a chance below 1e-24
_EMPTY = bytes(_DIGEST)


class SeenKeys:
    """A set of keys that holds 16-byte digests in one open-addressed table.

    Memory: 16 bytes a slot, at most 60 % full, so 27 to 54 bytes a key (32 MiB for a million).
    """

    def __init__(self) -> None:
        self._slots = 1024
        self._table = bytearray(self._slots * _DIGEST)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, key: str) -> bool:
        """Take `key` in; True if it is new."""
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
        if not self._put(digest):
            return False
        self._count += 1
        if self._count * 10 > self._slots * 6:
            self._grow()
        return True

    def _put(self, digest: bytes) -> bool:
        table, mask = self._table, self._slots - 1
        slot = int.from_bytes(digest[:8], "little") & mask
        while True:
            at = slot * _DIGEST
            held = table[at : at + _DIGEST]
            if held == digest:
                return False
            if held == _EMPTY:
                table[at : at + _DIGEST] = digest
                return True
            slot = (slot + 1) & mask

    def _grow(self) -> None:
        old = self._table
        self._slots *= 2
        self._table = bytearray(self._slots * _DIGEST)
        for at in range(0, len(old), _DIGEST):
            held = bytes(old[at : at + _DIGEST])
            if held != _EMPTY:
                self._put(held)
