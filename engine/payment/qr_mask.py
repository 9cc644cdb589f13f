"""Which of the eight masks suits a symbol best: the penalties of ISO/IEC 18004:2015, 7.8.3, for all at once.

The eight masked symbols stand one above the other in one integer, with light rows between; a neighbour is a shift
away, so each rule is a few operations on the whole. Modules outside a symbol count as light.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.payment.qr_layout import GUARD, MASK_COUNT, MOST_VERSION, Layout, layout_of


@dataclass(frozen=True, slots=True)
class MaskChooser:
    """Compares the masks of one version. Made by `chooser_of`."""

    stride: int
    frame: int  # bits of one symbol and the rows below it
    halves: tuple[tuple[int, int], ...]  # how the stack is halved: the bits of the lower half, and their mask
    masks: int  # the eight masks, stacked
    whole: int  # every bit, the guards included
    has_left: int  # the modules with a neighbour to the left
    has_upper: int  # the modules with a neighbour above
    next_has_left: int  # the same, of the neighbour
    next_has_upper: int
    balance: tuple[int, ...]  # the fourth penalty, by the number of dark modules

    def best(self, symbol: int) -> int:
        """Return the mask with the lowest penalty, the first of equals, of a symbol that isn't masked yet."""
        stacked = self._stack(symbol)
        found = self._shape_penalties(stacked)
        best = found.index(min(found))
        if self._balance_of(stacked, best):  # seldom: then another mask may be better
            found = [points + self._balance_of(stacked, mask) for mask, points in enumerate(found)]
            best = found.index(min(found))
        return best

    def penalties(self, symbol: int) -> list[int]:
        """Return the sum of the four penalties under each mask."""
        stacked = self._stack(symbol)
        return [points + self._balance_of(stacked, mask) for mask, points in enumerate(self._shape_penalties(stacked))]

    def _stack(self, symbol: int) -> int:
        stacked = symbol << GUARD * self.stride
        for copies in (1, 2, 4):
            stacked |= stacked << copies * self.frame
        return stacked ^ self.masks

    def _balance_of(self, stacked: int, mask: int) -> int:
        return self.balance[(stacked >> mask * self.frame & self.halves[-1][1]).bit_count()]

    def _shape_penalties(self, stacked: int) -> list[int]:
        """Return the sum of the first three penalties, of runs, squares and finder-like patterns."""
        light = stacked ^ self.whole
        same_left, rows, row_starts, row_finders = _line(stacked, light, 1, self.has_left, self.next_has_left)
        same_upper, columns, column_starts, column_finders = _line(
            stacked, light, self.stride, self.has_upper, self.next_has_upper
        )
        squares = same_left & same_upper & (same_left >> self.stride)
        points = [
            in_rows + in_columns + 2 * (row_runs + column_runs) + 3 * square + 40 * finder
            for in_rows, in_columns, row_runs, column_runs, square, finder in zip(
                self._counts(rows),
                self._counts(columns),
                self._counts(row_starts),
                self._counts(column_starts),
                self._counts(squares),
                self._counts(row_finders | column_finders),
                strict=True,
            )
        ]
        twice = row_finders & column_finders
        return [p + 40 * count for p, count in zip(points, self._counts(twice), strict=True)] if twice else points

    def _counts(self, stacked: int) -> list[int]:
        """Return how many bits are set in each symbol.

        Written out, since there are six of them a symbol, and a loop over the halves costs a third more.
        """
        (four, in_four), (two, in_two), (one, in_one) = self.halves
        lower, upper = stacked & in_four, stacked >> four
        first, second, third, fourth = lower & in_two, lower >> two, upper & in_two, upper >> two
        return [
            (first & in_one).bit_count(), (first >> one).bit_count(),
            (second & in_one).bit_count(), (second >> one).bit_count(),
            (third & in_one).bit_count(), (third >> one).bit_count(),
            (fourth & in_one).bit_count(), (fourth >> one).bit_count(),
        ]  # fmt: skip


def _line(dark: int, light: int, step: int, inner: int, inner_next: int) -> tuple[int, int, int, int]:
    """Return what is found along rows (`step` 1) or columns (`step` a row), as bits.

    Modules that equal their neighbour; runs of five, one bit for each place where five begin; where a run of
    five or more begins; finder-like patterns beside light. Shifts cost four times as much as other operations:
    where a shifted value follows from another by an XOR with a constant, it is not shifted.
    """
    dark_next = dark >> step
    differs = (dark ^ dark_next) & inner
    same = inner ^ differs
    same_next = same >> step
    three = same & same_next
    later_three = three >> 2 * step
    five = three & later_three
    starts = five & (five >> step) ^ five
    turns = differs & (same_next ^ inner_next)
    patterns = dark & turns & later_three & (turns >> 4 * step)
    pair = light & dark_next ^ light
    four = pair & (pair >> 2 * step)
    finders = patterns & ((four >> 7 * step) | (four << 4 * step))
    # Of two that share modules only the first counts, as segno counts them.
    return same, five, starts, finders ^ (finders & ((finders >> 4 * step) | (finders >> 6 * step)))


@lru_cache(maxsize=MOST_VERSION)
def chooser_of(version: int) -> MaskChooser:
    """Return the chooser for a version, 1 to 20."""
    layout = layout_of(version)
    size, stride = layout.size, layout.stride
    frame = (size + GUARD) * stride
    row = ((1 << size) - 1) << stride - size
    inner_row = ((1 << size - 1) - 1) << stride - size
    has_left = _stacked(layout, [_rows(inner_row, size, stride)] * MASK_COUNT)
    has_upper = _stacked(layout, [_rows(row, size - 1, stride)] * MASK_COUNT)
    return MaskChooser(
        stride=stride,
        frame=frame,
        halves=tuple((count * frame, (1 << count * frame) - 1) for count in (4, 2, 1)),
        masks=_stacked(layout, list(layout.masks)),
        whole=(1 << MASK_COUNT * frame + GUARD * stride) - 1,
        has_left=has_left,
        has_upper=has_upper,
        next_has_left=has_left >> 1,
        next_has_upper=has_upper >> stride,
        balance=tuple(_balance(dark, size) for dark in range(size * size + 1)),
    )


def _stacked(layout: Layout, symbols: list[int]) -> int:
    frame = (layout.size + GUARD) * layout.stride
    return sum(symbol << place * frame + GUARD * layout.stride for place, symbol in enumerate(symbols))


def _rows(row: int, count: int, stride: int) -> int:
    return sum(row << place * stride for place in range(count))


def _balance(dark: int, size: int) -> int:
    """Return ten points for every five percent by which the dark modules are off one half."""
    return 10 * int(abs(dark / size**2 * 100 - 50) / 5)
