"""What was made once for a machine: bytes by content key, in memory and in files that all workers share.

A key says all that its bytes follow from, so nothing is ever replaced by something else, and what is absent
is made anew: a store changes the cost of a run, never its output. A file is written aside and renamed, so it
is whole or not there; it begins with a checksum of what follows, and one that says otherwise is as good as
absent. What was used least recently goes first when the files outgrow their room.

Memory: at most `memory_bytes` a store. Disk: at most `room_bytes` and, for each process that writes, a
sixteenth of it or one file, since a process looks at the folder again after it has written that much.
"""

from __future__ import annotations

import os
import time
import zlib
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows: two processes may trim at once there, which does no harm
    fcntl = None  # type: ignore[assignment]

ROOM_BYTES = 2 * 2**30
MEMORY_BYTES = 16 * 2**20
_SHARE = 16  # a process trims again after it has written this part of the room
_KEPT = 0.9  # of the room, after trimming
_FRESH_S = 60.0  # how exactly the time of the last use is kept: a touch costs as much as a read
_ABANDONED_S = 3600.0  # a draft of this age belongs to a process that ended while it wrote
_CHECKSUM = 4


@dataclass(slots=True)
class Uses:
    """How often a store had what it was asked for."""

    in_memory: int = 0
    on_disk: int = 0
    absent: int = 0

    @property
    def hit_share(self) -> float:
        """Part of the questions that were answered, 0 to 1; 0 before the first."""
        asked = self.in_memory + self.on_disk + self.absent
        return (asked - self.absent) / asked if asked else 0.0


class Store:
    """Bytes by key, as `key_of` makes them. `folder` is made at need; None keeps in memory only."""

    def __init__(
        self, folder: Path | None, room_bytes: int = ROOM_BYTES, memory_bytes: int = MEMORY_BYTES, suffix: str = ".bin"
    ) -> None:
        self.uses = Uses()
        self._folder = folder
        self._room_bytes, self._memory_bytes = room_bytes, memory_bytes
        self._suffix = suffix
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._kept_bytes = 0
        self._until_trim: int | None = None  # bytes that may be written before the next look; None before the first

    def get(self, key: str) -> bytes | None:
        """Return what is stored under a key, None where nothing is that can be read."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            self.uses.in_memory += 1
            return found
        found = self._read(key)
        if found is None:
            self.uses.absent += 1
            return None
        self.uses.on_disk += 1
        self._keep(key, found)
        return found

    def put(self, key: str, data: bytes) -> None:
        """Store bytes. A folder that can't be written is not an error: they are made anew then."""
        self._keep(key, data)
        if self._folder is None:
            return
        with suppress(OSError):
            if self._until_trim is None or self._until_trim < len(data):
                self.trim()
                self._until_trim = self._room_bytes // _SHARE
            self._until_trim -= len(data) + _CHECKSUM
            _write(self._path(key), data)

    def trim(self) -> None:
        """Remove what was used least recently until the files fit; left to another process that is at it."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("ab") as lock:
            if fcntl is not None:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:  # another process is at it, or the file system has no locks
                    return
            _trim(self._folder, self._suffix, self._room_bytes)

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / f"{key[2:]}{self._suffix}"

    def _read(self, key: str) -> bytes | None:
        if self._folder is None:
            return None
        path = self._path(key)
        try:
            with path.open("rb") as file:
                raw = file.read()
                age_s = time.time() - os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        data = raw[_CHECKSUM:]
        if raw[:_CHECKSUM] != _checksum(data):
            return None
        if age_s > _FRESH_S:
            with suppress(OSError):
                os.utime(path)
        return data

    def _keep(self, key: str, data: bytes) -> None:
        if len(data) > self._memory_bytes:
            return
        self._kept_bytes += len(data) - len(self._kept.pop(key, b""))
        self._kept[key] = data
        while self._kept_bytes > self._memory_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= len(dropped)


def key_of(*parts: str | bytes) -> str:
    """Return the key of these parts: another part, or the same text cut elsewhere, gives another key."""
    digest = sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()[:40]


def _checksum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_CHECKSUM, "big")


def _write(path: Path, data: bytes) -> None:
    draft = path.with_suffix(f".{os.getpid()}.draft")
    try:
        try:
            draft.write_bytes(_checksum(data) + data)
        except FileNotFoundError:
            draft.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(_checksum(data) + data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _trim(folder: Path, suffix: str, room_bytes: int) -> None:
    found: list[tuple[float, int, str]] = []
    now = time.time()
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)  # noqa: PTH118 - tens of thousands: plain text is ten times as fast
            with suppress(OSError):
                known = os.stat(path)  # noqa: PTH116
                if name.endswith(suffix):
                    found.append((known.st_mtime, known.st_size, path))
                elif name.endswith(".draft") and now - known.st_mtime > _ABANDONED_S:
                    os.unlink(path)  # noqa: PTH108
    size = sum(length for _, length, _ in found)
    if size <= room_bytes:
        return
    for _, length, path in sorted(found):
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108
        size -= length
        if size <= room_bytes * _KEPT:
            return
