"""What text a record may hold: control characters are shown as signs, or refused.

HTML, XML and PDF can't carry C0 and C1 controls or noncharacters. In free text (names, addresses,
notes, labels) each is replaced by a visible sign, with a warning: U+2400 and its neighbours for C0
and DEL, U+FFFD for the rest. Line breaks and tabs in one-line texts become a blank. In keys, numbers,
codes and addresses of machines a replacement would change the meaning: there they are refused, as is
half a surrogate pair anywhere.
"""

from __future__ import annotations

import re
from typing import Any

from engine.errors import Problem
from engine.ingest.place import Origins, place_of

# Escapes of JSON that make such a character (or may: a surrogate is mostly half of an emoji).
_ESCAPED = re.compile(r"\\(?:u00[0189]|u007[fF]|u202[89]|u[fF]{2}[fF]|u[fF][dD][dDeE]|u[dD][89a-fA-F]|[bfnrt])")
_BAD = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr((plane << 16) | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_FREE = frozenset({
    "given", "family", "company", "salutation", "lines", "city", "region", "label", "name", "note",
    "tariff", "method", "register_name", "attributes", "owner",
})  # fmt: skip
_BLANKS = "\t\n\r\x0b\x0c\x85\u2028\u2029"
_MANY_LINES = frozenset({"note"})


def is_suspect(json_text: str) -> bool:
    """True unless it is certain, at a glance, that no text in `json_text` holds such a character."""
    has_escape = "\\" in json_text and _ESCAPED.search(json_text) is not None
    return has_escape or not json_text.strip().isprintable()


def clean(record: dict[str, Any], source: str, mode: str, origins: Origins) -> tuple[dict[str, Any], list[Problem]]:
    """Return the record with its control characters shown, and a warning for each text changed.

    Raises `UnfitTextError` for a text that must not be changed, and for any if `mode` is refuse.
    """
    cleaner = _Cleaner(source, mode, origins)
    return cleaner.walk(record, ()), cleaner.warnings


class UnfitTextError(ValueError):
    """A text that can't be shown and must not be changed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _Cleaner:
    def __init__(self, source: str, mode: str, origins: Origins) -> None:
        self._source, self._mode, self._origins = source, mode, origins
        self.warnings: list[Problem] = []

    def walk(self, node: Any, path: tuple[int | str, ...]) -> Any:
        if isinstance(node, str):
            return self._text(node, path) if _BAD.search(node) else node
        if isinstance(node, dict):
            return {self._name(name, path): self.walk(value, (*path, name)) for name, value in node.items()}
        if isinstance(node, list):
            return [self.walk(value, (*path, index)) for index, value in enumerate(node)]
        return node

    def _name(self, name: Any, path: tuple[int | str, ...]) -> Any:
        if isinstance(name, str) and _BAD.search(name):
            place = place_of(path, self._source, self._origins)
            hint = "name the field as in docs/data-model.md"
            raise UnfitTextError(Problem("I114", "a field's name holds a control character", place, hint))
        return name

    def _text(self, text: str, path: tuple[int | str, ...]) -> str:
        names = [step for step in path if isinstance(step, str)]
        has_lines = bool(names) and names[-1] in _MANY_LINES
        if has_lines and not _BAD.search(text.translate(_NO_BREAKS)):
            return text
        found = len(_BAD.findall(text))
        place = place_of(path, self._source, self._origins)
        what = "1 control character" if found == 1 else f"{found} control characters"
        is_free = bool(names) and (names[-1] in _FREE or "attributes" in names)
        if self._mode == "refuse" or not is_free or _SURROGATE.search(text):
            raise UnfitTextError(Problem("I114", f"{what} in the text", place, "remove it in the billing system"))
        fact = f"{what} in the text, shown as a visible sign or a blank"
        self.warnings.append(Problem("I114", fact, place, "remove it in the billing system"))
        return _BAD.sub(lambda match: _sign(match[0], has_lines), text)


_NO_BREAKS = {ord(sign): None for sign in "\t\n\r"}


def _sign(character: str, many_lines: bool) -> str:
    if character in _BLANKS:
        return character if many_lines and character in "\t\n\r" else " "
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"
