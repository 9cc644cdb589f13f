"""What stands in the margins of pages: running heads and feet, with the number of the page in them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from renderers.pdf.fast.figures import KERNEL
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.fragments import whole
from renderers.pdf.fast.kept import Kept
from renderers.pdf.fast.layout import Layout
from renderers.pdf.fast.leaf import Leaf
from renderers.pdf.fast.model import LeafItem, Lines, RunItem, SlotValue, Structure, Unfillable, is_constant
from renderers.pdf.fast.nodes import NO_LINES, Node
from renderers.pdf.fast.painter import Painter
from renderers.pdf.fast.pictures import Pictures
from renderers.pdf.fast.program import Program, Programmer
from renderers.pdf.fast.strip import PageKind, decorate

_KEPT = 64


@dataclass(frozen=True, slots=True, eq=False)
class MarginPlan:
    """The margins of one page: what is behind their texts, and programs with the section whose slots they take."""

    decorations: bytes
    programs: tuple[tuple[int, Program], ...]
    fonts: frozenset[str]


class PageMargins(NamedTuple):
    """The margins of all pages of a document for one customer: their plans, and the lines of their leaves in turn."""

    plans: tuple[MarginPlan, ...]
    lines: list[Lines]


class _Last(NamedTuple):
    """The margins of the last document of so many pages: the next one's differ in a text or two."""

    values: list[SlotValue]  # of the slots that are watched
    margins: PageMargins
    asking: frozenset[int]  # places of leaves that need rare letters: they are asked for in each file


class Margins:
    """The running elements of documents; `nodes` and `leaves` come with the number of the section they are from."""

    def __init__(
        self, kinds: Mapping[str, PageKind], nodes: Mapping[str, Sequence[tuple[Node, int]]],
        leaves: Sequence[tuple[Leaf, int]], fonts: FontSet, pictures: Pictures,
    ) -> None:  # fmt: skip
        """`kinds` and `nodes` are by kind of page: first, left, right. Raises `Unfillable`."""
        if kinds["right"] != kinds["left"]:
            raise Unfillable("left and right pages differ")
        self.kinds = kinds
        self._nodes, self._leaves = nodes, leaves
        self._fonts, self._pictures = fonts, pictures
        self._are_constant = [is_constant(leaf.items, has_counters=True) for leaf, _ in leaves]
        self._plans: Kept[tuple[int, int, tuple[Structure, ...]], MarginPlan] = Kept(_KEPT)
        self._has_counters = [_has_counters(leaf.items) for leaf, _ in leaves]
        self._setters = [_setter(leaf) for leaf, _ in leaves]
        readers: dict[tuple[int, int], list[int]] = {}  # section and slot -> places of the leaves that it stands in
        for place, (leaf, section) in enumerate(leaves):
            for slot in _slots_of(leaf.items):
                readers.setdefault((section, slot), []).append(place)
        self._watched = list(readers)
        self._readers = list(readers.values())
        self._last: dict[int, _Last] = {}  # by count of pages: twenty at most

    def of_pages(self, pages: int, slots: Sequence[list[SlotValue]]) -> PageMargins:
        """Return the margins of so many pages, with the slots of all sections. Raises `Unfillable`."""
        values = [slots[section][slot] for section, slot in self._watched]
        last = self._last.get(pages)
        if last is None:
            return self._set_anew(pages, slots, values, range(len(self._leaves)), None)
        if values == last.values:
            return self._set_anew(pages, slots, values, last.asking, last.margins) if last.asking else last.margins
        changed = [
            places
            for places, value, known in zip(self._readers, values, last.values, strict=True)
            if value is not known and value != known
        ]
        return self._set_anew(pages, slots, values, last.asking.union(*changed), last.margins)

    def _set_anew(
        self, pages: int, slots: Sequence[list[SlotValue]], values: list[SlotValue], places: Collection[int],
        known: PageMargins | None,
    ) -> PageMargins:  # fmt: skip
        """Return the margins with the leaves at these places set; the others are as they are known."""
        asking: set[int] = set()
        count = len(self._leaves)
        lines: list[Lines] = known.lines.copy() if known else [NO_LINES] * (pages * count)
        plans: list[MarginPlan] = list(known.plans) if known else []
        for page in range(1, pages + 1):
            first = count * (page - 1)
            is_alike = known is not None
            for place in places:
                if page > 1 and not self._has_counters[place]:
                    found = lines[place]  # as on the first page
                else:
                    asked = self._fonts.asked
                    found = self._set(place, page, pages, slots)
                    if asked != self._fonts.asked:
                        asking.add(place)
                is_alike = is_alike and found.structure == lines[first + place].structure
                lines[first + place] = found
            if not is_alike:
                plans[page - 1 : page] = [self._plan_of(page, pages, lines[first : first + count])]
        margins = PageMargins(tuple(plans), lines)
        self._last[pages] = _Last(values, margins, frozenset(asking))
        return margins

    def _set(self, place: int, page: int, pages: int, slots: Sequence[list[SlotValue]]) -> Lines:
        own = slots[self._leaves[place][1]]
        values = [*own, str(pages), str(page)] if self._has_counters[place] else own  # slots -2 and -1
        return self._setters[place](values)

    def _plan_of(self, page: int, pages: int, lines: Sequence[Lines]) -> MarginPlan:
        key = (page, pages, tuple([one.structure for one in lines]))
        return self._plans.get(key, lambda: self._plan(page, lines))

    def _plan(self, page: int, lines: Sequence[Lines]) -> MarginPlan:
        if any(len(leaf.lines) > 1 for leaf in lines):
            raise Unfillable("a running head or foot would wrap")
        kind = "first" if page == 1 else ("right" if page % 2 else "left")
        decorations: list[tuple[bool, bytes]] = []
        programs: list[tuple[int, Program]] = []
        fonts: set[str] = set()
        programmer = Programmer(self._pictures.draw, self._are_constant, lines)
        for node, section in self._nodes[kind]:
            fragment = whole(Layout(lines).place(node, node.part.gap))
            decorate(fragment, decorations)
            steps = Painter(lines).running([fragment])
            programs.append((section, programmer.program(steps)))
            fonts |= self._pictures.fonts_of(steps)
        return MarginPlan(b"".join([said for _, said in decorations]), tuple(programs), frozenset(fonts))


def _setter(leaf: Leaf) -> Callable[[list[SlotValue]], Lines]:
    """Return what sets a leaf: by the kernel, if there is one."""
    if KERNEL is None:
        return leaf.set
    only: Callable[[list[SlotValue]], Lines] = KERNEL.Steps([(0, leaf, *leaf.look_up)]).only
    return only


def _slots_of(items: Sequence[LeafItem]) -> set[int]:
    """Return the slots that stand in a text, but for the numbers of the page and of all pages."""
    texts = [item.text for item in items if isinstance(item, RunItem)]
    return {piece for text in texts for piece in text if isinstance(piece, int) and piece >= 0}


def _has_counters(items: Sequence[LeafItem]) -> bool:
    """True for texts with the number of the page or of all pages."""
    texts = [item.text for item in items if isinstance(item, RunItem)]
    return any(isinstance(piece, int) and piece < 0 for text in texts for piece in text)
