"""The seal's objects in a PDF that WeasyPrint is about to write."""

from __future__ import annotations

from typing import Any

import pydyf

from renderers.pdf.seal import Seal


class _Body(pydyf.Object):  # type: ignore[misc]  # pydyf ships no types
    """An object whose bytes are given; a plain one is kept out of object streams."""

    def __init__(self, data: bytes, *, is_plain: bool) -> None:
        super().__init__()
        self._data, self._is_plain = data, is_plain

    @property
    def data(self) -> bytes:
        return self._data

    @property
    def compressible(self) -> bool:
        return not self._is_plain


def add_seal(pdf: Any, seal: Seal) -> None:
    """Add the objects of `seal` to `pdf` (pydyf), tagged, on the first page."""
    root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    numbers = pdf.objects[_number(root["ParentTree"])]["Nums"]
    document, page = _number(root["K"][0]), pdf.pages["Kids"][0]
    parent = max(numbers[::2]) + 1
    parts = seal.objects(len(pdf.objects), page, document, parent)
    for place, body in enumerate(parts.bodies):
        pdf.add_object(_Body(body, is_plain=place == 0))
    name, _, value = parts.catalog.partition(b"<<")
    pdf.catalog[name.lstrip(b"/").decode("ascii")] = b"<<" + value
    notes = pdf.objects[page].setdefault("Annots", pydyf.Array())
    notes.extend(f"{number} 0 R".encode() for number in parts.widgets)
    element = f"{parts.element} 0 R".encode()
    pdf.objects[document]["K"].append(element)
    numbers.extend((parent, element))


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
