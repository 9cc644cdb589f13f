"""Mends of the tag tree that WeasyPrint writes, done before the file is written.

PDF/UA-1 (ISO 14289-1) asks for what WeasyPrint 66 to 70 leave out:

- a header cell says what it heads: `Scope` from the HTML's `scope` (7.5);
- groups of a description list, `<dl><div><dt><dd></div></dl>`, are list items with a label and a
  body (ISO 32000-1, 14.8.4.3.3), not `Div`s inside of a list;
- running heads and feet are artifacts (7.8): WeasyPrint tags them, but leaves them out of the tree;
- decoration that says nothing has no element;
- the box of a figure is in the page's own coordinates (14.8.5.4.3), not in CSS pixels from its top.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_SCOPES = {"row": "/Row", "rowgroup": "/Row"}
_PAGINATION = b"<</Type /Pagination>>"
_PT_PER_PX = 0.75
_EMPTY_KINDS = {"/Span", "/NonStruct", "/Div"}


def mend_tags(document: Any, pdf: Any) -> None:
    """Mend the tag tree of `pdf` (pydyf) in place. `document` is the laid-out WeasyPrint document."""
    root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    _name_scopes(document)
    for element in tuple(_reachable(pdf, root)):
        if element.get("S") == "/L":  # an item that an earlier list gave up is empty
            _mend_list(pdf, element)
        elif element.get("S") == "/Figure":
            _place_figure(pdf, element)
    _drop_empty(pdf, root)
    _set_artifacts(pdf, root)


def _name_scopes(document: Any) -> None:
    for page in document.pages:
        # The laid-out boxes have no public accessor; the pin of WeasyPrint holds these names still.
        for box in page._page_box.descendants(placeholders=True):  # noqa: SLF001
            mark = getattr(box, "mark", None)
            if mark is not None and mark["S"] == "/TH":
                mark["A"]["Scope"] = _SCOPES.get(box.element.get("scope", ""), "/Column")


def _mend_list(pdf: Any, element: Any) -> None:
    """Make each group of terms and descriptions a list item: its first part the label, the others bodies."""
    for group in _elements(pdf, element):
        items = tuple(_elements(pdf, group))
        if group["S"] != "/Div" or not items or any(item["S"] != "/LI" for item in items):
            continue
        group["S"] = "/LI"
        parts = [(item, part) for item in items for part in _elements(pdf, item)]
        group["K"][:] = [part.reference for _, part in parts]
        for place, (item, part) in enumerate(parts):
            part["P"] = group.reference
            part["S"] = "/LBody" if place else "/Lbl"
            item.clear()


def _place_figure(pdf: Any, element: Any) -> None:
    left, top, right, bottom = element["A"]["BBox"]
    height = pdf.objects[_number(element["Pg"])]["MediaBox"][3]
    corners = (left * _PT_PER_PX, height - bottom * _PT_PER_PX, right * _PT_PER_PX, height - top * _PT_PER_PX)
    element["A"]["BBox"][:] = [round(corner, 3) for corner in corners]


def _drop_empty(pdf: Any, element: Any) -> None:
    for child in tuple(_elements(pdf, element)):
        _drop_empty(pdf, child)
        if child["S"] in _EMPTY_KINDS and not child["K"] and "Alt" not in child:
            element["K"].remove(child.reference)
            child.clear()


def _set_artifacts(pdf: Any, root: Any) -> None:
    """Turn the marked content of elements that hang on no tree into artifacts of pagination."""
    known = {element.number for element in _reachable(pdf, root)}
    lost = [item for item in pdf.objects if _is_element(item) and item.number not in known]
    if any(_is_object_reference(pdf, kid) for element in lost for kid in element["K"]):
        return  # a link in a running head must stay an element: artifacts can't be followed
    marks: dict[bytes, set[int]] = {}
    for element in lost:
        ids = {kid for kid in element["K"] if isinstance(kid, int)}
        marks.setdefault(element["Pg"], set()).update(ids)
    for page, ids in marks.items():
        _unmark(pdf.objects[_number(pdf.objects[_number(page)]["Contents"])].stream, ids)
    gone = {element.reference for element in lost}
    numbers = pdf.objects[_number(root["ParentTree"])]["Nums"]
    for entry in numbers[1::2]:
        if isinstance(entry, list):
            entry[:] = [b"null" if reference in gone else reference for reference in entry]
    for element in lost:
        element.clear()


def _unmark(stream: list[Any], ids: set[int]) -> None:
    for place, item in enumerate(stream):
        if item == b"BDC" and stream[place - 1]["MCID"] in ids:
            stream[place - 2], stream[place - 1] = "/Artifact", _PAGINATION


def _reachable(pdf: Any, element: Any) -> Iterator[Any]:
    for child in _elements(pdf, element):
        yield child
        yield from _reachable(pdf, child)


def _elements(pdf: Any, element: Any) -> Iterator[Any]:
    for kid in tuple(element["K"]):
        if isinstance(kid, bytes) and _is_element(found := pdf.objects[_number(kid)]):
            yield found


def _is_element(item: Any) -> bool:
    return isinstance(item, dict) and item.get("Type") == "/StructElem"


def _is_object_reference(pdf: Any, kid: Any) -> bool:
    return isinstance(kid, bytes) and pdf.objects[_number(kid)].get("Type") == "/OBJR"


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
