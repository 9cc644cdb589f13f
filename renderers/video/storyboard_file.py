"""Reads a rendered storyboard.xml.j2 into a `Storyboard`, or says what in it can't be used.

The place of an error is template, scene and element: a line number of the rendered text would
not be the line of the template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from lxml import etree

from engine.errors import RenderError, nearest
from engine.model.communication import ChartGeometry, MarkRole, QrCode
from renderers.video.frame import ROWS, Shape
from renderers.video.storyboard import (
    COLUMNS,
    SMALLEST_PX,
    Box,
    ButtonElement,
    ChartElement,
    CounterElement,
    Element,
    Entrance,
    EntranceKind,
    Flow,
    ImageElement,
    ListElement,
    ListRow,
    PanelElement,
    Place,
    QrElement,
    Scene,
    Slot,
    Storyboard,
    TextElement,
    TextStyle,
)

T = TypeVar("T")

COLOURS: Final = (
    "on", "soft", "ink", "paper", "white", "primary", "accent", "positive", "caution", "muted", "hairline", "wash",
    "energy", "network", "taxes", "fixed", "one_off", "adjustment",
)  # fmt: skip
_PLACED: Final = ("slot", "align", "valign", "enter", "seconds", "wait_s", "with", "id")
_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "storyboard": ("poster",),
    "style": ("name", "size", "floor", "weight", "lines", "leading", "colour", "fit", "figures", "fill", "tall_size"),
    "slot": ("name", "wide", "tall", "square"),
    "scene": ("id", "title", "ground", "min_s", "narration"),
    "flow": ("slot", "gap", "valign"),
    "text": (*_PLACED, "style"),
    "counter": (*_PLACED, "style"),
    "button": (*_PLACED, "style", "fill"),
    "chart": (*_PLACED, "ref", "label", "axis", "tall"),
    "list": (*_PLACED, "label", "amount", "columns", "tall_columns"),
    "row": ("swatch", "amount"),
    "qr": _PLACED,
    "image": (*_PLACED, "src", "height", "tint"),
    "icon": (*_PLACED, "name", "height", "tint"),
    "panel": (*_PLACED, "fill", "radius"),
}
_CHILDREN: Final[Mapping[str, tuple[str, ...]]] = {
    "storyboard": ("style", "slot", "scene"),
    "scene": ("flow", "text", "counter", "button", "chart", "list", "qr", "image", "icon", "panel"),
    "flow": ("text", "counter", "button", "image", "icon"),
    "list": ("row",),
}
_SECONDS: Final = {
    EntranceKind.NONE: 0.0, EntranceKind.FADE: 0.35, EntranceKind.SLIDE: 0.4, EntranceKind.WIPE: 0.4,
    EntranceKind.GROW: 1.2, EntranceKind.COUNT: 0.9,
}  # fmt: skip
# XML 1.0 has no place for these; a name from a foreign system may hold them.
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Sources:
    """What a storyboard may refer to: charts by id and the payment's QR symbol."""

    charts: Mapping[str, ChartGeometry]
    qr: QrCode | None = None


@dataclass(slots=True)
class _Reader:
    """The state of one reading: where we are, and the names met so far."""

    name: str
    sources: Sources
    styles: dict[str, TextStyle] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    place: str = ""

    def error(self, code: str, fact: str, hint: str = "") -> RenderError:
        return RenderError(code, fact, place=f"{self.name} {self.place}".strip(), hint=hint)


def read_storyboard(text: str, sources: Sources, name: str = "video/storyboard.xml.j2") -> Storyboard:
    """Return the storyboard in `text`. Raises `RenderError` (R401 to R404)."""
    reader = _Reader(name, sources)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(_ILLEGAL.sub("", text).strip().encode(), parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0]
        raise reader.error("R401", f"not well-formed at line {line} of the rendered text",
                           "each element needs its end tag; write & as &amp;") from None  # fmt: skip
    if root.tag != "storyboard":
        raise reader.error("R402", "the outermost element must be `storyboard`")
    _check(reader, root)
    for node in root.iterchildren("style"):
        style = _style(reader, node)
        reader.styles[style.name] = style
    for node in root.iterchildren("slot"):
        slot = _slot(reader, node)
        reader.slots[slot.name] = slot
    scenes = tuple(_scene(reader, node) for node in root.iterchildren("scene"))
    return _whole(reader, scenes, root.get("poster", ""))


def _whole(reader: _Reader, scenes: tuple[Scene, ...], poster: str) -> Storyboard:
    reader.place = ""
    ids = [scene.id for scene in scenes]
    if not ids:
        raise reader.error("R404", "the storyboard has no scene")
    if len(set(ids)) != len(ids):
        raise reader.error("R403", "two scenes bear the same id")
    return Storyboard(scenes, poster if poster in ids else ids[0])


