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
from renderers.pdf.fast.model import Lines, SlotValue, Structure, Unfillable, is_constant
from renderers.pdf.fast.nodes import Node
from renderers.pdf.fast.painter import Painter
from renderers.pdf.fast.pictures import Pictures
from renderers.pdf.fast.program import Program, Programmer
from renderers.pdf.fast.strip import PageKind, decorate

_KEPT = 64


class Margin(NamedTuple):
    """The margins of one page for one customer."""

    decorations: bytes
    texts: bytes
    fonts: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Plan:
    decorations: bytes
    programs: tuple[tuple[int, Program], ...]  # with the number of the section whose slots they take
    fonts: frozenset[str]


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
        self._sections = {section for _, section in leaves}
        self._fonts, self._pictures = fonts, pictures
        self._are_constant = [is_constant(leaf.items, has_counters=True) for leaf, _ in leaves]
        self._is_constant = all(self._are_constant)
        self._plans: Kept[tuple[int, int, tuple[Structure, ...]], _Plan] = Kept(_KEPT)
        self._constant: Kept[tuple[int, int], Margin] = Kept(_KEPT)

    def on(self, page: int, pages: int, slots: Sequence[Sequence[SlotValue]]) -> Margin:
        """Return the margins of a page (from 1) of so many, with the slots of all sections. Raises `Unfillable`."""
        if self._is_constant and (page, pages) in self._constant:
            return self._constant.get((page, pages), lambda: self._made(page, pages, slots))
        asked = self._fonts.asked
        made = self._made(page, pages, slots)
        if self._is_constant and asked == self._fonts.asked:  # else its letters are asked for in each file
            self._constant.get((page, pages), lambda: made)
        return made

    def _made(self, page: int, pages: int, slots: Sequence[Sequence[SlotValue]]) -> Margin:
        counters = (str(pages), str(page))
        own = {section: [*slots[section], *counters] for section in self._sections}
        lines = [leaf.set(own[section]) for leaf, section in self._leaves]
        structures = tuple([one.structure for one in lines])
        plan = self._plans.get((page, pages, structures), lambda: self._plan(page, lines))
        texts = b"".join([program.run(lines, slots[section]) for section, program in plan.programs])
        return Margin(plan.decorations, texts, plan.fonts)

    def _plan(self, page: int, lines: Sequence[Lines]) -> _Plan:
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
        return _Plan(b"".join([said for _, said in decorations]), tuple(programs), frozenset(fonts))
