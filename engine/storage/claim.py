"""A process's claim to its temporary files, by which whoever sweeps sees that their writer still lives.

A claim is a locked file beside them. The kernel lets go of the lock in the moment the process ends, however it
ends. Its id would say less: it stays until somebody reaps the dead, which takes an init up to seconds, and it is
given out again, to any process or thread.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import socket
from collections import defaultdict
from pathlib import Path

_MARK = ".live"


class Claim:
    """Names for temporary files in a folder that no sweep takes away until `drop`. Raises `OSError`."""

    def __init__(self, folder: str) -> None:
        self._count = 0
        while True:
            self._stem = f"{folder}/{socket.gethostname()}-{os.getpid()}-{os.urandom(8).hex()}"
            self._mark = Path(self._stem + _MARK)
            self._handle = os.open(self._mark, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            # A sweep may have come between the two: then the mark is locked for a moment, or gone.
            if _lock(self._handle) is not False and self._mark.exists():
                return
            os.close(self._handle)

    def next_path(self) -> str:
        """Return a path that had no file yet."""
        self._count += 1
        return f"{self._stem}-{self._count}.part"

    def drop(self) -> None:
        """Give the claim up, when none of its files is left."""
        with contextlib.suppress(OSError):  # else the next sweep removes it
            self._mark.unlink()
        os.close(self._handle)


def sweep(folder: str) -> None:
    """Remove what processes of this machine that have ended left in a folder. Raises `OSError`."""
    left: dict[str, list[Path]] = defaultdict(list)
    ours = re.compile(rf"({re.escape(socket.gethostname())}-\d+-[0-9a-f]{{16}})(?:-\d+\.part|{re.escape(_MARK)})")
    for path in Path(folder).iterdir():
        if found := ours.fullmatch(path.name):
            left[found[1]].append(path)
    # A claim stands before its files and is dropped after them: a listed file without one is of the dead.
    for claim, paths in left.items():
        _remove_unless_claimed(Path(folder, claim + _MARK), paths)


def _remove_unless_claimed(mark: Path, paths: list[Path]) -> None:
    try:
        handle = os.open(mark, os.O_RDWR)
    except FileNotFoundError:
        handle = None
    except PermissionError:
        return  # another user's
    try:
        if handle is None or _lock(handle):
            for path in sorted(paths, key=mark.__eq__):  # the mark last: a sweep that is killed is done again
                path.unlink(missing_ok=True)
    finally:
        if handle is not None:
            os.close(handle)


def _lock(handle: int) -> bool | None:
    """Lock a file without waiting. False where another process has it, None where there are no locks to be had."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network folder may have none: then nobody can tell, and nothing is swept
        return None
    return True
