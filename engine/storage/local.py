"""A sink in a local folder. A reader sees a whole object or none, whenever the power goes.

An object is written to a temporary file, forced to the disk (about 1 ms a file; `sync` switches it
off for scratch output), and renamed to its name; the folder's entry is forced out too. A worker
gathers instead: the objects of some time wait in their temporary files until `settle` forces
all of them out by one call, gives them their names, and forces those out. `advance` does one such step
for two groups at a time, the bytes of one and the names of the one before, while the worker goes on:
what waits for the disk is a thread, and half of the calls do. Temporary files lie in
OUT/.billcast/tmp, which is never published; what a killed process left there is removed when the
next run checks the sink, and at the end of a run (`claim.py` has how a death is known).
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from engine.errors import StorageError
from engine.model.artifact import Artifact, StoredObject
from engine.storage.address import SinkAddress
from engine.storage.claim import Claim, sweep
from engine.storage.flush import Flush, sync_file, sync_folder, sync_together
from engine.storage.object_path import checked_path

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_KNOWN = 4096  # folders remembered as made
_Waiting: TypeAlias = tuple[str, str]  # temporary file and name


class LocalSink:
    """Puts objects below a folder. The same path and bytes give the same file: the rename overwrites."""

    def __init__(self, root: Path, *, sync: bool = True) -> None:
        self._root = str(root.absolute())
        self._private = f"{self._root}/.billcast"
        self._scratch = f"{self._private}/tmp"  # noqa: S108 - in the output folder
        self._sync = sync
        self._ready: set[str] = set()
        self._claim: Claim | None = None  # while temporary files wait
        self._gathers = False
        self._gathered: list[_Waiting] = []  # in the order of the puts
        self._flushed: list[_Waiting] = []  # the group before, whose bytes `_flush` forces out
        self._flush: Flush | None = None

    @classmethod
    def open(cls, address: SinkAddress) -> LocalSink:
        """Return the sink of a folder; nothing is written yet."""
        return cls(Path(address.rest), sync=address.sync)

    def check(self) -> None:
        """Make the folder, remove what dead processes left. Raises `StorageError` (S103, S104)."""
        try:
            self._make(self._scratch)
            self.sweep()
            os.unlink(self._written(b"billcast"))
        except OSError as error:
            raise _storage_error(error, self._root) from error
        finally:
            self._let_go()

    def put(self, path: str, artifact: Artifact) -> StoredObject:
        """Write the artifact whole or not at all. Raises `StorageError` (S102, S103, S104)."""
        target = f"{self._root}/{checked_path(path)}"
        try:
            temporary = self._written(artifact.data)
            if self._gathers:
                self._gathered.append((temporary, target))
            else:
                self._place(temporary, target)
        except OSError as error:
            raise _storage_error(error, path) from error
        finally:
            self._let_go()
        return StoredObject(artifact.channel, path, artifact.media_type, len(artifact.data), artifact.sha256)

    def gather(self) -> None:
        """From now on let objects wait for `settle`."""
        self._gathers = True

    def settle(self) -> None:
        """Give all objects that wait their names, whole and lasting. Raises `StorageError` (S102 to S104).

        After an error nothing may be taken for stored that was not known to last before.
        """
        with self._step() as (flushed, gathered):
            if self._sync and gathered:
                sync_together(self._scratch, [temporary for temporary, _ in gathered])
            self._name(flushed + gathered)
            if self._sync and (flushed or gathered):
                sync_together(self._scratch, self._folders_above(flushed + gathered))

    def advance(self) -> None:
        """Bring what waits a step further: what was put before the last three calls is whole and lasting.

        Nothing is waited for but the step before. Raises and means by an error what `settle` does.
        """
        with self._step() as (flushed, gathered):
            self._name(flushed)
            self._flushed = gathered
            if self._sync and (flushed or gathered):
                paths = chain([temporary for temporary, _ in gathered], self._folders_above(flushed))
                self._flush = Flush(self._scratch, paths)

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

    def sweep(self) -> None:
        """Remove the temporary files of processes of this machine that are dead. Raises `StorageError` (S104)."""
        try:
            sweep(self._scratch)
        except FileNotFoundError:
            return  # nothing was ever put
        except OSError as error:
            raise _storage_error(error, self._root) from error

    @contextlib.contextmanager
    def _step(self) -> Iterator[tuple[list[_Waiting], list[_Waiting]]]:
        """Take all that waits: what `_flush` has forced out, then what it has not. After an error none of it waits."""
        flushed, gathered, flush = self._flushed, self._gathered, self._flush
        self._flushed, self._gathered, self._flush = [], [], None
        try:
            if flush:
                flush.wait()
            yield flushed, gathered
        except OSError as error:
            raise _storage_error(error, self._root) from error
        finally:
            self._let_go()

    def _name(self, group: Sequence[_Waiting]) -> None:
        """Give temporary files whose bytes are on the disk their names."""
        for temporary, target in group:
            self._make(os.path.dirname(target), is_lasting=False)
            os.replace(temporary, target)

    def _target(self, path: str) -> Path:
        return Path(self._root, checked_path(path))

    def _written(self, data: bytes) -> str:
        """Return a new temporary file that holds the data."""
        self._make(self._scratch)
        self._claim = self._claim or Claim(self._scratch)
        temporary = self._claim.next_path()
        try:
            _write(temporary, data)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        return temporary

    def _place(self, temporary: str, target: str) -> None:
        """Give a temporary file its name, whole and lasting; it is gone after an error."""
        try:
            self._make(os.path.dirname(target))
            if self._sync:
                sync_file(temporary)
            os.replace(temporary, target)
        except (OSError, StorageError):
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        if self._sync:
            sync_folder(os.path.dirname(target))

    def _let_go(self) -> None:
        """Drop the claim where no temporary file waits."""
        if self._claim and not self._gathered and not self._flushed:
            self._claim.drop()
            self._claim = None

    def _folders_above(self, gathered: Sequence[_Waiting]) -> Iterator[str]:
        """Yield each folder once that has new entries, the deepest of a path first."""
        seen = {os.path.dirname(self._root)}
        for _, target in gathered:
            folder = os.path.dirname(target)
            while folder not in seen:
                seen.add(folder)
                yield folder
                folder = os.path.dirname(folder)

    def _make(self, folder: str, *, is_lasting: bool = True) -> None:
        """Make a folder once, and refuse one that a link leads out of the root."""
        if folder in self._ready:
            return
        above = os.path.dirname(folder)
        if folder != self._root:
            self._make(above, is_lasting=is_lasting)
        mode = 0o700 if folder == self._private or folder.startswith(f"{self._private}/") else 0o777
        try:
            if folder == self._root:
                os.makedirs(above, exist_ok=True)
            os.mkdir(folder, mode)
        except FileExistsError:
            # One that was there before may be a link; what was made just now in a folder of ours is none.
            if not Path(folder).resolve().is_relative_to(Path(self._root).resolve()):
                raise StorageError("S102", "a link in the output folder leads out of it",
                                   place=os.path.basename(folder)) from None  # fmt: skip
            if not os.path.isdir(folder):
                raise
        if self._sync and is_lasting:
            sync_folder(above)
        if len(self._ready) > _KNOWN:  # a folder a customer: forget the old ones
            self._ready.clear()
        self._ready.add(folder)


def _write(path: str, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
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
