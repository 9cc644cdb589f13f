"""Charts as plain geometry: what each channel draws, in boxes 640 units wide.

Everything here is given formatted; only heights are computed. Levels are exact (whole numbers of a common
fraction) until they become a place in the box, rounded to a hundredth of a unit: the same input makes the same
figures. Where its kernel is built, that does the same natively. Honest by rule: a bar starts at zero; where a
waterfall's levels lie so far from zero that its steps would be slivers, its foot is cut off and the first and
last bar show a gap there, while the steps keep one scale.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple, TypeAlias

from engine.compose.chart_axis import SIDE, axis_labels, shown
from engine.compose.exact import in_whole
from engine.compose.lettering import spread, width
from engine.model.communication import (
    ChartGeometry,
    ChartLabel,
    ChartLine,
    ChartRow,
    Fact,
    Mark,
    MarkRole,
    MarkStyle,
    Text,
    TextBlock,
)
from engine.model.quick import maker, quick
from engine.natives import native

WIDTH = 640
STACK_HEIGHT = 24
WATERFALL_HEIGHT = 300
BARS_HEIGHT = 260

VALUE_SIZE = 22.0
LABEL_GAP = 8  # from a bar's top to the baseline of its value
WIDEST_BAR = 110
LEAST_HEIGHT = 2  # what is not zero stays visible
LEAST_PART = 6  # the narrowest part of a stack
STACK_GAP = 2
CUT_STUB, CUT_GAP = 10, 5  # the foot of a cut bar, and the gap above it
MAX_COLUMNS, MAX_POINTS = 6, 13

_kernel = native(__name__, "charts_kernel")
_Lines: TypeAlias = tuple[ChartLine, ...]
_Labels: TypeAlias = tuple[ChartLabel, ...]
_Marks: TypeAlias = tuple[Mark, ...]
_Place: TypeAlias = tuple[tuple[float, float], tuple[float, float]]  # x and width of an outline, of the bar in it

# What is looked up for each mark of each customer.
_made_mark, _made_line, _made_label = maker(Mark), maker(ChartLine), maker(ChartLabel)
_STRONG, _PRIMARY, _MUTED = MarkRole.STRONG, MarkRole.PRIMARY, MarkRole.MUTED
_CAUTION, _POSITIVE = MarkRole.CAUTION, MarkRole.POSITIVE
_SOLID, _OUTLINE, _HATCHED = MarkStyle.SOLID, MarkStyle.OUTLINE, MarkStyle.HATCHED


class Column(NamedTuple):
    """A column of a waterfall: its name, its figure as shown, and the figure."""

    label: Text | Fact | TextBlock
    amount: Fact
    value: Decimal


class Point(NamedTuple):
    """A month (or day) of use. A `quantity` of None is a month without data."""

    label: Text | Fact
    quantity: Decimal | None
    last_year: Decimal | None = None
    is_estimated: bool = False
    is_current: bool = False


# ------------------------------------------------------------------ stack


def stack(
    chart_id: str,
    parts: Sequence[tuple[MarkRole, Decimal]],
    summary: TextBlock,
    *,
    columns: tuple[Text, ...] = (),
    rows: tuple[ChartRow, ...] = (),
) -> ChartGeometry | None:
    """Return `parts` as one bar over the full width, in their order, with gaps of 2 units; None if none shows.

    Only what adds to the bill has a width; a credit stands in the list below alone. A part narrower
    than 6 units is drawn 6 wide, at the cost of the others, which keep their proportions.
    """
    marks = (_kernel.stack(parts) if _kernel else None) or _stacked(parts)
    if not marks:
        return None
    return ChartGeometry(chart_id, "stack", float(WIDTH), float(STACK_HEIGHT), marks, (), (), summary, columns, rows)


def _stacked(parts: Sequence[tuple[MarkRole, Decimal]]) -> _Marks:
    """Return the marks of a stack."""
    adding = [(role, value) for role, value in parts if value > 0]
    if not adding:
        return ()
    values, _ = in_whole([value for _, value in adding])
    widths, whole = _widths(values, WIDTH - STACK_GAP * (len(adding) - 1))
    marks, x = [], 0
    for (role, _), wide in zip(adding, widths, strict=True):
        left, right = round(x / whole, 2), round((x + wide) / whole, 2)
        marks.append(Mark(left, 0.0, round(right - left, 2), float(STACK_HEIGHT), role))
        x += wide + STACK_GAP * whole
    return tuple(marks)


def _widths(values: list[int], room: int) -> tuple[list[int], int]:
    """Return widths in proportion to `values` that fill `room`, none below the least, and what divides them."""
    small: set[int] = set()
    while True:
        left = room - LEAST_PART * len(small)
        total = sum(value for place, value in enumerate(values) if place not in small)
        found = {
            place for place, value in enumerate(values) if place not in small and value * left < LEAST_PART * total
        }
        if not found:
            break
        small |= found
    return [LEAST_PART * total if place in small else value * left for place, value in enumerate(values)], total


# ------------------------------------------------------------------ waterfall


def waterfall(
    chart_id: str,
    start: Column,
    steps: Sequence[Column],
    end: Column,
    summary: TextBlock,
    *,
    columns: tuple[Text, ...] = (),
    rows: tuple[ChartRow, ...] = (),
) -> ChartGeometry:
    """Return the way from `start` to `end` by signed `steps`: at most six columns in all.

    Raises `ValueError` unless the steps lead from start to end to the cent. The foot is cut when every
    level is above zero and the lowest is more than half the highest; then the lowest level stands
    half the span of all levels above the foot, at least a tenth of the highest level, so that a change of a cent
    does not look like a landslide.
    """
    everything = (start, *steps, end)
    names = tuple([column.label for column in everything])
    drawn = None
    if _kernel and len(everything) <= MAX_COLUMNS:
        axis = axis_labels(names, WIDTH / len(everything), WATERFALL_HEIGHT, max_lines=2)
        drawn = _kernel.waterfall(everything, WATERFALL_HEIGHT - axis.height)
    if drawn is None:
        _check(start, steps, end)
        axis = axis_labels(names, WIDTH / len(everything), WATERFALL_HEIGHT, max_lines=2)
        drawn = _drawn_waterfall(everything, WATERFALL_HEIGHT - axis.height)
    marks, values, lines = drawn
    return ChartGeometry(
        chart_id,
        "waterfall",
        float(WIDTH),
        float(WATERFALL_HEIGHT),
        marks,
        (*values, *axis.labels),
        lines,
        summary,
        columns,
        rows,
    )


def _check(start: Column, steps: Sequence[Column], end: Column) -> None:
    """Raise `ValueError` for steps that can't be drawn."""
    if start.value + sum((step.value for step in steps), Decimal(0)) != end.value:
        raise ValueError("the steps of a waterfall must lead from its start to its end")
    if len(steps) + 2 > MAX_COLUMNS:
        raise ValueError(f"a waterfall has at most {MAX_COLUMNS} columns: merge the smallest causes")


