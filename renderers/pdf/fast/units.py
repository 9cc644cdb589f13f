"""The unbreakable units of a text with their widths, and which of them go on one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from renderers.pdf.fast.breaking import Opportunities
from renderers.pdf.fast.shaping import Shaper, Word

UNITS = 1024  # of Pango, a px
# How sure a width must be, in px: of words that stand alone, sums are Pango's own up to the rounding of floats.
_SURE = 0.004
_PER_EM = 0.12  # of the others: kerning and contextual forms at both of their ends, in ems
_NEAR = 0.3  # of a line shaped as a whole: what stands behind its end may still change a form


@dataclass(slots=True)
class Unit:
    """A piece of one item's text: [start, end) without the spaces around it. `may_begin`: a line may begin with it."""

    item: int
    start: int
    end: int
    width: float
    space: float  # width of the space after it, 0 where there is none
    may_begin: bool
    doubt: float  # how far its width may be off beside others, px
    hangs: float = 0.0  # of the end of an item after its last space: width of that space


def units_of(text: str, item: int, shaper: Shaper, breaks: Opportunities) -> list[Unit]:
    """Return the units of a text with collapsed spaces. A leading space is a unit without width of its own."""
    units: list[Unit] = []
    position = 0
    previous = ""
    space = shaper.space_width + shaper.style.letter_spacing
    script = shaper.script(text)
    doubt = _PER_EM * shaper.style.size
    words = text.split(" ")
    known = shaper.words(words, script)
    last = len(words) - 1
    for number, word in enumerate(words):
        after = space if number < last else 0.0
        if not word:
            # Only at the ends of the text: inside of it, spaces are collapsed.
            units.append(Unit(item, position, position, 0.0, after, False, 0.0, space if units else 0.0))
            position += 1
            previous = ""
            continue
        may_begin = bool(previous) and breaks.between(previous + " ", word[0])
        alone = known[number]
        cuts = breaks.inside(word)
        if not cuts:
            width, unsure = (alone[0] / UNITS, 0.0) if alone else (shaper.width(word), doubt)
            units.append(Unit(item, position, position + len(word), width, after, may_begin, unsure))
        else:
            ends = (*cuts, len(word))
            start = 0
            for end in ends:
                is_last = end == len(word)
                units.append(
                    Unit(
                        item, position + start, position + end, shaper.width(word[start:end]),
                        after if is_last else 0.0, may_begin if not start else True, doubt,
                    )
                )  # fmt: skip
                start = end
        previous = word[-1]
        position += len(word) + 1
    return units


def fill_lines(
    units: Sequence[Unit], room: float, measure: Callable[[int, int], float], slack: float = 0.0
) -> list[tuple[int, int]] | None:
    """Return which units stand on each line, as (first, beyond the last). None where it is too close to call.

    `measure` returns the width of a line of units, shaped as a whole, without the space at its end. `slack` is how
    far Pango's idea of it may be off, as it shares letter spacing out.
    """
    lines: list[tuple[int, int]] = []
    begin = number = 0
    x = trailing = doubt = 0.0
    count = len(units)
    while number < count:
        # A group: units that no line may end between.
        unit = units[number]
        width, space, unsure = unit.width, unit.space, unit.doubt
        hangs = unit.hangs
        beyond = number + 1
        while beyond < count and not units[beyond].may_begin:
            width += space + units[beyond].width
            space = units[beyond].space
            unsure += units[beyond].doubt
            hangs = hangs or units[beyond].hangs
            beyond += 1
        over = x + trailing + width - room
        limit = _SURE + doubt + unsure
        if hangs and over > -limit:
            return None  # WeasyPrint breaks too early where the space at an item's end may not fit
        if -limit < over < limit and doubt + unsure and (space or beyond == count):
            over, limit = measure(begin, beyond) - room, _NEAR + slack
        if -limit < over < limit:
            return None
        if over > 0:
            if number == begin or width - room > -limit:
                return None  # wider than a line: broken inside, or sticking out
            lines.append((begin, number))
            begin, x, doubt = number, width, unsure
        else:
            x += trailing + width
            doubt += unsure
        trailing = space
        number = beyond
    if begin < count:
        lines.append((begin, count))
    return lines


def word_lines(text: str, shaper: Shaper, room: float, *, has_space: bool) -> list[tuple[float, bytes, str]] | None:
    """Return the lines (width, TJ array, text) of a text whose words all stand alone, None for every other.

    The usual way, as fast as can be: None as well where a line ends other than at a space between two words, or
    too close to call. `has_space`: a space follows the text, which WeasyPrint counts when it looks at the end.
    """
    pieces = text.split(" ")
    words = shaper.words(pieces, shaper.script(text))
    if None in words:
        return None
    found = cast("list[Word]", words)
    space, limit, sure = shaper.space_width * UNITS, room * UNITS, _SURE * UNITS
    ends: list[int] = []
    begin = 0
    x = -space
    for number, (units, _, has_inner) in enumerate(found):
        x += space + units
        if x > limit - sure:
            if (
                x < limit + sure
                or units > limit - sure
                or number == begin
                or has_inner
                or not shaper.breaks.between(pieces[number - 1][-1:] + " ", pieces[number][:1])
            ):
                return None
            ends.append(number)
            begin, x = number, float(units)
    if has_space and x + space > limit - sure:
        return None
    lines: list[tuple[float, bytes, str]] = []
    begin = 0
    for end in (*ends, len(found)):
        lines.append((*shaper.joined(found[begin:end]), " ".join(pieces[begin:end])))
        begin = end
    return lines
