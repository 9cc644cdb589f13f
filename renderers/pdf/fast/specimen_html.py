"""Specimens as HTML, and what they are known by: structure, classes, where texts and pictures stand; no words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from engine.model.communication import ChartGeometry
from renderers.pdf.fast.model import Element, SlotValue, Template

_NEUTRAL = "Ag 0"
_VOID = frozenset({"br", "img", "col", "hr", "meta", "link", "input", "wbr"})
_SPACES = re.compile("[ \\t\\n\\f\\r]+")
_SAID = ("src", "alt", "href", "title")  # attributes that are neutral unless the styles speak of them


class Writer:
    """Writes the elements of a template whose styles are `css`. Equal keys, equal HTML but for the rows of tables."""

    def __init__(self, css: str) -> None:
        self._neutral = frozenset(name for name in _SAID if f"[{name}" not in css)

    def key_of(self, element: Element, slots: Sequence[SlotValue]) -> str:
        """Return the structure of an element as text: equal for elements that are laid out alike.

        Rows of a table's body are left out.
        """
        return "".join(self._key(element, slots, [], is_part=True))

    def body_rows(self, element: Element, slots: Sequence[SlotValue]) -> Iterator[tuple[str, Element]]:
        """Yield the rows of the tables' bodies in an element with their keys: each row, its neighbours, its table."""
        return self._rows(element, slots, "")

    def written(self, element: Element, slots: Sequence[SlotValue]) -> str:
        """Return an element as HTML, with neutral words in place of all texts.

        So a specimen holds no customer's values, and which customer was first makes no difference.
        """
        inside = "".join(
            self.written(child, slots) if isinstance(child, Element) else escape(_neutral(child, slots), quote=False)
            for child in element.children
        )
        end = "" if element.tag in _VOID else f"</{element.tag}>"
        return f"<{element.tag}{self.attributes(element, slots)}>{inside}{end}"

    def attributes(self, element: Element, slots: Sequence[SlotValue]) -> str:
        """Return the attributes of an element as HTML."""
        values = self._attributes(element, slots)
        picture = element.picture
        if picture is not None and picture.kind != "static":
            values["src"] = _blank(element, slots)
        return "".join(f' {name}="{escape(value)}"' for name, value in values.items())

    def _attributes(self, element: Element, slots: Sequence[SlotValue]) -> dict[str, str]:
        """Return what is written of the attributes, in their order."""
        is_static = element.picture is not None and element.picture.kind == "static"
        return {
            name: "#" if name in self._neutral and not (name == "src" and is_static) else filled(value, slots)
            for name, value in sorted(element.attributes.items())
        }

    def _key(self, element: Element, slots: Sequence[SlotValue], said: list[str], *, is_part: bool) -> list[str]:
        """Return `said`, with the pieces of an element's key behind it."""
        said.append(f"<{element.tag}")
        if element.attributes:
            said += [f" {name}={escape(value)}" for name, value in self._attributes(element, slots).items()]
        if element.picture is not None:
            said.append(_picture_key(element, slots))
        said.append(">")
        if is_part and element.tag == "tbody":
            said.append("*")
            return said
        for child in element.children:
            if isinstance(child, Element):
                self._key(child, slots, said, is_part=is_part)
            else:
                text = _neutral(child, slots)
                said.append("t" if text == _NEUTRAL else text)
        said.append("/")
        return said

    def _rows(self, node: Element, slots: Sequence[SlotValue], path: str) -> Iterator[tuple[str, Element]]:
        here = f"{path}<{node.tag}{_class(node)}>"
        if node.tag == "tbody":
            rows = [child for child in node.children if isinstance(child, Element)]
            for number, row in enumerate(rows):
                before = _class(rows[number - 1]) if number else "^"
                after = _class(rows[number + 1]) if number + 1 < len(rows) else "$"
                yield f"{here}|{before}|{''.join(self._key(row, slots, [], is_part=False))}|{after}", row
            return
        if node.tag == "table":
            here += "".join(self._key(node, slots, [], is_part=True))
        for child in node.children:
            if isinstance(child, Element):
                yield from self._rows(child, slots, here)


def elements_of(element: Element) -> list[Element]:
    """Return an element and all in it, in document order."""
    found = [element]
    for child in element.children:
        if isinstance(child, Element):
            found += elements_of(child)
    return found


def _picture_key(element: Element, slots: Sequence[SlotValue]) -> str:
    picture = element.picture
    assert picture is not None
    if picture.kind == "chart":
        chart = slots[picture.slot]
        assert isinstance(chart, ChartGeometry)
        return f" chart {chart.width:g}x{picture.height or chart.height:g}"
    return " qr" if picture.kind == "qr" else f" {picture.source}"


def _class(element: Element) -> str:
    return f".{element.attribute('class')}"


def _blank(element: Element, slots: Sequence[SlotValue]) -> str:
    """Return an empty picture of the same proportions: a specimen needs no more."""
    picture = element.picture
    assert picture is not None
    width, height = 1.0, 1.0
    if picture.kind == "chart":
        chart = slots[picture.slot]
        assert isinstance(chart, ChartGeometry)
        width, height = chart.width, picture.height or chart.height
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"/>'
    return "data:image/svg+xml," + svg.replace('"', "%22").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")


def _neutral(text: Template, slots: Sequence[SlotValue]) -> str:
    """Return what a specimen has in place of a text: the same words for any, spaces for spaces."""
    said = "".join(piece if isinstance(piece, str) else _NEUTRAL if slots[piece] else "" for piece in text)
    return _NEUTRAL if said.strip() else _SPACES.sub(" ", said)


def filled(text: Template, slots: Sequence[SlotValue]) -> str:
    """Return an attribute with neutral words in its slots."""
    return "".join(piece if isinstance(piece, str) else _NEUTRAL if slots[piece] else "" for piece in text)
