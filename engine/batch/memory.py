"""What a worker tells the C library about memory.

Pictures and encoders take blocks of a megabyte or two and give them back. glibc learns from that to take
ever larger blocks from its heap, where what is free between others stays with the process: a worker that
needs 180 MB grew to 250 in sixteen videos, and on.
"""

from __future__ import annotations

import ctypes
import platform
from typing import Final

LARGE_BYTES: Final = 256 * 1024  # a block of this size is mapped by itself and leaves the process when it is freed
_M_MMAP_THRESHOLD: Final = -3  # malloc.h of glibc; setting it also stops it from being learnt


def give_back_large_blocks() -> bool:
    """Have large blocks leave the process when they are freed; return False where the C library isn't glibc."""
    if platform.libc_ver()[0] != "glibc":
        return False
    return bool(ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES))
