"""A sink in a local folder. A reader sees a whole object or none, whenever the power goes.

An object is written to a temporary file, forced to the disk (about 1 ms a file; `sync` switches it
off for scratch output), and renamed to its name; the folder's entry is forced out too. Temporary
files lie in OUT/.billcast/tmp, which is never published; what a killed process left there is
removed when the next run checks the sink.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from pathlib import Path

from engine.errors import StorageError
from engine.model.artifact import Artifact, StoredObject
from engine.storage.address import SinkAddress
from engine.storage.object_path import checked_path

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class LocalSink:
    """Puts objects below a folder. The same path and bytes give the same file: the rename overwrites."""

    def __init__(self, root: Path, *, sync: bool = True) -> None:
        self._root = root.absolute()
        self._scratch = self._root / ".billcast" / "tmp"
        self._sync = sync
        self._ready: set[Path] = set()
        self._owner = f"{socket.gethostname()}-{os.getpid()}"
        self._count = 0

    @classmethod
    def open(cls, address: SinkAddress) -> LocalSink:
        """Return the sink of a folder; nothing is written yet."""
        return cls(Path(address.rest), sync=address.sync)

    def check(self) -> None:
        """Make the folder, remove what dead processes left. Raises `StorageError` (S103, S104)."""
        try:
            self._make(self._scratch)
            self._sweep()
            probe = self._temporary()
            probe.write_bytes(b"billcast")
            probe.unlink()
        except OSError as error:
            raise _storage_error(error, str(self._root)) from error

    def put(self, path: str, artifact: Artifact) -> StoredObject:
        """Write the artifact whole or not at all. Raises `StorageError` (S102, S103, S104)."""
        target = self._target(path)
        temporary = self._temporary()
        try:
            self._make(self._scratch)
            self._make(target.parent)
            self._write(temporary, artifact.data)
            temporary.replace(target)
            if self._sync:
                _sync_folder(target.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise _storage_error(error, path) from error
        return StoredObject(artifact.channel, path, artifact.media_type, len(artifact.data), artifact.sha256)

    def get(self, path: str) -> bytes:
        """Return the bytes under `path`. Raises `StorageError` (S105, S104)."""
        try:
            return self._target(path).read_bytes()
        except FileNotFoundError as error:
            raise StorageError("S105", "there is no such file", place=path) from error
        except OSError as error:
            raise _storage_error(error, path) from error

    def url(self, path: str) -> str:
        """Return the file's address."""
        return self._target(path).as_uri()

    def holds(self, stored: StoredObject) -> bool:
        """True if the file is there with the recorded size: files are written whole, so that is enough."""
        try:
            return self._target(stored.path).stat().st_size == stored.size_bytes
        except (OSError, StorageError):
            return False

    def _target(self, path: str) -> Path:
        return self._root / checked_path(path)

    def _temporary(self) -> Path:
        self._count += 1
        return self._scratch / f"{self._owner}-{self._count}.part"

    def _make(self, folder: Path) -> None:
        """Make a folder once, and refuse one that a link leads out of the root."""
        if folder in self._ready:
            return
        if folder != self._root:
            self._make(folder.parent)
        is_private = folder.is_relative_to(self._root / ".billcast")
        folder.mkdir(mode=0o700 if is_private else 0o777, parents=True, exist_ok=True)
        if self._sync:
            _sync_folder(folder.parent)
        if not folder.resolve().is_relative_to(self._root.resolve()):
            raise StorageError("S102", "a link in the output folder leads out of it", place=folder.name)
        if len(self._ready) > 4096:  # a folder a customer: forget the old ones
            self._ready.clear()
        self._ready.add(folder)

    def _write(self, temporary: Path, data: bytes) -> None:
        with temporary.open("wb") as file:
            file.write(data)
            if self._sync:
                file.flush()
                os.fsync(file.fileno())

    def _sweep(self) -> None:
        host = socket.gethostname()
        for leftover in self._scratch.glob(f"{host}-*.part"):
            owner = leftover.name.removeprefix(f"{host}-").split("-")[0]
            if owner.isdigit() and not _is_alive(int(owner)):
                leftover.unlink(missing_ok=True)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _storage_error(error: OSError, place: str) -> StorageError:
    if error.errno in _FULL:
        return StorageError(
            "S103",
            f"no room to write: {os.strerror(error.errno or 0)}",
            place=place,
            hint="free or add space, then `billcast resume`: what was recorded is not made again",
        )
    return StorageError(
        "S104",
        f"the output can't be written or read: {os.strerror(error.errno or 0)}",
        place=place,
        hint="check the folder's owner and mode",
    )
