"""Backgrounds and borders of boxes, drawn by WeasyPrint's own code into bytes, once a style and size.

Operators are for a page under `0.75 0 0 -0.75 0 H cm`: px, y grows downwards. Each box's operators are
artifacts (`/Artifact BMC ... EMC`) between q and Q; nothing but colours, paths and dashes is used. They are
drawn at the origin and kept; `q 1 0 0 1 x y cm` puts them into place.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from weasyprint.draw import draw_background, draw_border
from weasyprint.formatting_structure import boxes
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.pdf.stream import Stream

from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.syntax import number

_KEPT = 4096
_SIDES = ("top", "right", "bottom", "left")
_CORNERS = ("top_left", "top_right", "bottom_right", "bottom_left")
_COLOURS = ("color", "background_color", *[f"border_{side}_color" for side in _SIDES])
_DEVICE = ("srgb", "hsl", "hwb")  # WeasyPrint writes these as RGB, others by a colour space of the page
_PLAIN = (
    "background_clip", *[f"border_{side}_style" for side in _SIDES],
    *[f"border_{corner}_radius" for corner in _CORNERS], "display", "border_collapse",
)  # fmt: skip
# What is drawn around or behind boxes and isn't drawn here: the property, its harmless value, the reason.
_REFUSED = (
    ("box_shadow", (), "a box throws a shadow"),
    ("opacity", 1, "a box is transparent"),
    ("visibility", "visible", "a box is hidden"),
    ("outline_width", 0, "a box has an outline"),
)


class _Style(NamedTuple):
    """The part of a computed style that decorations depend on, and the style itself."""

    key: tuple[Any, ...]
    style: Any
    has_own_borders: bool


# Computed styles can't be keys; each is kept beside its id, so that the id stays its own.
_styles: dict[int, _Style] = {}


class _Recorder(Stream):  # type: ignore[misc]  # WeasyPrint ships no types
    """A content stream of which only the operators are wanted."""

    def __init__(self) -> None:
        super().__init__({}, (0, 0, 0, 0), {"ExtGState": {}}, {}, {}, {}, None)

    def set_alpha(self, alpha: float, stroke: bool = False, fill: bool | None = None) -> None:
        """Say nothing of full opacity, in which pages begin; refuse the rest."""
        del stroke, fill
        if alpha != 1:
            raise Unfillable("a colour is transparent")

    @property
    def operators(self) -> bytes:
        """What was drawn."""
        return b"\n".join(item if isinstance(item, bytes) else str(item).encode("ascii") for item in self.stream)


def box_operators(
    style: Any, x: float, y: float, width: float, height: float, widths: tuple[float, float, float, float]
) -> bytes:
    """Return what draws the background and borders of a box, ended by a newline; empty if it has none.

    `style` is WeasyPrint's computed style; x, y, width, height the border box; `widths` of the borders: top,
    right, bottom, left. Cells of a table with collapsed borders have none of their own. Raises `Unfillable`
    for images, gradients, shadows, outlines, opacity.
    """
    kept = _styles.get(id(style)) or _read(style)
    return moved(_drawn(kept, width, height, widths if kept.has_own_borders else (0.0, 0.0, 0.0, 0.0)), x, y)


def rule_operators(columns: Sequence[float], y: float, width: float, colour: tuple[float, float, float]) -> bytes:
    """Return what draws the solid rule below a row of a table with collapsed borders: a stroke a column.

    `columns` are the left edges of the columns and the right edge of the last, `y` the middle of the rule,
    `colour` is sRGB.
    """
    red, green, blue = (number(part) for part in colour)
    start = f"/Artifact BMC\nq\n{red} {green} {blue} RG\n{number(width)} w\n"
    place = number(y)
    drawn = [
        f"{start}{number(left)} {place} m\n{number(right)} {place} l\nS\nQ\nEMC\n" for left, right in pairwise(columns)
    ]
    return "".join(drawn).encode("ascii")


def moved(operators: bytes, x: float, y: float) -> bytes:
    """Return the operators drawn (x, y) px further to the right and down; nothing of nothing."""
    return b"q\n1 0 0 1 %.6f %.6f cm\n%b\nQ\n" % (x, y, operators) if operators else b""


def _read(style: Any) -> _Style:
    """Return what decorations depend on. Raises `Unfillable` where they aren't drawn here."""
    for name, harmless, reason in _REFUSED:
        if style[name] != harmless:
            raise Unfillable(reason)
    if any(kind != "none" for kind, _ in (*style["background_image"], style["border_image_source"])):
        raise Unfillable("a box has a picture or a gradient behind it")
    if style["mask_border_source"][0] != "none":
        raise Unfillable("a box is masked")
    colours = [style[name] for name in _COLOURS]
    if any(not isinstance(colour, str) and colour.space not in _DEVICE for colour in colours):
        raise Unfillable("a colour is not in sRGB")
    key = (
        *[colour if isinstance(colour, str) else (colour.space, *colour) for colour in colours],
        *[tuple(value) if isinstance(value, list) else value for value in [style[name] for name in _PLAIN]],
    )
    is_cell = "table-cell" in style["display"] and style["border_collapse"] == "collapse"
    if len(_styles) >= _KEPT:
        _styles.clear()
    kept = _styles[id(style)] = _Style(key, style, not is_cell)
    return kept


# Keyed by what the drawing depends on: styles of equal keys draw alike.
_kept: dict[tuple[Any, ...], bytes] = {}


def _drawn(kept: _Style, width: float, height: float, widths: tuple[float, float, float, float]) -> bytes:
    """Return the operators of a box at the origin."""
    key = (kept.key, width, height, widths)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= _KEPT:
            _kept.clear()
        found = _kept[key] = _draw(kept.style, width, height, widths)
    return found


def _draw(style: Any, width: float, height: float, widths: tuple[float, float, float, float]) -> bytes:
    box = boxes.BlockBox(None, style, None, [])
    box.position_x = box.position_y = 0
    for side, border in zip(_SIDES, widths, strict=True):
        setattr(box, f"margin_{side}", 0)
        setattr(box, f"padding_{side}", 0)
        setattr(box, f"border_{side}_width", border)
    top, right, bottom, left = widths
    box.width, box.height = width - left - right, height - top - bottom
    layout_box_backgrounds(None, box, None, layout_children=False)
    recorder = _Recorder()
    draw_background(recorder, box.background)
    draw_border(recorder, box)
    return recorder.operators
