"""Has WeasyPrint lay out specimens of the parts of documents, each part once.

A part is a child of <body>, or a row of a table's body; parts of the same structure (tags, classes,
where texts and pictures are) are laid out alike, whatever the texts say and in whichever language. Parts
that aren't known yet are put on one endless page and read off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from renderers.pdf.fast.alphabet import make_alphabets
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.geometry import Reader
from renderers.pdf.fast.grid import anchor_absolutes, settle
from renderers.pdf.fast.model import Element, LeafLike, Skeleton, SlotValue, Template, TypeStyle, Unfillable
from renderers.pdf.fast.nodes import Builder, MakeLeaf, Node, SectionForm
from renderers.pdf.fast.part_pickle import Entry, Furniture
from renderers.pdf.fast.part_store import PartStore
from renderers.pdf.fast.parts import PartBox
from renderers.pdf.fast.row_parts import groups, renumber
from renderers.pdf.fast.shelf import Shelf
from renderers.pdf.fast.specimen_html import Writer, elements_of
from renderers.pdf.fast.strip import PageKind

ENDLESS = "@page {{ size: {width!r}px 30000mm }}"
GAP = "billcast-gap"
GAP_STYLE = f"{GAP} {{ display: block; height: 1px; margin: 0; padding: 0 }}"
PAGE_BREAK = "billcast-page"
PAGE_STYLE = f"{PAGE_BREAK} {{ display: block; height: 1px; break-after: page }}"
_VOID = frozenset({"br", "img", "col", "hr", "meta", "link", "input", "wbr"})
# What makes a layout depend on the language beside its fonts: selectors, and lengths measured by letters.
_LANGUAGE_BOUND = re.compile(r":lang\b|\d(?:r?ex|r?ch|r?cap|r?ic|r?lh)\b", re.IGNORECASE)


class LayOut(Protocol):
    """Lays out specimens with the template's styles, and says what else their layout follows from."""

    parts: PartStore

    @property
    def identity(self) -> str:
        """A digest of styles, fonts, files and programs."""
        ...

    @property
    def font_config(self) -> Any:
        """WeasyPrint's fonts."""
        ...

    def first(self, own: Specimens, language: str) -> tuple[Specimens, str]:
        """Return the specimens that asked first of all with the same styles and fonts, and their language."""
        ...

    def __call__(self, html: str, css: str) -> tuple[Any, Any]:
        """Return the laid-out document, to be ended, and its element tree, for HTML and more styles."""
        ...


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An element whose part isn't known."""

    element: Element
    key: str
    rows: Sequence[str]  # keys of its tables' rows
    slots: Sequence[SlotValue]


_Leaf = TypeVar("_Leaf", bound=LeafLike)
__all__ = ["Furniture", "LayOut", "Specimens"]


