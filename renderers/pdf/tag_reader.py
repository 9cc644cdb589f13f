"""Reads the tag tree of a PDF back, with the words of each marked content: to compare two files.

PDFium reads, page by page: an element that has nothing on a page is None there. Places are left out, so that
two files compare equal whose boxes differ by the rounding of a number; what is drawn inside of a figure is
left out too, since one file may draw it as text and the other as a form.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

_ROOM = 1 << 15
_UNIT = 2  # bytes of UTF-16
_SPANS = ("ColSpan", "RowSpan")


class Element(NamedTuple):
    """An element of the tag tree. `kids` are elements, texts of marked content, and None for what is neither.

    `attributes` are those of cells: spans, scope, and for each header that a cell names its place among the
    header cells of its page.
    """

    role: str
    alt: str
    attributes: tuple[tuple[str, Any], ...]
    kids: tuple[Element | str | None, ...]


class PageTags(NamedTuple):
    """What one page holds for those who can't see it: its elements, and where its links lead, sorted."""

    elements: tuple[Element, ...]
    links: tuple[str, ...]


def struct_signature(data: bytes) -> tuple[PageTags, ...]:
    """Return the tag tree of a PDF, page by page; equal for files that read alike.

    Takes 10 to 20 ms a page. Raises `pypdfium2.PdfiumError` where the file can't be read.
    """
    document = pypdfium2.PdfDocument(data)
    try:
        return tuple([_Reader(document, page).read() for page in document])
    finally:
        document.close()


class _Reader:
    """Reads one page."""

    def __init__(self, document: Any, page: Any) -> None:
        self._document, self._page = document, page
        self._room = ctypes.create_string_buffer(_ROOM)
        self._texts: dict[int, str] = {}
        self._headers: dict[str, int] = {}  # place among the header cells by id

    def read(self) -> PageTags:
        """Return the page's elements in the order of the tree, and its links."""
        self._read_texts()
        links = tuple(sorted(self._links()))
        tree = raw.FPDF_StructTree_GetForPage(self._page)
        if not tree:
            return PageTags((), links)
        try:
            roots = [
                raw.FPDF_StructTree_GetChildAtIndex(tree, i) for i in range(raw.FPDF_StructTree_CountChildren(tree))
            ]
            for root in roots:
                self._number_headers(root)
            return PageTags(tuple([self._element(root, is_root=True) for root in roots if root]), links)
        finally:
            raw.FPDF_StructTree_Close(tree)

    def _read_texts(self) -> None:
        """Collect the words of marked content, in the order in which they are drawn."""
        words = raw.FPDFText_LoadPage(self._page)
        units = ctypes.cast(self._room, ctypes.POINTER(ctypes.c_ushort))
        for number in range(raw.FPDFPage_CountObjects(self._page)):
            found = raw.FPDFPage_GetObject(self._page, number)
            mark = raw.FPDFPageObj_GetMarkedContentID(found)
            if mark >= 0 and raw.FPDFPageObj_GetType(found) == raw.FPDF_PAGEOBJ_TEXT:
                size = raw.FPDFTextObj_GetText(found, words, units, _ROOM)
                self._texts[mark] = self._texts.get(mark, "") + self._utf16(size)
        raw.FPDFText_ClosePage(words)

    def _links(self) -> Iterator[str]:
        place, link = ctypes.c_int(0), raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(self._page, place, link):
            action = raw.FPDFLink_GetAction(link)
            size = raw.FPDFAction_GetURIPath(self._document, action, self._room, _ROOM)
            yield self._room.raw[: max(size - 1, 0)].decode("utf-8", "replace")

    def _kids(self, element: Any) -> Iterator[Any]:
        for place in range(raw.FPDF_StructElement_CountChildren(element)):
            yield raw.FPDF_StructElement_GetChildAtIndex(element, place)

    def _number_headers(self, element: Any) -> None:
        if not element:
            return
        if self._said(raw.FPDF_StructElement_GetType, element) == "TH":
            self._headers[self._said(raw.FPDF_StructElement_GetID, element)] = len(self._headers)
        for kid in self._kids(element):
            self._number_headers(kid)

    def _element(self, element: Any, *, is_root: bool = False) -> Element:
        role = self._said(raw.FPDF_StructElement_GetType, element)
        alt = self._said(raw.FPDF_StructElement_GetAltText, element)
        attributes = tuple(sorted(self._attributes(element))) if role in ("TH", "TD") else ()
        kids: list[Element | str | None] = []
        for place, kid in enumerate(self._kids(element)):
            mark = raw.FPDF_StructElement_GetChildMarkedContentID(element, place)
            if kid:
                kids.append(self._element(kid))
            elif mark >= 0:
                kids.append("" if role == "Figure" else self._texts.get(mark, ""))
            elif not is_root:  # those of the root are elements of other pages
                kids.append(None)
        return Element(role, alt, attributes, tuple(kids))

    def _attributes(self, element: Any) -> Iterator[tuple[str, Any]]:
        for number in range(raw.FPDF_StructElement_GetAttributeCount(element)):
            found = raw.FPDF_StructElement_GetAttributeAtIndex(element, number)
            for name in _SPANS:
                value, span = raw.FPDF_StructElement_Attr_GetValue(found, name.encode()), ctypes.c_float()
                if value and raw.FPDF_StructElement_Attr_GetNumberValue(value, span):
                    yield name, int(span.value)
            scope = raw.FPDF_StructElement_Attr_GetValue(found, b"Scope")
            if scope:
                yield "Scope", self._string(scope)
            headers = raw.FPDF_StructElement_Attr_GetValue(found, b"Headers")
            if headers:
                count = raw.FPDF_StructElement_Attr_CountChildren(headers)
                named = [self._string(raw.FPDF_StructElement_Attr_GetChildAtIndex(headers, i)) for i in range(count)]
                yield "Headers", tuple([self._headers.get(name, -1) for name in named])

    def _string(self, value: Any) -> str:
        """Return an attribute's string or name."""
        size = ctypes.c_ulong()
        raw.FPDF_StructElement_Attr_GetStringValue(value, self._room, _ROOM, size)
        return self._utf16(size.value)

    def _said(self, ask: Any, element: Any) -> str:
        return self._utf16(ask(element, self._room, _ROOM))

    def _utf16(self, size: int) -> str:
        """Return what PDFium wrote into the room: `size` bytes, a zero at the end."""
        if size > _ROOM:
            raise ValueError("a text of the PDF is too long to be compared")
        return ctypes.string_at(self._room, max(size - _UNIT, 0)).decode("utf-16-le", "replace")
