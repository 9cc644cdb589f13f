"""Running text in a box of fixed width: its lines for one customer, as WeasyPrint breaks them.

    leaf = Leaf(items, width, fonts, wraps=True, clips=False, breaks_words=True)
    lines = leaf.set(slots)

Texts come raw; spaces are collapsed here as `white-space: normal` does it, across items. Lines start at x = 0: who
places them aligns them by their width. `Lines.structure` is the count of lines where the leaf is one run, else the
items that are seen on each line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from renderers.pdf.fast.breaking import Opportunities, exact_lines, exact_mixed_lines
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import (
    AtomItem,
    BreakItem,
    LeafItem,
    Line,
    RunItem,
    Segment,
    SlotValue,
    Structure,
    Template,
    Unfillable,
)
from renderers.pdf.fast.parts import Span, on_grid
from renderers.pdf.fast.shaping import FIGURE, Shaper, shaper_of
from renderers.pdf.fast.type_style import type_style
from renderers.pdf.fast.units import Unit, fill_lines, units_of, word_lines

_SPACES = re.compile(r"[ \t\n\r]+")
_UNEVEN = re.compile(r"[\t\n\r]|  |^ | $")
_SURE: Final = 0.004  # px
_KEPT: Final = 512  # texts of a leaf whose lines are kept
_NOTHING: Final = 1e-6  # px
_ATOM = "\u2e80"  # atoms break lines as ideographs do (CSS Text 3, 5.1)


@dataclass(slots=True)
class SetLines:
    """The lines of a leaf for one customer."""

    lines: Sequence[Line]
    structure: Structure


@dataclass(slots=True)
class _Piece:
    """An item of a paragraph: text with collapsed spaces, or an atom."""

    item: int
    text: str
    shaper: Shaper | None
    width: float = 0.0  # of an atom


class Leaf:
    """See the module. `wraps` is false for `white-space: nowrap`, `clips` true where overflow is hidden.

    `spans` say by owner how much room texts have in their lines before they make them higher.
    """

    def __init__(
        self,
        items: Sequence[LeafItem],
        width: float,
        fonts: FontSet,
        *,
        wraps: bool = True,
        clips: bool = False,
        breaks_words: bool = True,
        spans: Mapping[int, Span] | None = None,
    ) -> None:
        if not items:
            raise Unfillable("a line holds no text")
        self.items = tuple(items)
        self.width = width
        self._fonts = fonts
        self._spans = spans or {}
        self._wraps, self._clips, self._breaks_words = wraps, clips, breaks_words
        self._shapers = [shaper_of(item.style, fonts) if isinstance(item, RunItem) else None for item in self.items]
        self._is_one = len(self.items) == 1 and isinstance(self.items[0], RunItem)
        self._one: Template = self.items[0].text if isinstance(self.items[0], RunItem) and self._is_one else ()
        self._slot = self._one[0] if len(self._one) == 1 and isinstance(self._one[0], int) else None
        # Longer texts most likely take several lines: letters are half an em wide.
        style = self.items[0].style if isinstance(self.items[0], RunItem) else None
        self._short = int(width / style.size * 1.6) if style else 0
        self._kept: dict[object, SetLines] = {}
        self._ends: dict[tuple[str, bool], list[tuple[int, int]]] = {}

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
        else:
            self._raise_lines(found)
        return found

    def _raise_lines(self, found: SetLines) -> None:
        """Make lines higher where letters of other fonts don't fit into them, as WeasyPrint does."""
        for line in found.lines:
            for segment in line.segments:
                item, shaper = self.items[segment.item], self._shapers[segment.item]
                if shaper is None or not isinstance(item, RunItem) or not (lift := shaper.lift(segment.text)):
                    continue
                span = self._spans.get(item.owner)
                line.above = max(line.above, on_grid(lift - span.room_above if span else lift))
                line.below = max(line.below, on_grid(-lift - span.room_below if span else -lift))
        extras = tuple([(line.above, line.below) for line in found.lines])
        if any(map(any, extras)):
            found.structure = found.structure, extras

    def _set_one(self, text: str) -> SetLines:
        shaper = self._shapers[0]
        assert shaper is not None
        figures = shaper.plain_figures(text)
        if figures is not None and text and figures[0] < self.width - _SURE:
            return SetLines((Line(figures[0], (Segment(0, 0.0, figures[0], figures[1], text),)),), 1)
        has_space = False
        if _UNEVEN.search(text):
            text = _SPACES.sub(" ", text).lstrip(" ")
            if text[-1:] == " ":
                text, has_space = text[:-1], True
        if not text:
            return SetLines((), 0)
        # Digits are as wide as zeros and break alike: the lines of one text are those of all with other figures.
        if not shaper.digits or not FIGURE.search(text):
            return self._broken(text, shaper, has_space=has_space)
        pattern = shaper.pattern(text)
        ends = self._ends.get((pattern, has_space))
        if ends is None:
            found = self._broken(pattern, shaper, has_space=has_space)
            if len(self._ends) >= _KEPT:
                self._ends.clear()
            ends = self._ends[pattern, has_space] = _ends_of(pattern, [line.segments[0].text for line in found.lines])
        lines = []
        for start, end in ends:
            line = text[start:end]
            width, glyphs = shaper.shape(line)
            lines.append(Line(width, (Segment(0, 0.0, width, glyphs, line),)))
        return SetLines(lines, len(lines))

    def _broken(self, text: str, shaper: Shaper, *, has_space: bool) -> SetLines:
        """Break a text without spaces at its ends; `has_space`: one stood at its end."""
        if len(text) > self._short and self._wraps:
            lines = word_lines(text, shaper, self.width, has_space=has_space)
            if lines is not None:
                found = [Line(width, (Segment(0, 0.0, width, glyphs, line),)) for width, glyphs, line in lines]
                return SetLines(found, len(found))
        width, glyphs = shaper.shape(text)
        hanging = shaper.space_width if has_space else 0.0
        if width + hanging < self.width - _SURE or not self._wraps:
            self._check_overflow(width)
            return SetLines((Line(width, (Segment(0, 0.0, width, glyphs, text),)),), 1)
        texts = self._lines_of_one(f"{text} " if has_space else text, shaper)
        shaped = [(*shaper.shape(line), line) for line in texts]
        return SetLines(
            [Line(width, (Segment(0, 0.0, width, glyphs, line),)) for width, glyphs, line in shaped], len(shaped)
        )

    def _check_overflow(self, width: float) -> None:
        if self._clips and width > self.width - _SURE:
            raise Unfillable("text is cut off by its box")

    def _lines_of_one(self, text: str, shaper: Shaper) -> list[str]:
        units = units_of(text, 0, shaper, shaper.breaks)

        def measure(first: int, beyond: int) -> float:
            return shaper.width(text[units[first].start : units[beyond - 1].end].rstrip(" "))

        lines = fill_lines(units, self.width, measure, 2 * abs(shaper.style.letter_spacing))
        if lines is not None:
            return [text[units[first].start : units[beyond - 1].end].rstrip(" ") for first, beyond in lines]
        style = self._fonts.styles[shaper.style]
        return exact_lines(text, style, self.width, breaks_words=self._breaks_words)

    def _set_many(self, texts: tuple[str, ...]) -> SetLines:
        """Set several items: paragraph by paragraph, as <br/> divides them."""
        lines: list[Line] = []
        paragraphs = self._paragraphs(texts)
        ends_in_break = isinstance(self.items[-1], BreakItem)
        for number, pieces in enumerate(paragraphs):
            is_last = number == len(paragraphs) - 1 and not ends_in_break
            if any(piece.shaper is None or piece.text.strip(" ") for piece in pieces):
                lines += self._set_paragraph(pieces, is_last=is_last)
            elif not is_last:
                lines.append(Line(0.0, ()))  # else nothing is seen behind the last break
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
                if abs(item.width) > _NOTHING:  # one of no width moves nothing
                    paragraphs[-1].append(_Piece(number, "", None, item.width))
                is_after_space = False
            else:
                text = _SPACES.sub(" ", next(source))
                if is_after_space and text[:1] == " ":
                    text = text[1:]
                if text:
                    paragraphs[-1].append(_Piece(number, text, self._shapers[number]))
                    is_after_space = text[-1] == " "
        if isinstance(self.items[-1], BreakItem):
            paragraphs.pop()
        return paragraphs

    def _set_paragraph(self, pieces: Sequence[_Piece], *, is_last: bool) -> list[Line]:
        """Set what stands between breaks. Spaces before a break stay: WeasyPrint takes off those of the end only."""
        spans = [(number, 0, len(piece.text)) for number, piece in enumerate(pieces)]
        whole = self._line(pieces, spans)
        if whole.width < self.width - _SURE or not self._wraps:
            self._check_overflow(whole.width)
            return [self._line(pieces, _trimmed(spans, pieces))] if is_last else [whole]
        units = self._units(pieces)

        def measure(first: int, beyond: int) -> float:
            return self._line(pieces, _spans(units[first:beyond], pieces)).width

        spacing = max(abs(piece.shaper.style.letter_spacing) for piece in pieces if piece.shaper is not None)
        filled = fill_lines(units, self.width, measure, 2 * spacing)
        if filled is None:
            return self._exact(pieces, is_last=is_last)
        lines = [self._line(pieces, _spans(units[first:beyond], pieces)) for first, beyond in filled]
        if not is_last:
            first, beyond = filled[-1]
            lines[-1] = self._line(pieces, _spans(units[first:beyond], pieces, keeps_space=True))
        return self._checked(lines)

    def _checked(self, lines: list[Line]) -> list[Line]:
        last = lines[-1]
        if last.segments and last.segments[-1].text[-1:] == " " and last.width > self.width - _SURE:
            raise Unfillable("a space before a break reaches the end of its line")
        return lines

    def _exact(self, pieces: Sequence[_Piece], *, is_last: bool) -> list[Line]:
        """Have WeasyPrint break the pieces."""
        texts = []
        for number, piece in enumerate(pieces):
            if piece.shaper is None:
                raise Unfillable("a line with a picture ends too close to call")
            texts.append((number, piece.text, self._fonts.styles[piece.shaper.style]))
        found = exact_mixed_lines(texts, self.width, breaks_words=self._breaks_words)
        if not is_last and texts[-1][1][-1] == " ":
            number, text = found[-1][-1]
            found[-1][-1] = number, f"{text} "
        return self._checked([self._shown(pieces, line) for line in found])

    def _shown(self, pieces: Sequence[_Piece], texts: Sequence[tuple[int, str]]) -> Line:
        """Return a line of (piece, text)."""
        x = 0.0
        segments: list[Segment] = []
        for number, text in texts:
            shaper = pieces[number].shaper
            assert shaper is not None
            width, glyphs = shaper.shape(text) if text else (0.0, b"")
            if text.strip(" "):
                segments.append(Segment(pieces[number].item, x, width, glyphs, text))
            x += width
        return Line(x, segments)

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


