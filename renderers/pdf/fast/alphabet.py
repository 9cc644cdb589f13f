"""What a face makes of the characters of a locale: worked out once a face and set of features, kept for all sizes."""

from __future__ import annotations

from dataclasses import dataclass

import uharfbuzz

from renderers.pdf.fast.fontset import Face
from renderers.pdf.fast.glyphs import glyph_texts
from renderers.pdf.fast.joining import Joining, joining_of, settled
from renderers.pdf.fast.repertoire import characters
from renderers.pdf.fast.scripts import COMMON, language_for, scripts_of

Features = tuple[tuple[str, bool], ...]
# The least common last: they are given up first when they don't settle.
_FIGURES = "0123456789.,\u00a0 \u202f€%/'$£’"


@dataclass(frozen=True, slots=True)
class Alphabet:
    """`known`: the script of each character that is filled. `figures`: glyphs of those that never change."""

    known: dict[str, str]
    nominal: dict[str, int]
    forms: dict[str, frozenset[int]]  # the glyphs that a character may become
    joining: Joining
    barred: frozenset[int]  # glyphs whose distance to a space is not the space's own
    figures: dict[str, int]

    def stands_alone(self, word: str) -> bool:
        """Say whether a word comes out alike whatever stands beyond the spaces around it."""
        forms = [self.forms[character] for character in word]
        return all(map(self.barred.isdisjoint, forms)) and self.joining.stands_alone(forms)


def alphabet_of(face: Face, locale: str, features: Features, language: str) -> Alphabet:
    """Return the alphabet of a face, for texts of one language under these features."""
    key = (locale, features, language)
    found: Alphabet | None = face.alphabets.get(key)
    if found is None:
        found = face.alphabets[key] = _make(face, locale, features, language)
    return found


def _make(face: Face, locale: str, features: Features, language: str) -> Alphabet:
    texts = glyph_texts(face.data, face.metrics.index)
    # A glyph stands for one character only: of others that share it, a copied text would be wrong.
    known = {
        character: script
        for character, script in scripts_of(characters(locale)[-1])
        if (glyph := face.nominal(character)) and texts.get(glyph) == character
    }
    nominal = {character: face.nominal(character) for character in known}
    forms: dict[str, set[int]] = {character: {glyph} for character, glyph in nominal.items()}
    for glyph in face.order:
        if texts.get(glyph) in forms:
            forms[texts[glyph]].add(glyph)
    names = tuple(sorted({*face.features, *(tag for tag, _ in features)}))
    figures = settled(
        face.hb_font, [character for character in _FIGURES if character in known], dict(features), language
    )
    return Alphabet(
        known,
        nominal,
        {character: frozenset(glyphs) for character, glyphs in forms.items()},
        joining_of(face.data, face.metrics.index, names),
        _barred(face, known, dict(features), language),
        figures,
    )


def _barred(face: Face, known: dict[str, str], features: dict[str, bool], language: str) -> frozenset[int]:
    font, barred = face.hb_font, set()
    for script in {*known.values()} - {COMMON} or {COMMON}:
        letters = [character for character, own in known.items() if own in (script, COMMON) and character != " "]
        buffer = uharfbuzz.Buffer()
        buffer.add_str(" " + " ".join(letters) + " ")
        buffer.direction, buffer.script, buffer.language = "ltr", script, language_for(script, language)
        uharfbuzz.shape(font, buffer, features)
        previous = 0
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            if position.x_advance != font.get_glyph_h_advance(info.codepoint) or position.x_offset:
                barred |= {info.codepoint, previous}
            previous = info.codepoint
    space = face.nominal(" ")
    return frozenset(barred - {space})
