"""Charts as PDF operators, drawn as WeasyPrint draws the macro `charts.svg` in an <img>.

`chart_primitives` is what the macro must draw, in order; `chart_proof` holds a template's SVG against it.
Coordinates are in chart units, x to the right, y downwards, with two decimals as the filter `coord` writes them.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from engine.model.communication import ChartGeometry, ChartLabel, Mark, MarkRole, MarkStyle
from engine.templating.brand import BrandTokens

HATCHED = "hatched"  # in place of a fill
PITCH = 7  # of the hatching: its strokes are 4 wide, turned by 45 degrees
STROKE = 4


class Line(NamedTuple):
    """A thin line."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str
    dotted: bool


class Rect(NamedTuple):
    """A rectangle with rounded corners. `stroke` is empty for none."""

    x: float
    y: float
    width: float
    height: float
    radius: float
    fill: str
    stroke: str


class Label(NamedTuple):
    """A text at its baseline. `weight` as in CSS."""

    x: float
    y: float
    anchor: str
    size: float
    weight: int
    fill: str
    text: str


Primitive: TypeAlias = Line | Rect | Label


def rounded(value: float) -> float:
    """Return a coordinate as the filter `coord` writes it."""
    return float(f"{value:.2f}") + 0.0  # no minus zero


def chart_primitives(chart: ChartGeometry, brand: BrandTokens, squeeze_height: float = 0.0) -> list[Primitive]:
    """Return what a chart is made of, in drawing order. `squeeze_height` in chart units; 0: its own height."""
    squeeze = squeeze_height / chart.height if squeeze_height else 1.0
    drawn: list[Primitive] = [
        Line(
            rounded(line.x1), rounded(line.y1 * squeeze), rounded(line.x2), rounded(line.y2 * squeeze),
            str(brand.outline if line.is_dotted else brand.rule), line.is_dotted,
        )
        for line in chart.lines
    ]  # fmt: skip
    drawn += [_rect(mark, chart, brand, squeeze) for mark in chart.marks]
    drawn += [_label(label, brand) for label in chart.labels]
    return drawn


def _rect(mark: Mark, chart: ChartGeometry, brand: BrandTokens, squeeze: float) -> Rect:
    box = (rounded(mark.x), rounded(mark.y * squeeze), rounded(mark.width), rounded(mark.height * squeeze))
    radius = 3.0 if mark.height * squeeze > 8 else 1.0
    if mark.style is MarkStyle.OUTLINE:
        return Rect(*box, 4.0, str(brand.ground), str(brand.outline))
    if mark.style is MarkStyle.HATCHED:
        return Rect(*box, radius, HATCHED, "")
    is_bar = chart.kind == "bars" and mark.role is MarkRole.PRIMARY
    return Rect(*box, radius, str(brand.bar) if is_bar else role_colour(mark.role, brand), "")


def role_colour(role: MarkRole, brand: BrandTokens) -> str:
    """Return the colour of a role, as #rrggbb."""
    if role in (MarkRole.PRIMARY, MarkRole.STRONG):
        return str(brand.primary)
    if role is MarkRole.POSITIVE:
        return str(brand.positive)
    if role is MarkRole.CAUTION:
        return str(brand.caution)
    return str(brand.categories.get(role.value, brand.muted))


def _label(label: ChartLabel, brand: BrandTokens) -> Label:
    text = label.text if isinstance(label.text, str) else label.text.text
    return Label(
        rounded(label.x), rounded(label.y), label.anchor, rounded(label.font_size), 600 if label.is_strong else 400,
        str(brand.muted_ink if label.is_axis else brand.ink), text,
    )  # fmt: skip
