"""Which characters a font file holds: those of the locale's bills in every file, more only where one needs them.

A file's fonts come in levels, each holding the one before: 0 what bills of the locale are written with, 1 all of
Latin-1, 2 the other letters of Latin alphabets in Europe, 3 Greek and Cyrillic as well, 4 all that is ever filled.
"""

from __future__ import annotations

from functools import lru_cache

LEVELS = 5

# Of ASCII what isn't for programs only, and the signs of prices, units, dates and sentences. Small: a sign in use that
# isn't here brings the next level to every file.
_BILLS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    " !\"#$%&'()*+,-./:;=?@_\u00a0£§«»°²³·×–—‘’“”„…€−\u2009\u202f\u2011"
)
# Small letters beside a to z of the languages that bills are written in, and of names where they are sent.
_LITHUANIAN = "ąčęėįšųūž"
_LETTERS = {
    "cs": "áčďéěíňóřšťúůýž",
    "da": "æøåé",
    "de": "äöüß",
    "en": "áéíóú",  # of Irish names
    "es": "áéíóúüñ¿¡ªº",
    "et": "äõöüšž",
    "fi": "äöåšž",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "ga": "áéíóú",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "it": "àèéìòù",
    "lt": _LITHUANIAN,
    "lv": "āčēģīķļņšūž",
    "mt": "ċġħżàèìòù",
    "nb": "æøåéòô",
    "nl": "áéëèêïíóöúüĳ",
    "nn": "æøåéòô",
    "no": "æøåéòô",
    "pl": "ąćęłńóśźż",
    "pt": "áàâãçéêíóôõúüªº",
    "ro": "ăâîșțşţ",  # those with a cedilla are in old data
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя№" + _LITHUANIAN,  # of addresses in Lithuania
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšžćđ",
    "sv": "åäöé",
    "tr": "çğışöüâîûİ",
}
_CYRILLIC_LANGUAGES = ("uk", "bg", "sr", "be", "mk")
_GREEK_LANGUAGES = ("el",)

# U+00AD is drawn by line breaking only, never as a glyph here.
_LATIN_1 = (range(0x20, 0x7F), range(0xA0, 0xAD), range(0xAE, 0x100))
_SIGNS = "–—‘’‚“”„•…‰‹›€−≈≤≥×÷\u2009\u202f\u2011№"
_CENTRAL = (range(0x100, 0x180), range(0x218, 0x21C), range(0x1E80, 0x1E86), range(0x2010, 0x2016))
_OTHER_ALPHABETS = (range(0x386, 0x3CF), range(0x400, 0x460), range(0x490, 0x494))
_RARE = (
    range(0x180, 0x300), range(0x370, 0x400), range(0x460, 0x530), range(0x1E00, 0x2000),
    range(0x2007, 0x200B), range(0x2016, 0x2028), range(0x202F, 0x203B), range(0x2070, 0x2090),
    range(0x20A0, 0x20C1), range(0x2100, 0x2194), range(0x2200, 0x2270),
)  # fmt: skip


@lru_cache(maxsize=64)
def characters(language: str) -> tuple[frozenset[str], ...]:
    """Return the characters of each level for a language tag (`it`, `ru-RU`). Each level holds the one before."""
    code = language.replace("_", "-").partition("-")[0].lower()
    base = set(_BILLS)
    if code in _LETTERS:
        base |= {form for letter in _LETTERS[code] for form in (letter, letter.upper()) if len(form) == 1}
    else:
        base |= _of(_LATIN_1)  # of a language that isn't known
    if code in _CYRILLIC_LANGUAGES:
        base |= _of((range(0x400, 0x460), range(0x490, 0x494)))
    if code in _GREEK_LANGUAGES:
        base |= _of((range(0x370, 0x400),))
    levels = [base, base | _of(_LATIN_1) | set(_SIGNS)]
    for ranges in (_CENTRAL, _OTHER_ALPHABETS, _RARE):
        levels.append(levels[-1] | _of(ranges))
    return tuple(frozenset(level) for level in levels)


def _of(ranges: tuple[range, ...]) -> set[str]:
    return {chr(code) for codes in ranges for code in codes}
