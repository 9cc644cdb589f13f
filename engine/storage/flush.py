"""Forcing files and folders to the disk, one by one or many at once."""

from __future__ import annotations

import ctypes
import errno
import os
import threading
from collections.abc import Iterable
from functools import cache
from typing import Any


def sync_file(path: str) -> None:
    """Return once the bytes of a file are on the disk. Raises `OSError`."""
    _sync(path, os.O_RDONLY)


def sync_folder(path: str) -> None:
    """Return once the entries of a folder are on the disk. Raises `OSError`."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def sync_together(within: str, paths: Iterable[str]) -> None:
    """Return once all these files or folders, of the file system of `within`, are on the disk. Raises `OSError`.

    Linux flushes the whole file system by one call (syncfs, which reports errors of writing since
    5.8): 150 files of 30 kB in the time of some three. Elsewhere each is forced out by itself.
    """
    if not _flushed(within):
        for path in paths:
            _sync(path, os.O_RDONLY)


class Flush:
    """Forces all these files or folders to the disk in a thread of its own: the caller goes on meanwhile."""

    def __init__(self, within: str, paths: Iterable[str]) -> None:
        self._within, self._paths = within, paths
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = threading.Thread(target=self._run, name="billcast-flush", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # the system gives no more threads
            self._thread = None
            self._run()

    def wait(self) -> None:
        """Return once they are on the disk. Raises `OSError`, and whatever else kept them from it."""
        if self._thread:
            self._thread.join()
        if self._error:
            raise self._error

    def _run(self) -> None:
        try:
            sync_together(self._within, self._paths)
        except BaseException as error:  # noqa: BLE001 - `wait` raises it: nothing may be taken for flushed
            self._error = error


def _flushed(within: str) -> bool:
    """Flush the file system that `within` lies on; False where the system has no such call."""
    flush = _syncfs()
    if flush is None:
        return False
    handle = os.open(within, os.O_RDONLY)
    try:
        if flush(handle) == 0:
            return True
        number = ctypes.get_errno()
        if number == errno.ENOSYS:  # a sandbox's kernel may know the name only
            return False
        raise OSError(number, os.strerror(number), within)
    finally:
        os.close(handle)


def _sync(path: str, how: int) -> None:
    handle = os.open(path, how)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@cache
def _syncfs() -> Any:
    """Return libc's syncfs, None where there is none."""
    return getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
