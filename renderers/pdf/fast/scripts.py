"""The scripts that are filled: Latin, Cyrillic and Greek, and what is common to them. Names as in ISO 15924."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

LATIN, CYRILLIC, GREEK, COMMON = "Latn", "Cyrl", "Grek", "Zyyy"
# Pango takes what stands between them as one: a closing one has the script of the opening one.
PAIRED = frozenset("()<>[]{}«»‘’“”‹›")
_BY_NAME = {"LATIN": LATIN, "CYRILLIC": CYRILLIC, "GREEK": GREEK}
_ALSO_LATIN = "ªº"
_OWN_LANGUAGES = {
    CYRILLIC: ("ru", "uk", "bg", "sr", "be", "mk"),
    GREEK: ("el",),
}  # fmt: skip
_SAMPLES = {LATIN: "en", CYRILLIC: "ru", GREEK: "el"}


@lru_cache(maxsize=16)
def scripts_of(characters: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return each character with its script; marks, controls and other scripts are left out."""
    return tuple(_scripts_of(characters))


def _scripts_of(characters: Iterable[str]) -> Iterator[tuple[str, str]]:
    for character in characters:
        kind = unicodedata.category(character)
        if kind[0] in "MC":
            continue
        first = unicodedata.name(character, "").partition(" ")[0]
        if kind[0] == "L" and kind != "Lm":
            script = LATIN if character in _ALSO_LATIN else _BY_NAME.get(first, "")
            if character in "µΩKÅ":  # signs that Unicode counts with letters
                script = COMMON if character == "µ" else script
            if script:
                yield character, script
        elif kind[0] in "NPSZ":
            yield character, COMMON


@lru_cache(maxsize=256)
def language_for(script: str, language: str) -> str:
    """Return the language that Pango shapes a script in: the text's, or a usual one where it doesn't fit the script."""
    if not language:
        return "und"
    if script == COMMON:
        return language
    code = language.replace("_", "-").partition("-")[0].lower()
    home = next((own for own, codes in _OWN_LANGUAGES.items() if code in codes), LATIN)
    return language if home == script else _SAMPLES[script]
