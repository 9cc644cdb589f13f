"""The calibration chart: what was said across, what came true upwards; on the line, both agree."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from markupsafe import Markup

from engine.insight.risk.model_file import Bin

_SIDE, _LEFT, _FOOT, _TOP = 320, 68, 46, 16
_Z = 1.96
_MOST_RADIUS = 13.0
_LEAST_ROWS = 10  # fewer say nothing of a share; the table beside the chart has them


def calibration_chart(bins: Sequence[Bin]) -> Markup:
    """Return the chart as inline SVG, its finding as its title. A dot's area is its number of rows."""
    if not bins:
        return Markup()
    most = max(one.rows for one in bins)
    ticks = Markup().join(_ticks(part / 5) for part in range(6))
    dots = Markup().join(_dot(one, most) for one in bins if one.rows >= _LEAST_ROWS)
    width, height = _LEFT + _SIDE + 28, _TOP + _SIDE + _FOOT
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}'
        '<line class="even" x1="{}" y1="{}" x2="{}" y2="{}"/>{}'
        '<text x="{}" y="{}" text-anchor="middle">said</text>'
        '<text transform="translate(13 {}) rotate(-90)" text-anchor="middle">came true</text></svg>'
    ).format(width, height, finding(bins), ticks, _x(0), _y(0), _x(1), _y(1), dots, _x(0.5), height - 6, _y(0.5))


def finding(bins: Sequence[Bin]) -> str:
    """Return what the chart shows, in words."""
    rows = sum(one.rows for one in bins)
    gap = sum(one.rows * abs(one.said - one.was) for one in bins) / rows * 100
    return f"On average, what is said is {gap:.1f} points from what comes true"


def _dot(one: Bin, most: int) -> Markup:
    radius = max(_MOST_RADIUS * sqrt(one.rows / most), 2.5)
    half = _Z * sqrt(max(one.was * (1 - one.was), 1 / (4 * one.rows)) / one.rows)
    low, high = max(0.0, one.was - half), min(1.0, one.was + half)
    return Markup(
        '<line class="range" x1="{x}" y1="{low}" x2="{x}" y2="{high}"/><circle cx="{x}" cy="{y}" r="{radius}"/>'
    ).format(x=_x(one.said), y=_y(one.was), low=_y(low), high=_y(high), radius=f"{radius:.1f}")


def _ticks(share: float) -> Markup:
    label = f"{share * 100:.0f} %"
    return Markup(
        '<line class="grid" x1="{left}" y1="{y}" x2="{right}" y2="{y}"/>'
        '<text x="{near}" y="{middle}" text-anchor="end">{label}</text>'
        '<text x="{x}" y="{foot}" text-anchor="middle">{label}</text>'
    ).format(
        left=_x(0), right=_x(1), y=_y(share), near=_LEFT - 8, middle=f"{float(_y(share)) + 4:.1f}", label=label,
        x=_x(share), foot=_TOP + _SIDE + 20,
    )  # fmt: skip


def _x(share: float) -> str:
    return f"{_LEFT + share * _SIDE:.1f}"


def _y(share: float) -> str:
    return f"{_TOP + (1 - share) * _SIDE:.1f}"