class Specimens:
    """Parts by structure. `lay_out` has WeasyPrint lay out what no store knows; `css` are the template's styles."""

    def __init__(self, lay_out: LayOut, fonts: FontSet, css: str) -> None:
        self._lay_out = lay_out
        self._fonts = fonts
        self._css = css
        self._is_bound = _LANGUAGE_BOUND.search(css) is not None
        self._html = Writer(css)
        self._shelf = Shelf(lay_out.parts, lay_out.identity, fonts, lay_out.font_config)
        self._widths: dict[str, float] = {}
        self._lately: dict[int, tuple[Element, Sequence[SlotValue], tuple[str, list[str]]]] = {}  # named by `learn`
        self.laid_out = 0
        self._ready = 0  # styles whose alphabets were made
        self._is_apart = False  # true: other locales have other fonts

    def learn(self, frame: Skeleton, bodies: Sequence[tuple[Element, Sequence[SlotValue]]]) -> None:
        """Have what isn't known yet of these sections laid out, all at once. Raises `Unfillable`."""
        context = self._context(frame)
        self._lately.clear()
        wanted = {
            key + "".join(rows): _Wanted(child, key, rows, slots)
            for body, slots in bodies
            for child in body.children
            if isinstance(child, Element)
            for key, rows in [self._names(context, child, slots)]
        }
        unknown = self._unknown(frame, wanted.values())
        if unknown:
            with self._shelf.store.turn([one.key for one in unknown]):
                unknown = self._unknown(frame, unknown)  # another process may have made them meanwhile
                unknown = self._learnt_elsewhere(frame, unknown) if unknown else []
                if unknown:
                    self._learn(frame, unknown)
        styles = self._shelf.styles
        make_alphabets(styles[self._ready :], self._fonts)
        self._ready = len(styles)

    def section(
        self, frame: Skeleton, body: Element, slots: Sequence[SlotValue], make_leaf: MakeLeaf[_Leaf]
    ) -> SectionForm[_Leaf]:
        """Return the boxes of what stands in `body`. Raises `Unfillable` where one can't be filled."""
        if any(not isinstance(child, Element) and _is_text(child) for child in body.children):
            raise Unfillable("text stands in <body> itself")
        context = self._context(frame)
        builder = Builder(make_leaf)
        boxes: list[Node] = []
        running: list[Element] = []
        for child in body.children:
            if not isinstance(child, Element):
                continue
            key, row_keys = self._names(context, child, slots)
            part = self._part(frame, key)
            if part is None:
                running.append(child)
            else:
                rows = [self._row(frame, row) for row in row_keys]
                boxes.append(builder.node(part, elements_of(child), rows))
        return SectionForm(boxes, running, builder.leaves)

    def furnish(
        self,
        frame: Skeleton,
        running: Sequence[tuple[Element, int]],
        slots: Sequence[Sequence[SlotValue]],
        make_leaf: MakeLeaf[_Leaf],
    ) -> tuple[dict[str, PageKind], dict[str, list[tuple[Node, int]]], list[tuple[_Leaf, int]]]:
        """Return the kinds of pages, and the nodes and leaves of what stands in their margins.

        Running elements, nodes and leaves come with the number of their section; `slots` are by section.
        Raises `Unfillable`.
        """
        furniture = self._furnish(frame, [(element, slots[number]) for element, number in running])
        builder = Builder(make_leaf)
        nodes: dict[str, list[tuple[Node, int]]] = {}
        owners: list[int] = []
        for kind, boxes in furniture.boxes.items():
            nodes[kind] = []
            for place, part in boxes:
                element, number = running[place]
                nodes[kind].append((builder.node(part, elements_of(element)), number))
                owners += [number] * (len(builder.leaves) - len(owners))
        return furniture.kinds, nodes, list(zip(builder.leaves, owners, strict=True))

    def _names(self, context: str, element: Element, slots: Sequence[SlotValue]) -> tuple[str, list[str]]:
        """Return what a part is known by, and the rows of its tables."""
        known = self._lately.get(id(element))
        if known is not None and known[0] is element and known[1] is slots:
            return known[2]
        rows = [context + key for key, _ in self._html.body_rows(element, slots)]
        names = context + self._html.key_of(element, slots), rows
        self._lately[id(element)] = element, slots, names
        return names

    def _unknown(self, frame: Skeleton, wanted: Iterable[_Wanted]) -> list[_Wanted]:
        """Return those of which the part or a row isn't known."""
        found = []
        for one in wanted:
            entry = self._entry(frame, one.key)
            if entry is None or (entry.thing is not None and any(self._entry(frame, row) is None for row in one.rows)):
                found.append(one)
        return found

    def _entry(self, frame: Skeleton, key: str) -> Entry | None:
        return self._shelf.get(key, language_of(frame), is_bound=self._binds(key))

    def _part(self, frame: Skeleton, key: str) -> PartBox | None:
        """Return a part, None for an element that runs in page margins. Raises `Unfillable`."""
        entry = self._entry(frame, key)
        if entry is None or entry.reason:
            raise Unfillable(entry.reason if entry else "a specimen's tree differs from the template's")
        assert not isinstance(entry.thing, Furniture)
        return entry.thing

    def _row(self, frame: Skeleton, key: str) -> PartBox:
        entry = self._entry(frame, key)
        if entry is None or not isinstance(entry.thing, PartBox):
            raise Unfillable("a row of a table was not found in the specimen")
        return entry.thing

    def _binds(self, key: str) -> bool:
        """Say whether the layout may depend on languages beside the fonts that are chosen for them."""
        return self._is_bound or " lang=" in key

    def _context(self, frame: Skeleton) -> str:
        """Return what of <html> and <body> the styles speak of, as part of what parts are known by."""
        said = []
        for element in (frame.root, frame.body):
            for name, value in sorted(element.attributes.items()):
                text = "".join(str(piece) for piece in value)
                if name == "class" and "[class" not in self._css:
                    text = " ".join(token for token in text.split() if f".{token}" in self._css)
                elif name != "class" and f"[{name}" not in self._css and name != "style":
                    text = ""
                if text:
                    said.append(f"{element.tag} {name}={text}")
        return ";".join(said) + "|"

    def _width(self, frame: Skeleton) -> float:
        """Return how wide the template's pages are, in px."""
        context = self._context(frame)
        if context not in self._widths:
            with self._rendered(frame, "", "") as (document, _):
                self._widths[context] = float(document.pages[0].width)
        return self._widths[context]

    def _learnt_elsewhere(self, frame: Skeleton, wanted: list[_Wanted]) -> list[_Wanted]:
        """Have parts laid out in the language that came first; return those that this locale can't use.

        Pango looks for the font of each size anew in each language, which takes longer than to set a line in it.
        """
        language = frame.root.attribute("lang")
        if self._is_bound or self._is_apart or not language or frame.body.attribute("lang"):
            return wanted
        first, spoken = self._lay_out.first(self, language)
        if first is self:
            return wanted
        has = self._shelf.has_shared  # what is there and yet unknown is another locale's, with other fonts
        fresh = [
            one for one in wanted if not self._binds(one.key) and not all(has(name) for name in (one.key, *one.rows))
        ]
        if not fresh:
            return wanted
        root = replace(frame.root, attributes={**frame.root.attributes, "lang": (spoken,)})
        first._learn(replace(frame, root=root), fresh)  # noqa: SLF001
        left = self._unknown(frame, wanted)
        self._is_apart = len(left) > len(wanted) - len(fresh)
        return left

    def _learn(self, frame: Skeleton, wanted: Sequence[_Wanted]) -> None:
        pieces = [f"<{GAP}></{GAP}>{self._html.written(one.element, one.slots)}" for one in wanted]
        endless = ENDLESS.format(width=self._width(frame))
        with self._rendered(frame, "".join(pieces) + f"<{GAP}></{GAP}>", endless + GAP_STYLE) as (document, tree):
            self._take(frame, wanted, document, tree)

    def _take(self, frame: Skeleton, wanted: Sequence[_Wanted], document: Any, tree: Any) -> None:
        """Store what a laid-out specimen shows of the wanted elements. Raises `Unfillable`."""
        if len(document.pages) != 1:
            raise Unfillable("a specimen doesn't fit its page")
        page = document.pages[0]._page_box  # noqa: SLF001 - the boxes have no public accessor; the pin holds it
        body = page.children[0].children[0]
        found = {id(box.element): box for box in map(_inner, body.children) if box.element is not None}
        gaps = [box for box in body.children if box.element_tag == GAP]
        roots = [child for child in tree.find("body") if child.tag != GAP]
        if len(roots) != len(wanted) or len(gaps) != len(wanted) + 1:
            raise Unfillable("a specimen's tree differs from the template's")
        for number, (one, root) in enumerate(zip(wanted, roots, strict=True)):
            box = found.get(id(root))
            reader = Reader({id(found): number for number, found in enumerate(root.iter())}, self._fonts)
            part: PartBox | None = None
            rows: list[PartBox] = []
            reason = ""
            if box is not None:
                try:
                    part, rows = self._read(one, reader, box, page, gaps[number : number + 2])
                except Unfillable as refused:
                    reason = str(refused)
            of_rows = [reader.row_styles.pop(id(row)) for row in rows]
            for header in reader.row_styles.values():
                reader.styles |= header
            known = zip((part, *rows), (reader.styles, *of_rows), strict=True)
            entries = [Entry(thing, reason, self._with_fonts(styles)) for thing, styles in known]
            for key, entry in zip((one.key, *one.rows), entries, strict=False):  # where it can't be filled: no rows
                if self._entry(frame, key) is None:
                    self._put(frame, key, entry, is_bound=reader.is_bound)

    def _read(
        self, one: _Wanted, reader: Reader, box: Any, page: Any, gaps: Sequence[Any]
    ) -> tuple[PartBox, list[PartBox]]:
        """Return the part of a laid-out element, and the rows of its tables in their order."""
        child = one.element
        if len(reader.numbers) != len(elements_of(child)):
            raise Unfillable("a specimen's elements differ from the template's")
        above, below = gaps
        top = above.border_box_y() + above.border_height()
        part = reader.read(box, top)
        part.tail_margin = below.border_box_y() - box.border_box_y() - box.border_height()
        anchor_absolutes_of(part, box, page)
        settle(part)
        rows = [row for group in groups(part) for row in group.children]
        names = list(self._html.body_rows(child, one.slots))
        if len(rows) != len(names):
            raise Unfillable("a table's rows differ from the template's")
        for row, (_, element) in zip(rows, names, strict=True):
            renumber(row, elements_of(child).index(element))
        for group in groups(part):
            group.children = []
        return part, rows

    def _with_fonts(self, styles: Iterable[TypeStyle]) -> tuple[tuple[TypeStyle, str], ...]:
        return tuple((style, self._fonts.faces[style.font].digest) for style in styles)

    def _put(self, frame: Skeleton, key: str, entry: Entry, *, is_bound: bool) -> Entry:
        return self._shelf.put(key, language_of(frame), entry, is_bound=is_bound or self._binds(key))

    def _furnish(self, frame: Skeleton, running: Sequence[tuple[Element, Sequence[SlotValue]]]) -> Furniture:
        keys = (self._html.key_of(child, slots) for child, slots in running)
        key = "".join(("furniture:", self._context(frame), *keys))
        entry = self._entry(frame, key)
        if entry is None:
            with self._shelf.store.turn([key]):
                entry = self._entry(frame, key)
                if entry is None:
                    learnt, is_bound = self._learn_furniture(frame, running)
                    entry = self._put(frame, key, learnt, is_bound=is_bound)
        assert isinstance(entry.thing, Furniture)
        return entry.thing

    def _learn_furniture(
        self, frame: Skeleton, running: Sequence[tuple[Element, Sequence[SlotValue]]]
    ) -> tuple[Entry, bool]:
        """Return the furniture, and whether it is bound to the language."""
        html = "".join(self._html.written(child, slots) for child, slots in running)
        with self._rendered(frame, html + f"<{PAGE_BREAK}></{PAGE_BREAK}>" * 3, PAGE_STYLE) as (document, tree):
            return self._read_furniture(document, tree)

    def _read_furniture(self, document: Any, tree: Any) -> tuple[Entry, bool]:
        roots = [child for child in tree.find("body") if child.tag != PAGE_BREAK]
        readers = [
            Reader({id(found): place for place, found in enumerate(root.iter())}, self._fonts, counts_pages=True)
            for root in roots
        ]
        owners = {name: number for number, reader in enumerate(readers) for name in reader.numbers}
        kinds: dict[str, PageKind] = {}
        boxes: dict[str, list[tuple[int, PartBox]]] = {}
        if len({round(page._page_box.width, 3) for page in document.pages[:3]}) > 1:  # noqa: SLF001
            raise Unfillable("pages differ in the width of their content")
        for kind, page in zip(("first", "left", "right"), document.pages, strict=False):
            box = page._page_box  # noqa: SLF001
            kinds[kind] = PageKind(
                page.width, page.height, box.content_box_x(), box.content_box_y(), box.content_box_y() + box.height
            )
            boxes[kind] = []
            for margin_box in box.children[1:]:
                for child in margin_box.children:
                    number = owners.get(id(child.element), -1)
                    if number < 0:
                        raise Unfillable("a page margin shows more than running elements")
                    boxes[kind].append((number, settle(readers[number].read(child, 0.0, is_running=True))))
        styles = dict.fromkeys(style for reader in readers for style in reader.styles)
        return Entry(Furniture(kinds, boxes), "", self._with_fonts(styles)), any(reader.is_bound for reader in readers)

    @contextmanager
    def _rendered(self, frame: Skeleton, body: str, css: str) -> Iterator[tuple[Any, Any]]:
        """Lay out a specimen: the document and its element tree, until it has been read."""
        self.laid_out += 1
        root = f"<html{self._html.attributes(frame.root, ())}><head><meta charset=utf-8></head>"
        html = f"<!DOCTYPE html>{root}<body{self._html.attributes(frame.body, ())}>{body}</body></html>"
        document, tree = self._lay_out(html, css)
        try:
            yield document, tree
        finally:
            document.end()


def language_of(frame: Skeleton) -> str:
    """Return the language that <body> is in."""
    return frame.body.attribute("lang") or frame.root.attribute("lang")


def anchor_absolutes_of(part: PartBox, box: Any, page: Any) -> None:
    """Set from which edge, and how far, the absolute boxes of a part stand."""
    top, bottom = page.content_box_y(), page.content_box_y() + page.height
    if part.place in ("top", "bottom"):
        y, height = box.border_box_y(), box.border_height()
        part.gap = y - top if part.place == "top" else bottom - y - height
    anchor_absolutes(part, box, (top, bottom))


def _is_text(text: Template) -> bool:
    return any(isinstance(piece, int) or piece.strip() for piece in text)


def _inner(box: Any) -> Any:
    return getattr(box, "_box", box)
