"""A strip: what a section shows on one page, in the order WeasyPrint paints it, and its tags.

Places are counted from the section's first box, but for what an edge of the page holds. Marked content is
numbered from 0, links likewise. The same numbers are in its elements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from renderers.pdf.fast.decor import box_operators
from renderers.pdf.fast.deflate import Segment, segment
from renderers.pdf.fast.fragments import Fragment, Marks, anchor, lines_of, set_dy, top_of, whole
from renderers.pdf.fast.layout import Placed
from renderers.pdf.fast.model import Area, Bookmark, Element, Lines, LinkBox, Struct, Template
from renderers.pdf.fast.painter import Layer, Painter
from renderers.pdf.fast.structure import StructBuilder

if TYPE_CHECKING:
    from renderers.pdf.fast.numbered import StripPlace
    from renderers.pdf.fast.pagination import Piece
    from renderers.pdf.fast.placed_strip import PlacedStrip, StripForm


class PageKind(NamedTuple):
    """Where the content of a kind of page stands, px from the page's top left."""

    width: float
    height: float
    left: float
    top: float
    bottom: float


@dataclass(slots=True)
class Strip:
    """What a section shows on a page. `decorations` stand behind all texts of the page."""

    decorations: tuple[tuple[bool, Segment], ...] = ()  # is anchored, operators
    layers: list[Layer] = field(default_factory=list)
    marks: int = 0
    struct: list[Struct] = field(default_factory=list)
    links: list[LinkBox] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    fonts: frozenset[str] = frozenset()  # names of the fonts of its texts and pictures
    form: StripForm | None = None  # made when it is placed first
    placed: dict[StripPlace, PlacedStrip] = field(default_factory=dict)


def strip_of(
    boxes: Sequence[Placed], pieces: Sequence[Piece], page: PageKind, lines: Sequence[Lines], *,
    continues: bool, is_anchored: bool = True,
) -> Strip:  # fmt: skip
    """Return what these pieces of a section's boxes show on a kind of page.

    `continues`: not the first ones; `is_anchored`: something in them may be held by an edge of the page.
    """
    wanted: dict[int, list[int]] = {}
    for piece in pieces:
        wanted.setdefault(id(piece.placed), []).append(piece.line)
    repeats = continues and pieces[0].header > 0
    found = [_fragment(placed, wanted, repeats=repeats) for placed in boxes]
    shown = [fragment for fragment in found if fragment is not None]
    return _composed(shown, page, lines, is_anchored=is_anchored)


def held_strip(held: Sequence[Placed], page: PageKind, lines: Sequence[Lines]) -> Strip:
    """Return what the edges of a page hold."""
    return _composed([whole(placed) for placed in held], page, lines, is_anchored=True)


def _fragment(placed: Placed, wanted: dict[int, list[int]], *, repeats: bool) -> Fragment | None:
    part = placed.node.part
    if id(placed) in wanted:
        lines = wanted[id(placed)]
        return whole(placed) if lines == [-1] else lines_of(placed, lines[0], lines[-1] + 1)
    kids = {
        id(child): _fragment(child, wanted, repeats=repeats)
        for child in placed.children
        if child.node.part.place == "flow"
    }
    if not any(kids.values()):
        return None
    fragment = Fragment(placed)
    begins = next(iter(kids.values())) is not None
    for child in placed.children:
        if child.node.part.place != "flow":
            if begins:
                fragment.children.append(whole(child))
        elif (found := kids[id(child)]) is not None:
            fragment.children.append(found)
    if part.kind == "table" and repeats and placed.children[0].node.part.is_header and not begins:
        header = whole(placed.children[0])
        set_dy(header, top_of(fragment.children[0]) - placed.children[0].height - placed.children[0].y)
        fragment.children.insert(0, header)
    return fragment


def _composed(boxes: Sequence[Fragment], page: PageKind, lines: Sequence[Lines], *, is_anchored: bool) -> Strip:
    strip, marks = Strip(), Marks()
    decorations: list[tuple[bool, bytes]] = []
    for fragment in boxes:
        if is_anchored:
            anchor(fragment, page.top, page.bottom)
        decorate(fragment, decorations)
        _lead(fragment, marks, strip)
    strip.layers = Painter(lines, marks, strip.links).strip(boxes)
    strip.decorations = packed(decorations)
    strip.marks = marks.count
    strip.struct = StructBuilder(lines, marks).elements(boxes)
    return strip


def packed(decorations: list[tuple[bool, bytes]]) -> tuple[tuple[bool, Segment], ...]:
    """Return decorations with neighbours of a kind joined, and deflated."""
    kinds = groupby(decorations, itemgetter(0))
    return tuple([(is_anchored, segment(b"".join([said for _, said in group]))) for is_anchored, group in kinds])


def decorate(fragment: Fragment, out: list[tuple[bool, bytes]]) -> None:
    """Append the backgrounds, borders and rules of a box and of all in it."""
    part = fragment.placed.node.part
    if part.decor is not None:
        said = box_operators(part.decor, part.x, fragment.y, part.width, fragment.placed.height, part.edges)
        if said:
            out.append((fragment.is_anchored, said))
    for child in fragment.children:
        decorate(child, out)
    if part.kind == "row" and part.rule is not None:
        width, (red, green, blue) = part.rule
        y = fragment.y + fragment.placed.height - width / 2
        rule = f"/Artifact BMC {red:.4g} {green:.4g} {blue:.4g} rg {part.x:.3f} {y:.3f} {part.width:.3f} {width:.3f}"
        out.append((fragment.is_anchored, f"{rule} re f EMC\n".encode()))


def _lead(fragment: Fragment, marks: Marks, strip: Strip) -> None:
    """Append the links of boxes, and the bookmarks."""
    node = fragment.placed.node
    part = node.part
    if part.tag == "a" and node.element is not None and part.element >= 0:
        marks.contents[id(fragment), -3, -3] = len(strip.links)
        area = Area(part.x, fragment.y, part.width, fragment.placed.height, fragment.is_anchored)
        strip.links.append(LinkBox(area, node.element.attributes["href"]))
    if part.bookmark and fragment.first == 0 and node.element is not None:
        label = _text_of(node.element)
        strip.bookmarks.append(Bookmark(part.bookmark, label, part.x, fragment.y, fragment.is_anchored))
    for child in fragment.children:
        _lead(child, marks, strip)


def _text_of(element: Element) -> Template:
    pieces: list[str | int] = []
    for child in element.children:
        pieces += _text_of(child) if isinstance(child, Element) else child
    return tuple(pieces)
