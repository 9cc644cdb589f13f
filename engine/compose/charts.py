"""Charts as plain geometry: what each channel draws, in boxes 640 units wide.

Everything here is given formatted; only heights are computed. Levels are exact until they become a place
in the box, rounded to a hundredth of a unit: the same input makes the same figures. Honest by rule: a bar
starts at zero; where a waterfall's levels lie so far from zero that its steps would be slivers, its foot
is cut off and the first and last bar show a gap there, while the steps keep one scale.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from engine.compose.lettering import fit_size, in_lines, spread, width
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

WIDTH = 640
STACK_HEIGHT = 24
WATERFALL_HEIGHT = 300
BARS_HEIGHT = 260

VALUE_SIZE = 22.0
AXIS_SIZE = 20.0
AXIS_LEADING = 24
LABEL_GAP = 8  # from a bar's top to the baseline of its value
SIDE = 4  # kept free between labels of neighbouring columns, and at the box's sides
WIDEST_BAR = 110
LEAST_HEIGHT = 2  # what is not zero stays visible
LEAST_PART = 6  # the narrowest part of a stack
STACK_GAP = 2
CUT_STUB, CUT_GAP = 10, 5  # the foot of a cut bar, and the gap above it
MAX_COLUMNS, MAX_POINTS = 6, 13
NIL = Fraction(0)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a waterfall: its name, its figure as shown, and the figure."""

    label: Text | Fact | TextBlock
    amount: Fact
    value: Decimal


@dataclass(frozen=True, slots=True)
class Point:
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
    shown = [(role, Fraction(value)) for role, value in parts if value > 0]
    if not shown:
        return None
    widths = _widths([value for _, value in shown], Fraction(WIDTH - STACK_GAP * (len(shown) - 1)))
    marks, x = [], NIL
    for (role, _), wide in zip(shown, widths, strict=True):
        left, right = _unit(x), _unit(x + wide)
        marks.append(Mark(left, 0.0, _unit(right - left), float(STACK_HEIGHT), role))
        x += wide + STACK_GAP
    return ChartGeometry(
        chart_id, "stack", float(WIDTH), float(STACK_HEIGHT), tuple(marks), (), (), summary, columns, rows
    )


def _widths(values: list[Fraction], room: Fraction) -> list[Fraction]:
    """Return widths in proportion to `values` that fill `room`, none below the least."""
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
    return [
        Fraction(LEAST_PART) if place in small else value * left / Fraction(total) for place, value in enumerate(values)
    ]


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
    if start.value + sum((step.value for step in steps), Decimal(0)) != end.value:
        raise ValueError("the steps of a waterfall must lead from its start to its end")
    if len(steps) + 2 > MAX_COLUMNS:
        raise ValueError(f"a waterfall has at most {MAX_COLUMNS} columns: merge the smallest causes")
    everything = (start, *steps, end)
    axis = _axis_labels([column.label for column in everything], WIDTH / len(everything), max_lines=2)
    levels = _levels(start, steps)
    plot = _Plot.for_levels(levels, 34.0, WATERFALL_HEIGHT - axis.height)
    slot = WIDTH / len(everything)
    marks: list[Mark] = []
    lines = [ChartLine(0.0, plot.foot, float(WIDTH), plot.foot)]
    tops = []
    wide = _bar_width(slot)
    for place, (low, high, role) in enumerate(_spans(levels)):
        x = slot * place + (slot - wide) / 2
        top, height = plot.box(low, high)
        tops.append(top)
        is_end = role is MarkRole.STRONG
        marks += _cut(x, top, wide, height, role) if is_end and plot.is_cut else [_mark(x, top, wide, height, role)]
        if place:
            y = plot.y(levels[place - 1])
            lines.append(ChartLine(_unit(x - slot + wide), y, _unit(x), y, is_dotted=True))
    values = _value_labels([column.amount for column in everything], slot, tops, plot.foot)
    return ChartGeometry(
        chart_id,
        "waterfall",
        float(WIDTH),
        float(WATERFALL_HEIGHT),
        tuple(marks),
        (*values, *axis.labels),
        tuple(lines),
        summary,
        columns,
        rows,
    )


def _levels(start: Column, steps: Sequence[Column]) -> list[Fraction]:
    """Return the level after each column but the last, which ends where the last step does."""
    levels = [Fraction(start.value)]
    for step in steps:
        levels.append(levels[-1] + Fraction(step.value))
    return levels


def _spans(levels: list[Fraction]) -> list[tuple[Fraction, Fraction, MarkRole]]:
    """Return each column as (from, to, role): the first and the last from zero, the steps from level to level."""
    steps = [
        (before, after, MarkRole.CAUTION if after > before else MarkRole.POSITIVE)
        for before, after in itertools.pairwise(levels)
    ]
    return [(NIL, levels[0], MarkRole.STRONG), *steps, (NIL, levels[-1], MarkRole.STRONG)]


