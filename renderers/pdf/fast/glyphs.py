"""Which glyphs a repertoire can come out as, and which characters a glyph stands for."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from typing import Any
from weakref import WeakValueDictionary

import uharfbuzz
from fontTools.ttLib import TTFont

_PRIVATE = range(0xE000, 0xF900)
_PHONETIC = range(0x250, 0x370)
_SINGLE, _ALTERNATE, _LIGATURE, _EXTENSION = 1, 3, 4, 7


def glyphs_of(face: uharfbuzz.Face, letters: Iterable[str], features: Iterable[str]) -> frozenset[int]:
    """Return the glyphs that characters and their substitutions can come out as."""
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, letters))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(int.from_bytes(tag.encode().ljust(4), "big") for tag in features)
    return frozenset(uharfbuzz.SubsetPlan(face, wanted).old_to_new_glyph_mapping)


class Opened:
    """A font to be read, with what was read of it so far, as long as somebody holds this."""

    def __init__(self, data: bytes, index: int) -> None:
        self.font = TTFont(BytesIO(data), fontNumber=index, lazy=True)

    def __del__(self) -> None:
        """Let go of the tables: they and their font hold each other, some 10,000 objects."""
        with suppress(AttributeError):  # it could not be opened
            self.font.tables.clear()


_opened: WeakValueDictionary[tuple[bytes, int], Opened] = WeakValueDictionary()


def opened(data: bytes, index: int) -> Opened:
    """Return a font to be read. It is given up where nobody holds it."""
    found = _opened.get((data, index))
    if found is None:
        found = _opened[data, index] = Opened(data, index)
    return found


@lru_cache(maxsize=64)
def glyph_texts(data: bytes, index: int) -> dict[int, str]:
    """Return the characters that each glyph stands for, through substitutions: what copying a text gives."""
    held = opened(data, index)
    font = held.font
    numbers = font.getReverseGlyphMap()
    # Of letters that share a glyph, a phonetic one comes last: ɩ looks like the Greek iota.
    cmap = sorted(font.getBestCmap().items(), key=lambda entry: (entry[0] in _PHONETIC, entry[0]))
    texts: dict[str, str] = {}
    for code, name in cmap:
        if code not in _PRIVATE:
            texts.setdefault(name, chr(code))
    steps = list(_substitutions(font)) if "GSUB" in font else []
    is_growing = True
    while is_growing:
        is_growing = False
        for sources, target in steps:
            if target not in texts and all(source in texts for source in sources):
                texts[target] = "".join(texts[source] for source in sources)
                is_growing = True
    for code, name in cmap:  # what fonts name alternates by, where nothing tells what they stand for
        texts.setdefault(name, chr(code))
    return {numbers[name]: text for name, text in texts.items()}


def _substitutions(font: Any) -> Iterable[tuple[tuple[str, ...], str]]:
    """Yield (glyphs, glyph) for each substitution that keeps or joins characters.

    Of all lookups, since contexts call some that no feature names.
    """
    lookups = font["GSUB"].table.LookupList
    for lookup in lookups.Lookup if lookups else ():
        for subtable in lookup.SubTable:
            inner = subtable.ExtSubTable if subtable.LookupType == _EXTENSION else subtable
            if inner.LookupType == _SINGLE:
                yield from (((source,), target) for source, target in inner.mapping.items())
            elif inner.LookupType == _ALTERNATE:
                for source, targets in inner.alternates.items():
                    yield from (((source,), target) for target in targets)
            elif inner.LookupType == _LIGATURE:
                for source, ligatures in inner.ligatures.items():
                    yield from (((source, *found.Component), found.LigGlyph) for found in ligatures)
