"""Labels of charts, set letter by letter as WeasyPrint does in SVG: nothing is kerned or joined."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final, TypeVar

from weasyprint.css.properties import INITIAL_VALUES

from engine.natives import native
from engine.templating.brand import BrandTokens
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.shaping import Shaper
from renderers.pdf.fast.type_style import type_style

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_NOMINAL: Final = 100.0  # px: the size at which letters are measured
_KEPT: Final = 1024
_kernel = native(__name__, "letters_kernel")
_PIECES = re.compile(rb"<([0-9a-f]*)>|(-?[0-9.]+)")


class Letters:
    """Sets labels in one weight."""

    def __init__(self, brand: BrandTokens, fonts: FontSet, weight: int) -> None:
        self._families = [name.strip("\"'") for name in str(brand.font_text).split(",")]
        self._fonts, self._weight = fonts, weight
        self._shaper: Shaper | None = None
        self._set: dict[str, tuple[float, bytes]] = {}
        self._alphabet: Any = _kernel.Alphabet() if _kernel else None
        self.known: dict[str, tuple[float, str, float]] = {}
        self.font = b""

    def name(self) -> str:
        """Return the name of the font. Raises `Unfillable`."""
        if self._shaper is None:
            self._start()
        return self.font.decode()

    def set(self, text: str) -> tuple[float, bytes]:
        """Return the width in em and the TJ array, empty where nothing is drawn. Raises `Unfillable`."""
        made: tuple[float, bytes] | None = self._alphabet.set(text, self) if self._alphabet else None
        return self._found(text) if made is None else made

    def piece(self, letter: str) -> tuple[float, str, float]:
        """Return how far a letter reaches in em, its glyph in a TJ array, and how far a viewer moves on.

        Kept in `known` unless it needs a larger subset. Raises `Unfillable`.
        """
        return self.known.get(letter) or self._letter(letter)

    def _found(self, text: str) -> tuple[float, bytes]:
        """Return what the kernel does, where there is none or it declines."""
        found = self._set.get(text)
        if found is not None:
            return found
        asked = self._fonts.asked
        found = self._made(_collapsed(text))
        if asked == self._fonts.asked:  # else a larger subset has to be asked for each time
            keep(self._set, text, found)
        return found

    def _made(self, text: str) -> tuple[float, bytes]:
        out = []
        ems = lag = 0.0
        for letter in text:
            width, glyphs, moved = self.piece(letter)
            ems += width
            lag += width
            if glyphs:
                if abs(late := lag - width) > 0.0005:  # where the letter should stand from where a viewer stands
                    out.append(f"{-late * 1000:.1f}")
                    lag -= round(late * 1000, 1) / 1000
                out.append(glyphs)
                lag -= moved
        whole = "".join(out).replace("><", "")
        return ems, f"[{whole}]".encode() if whole else b""

    def _letter(self, letter: str) -> tuple[float, str, float]:
        if unicodedata.combining(letter):
            raise Unfillable("a combining mark")
        shaper = self._shaper or self._start()
        asked = self._fonts.asked
        width, array = shaper.shape(letter)
        if b"TJ" in array:
            raise Unfillable("a label of a chart needs another font")
        if letter.isspace():  # WeasyPrint leaves a gap
            made = width / _NOMINAL, "", 0.0
        else:
            made = width / _NOMINAL, array[1:-1].decode().replace("><", ""), self._moved(array)
        if asked == self._fonts.asked:
            self.known[letter] = made
        return made

    def _moved(self, glyphs: bytes) -> float:
        widths = self._fonts.faces[self.font.decode()].widths
        moved = 0.0
        for code, kern in _PIECES.findall(glyphs):
            moved += sum(widths[int(code[at : at + 4], 16)] for at in range(0, len(code), 4)) if code else -float(kern)
        return moved / 1000

    def _start(self) -> Shaper:
        style = _LabelStyle(INITIAL_VALUES)
        style.font_config = next(iter(self._fonts.styles.values())).font_config
        style |= {"font_family": self._families, "font_weight": self._weight, "font_size": _NOMINAL}
        found = type_style(style, self._fonts)
        self.font = found.font.encode()
        self._shaper = Shaper(found, self._fonts)
        return self._shaper


class _LabelStyle(dict[str, Any]):
    """The style of SVG text, as WeasyPrint's svg/text.py has it: nothing of the page's."""

    font_config: Any = None

    def copy(self) -> _LabelStyle:
        """Return a copy with the same fonts."""
        made = _LabelStyle(self)
        made.font_config = self.font_config
        return made


def _collapsed(text: str) -> str:
    """Return a label's text with its white space as SVG takes it."""
    return re.sub(" +", " ", re.sub("[\n\r]", "", text).replace("\t", " ")).strip(" ")


def keep(store: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Keep what is worth it; a full store begins anew."""
    if len(store) >= _KEPT:
        store.clear()
    store[key] = value