def _check(reader: _Reader, node: etree._Element) -> None:
    tag = str(node.tag)
    known = _ATTRIBUTES[tag]
    for attribute in map(str, node.attrib):
        if attribute not in known:
            raise reader.error("R402", f"`{tag}` has no attribute `{attribute}`", _meant(attribute, known))
    for child in node:
        if str(child.tag) not in _CHILDREN.get(tag, ()):
            hint = _meant(str(child.tag), _CHILDREN.get(tag, ()))
            raise reader.error("R402", f"`{child.tag}` can't stand in `{tag}`", hint)


def _meant(word: str, known: Iterable[str]) -> str:
    close = nearest(word, known)
    return f"did you mean `{close}`?" if close else f"known: {', '.join(known)}"


def _need(reader: _Reader, node: etree._Element, attribute: str) -> str:
    value = node.get(attribute)
    if not value:
        raise reader.error("R403", f"`{node.tag}` needs the attribute `{attribute}`")
    return value


def _number(reader: _Reader, node: etree._Element, attribute: str, default: float, low: float, high: float) -> float:
    raw = node.get(attribute)
    if raw is None:
        return default
    try:
        value = float(raw)
    except ValueError:
        raise reader.error("R403", f"`{attribute}` is not a number") from None
    if not low <= value <= high:
        raise reader.error("R403", f"`{attribute}` must be from {low:g} to {high:g}")
    return value


def _choice(reader: _Reader, node: etree._Element, attribute: str, default: str, known: Iterable[str]) -> str:
    value = node.get(attribute, default)
    options = tuple(known)
    if value not in options and value != default:
        raise reader.error("R403", f"`{attribute}` can't be `{value}`", _meant(value, options))
    return value


def _style(reader: _Reader, node: etree._Element) -> TextStyle:
    reader.place = f"style `{node.get('name', '')}`"
    _check(reader, node)
    size = _number(reader, node, "size", 34, SMALLEST_PX, 300)
    return TextStyle(
        name=_need(reader, node, "name"),
        size=size,
        floor=_number(reader, node, "floor", min(size, SMALLEST_PX), SMALLEST_PX, size),
        weight=int(_number(reader, node, "weight", 400, 100, 900)),
        lines=int(_number(reader, node, "lines", 1, 1, 12)),
        leading=_number(reader, node, "leading", 1.25, 0.9, 2),
        colour=_choice(reader, node, "colour", "on", COLOURS),
        fit=_choice(reader, node, "fit", "shrink", ("shrink", "wrap")),
        figures=_choice(reader, node, "figures", "no", ("yes", "no")) == "yes",
        fill=_choice(reader, node, "fill", "", COLOURS),
        tall_size=_number(reader, node, "tall_size", 0, SMALLEST_PX, 300),
    )


def _slot(reader: _Reader, node: etree._Element) -> Slot:
    reader.place = f"slot `{node.get('name', '')}`"
    _check(reader, node)
    square = _box(reader, node, "square") if "square" in node.attrib else None
    return Slot(_need(reader, node, "name"), _box(reader, node, "wide"), _box(reader, node, "tall"), square)


def _box(reader: _Reader, node: etree._Element, attribute: str) -> Box:
    parts = _need(reader, node, attribute).split()
    try:
        column, row, columns, rows = (float(part) for part in parts)
    except ValueError:
        raise reader.error("R403", f"`{attribute}` needs four numbers: column row columns rows") from None
    most = ROWS[Shape(attribute)]
    if columns <= 0 or rows <= 0 or column < 0 or row < 0 or column + columns > COLUMNS or row + rows > most:
        raise reader.error("R403", f"`{attribute}` lies outside the grid of {COLUMNS} columns and {most} rows")
    return Box(column, row, columns, rows)


def _scene(reader: _Reader, node: etree._Element) -> Scene:
    scene_id = node.get("id", "")
    reader.place = f"scene `{scene_id}`"
    _check(reader, node)
    clock = _Clock()
    elements: list[Element] = []
    for child in node:
        reader.place = f"scene `{scene_id}` `{child.tag}`"
        _check(reader, child)
        if child.tag != "flow":
            elements.append(_element(reader, child, None, clock, len(elements)))
            continue
        slot = _named(reader, "slot", _need(reader, child, "slot"), reader.slots)
        flow = Flow(slot, _number(reader, child, "gap", 16, 0, 400),
                    _choice(reader, child, "valign", "top", ("top", "middle", "bottom")))  # fmt: skip
        for part in child:
            reader.place = f"scene `{scene_id}` `{part.tag}`"
            _check(reader, part)
            elements.append(_element(reader, part, flow, clock, len(elements)))
    reader.place = f"scene `{scene_id}`"
    return Scene(
        id=_need(reader, node, "id"),
        title=node.get("title", ""),
        ground=_choice(reader, node, "ground", "paper", COLOURS),
        min_s=_number(reader, node, "min_s", 3, 0.2, 30),
        narration=node.get("narration", scene_id),
        elements=tuple(elements),
    )


