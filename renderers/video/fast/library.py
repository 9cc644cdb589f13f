"""How the native part is built: `differences.c`, beside it, by whatever C compiler there is. Needs no other package.

What was built says from which text; a library of another text is not used.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).with_name("differences.c")
LIBRARY: Final = SOURCE.with_name("libdifferences.so")
_FLAGS: Final = ("-O2", "-ffp-contract=off", "-shared", "-fPIC")  # no contraction: rounding as IEEE 754 has it


def source_mark() -> str:
    """Return what tells one text of the source from another."""
    return hashlib.blake2b(SOURCE.read_bytes() + " ".join(_FLAGS).encode(), digest_size=16).hexdigest()


def build(program: str, target: Path = LIBRARY) -> None:
    """Build the library. Raises `OSError`, and `subprocess.CalledProcessError` with what the compiler says."""
    part = target.with_suffix(f".{os.getpid()}")
    command = [program, *_FLAGS, f'-DMARK="{source_mark()}"', "-o", str(part), str(SOURCE), "-lm"]
    subprocess.run(command, check=True, capture_output=True, text=True)
    part.replace(target)
