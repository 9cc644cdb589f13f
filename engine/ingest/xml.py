"""XML read with distrust: no document type, no entities, no network, bounded size and depth."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree

from engine.errors import Problem

_DOCTYPE = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)$")
_DIGITS = Decimal("1e-12")  # where a price per base quantity does not come out even


class BadDocumentError(Exception):
    """A document that can't be used; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def parse_document(path: Path, max_bytes: int) -> etree._Element:
    """Return the root of the XML file at `path`. Raises `BadDocumentError` (I109, I115) or `OSError`."""
    size = path.stat().st_size
    if size > max_bytes:
        fact = f"the document has {size:,} bytes, {max_bytes:,} are the most"
        raise BadDocumentError(Problem("I109", fact, str(path), "raise the option max_document_bytes"))
    data = path.read_bytes()
    if any(mark in data for mark in _DOCTYPE):
        fact = "the document declares a document type, which invoices must not"
        raise BadDocumentError(Problem("I115", fact, str(path), "remove the <!DOCTYPE ...>"))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        fact = f"not well-formed XML at line {line}, column {column}"
        raise BadDocumentError(Problem("I115", fact, str(path), "have the document sent again")) from error


def root_name(root: etree._Element) -> str:
    """Return the name of the root element without its namespace."""
    return etree.QName(root).localname


def nodes(node: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements at `path`, as in `Party/PostalAddress`, whatever their namespace."""
    return node.findall("/".join(f"{{*}}{step}" for step in path.split("/")))


def node_at(node: etree._Element, path: str) -> etree._Element | None:
    """Return the first element at `path`, or None."""
    found = nodes(node, path)
    return found[0] if found else None


def text_at(node: etree._Element, *paths: str) -> str | None:
    """Return the text of the first of `paths` that holds any, its blanks made single."""
    for path in paths:
        for found in nodes(node, path):
            text = " ".join((found.text or "").split())
            if text:
                return text
    return None


def date_at(node: etree._Element, *paths: str) -> str | None:
    """Return a date without the time zone that XML Schema allows after it."""
    text = text_at(node, *paths)
    return _ZONE.sub("", text) if text else None


def figure(text: str | None) -> Decimal | None:
    """Return the number that `text` is, or None where it is absent or none; the model refuses the latter."""
    try:
        number = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def price_of_one(price: str | None, base: str | None) -> str | None:
    """Return the price of one unit from the price of `base` units, to 12 decimals where it is uneven."""
    whole, units = figure(price), figure(base)
    if whole is None or units is None or units in (0, 1):
        return price
    one = whole / units
    if one.normalize().adjusted() - len(one.normalize().as_tuple().digits) + 1 < _DIGITS.adjusted():
        one = one.quantize(_DIGITS)
    return format(one.normalize(), "f")
