"""The names below the columns of a chart: kept apart, in one size, at most two lines each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.compose.lettering import fit_size, in_lines
from engine.model.communication import ChartLabel, Fact, Text, TextBlock
from engine.model.quick import quick

AXIS_SIZE = 20.0
AXIS_LEADING = 24
SIDE = 4  # kept free between labels of neighbouring columns, and at the box's sides


@quick
@dataclass(frozen=True, slots=True)
class Axis:
    """The labels below the columns, and the height that they take from the plot."""

    labels: tuple[ChartLabel, ...]
    height: float


@lru_cache(maxsize=2048)
def axis_labels(
    names: tuple[Text | Fact | TextBlock, ...],
    slot: float,
    height: int,
    *,
    max_lines: int,
    left: float = 0.0,
) -> Axis:
    """Return `names` centred below their columns, in one size at which none touches the next.

    Kept, since the customers of a cycle have the same months and causes below their charts.
    """
    room = slot - SIDE
    split = [in_lines(name, room, AXIS_SIZE, max_lines) for name in names]
    lines = max((len(parts) for parts in split), default=1)
    size = fit_size([str(shown(part)) for parts in split for part in parts], room, AXIS_SIZE)
    first = height - 8 - AXIS_LEADING * (lines - 1)
    labels = [
        ChartLabel(
            round(left + slot * place + slot / 2, 2), float(first + AXIS_LEADING * line), part, is_axis=True, size=size
        )
        for place, parts in enumerate(split)
        for line, part in enumerate(parts)
    ]
    return Axis(tuple(labels), float(height - first + AXIS_LEADING))


def shown(part: Text | Fact) -> str:
    """Return what a label shows."""
    return part.text if isinstance(part, Fact) else part
