"""Font files by family and weight, which characters each has, and text cut into runs of one font.

A character that the first family lacks is drawn with the campaign's fallback families, then with
the Noto Sans of its script, so that a name in any script of the installed fonts is readable.
"""

from __future__ import annotations

import functools
import hashlib
import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont, features

from engine.errors import MissingPartError
from engine.model.campaign import Fonts

_ROOTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
          "/Library/Fonts", "C:/Windows/Fonts")  # fmt: skip
_WEIGHTS = {
    100: "thin", 200: "extralight", 300: "light", 400: "regular", 500: "medium",
    600: "semibold", 700: "bold", 800: "extrabold", 900: "black",
}  # fmt: skip
_DISPLAY_PX = 40  # from here on a family's display cut, drawn for large sizes, is taken where installed
_LAST_RESORT = ("Noto Sans", "Noto Sans Symbols", "Noto Sans Symbols2", "Noto Sans Math", "Noto Emoji")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that one font draws."""

    text: str
    font: ImageFont.FreeTypeFont
    is_rtl: bool


@dataclass(slots=True)
class FontBook:
    """The fonts of one campaign. Not for sharing between threads; characters without a glyph are kept."""

    fonts: Fonts
    root: Path
    missing: set[str] = field(default_factory=set)
    _faces: dict[tuple[str, int, int], ImageFont.FreeTypeFont] = field(default_factory=dict)
    _chains: dict[tuple[int, bool, bool], list[Path]] = field(default_factory=dict)

    def face(self, path: Path, size_px: int, weight: int) -> ImageFont.FreeTypeFont:
        """Return a font of `size_px`; a variable font is set to `weight`."""
        key = (str(path), size_px, weight)
        if key not in self._faces:
            face = ImageFont.truetype(str(path), size_px)
            _set_weight(face, weight)
            self._faces[key] = face
        return self._faces[key]

    def primary(self, size_px: int, weight: int, figures: bool = False) -> ImageFont.FreeTypeFont:
        """Return the first font of text (or of figures) at a size: it gives a line its height."""
        return self.face(self._chain(weight, figures, size_px >= _DISPLAY_PX)[0], size_px, weight)

    def runs(self, text: str, size_px: int, weight: int, figures: bool = False) -> list[Run]:
        """Return `text` in runs of one font each, in the order in which they stand on the line."""
        chain = self._chain(weight, figures, size_px >= _DISPLAY_PX)
        stretches: list[tuple[Path, str]] = []
        for character in text:
            path = stretches[-1][0] if stretches and _joins(character) else self._path_for(character, weight, chain)
            if stretches and stretches[-1][0] == path:
                stretches[-1] = (path, stretches[-1][1] + character)
            else:
                stretches.append((path, character))
        stretches = list(_loose_blanks(stretches, chain[0]))
        is_rtl = _base_is_rtl(text)
        runs = [Run(part, self.face(path, size_px, weight), _base_is_rtl(part)) for path, part in stretches]
        return runs[::-1] if is_rtl else runs

    def identity(self, run: Run) -> bytes:
        """Return the digest of the font file of a run: the same file, the same glyphs."""
        path = Path(str(run.font.path))
        found = path.stat()
        return _file_digest(path, found.st_size, found.st_mtime_ns)

    def width(self, text: str, size_px: int, weight: int, figures: bool = False) -> float:
        """Return the advance width of one line of `text` in pixels."""
        return sum(run_length(run, figures) for run in self.runs(text, size_px, weight, figures))

    def _path_for(self, character: str, weight: int, chain: Sequence[Path]) -> Path:
        for path in chain:
            if character.isspace() or ord(character) in coverage(path):
                return path
        name = unicodedata.name(character, "").split(" ")[0].title()
        for family in (f"Noto Sans {name}", *_LAST_RESORT):
            found = find_font(family, weight)
            if found and ord(character) in coverage(found):
                return found
        self.missing.add(f"U+{ord(character):04X}")
        return chain[0]

    def _chain(self, weight: int, figures: bool, is_large: bool) -> list[Path]:
        key = (weight, figures, is_large)
        if key not in self._chains:
            family = self.fonts.figures if figures else self.fonts.text
            own = [self.root / name for name in self.fonts.files]
            named = _own_file(own, family, weight) or find_font(family, weight)
            # a display cut has no tabular figures (Inter Display 4): amounts stay with the text cut
            display = find_font(f"{family} Display", weight) if is_large and named and not figures else None
            rest = [find_font(name, weight) for name in self.fonts.fallback]
            chain = [path for path in (display, named, *rest) if path]
            if not chain:
                hint = "apt-get install fonts-inter fonts-noto-core, or name `fonts.files`"
                raise MissingPartError("R408", f"no font file of the family `{family}` was found", hint=hint)
            self._chains[key] = chain
        return self._chains[key]


def run_length(run: Run, figures: bool) -> float:
    """Return the advance width of a run in pixels."""
    return run.font.getlength(run.text, features=font_features(figures), direction=direction(run))


def font_features(figures: bool) -> list[str] | None:
    """Return the OpenType features: tabular figures where amounts stand."""
    return ["tnum"] if figures and shapes_text() else None


def direction(run: Run) -> str | None:
    """Return the direction that the shaper is told, None where there is no shaper."""
    if not shapes_text():
        return None
    return "rtl" if run.is_rtl else "ltr"


@functools.cache
def shapes_text() -> bool:
    """True if this Pillow shapes text by HarfBuzz (libraqm): Arabic, Devanagari, tabular figures."""
    return bool(features.check("raqm"))


@functools.lru_cache(maxsize=256)
def _file_digest(path: Path, size: int, changed_ns: int) -> bytes:  # noqa: ARG001 - a changed file is another one
    return hashlib.blake2b(path.read_bytes(), digest_size=16).digest()


@functools.cache
def coverage(path: Path) -> frozenset[int]:
    """Return the code points that a font file has."""
    with TTFont(path, lazy=True, fontNumber=0) as font:
        return frozenset(font.getBestCmap() or ())


def find_font(family: str, weight: int) -> Path | None:
    """Return the installed file of `family` closest to `weight`, or None."""
    styles = _installed().get(_plain(family), {})
    return min(styles.items(), key=lambda item: (abs(item[0] - weight), item[0]))[1] if styles else None


def _own_file(files: Sequence[Path], family: str, weight: int) -> Path | None:
    styles = {w: path for path in files for name, w in [_family_of(path)] if name == _plain(family)}
    return min(styles.items(), key=lambda item: abs(item[0] - weight))[1] if styles else None


@functools.cache
def _installed() -> dict[str, dict[int, Path]]:
    found: dict[str, dict[int, Path]] = {}
    for root in _ROOTS:
        for folder, _, names in os.walk(Path(root).expanduser()):
            for name in sorted(names):
                if name.lower().endswith((".otf", ".ttf")):
                    path = Path(folder) / name
                    family, weight = _family_of(path)
                    found.setdefault(family, {}).setdefault(weight, path)
    return found


def _family_of(path: Path) -> tuple[str, int]:
    """Return family and weight as the file's name tells them; italics are a family apart."""
    stem, _, style = path.stem.partition("[")[0].partition("-")
    plain = _plain(style)
    if "italic" in plain or "oblique" in plain:
        return _plain(stem) + "italic", 400
    by_name = {name: weight for weight, name in _WEIGHTS.items()}
    return _plain(stem), by_name.get(plain, 400)


