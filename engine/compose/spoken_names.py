"""Names as a voice can say them: without marks that it would read out, in its own script, not in capitals."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_AND: Final = {"en": "and", "it": "e", "fr": "et", "ro": "și", "lt": "ir", "ru": "и"}
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS: Final = frozenset("AEIOUYÀÁÂÃÄÅÆÈÉÊËÌÍÎÏÒÓÔÕÖØŒÙÚÛÜÝĂĄĘĖĮŲŪАЕЁИОУЫЭЮЯΑΕΗΙΟΥΩ")
# What joins words is a short break to a voice; what else is no letter would be read out by its name.
_JOINS: Final = re.compile(r"[-‐‑‒–—/_.,;:+*|\\()\[\]{}<>#@=~^\"“”«»„`´]+")
_CYRILLIC: Final = dict(zip(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
    ("a", "b", "v", "g", "d", "e", "yo", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f",
     "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya", "i", "yi", "ye", "g"),
    strict=True,
))  # fmt: skip
_GREEK: Final = dict(zip(
    "αβγδεζηθικλμνξοπρσςτυφχψω",
    ("a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "s", "t", "y", "f",
     "ch", "ps", "o"),
    strict=True,
))  # fmt: skip
_GREEK_PAIRS: Final = (("ου", "ou"), ("ευ", "ef"), ("αυ", "af"), ("μπ", "b"), ("ντ", "d"), ("γκ", "g"), ("γγ", "ng"))


@lru_cache(maxsize=4096)
def sayable(name: str, language: str) -> str:
    """Return a name as the voice of `language` can say it; a name that it can't say at all stays as it is.

    Of a name in two scripts the words in the voice's own: `Yosef יוסף` is said as Yosef. One in Cyrillic or Greek
    letters is said in Latin ones where the voice reads those. Hyphens, dots of initials, brackets and marks go,
    `&` becomes and, and a word in capitals is no longer spelled: MARIA D'ANGELO is said as Maria D'Angelo.
    """
    own = "CYRILLIC" if language == "ru" else "LATIN"
    said = _JOINS.sub(" ", unicodedata.normalize("NFC", name))
    said = said.replace("&", f" {_AND.get(language, 'and')} ")
    words = said.split()
    mine = [word for word in words if _script(word) == own]
    if mine and len(mine) < len(words):
        words = [word for word in words if _script(word) in (own, "")]
    elif not mine and own == "LATIN":
        words = [_in_latin(word) for word in words]
    shown = " ".join(_WORD.sub(lambda found: _not_in_capitals(found[0]), word) for word in words)
    return shown or name


def _script(word: str) -> str:
    """Return the script of a word by its first letter; empty for one without letters."""
    letter = next((character for character in word if character.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""


def _not_in_capitals(word: str) -> str:
    """Return a word as a name is written; one without vowels, or a single letter, is spelled and stays."""
    if len(word) < 2 or not word.isupper() or not _VOWELS.intersection(unicodedata.normalize("NFC", word)):
        return word
    return re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), word)


def _in_latin(word: str) -> str:
    """Return a word in Cyrillic or Greek letters in Latin ones; what is neither stays."""
    plain = word.lower()
    if _script(word) == "GREEK":
        plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
        for pair, latin in _GREEK_PAIRS:
            plain = plain.replace(pair, latin)
        made = "".join(_GREEK.get(character, character) for character in plain)
    elif _script(word) == "CYRILLIC":
        made = "".join(_CYRILLIC.get(character, character) for character in plain)
    else:
        return word
    return made.capitalize()
