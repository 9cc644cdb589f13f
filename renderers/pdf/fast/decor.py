"""Backgrounds and borders of boxes, drawn by WeasyPrint's own code into bytes, once a style and size.

Operators are for a page under `0.75 0 0 -0.75 0 H cm`: px, y grows downwards. Each box's operators are
artifacts (`/Artifact BMC ... EMC`) between q and Q; nothing but colours, paths and dashes is used. They are
drawn at the origin and kept; `q 1 0 0 1 x y cm` puts them into place.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from weasyprint.css import InitialStyle
from weasyprint.css.properties import INITIAL_VALUES, Dimension
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
_Colour = type(INITIAL_VALUES["color"])  # of the parser that WeasyPrint brings along
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


class Decor(NamedTuple):
    """What a box's background and borders depend on beside its size: plain data, equal for boxes that look alike."""

    colours: tuple[tuple[str, ...] | tuple[str, tuple[float, ...], float], ...]  # a keyword, or space, values, alpha
    values: tuple[Any, ...]  # of the properties `_PLAIN`
    has_own_borders: bool


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


def has_background(style: Any) -> bool:
    """Say whether a box has a colour behind it. Raises `Unfillable` for pictures."""
    colour = style["background_color"]
    images = any(kind != "none" for kind, _ in style["background_image"])
    if images:
        raise Unfillable("a box has a picture or a gradient behind it")
    return bool(colour != "currentcolor" and colour.alpha)


def is_decorated(box: Any) -> bool:
    """Say whether a laid-out box has a background or borders of its own."""
    if isinstance(box, boxes.TableBox | boxes.TableCellBox):
        return has_background(box.style)
    borders = any((box.border_top_width, box.border_right_width, box.border_bottom_width, box.border_left_width))
    return has_background(box.style) or borders


def decor_of(style: Any) -> Decor:
    """Return what decorations depend on, of a style that WeasyPrint computed.

    Cells of a table with collapsed borders have none of their own. Raises `Unfillable` for images, gradients,
    shadows, outlines, opacity.
    """
    for name, harmless, reason in _REFUSED:
        if style[name] != harmless:
            raise Unfillable(reason)
    if any(kind != "none" for kind, _ in (*style["background_image"], style["border_image_source"])):
        raise Unfillable("a box has a picture or a gradient behind it")
    if style["mask_border_source"][0] != "none":
        raise Unfillable("a box is masked")
    found = [style[name] for name in _COLOURS]
    if any(not isinstance(one, str) and one.space not in _DEVICE for one in found):
        raise Unfillable("a colour is not in sRGB")
    is_cell = "table-cell" in style["display"] and style["border_collapse"] == "collapse"
    return Decor(
        tuple((str(one),) if isinstance(one, str) else (one.space, tuple(one.coordinates), one.alpha) for one in found),
        tuple(_plain(style[name]) for name in _PLAIN),
        not is_cell,
    )


def _plain(value: Any) -> Any:
    """Return a computed value as tuples: a length is (number, unit)."""
    return tuple(map(_plain, value)) if isinstance(value, tuple | list) else value


def box_operators(
    decor: Decor, x: float, y: float, width: float, height: float, widths: tuple[float, float, float, float]
) -> bytes:
    """Return what draws the background and borders of a box, ended by a newline; empty if it has none.

    x, y, width, height are the border box's; `widths` of the borders: top, right, bottom, left. Raises
    `Unfillable` for colours that are transparent.
    """
    return moved(_drawn(decor, width, height, widths if decor.has_own_borders else (0.0, 0.0, 0.0, 0.0)), x, y)


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


_kept: dict[tuple[Any, ...], bytes] = {}


def _drawn(decor: Decor, width: float, height: float, widths: tuple[float, float, float, float]) -> bytes:
    """Return the operators of a box at the origin."""
    key = (decor, width, height, widths)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= _KEPT:
            _kept.clear()
        found = _kept[key] = _draw(_style(decor), width, height, widths)
    return found


def _style(decor: Decor) -> Any:
    """Return a style for WeasyPrint's code: all properties that aren't in `decor` have their initial values."""
    style = InitialStyle(None)
    for name, colour in zip(_COLOURS, decor.colours, strict=True):
        style[name] = colour[0] if len(colour) == 1 else _Colour(*colour)
    for name, value in zip(_PLAIN, decor.values, strict=True):
        is_radius = name.endswith("_radius")
        style[name] = tuple(Dimension(*length) for length in value) if is_radius else value
    return style


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