def _plain(name: str) -> str:
    return name.replace(" ", "").replace("-", "").replace("_", "").lower()


def _set_weight(face: ImageFont.FreeTypeFont, weight: int) -> None:
    try:
        axes = face.get_variation_axes()
    except (OSError, NotImplementedError):  # a static font
        return
    values = [
        min(max(weight, axis["minimum"] or 0), axis["maximum"] or 900) if _is_weight(axis["name"]) else axis["default"]
        for axis in axes
    ]
    face.set_variation_by_axes([value or 0 for value in values])


def _is_weight(name: bytes | None) -> bool:
    return (name or b"").lower() == b"weight"


def _joins(character: str) -> bool:
    """True for what belongs to the character before it: marks, joiners, variation selectors, blanks."""
    return unicodedata.category(character) in ("Mn", "Me", "Mc", "Cf") or character == " "


def _loose_blanks(stretches: list[tuple[Path, str]], first: Path) -> Iterator[tuple[Path, str]]:
    """Yield the stretches with the blanks between two of them set apart: they belong to neither's direction."""
    for index, (path, part) in enumerate(stretches):
        words = part.rstrip(" ") if index < len(stretches) - 1 else part
        if words:
            yield path, words
        if words != part:
            yield first, part[len(words) :]


def _base_is_rtl(text: str) -> bool:
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return False
        if kind in ("R", "AL"):
            return True
    return False