def _drawn_waterfall(everything: tuple[Column, ...], bottom: float) -> tuple[_Marks, _Labels, _Lines]:
    """Return marks, figures and lines of a waterfall whose foot is at `bottom`, or lies below."""
    levels, scale = _levels(everything[:-1])
    plot = _Plot.for_levels(levels, scale, 34.0, bottom)
    slot = WIDTH / len(everything)
    foot, between, is_cut = plot.foot, plot.between, plot.is_cut
    heights = [plot.y(level) for level in levels]
    tops = []
    wide = _bar_width(slot)
    shown_wide = round(wide, 2)
    marks: list[Mark] = []
    lines = [_made_line(0.0, foot, float(WIDTH), foot)]
    starts, ends = (foot, *heights), (*heights, foot)  # the first and the last column stand on the foot
    for place, (before, after) in enumerate(zip(starts, ends, strict=True)):
        x = slot * place + (slot - wide) / 2
        top, height = between(before, after)
        tops.append(top)
        if 0 < place < len(heights):
            role = _CAUTION if levels[place] > levels[place - 1] else _POSITIVE
            marks.append(_made_mark(round(x, 2), top, shown_wide, round(height, 2), role))
        elif is_cut:
            marks += _cut(x, top, wide, height, _STRONG)
        else:
            marks.append(_made_mark(round(x, 2), top, shown_wide, round(height, 2), _STRONG))
        if place:
            lines.append(_made_line(round(x - slot + wide, 2), before, round(x, 2), before, is_dotted=True))
    values = _value_labels([column.amount for column in everything], slot, tops, foot)
    return tuple(marks), tuple(values), tuple(lines)


