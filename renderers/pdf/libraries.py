"""WeasyPrint, loaded without asking a compiler where its libraries lie, and without what it never calls here.

For each spelling of a library's name that WeasyPrint tries, cffi asks `ctypes.util.find_library`, which
starts ldconfig, gcc and ld: a fifth of a second of processor time in all. The spelling with the number
behind it is the one that the loader itself takes; where it takes all of them, nothing need be asked.

It also loads what takes fonts apart in fontTools, sixty modules, for where HarfBuzz can't do it: that is loaded when
it is called.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import importlib
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, Final

NEEDED: Final = (
    "libgobject-2.0.so.0", "libpango-1.0.so.0", "libharfbuzz.so.0", "libfontconfig.so.1", "libpangoft2-1.0.so.0",
)  # fmt: skip
_LATER: Final = ("fontTools.subset", "fontTools.varLib.instancer")


def load() -> None:
    """Load WeasyPrint, unless it is loaded. Raises `OSError`, `ImportError` as its import does."""
    if "weasyprint" in sys.modules:
        return
    with _unasked() if _are_found() else contextlib.nullcontext(), _later():
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


class _StandIn(types.ModuleType):
    """A module whose classes and functions can be called, and are looked up in the real one when they are."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def called(*given: Any, **more: Any) -> Any:
            return getattr(importlib.import_module(self.__name__), name)(*given, **more)

        return called


@contextlib.contextmanager
def _later() -> Iterator[None]:
    """Let modules that are not loaded yet be imported without being loaded."""
    stand_ins = {name: _StandIn(name) for name in _LATER if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


load()
