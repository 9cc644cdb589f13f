"""The lines of running text in one style and width: shared by all leaves of a font set that set texts alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from renderers.pdf.fast.breaking import exact_lines
from renderers.pdf.fast.figures import KERNEL, FigureText, pattern_of
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import Line, Segment, SetLines, Unfillable
from renderers.pdf.fast.parts import on_grid
from renderers.pdf.fast.recent import Recent
from renderers.pdf.fast.shaping import Shaper
from renderers.pdf.fast.units import UNITS, fill_lines, units_of, word_lines

SPACES = re.compile(r"[ \t\n\r]+")
SURE: Final = 0.004  # px
TEXTS_KEPT: Final = 32  # twice: more are hardly ever met again
PATTERNS_KEPT: Final = 256
_UNEVEN = re.compile(r"[\t\n\r]|  |^ | $")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a leaf sets its texts. `wraps` and `clips` as in `Leaf`.

    `rooms` say of each item by how much, above and below, a text may be higher than others in its line before it
    makes that higher.
    """

    width: float
    wraps: bool
    clips: bool
    breaks_words: bool
    rooms: tuple[tuple[float, float], ...]

    def fits(self, width: float) -> bool:
        """Say whether a text of this width surely stands on one line."""
        return width < self.width - SURE or not self.wraps

    def check_overflow(self, width: float) -> None:
        """Raise `Unfillable` for a line that is cut off."""
        if self.clips and width > self.width - SURE:
            raise Unfillable("text is cut off by its box")

    def raise_lines(self, found: SetLines, shapers: Sequence[Shaper | None]) -> None:
        """Make lines higher where letters of other fonts don't fit into them, as WeasyPrint does."""
        for line in found.lines:
            for segment in line.segments:
                shaper = shapers[segment.item]
                if shaper is None or not (lift := shaper.lift(segment.text)):
                    continue
                above, below = self.rooms[segment.item]
                line.above = max(line.above, on_grid(lift - above))
                line.below = max(line.below, on_grid(-lift - below))
        extras = tuple([(line.above, line.below) for line in found.lines])
        if any(map(any, extras)):
            found.structure = found.structure, extras


# Where the lines of a text start and end, with what fills each.
Places: TypeAlias = tuple[tuple[int, int, FigureText], ...]
_Ends: TypeAlias = list[tuple[slice, FigureText | None]]
_FigureLines: TypeAlias = Callable[[Mapping[bytes, Places], bytes, str], SetLines | None]


def _figure_lines(patterns: Mapping[bytes, Places], zeros: bytes, text: str) -> SetLines | None:
    """Return the lines of a text with the figures of a pattern that is among these; None for another."""
    places = patterns.get(pattern_of(text, zeros))
    if places is None:
        return None
    lines: list[Line] = []
    for start, end, (width, fill) in places:
        own = text[start:end]
        lines.append(Line(width, (Segment(0, 0.0, width, fill(own), own),)))
    return SetLines(tuple(lines), len(lines))


figure_lines: Final[_FigureLines] = _figure_lines if KERNEL is None else KERNEL.figure_lines


def quick_of(
    patterns: Mapping[bytes, object], item: int, shaper: Shaper, manner: Manner, odd: frozenset[str] = frozenset()
) -> Any:
    """Return what sets texts of one item natively, of which these patterns are known."""
    assert KERNEL is not None
    room = manner.width - SURE, manner.width * UNITS - SURE * UNITS  # as it is compared here, and in `word_lines`
    return KERNEL.Quick(patterns, shaper.digits.zeros, item, shaper.shapes, odd, room, manner.wraps)


