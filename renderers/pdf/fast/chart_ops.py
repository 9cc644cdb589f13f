"""Charts as PDF operators, drawn as WeasyPrint draws the macro `charts.svg` in an <img>.

`chart_primitives` is what the macro must draw, in order; `chart_proof` holds a template's SVG against it.
Coordinates are in chart units, x to the right, y downwards, with two decimals as the filter `coord` writes them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

from engine.model.communication import ChartGeometry, ChartLabel, Mark, MarkRole, MarkStyle
from engine.natives import native
from engine.templating.brand import BrandTokens
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.letters import Letters, keep
from renderers.pdf.fast.model import Unfillable

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


# --- operators: whole numbers of hundredths of a chart unit, which is what `coord` leaves -----------------

_ARC = 4 * (2**0.5 - 1) / 3  # how far a quarter circle's control points are, as in WeasyPrint's svg/shapes.py
_RULE = 200  # width of lines and outlines
_STRIPE = 200  # a stroke is 4 wide around the edge of its tile: half of it is cut off
_GAP = 100 * PITCH - _STRIPE
_OUTLINE, _HATCHED = MarkStyle.OUTLINE, MarkStyle.HATCHED
_LINES_END: dict[object, bytes] = {None: b"", False: b"S\n", True: b"S[]0 d\n"}
_ENDS = (b"f\n", b"B\n")  # of narrow marks, of plain ones
_AxisKey: TypeAlias = tuple[str, float, float, float, str, bool]
_Shown: TypeAlias = tuple[int, int, bytes]
_VIEWS_KEPT = 256
_HEX = re.compile("#[0-9a-fA-F]{6}")
_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
_kernel = native(__name__, "chart_kernel")


class ChartPainter:
    """Paints the charts of one template set and locale. Not for several threads at once."""

    def __init__(self, brand: BrandTokens, fonts: FontSet) -> None:
        self._letters = (Letters(brand, fonts, 400), Letters(brand, fonts, 600))
        self._fonts = fonts
        self._known: dict[_AxisKey, _Shown] = {}
        self._views: dict[tuple[float, float, float, float], bytes] = {}
        fills = {
            (kind == "bars", role): rgb(
                brand.bar if kind == "bars" and role is MarkRole.PRIMARY else role_colour(role, brand)
            )
            for kind in ("bars", "")
            for role in MarkRole
        }
        self._fills = {key: b"%b rg %b RG\n" % (colour, colour) for key, colour in fills.items()}
        self._outlined = b"%b rg %b RG %d w\n" % (rgb(brand.ground), rgb(brand.outline), _RULE)
        self._hatched = b"q %b rg\n" % rgb(brand.tint)
        stripes = b"W f %b RG[%d %d]0 d " % (rgb(brand.bar), _STRIPE, _GAP)
        self._stripes = stripes + b"%d w %d %d m %d %d l S Q\n"
        self._rules = (b"%b RG\n" % rgb(brand.rule), b"%b RG[300 300]0 d\n" % rgb(brand.outline))
        self._inks = (rgb(brand.ink) + b" rg", rgb(brand.muted_ink) + b" rg")
        of_roles = {role: (self._fills[False, role], self._fills[True, role]) for role in MarkRole}
        shown = (of_roles, self._outlined, self._hatched, stripes, self._rules, self._inks)
        self._pen: Any = _kernel.Pen(self._letters, *shown) if _kernel else None

    def fonts(self) -> tuple[str, ...]:
        """Return the names of the fonts that labels are set in. Raises `Unfillable`."""
        return tuple(letters.name() for letters in self._letters)

    def operators(self, chart: ChartGeometry, width: float, height: float, squeeze_height: float = 0.0) -> bytes:
        """Return what draws a chart into a box of `width` x `height` px at the origin, y growing downwards.

        Raises `Unfillable` for a label that the batch's fonts can't show.
        """
        of_height = squeeze_height or chart.height
        view = self._views.get((chart.width, of_height, width, height))
        if view is None:
            if len(self._views) >= _VIEWS_KEPT:
                self._views.clear()
            view = self._views[chart.width, of_height, width, height] = _view(chart.width, of_height, width, height)
        squeeze = 100 * of_height / chart.height
        made: bytes | None = self._pen.chart(view, chart, squeeze) if self._pen else None
        return self._painted(view, chart, squeeze) if made is None else made

    def _painted(self, view: bytes, chart: ChartGeometry, squeeze: float) -> bytes:
        """Return what the kernel does, where there is none or it declines."""
        out = [view]
        if chart.lines:
            self._lines(chart, squeeze, out)
        self._marks(chart, squeeze, out)
        if chart.labels:
            self._labels(chart, out)
        out.append(b"Q\n")
        return b"".join(out)

    def _lines(self, chart: ChartGeometry, squeeze: float, out: list[bytes]) -> None:
        """Draw lines, those that follow one another and look alike as one path."""
        before: object = None
        out.append(b"%d w\n" % _RULE)
        for line in chart.lines:
            if line.is_dotted != before:
                out += (_LINES_END[before], self._rules[line.is_dotted])
                before = line.is_dotted
            out.append(
                b"%d %d m %d %d l\n"
                % (round(line.x1 * 100), round(line.y1 * squeeze), round(line.x2 * 100), round(line.y2 * squeeze))
            )
        out.append(_LINES_END[before])

    def _marks(self, chart: ChartGeometry, squeeze: float, out: list[bytes]) -> None:
        """Draw bars and bands, those that follow one another and look alike as one path.

        A plain one is a smaller rectangle, filled, and its edge drawn with a round pen: a fifth of the bytes that
        its outline takes. To pack those was the greatest cost of a chart. Not one so narrow that viewers draw what
        is left of it as a hairline. Where each outline stands clear of all before it, the outlines come first.
        """
        is_bars = chart.kind == "bars"
        boxes = _boxes(chart.marks, squeeze)
        is_clear = _stand_clear(boxes)
        outlines = [_path(box) for box in boxes if box.style is _OUTLINE] if is_clear else ()
        if outlines:
            out += (self._outlined, *outlines, b"B\n")
        end, pen, before = b"", 0, None
        for box in boxes:
            style, role, x, top, width, height, radius = box
            if style is _HATCHED:
                reach = (width + height) // 2 + 1
                stripes = self._stripes % (4 * reach, x, top, x + reach, top + reach)
                out += (end, self._hatched, _path(box), stripes)
                end = b""
            elif style is not _OUTLINE:
                is_wide = min(width, height) > 3 * radius
                if before is not role or end != _ENDS[is_wide] or (is_wide and pen != 2 * radius):
                    out.append(end)
                    end = _ENDS[is_wide]
                    if before is not role:
                        before = role
                        out.append(self._fills[is_bars, role])
                    if is_wide and pen != 2 * radius:
                        pen = 2 * radius
                        out.append(b"%d w\n" % pen)
                out.append(_inner(box) if is_wide else _path(box))
            elif not is_clear:
                out += (end, self._outlined, _path(box), b"B\n")
                end, pen, before = b"", _RULE, None
        out.append(end)

    def _labels(self, chart: ChartGeometry, out: list[bytes]) -> None:
        known = self._known
        before: tuple[bool, bool, float] | None = None
        from_x = from_y = 0
        out.append(b"BT 1 0 0 -1 0 0 Tm\n")
        for label in chart.labels:
            said = label.text
            text = said if isinstance(said, str) else said.text
            if not label.is_axis:
                shown = self._label(label, text)
            else:  # names of months and causes, which come again
                key = (text, label.x, label.y, label.size, label.anchor, label.is_strong)
                shown = known.get(key) or self._axis_label(key, label)
            x, y, glyphs = shown
            if not glyphs:
                continue
            look = (label.is_strong, label.is_axis, label.size)
            if look != before:
                letters, ink = self._letters[label.is_strong], self._inks[label.is_axis]
                out.append(b"%b /%b %d Tf\n" % (ink, letters.font, round(label.font_size * 100)))
                before = look
            out.append(b"%d %d Td%bTJ\n" % (x - from_x, from_y - y, glyphs))
            from_x, from_y = x, y
        out.append(b"ET\n")

    def _label(self, label: ChartLabel, text: str) -> _Shown:
        """Return where a label begins, and its TJ array."""
        ems, glyphs = self._letters[label.is_strong].set(text)
        if not glyphs:
            return 0, 0, b""
        x = round(label.x * 100) - _ANCHORS[label.anchor] * ems * (label.font_size * 100)
        return round(x), round(label.y * 100), glyphs

    def _axis_label(self, key: _AxisKey, label: ChartLabel) -> _Shown:
        asked = self._fonts.asked
        shown = self._label(label, key[0])
        if asked == self._fonts.asked:  # else a larger subset has to be asked for each time
            keep(self._known, key, shown)
        return shown


class _Box(NamedTuple):
    """A mark that has a width and a height."""

    style: MarkStyle
    role: MarkRole
    x: int
    top: int
    width: int
    height: int
    radius: int


def _boxes(marks: Iterable[Mark], squeeze: float) -> list[_Box]:
    boxes = []
    for mark in marks:
        style, scaled = mark.style, mark.height * squeeze
        radius = 400 if style is _OUTLINE else 300 if scaled > 800 else 100
        x, width = round(mark.x * 100), round(mark.width * 100)
        top, height = round(mark.y * squeeze), round(scaled)
        if height > 0 and width > 0:
            boxes.append(_Box(style, mark.role, x, top, width, height, radius))
    return boxes


def _stand_clear(boxes: Iterable[_Box]) -> bool:
    """Whether each outline stands to the right of all that is drawn before it."""
    reach = -math.inf
    for box in boxes:
        beyond = _RULE // 2 if box.style is _OUTLINE else 0
        if beyond and box.x - beyond < reach:
            return False
        reach = max(reach, box.x + box.width + beyond)
    return True


def _inner(box: _Box) -> bytes:
    """Return the rectangle that a pen as wide as two radii rounds off to the box."""
    _, _, x, top, width, height, radius = box
    return b"%d %d %d %d re\n" % (x + radius, top + radius, width - 2 * radius, height - 2 * radius)


def _path(box: _Box) -> bytes:
    """Return a rectangle with rounded corners."""
    _, _, x, top, width, height, radius = box
    across, down = min(radius, width // 2), radius if height >= 2 * radius else height // 2
    right, low, start, stop = x + width, top + height, x + across, x + width - across
    aside, arc = int(_ARC * across), int(_ARC * down)
    return (
        f"{start} {top} m {stop} {top} l {stop + aside} {top} {right} {top + arc} {right} {top + down} c "
        f"{right} {low - down} l {right} {low - down + arc} {stop + aside} {low} {stop} {low} c {start} {low} l "
        f"{start - aside} {low} {x} {low - arc} {x} {low - down} c {x} {top + down} l "
        f"{x} {top + down - arc} {start - aside} {top} {start} {top} c h\n"
    ).encode()


def _view(width: float, height: float, box_width: float, box_height: float) -> bytes:
    """Return what clips to the box and puts the chart in its middle, as large as fits."""
    scale = min(box_width / width, box_height / height)
    left, top = (box_width - width * scale) / 2, (box_height - height * scale) / 2
    box = f"0 0 {box_width:.6g} {box_height:.6g} re W n"
    return f"q {box}\n{scale / 100:.8f} 0 0 {scale / 100:.8f} {left:.4f} {top:.4f} cm 1 j\n".encode()


def rgb(colour: str) -> bytes:
    """Return #rrggbb as three numbers of PDF. Raises `Unfillable` for a colour written otherwise."""
    if not _HEX.fullmatch(colour):
        raise Unfillable("a colour of the brand is not written as #rrggbb")
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.3g}" for at in (1, 3, 5)).encode()
