"""The font files of a brand: where they lie, which characters they have, whether they are the locked ones."""

from __future__ import annotations

import hashlib
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from engine.errors import Problem
from engine.model.campaign import Fonts
from engine.resources import resource_dir

# Where Debian's fonts-inter and fonts-noto-core put their files, for machines without fontconfig.
DEBIAN_FOLDERS = (Path("/usr/share/fonts/opentype/inter"), Path("/usr/share/fonts/truetype/noto"))
# Characters that are never drawn: line ends, joiners, variation selectors, directional marks.
_INVISIBLE = frozenset("\n\r\t\u200b\u200c\u200d\u200e\u200f\ufeff\u2060") | {chr(c) for c in range(0xFE00, 0xFE10)}


@dataclass(frozen=True, slots=True)
class LockedFont:
    """One font file as the project was made with."""

    family: str
    style: str
    file: str
    sha256: str
    package: str
    version: str


def locked_fonts() -> tuple[LockedFont, ...]:
    """Return the fonts lock, assets/fonts.lock."""
    raw = tomllib.loads((resource_dir("assets") / "fonts.lock").read_text("utf-8"))
    return tuple(LockedFont(**entry) for entry in raw["font"])


@cache
def find_font(family: str, style: str = "Regular") -> Path | None:
    """Return the file of an installed font, by fontconfig, else from Debian's folders; None if there is none."""
    try:
        command = ["fc-list", f"{family}:style={style}", "file", "family"]
        asked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        asked = ""
    files = sorted(line.split(": ")[0].rstrip(":") for line in asked.splitlines()
                   if family in line.split(": ", 1)[-1].removeprefix(":").split("=")[-1].split(","))  # fmt: skip
    stem = f"{family.replace(' ', '')}-{style.replace(' ', '')}"
    files += [str(path) for folder in DEBIAN_FOLDERS for path in sorted(folder.glob(f"{stem}.?tf"))]
    exact = [file for file in files if Path(file).stem == stem]
    return Path((exact or files)[0]) if files else None


def brand_files(fonts: Fonts, root: Path) -> tuple[Path, ...]:
    """Return the files that a brand draws with: its own, then the installed families."""
    families = dict.fromkeys((fonts.text, fonts.figures, *fonts.fallback))
    found = [find_font(family) for family in families]
    return (*(root / name for name in fonts.files), *(path for path in found if path))


@cache
def characters_of(path: Path) -> frozenset[int]:
    """Return the code points that a font file has; none for a file that is no font."""
    try:
        with TTFont(path, lazy=True, fontNumber=0) as face:
            return frozenset(face.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()


def missing_characters(texts: Iterable[str], files: Iterable[Path]) -> dict[str, str]:
    """Return each character that none of `files` has, with the first text that uses it."""
    known = frozenset().union(*(characters_of(path) for path in files))
    missing: dict[str, str] = {}
    for text in texts:
        for char in text:
            if ord(char) not in known and char not in _INVISIBLE:
                missing.setdefault(char, text)
    return missing


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_lock(families: Iterable[str]) -> Iterator[Problem]:
    """Yield each locked font of `families` that is missing here or has other bytes (T119)."""
    wanted = set(families)
    for font in locked_fonts():
        if font.family not in wanted:
            continue
        path = find_font(font.family, font.style)
        if path is None:
            yield Problem("T119", f"{font.family} {font.style} is not installed", "assets/fonts.lock",
                          f"apt-get install {font.package}")  # fmt: skip
        elif sha256_of(path) != font.sha256:
            yield Problem("T119", f"{font.family} {font.style} is not the locked one: pages may break elsewhere",
                          "assets/fonts.lock", f"install {font.package} {font.version}, or renew the lock")  # fmt: skip