def _levels(columns: Sequence[Column]) -> tuple[list[int], int]:
    """Return the level after each column but the last, which ends where the last step does, and their fraction.

    The fraction is fine enough for halves and tenths of a level to be whole numbers too.
    """
    values, scale = in_whole([column.value for column in columns])
    return [20 * level for level in itertools.accumulate(values)], 20 * scale


@quick
@dataclass(frozen=True, slots=True)
class _Plot:
    """The way from values, in units of 1/`scale`, to y. `low` is the value at the foot when that is cut."""

    low: int
    high: int
    scale: int
    top: float
    bottom: float
    is_cut: bool

    @classmethod
    def for_levels(cls, levels: Sequence[int], scale: int, top: float, bottom: float) -> _Plot:
        least, most = min(levels), max(levels)
        if least > 0 and 2 * least > most:
            base = least - max((most - least) // 2, most // 10)
            return cls(base, most, scale, top, bottom, is_cut=True)
        return cls(min(least, 0), max(most, 0), scale, top, bottom, is_cut=False)

    @property
    def foot(self) -> float:
        """The y of the axis: zero, or the cut."""
        return self.y(self.low if self.is_cut else 0)

    def y(self, value: int) -> float:
        span = self.high - self.low
        share = ((value - self.low) / self.scale) / (span / self.scale) if span else 0.0
        return round(self.bottom - share * (self.bottom - self.top), 2)

    def from_foot(self, foot: float, values: Sequence[int]) -> list[tuple[float, float]]:
        """Return top and height of each bar that stands on the foot; as `between` and `y`, for many."""
        low, scale, bottom, span = self.low, self.scale, self.bottom, self.high - self.low
        unit, reach, lowest = span / scale or 1.0, bottom - self.top, round(bottom - LEAST_HEIGHT, 2)
        boxes = []
        for value in values:
            y = round(bottom - (value - low) / scale / unit * reach, 2)
            top, height = (foot, y - foot) if foot < y else (y, foot - y)
            if height < LEAST_HEIGHT:
                boxes.append((min(top, lowest), float(LEAST_HEIGHT)))
            else:
                boxes.append((top, round(height, 2)))
        return boxes

    def between(self, first: float, second: float) -> tuple[float, float]:
        """Return top and height of a bar between two places."""
        top, height = (first, second - first) if first < second else (second, first - second)
        if height < LEAST_HEIGHT:  # a line of its own, inside the plot
            return min(top, round(self.bottom - LEAST_HEIGHT, 2)), float(LEAST_HEIGHT)
        return top, round(height, 2)


def _cut(x: float, top: float, wide: float, height: float, role: MarkRole) -> list[Mark]:
    """Return a bar whose foot is set off by a gap: it goes on below what is drawn."""
    foot = round(top + height - CUT_STUB, 2)
    return [
        _mark(x, top, wide, round(height - CUT_STUB - CUT_GAP, 2), role),
        _mark(x, foot, wide, float(CUT_STUB), role),
    ]


def _value_labels(amounts: list[Fact], slot: float, tops: list[float], foot: float) -> list[ChartLabel]:
    """Return the figures above their columns, off the axis, none over another figure or column."""
    centres = [round(slot * place + slot / 2, 2) for place in range(len(amounts))]
    reach = slot - _bar_width(slot) / 2 - SIDE  # as far as the next column begins
    size, places = spread(
        [amount.text for amount in amounts], centres, VALUE_SIZE, reach=reach, gap=SIDE, box=float(WIDTH)
    )
    labels = []
    for amount, x, top in zip(amounts, places, tops, strict=True):
        crosses_axis = foot < top < foot + LABEL_GAP + size
        y = (foot if crosses_axis else top) - LABEL_GAP
        labels.append(_made_label(round(x, 2), round(y, 2), amount, is_strong=True, size=size))
    return labels


def _bar_width(slot: float) -> float:
    return min(slot * 0.72, float(WIDEST_BAR))


# ------------------------------------------------------------------ bars


def bars(
    chart_id: str,
    points: Sequence[Point],
    summary: TextBlock,
    *,
    columns: tuple[Text, ...] = (),
    rows: tuple[ChartRow, ...] = (),
) -> ChartGeometry | None:
    """Return up to 13 months as bars from zero, last year as outlines around them; None if no month has data.

    This year is solid, the current month strong, an estimated one hatched. A month without data has
    no bar; a month of zero has one of the least height. What was fed in goes below the axis.
    """
    if len(points) > MAX_POINTS:
        raise ValueError(f"a chart of bars has at most {MAX_POINTS} points")
    slot = WIDTH / max(len(points), 6)
    left = (WIDTH - slot * len(points)) / 2
    axis = axis_labels(tuple([point.label for point in points]), slot, BARS_HEIGHT, max_lines=1, left=left)
    places, bottom = _month_places(len(points)), BARS_HEIGHT - axis.height
    drawn = (_kernel.bars(points, places, bottom) if _kernel else None) or _drawn_bars(points, places, bottom)
    if drawn is None:
        return None
    marks, foot = drawn
    return ChartGeometry(
        chart_id,
        "bars",
        float(WIDTH),
        float(BARS_HEIGHT),
        marks,
        axis.labels,
        (_made_line(0.0, foot, float(WIDTH), foot),),
        summary,
        columns,
        rows,
    )


def _drawn_bars(points: Sequence[Point], places: Sequence[_Place], bottom: float) -> tuple[_Marks, float] | None:
    """Return the marks of months, and the foot on which they stand; None if no month has data."""
    known = [value for point in points for value in (point.quantity, point.last_year) if value is not None]
    if not known:
        return None
    values, scale = in_whole(known)
    plot = _Plot(min(*values, 0), max(*values, 0), scale, 6.0, bottom, is_cut=False)
    foot = plot.foot
    boxes = iter(plot.from_foot(foot, values))
    marks: list[Mark] = []
    for point, (outline, bar) in zip(points, places, strict=True):
        _, quantity, last_year, is_estimated, is_current = point
        box = None if quantity is None else next(boxes)
        if last_year is not None:
            top, height = next(boxes)
            marks.append(_made_mark(outline[0], top, outline[1], height, _MUTED, _OUTLINE))
        if box is not None:
            style = _HATCHED if is_estimated else _SOLID
            marks.append(_made_mark(bar[0], box[0], bar[1], box[1], _STRONG if is_current else _PRIMARY, style))
    return tuple(marks), foot


@cache
def _month_places(count: int) -> list[_Place]:
    """Return for each of `count` months x and width of last year's outline and of this year's bar."""
    slot = WIDTH / max(count, 6)
    left = (WIDTH - slot * count) / 2
    starts = [left + slot * place for place in range(count)]
    return [
        ((round(x + slot * 0.17, 2), round(slot * 0.66, 2)), (round(x + slot * 0.27, 2), round(slot * 0.46, 2)))
        for x in starts
    ]


def label_width(label: ChartLabel) -> float:
    """Return about how wide `label` is in chart units, rather too wide than too narrow."""
    return width(shown(label.text), label.font_size, is_strong=label.is_strong)


def _mark(x: float, top: float, wide: float, height: float, role: MarkRole, style: MarkStyle = MarkStyle.SOLID) -> Mark:
    return Mark(round(x, 2), top, round(wide, 2), round(height, 2), role, style)
