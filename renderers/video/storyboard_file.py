"""Reads a rendered storyboard.xml.j2 into a `Storyboard`, or says what in it can't be used.

The place of an error is template, scene and element: a line number of the rendered text would
not be the line of the template.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar, cast

from lxml import etree

from engine.model.communication import MarkRole
from renderers.video.frame import ROWS, Shape
from renderers.video.storyboard import (
    COLUMNS,
    SMALLEST_PX,
    Box,
    ButtonElement,
    ChartElement,
    CounterElement,
    Ease,
    Element,
    EmphasisElement,
    EmphasisKind,
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
from renderers.video.storyboard_clip import read_clip
from renderers.video.storyboard_reader import COLOURS, SHOWN_IN, Reader, Sources

__all__ = ["Sources", "read_storyboard"]

_SECONDS: Final = {
    EntranceKind.NONE: 0.0, EntranceKind.FADE: 0.35, EntranceKind.SLIDE: 0.4, EntranceKind.WIPE: 0.4,
    EntranceKind.GROW: 1.2, EntranceKind.COUNT: 0.9,
}  # fmt: skip
_ENTER, _EASE, _EMPHASIS, _ROLES = tuple(_SECONDS), tuple(Ease), tuple(EmphasisKind), tuple(MarkRole)
# How long an emphasis takes, and what it does meanwhile.
_EMPHASES: Final = {
    EmphasisKind.PULSE: (EntranceKind.FADE, 0.6), EmphasisKind.GLOW: (EntranceKind.FADE, 0.9),
    EmphasisKind.UNDERLINE: (EntranceKind.WIPE, 0.4),
}  # fmt: skip
_REST_S: Final = 0.3  # between an entrance and an emphasis without a time of its own
# XML 1.0 has no place for these; a name from a foreign system may hold them.
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

T = TypeVar("T")
_MOST_KEPT: Final = 2048
_KEPT: Final[dict[object, object]] = {}


def read_storyboard(text: str, sources: Sources, name: str = "video/storyboard.xml.j2") -> Storyboard:
    """Return the storyboard in `text`. Raises `RenderError` (R401 to R404)."""
    reader = Reader(name, sources)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(_ILLEGAL.sub("", text).strip().encode(), parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0]
        raise reader.error("R401", f"not well-formed at line {line} of the rendered text",
                           "each element needs its end tag; write & as &amp;") from None  # fmt: skip
    if root.tag != "storyboard":
        raise reader.error("R402", "the outermost element must be `storyboard`")
    reader.check(root)
    words = _prune(reader, root)
    for node in root.iterchildren("style"):
        style = _kept(reader, node, _style)
        reader.styles[style.name] = style
    for node in root.iterchildren("slot"):
        slot = _kept(reader, node, _slot)
        reader.slots[slot.name] = slot
    read = [_scene(reader, node) for node in root.iterchildren("scene")]
    return _whole(reader, read, root.get("poster", ""), words)


def _prune(reader: Reader, root: etree._Element) -> str:
    """Take out what rules bar. Return the words that the film has if more were in the file, else nothing."""
    barred = []
    for node in _found(root, "//*[@when or @unless]"):
        scene = node if node.tag == "scene" else next(node.iterancestors("scene"), node)
        reader.place = f"scene `{scene.get('id', '')}`" + (f" `{node.tag}`" if node is not scene else "")
        if not reader.is_shown(node):
            barred.append(node)
    for node in barred:
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
    mailed = _found(root, '//*[@in="mail"]')
    if not barred and _is_in_film_too(root, mailed):
        return ""
    apart = {part for node in mailed for part in node.iter()}
    return _one_line(" ".join(word for node in root.iter() if node not in apart for word in _said(node)))


def _is_in_film_too(root: etree._Element, mailed: list[etree._Element]) -> bool:
    """Return whether the film surely says all that only the e-mail shows; quick, since each storyboard is asked."""
    words = [_one_line(word) for top in mailed for node in top.iter() for word in _said(node)]
    everything = _one_line(" ".join(map(str, root.itertext())))
    mail = "\n".join(words)
    return all(everything.count(word) > mail.count(word) for word in words)


def _found(root: etree._Element, query: str) -> list[etree._Element]:
    found: Any = root.xpath(query)
    return list(found)


def _said(node: etree._Element) -> list[str]:
    """Return the words of a node and of those of its attributes that are read."""
    return [str(word) for word in (node.text, *map(node.get, ("title", "amount", "alt"))) if word]


def _whole(reader: Reader, read: list[tuple[Scene, str]], poster: str, words: str) -> Storyboard:
    reader.place = ""
    ids = [scene.id for scene, _ in read]
    if len(set(ids)) != len(ids):
        raise reader.error("R403", "two scenes bear the same id")
    scenes = tuple(_part(scene, "film") for scene, shown_in in read if shown_in != "mail")
    if not scenes:
        raise reader.error("R404", "the storyboard has no scene")
    mail = tuple(_part(scene, "mail") for scene, shown_in in read if shown_in != "film")
    named = poster if poster in [scene.id for scene in scenes] else scenes[0].id
    return Storyboard(scenes, named, words, mail)


def _part(scene: Scene, shown_in: str) -> Scene:
    """Return a scene with what the film shows of it, or the e-mail."""
    elements = tuple(element for element in scene.elements if element.place.shown_in in (shown_in, "both"))
    return scene if len(elements) == len(scene.elements) else replace(scene, elements=elements)


def _style(reader: Reader, node: etree._Element) -> TextStyle:
    reader.place = f"style `{node.get('name', '')}`"
    reader.check(node)
    size = reader.number(node, "size", 34, SMALLEST_PX, 300)
    return TextStyle(
        name=reader.need(node, "name"),
        size=size,
        floor=reader.number(node, "floor", min(size, SMALLEST_PX), SMALLEST_PX, size),
        weight=int(reader.number(node, "weight", 400, 100, 900)),
        lines=int(reader.number(node, "lines", 1, 1, 12)),
        leading=reader.number(node, "leading", 1.25, 0.9, 2),
        colour=reader.choice(node, "colour", "on", COLOURS),
        fit=reader.choice(node, "fit", "shrink", ("shrink", "wrap")),
        figures=reader.choice(node, "figures", "no", ("yes", "no")) == "yes",
        fill=reader.choice(node, "fill", "", COLOURS),
        tall_size=reader.number(node, "tall_size", 0, SMALLEST_PX, 300),
    )


def _slot(reader: Reader, node: etree._Element) -> Slot:
    reader.place = f"slot `{node.get('name', '')}`"
    reader.check(node)
    square = _box(reader, node, "square") if "square" in node.attrib else None
    return Slot(reader.need(node, "name"), _box(reader, node, "wide"), _box(reader, node, "tall"), square)


def _kept(reader: Reader, node: etree._Element, read: Callable[[Reader, etree._Element], T]) -> T:
    """Return what a node without children is read as: styles and slots are the same for all of a template set."""
    key = (node.tag, *node.attrib.items())
    if key not in _KEPT or len(node):
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        _KEPT[key] = read(reader, node)
    return cast("T", _KEPT[key])


def _box(reader: Reader, node: etree._Element, attribute: str) -> Box:
    parts = reader.need(node, attribute).split()
    try:
        column, row, columns, rows = (float(part) for part in parts)
    except ValueError:
        raise reader.error("R403", f"`{attribute}` needs four numbers: column row columns rows") from None
    most = ROWS[Shape(attribute)]
    if columns <= 0 or rows <= 0 or column < 0 or row < 0 or column + columns > COLUMNS or row + rows > most:
        raise reader.error("R403", f"`{attribute}` lies outside the grid of {COLUMNS} columns and {most} rows")
    return Box(column, row, columns, rows)


def _scene(reader: Reader, node: etree._Element) -> tuple[Scene, str]:
    """Return the scene, and where it is shown."""
    scene_id = node.get("id", "")
    reader.place = f"scene `{scene_id}`"
    reader.check(node)
    clock, fixed_s = _Clock(), reader.number(node, "seconds", 0, 0.2, 60)
    elements: list[Element] = []
    for child in node:
        reader.place = f"scene `{scene_id}` `{child.tag}`"
        reader.check(child)
        if child.tag == "clip":
            elements.append(read_clip(reader, child, len(elements), fixed_s))
            continue
        if child.tag != "flow":
            elements += _element(reader, child, None, clock, len(elements))
            continue
        slot = reader.named("slot", reader.need(child, "slot"), reader.slots)
        flow = Flow(slot, reader.number(child, "gap", 16, 0, 400),
                    reader.choice(child, "valign", "top", ("top", "middle", "bottom")))  # fmt: skip
        for part in child:
            reader.place = f"scene `{scene_id}` `{part.tag}`"
            reader.check(part)
            shown_in = reader.choice(child, "in", "both", SHOWN_IN)
            elements += _element(reader, part, flow, clock, len(elements), shown_in)
    reader.place = f"scene `{scene_id}`"
    if len({element.id for element in elements}) != len(elements):
        raise reader.error("R403", "two elements bear the same id")
    scene = Scene(
        id=reader.need(node, "id"),
        title=node.get("title", ""),
        ground=reader.choice(node, "ground", "paper", COLOURS),
        min_s=reader.number(node, "min_s", 3, 0.2, 30),
        narration=node.get("narration", scene_id),
        elements=tuple(elements),
        fixed_s=fixed_s,
    )
    return scene, reader.choice(node, "in", "film", SHOWN_IN)


@dataclass(slots=True)
class _Clock:
    """One thing at a time: an entrance starts where the one before it ended."""

    start_s: float = 0.0
    end_s: float = 0.0


def _entrance(reader: Reader, node: etree._Element, clock: _Clock) -> Entrance:
    kind = EntranceKind(reader.choice(node, "enter", EntranceKind.NONE, _ENTER))
    if kind is EntranceKind.NONE:
        return Entrance(kind, 0.0, 0.0)
    seconds = reader.number(node, "seconds", _SECONDS[kind], 0.04, 5)
    wait = reader.number(node, "wait_s", 0.0, -5, 10)
    along = reader.choice(node, "with", "", ("previous",)) == "previous"
    start = max(0.0, (clock.start_s if along else clock.end_s) + wait)
    clock.start_s, clock.end_s = start, max(clock.end_s, start + seconds) if along else start + seconds
    return Entrance(kind, round(start, 4), seconds, Ease(reader.choice(node, "ease", Ease.OUT, _EASE)))


def _element(
    reader: Reader, node: etree._Element, flow: Flow | None, clock: _Clock, index: int, shown_in: str = "both"
) -> tuple[Element, ...]:
    """Return the element, and with it its emphasis if it has one: below it in the picture, or on it.

    What only the e-mail shows takes no time of the film.
    """
    slot = flow.slot if flow else reader.named("slot", reader.need(node, "slot"), reader.slots)
    place = Place(
        slot,
        reader.choice(node, "align", "start", ("start", "center", "end")),
        reader.choice(node, "valign", "top", ("top", "middle", "bottom")),
        flow,
        reader.choice(node, "in", shown_in, SHOWN_IN),
    )
    if place.shown_in == "mail":
        clock = _Clock()
    key = node.get("id") or f"{node.tag}-{index}"
    element = _shown(reader, node, key, place, _entrance(reader, node, clock))
    stressed = _emphasis(reader, node, element)
    if stressed is None:
        return (element,)
    return (stressed, element) if stressed.kind is EmphasisKind.GLOW else (element, stressed)


def _emphasis(reader: Reader, node: etree._Element, element: Element) -> EmphasisElement | None:
    word = reader.choice(node, "emphasis", "", _EMPHASIS)
    if not word:
        return None
    kind = EmphasisKind(word)
    if kind is EmphasisKind.UNDERLINE and not isinstance(element, TextElement | CounterElement):
        raise reader.error("R403", "only words can be underlined", "pulse and glow suit any element")
    how, seconds = _EMPHASES[kind]
    rested = element.entrance.end_s + _REST_S
    start = max(element.entrance.end_s, reader.number(node, "at_s", rested, 0, 30))
    place = Place(element.place.slot, shown_in=element.place.shown_in)
    entrance = Entrance(how, round(start, 4), seconds, Ease.IN_OUT if kind is EmphasisKind.GLOW else Ease.OUT)
    return EmphasisElement(f"{element.id}-{kind}", place, entrance, kind, element.id, _emphasis_colour(element, kind))


def _emphasis_colour(element: Element, kind: EmphasisKind) -> str:
    """Return the colour token of what an element is emphasised by: its own."""
    if isinstance(element, ButtonElement | PanelElement):
        return element.fill
    if isinstance(element, TextElement | CounterElement):
        return element.style.colour if kind is EmphasisKind.UNDERLINE else element.style.fill or element.style.colour
    return (element.tint if isinstance(element, ImageElement) else "") or "on"


def _shown(reader: Reader, node: etree._Element, key: str, place: Place, entrance: Entrance) -> Element:
    tag = str(node.tag)
    if tag in ("text", "counter", "button"):
        return _wording(reader, node, key, place, entrance)
    if tag == "chart":
        return ChartElement(
            key, place, entrance, reader.named("chart", reader.need(node, "ref"), reader.sources.charts),
            reader.style(node, "label"), reader.style(node, "axis"),
            reader.choice(node, "tall", "columns", ("rows", "columns")) == "rows",
        )  # fmt: skip
    if tag == "list":
        return _list(reader, node, key, place, entrance)
    if tag == "qr":
        if reader.sources.qr is None:
            raise reader.error("R404", "there is no QR symbol: nothing is payable", "put the scene in {% if payment %}")
        return QrElement(key, place, entrance, reader.sources.qr.rows)
    if tag == "panel":
        fill = reader.choice(node, "fill", "white", COLOURS)
        return PanelElement(key, place, entrance, fill, reader.number(node, "radius", 16, 0, 200))
    path = f"video/icons/{reader.need(node, 'name')}.svg" if tag == "icon" else reader.need(node, "src")
    height = reader.number(node, "height", 64, 8, 720)
    tint, alt = reader.choice(node, "tint", "", COLOURS), _one_line(node.get("alt", ""))
    return ImageElement(key, place, entrance, path, height, tint, alt)


def _one_line(text: str) -> str:
    """Return text with runs of XML white space as one blank; a no-break space keeps its meaning."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def _words(node: etree._Element) -> str:
    return _one_line("".join(map(str, node.itertext())))


def _wording(reader: Reader, node: etree._Element, key: str, place: Place, entrance: Entrance) -> Element:
    style = reader.style(node, "style")
    if node.tag == "counter":
        return CounterElement(key, place, entrance, style, _words(node))
    if node.tag == "button":
        fill = reader.choice(node, "fill", "accent", COLOURS)
        return ButtonElement(key, place, entrance, style, _words(node), fill)
    return TextElement(key, place, entrance, style, _words(node))


def _list(reader: Reader, node: etree._Element, key: str, place: Place, entrance: Entrance) -> ListElement:
    rows = []
    for row in node:
        reader.check(row)
        swatch = reader.choice(row, "swatch", "", _ROLES)
        rows.append(ListRow(swatch, _words(row), _one_line(row.get("amount", ""))))
    return ListElement(
        key, place, entrance, tuple(rows), reader.style(node, "label"), reader.style(node, "amount"),
        int(reader.number(node, "columns", 1, 1, 3)), int(reader.number(node, "tall_columns", 1, 1, 2)),
    )  # fmt: skip
