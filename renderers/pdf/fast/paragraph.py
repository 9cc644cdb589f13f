"""A paragraph of several items, up to a break: texts in several styles and atoms, broken into lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from renderers.pdf.fast.breaking import Opportunities, exact_mixed_lines
from renderers.pdf.fast.figures import KERNEL, FigureText, pattern_of
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import AtomItem, LeafItem, Line, RunItem, Segment, Unfillable
from renderers.pdf.fast.recent import Recent
from renderers.pdf.fast.run_lines import PATTERNS_KEPT, SPACES, SURE, TEXTS_KEPT, Manner, quick_of
from renderers.pdf.fast.shaping import Shaper
from renderers.pdf.fast.units import Unit, fill_lines, units_of

Texts: TypeAlias = tuple[str, ...]
# Lines, and which items are seen on each.
Shown: TypeAlias = tuple[list[Line], list[tuple[int, ...]]]
_NOTHING: Final = 1e-6  # px
_ATOM = "\u2e80"  # atoms break lines as ideographs do (CSS Text 3, 5.1)


@dataclass(slots=True)
class _Piece:
    """An item of a paragraph: text with collapsed spaces, or an atom."""

    item: int
    text: str
    shaper: Shaper | None
    width: float = 0.0  # of an atom


def _figure_line(patterns: Mapping[bytes, FigureText], zeros: bytes, item: int, text: str) -> Shown | None:
    """Return the line of a text with the figures of a pattern that is among these; None for another."""
    figures = patterns.get(pattern_of(text, zeros))
    if figures is None:
        return None
    width, fill = figures
    return [Line(width, (Segment(item, 0.0, width, fill(text), text),))], [(item,)]


_FigureLine: TypeAlias = Callable[[Mapping[bytes, FigureText], bytes, int, str], Shown | None]
figure_line: Final[_FigureLine] = _figure_line if KERNEL is None else KERNEL.figure_line


class Paragraph(Recent[Texts, Shown]):
    """Lines by the texts of the paragraph's runs. `is_last`: no break follows it."""

    def __init__(
        self,
        items: Sequence[tuple[int, LeafItem]],
        shapers: Sequence[Shaper | None],
        manner: Manner,
        fonts: FontSet,
        *,
        is_last: bool,
    ) -> None:
        """`items` come with their numbers in the leaf, `shapers` are those of all items of the leaf."""
        super().__init__(TEXTS_KEPT)
        self._items = [
            (number, shapers[number] if isinstance(item, RunItem) else None,
             item.width if isinstance(item, AtomItem) else 0.0)
            for number, item in items
        ]  # fmt: skip
        self._manner = manner
        self._fonts = fonts
        self._is_last = is_last

        # Of a text by itself that fits on its line: what fills it, by its pattern.
        number, shaper, _ = self._items[0] if len(self._items) == 1 else (0, None, 0.0)
        self._figures: tuple[dict[bytes, FigureText], bytes, int] | None = None
        self.quick: Any = None
        if shaper is not None:
            self._figures = {}, shaper.digits.zeros, number
            self.quick = None if KERNEL is None else quick_of(self._figures[0], number, shaper, manner)

    def make(self, key: Texts) -> tuple[Shown, bool]:
        """Return the lines of these texts. Raises `Unfillable`."""
        asked = self._fonts.asked
        if self._figures is not None:
            filled = figure_line(*self._figures, key[0])
            if filled is not None:
                return filled, True
        lines = self._plain(key)
        if lines is None:
            lines = self._full(key)
        elif self._figures is not None:
            self._learn(self._figures[0], key[0])
        shown = [tuple([segment.item for segment in line.segments]) for line in lines]
        return (lines, shown), asked == self._fonts.asked

    def _learn(self, patterns: dict[bytes, FigureText], text: str) -> None:
        shaper = self._items[0][1]
        assert shaper is not None
        figures = shaper.figures(text)
        if figures is not None:
            if len(patterns) >= PATTERNS_KEPT:
                patterns.clear()
            patterns[shaper.digits.key(text)] = figures

    def _plain(self, texts: Texts) -> list[Line] | None:
        """Return the line of a paragraph that has one, as `_full` does but sooner; None for every other.

        None as well where spaces collapse or stand at its ends, and where nothing is seen.
        """
        x = 0.0
        segments: list[Segment] = []
        is_after_space = True
        source = iter(texts)
        for number, shaper, advance in self._items:
            if shaper is None:
                if abs(advance) > _NOTHING:
                    segments.append(Segment(number, x, advance, b""))
                    x += advance
                is_after_space = False
                continue
            text = next(source)
            if not text:
                continue
            if (is_after_space and text[0] == " ") or "  " in text or (not text.isprintable() and _is_uneven(text)):
                return None
            width, glyphs = shaper.shape(text)
            if text != " ":
                segments.append(Segment(number, x, width, glyphs, text))
            x += width
            is_after_space = text[-1] == " "
        if is_after_space or not segments or not self._manner.fits(x):
            return None
        self._manner.check_overflow(x)
        return [Line(x, tuple(segments))]

    def _full(self, texts: Texts) -> list[Line]:
        pieces = self._pieces(texts)
        if any(piece.shaper is None or piece.text.strip(" ") for piece in pieces):
            return self._set_pieces(pieces)
        return [] if self._is_last else [Line(0.0, ())]  # nothing is seen behind the last break

    def _pieces(self, texts: Texts) -> list[_Piece]:
        """Return what the paragraph is made of, spaces collapsed."""
        pieces: list[_Piece] = []
        is_after_space = True
        source = iter(texts)
        for number, shaper, advance in self._items:
            if shaper is None:
                if abs(advance) > _NOTHING:  # one of no width moves nothing
                    pieces.append(_Piece(number, "", None, advance))
                is_after_space = False
                continue
            text = SPACES.sub(" ", next(source))
            if is_after_space and text[:1] == " ":
                text = text[1:]
            if text:
                pieces.append(_Piece(number, text, shaper))
                is_after_space = text[-1] == " "
        return pieces

    def _set_pieces(self, pieces: Sequence[_Piece]) -> list[Line]:
        """Set what stands between breaks. Spaces before a break stay: WeasyPrint takes off those of the end only."""
        spans = [(number, 0, len(piece.text)) for number, piece in enumerate(pieces)]
        whole = self._line(pieces, spans)
        if self._manner.fits(whole.width):
            self._manner.check_overflow(whole.width)
            return [self._line(pieces, _trimmed(spans, pieces))] if self._is_last else [whole]
        units = self._units(pieces)

        def measure(first: int, beyond: int) -> float:
            return self._line(pieces, _spans(units[first:beyond], pieces)).width

        spacing = max(abs(piece.shaper.style.letter_spacing) for piece in pieces if piece.shaper is not None)
        filled = fill_lines(units, self._manner.width, measure, 2 * spacing)
        if filled is None:
            return self._exact(pieces)
        lines = [self._line(pieces, _spans(units[first:beyond], pieces)) for first, beyond in filled]
        if not self._is_last:
            first, beyond = filled[-1]
            lines[-1] = self._line(pieces, _spans(units[first:beyond], pieces, keeps_space=True))
        return self._checked(lines)

    def _checked(self, lines: list[Line]) -> list[Line]:
        last = lines[-1]
        if last.segments and last.segments[-1].text[-1:] == " " and last.width > self._manner.width - SURE:
            raise Unfillable("a space before a break reaches the end of its line")
        return lines

    def _exact(self, pieces: Sequence[_Piece]) -> list[Line]:
        """Have WeasyPrint break the pieces."""
        texts = []
        for number, piece in enumerate(pieces):
            if piece.shaper is None:
                raise Unfillable("a line with a picture ends too close to call")
            texts.append((number, piece.text, self._fonts.styles[piece.shaper.style]))
        found = exact_mixed_lines(texts, self._manner.width, breaks_words=self._manner.breaks_words)
        if not self._is_last and texts[-1][1][-1] == " ":
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
        return Line(x, tuple(segments))

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
        return Line(x, tuple(segments))


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


def _is_uneven(text: str) -> bool:
    return not {"\t", "\n", "\r"}.isdisjoint(text)
