"""WeasyPrint's libraries are found by the loader, or as WeasyPrint finds them."""

from __future__ import annotations

import ctypes.util
import subprocess
import sys

import pytest

from renderers.pdf import libraries

_RECORDED = """
import ctypes.util, sys
asked = []
find = ctypes.util.find_library
ctypes.util.find_library = lambda name: asked.append(name) or find(name)
"""


def _run(script: str) -> str:
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="names of libraries are Linux's")
def test_nobody_is_asked_where_the_loader_knows_and_the_same_files_are_loaded():
    maps = "print(*sorted({line.split()[-1] for line in open('/proc/self/maps') if '.so' in line}), sep='\\n')"
    ours = _run(f"{_RECORDED}\nimport renderers.pdf.libraries\nassert not asked, asked\n{maps}")
    assert ours == _run(f"import ctypes.util, weasyprint\n{maps}")
    assert "libpango-1.0" in ours


def test_what_the_loader_does_not_find_is_asked_for():
    spoilt = "import ctypes\nwhole = ctypes.CDLL\n"
    spoilt += "def broken(name, *rest, **more):\n"
    spoilt += (
        "    if name and 'pango' in str(name):\n        raise OSError(name)\n    return whole(name, *rest, **more)\n"
    )
    _run(f"{_RECORDED}\n{spoilt}ctypes.CDLL = broken\nimport renderers.pdf.libraries\nassert asked, asked")


def test_what_finds_libraries_is_left_as_it_was():
    found = ctypes.util.find_library
    libraries.load()
    with libraries._unasked():
        assert ctypes.util.find_library("c") is None
    assert ctypes.util.find_library is found
