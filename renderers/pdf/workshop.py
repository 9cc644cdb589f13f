"""What the locales of one template set share in a process: fonts, parsed style sheets, parts that were laid out.

Style sheets that say the same share their fonts too; where they differ from locale to locale, each has its own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import weasyprint
from weasyprint.text.ffi import ffi, fontconfig, pango
from weasyprint.text.fonts import FontConfiguration

from renderers.pdf.fast.part_store import PartStore

_PARTS = "parts"  # folder inside of the cache's
_WHOLE = 4 * 2**20  # bytes up to which a file is known by what is in it; beyond, by its size and time
_APART = frozenset({".j2", ".po"})  # they are known by what they were rendered to
# What tells Pango and fontconfig which language a text without one is in.
_VARIABLES = ("LC_ALL", "LC_CTYPE", "LANG", "LANGUAGE", "PANGO_LANGUAGE", "FC_LANG")


@dataclass(slots=True)
class Sheets:
    """Parsed style sheets and the fonts that they found."""

    css: str
    fonts: FontConfiguration
    sheets: list[weasyprint.CSS]
    warnings: tuple[str, ...]
    identity: str  # of all that a layout by them follows from but the HTML
    first: tuple[Any, str] | None = None  # the specimens of the first locale, and its language


class Workshop:
    """See the module. With a `cache`, parts are kept there from run to run, and shared by processes."""

    def __init__(self, root: Path, cache: Path | None = None) -> None:
        self._root = root
        self._sheets: dict[str, Sheets] = {}
        self.documents = 0  # that the references of all locales have written
        self.parts = PartStore(cache / _PARTS if cache is not None else None)

    def sheets(self, text: str) -> Sheets | None:
        """Return the style sheets of this text if they were read before."""
        return self._sheets.get(text)

    def keep(
        self, text: str, fonts: FontConfiguration, sheets: list[weasyprint.CSS], warnings: tuple[str, ...]
    ) -> Sheets:
        """Keep what was read of a text, which begins with its font faces."""
        identity = sha256("\0".join((text, self._files, _system(fonts))).encode()).hexdigest()
        found = self._sheets[text] = Sheets(text, fonts, sheets, warnings, identity)
        return found

    @cached_property
    def _files(self) -> str:
        """A digest of the campaign's files that a layout may use: pictures, fonts, style sheets that are imported."""
        digest = sha256()
        for path in sorted(self._root.rglob("*")):
            if path.suffix in _APART or not path.is_file():
                continue
            known = path.stat()
            said = path.read_bytes() if known.st_size <= _WHOLE else str((known.st_size, known.st_mtime_ns)).encode()
            digest.update(f"{path.relative_to(self._root).as_posix()}\0{len(said)}\0".encode() + said)
        return digest.hexdigest()


def _system(fonts: FontConfiguration) -> str:
    """Return what else layouts follow from: the fonts of the system, the programs, and this package's own code."""
    code = sha256()
    for path in sorted(one for kind in ("*.py", "*.pyx") for one in Path(__file__).parent.rglob(kind)):
        code.update(path.read_bytes())
    variables = [os.environ.get(name, "") for name in _VARIABLES]
    return repr((weasyprint.__version__, pango.pango_version(), code.hexdigest(), variables, _installed(fonts)))


def _installed(fonts: FontConfiguration) -> str:
    """Return a digest of the fonts and settings that fontconfig found, by path, size and time."""
    config = fonts._config  # noqa: SLF001 - it has no public accessor; the pin of WeasyPrint holds it
    found = fontconfig.FcConfigGetFonts(config, fontconfig.FcSetSystem)
    paths: set[bytes] = set()
    place: Any = ffi.new("FcChar8 **")
    for number in range(found.nfont if found != ffi.NULL else 0):
        if not fontconfig.FcPatternGetString(found.fonts[number], b"file", 0, place):  # FcResultMatch is 0
            paths.add(ffi.string(place[0]))
    files = fontconfig.FcConfigGetConfigFiles(config)
    while (path := fontconfig.FcStrListNext(files)) != ffi.NULL:
        paths.add(ffi.string(path))
    digest = sha256()
    for name in sorted(paths):
        try:
            known = Path(os.fsdecode(name)).stat()
            digest.update(b"%b\0%d\0%d\0" % (name, known.st_size, known.st_mtime_ns))
        except OSError:
            digest.update(name)
    return digest.hexdigest()
