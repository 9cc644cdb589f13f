"""@font-face rules for the font files that a campaign brings along."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from fontTools.ttLib import TTFont, TTLibError

from engine.errors import RenderError

_FAMILY_IDS = (16, 1)  # typographic family, else family (OpenType `name` table)
_ITALIC_BIT = 1  # OS/2 fsSelection


def font_faces(root: Path, files: Sequence[str], origin: str) -> str:
    """Return one @font-face rule a file, named by the family that the file itself gives.

    Raises `RenderError` (R105) for a file that is missing, outside of `root` or no font.
    """
    return "\n".join(_font_face(root.resolve(), name, origin) for name in files)


@lru_cache(maxsize=64)
def _font_face(root: Path, name: str, origin: str) -> str:
    path = (root / name).resolve()
    try:
        path.relative_to(root)  # a ValueError says that it lies outside
        with TTFont(path, fontNumber=0, lazy=True) as font:
            names, metrics = font["name"], font["OS/2"]
            family = next(found for id_ in _FAMILY_IDS if (found := names.getDebugName(id_)))
            weight, is_italic = int(metrics.usWeightClass), bool(metrics.fsSelection & _ITALIC_BIT)
    except (OSError, ValueError, KeyError, StopIteration, TTLibError) as error:
        raise RenderError("R105", f"the font file `{name}` can't be read", place="campaign.toml brand.fonts.files",
                          hint="name TTF, OTF or WOFF files inside the campaign folder") from error  # fmt: skip
    safe = "".join(c for c in family if c.isalnum() or c in " -_")
    style = "italic" if is_italic else "normal"
    return (
        f'@font-face {{ font-family: "{safe}"; src: url("{origin}{quote(name)}"); '
        f"font-weight: {weight}; font-style: {style}; }}"
    )
