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
from engine.ingest.place import field_path

# In the JSON text: raw characters, or escapes that make them. A cheap first look at a whole line.
SUSPECT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff\U0001fffe\U0001ffff]"
    r"|\\u00[0189]|\\u007[fF]|\\u202[89]|\\u[fF]{2}[fF]|\\u[fF][dD][dDeE]|\\u[dD][89a-fA-F]|\\[bfnrt]"
)
_BAD = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr((plane << 16) | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_FREE = frozenset({
    "given", "family", "company", "salutation", "lines", "city", "region", "label", "name", "note",
    "tariff", "method", "register_name", "attributes",
})  # fmt: skip
_BLANKS = "\t\n\r\x0b\x0c\x85\u2028\u2029"
_MANY_LINES = frozenset({"note"})


def clean(record: dict[str, Any], source: str, mode: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return the record with its control characters shown, and a warning for each text changed.

    Raises `UnfitTextError` for a text that must not be changed, and for any if `mode` is refuse.
    """
    warnings: list[Problem] = []
    cleaned = _walk(record, (), source, mode, warnings)
    return cleaned, warnings


class UnfitTextError(ValueError):
    """A text that can't be shown and must not be changed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _walk(node: Any, path: tuple[int | str, ...], source: str, mode: str, warnings: list[Problem]) -> Any:
    if isinstance(node, str):
        return _text(node, path, source, mode, warnings) if _BAD.search(node) else node
    if isinstance(node, dict):
        return {
            _name(name, path, source): _walk(value, (*path, name), source, mode, warnings)
            for name, value in node.items()
        }
    if isinstance(node, list):
        return [_walk(value, (*path, index), source, mode, warnings) for index, value in enumerate(node)]
    return node


def _name(name: str, path: tuple[int | str, ...], source: str) -> str:
    if _BAD.search(name):
        place = f"{source} field `{field_path(path)}`" if path else source
        raise UnfitTextError(
            Problem(
                "I114", "a field's name holds a control character", place, "name the field as in docs/data-model.md"
            )
        )
    return name


def _text(text: str, path: tuple[int | str, ...], source: str, mode: str, warnings: list[Problem]) -> str:
    names = [step for step in path if isinstance(step, str)]
    place = f"{source} field `{field_path(path)}`"
    last = names[-1] if names else ""
    free = last in _FREE or "attributes" in names
    many_lines = last in _MANY_LINES
    if many_lines and not _BAD.search(text.translate(_NO_BLANKS)):
        return text
    found = len(_BAD.findall(text))
    what = (
        f"{found} control character{'s' if found > 1 else ''} or other code{'s' if found > 1 else ''} without a shape"
    )
    if mode == "refuse" or not free or _SURROGATE.search(text):
        hint = "remove it in the billing system" if found == 1 else "remove them in the billing system"
        raise UnfitTextError(Problem("I114", what, place, hint))
    warnings.append(
        Problem("I114", f"{what}, shown as a visible sign or a blank", place, "mend it in the billing system")
    )
    return _BAD.sub(lambda match: _sign(match[0], many_lines), text)


_NO_BLANKS = {ord(sign): None for sign in _BLANKS}


def _sign(character: str, many_lines: bool) -> str:
    if character in _BLANKS:
        return character if many_lines and character in "\t\n\r" else " "
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"
