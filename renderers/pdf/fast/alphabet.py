"""What a face makes of the characters of a locale: worked out once a face and set of features, kept for all sizes."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

import uharfbuzz

from renderers.pdf.fast.font_store import code_of, font_store
from renderers.pdf.fast.fontset import Face, FontSet
from renderers.pdf.fast.glyphs import opened
from renderers.pdf.fast.joining import END, Joining, joining_of, settled
from renderers.pdf.fast.model import TypeStyle, Unfillable
from renderers.pdf.fast.part_store import digest_of
from renderers.pdf.fast.repertoire import characters
from renderers.pdf.fast.scripts import COMMON, CYRILLIC, GREEK, LATIN, language_for, scripts_of

Features = tuple[tuple[str, bool], ...]
# Languages that fonts name by one tag, which leads back to the language. Others are always told apart.
_OF_ONE_TAG = frozenset({
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "is", "it", "lt", "lv", "mk", "mt",
    "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk",
})  # fmt: skip
_KEPT = 64
_UNITS: Final = 1024  # of Pango in a px
_FIRST: Final = 16  # glyphs of a text by which it is told apart from others soonest
_MADE_BY = ("alphabet", "contexts", "glyphs", "joining", "scripts")
# The least common last: they are given up first when they don't settle.
_FIGURES = "0123456789.,\u00a0 \u202f€%/'$£’"


@lru_cache(maxsize=64)
def _one_of(characters: frozenset[str]) -> frozenset[str]:
    """Return the first of equal sets: alphabets share theirs, of up to 130 kB each."""
    return characters


@dataclass(frozen=True, slots=True)
class Alphabet:
    """`known`: the script of each character that is filled. `figures`: glyphs of those that never change."""

    known: dict[str, str]
    forms: dict[str, frozenset[int]]  # the glyphs that a character may become
    joining: Joining
    barred: frozenset[int]  # glyphs whose distance to a space is not the space's own
    figures: dict[str, int]
    digits: dict[str, int]  # those that may stand for one another without any change beside them, with their glyphs
    inert: frozenset[str]  # characters that come out alike whatever stands beyond a space
    latin: frozenset[str] = field(init=False, compare=False)  # of the known, what is Latin or common
    letters: frozenset[str] = field(init=False, compare=False)  # of the known, what is not common

    def __post_init__(self) -> None:
        """Sort the known characters, once for all sizes and locales."""
        known = self.known.items()
        latin = frozenset([character for character, script in known if script in (LATIN, COMMON)])
        object.__setattr__(self, "latin", _one_of(latin))
        letters = frozenset([character for character, script in known if script != COMMON])
        object.__setattr__(self, "letters", _one_of(letters))

    def stands_alone(self, word: str, before: str | None = None, after: str | None = None) -> bool:
        """Say whether a word comes out as by itself beside these words; None: beside any.

        An empty word is the end of the text.
        """
        if self.inert.issuperset(word):
            return True
        own = self._forms_of(word)
        if not all(map(self.barred.isdisjoint, own)):
            return False
        left = [*self._forms_of(before), *self._space] if before else ([END] if before == "" else self._space)
        right = [*self._space, *self._forms_of(after)] if after else ([END] if after == "" else self._space)
        return self.joining.stands_alone(left, own, right)

    def _forms_of(self, word: str) -> list[frozenset[int]]:
        return [self.forms[character] for character in word]

    @property
    def _space(self) -> list[frozenset[int]]:
        return [self.forms[" "]]


# Of all locales of the process: most languages come out alike, and each alphabet takes a tenth of a second.
_made: dict[tuple[object, ...], Alphabet] = {}


def alphabet_of(face: Face, locale: str, features: Features, language: str) -> Alphabet:
    """Return the alphabet of a face, for texts of one language under these features."""
    key = (locale, features, language)
    found: Alphabet | None = face.alphabets.get(key)
    if found is None:
        letters = characters(locale)[-1]
        told_apart = _told_apart(face, language)
        shared = (face.digest, face.metrics.index, face.features, letters, features, told_apart)
        if shared not in _made:
            if len(_made) >= _KEPT:
                _made.clear()
            _made[shared] = _stored(face, letters, features, told_apart)
        found = face.alphabets[key] = _made[shared]
    return found


def make_alphabets(styles: Iterable[TypeStyle], fonts: FontSet) -> None:
    """Have the alphabets of these styles made, but for those that other processes are making just now.

    Workers that begin together need the same ones: so none waits while there is another one to make.
    """
    asked: dict[tuple[Face, Features, str], int] = {}  # and how many of its face come before
    for style in styles:
        face = fonts.faces.get(style.font)
        if face is None:  # another locale's, which gets another font
            continue
        key = face, features_of(style), style.language
        if key not in asked:
            asked[key] = sum(1 for other, _, _ in asked if other is face)
    for face, features, language in sorted(asked, key=lambda key: asked[key]):
        if not _is_made_elsewhere(face, fonts.language, features, language):
            with suppress(Unfillable):  # who needs it is told
                alphabet_of(face, fonts.language, features, language)


def _is_made_elsewhere(face: Face, locale: str, features: Features, language: str) -> bool:
    if face.cache is None or (locale, features, language) in face.alphabets:
        return False
    name = _name(face, characters(locale)[-1], features, _told_apart(face, language))
    return font_store(face.cache).is_taken(name)


def features_of(style: TypeStyle) -> Features:
    """Return the features that texts of a style are shaped with. Letters that are spaced are never joined."""
    features = {tag: bool(value) for tag, value in style.features}
    if int(style.letter_spacing * _UNITS):
        features.update(dict.fromkeys(("liga", "clig", "dlig"), False))
    return tuple(sorted(features.items()))


def _stored(face: Face, letters: frozenset[str], features: Features, language: str) -> Alphabet:
    """Return an alphabet from the face's cache, made now if it isn't there."""
    if face.cache is None:
        return _make(face, letters, features, language)
    store = font_store(face.cache)
    key = _name(face, letters, features, language)
    found = unpacked(store.get(key))
    if found is None:
        with store.turn([key]):  # another process may be at it
            found = unpacked(store.get(key))
            if found is None:
                found = _make(face, letters, features, language)
                store.put(key, packed(found))
    return found


def _name(face: Face, letters: frozenset[str], features: Features, language: str) -> str:
    return digest_of(
        str(face.digest), str(face.metrics.index), "".join(sorted(letters)), repr(features), language,
        ",".join(face.features), uharfbuzz.version_string(), code_of(*_MADE_BY),
    )  # fmt: skip


def packed(alphabet: Alphabet) -> bytes:
    """Return an alphabet as bytes: no classes, only what Python itself is made of."""
    joining = vars(alphabet.joining)
    own = {kind.name: getattr(alphabet, kind.name) for kind in fields(alphabet) if kind.init and kind.name != "joining"}
    return pickle.dumps((own, joining), protocol=5)


def unpacked(data: bytes | None) -> Alphabet | None:
    """Return the alphabet in these bytes, None where there is none."""
    if data is None:
        return None
    try:
        own, rules = _Unpickler(BytesIO(data)).load()
        joining = Joining.__new__(Joining)
        vars(joining).update(rules)
        return Alphabet(joining=joining, **own)
    except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, IndexError, KeyError):
        return None


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"an alphabet names {module}.{name}, and has no classes")


def _told_apart(face: Face, language: str) -> str:
    """Return the language where the face may have forms of its own for it, else nothing: all others come out alike."""
    code = language.replace("_", "-").partition("-")[0].lower()
    asked = {code, *(language_for(script, language).partition("-")[0] for script in (LATIN, CYRILLIC, GREEK))}
    return "" if asked <= _OF_ONE_TAG and asked.isdisjoint(_languages(face)) else language


def _languages(face: Face) -> set[str]:
    """Return the codes of the languages that a face names in its tables."""
    hb_face = face.hb_font.face
    found: set[str] = set()
    for table in ("GSUB", "GPOS"):
        for script in range(len(hb_face.get_table_script_tags(table))):
            tags = hb_face.get_script_language_tags(table, script)
            found.update(uharfbuzz.ot_tag_to_language(tag).partition("-")[0] for tag in tags)
    return found


def _make(face: Face, letters: frozenset[str], features: Features, language: str) -> Alphabet:
    font = opened(face.data, face.metrics.index)  # held, so that both who read it read the same
    texts = face.texts
    # A glyph stands for one character only: of others that share it, a copied text would be wrong.
    known = {
        character: script
        for character, script in scripts_of(letters)
        if (glyph := face.nominal(character)) and texts.get(glyph) == character
    }
    forms: dict[str, set[int]] = {character: {face.nominal(character)} for character in known}
    for glyph in face.order:
        if texts.get(glyph) in forms:
            forms[texts[glyph]].add(glyph)
    names = tuple(sorted({*face.features, *(tag for tag, _ in features)}))
    figures = settled(
        face.hb_font, [character for character in _FIGURES if character in known], dict(features), language
    )
    joining = joining_of(face.data, face.metrics.index, names)
    del font
    barred = _barred(face, known, dict(features), language)
    changing = barred.union(joining.rules)
    return Alphabet(
        known,
        {character: frozenset(glyphs) for character, glyphs in forms.items()},
        joining,
        barred,
        figures,
        _digits(face, known, dict(features), language) if joining.are_digits_alike else {},
        frozenset(character for character, glyphs in forms.items() if changing.isdisjoint(glyphs)),
    )


def _digits(face: Face, known: dict[str, str], features: dict[str, bool], language: str) -> dict[str, int]:
    """Return the digits that come out like a zero, as wide and whatever stands beside them, with their glyphs.

    Not all of them in every font: the tabular four of Inter is a little narrower in bold.
    """
    every = "0123456789"
    if not known.keys() >= set(every):
        return {}
    glyphs = [info.codepoint for info in _shaped(face, every, features, language)[0]]
    alike: dict[str, int] = {}
    any_digit = dict.fromkeys(glyphs, -1)
    wanted: tuple[list[int], list[Any]] | None = None
    for digit, own in zip(every, glyphs, strict=False):
        infos, positions = _shaped(
            face, digit + "".join([character + digit for character in known]), features, language
        )
        # Most that differ do so in the first place: no need to take down all others.
        if wanted and [position.position for position in positions[:_FIRST]] != wanted[1][:_FIRST]:
            continue
        codes = [info.codepoint for info in infos]
        found = [any_digit.get(code, code) for code in codes], [position.position for position in positions]
        wanted = wanted or found
        # Beside other digits: where they stand, their own widths count, which are the same in each of the texts.
        if found == wanted:
            alike[digit] = own
    return alike


def _shaped(face: Face, text: str, features: dict[str, bool], language: str) -> tuple[Any, Any]:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.direction, buffer.script, buffer.language = "ltr", LATIN, language or "und"
    uharfbuzz.shape(face.hb_font, buffer, features)
    return buffer.glyph_infos, buffer.glyph_positions


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
