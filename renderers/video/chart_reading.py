"""What a chart's geometry says to whoever draws it: columns, their names, how far they reach."""

from __future__ import annotations

import itertools
from dataclasses import replace

from engine.model.communication import ChartGeometry, ChartLabel, Fact, Mark, MarkRole, Text


def whole_marks(chart: ChartGeometry) -> list[tuple[Mark, bool]]:
    """Return the marks, a bar with its cut-off foot as one, and whether a foot was cut off."""
    made: list[tuple[Mark, bool]] = []
    for mark in chart.marks:
        last = made[-1][0] if made else None
        if last and chart.kind == "waterfall" and last.role is mark.role is MarkRole.STRONG and last.x == mark.x:
            made[-1] = (replace(last, height=mark.y + mark.height - last.y), True)
        else:
            made.append((mark, False))
    return made


def axis_labels(chart: ChartGeometry) -> list[ChartLabel]:
    """Return the axis labels from left to right; lines of one label are joined, they are broken anew here."""
    stacks: dict[float, list[ChartLabel]] = {}
    for label in chart.labels:
        if label.is_axis:
            stacks.setdefault(label.x, []).append(label)
    joined = []
    for x in sorted(stacks):
        lines = sorted(stacks[x], key=lambda label: label.y)
        joined.append(lines[0] if len(lines) == 1 else replace(lines[0], text=Text(" ".join(map(words, lines)))))
    return joined


def words(label: ChartLabel) -> str:
    """Return the words of a label."""
    return label.text.text if isinstance(label.text, Fact) else str(label.text)


def extent(chart: ChartGeometry) -> tuple[float, float]:
    """Return the highest and the lowest y that anything of the chart has."""
    low = min((mark.y for mark in chart.marks), default=0.0)
    high = max((mark.y + mark.height for mark in chart.marks), default=1.0)
    levels = [line.y1 for line in chart.lines if line.y1 == line.y2 and not line.is_dotted]
    return low, max([high, *levels, low + 1e-6])


def centres(chart: ChartGeometry) -> list[float]:
    """Return the x of each column, from left to right."""
    named = sorted({label.x for label in chart.labels if label.is_axis})
    return named or sorted({round(mark.x + mark.width / 2, 1) for mark in chart.marks})


def group_count(chart: ChartGeometry) -> int:
    """Return how many columns the chart has."""
    return max(1, len(centres(chart)))


def pitch_of(chart: ChartGeometry) -> float:
    """Return the distance between columns in chart units."""
    places = centres(chart)
    return min((b - a for a, b in itertools.pairwise(places)), default=chart.width)


def group_at(chart: ChartGeometry, x: float) -> int:
    """Return the number of the column nearest to `x`."""
    places = centres(chart)
    return min(range(len(places)), key=lambda index: abs(places[index] - x)) if places else 0


def group_of(chart: ChartGeometry, mark: Mark) -> int:
    """Return the number of the column that a mark stands in."""
    return group_at(chart, mark.x + mark.width / 2)


def span_at(chart: ChartGeometry, x: float) -> tuple[float, float]:
    """Return top and bottom of what stands at `x`."""
    group = group_at(chart, x)
    there = [mark for mark in chart.marks if group_of(chart, mark) == group]
    if not there:
        return extent(chart)
    return min(mark.y for mark in there), max(mark.y + mark.height for mark in there)
