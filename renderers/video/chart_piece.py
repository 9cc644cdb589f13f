"""A chart drawn from its geometry: columns grow from the ground, or rows from the left in portrait.

Marks keep the proportions of the geometry; text is set at the video's own sizes, so that it stays
legible whatever the chart's box.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

from PIL import Image, ImageChops, ImageDraw

from engine.model.communication import ChartGeometry, ChartLabel, Mark, MarkRole, MarkStyle
from renderers.video.canvas import Canvas
from renderers.video.chart_reading import (
    axis_labels,
    centres,
    extent,
    group_at,
    group_count,
    group_of,
    pitch_of,
    span_at,
    whole_marks,
    words,
)
from renderers.video.frame import Frame, Rect
from renderers.video.layer import RGB, Layer, Parts, digest
from renderers.video.motion import ease, staggered
from renderers.video.pieces import EDGE_PX
from renderers.video.shapes import WHITE, Palette, cut_foot, hatched, mix, outlined, rounded, rounded_mask
from renderers.video.storyboard import ChartElement, Entrance, TextStyle
from renderers.video.typeface import FontBook
from renderers.video.typesetting import Setting, draw_setting, fit

_SAID_AT = 0.5  # of its growth: when the figure of a mark comes
_ROW_LABEL_SHARE = 0.38  # of the width, at most


@dataclass(frozen=True, slots=True)
class _Grown:
    """A mark's finished layer, its place, which group it comes in with and from which side it grows."""

    layer: Layer
    left: int
    top: int
    group: int
    side: str  # foot | head | left | right


@dataclass(frozen=True, slots=True)
class _Said:
    """A label's layer; axis labels come in first, values after their mark."""

    layer: Layer
    left: int
    top: int
    group: int | None


@dataclass(slots=True)
class ChartPiece:
    """A chart that grows group by group; a group is what stands at one place of the axis.

    The axis is there first, a figure when its mark has half grown, connectors when all has: at once, since each
    step of a fade is encoded again.
    """

    entrance: Entrance
    rect: Rect
    marks: tuple[_Grown, ...]
    labels: tuple[_Said, ...]
    axis: Parts
    connectors: Parts
    groups: int
    _areas: dict[int | str, Rect] | None = None

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        self.rect = Rect(left, top, self.rect.width, self.rect.height)

    @property
    def reach(self) -> Rect:
        """All pixels that it can touch, at any progress."""
        if self._areas is None:
            self._areas = self._found_areas()
        return functools.reduce(Rect.joined, self._areas.values(), Rect(0, 0, 0, 0)).moved(*self.rect[:2])

    @property
    def value_rects(self) -> tuple[Rect, ...]:
        """Where the labels of its values stand, in their order: axis labels are left out."""
        return tuple(
            Rect(self.rect.left + one.left, self.rect.top + one.top, one.layer.width, one.layer.height)
            for one in self.labels
            if one.group is not None
        )

    def changed(self, before: float, after: float) -> tuple[Rect, ...]:
        """Return areas outside which it looks the same at both progresses: of what grows or comes."""
        if self._areas is None:
            self._areas = self._found_areas()
        pairs = enumerate(zip(staggered(before, self.groups), staggered(after, self.groups), strict=True))
        names: list[int | str] = [group for group, (one, other) in pairs if one != other]
        names += ["axis"] if (before > 0) != (after > 0) else []
        names += ["connectors"] if (before >= 1) != (after >= 1) else []
        return tuple(self._areas[name].moved(*self.rect[:2]) for name in names if name in self._areas)

    def _found_areas(self) -> dict[int | str, Rect]:
        """Return all that each group, the axis and the connectors touch, from the chart's corner."""
        areas: dict[int | str, Rect] = {}
        parts: list[tuple[int | str, Layer, int, int]] = [(m.group, m.layer, m.left, m.top) for m in self.marks]
        parts += [("axis" if one.group is None else one.group, one.layer, one.left, one.top) for one in self.labels]
        parts += [("axis", *line) for line in self.axis] + [("connectors", *line) for line in self.connectors]
        for name, layer, left, top in parts:
            areas[name] = areas.get(name, Rect(0, 0, 0, 0)).joined(layer.ink.moved(left, top))
        return areas

    @property
    def rest(self) -> Rect:
        """All pixels that it touches once it stands still."""
        return self.reach

    @property
    def key(self) -> bytes:
        """What decides its pixels besides place and times."""
        marks = [(mark.layer.key, mark.left, mark.top, mark.group, mark.side) for mark in self.marks]
        labels = [(label.layer.key, label.left, label.top, label.group) for label in self.labels]
        lines = [[(line.key, left, top) for line, left, top in part] for part in (self.axis, self.connectors)]
        return digest("chart", marks, labels, lines, self.groups, self.entrance.ease.value)

    def draw(self, canvas: Canvas, progress: float) -> None:
        """Draw the chart as far as it has grown."""
        for lines, is_there in ((self.axis, progress > 0), (self.connectors, progress >= 1)):
            for line, left, top in lines if is_there else ():
                canvas.lay(line, self.rect.left + left, self.rect.top + top)
        grown = staggered(progress, self.groups)
        eased = [ease(self.entrance.ease, local) for local in grown]
        for mark in self.marks:
            self._grow(canvas, mark, eased[mark.group])
        for label in self.labels:
            if progress > 0 if label.group is None else grown[label.group] >= _SAID_AT:
                canvas.lay(label.layer, self.rect.left + label.left, self.rect.top + label.top)

    def _grow(self, canvas: Canvas, mark: _Grown, eased: float) -> None:
        layer, left, top = mark.layer, self.rect.left + mark.left, self.rect.top + mark.top
        if eased >= 1:
            canvas.lay(layer, left, top)
            return
        width, height = layer.width, layer.height
        across, down = round(width * eased), round(height * eased)
        if mark.side == "foot":
            window = Rect(0, height - down - (top + height - down) % EDGE_PX, width, height)
        elif mark.side == "head":
            window = Rect(0, 0, width, down + -(top + down) % EDGE_PX)
        elif mark.side == "left":
            window = Rect(0, 0, across + -(left + across) % EDGE_PX, height)
        else:
            window = Rect(width - across - (left + width - across) % EDGE_PX, 0, width, height)
        if across and down:
            canvas.lay(layer, left, top, window=window)


