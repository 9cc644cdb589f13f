"""Where lines of one text may end, and where WeasyPrint ends them.

Pango's rules look no further than the letters at both sides of a space: so opportunities are asked from it once a
word and once a pair of letters. Where a decision is too close to call from words' widths, `exact_lines` has
WeasyPrint itself break the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.inline import iter_line_boxes
from weasyprint.text.line_break import split_first_line

from renderers.pdf.fast.pango_text import line_breaks

_KEPT = 16384
_DIGITS = str.maketrans("123456789", "000000000")


class Opportunities:
    """Line break opportunities in one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._inner: dict[str, tuple[int, ...]] = {}
        self._pairs: dict[str, bool] = {}

    def inside(self, word: str) -> tuple[int, ...]:
        """Return where a word without spaces may be broken: indexes of letters that may begin a line."""
        if word.isascii() and word.isalnum():
            return ()
        word = word.translate(_DIGITS)  # they break alike
        found = self._inner.get(word)
        if found is None:
            if len(self._inner) >= _KEPT:
                self._inner.clear()
            found = self._inner[word] = tuple(line_breaks(word, self._language))
        return found

    def between(self, last: str, first: str) -> bool:
        """Say whether a line may end after `last`, a letter or a letter and a space, and go on with `first`."""
        pair = last + first
        found = self._pairs.get(pair)
        if found is None:
            found = self._pairs[pair] = len(last) in line_breaks(pair, self._language)
        return found


def exact_lines(text: str, style: Any, width: float, *, breaks_words: bool) -> list[str]:
    """Return the lines that WeasyPrint makes of a text with collapsed spaces. Takes a good part of a millisecond."""
    style = _wrapping(style, breaks_words)
    # As WeasyPrint widens the room, so that sums of floats don't break lines.
    room = width * (1 + 1e-9)
    encoded = text.encode()
    lines: list[str] = []
    start = 0
    while True:
        while encoded[start : start + 1] == b" ":
            start += 1
        rest = encoded[start:].decode()
        if not rest:
            return lines
        layout, _, resume_at, _, _, _ = split_first_line(rest, style, None, room, 0, is_line_start=True)
        lines.append(layout.text.rstrip(" "))
        if resume_at is None:
            return lines
        start += resume_at


def exact_mixed_lines(
    texts: Sequence[tuple[int, str, Any]], width: float, *, breaks_words: bool
) -> list[list[tuple[int, str]]]:
    """Return the lines that WeasyPrint makes of texts in several styles: (item, text) by line.

    `texts` are (item, text with collapsed spaces, computed style). Takes some milliseconds.
    """
    styles = [_wrapping(style, breaks_words) for _, _, style in texts]
    children = [boxes.TextBox("p", style, None, text) for style, (_, text, _) in zip(styles, texts, strict=True)]
    for child, (item, _, _) in zip(children, texts, strict=True):
        child.item = item  # copies of a box keep its attributes
    line_box = boxes.LineBox("p", styles[0].copy(), None, children)
    parent = boxes.BlockBox("p", styles[0], None, [])
    parent.width, parent.height, parent.position_x, parent.position_y = width, "auto", 0, 0
    for side in ("top", "right", "bottom", "left"):
        for name in (f"margin_{side}", f"padding_{side}", f"border_{side}_width"):
            setattr(parent, name, 0)
    context = SimpleNamespace(excluded_shapes=[], dictionaries={})
    lines = iter_line_boxes(context, line_box, 0, 0, None, parent, [], [], None, None)
    return [[(box.item, box.text) for box in line.children] for line, _ in lines]


def _wrapping(style: Any, breaks_words: bool) -> Any:
    style = style.copy()
    style["white_space"] = "normal"
    style["overflow_wrap"] = "anywhere" if breaks_words else "normal"
    return style
