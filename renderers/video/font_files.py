"""Font files by family and weight, and which characters each has."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from pathlib import Path

_ROOTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
          "/Library/Fonts", "C:/Windows/Fonts")  # fmt: skip
_WEIGHTS = {
    100: "thin", 200: "extralight", 300: "light", 400: "regular", 500: "medium",
    600: "semibold", 700: "bold", 800: "extrabold", 900: "black",
}  # fmt: skip


def find_font(family: str, weight: int) -> Path | None:
    """Return the installed file of `family` closest to `weight`, or None."""
    styles = _installed().get(_plain(family), {})
    return min(styles.items(), key=lambda item: (abs(item[0] - weight), item[0]))[1] if styles else None


def own_font(files: Sequence[Path], family: str, weight: int) -> Path | None:
    """Return the file of `family` closest to `weight` among a campaign's own, or None."""
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
