"""What stands in the margins of pages: running heads and feet, with the number of the page in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.fragments import whole
from renderers.pdf.fast.kept import Kept
from renderers.pdf.fast.layout import Layout
from renderers.pdf.fast.leaf import Leaf
from renderers.pdf.fast.model import LeafItem, Lines, RunItem, SlotValue, Structure, Unfillable, is_constant
from renderers.pdf.fast.nodes import Node
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


class Margin(NamedTuple):
    """The margins of one page for one customer, with the lines of their leaves."""

    plan: MarginPlan
    lines: Sequence[Lines]


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
        self._known: Kept[tuple[int, int], list[Lines | None]] = Kept(_KEPT)  # of leaves that are constant

    def of_pages(self, pages: int, slots: Sequence[Sequence[SlotValue]]) -> list[Margin]:
        """Return the margins of so many pages, with the slots of all sections. Raises `Unfillable`."""
        return [self._of_page(page, pages, slots) for page in range(1, pages + 1)]

    def _of_page(self, page: int, pages: int, slots: Sequence[Sequence[SlotValue]]) -> Margin:
        known = self._known.get((page, pages), lambda: [None] * len(self._leaves))
        lines = [found or self._set(place, known, page, pages, slots) for place, found in enumerate(known)]
        structures = tuple([one.structure for one in lines])
        return Margin(self._plans.get((page, pages, structures), lambda: self._plan(page, lines)), lines)

    def _set(
        self, place: int, known: list[Lines | None], page: int, pages: int, slots: Sequence[Sequence[SlotValue]]
    ) -> Lines:
        leaf, section = self._leaves[place]
        own = slots[section]
        asked = self._fonts.asked
        lines = leaf.set([*own, str(pages), str(page)] if self._has_counters[place] else own)  # slots -2 and -1
        if self._are_constant[place] and asked == self._fonts.asked:  # else its letters are asked for in each file
            known[place] = lines
        return lines

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


def _has_counters(items: Sequence[LeafItem]) -> bool:
    """True for texts with the number of the page or of all pages."""
    texts = [item.text for item in items if isinstance(item, RunItem)]
    return any(isinstance(piece, int) and piece < 0 for text in texts for piece in text)