class RunLines(Recent[str, SetLines]):
    """Lines by text. Lines start at x = 0 and hold one segment of item 0 each."""

    def __init__(self, shaper: Shaper, manner: Manner, fonts: FontSet) -> None:
        super().__init__(TEXTS_KEPT)
        self._shaper = shaper
        self._manner = manner
        self._fonts = fonts
        self._key = shaper.digits.key
        # Each of these makes another pattern: for figures alone it is sooner to look them up.
        self._odd = frozenset("123456789").difference(shaper.digits.codes)
        # By pattern: lines to be filled, and where those start and end of which one has to be shaped for each text.
        self._filled: dict[bytes, Places] = {}
        self._open: dict[bytes, _Ends] = {}
        self._zeros = shaper.digits.zeros
        self.quick: Any = None if KERNEL is None else quick_of(self._filled, 0, shaper, manner, self._odd)

    def make(self, key: str) -> tuple[SetLines, bool]:
        """Return the lines of a text. Raises `Unfillable`."""
        known = figure_lines(self._filled, self._zeros, key)
        if known is not None:
            return known, True
        if not self._odd.isdisjoint(key) and (plain := self._shaper.plain_figures(key)):
            width, glyphs = plain
            if width < self._manner.width - SURE:
                return SetLines((Line(width, (Segment(0, 0.0, width, glyphs, key),)),), 1), True
        asked = self._fonts.asked
        found = self._set(key)
        if asked == self._fonts.asked:
            return found, True
        self._manner.raise_lines(found, (self._shaper,))
        return found, False  # the text has to ask for its letters in each file

    def _set(self, text: str) -> SetLines:
        has_space = False
        if _UNEVEN.search(text):
            text = SPACES.sub(" ", text).lstrip(" ")
            if text[-1:] == " ":
                text, has_space = text[:-1], True
        if not text:
            return SetLines((), 0)
        key = self._key(f"{text} " if has_space else text)
        if b"0" not in key:
            return self._broken(text, has_space=has_space)
        # The lines of one text are those of all with other digits.
        ends = self._open.get(key) or self._learn(key, text, has_space=has_space)
        lines = []
        for place, figures in ends:
            line = text[place]
            width, glyphs = (figures.width, figures.fill(line)) if figures else self._shaper.shape(line)
            lines.append(Line(width, (Segment(0, 0.0, width, glyphs, line),)))
        return SetLines(tuple(lines), len(lines))

    def _learn(self, key: bytes, text: str, *, has_space: bool) -> _Ends:
        """Find and keep the lines of a pattern."""
        shaper, asked = self._shaper, self._fonts.asked
        pattern = shaper.digits.key(text).decode("utf-8", "surrogatepass")
        ends: _Ends = []
        places: list[tuple[int, int, FigureText]] = []
        end = 0
        for line in self._broken(pattern, has_space=has_space).lines:
            own = line.segments[0]
            start = pattern.index(own.text, end)
            end = start + len(own.text)
            figures = shaper.figures(own.text)
            ends.append((slice(start, end), figures))
            if figures is None and "0" not in own.text:
                figures = shaper.digits.same(own.width, own.glyphs)  # whatever digits other lines have
            if figures is not None:
                places.append((start, end, figures))
        if len(self._filled) + len(self._open) >= PATTERNS_KEPT:
            self._filled.clear()
            self._open.clear()
        if len(places) == len(ends) and not has_space and asked == self._fonts.asked:
            self._filled[key] = tuple(places)
        else:
            self._open[key] = ends
        return ends

    def _broken(self, text: str, *, has_space: bool) -> SetLines:
        """Break a text without spaces at its ends; `has_space`: one stood at its end."""
        shaper, manner = self._shaper, self._manner
        if manner.wraps:
            lines = word_lines(text, shaper, manner.width, has_space=has_space)
            if lines is not None:
                found = tuple([Line(width, (Segment(0, 0.0, width, glyphs, line),)) for width, glyphs, line in lines])
                return SetLines(found, len(found))
        width, glyphs = shaper.shape(text)
        if manner.fits(width + (shaper.space_width if has_space else 0.0)):
            manner.check_overflow(width)
            return SetLines((Line(width, (Segment(0, 0.0, width, glyphs, text),)),), 1)
        texts = self._lines_of(f"{text} " if has_space else text)
        shaped = [(*shaper.shape(line), line) for line in texts]
        return SetLines(
            tuple([Line(width, (Segment(0, 0.0, width, glyphs, line),)) for width, glyphs, line in shaped]), len(shaped)
        )

    def _lines_of(self, text: str) -> list[str]:
        shaper, manner = self._shaper, self._manner
        units = units_of(text, 0, shaper, shaper.breaks)

        def measure(first: int, beyond: int) -> float:
            return shaper.width(text[units[first].start : units[beyond - 1].end].rstrip(" "))

        lines = fill_lines(units, manner.width, measure, 2 * abs(shaper.style.letter_spacing))
        if lines is not None:
            return [text[units[first].start : units[beyond - 1].end].rstrip(" ") for first, beyond in lines]
        style: Any = self._fonts.styles[shaper.style]
        return exact_lines(text, style, manner.width, breaks_words=manner.breaks_words)
