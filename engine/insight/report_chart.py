"""Charts of reports: intervals, bars, lines and agreement as inline SVG, with their figures as text beside them.

Rows of intervals and bars are HTML whose SVG stretches with the page, so that words keep their size on a
phone; strokes don't scale, so a mark of no length stays a round dot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from math import floor, log10, sqrt
from typing import Literal

from markupsafe import Markup

Judgement = Literal["", "good", "bad"]
WIDTH, HEIGHT, LEFT, FOOT, TOP, RIGHT = 380, 270, 40, 44, 12, 14
SIDE = WIDTH - LEFT - RIGHT + TOP + FOOT  # height of a square plot
_MOST_RADIUS = 13.0
_FIXED = Markup('vector-effect="non-scaling-stroke"')


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its bounds. `text` is the estimate in words, `note` the bounds; `kind` gives the colour."""

    label: str
    low: float
    at: float
    high: float
    text: str
    note: str = ""
    kind: Judgement = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A length from zero, negative ones to the left; `text` says it."""

    label: str
    value: float
    text: str
    kind: Judgement = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Points (x, y) joined in their order; a reference is drawn thin, without dots."""

    name: str
    points: Sequence[tuple[float, float]]
    is_reference: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was said and what came true with its bounds, all shares from 0 to 1, of so many rows."""

    said: float
    was: float
    low: float
    high: float
    rows: int


def interval_chart(rows: Sequence[Interval], *, title: str, note: str = "") -> Markup:
    """Return a forest plot: one row an estimate, zero marked, the same scale for all."""
    low = min([0.0, *(row.low for row in rows)])
    high = max([0.0, *(row.high for row in rows)])
    pad = (high - low or 1.0) * 0.04
    place = _Scale(low - pad, high + pad)
    drawn = [
        _row(
            row.label,
            Markup(
                '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"{kind}>'
                '<path class="zero" {fixed} d="M{zero} 0V10"/><path class="span" {fixed} d="M{low} 5H{high}"/>'
                '<path class="at" {fixed} d="M{at} 5h0"/></svg>'
            ).format(
                kind=_class(row.kind),
                fixed=_FIXED,
                zero=place.of(0.0),
                low=place.of(row.low),
                high=place.of(row.high),
                at=place.of(row.at),
            ),
            row.text,
            row.note,
        )
        for row in rows
    ]
    return _figure(title, note, Markup("\n").join(drawn))


def bar_chart(rows: Sequence[Bar], *, title: str, note: str = "") -> Markup:
    """Return horizontal bars from a common zero."""
    values = [row.value for row in rows]
    place = _Scale(min([0.0, *values]), max([0.0, *values]))
    drawn = []
    for row in rows:
        left, right = sorted((place.at(0.0), place.at(row.value)))
        bar = Markup(
            '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
            '<path class="zero" {} d="M{} 0V10"/><rect class="bar{}" x="{}" y="1.5" width="{}" height="7"/></svg>'
        ).format(_FIXED, place.of(0.0), f" is-{row.kind}" if row.kind else "", _text(left), _text(right - left))
        drawn.append(_row(row.label, bar, row.text, ""))
    return _figure(title, note, Markup("\n").join(drawn))


def line_chart(
    lines: Sequence[Line],
    *,
    title: str,
    note: str = "",
    x_name: str = "",
    y_name: str = "",
    x_ticks: Sequence[tuple[float, str]] = (),
    y_ticks: Sequence[tuple[float, str]] = (),
) -> Markup:
    """Return lines in one frame, told apart by colour, dashes and their names. Ticks are round figures unless given."""
    across, up = _ticks([x for line in lines for x, _ in line.points], x_ticks), _ticks(
        [y for line in lines for _, y in line.points], y_ticks
    )  # fmt: skip
    kinds = list(zip(lines, _kinds(lines), strict=True))
    x_of = _Scale(across[0][0], across[-1][0], LEFT, WIDTH - RIGHT)
    y_of = _Scale(up[0][0], up[-1][0], HEIGHT - FOOT, TOP)
    drawn = Markup("\n").join(_drawn(line, kind, x_of, y_of) for line, kind in kinds)
    names = Markup('<p class="names">{}</p>').format(Markup("").join(_key(line, kind) for line, kind in kinds))
    plot = _plot(title, (_grid(across, up, x_of, y_of), drawn), names, x_name, y_name, HEIGHT)
    return _figure(title, note, plot)


def agreement_chart(
    points: Sequence[Agreement], *, title: str, note: str = "", x_name: str = "", y_name: str = ""
) -> Markup:
    """Return what was said across and what came true upwards; on the dashed line, both agree.

    A dot's area is its number of rows.
    """
    ticks = [(part / 5, f"{part * 20} %") for part in range(6)]
    x_of, y_of = _Scale(0.0, 1.0, LEFT, WIDTH - RIGHT), _Scale(0.0, 1.0, SIDE - FOOT, TOP)
    most = max((point.rows for point in points), default=1)
    even = Line("", [(0.0, 0.0), (1.0, 1.0)], is_reference=True)
    drawn = Markup("\n").join(_agreement(point, most, x_of, y_of) for point in points)
    parts = (_grid(ticks, ticks, x_of, y_of, SIDE), _drawn(even, "is-reference", x_of, y_of), drawn)
    return _figure(title, note, _plot(title, parts, Markup(""), x_name, y_name, SIDE))


def share_bar(share: float, low: float, high: float, *, words: str) -> Markup:
    """Return a bar of a share (0 to 1) with the whisker of its interval, for a cell; `words` say it aloud."""
    at, start, end = (_text(100 * part) for part in (share, low, high))
    return Markup(
        '<svg class="share" viewBox="0 0 100 16" preserveAspectRatio="none" role="img" aria-label="{words}">'
        '<rect class="ground" y="4" width="100" height="8"/><rect class="bar" y="4" width="{at}" height="8"/>'
        '<path class="whisker" {fixed} d="M{low} 8H{high}M{low} 3V13M{high} 3V13"/></svg>'
    ).format(words=words, fixed=_FIXED, at=at, low=start, high=end)


def _agreement(point: Agreement, most: int, x_of: _Scale, y_of: _Scale) -> Markup:
    radius = max(_MOST_RADIUS * sqrt(point.rows / most), 2.5)
    return Markup(
        '<path class="range" d="M{x} {low}V{high}"/><circle class="at-share" cx="{x}" cy="{y}" r="{r}"/>'
    ).format(
        x=x_of.of(point.said), y=y_of.of(point.was), low=y_of.of(point.low), high=y_of.of(point.high), r=_text(radius)
    )


_Ticks = Sequence[tuple[float, str]]


def _grid(across: _Ticks, up: _Ticks, x_of: _Scale, y_of: _Scale, height: int = HEIGHT) -> Markup:
    """Return the lines and labels of both axes."""
    lines = [
        Markup('<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>').format(
            LEFT, y_of.of(value), WIDTH - RIGHT, LEFT - 6, _text(y_of.at(value) + 4), label
        )
        for value, label in up
    ]
    labels = [
        Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(x_of.of(value), height - FOOT + 18, label)
        for value, label in across
    ]
    return Markup("\n").join([*lines, *labels])


def _plot(title: str, parts: Sequence[Markup], names: Markup, x_name: str, y_name: str, height: int) -> Markup:
    """Return a frame with its axes' names, and what tells its lines apart."""
    across = Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(WIDTH - RIGHT, height - 6, x_name)
    return Markup(
        '<p class="axis-name">{}</p><div class="lines"><svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
        "{}</div>"
    ).format(y_name, WIDTH, height, title, Markup("\n").join([*parts, across]), names)


