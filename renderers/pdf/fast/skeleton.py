"""The template's tree for one shape: rendered with a stand-in for the communication, its markers read as slots.

Same signature and locale, same skeleton: `sentinel` refuses what could break that. Charts and QR symbols are
proven to be drawn as the fast fill draws them; other pictures are the same for everyone.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element as Node

from jinja2 import Template as JinjaTemplate
from markupsafe import Markup as Safe

from engine.errors import TemplateError
from engine.model.communication import Communication
from engine.templating.template_set import TemplateSet
from renderers.pdf.fast.chart_proof import check_chart, parsed, symbol_of
from renderers.pdf.fast.flatten import ADDRESS, TEMPLATE
from renderers.pdf.fast.markup import PROVEN, Markup
from renderers.pdf.fast.model import Element, Picture, Skeleton, Template, Unfillable
from renderers.pdf.fast.sections import Section
from renderers.pdf.fast.sentinel import FILL, MARKER, POISON, StandIn, slot_of
from renderers.pdf.fast.template_reads import Reads

_DATA = "data:image/svg+xml;base64,"
_PATH = " 0.5H"  # of a stand-in's QR symbol
# Where WeasyPrint looks for what it says of a document.
_META = ("author", "description")


class Skeletons:
    """Makes the skeletons of one template set, and remembers what is proven of its templates."""

    def __init__(self, templates: TemplateSet, reads: Reads, logo: Safe, template: str = TEMPLATE) -> None:
        self._templates = templates
        self._reads = reads
        self._logo = logo
        self._template = template
        self._markup = Markup(PROVEN)
        self._proven: set[tuple[str, str]] = set()  # (kind, id) of charts seen with every look

    def of(self, communication: Communication) -> Skeleton:
        """Return the skeleton of all communications of this signature. Raises `Unfillable`."""
        return self._made(self._template, communication, None)

    def of_section(self, section: Section, communication: Communication) -> Skeleton:
        """Return the skeleton of a section: slots are counted over its roots, in <body> is what it shows.

        Raises `Unfillable`.
        """
        return self._made(section.template, communication, section.roots)

    def _made(
        self, template: str | JinjaTemplate, communication: Communication, roots: Collection[str] | None
    ) -> Skeleton:
        stand_in = StandIn(self._reads, self._proven, roots)
        said = stand_in.of(communication)
        try:
            rendered = self._templates.render(template, said, logo=self._logo)
        except TemplateError as error:
            raise Unfillable("the template does more with a text than print it") from error
        reader = _Reader(self._templates, stand_in)
        skeleton = reader.skeleton(self._markup.parse(rendered.text), communication, rendered.text)
        reader.check_all_drawn()
        self._proven |= {(chart.kind, chart.id) for slot, chart in stand_in.charts.items() if reader.drawn.get(slot)}
        return skeleton


class _Reader:
    """Reads one rendering."""

    def __init__(self, templates: TemplateSet, stand_in: StandIn) -> None:
        self._brand = templates.brand
        self._stand_in = stand_in
        self.drawn: dict[int, int] = {}  # slot -> how many pictures show it
        self._count = 0

    def skeleton(self, tree: Node, communication: Communication, html: str) -> Skeleton:
        """Return the skeleton of a parsed rendering."""
        root = self._element(tree)
        body = next((child for child in elements(root) if child.tag == "body"), None)
        if body is None:
            raise Unfillable("the template has no <body>")
        head = list(elements(root))
        metas = {child.attribute("name").lower(): child for child in reversed(head) if child.tag == "meta"}
        title = next((child for child in head if child.tag == "title"), None)
        author, description = (metas[name].attributes.get("content", ()) if name in metas else () for name in _META)
        return Skeleton(
            locale=communication.locale,
            language=root.attribute("lang"),
            title=tuple(
                piece for text in (title.children if title else ()) if isinstance(text, tuple) for piece in text
            ),
            author=author,
            description=description,
            body=body,
            root=root,
            html=html,
        )

    def check_all_drawn(self) -> None:
        """Raise `Unfillable` where a chart or a symbol was gone through for something else than a picture."""
        for slot, watched in self._stand_in.watched.items():
            if any(part.times != self.drawn.get(slot, 0) for part in watched):
                raise Unfillable("the template uses a chart for more than drawing it")
        for slot, rows in self._stand_in.symbols.items():
            if rows.times != self.drawn.get(slot, 0):
                raise Unfillable("the template uses a QR symbol for more than drawing it")

    def _element(self, node: Node) -> Element:
        found = Element(node.tag, {}, [], self._count)
        self._count += 1
        for name, value in node.attrib.items():
            if name == "src" and node.tag == "img":
                found.picture = self._picture(value)
                found.attributes[name] = (value,) if found.picture.kind == "static" else ()
            else:
                found.attributes[name] = template_of(value)
        if node.text:
            found.children.append(template_of(node.text))
        for child in node:
            if isinstance(child.tag, str):
                found.children.append(self._element(child))
            if child.tail:
                found.children.append(template_of(child.tail))
        return found

    def _picture(self, source: str) -> Picture:
        svg = _decoded(source)
        if svg is None:
            return Picture("static", source=source)
        text = svg.decode()
        if _PATH not in text and POISON not in text and MARKER.search(text) is None:
            return Picture("static", source=source)
        root = parsed(svg)
        label = MARKER.search(root.attrib.get("aria-label", ""))
        chart = slot_of(label[0]) - 1 if label else -1  # a chart's summary has the slot after the chart's own
        if chart in self._stand_in.charts:
            self.drawn[chart] = self.drawn.get(chart, 0) + 1
            height = check_chart(root, self._stand_in.charts[chart], self._brand)
            return Picture("chart", chart, height)
        slot, side, quiet = symbol_of(root)
        rows = self._stand_in.symbols.get(slot)
        if rows is None or len(rows) != side:
            raise Unfillable("the template draws QR symbols in its own way")
        self.drawn[slot] = self.drawn.get(slot, 0) + 1
        return Picture("qr", slot, quiet=quiet)


def _decoded(source: str) -> bytes | None:
    if not source.startswith(_DATA):
        return None
    try:
        return base64.b64decode(source.removeprefix(_DATA), validate=True)
    except binascii.Error as error:
        raise Unfillable("a picture of the template can't be read") from error


def template_of(text: str) -> Template:
    """Return a text with markers as its pieces and slots. Raises `Unfillable` for a marker that was cut."""
    if text.isascii() and ADDRESS not in text:
        return (text,) if text else ()
    pieces: list[str | int] = []
    start = 0
    for found in MARKER.finditer(text):
        if found.start() > start:
            pieces.append(text[start : found.start()])
        pieces.append(slot_of(found[0]))
        start = found.end()
    if start < len(text):
        pieces.append(text[start:])
    if any(isinstance(piece, str) and (FILL in piece or POISON in piece) for piece in pieces):
        raise Unfillable("the template takes a text apart")
    return tuple(pieces)


def elements(element: Element) -> Iterator[Element]:
    """Yield an element and all below it, in document order."""
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from elements(child)
