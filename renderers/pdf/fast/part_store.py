"""Parts that were laid out before: in memory for all locales of a process, in files for other processes and runs.

A file is written aside and renamed, so it is whole or not there; it begins with the digest of what follows, and
one that can't be read or says otherwise is as good as absent. Keys say all that a part follows from, so nothing is
ever replaced by something else.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

try:
    import fcntl
except ImportError:  # not on Windows: workers don't wait for one another there
    fcntl = None  # type: ignore[assignment]

MOST_BYTES = 64 * 2**20  # of files; what was written first goes first
MOST_KEPT = 16 * 2**20  # bytes in memory
_SUFFIX = ".part"
_DIGEST = 16
_PATIENCE_S = 5.0  # a layout takes a fraction of a second; one that takes longer is made here as well
_POLL_S = 0.01
_LOCK = "lock-"
_LOCKS = 64  # of a folder: what two processes make at a time is seldom behind the same one


class PartStore:
    """Bytes by key. `folder` is made at need; None keeps in memory only."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._kept_bytes = 0
        self._room: int | None = None  # bytes that may be written yet; None before the first

    def get(self, key: str) -> bytes | None:
        """Return what is stored under a key, None where nothing is that can be read."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        elif self._folder is not None and (found := _read(self._folder / f"{key}{_SUFFIX}")) is not None:
            self._keep(key, found)
        return found

    def put(self, key: str, data: bytes) -> None:
        """Store bytes. A folder that can't be written is not an error: they are made anew then."""
        self._keep(key, data)
        if self._folder is None:
            return
        with suppress(OSError):
            if self._room is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._room = MOST_BYTES - _pruned(self._folder)
            self._room -= len(data) + _DIGEST
            if self._room >= 0:
                _write(self._folder / f"{key}{_SUFFIX}", data)

    @contextmanager
    def turn(self, names: Iterable[str]) -> Iterator[None]:
        """Wait until no other process is making what goes by these names, so that it can be found; not for long.

        Some names share a lock. The operating system gives locks back when a process ends in whatever way.
        """
        until = time.monotonic() + _PATIENCE_S
        with ExitStack() as held:
            for number in sorted(set(map(_number, names))):
                file = self._lock(number, until)  # in one order, so that no two wait for each other
                if file is not None:
                    held.callback(file.close)
            yield

    def is_taken(self, name: str) -> bool:
        """Say whether another process is making what goes by this name, as far as that can be told."""
        if self._folder is None or fcntl is None:
            return False
        try:
            with (self._folder / f"{_LOCK}{_number(name)}").open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # nobody has made anything yet, or there are no locks
            return False
        return False

    def _lock(self, number: int, until: float) -> BinaryIO | None:
        """Return the locked file, None where it isn't to be had."""
        if self._folder is None or fcntl is None:
            return None
        file: BinaryIO | None = None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = (self._folder / f"{_LOCK}{number}").open("ab")
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if time.monotonic() >= until:
                        break
                    time.sleep(_POLL_S)
                else:
                    return file
        except OSError:
            pass  # a file system without locks: each makes what it needs
        if file is not None:
            file.close()
        return None

    def _keep(self, key: str, data: bytes) -> None:
        self._kept_bytes += len(data) - len(self._kept.pop(key, b""))
        self._kept[key] = data
        while self._kept_bytes > MOST_KEPT and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= len(dropped)


def _number(name: str) -> int:
    return crc32(name.encode("utf-8", "surrogatepass")) % _LOCKS


def digest_of(*parts: str) -> str:
    """Return a key for these texts."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _read(path: Path) -> bytes | None:
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    data = raw[_DIGEST:]
    return data if sha256(data).digest()[:_DIGEST] == raw[:_DIGEST] else None


def _write(path: Path, data: bytes) -> None:
    draft = path.with_suffix(f".{os.getpid()}.draft")
    try:
        draft.write_bytes(sha256(data).digest()[:_DIGEST] + data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _pruned(folder: Path) -> int:
    """Remove the oldest files beyond half of the room; return the bytes of those that stay."""
    found: list[tuple[float, int, Path]] = []
    for path in folder.iterdir():
        with suppress(OSError):
            known = path.stat()
            found.append((known.st_mtime, known.st_size, path))
    size = sum(length for _, length, _ in found)
    if size <= MOST_BYTES // 2:
        return size
    for _, length, path in sorted(found, key=lambda one: one[0]):
        if not path.name.startswith(_LOCK) and size > MOST_BYTES // 2:
            with suppress(OSError):
                path.unlink()
                size -= length
    return size