def _kinds(lines: Sequence[Line]) -> list[str]:
    """Return the class of each line's strokes: references alike, the others by turns."""
    turn = count()
    return ["is-reference" if line.is_reference else f"is-{next(turn) % 4}" for line in lines]


def _drawn(line: Line, kind: str, x_of: _Scale, y_of: _Scale) -> Markup:
    path = "L".join(f"{x_of.of(x)} {y_of.of(y)}" for x, y in line.points)
    dots = [
        Markup('<circle class="dot {}" cx="{}" cy="{}" r="4"/>').format(kind, x_of.of(x), y_of.of(y))
        for x, y in line.points
        if not line.is_reference
    ]
    return Markup('<path class="line {}" d="{}"/>{}').format(kind, path and f"M{path}", Markup("").join(dots))


def _key(line: Line, kind: str) -> Markup:
    """Return a stroke as the line has it, with its name."""
    return Markup(
        '<span><svg viewBox="0 0 28 10" aria-hidden="true"><path class="line {}" d="M1 5H27"/></svg>{}</span>'
    ).format(kind, line.name)


def _row(label: str, plot: Markup, text: str, note: str) -> Markup:
    small = Markup("<small>{}</small>").format(note) if note else ""
    return Markup(
        '<div class="row"><div class="label">{}</div><div class="plot">{}</div><div class="value">{}{}</div></div>'
    ).format(label, plot, text, small)


def _figure(title: str, note: str, body: Markup) -> Markup:
    small = Markup("<small>{}</small>").format(note) if note else ""
    return Markup("<figure><figcaption>{}{}</figcaption>{}</figure>").format(title, small, body)


def _class(kind: Judgement) -> Markup:
    return Markup(' class="is-{}"').format(kind) if kind else Markup("")


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a value from `low` to `high` lies between `start` and `end`."""

    low: float
    high: float
    start: float = 0.0
    end: float = 100.0

    def at(self, value: float) -> float:
        width = self.high - self.low
        share = (value - self.low) / width if width else 0.5
        return self.start + (self.end - self.start) * share

    def of(self, value: float) -> str:
        return _text(self.at(value))


def _text(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _ticks(values: Sequence[float], given: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return about five round figures that hold all values, or those that were given."""
    if given:
        return list(given)
    low, high = min(values, default=0.0), max(values, default=1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / 4
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first = floor(low / step + 1e-9)
    marks = [first * step]
    while marks[-1] < high - step * 1e-9:
        marks.append((first + len(marks)) * step)
    decimals = max(0, -floor(log10(step)) + (step / power == 2.5))
    return [(mark, f"{mark:.{decimals}f}") for mark in marks]
