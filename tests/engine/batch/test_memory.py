"""Large blocks leave a process that asked for it."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

GROW_AND_FREE = """
import os, sys
from engine.batch.memory import give_back_large_blocks
assert not int(sys.argv[1]) or give_back_large_blocks()
def size(): return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
before = size()
large, small = [], []
for number in range(60):
    large.append(bytearray(b"x") * 1_500_000)
    del large[:]                       # glibc learns that blocks of this size come and go
    large.append(bytearray(b"x") * 1_500_000)
blocks = []
for number in range(60):
    blocks.append((bytearray(b"x") * 1_500_000, bytearray(b"x") * 100_000))
kept = [small for _, small in blocks]  # what stays lies between what goes
del blocks
print(size() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_what_was_freed_between_what_stays_leaves_the_process() -> None:
    grown = [
        int(subprocess.run([sys.executable, "-c", GROW_AND_FREE, str(asks)], capture_output=True, check=True).stdout)
        for asks in (0, 1)
    ]
    assert grown[1] < 20
    assert grown[0] > 60
