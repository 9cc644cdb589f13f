"""Which characters of a face come out alike whatever stands beside them: what lets texts be put together by word.

A word may be shaped by itself when nothing in it can change with what stands beyond the spaces around it: no pair
with a space is kerned, and no contextual rule that knows the space replaces one of its glyphs. Figures go further:
their glyphs never change beside each other, so a number is a table look-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import uharfbuzz

from renderers.pdf.fast.contexts import TYPES, ContextRule, context_rules, subtables
from renderers.pdf.fast.glyphs import opened

# What has to stand before and after a glyph for a rule to apply to it, the nearest first.
Rule = tuple[tuple[frozenset[int], ...], tuple[frozenset[int], ...]]
# For each character all glyphs that it may have become.
Forms = Sequence[frozenset[int]]
END: frozenset[int] = frozenset()  # no glyph: where a text ends


class Joining:
    """What is known about one face under some features."""

    def __init__(self, data: bytes, index: int, features: Iterable[str]) -> None:
        self.rules: dict[int, list[Rule]] = {}
        self._sets: dict[frozenset[int], frozenset[int]] = {}  # each of them once
        self.are_digits_alike = True  # False: a contextual rule tells them apart
        self.is_splittable = True  # False: the face has no space
        self.are_scripts_alike = True  # False: a number may come out otherwise beside Cyrillic than beside Latin
        held = opened(data, index)
        font = held.font
        wanted, names = set(features), font.getGlyphOrder()
        numbers = font.getReverseGlyphMap()
        space = font.getBestCmap().get(0x20)
        if space is None:
            self.is_splittable = False
            return
        known: dict[frozenset[str], frozenset[int]] = {}  # numbers of named glyphs: most rules look at the same few
        for tag in TYPES:
            if tag in font and font[tag].table.LookupList:
                table = font[tag].table
                self.are_scripts_alike &= _alike(table, wanted)
                digits = _digit_families(font.getBestCmap(), table, tag, wanted)
                self.are_digits_alike &= bool(digits)
                for rule in context_rules(table, tag, wanted, names):
                    self._note(rule, space, numbers, known)
                    sets = (*rule.before, *rule.inputs, *rule.after)
                    self.are_digits_alike &= all(
                        family <= glyphs or family.isdisjoint(glyphs) for family in digits for glyphs in sets
                    )

    def _note(
        self, rule: ContextRule, space: str, numbers: Mapping[str, int], known: dict[frozenset[str], frozenset[int]]
    ) -> None:
        """Keep a rule when the space stands somewhere in it."""
        names = (*rule.before, *rule.inputs, *rule.after)
        if not any(space in glyphs for glyphs in names):
            return
        for glyphs in names:
            if glyphs not in known:
                known[glyphs] = frozenset([numbers[name] for name in glyphs])
        sets = [self._sets.setdefault(glyphs, glyphs) for glyphs in map(known.__getitem__, names)]
        for offset in range(len(rule.inputs)):
            place = len(rule.before) + offset
            kept: Rule = (tuple(reversed(sets[:place])), tuple(sets[place + 1 :]))
            for glyph in sets[place]:
                self.rules.setdefault(glyph, []).append(kept)

    def stands_alone(self, left: Forms, word: Forms, right: Forms) -> bool:
        """Say whether a word comes out as by itself. The forms of what stands before and after it end in what is
        not known, but for `END`, which says that nothing more stands there.
        """
        rules = self.rules
        for place, forms in enumerate(word):
            for form in forms:
                for before, after in rules.get(form, ()):
                    if len(before) <= place and len(after) < len(word) - place:
                        continue  # it sees nothing of what stands outside
                    if _may_match(before, [*word[:place][::-1], *left[::-1]]) and _may_match(
                        after, [*word[place + 1 :], *right]
                    ):
                        return False
        return True


def _may_match(wanted: Sequence[frozenset[int]], beside: Forms) -> bool:
    return not any(allowed.isdisjoint(forms) for allowed, forms in zip(wanted, beside, strict=False))


@lru_cache(maxsize=64)
def joining_of(data: bytes, index: int, features: tuple[str, ...]) -> Joining:
    """Return what is known about a face, read once."""
    return Joining(data, index, features)


def _alike(table: Any, features: set[str]) -> bool:
    """Say whether all scripts share their lookups, but for the forms of a language."""
    seen = set()
    for record in table.ScriptList.ScriptRecord:
        if record.ScriptTag in ("DFLT", "latn", "cyrl", "grek") and record.Script.DefaultLangSys:
            named = [table.FeatureList.FeatureRecord[number] for number in record.Script.DefaultLangSys.FeatureIndex]
            seen.add(
                frozenset(
                    number
                    for feature in named
                    if feature.FeatureTag in features - {"locl"}
                    for number in feature.Feature.LookupListIndex
                )
            )
    return len(seen) <= 1


def _digit_families(cmap: Mapping[int, str], table: Any, tag: str, features: set[str]) -> list[frozenset[str]]:
    """Return sets of ten glyphs: the digits, and what single substitutions make of all of them.

    None where a substitution takes some of them only.
    """
    first = [cmap.get(code, "") for code in range(0x30, 0x3A)]
    families = [first]
    if tag == "GSUB":
        for subtable in subtables(table, tag, features):
            mapping = getattr(subtable, "mapping", None) or {}
            for family in list(families):
                mapped = [mapping[name] for name in family if name in mapping]
                if mapped and len(set(mapped)) != len(family):
                    return []
                if mapped and mapped not in families:
                    families.append(mapped)
    return [frozenset(family) for family in families]


@lru_cache(maxsize=16)
def triples(characters: tuple[str, ...]) -> str:
    """Return a text in which each three of the characters stand side by side somewhere (a de Bruijn sequence)."""
    count = len(characters)
    out: list[int] = []
    word = [0] * (count * 3 + 1)

    def extend(length: int, period: int) -> None:
        if length > 3:
            if 3 % period == 0:
                out.extend(word[1 : period + 1])
            return
        word[length] = word[length - period]
        extend(length + 1, period)
        for digit in range(word[length - period] + 1, count):
            word[length] = digit
            extend(length + 1, length)

    extend(1, 1)
    text = "".join(characters[number] for number in out)
    return text + text[:2]


def settled(
    font: uharfbuzz.Font, characters: Sequence[str], features: Mapping[str, bool], language: str
) -> dict[str, int]:
    """Return the characters that keep their glyph and advance beside each other, with that glyph.

    Proven by shaping each three of them side by side. Features that replace a glyph everywhere (tabular
    figures) are no change.
    """
    left = list(characters)
    while left:
        text = triples(tuple(left))
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.direction, buffer.script, buffer.language = "ltr", "Zyyy", language or "und"
        uharfbuzz.shape(font, buffer, dict(features))
        glyphs = [info.codepoint for info in buffer.glyph_infos]
        if len(glyphs) != len(text):
            return {}
        found: dict[str, int] = {}
        for character, glyph in zip(text, glyphs, strict=True):
            if character not in found:
                found[character] = glyph
        own = {glyph: font.get_glyph_h_advance(glyph) for glyph in set(glyphs)}
        advances = [position.x_advance for position in buffer.glyph_positions]
        offsets = [position.x_offset for position in buffer.glyph_positions]
        unsettled = {
            character
            for character, glyph, advance, offset in zip(text, glyphs, advances, offsets, strict=True)
            if found[character] != glyph or advance != own[glyph] or offset
        }
        if not unsettled:
            return found
        # One at a time: with it gone, the others may hold. The least common goes first.
        left.remove(max(unsettled, key=left.index))
    return {}