@dataclass(frozen=True, slots=True)
class _Plot:
    """The scale from values to y. `base` is the value at the foot when that is cut."""

    low: Fraction
    high: Fraction
    top: float
    bottom: float
    is_cut: bool

    @classmethod
    def for_levels(cls, levels: Sequence[Fraction], top: float, bottom: float) -> _Plot:
        least, most = min(levels), max(levels)
        if least > 0 and 2 * least > most:
            base = least - max((most - least) / 2, most / 10)
            return cls(base, most, top, bottom, is_cut=True)
        return cls(min(least, NIL), max(most, NIL), top, bottom, is_cut=False)

    @property
    def foot(self) -> float:
        """The y of the axis: zero, or the cut."""
        return self.y(self.low if self.is_cut else NIL)

    def y(self, value: Fraction) -> float:
        span = self.high - self.low
        share = float(value - self.low) / float(span) if span else 0.0
        return _unit(self.bottom - share * (self.bottom - self.top))

    def box(self, one: Fraction, other: Fraction) -> tuple[float, float]:
        """Return top and height of a bar between two values; a cut bar starts at the foot."""
        ends = [self.y(max(value, self.low)) for value in (one, other)]
        top, height = min(ends), abs(ends[0] - ends[1])
        if height < LEAST_HEIGHT:  # a line of its own, inside the plot
            return min(top, _unit(self.bottom - LEAST_HEIGHT)), float(LEAST_HEIGHT)
        return top, _unit(height)


def _cut(x: float, top: float, wide: float, height: float, role: MarkRole) -> list[Mark]:
    """Return a bar whose foot is set off by a gap: it goes on below what is drawn."""
    foot = _unit(top + height - CUT_STUB)
    return [
        _mark(x, top, wide, _unit(height - CUT_STUB - CUT_GAP), role),
        _mark(x, foot, wide, float(CUT_STUB), role),
    ]


def _value_labels(amounts: list[Fact], slot: float, tops: list[float], foot: float) -> list[ChartLabel]:
    """Return the figures above their columns, off the axis, none over another figure or column."""
    centres = [_unit(slot * place + slot / 2) for place in range(len(amounts))]
    reach = slot - _bar_width(slot) / 2 - SIDE  # as far as the next column begins
    size, places = spread(
        [amount.text for amount in amounts], centres, VALUE_SIZE, reach=reach, gap=SIDE, box=float(WIDTH)
    )
    labels = []
    for amount, x, top in zip(amounts, places, tops, strict=True):
        crosses_axis = foot < top < foot + LABEL_GAP + size
        y = (foot if crosses_axis else top) - LABEL_GAP
        labels.append(ChartLabel(_unit(x), _unit(y), amount, is_strong=True, size=size))
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
    known = [Fraction(v) for point in points for v in (point.quantity, point.last_year) if v is not None]
    if not known:
        return None
    slot = WIDTH / max(len(points), 6)
    left = (WIDTH - slot * len(points)) / 2
    axis = _axis_labels([point.label for point in points], slot, max_lines=1, left=left, height=BARS_HEIGHT)
    bottom = BARS_HEIGHT - axis.height
    plot = _Plot(min(*known, NIL), max(*known, NIL), 6.0, bottom, is_cut=False)
    marks: list[Mark] = []
    for place, point in enumerate(points):
        marks += _month(point, plot, left + slot * place, slot)
    line = ChartLine(0.0, plot.foot, float(WIDTH), plot.foot)
    return ChartGeometry(
        chart_id,
        "bars",
        float(WIDTH),
        float(BARS_HEIGHT),
        tuple(marks),
        axis.labels,
        (line,),
        summary,
        columns,
        rows,
    )


def _month(point: Point, plot: _Plot, x: float, slot: float) -> list[Mark]:
    marks = []
    if point.last_year is not None:
        top, height = plot.box(NIL, Fraction(point.last_year))
        marks.append(_mark(x + slot * 0.17, top, slot * 0.66, height, MarkRole.MUTED, MarkStyle.OUTLINE))
    if point.quantity is not None:
        top, height = plot.box(NIL, Fraction(point.quantity))
        role = MarkRole.STRONG if point.is_current else MarkRole.PRIMARY
        style = MarkStyle.HATCHED if point.is_estimated else MarkStyle.SOLID
        marks.append(_mark(x + slot * 0.27, top, slot * 0.46, height, role, style))
    return marks


# ------------------------------------------------------------------ axis labels


@dataclass(frozen=True, slots=True)
class _Axis:
    """The labels below the columns, and the height that they take from the plot."""

    labels: tuple[ChartLabel, ...]
    height: float


def _axis_labels(
    names: Sequence[Text | Fact | TextBlock],
    slot: float,
    *,
    max_lines: int,
    left: float = 0.0,
    height: int = WATERFALL_HEIGHT,
) -> _Axis:
    """Return `names` centred below their columns, in one size at which none touches the next."""
    room = slot - SIDE
    split = [in_lines(name, room, AXIS_SIZE, max_lines) for name in names]
    lines = max((len(parts) for parts in split), default=1)
    size = fit_size([str(_shown(part)) for parts in split for part in parts], room, AXIS_SIZE)
    first = height - 8 - AXIS_LEADING * (lines - 1)
    labels = [
        ChartLabel(
            _unit(left + slot * place + slot / 2), float(first + AXIS_LEADING * line), part, is_axis=True, size=size
        )
        for place, parts in enumerate(split)
        for line, part in enumerate(parts)
    ]
    return _Axis(tuple(labels), float(height - first + AXIS_LEADING))


def _shown(part: Text | Fact) -> str:
    return part.text if isinstance(part, Fact) else part


def label_width(label: ChartLabel) -> float:
    """Return about how wide `label` is in chart units, rather too wide than too narrow."""
    return width(_shown(label.text), label.font_size, is_strong=label.is_strong)


def _mark(x: float, top: float, wide: float, height: float, role: MarkRole, style: MarkStyle = MarkStyle.SOLID) -> Mark:
    return Mark(_unit(x), top, _unit(wide), _unit(height), role, style)


def _unit(value: Fraction | float) -> float:
    return round(float(value), 2)