@dataclass(slots=True)
class _Clock:
    """One thing at a time: an entrance starts where the one before it ended."""

    start_s: float = 0.0
    end_s: float = 0.0


def _entrance(reader: _Reader, node: etree._Element, clock: _Clock) -> Entrance:
    kind = EntranceKind(_choice(reader, node, "enter", EntranceKind.NONE, tuple(EntranceKind)))
    if kind is EntranceKind.NONE:
        return Entrance(kind, 0.0, 0.0)
    seconds = _number(reader, node, "seconds", _SECONDS[kind], 0.04, 5)
    wait = _number(reader, node, "wait_s", 0.0, -5, 10)
    along = _choice(reader, node, "with", "", ("previous",)) == "previous"
    start = max(0.0, (clock.start_s if along else clock.end_s) + wait)
    clock.start_s, clock.end_s = start, max(clock.end_s, start + seconds) if along else start + seconds
    return Entrance(kind, round(start, 4), seconds)


def _named(reader: _Reader, what: str, name: str, known: Mapping[str, T]) -> T:
    if name not in known:
        raise reader.error("R404", f"there is no {what} `{name}`", _meant(name, known))
    return known[name]


def _element(reader: _Reader, node: etree._Element, flow: Flow | None, clock: _Clock, index: int) -> Element:
    slot = flow.slot if flow else _named(reader, "slot", _need(reader, node, "slot"), reader.slots)
    place = Place(
        slot,
        _choice(reader, node, "align", "start", ("start", "center", "end")),
        _choice(reader, node, "valign", "top", ("top", "middle", "bottom")),
        flow,
    )
    key = node.get("id") or f"{node.tag}-{index}"
    entrance = _entrance(reader, node, clock)
    tag = str(node.tag)
    if tag in ("text", "counter", "button"):
        return _wording(reader, node, key, place, entrance)
    if tag == "chart":
        return ChartElement(
            key, place, entrance, _named(reader, "chart", _need(reader, node, "ref"), reader.sources.charts),
            _named_style(reader, node, "label"), _named_style(reader, node, "axis"),
            _choice(reader, node, "tall", "columns", ("rows", "columns")) == "rows",
        )  # fmt: skip
    if tag == "list":
        return _list(reader, node, key, place, entrance)
    if tag == "qr":
        if reader.sources.qr is None:
            raise reader.error("R404", "there is no QR symbol: nothing is payable", "put the scene in {% if payment %}")
        return QrElement(key, place, entrance, reader.sources.qr.rows)
    if tag == "panel":
        fill = _choice(reader, node, "fill", "white", COLOURS)
        return PanelElement(key, place, entrance, fill, _number(reader, node, "radius", 16, 0, 200))
    path = f"video/icons/{_need(reader, node, 'name')}.svg" if tag == "icon" else _need(reader, node, "src")
    height = _number(reader, node, "height", 64, 8, 720)
    return ImageElement(key, place, entrance, path, height, _choice(reader, node, "tint", "", COLOURS))


def _named_style(reader: _Reader, node: etree._Element, attribute: str) -> TextStyle:
    return _named(reader, "style", _need(reader, node, attribute), reader.styles)


def _one_line(text: str) -> str:
    """Return text with runs of XML white space as one blank; a no-break space keeps its meaning."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def _words(node: etree._Element) -> str:
    return _one_line("".join(map(str, node.itertext())))


def _wording(reader: _Reader, node: etree._Element, key: str, place: Place, entrance: Entrance) -> Element:
    style = _named_style(reader, node, "style")
    if node.tag == "counter":
        return CounterElement(key, place, entrance, style, _words(node))
    if node.tag == "button":
        fill = _choice(reader, node, "fill", "accent", COLOURS)
        return ButtonElement(key, place, entrance, style, _words(node), fill)
    return TextElement(key, place, entrance, style, _words(node))


def _list(reader: _Reader, node: etree._Element, key: str, place: Place, entrance: Entrance) -> ListElement:
    rows = []
    for row in node:
        _check(reader, row)
        swatch = _choice(reader, row, "swatch", "", tuple(MarkRole))
        rows.append(ListRow(swatch, _words(row), _one_line(row.get("amount", ""))))
    return ListElement(
        key, place, entrance, tuple(rows), _named_style(reader, node, "label"), _named_style(reader, node, "amount"),
        int(_number(reader, node, "columns", 1, 1, 3)), int(_number(reader, node, "tall_columns", 1, 1, 2)),
    )  # fmt: skip