def _spans(units: Sequence[Unit], pieces: Sequence[_Piece], *, keeps_space: bool = False) -> list[tuple[int, int, int]]:
    """Return what one line shows of each piece: (piece, start, end). Spaces at its end are gone or kept."""
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
    if not keeps_space:
        return _trimmed(spans, pieces)
    number, start, _ = spans[-1]
    spans[-1] = (number, start, len(pieces[number].text))
    return spans


def _trimmed(spans: list[tuple[int, int, int]], pieces: Sequence[_Piece]) -> list[tuple[int, int, int]]:
    """Return the spans without the spaces at the end of the line."""
    while spans:
        number, start, end = spans[-1]
        if pieces[number].shaper is None:
            break
        end = start + len(pieces[number].text[start:end].rstrip(" "))
        spans[-1] = (number, start, end)
        if end > start:
            break
        spans.pop()
    return spans


def _ends_of(text: str, lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return where each line starts and ends in its text."""
    ends: list[tuple[int, int]] = []
    end = 0
    for line in lines:
        start = text.index(line, end)
        end = start + len(line)
        ends.append((start, end))
    return ends


def _text(template: Template, slots: Sequence[SlotValue]) -> str:
    if len(template) == 1:
        piece = template[0]
        return piece if isinstance(piece, str) else str(slots[piece])
    return "".join([piece if isinstance(piece, str) else str(slots[piece]) for piece in template])


__all__ = ["Leaf", "SetLines", "type_style"]
