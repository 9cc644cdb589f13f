"""Running text in a box of fixed width: its lines for one customer, as WeasyPrint breaks them.

    leaf = Leaf(items, width, fonts, wraps=True, clips=False, breaks_words=True)
    lines = leaf.set(slots)

Texts come raw; spaces are collapsed here as `white-space: normal` does it, across items. Lines start at x = 0: who
places them aligns them by their width. `Lines.structure` is the count of lines where the leaf is one run, else the
items that are seen on each line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from renderers.pdf.fast.breaking import Opportunities, exact_lines
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import (
    AtomItem,
    BreakItem,
    LeafItem,
    Line,
    RunItem,
    Segment,
    SlotValue,
    Template,
    Unfillable,
)
from renderers.pdf.fast.shaping import Shaper, shaper_of
from renderers.pdf.fast.type_style import type_style
from renderers.pdf.fast.units import Unit, fill_lines, units_of

_SPACES = re.compile(r"[ \t\n\r]+")
_UNEVEN = re.compile(r"[\t\n\r]|  |^ | $")
_SURE: Final = 0.004  # px
_KEPT: Final = 512  # texts of a leaf whose lines are kept
_ATOM = "\u2e80"  # atoms break lines as ideographs do (CSS Text 3, 5.1)


@dataclass(slots=True)
class SetLines:
    """The lines of a leaf for one customer."""

    lines: Sequence[Line]
    structure: int | tuple[tuple[int, ...], ...]


@dataclass(slots=True)
class _Piece:
    """An item of a paragraph: text with collapsed spaces, or an atom."""

    item: int
    text: str
    shaper: Shaper | None
    width: float = 0.0  # of an atom


class Leaf:
    """See the module. `wraps` is false for `white-space: nowrap`, `clips` true where overflow is hidden."""

    def __init__(
        self,
        items: Sequence[LeafItem],
        width: float,
        fonts: FontSet,
        *,
        wraps: bool = True,
        clips: bool = False,
        breaks_words: bool = True,
    ) -> None:
        self.items = tuple(items)
        self.width = width
        self._fonts = fonts
        self._wraps, self._clips, self._breaks_words = wraps, clips, breaks_words
        self._shapers = [shaper_of(item.style, fonts) if isinstance(item, RunItem) else None for item in self.items]
        self._is_one = len(self.items) == 1 and isinstance(self.items[0], RunItem)
        self._one: Template = self.items[0].text if isinstance(self.items[0], RunItem) and self._is_one else ()
        self._slot = self._one[0] if len(self._one) == 1 and isinstance(self._one[0], int) else None
        self._kept: dict[object, SetLines] = {}

    def set(self, slots: Sequence[SlotValue]) -> SetLines:
        """Return the lines for these slots. Raises `Unfillable`."""
        key: object
        if self._slot is not None:
            key = slots[self._slot]
        elif self._is_one:
            key = _text(self._one, slots)
        else:
            key = tuple([_text(item.text, slots) for item in self.items if isinstance(item, RunItem)])
        found = self._kept.get(key)
        if found is not None:
            return found
        asked = self._fonts.asked
        if isinstance(key, str):
            found = self._set_one(key)
        else:
            assert isinstance(key, tuple)
            found = self._set_many(key)
        if asked == self._fonts.asked:  # else the text has to ask for its letters in each file
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = found
        return found

    def _set_one(self, text: str) -> SetLines:
        shaper = self._shapers[0]
        assert shaper is not None
        if _UNEVEN.search(text):
            text = _SPACES.sub(" ", text).strip(" ")
        if not text:
            return SetLines((), 0)
        width, glyphs = shaper.shape(text)
        if width < self.width - _SURE or not self._wraps:
            self._check_overflow(width)
            return SetLines((Line(width, (Segment(0, 0.0, width, glyphs, text),)),), 1)
        lines = []
        for line in self._lines_of_one(text, shaper):
            width, glyphs = shaper.shape(line)
            lines.append(Line(width, (Segment(0, 0.0, width, glyphs, line),)))
        return SetLines(lines, len(lines))

    def _check_overflow(self, width: float) -> None:
        if self._clips and width > self.width - _SURE:
            raise Unfillable("text is cut off by its box")

    def _lines_of_one(self, text: str, shaper: Shaper) -> list[str]:
        units = units_of(text, 0, shaper, shaper.breaks)
        lines = None if shaper.style.letter_spacing else fill_lines(units, self.width)
        if lines is not None:
            return [text[units[first].start : units[beyond - 1].end] for first, beyond in lines]
        style = self._fonts.styles[shaper.style]
        return exact_lines(text, style, self.width, breaks_words=self._breaks_words)

    def _set_many(self, texts: tuple[str, ...]) -> SetLines:
        """Set several items: paragraph by paragraph, as <br/> divides them."""
        lines: list[Line] = []
        for pieces in self._paragraphs(texts):
            if pieces:
                lines += self._set_paragraph(pieces)
            else:
                lines.append(Line(0.0, ()))
        return SetLines(lines, tuple([tuple([segment.item for segment in line.segments]) for line in lines]))

    def _paragraphs(self, texts: tuple[str, ...]) -> list[list[_Piece]]:
        """Return the pieces between breaks, spaces collapsed. A break at the very end starts no line."""
        paragraphs: list[list[_Piece]] = [[]]
        is_after_space = True
        source = iter(texts)
        for number, item in enumerate(self.items):
            if isinstance(item, BreakItem):
                paragraphs.append([])
                is_after_space = True
            elif isinstance(item, AtomItem):
                paragraphs[-1].append(_Piece(number, "", None, item.width))
                is_after_space = False
            else:
                text = _SPACES.sub(" ", next(source))
                if is_after_space and text[:1] == " ":
                    text = text[1:]
                if text:
                    paragraphs[-1].append(_Piece(number, text, self._shapers[number]))
                    is_after_space = text[-1] == " "
        if not paragraphs[-1]:
            paragraphs.pop()
        for pieces in paragraphs:
            while pieces and pieces[-1].shaper is not None and not pieces[-1].text.rstrip(" "):
                pieces.pop()
            if pieces and pieces[-1].shaper is not None:
                pieces[-1].text = pieces[-1].text.rstrip(" ")
        return paragraphs

    def _set_paragraph(self, pieces: Sequence[_Piece]) -> list[Line]:
        whole = self._line(pieces, [(number, 0, len(piece.text)) for number, piece in enumerate(pieces)])
        if whole.width < self.width - _SURE or not self._wraps:
            self._check_overflow(whole.width)
            return [whole]
        if len(pieces) == 1 and pieces[0].shaper is not None:
            piece = pieces[0]
            lines = []
            for text in self._lines_of_one(piece.text, pieces[0].shaper):
                width, glyphs = pieces[0].shaper.shape(text)
                lines.append(Line(width, (Segment(piece.item, 0.0, width, glyphs, text),)))
            return lines
        units = self._units(pieces)
        filled = fill_lines(units, self.width)
        if filled is None:
            raise Unfillable("a line of mixed text ends too close to call")
        return [self._line(pieces, _spans(units[first:beyond], pieces)) for first, beyond in filled]

    def _units(self, pieces: Sequence[_Piece]) -> list[Unit]:
        """Return the units of all pieces, with the opportunities between pieces."""
        units: list[Unit] = []
        previous = ""
        for number, piece in enumerate(pieces):
            if piece.shaper is None:
                may_begin = bool(previous) and self._breaks(pieces).between(previous, _ATOM)
                units.append(Unit(number, 0, 0, piece.width, 0.0, may_begin, 0.0))
                previous = _ATOM
                continue
            own = units_of(piece.text, number, piece.shaper, piece.shaper.breaks)
            if previous:
                own[0].may_begin = piece.shaper.breaks.between(previous, piece.text[0])
                if not own[0].width and own[0].start == own[0].end and len(own) > 1:
                    # A space leads: the line may end after it, and it hangs over the end before.
                    own[1].may_begin = piece.shaper.breaks.between(previous + " ", piece.text[1])
            if piece.shaper.style.letter_spacing:
                raise Unfillable("spaced letters stand in mixed text")
            units += own
            previous = piece.text[-1]
        return units

    @staticmethod
    def _breaks(pieces: Sequence[_Piece]) -> Opportunities:
        return next(piece.shaper.breaks for piece in pieces if piece.shaper is not None)

    def _line(self, pieces: Sequence[_Piece], spans: Sequence[tuple[int, int, int]]) -> Line:
        """Return a line of these spans: (piece, start, end) in the piece's text."""
        x = 0.0
        segments: list[Segment] = []
        for number, start, end in spans:
            piece = pieces[number]
            if piece.shaper is None:
                segments.append(Segment(piece.item, x, piece.width, b""))
                x += piece.width
                continue
            text = piece.text[start:end]
            width, glyphs = piece.shaper.shape(text)
            if text.strip(" "):
                segments.append(Segment(piece.item, x, width, glyphs, text))
            x += width
        return Line(x, segments)


def _spans(units: Sequence[Unit], pieces: Sequence[_Piece]) -> list[tuple[int, int, int]]:
    """Return what one line shows of each piece: spaces at its ends are gone."""
    spans: list[tuple[int, int, int]] = []
    for unit in units:
        if spans and spans[-1][0] == unit.item:
            spans[-1] = (unit.item, spans[-1][1], unit.end)
        else:
            if spans:
                # The piece before goes on to its end, with its space.
                number, start, _ = spans[-1]
                spans[-1] = (number, start, len(pieces[number].text))
            spans.append((unit.item, unit.start, unit.end))
    while spans and pieces[spans[-1][0]].shaper is not None and spans[-1][1] == spans[-1][2]:
        spans.pop()
        if spans:
            number, start, end = spans[-1]
            text = pieces[number].text[start:end]
            spans[-1] = (number, start, start + len(text.rstrip(" ")))
    return spans


def _text(template: Template, slots: Sequence[SlotValue]) -> str:
    if len(template) == 1:
        piece = template[0]
        return piece if isinstance(piece, str) else str(slots[piece])
    return "".join([piece if isinstance(piece, str) else str(slots[piece]) for piece in template])


__all__ = ["Leaf", "SetLines", "type_style"]
