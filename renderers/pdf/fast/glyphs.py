"""Which glyphs a repertoire can come out as, and which characters a glyph stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any

import uharfbuzz
from fontTools.ttLib import TTFont

_PRIVATE = range(0xE000, 0xF900)
_PHONETIC = range(0x250, 0x370)
_SINGLE, _ALTERNATE, _LIGATURE, _EXTENSION = 1, 3, 4, 7


def glyphs_by_level(
    face: uharfbuzz.Face, levels: Sequence[frozenset[str]], features: Iterable[str]
) -> tuple[frozenset[int], ...]:
    """Return for each set of characters the glyphs that they and their substitutions can come out as."""
    tags = [int.from_bytes(tag.encode().ljust(4), "big") for tag in features]
    found: list[frozenset[int]] = []
    for characters in levels:
        wanted = uharfbuzz.SubsetInput()
        wanted.unicode_set.update(ord(character) for character in characters)
        wanted.layout_feature_tag_set.clear()
        wanted.layout_feature_tag_set.update(tags)
        found.append(frozenset(uharfbuzz.SubsetPlan(face, wanted).old_to_new_glyph_mapping))
    return tuple(found)


@lru_cache(maxsize=64)
def glyph_texts(data: bytes, index: int) -> dict[int, str]:
    """Return the characters that each glyph stands for, through substitutions: what copying a text gives."""
    with TTFont(BytesIO(data), fontNumber=index, lazy=True) as font:
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
