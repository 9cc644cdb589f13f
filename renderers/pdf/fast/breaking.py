"""Where lines of one text may end, and where WeasyPrint ends them.

Pango's rules look no further than the letters at both sides of a space: so opportunities are asked from it once a
word and once a pair of letters. Where a decision is too close to call from words' widths, `exact_lines` has
WeasyPrint itself break the text.
"""

from __future__ import annotations

from typing import Any

from weasyprint.text.line_break import split_first_line

from renderers.pdf.fast.pango_text import line_breaks

_KEPT = 16384


class Opportunities:
    """Line break opportunities in one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._inner: dict[str, tuple[int, ...]] = {}
        self._pairs: dict[str, bool] = {}

    def inside(self, word: str) -> tuple[int, ...]:
        """Return where a word without spaces may be broken: indexes of letters that may begin a line."""
        found = self._inner.get(word)
        if found is None:
            if len(self._inner) >= _KEPT:
                self._inner.clear()
            found = self._inner[word] = (
                () if word.isalnum() and word.isascii() else tuple(line_breaks(word, self._language))
            )
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
    style = style.copy()
    style["white_space"] = "normal"
    style["overflow_wrap"] = "anywhere" if breaks_words else "normal"
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
