"""Holds the pictures of a template against what the fast fill draws: charts and QR symbols.

The SVG is taken apart attribute by attribute; anything that the fast fill wouldn't draw alike is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import ParseError, fromstring

from engine.model.communication import ChartGeometry
from engine.templating.brand import BrandTokens
from renderers.pdf.fast.chart_ops import HATCHED, PITCH, STROKE, Label, Line, Primitive, Rect, chart_primitives
from renderers.pdf.fast.model import Unfillable

_SVG = "{http://www.w3.org/2000/svg}"
_CHART = "the template draws charts in its own way"
_QR = "the template draws QR symbols in its own way"
# They say what something is to a page's CSS, which doesn't reach into an <img>.
_SILENT = frozenset(("class",))


def parsed(svg: bytes) -> Node:
    """Return the root of an SVG document. Raises `Unfillable`."""
    try:
        return fromstring(svg)  # noqa: S314  (made by the template set's own macros)
    except ParseError as error:
        raise Unfillable("a picture of the template can't be read") from error


def check_chart(root: Node, chart: ChartGeometry, brand: BrandTokens) -> float:
    """Return the height that the chart is squeezed to, in chart units; 0 for its own. Raises `Unfillable`."""
    height = _view_box(root, chart.width)
    squeeze = 0.0 if height == chart.height else height
    if _attributes(root) != {"role": "img", "font-family": brand.font_text}:
        raise Unfillable(_CHART)
    children = list(root)
    if not children or not _is_hatching(children[0], chart, brand):
        raise Unfillable(_CHART)
    hatching = f"url(#hatch-{chart.id})"
    drawn = [_primitive(node, hatching) for node in children[1:]]
    if drawn != chart_primitives(chart, brand, squeeze) or (root.text or "").strip():
        raise Unfillable(_CHART)
    return squeeze


def _view_box(root: Node, width: float) -> float:
    try:
        left, top, right, height = (float(part) for part in root.attrib["viewBox"].split())
    except (KeyError, ValueError) as error:
        raise Unfillable(_CHART) from error
    if root.tag != f"{_SVG}svg" or (left, top, right) != (0, 0, width):
        raise Unfillable(_CHART)
    return height


def _attributes(node: Node) -> dict[str, str]:
    ignored = _SILENT | {"viewBox", "aria-label"} if node.tag == f"{_SVG}svg" else _SILENT
    return {name: value for name, value in node.attrib.items() if name not in ignored}


def _is_hatching(defs: Node, chart: ChartGeometry, brand: BrandTokens) -> bool:
    """Say whether <defs> holds the pattern that `chart_ops` draws, and nothing else."""
    found = [(node.tag.removeprefix(_SVG), _attributes(node)) for node in defs.iter()]
    side = str(PITCH)
    return found == [
        ("defs", {}),
        ("pattern", {"id": f"hatch-{chart.id}", "width": side, "height": side, "patternUnits": "userSpaceOnUse",
                     "patternTransform": "rotate(45)"}),
        ("rect", {"width": side, "height": side, "fill": brand.tint}),
        ("line", {"x1": "0", "y1": "0", "x2": "0", "y2": side, "stroke": brand.bar, "stroke-width": str(STROKE)}),
    ]  # fmt: skip


def _primitive(node: Node, hatching: str) -> Primitive | None:
    """Return a shape, None where it has anything that isn't drawn."""
    given = _attributes(node)
    if len(node) or (node.tail or "").strip():
        return None
    try:
        found, known = _READERS[node.tag](node, given, hatching)
    except (KeyError, ValueError):
        return None
    return found if set(given) == known else None


def _line(_: Node, given: Mapping[str, str], __: str) -> tuple[Primitive | None, set[str]]:
    known = {"x1", "y1", "x2", "y2", "stroke", "stroke-width"} | ({"stroke-dasharray"} & set(given))
    x1, y1, x2, y2 = (float(given[name]) for name in ("x1", "y1", "x2", "y2"))
    if given["stroke-width"] != "2" or given.get("stroke-dasharray", "3 3") != "3 3":
        return None, known
    return Line(x1, y1, x2, y2, given["stroke"], "stroke-dasharray" in given), known


def _rect(_: Node, given: Mapping[str, str], hatching: str) -> tuple[Primitive | None, set[str]]:
    known = {"x", "y", "width", "height", "rx", "fill"} | ({"stroke", "stroke-width"} & set(given))
    x, y, width, height, radius = (float(given[name]) for name in ("x", "y", "width", "height", "rx"))
    if given.get("stroke-width", "2") != "2" or ("stroke" in given) != ("stroke-width" in given):
        return None, known
    fill = HATCHED if given["fill"] == hatching else given["fill"]
    return Rect(x, y, width, height, radius, fill, given.get("stroke", "")), known


def _text(node: Node, given: Mapping[str, str], _: str) -> tuple[Primitive | None, set[str]]:
    known = {"x", "y", "text-anchor", "font-size", "font-weight", "fill"}
    x, y, size = (float(given[name]) for name in ("x", "y", "font-size"))
    weight = int(given["font-weight"])
    return Label(x, y, given["text-anchor"], size, weight, given["fill"], node.text or ""), known


_READERS = {f"{_SVG}line": _line, f"{_SVG}rect": _rect, f"{_SVG}text": _text}


def symbol_of(root: Node) -> tuple[int, int, float]:
    """Return (slot, modules a side, quiet zone in modules) of a stand-in's QR symbol. Raises `Unfillable`.

    The stand-in's path is M<slot> 0.5H<slot + 1>: what draws it draws the real one alike.
    """
    try:
        left, top, side, height = (float(part) for part in root.attrib["viewBox"].split())
        ground, path = list(root)
        start, end = path.attrib["d"].removeprefix("M").split(" 0.5H")
        slot = int(start)
    except (KeyError, ValueError) as error:
        raise Unfillable(_QR) from error
    box = {"x": left, "y": top, "width": side, "height": height}
    if (
        _attributes(root) != {"role": "img", "shape-rendering": "crispEdges"}
        or (ground.tag, path.tag) != (f"{_SVG}rect", f"{_SVG}path")
        or {name: float(ground.attrib.get(name, "nan")) for name in box} != box
        or set(ground.attrib) != {*box, "fill"}
        or ground.attrib["fill"] != "#fff"
        or path.attrib != {"d": path.attrib["d"], "fill": "none", "stroke": "#000", "stroke-width": "1"}
        or int(end) != slot + 1
        or left != top
        or side != height
    ):
        raise Unfillable(_QR)
    quiet = -left
    return slot, round(side - 2 * quiet), quiet