@dataclass(frozen=True, slots=True)
class ChartMaker:
    """Makes the piece of one chart on one rendition."""

    frame: Frame
    palette: Palette
    book: FontBook
    report: Callable[[str], None]

    def make(self, element: ChartElement, rect: Rect) -> ChartPiece:
        """Return the chart's piece in `rect`."""
        if element.chart.kind == "stack":
            return self._stack(element, rect)
        in_rows = element.tall_rows and (self.frame.is_narrow or self._is_crowded(element, rect))
        return self._rows(element, rect) if in_rows else self._columns(element, rect)

    def _is_crowded(self, element: ChartElement, rect: Rect) -> bool:
        """True if a figure at its smallest is wider than its column: then it stands beside a row."""
        chart, style = element.chart, element.label
        pitch = pitch_of(chart) / chart.width * rect.width - self.frame.px(10)
        size = self.frame.px(style.floor)
        figures = (words(label) for label in chart.labels if not label.is_axis)
        return any(self.book.width(figure, size, style.weight, style.figures) > pitch for figure in figures)

    def _stack(self, element: ChartElement, rect: Rect) -> ChartPiece:
        chart = element.chart
        shape = rounded_mask(rect.width, rect.height, self.frame.px(6))
        mask, parts = Image.new("L", shape.size, 0), []
        for mark in chart.marks:
            left, right = (round(x * rect.width / chart.width) for x in (mark.x, mark.x + mark.width))
            part = rounded(max(1, right - left), rect.height, 0, self.palette.mark(mark.role))
            parts.append((part, left, 0))
            mask.paste(part.mask, (left, 0))
        key = digest("bar", shape.size, self.frame.px(6), [(left, part.width) for part, left, _ in parts])
        bar = Layer(ImageChops.darker(mask, shape), WHITE, key).carrying(*parts)
        grown = _Grown(bar, 0, 0, 0, "left")
        return ChartPiece(element.entrance, rect, (grown,), (), (), (), 1)

    def _columns(self, element: ChartElement, rect: Rect) -> ChartPiece:
        chart, px = element.chart, self.frame.px
        axis = axis_labels(chart)
        values = [label for label in chart.labels if not label.is_axis]
        pitch = pitch_of(chart) / chart.width * rect.width
        axis_set = self._names(axis, element.axis, pitch, rect)
        value_set = self._figures(values, element.label, pitch - px(4))
        foot = max((s.height for s in axis_set), default=0) + (px(14) if axis else 0)
        head = max((s.line_px for s in value_set), default=0) + px(4)
        low, high = extent(chart)
        room = rect.height - head - foot

        def x(value: float) -> int:
            return round(value / chart.width * rect.width)

        def y(value: float) -> int:
            return head + round((value - low) / (high - low) * room)

        marks = []
        for mark, is_cut in whole_marks(chart):
            box = Rect(x(mark.x), y(mark.y), x(mark.x + mark.width) - x(mark.x),
                       max(px(3), y(mark.y + mark.height) - y(mark.y)))  # fmt: skip
            side = "head" if mark.role is MarkRole.POSITIVE and chart.kind == "waterfall" else "foot"
            layer = self._mark(chart, mark, box)
            if is_cut:
                layer = cut_foot(layer, px(20), px(8), px(14), is_column=True)
            marks.append(_Grown(layer, box.left, box.top, group_of(chart, mark), side))
        labels = self._axis_below(axis, axis_set, pitch, x, head + room + px(10))
        taken: list[Rect] = []
        for label, setting in sorted(zip(values, value_set, strict=True), key=lambda pair: pair[0].x):
            top, bottom = span_at(chart, label.x)
            above = label.y <= (top + bottom) / 2
            at = y(top) - setting.line_px - px(2) if above else y(bottom) + px(4)
            centre = x(centres(chart)[group_at(chart, label.x)])
            box = _clear(Rect(centre - setting.width // 2, at, setting.width, setting.line_px), taken, rect.width)
            taken.append(box)
            labels.append(_Said(self._ink(setting, element.label), box.left, box.top, group_at(chart, label.x)))
        lines = self._lines(chart, lambda a, b: (x(a), y(b)))
        return ChartPiece(element.entrance, rect, tuple(marks), tuple(labels), *lines, group_count(chart))

    def _axis_below(
        self, axis: list[ChartLabel], settings: list[Setting], pitch: float, x: Callable[[float], int], top: int
    ) -> list[_Said]:
        crowded = any(s.is_cut or s.width > pitch for s in settings) and len(axis) > 6
        every = 2 if crowded else 1  # a chart of twelve months reads well with every second one named
        made = []
        for index, (label, setting) in enumerate(zip(axis, settings, strict=True)):
            if (len(axis) - 1 - index) % every == 0:
                made.append(self._said(label, setting, None, x(label.x), top, None))
        return made

    def _rows(self, element: ChartElement, rect: Rect) -> ChartPiece:
        chart, px = element.chart, self.frame.px
        axis = axis_labels(chart)
        values = [label for label in chart.labels if not label.is_axis]
        pitch = pitch_of(chart) / chart.width * rect.height
        axis_set = self._settings(axis, element.axis, rect.width * _ROW_LABEL_SHARE, round(pitch))
        name_px = max((s.width for s in axis_set), default=0) + px(20)
        value_set = self._figures(values, element.label, rect.width // 3)
        room = rect.width - name_px - max((s.width for s in value_set), default=0) - px(14)
        low, high = extent(chart)

        def across(value: float) -> int:
            return name_px + round((high - value) / (high - low) * room)

        def down(value: float) -> int:
            return round(value / chart.width * rect.height)

        marks = []
        for mark, is_cut in whole_marks(chart):
            left, right = across(mark.y + mark.height), across(mark.y)
            box = Rect(left, down(mark.x), max(px(3), right - left), down(mark.x + mark.width) - down(mark.x))
            side = "right" if mark.role is MarkRole.POSITIVE else "left"
            layer = self._mark(chart, mark, box)
            if is_cut:
                layer = cut_foot(layer, px(20), px(8), px(14), is_column=False)
            marks.append(_Grown(layer, box.left, box.top, group_of(chart, mark), side))
        labels = [
            _Said(self._ink(setting, element.axis), 0, down(label.x) - setting.height // 2, None)
            for label, setting in zip(axis, axis_set, strict=True)
        ]
        for label, setting in zip(values, value_set, strict=True):
            left = across(span_at(chart, label.x)[0]) + px(12)
            top = down(label.x) - setting.height // 2
            labels.append(_Said(self._ink(setting, element.label), left, top, group_at(chart, label.x)))
        lines = self._lines(chart, lambda a, b: (across(b), down(a)))
        return ChartPiece(element.entrance, rect, tuple(marks), tuple(labels), *lines, group_count(chart))

    def _mark(self, chart: ChartGeometry, mark: Mark, box: Rect) -> Layer:
        colour, radius = self.palette.mark(mark.role), self.frame.px(3)
        if chart.kind == "bars" and mark.role is MarkRole.PRIMARY:  # this month's bar stands out as STRONG
            colour = mix(colour, (255, 255, 255), 0.2)
        width, height = max(1, box.width), max(1, box.height)
        if mark.style is MarkStyle.OUTLINE:
            return outlined(width, height, radius, self.frame.px(2.4), colour)
        if mark.style is MarkStyle.HATCHED:
            return hatched(width, height, radius, self.frame.px(8), colour)
        return rounded(width, height, radius, colour)

    def _settings(self, labels: list[ChartLabel], style: TextStyle, width: float, height: int) -> list[Setting]:
        """Return the labels set in one size: the largest in which all of them fit."""
        unit, tall = self.frame.unit, self.frame.is_tall
        made = [fit(self.book, words(label), style, int(width), height, unit, tall) for label in labels]
        if not made:
            return []
        smallest = min(setting.size_px for setting in made) / unit
        even = replace(style, size=max(smallest, style.floor), tall_size=0.0)
        return [fit(self.book, words(label), even, int(width), height, unit, tall) for label in labels]

    def _names(self, axis: list[ChartLabel], style: TextStyle, pitch: float, rect: Rect) -> list[Setting]:
        """Return axis labels set to their columns; a long word may use the room that its neighbours leave."""
        gap = self.frame.px(18)
        wide = self._settings(axis, style, pitch * 1.5, rect.height // 3)
        pairs = itertools.pairwise(wide)
        if all((one.width + other.width) / 2 + gap <= pitch for one, other in pairs) and not any(
            s.is_cut for s in wide
        ):
            return wide
        return self._settings(axis, style, pitch - self.frame.px(8), rect.height // 3)

    def _figures(self, labels: list[ChartLabel], style: TextStyle, width: float) -> list[Setting]:
        """Return figures set in one size that fits if one above the floor does. A figure is never cut."""
        size = min((setting.size_px for setting in self._settings(labels, style, width, 10_000)), default=0)
        even = replace(style, size=max(style.floor, size / self.frame.unit), tall_size=0.0, lines=1)
        even = replace(even, floor=even.size)
        unit, tall = self.frame.unit, self.frame.is_tall
        return [fit(self.book, words(label), even, 10_000, 10_000, unit, tall) for label in labels]

    def _said(
        self, label: ChartLabel, setting: Setting, style: TextStyle | None, x: int, top: int, group: int | None
    ) -> _Said:
        colour = self.palette.token(style.colour if style else "soft")
        shift = {"start": 0, "middle": setting.width // 2, "end": setting.width}[label.anchor]
        return _Said(draw_setting(self.book, setting, colour, "center"), x - shift, top, group)

    def _ink(self, setting: Setting, style: TextStyle) -> Layer:
        return draw_setting(self.book, setting, self.palette.token(style.colour))

    def _lines(self, chart: ChartGeometry, at: Callable[[float, float], tuple[int, int]]) -> tuple[Parts, Parts]:
        """Return the axis, and the connectors that are drawn when all has grown."""
        colour, width = self.palette.token("hairline"), max(2, self.frame.px(2))
        found: tuple[list[tuple[Layer, int, int]], ...] = ([], [])
        for line in chart.lines:
            (x1, y1), (x2, y2) = at(line.x1, line.y1), at(line.x2, line.y2)
            left, top = min(x1, x2) - width, min(y1, y2) - width
            found[line.is_dotted].append((_line(x1 - left, y1 - top, x2 - left, y2 - top, width, colour), left, top))
        return tuple(found[0]), tuple(found[1])


@functools.lru_cache(maxsize=128)
def _line(x1: int, y1: int, x2: int, y2: int, width: int, colour: RGB) -> Layer:
    mask = Image.new("L", (max(x1, x2) + 2 * width, max(y1, y2) + 2 * width), 0)
    ImageDraw.Draw(mask).line((x1, y1, x2, y2), fill=255, width=width)
    return Layer(mask, colour, digest("line", x1, y1, x2, y2, width, colour))


def _clear(box: Rect, taken: list[Rect], width: int) -> Rect:
    """Return `box` inside the chart's width, raised until it touches no label before it."""
    left = min(max(0, box.left), max(0, width - box.width))
    top = box.top
    for other in reversed(taken):
        if (
            left < other.right + 4
            and other.left < left + box.width + 4
            and top < other.bottom
            and other.top < top + box.height
        ):
            top = other.top - box.height
    return Rect(left, top, box.width, box.height)
