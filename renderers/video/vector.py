"""Logos and icons: the plain part of SVG, drawn by Pillow at four times the size and brought down.

Shapes, paths, groups, translate/scale/rotate/matrix, flat fills, strokes with round ends, and text
in the campaign's font. Anything else is refused by name (R406): a PNG can stand in its place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from fontTools.misc.transform import Identity, Transform
from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib.path import parse_path
from lxml import etree
from PIL import Image, ImageColor, ImageDraw, UnidentifiedImageError

from engine.errors import RenderError
from renderers.video.kept import Kept
from renderers.video.layer import RGB, Layer
from renderers.video.typeface import FontBook

_OVER = 4
_CURVE_STEPS = 16
_SKIPPED = ("title", "desc", "metadata", "defs", "style")
_INHERITED = ("fill", "stroke", "stroke-width", "opacity", "font-size", "font-weight", "text-anchor")


@dataclass(frozen=True, slots=True)
class _Pen:
    """What a group hands down: transform and presentation attributes."""

    transform: Transform
    style: dict[str, str]


class _Flat(BasePen):  # type: ignore[misc] # fontTools is untyped
    """Collects a path as polygons, curves as short lines."""

    def __init__(self) -> None:
        super().__init__(None)
        self.contours: list[tuple[list[tuple[float, float]], bool]] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - named by fontTools
        self.contours.append(([pt], False))

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.contours[-1][0].append(pt)

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:  # noqa: N802
        start = self.contours[-1][0][-1]
        for step in range(1, _CURVE_STEPS + 1):
            t = step / _CURVE_STEPS
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            x = a * start[0] + b * pt1[0] + c * pt2[0] + d * pt3[0]
            y = a * start[1] + b * pt1[1] + c * pt2[1] + d * pt3[1]
            self.contours[-1][0].append((x, y))

    def _closePath(self) -> None:  # noqa: N802
        points, _ = self.contours[-1]
        self.contours[-1] = (points, True)

    def _endPath(self) -> None:  # noqa: N802
        pass


_LAYERS: Kept[tuple[object, ...], tuple[Layer, frozenset[str]]] = Kept(24_000_000)


def picture_layer(data: bytes, name: str, height: int, book: FontBook, tint: RGB | None) -> Layer:
    """Return a picture as a layer `height` pixels tall, drawn once a process. Raises `RenderError` (R406)."""
    key = (data, name.lower().endswith(".svg"), height, tint, book.source)
    found = _LAYERS.get(key)
    if found is None:
        own = FontBook(book.fonts, book.root)
        layer = Layer.of_picture(draw_picture(data, name, height, own, tint))
        found = _LAYERS.put(key, (layer, frozenset(own.missing)), 12 * layer.width * layer.height + len(data))
    book.missing.update(found[1])
    return found[0]


def draw_picture(data: bytes, name: str, height: int, book: FontBook, tint: RGB | None) -> Image.Image:
    """Return a picture as an RGBA layer `height` pixels tall. Raises `RenderError` (R406)."""
    if name.lower().endswith(".svg"):
        return draw_svg(data, name, height, book, tint)
    try:
        with Image.open(BytesIO(data)) as opened:
            picture: Image.Image = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise RenderError("R406", "not a picture that can be read", place=name, hint="use SVG, PNG or JPEG") from error
    width = max(1, round(picture.width * height / picture.height))
    resized: Image.Image = picture.resize((width, height), Image.Resampling.LANCZOS)
    return resized


def draw_svg(data: bytes, name: str, height: int, book: FontBook, tint: RGB | None) -> Image.Image:
    """Return an SVG as an RGBA layer `height` pixels tall; `tint` is what `currentColor` means."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise RenderError("R406", "not well-formed SVG", place=name) from error
    left, top, across, down = _view(root, name)
    scale = height * _OVER / down
    size = (max(1, math.ceil(across * scale / _OVER)) * _OVER, height * _OVER)
    canvas = Image.new("RGBA", size, (0, 0, 0, 0))
    current = "#{:02x}{:02x}{:02x}".format(*(tint or (0, 0, 0)))
    pen = _Pen(Identity.scale(scale).translate(-left, -top), {"fill": "#000000", "color": current})
    drawing = _Drawing(canvas, name, book)
    drawing.walk(root, drawing.inherit(root, pen))
    small = canvas.convert("RGBa").resize((size[0] // _OVER, height), Image.Resampling.BOX)
    return small.convert("RGBA")


def _view(root: etree._Element, name: str) -> tuple[float, float, float, float]:
    numbers = _numbers(root.get("viewBox", ""))
    if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0:
        return numbers[0], numbers[1], numbers[2], numbers[3]
    sides = [_numbers(root.get(side, "")) for side in ("width", "height")]
    if all(sides) and sides[0][0] > 0 and sides[1][0] > 0:
        return 0.0, 0.0, sides[0][0], sides[1][0]
    raise RenderError("R406", "the SVG has neither viewBox nor size", place=name)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One picture being drawn."""

    canvas: Image.Image
    name: str
    book: FontBook

    def walk(self, node: etree._Element, pen: _Pen) -> None:
        """Draw what is below `node`."""
        for child in node:
            if not isinstance(child.tag, str):
                continue
            tag = etree.QName(child).localname
            inner = self.inherit(child, pen)
            if tag in ("g", "svg"):
                self.walk(child, inner)
            elif tag == "text":
                self._text(child, inner)
            elif tag not in _SKIPPED:
                self._shape(child, tag, inner)

    def inherit(self, node: etree._Element, pen: _Pen) -> _Pen:
        """Return what `node` hands down to its children."""
        style = dict(pen.style)
        for part in node.get("style", "").split(";"):
            key, _, value = part.partition(":")
            if key.strip() in _INHERITED:
                style[key.strip()] = value.strip()
        style.update({key: node.get(key, "") for key in _INHERITED if node.get(key) is not None})
        return replace(pen, transform=pen.transform.transform(_transform(node.get("transform", ""))), style=style)

    def _shape(self, node: etree._Element, tag: str, pen: _Pen) -> None:
        path = _as_path(node, tag)
        if path is None:
            raise RenderError(
                "R406", f"`{tag}` is not drawn", place=self.name, hint="flatten it to paths, or use a PNG"
            )
        flat = _Flat()
        parse_path(path, TransformPen(flat, pen.transform))
        fill, stroke = self._colour(pen, "fill"), self._colour(pen, "stroke")
        if fill:
            self._paint(self._filled(flat), fill)
        if stroke:
            width = float(pen.style.get("stroke-width", "1")) * abs(_determinant(pen.transform)) ** 0.5
            self._paint(self._stroked(flat, width), stroke)

    def _filled(self, flat: _Flat) -> Image.Image:
        winding = np.zeros((self.canvas.height, self.canvas.width), dtype=np.int8)
        for points, _ in flat.contours:
            if len(points) > 2:
                part = Image.new("1", self.canvas.size, 0)
                ImageDraw.Draw(part).polygon(points, fill=1)
                winding += np.asarray(part, dtype=np.int8) * (1 if _area(points) > 0 else -1)
        return Image.fromarray((winding != 0).astype(np.uint8) * 255)

    def _stroked(self, flat: _Flat, width: float) -> Image.Image:
        mask = Image.new("L", self.canvas.size, 0)
        pen = ImageDraw.Draw(mask)
        for points, is_closed in flat.contours:
            line = [*points, points[0]] if is_closed else points
            pen.line(line, fill=255, width=round(width), joint="curve")
            for x, y in line if not is_closed else line[:1]:
                half = width / 2
                pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
        return mask

    def _text(self, node: etree._Element, pen: _Pen) -> None:
        words = " ".join("".join(map(str, node.itertext())).split())
        colour = self._colour(pen, "fill")
        if not words or not colour:
            return
        x, y = pen.transform.transformPoint((_first(node, "x"), _first(node, "y")))
        size = round(_length(pen.style.get("font-size", "16")) * abs(_determinant(pen.transform)) ** 0.5)
        weight = {"normal": 400, "bold": 700}.get(pen.style.get("font-weight", "normal"))
        weight = weight or round(_length(pen.style["font-weight"]))
        mask = Image.new("L", self.canvas.size, 0)
        total = self.book.width(words, size, weight)
        x -= {"middle": total / 2, "end": total}.get(pen.style.get("text-anchor", "start"), 0)
        for run in self.book.runs(words, size, weight):
            ImageDraw.Draw(mask).text((x, y), run.text, fill=255, font=run.font, anchor="ls")
            x += run.font.getlength(run.text)
        self._paint(mask, colour)

    def _colour(self, pen: _Pen, key: str) -> tuple[int, int, int, float] | None:
        value = pen.style.get(key, "none")
        if value in ("none", "transparent"):
            return None
        try:
            red, green, blue = ImageColor.getrgb(pen.style["color"] if value == "currentColor" else value)[:3]
        except ValueError as error:
            raise RenderError(
                "R406", f"the colour `{value}` is not drawn", place=self.name, hint="use #rrggbb"
            ) from error
        return red, green, blue, float(pen.style.get("opacity", "1"))

    def _paint(self, mask: Image.Image, colour: tuple[int, int, int, float]) -> None:
        red, green, blue, opacity = colour
        layer = Image.new("RGBA", self.canvas.size, (red, green, blue, 0))
        layer.putalpha(mask if opacity >= 1 else mask.point([round(v * opacity) for v in range(256)]))
        self.canvas.alpha_composite(layer)


def _as_path(node: etree._Element, tag: str) -> str | None:
    n = {key: _first(node, key) for key in ("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2",
                                            "y2")}  # fmt: skip
    if tag == "path":
        return node.get("d", "")
    if tag == "circle":
        return _ellipse(n["cx"], n["cy"], n["r"], n["r"])
    if tag == "ellipse":
        return _ellipse(n["cx"], n["cy"], n["rx"], n["ry"])
    if tag == "rect":
        return _rectangle(n["x"], n["y"], n["width"], n["height"], n["rx"] or n["ry"])
    if tag == "line":
        return f"M{n['x1']} {n['y1']}L{n['x2']} {n['y2']}"
    if tag in ("polygon", "polyline"):
        return "M" + node.get("points", "").strip() + ("Z" if tag == "polygon" else "")
    return None


def _ellipse(cx: float, cy: float, rx: float, ry: float) -> str:
    return f"M{cx - rx} {cy}A{rx} {ry} 0 0 1 {cx + rx} {cy}A{rx} {ry} 0 0 1 {cx - rx} {cy}Z"


def _rectangle(x: float, y: float, width: float, height: float, r: float) -> str:
    if r <= 0:
        return f"M{x} {y}h{width}v{height}h{-width}Z"
    a = f"a{r} {r} 0 0 1"
    return (f"M{x + r} {y}h{width - 2 * r}{a} {r} {r}v{height - 2 * r}{a} {-r} {r}"
            f"h{2 * r - width}{a} {-r} {-r}v{2 * r - height}{a} {r} {-r}Z")  # fmt: skip


def _transform(text: str) -> Transform:
    made = Identity
    for kind, raw in re.findall(r"(\w+)\s*\(([^)]*)\)", text):
        n = _numbers(raw)
        if kind == "translate":
            made = made.translate(n[0], n[1] if len(n) > 1 else 0)
        elif kind == "scale":
            made = made.scale(n[0], n[1] if len(n) > 1 else n[0])
        elif kind == "rotate":
            x, y = (n[1], n[2]) if len(n) > 2 else (0, 0)
            made = made.translate(x, y).rotate(math.radians(n[0])).translate(-x, -y)
        elif kind == "matrix":
            made = made.transform(tuple(n))
    return made


def _numbers(text: str) -> list[float]:
    return [float(n) for n in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", text)]


def _first(node: etree._Element, key: str) -> float:
    return _length(node.get(key, "0"))


def _length(text: str) -> float:
    numbers = _numbers(text)
    return numbers[0] if numbers else 0.0


def _determinant(t: Transform) -> float:
    return float(t.xx * t.yy - t.xy * t.yx)


def _area(points: list[tuple[float, float]]) -> float:
    pairs: Iterator[tuple[tuple[float, float], tuple[float, float]]] = zip(points, points[1:] + points[:1], strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)
