"""WeasyPrint, loaded without asking a compiler where its libraries lie.

For each spelling of a library's name that WeasyPrint tries, cffi asks `ctypes.util.find_library`, which
starts ldconfig, gcc and ld: a fifth of a second of processor time in all. The spelling with the number
behind it is the one that the loader itself takes; where it takes all of them, nothing need be asked.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import importlib
import sys
from collections.abc import Iterator
from typing import Final

NEEDED: Final = (
    "libgobject-2.0.so.0", "libpango-1.0.so.0", "libharfbuzz.so.0", "libfontconfig.so.1", "libpangoft2-1.0.so.0",
)  # fmt: skip


def load() -> None:
    """Load WeasyPrint, unless it is loaded. Raises `OSError`, `ImportError` as its import does."""
    if "weasyprint" in sys.modules:
        return
    with _unasked() if _are_found() else contextlib.nullcontext():
        importlib.import_module("weasyprint")


def _are_found() -> bool:
    """Return whether the loader finds all that WeasyPrint needs by itself; then it is in the process already."""
    if sys.platform != "linux":
        return False
    try:
        for name in NEEDED:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _unasked() -> Iterator[None]:
    """Have nobody look for libraries by other means than the loader's."""
    asked = ctypes.util.find_library
    ctypes.util.find_library = lambda _: None  # type: ignore[assignment]
    try:
        yield
    finally:
        ctypes.util.find_library = asked


load()
