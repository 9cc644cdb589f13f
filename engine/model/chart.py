"""Charts as plain geometry, drawn alike by the page, the PDF and the video."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.model.quick import quick
from engine.model.said import Fact, Text, TextBlock


class MarkRole(StrEnum):
    """Which brand token a mark of a chart takes its colour from."""

    PRIMARY = "primary"
    STRONG = "strong"
    POSITIVE = "positive"
    CAUTION = "caution"
    MUTED = "muted"
    ENERGY = "energy"
    NETWORK = "network"
    TAXES = "taxes"
    FIXED = "fixed"
    ONE_OFF = "one_off"
    ADJUSTMENT = "adjustment"


class MarkStyle(StrEnum):
    """How a mark is drawn."""

    SOLID = "solid"
    OUTLINE = "outline"
    HATCHED = "hatched"


@quick
@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle of a chart. x, y, width, height in chart units; y grows downwards."""

    x: float
    y: float
    width: float
    height: float
    role: MarkRole
    style: MarkStyle = MarkStyle.SOLID


@quick
@dataclass(frozen=True, slots=True)
class ChartLabel:
    """A text of a chart at its baseline. `anchor` is start, middle or end.

    `size` is the font size in chart units, chosen so that neighbours don't touch; 0 takes the usual one
    (22 for values, 20 for the axis), which is what `font_size` says.
    """

    x: float
    y: float
    text: Fact | Text
    anchor: str = "middle"
    is_strong: bool = False
    is_axis: bool = False
    size: float = 0.0

    @property
    def font_size(self) -> float:
        """The font size in chart units."""
        return self.size or (20.0 if self.is_axis else 22.0)


@quick
@dataclass(frozen=True, slots=True)
class ChartLine:
    """A thin line of a chart: an axis, or a dotted connector."""

    x1: float
    y1: float
    x2: float
    y2: float
    is_dotted: bool = False


@quick
@dataclass(frozen=True, slots=True)
class ChartRow:
    """A row of the data table behind a chart, for those who don't see the picture."""

    label: Fact | Text
    cells: tuple[Fact | Text, ...]


@quick
@dataclass(frozen=True, slots=True)
class ChartGeometry:
    """A chart as plain geometry in a box of `width` x `height` units, drawn alike by every channel."""

    id: str
    kind: str  # waterfall | bars | stack | ageing
    width: float
    height: float
    marks: tuple[Mark, ...]
    labels: tuple[ChartLabel, ...]
    lines: tuple[ChartLine, ...]
    summary: TextBlock  # the finding, as alternative text
    columns: tuple[Text, ...] = ()
    rows: tuple[ChartRow, ...] = ()
