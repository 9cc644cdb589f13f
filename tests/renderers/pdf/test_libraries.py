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
    later = "import fontTools.subset, fontTools.varLib.instancer"
    ours = _run(f"{_RECORDED}\nimport renderers.pdf.libraries\nassert not asked, asked\n{later}\n{maps}")
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


def test_what_takes_fonts_apart_is_loaded_when_it_is_called():
    loaded = "[name for name in sys.modules if name.startswith(('fontTools.subset', 'fontTools.varLib'))]"
    called = "import weasyprint.pdf.fonts as fonts\noptions = fonts.subset.Options(hinting=False)\n"
    real = "import fontTools.subset\nassert type(options) is fontTools.subset.Options\nassert not options.hinting\n"
    font = "from fontTools.ttLib import TTFont, TTLibError\ntry:\n    fonts.instantiateVariableFont(TTFont(), {})\n"
    font += "except (ValueError, TTLibError):\n    print('called')\n"
    script = f"import sys\nimport renderers.pdf.libraries\nassert not {loaded}, {loaded}\n{called}{real}{font}"
    assert _run(script) == "called\n"


def test_what_was_loaded_before_is_left_as_it_is():
    _run(
        "import sys, fontTools.subset as real\nimport renderers.pdf.libraries\nimport weasyprint.pdf.fonts as fonts\n"
        "assert fonts.subset is real is sys.modules['fontTools.subset']"
    )
