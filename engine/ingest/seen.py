"""Which customer keys were read before and where, in few bytes a key."""

from __future__ import annotations

from hashlib import blake2b

_DIGEST = 10  # bytes: two of 10 million keys collide with a chance below 1e-10
_PLACE = 6
_SLOT = _DIGEST + _PLACE
CERTAIN = (1 << 8 * _PLACE) - 2  # the place of a key whose record is known to be sound


class SeenKeys:
    """A table of keys, each with the place of its record: 16 bytes a slot, open-addressed.

    At most 60 % full, so 27 to 54 bytes a key (32 MiB for a million).
    """

    def __init__(self) -> None:
        self._slots = 1024
        self._table = bytearray(self._slots * _SLOT)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, key: str) -> bool:
        """Take `key` in; True if it is new."""
        return self.claim(key, CERTAIN) is None

    def claim(self, key: str, place: int) -> int | None:
        """Take `key` in with its place, 0 to `CERTAIN`; where it is in already, return the place of then."""
        digest = _digest(key)
        at = self._find(digest)
        if self._table[at + _DIGEST : at + _SLOT] != _NOWHERE:
            return int.from_bytes(self._table[at + _DIGEST : at + _SLOT], "little") - 1
        self._set(at, digest, place)
        self._count += 1
        if self._count * 10 > self._slots * 6:
            self._grow()
        return None

    def move(self, key: str, place: int) -> None:
        """Give a key that is in another place."""
        digest = _digest(key)
        self._set(self._find(digest), digest, place)

    def _set(self, at: int, digest: bytes, place: int) -> None:
        self._table[at : at + _SLOT] = digest + (place + 1).to_bytes(_PLACE, "little")

    def _find(self, digest: bytes) -> int:
        """Return where the digest stands, or should: at a slot of nowhere."""
        table, mask = self._table, self._slots - 1
        slot = int.from_bytes(digest[:8], "little") & mask
        while True:
            at = slot * _SLOT
            if table[at + _DIGEST : at + _SLOT] == _NOWHERE or table[at : at + _DIGEST] == digest:
                return at
            slot = (slot + 1) & mask

    def _grow(self) -> None:
        old = self._table
        self._slots *= 2
        self._table = bytearray(self._slots * _SLOT)
        for start in range(0, len(old), _SLOT):
            held = bytes(old[start : start + _SLOT])
            if held[_DIGEST:] != _NOWHERE:
                at = self._find(held[:_DIGEST])
                self._table[at : at + _SLOT] = held


_NOWHERE = bytes(_PLACE)


def _digest(key: str) -> bytes:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
