"""Sections set for one customer: their lines, their plans, the pages they stand on, and their numbers there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import Any, Final, NamedTuple, TypeAlias

from renderers.pdf.fast.figures import KERNEL
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.kept import Kept
from renderers.pdf.fast.leaf import Leaf
from renderers.pdf.fast.margins import PageMargins
from renderers.pdf.fast.model import Lines, SlotValue, Structure, Unfillable
from renderers.pdf.fast.nodes import NO_LINES, FixedLines, SectionForm
from renderers.pdf.fast.numbered import StripPlace
from renderers.pdf.fast.numbers import Numbers
from renderers.pdf.fast.page_plan import Paper, ShownStrip
from renderers.pdf.fast.pagination import Cut
from renderers.pdf.fast.pictures import Pictures
from renderers.pdf.fast.placed_strip import PlacedStrip, place_strip
from renderers.pdf.fast.program import Part, Programmer
from renderers.pdf.fast.section_plan import KERNEL as PLANNING
from renderers.pdf.fast.section_plan import SectionPlan, cut_pages, plan_section
from renderers.pdf.fast.strip import PageKind, Strip, held_strip, strip_of

_PLACES_KEPT = 16  # of a strip
_FIRST, _OTHER = "first", "left"

SectionPlans: TypeAlias = Kept[tuple[int, tuple[Structure, ...]], SectionPlan]


class Setting(NamedTuple):
    """Sections set for one customer: the lines of all their leaves, one after the other.

    `structures` are those of leaves that don't say the same to every customer: what the plan follows from.
    """

    lines: list[Lines]
    structures: tuple[Structure, ...]


_Step: TypeAlias = tuple[int, Leaf, Any, Any]


def _set_leaves(
    others: Iterable[_Step], values: Sequence[SlotValue], lines: list[Lines], first: int, structures: list[Structure]
) -> None:
    """Set these leaves of a section by its slots: the lines of the first of all stand in this place."""
    for place, leaf, _, _ in others:
        found = lines[first + place] = leaf.set(values)
        structures.append(found.structure)


set_leaves: Final = _set_leaves if KERNEL is None else KERNEL.set_leaves


class Shown(NamedTuple):
    """What a section, by its number in the document, shows on a page, and how far down."""

    section: int
    strip: Strip
    dy: float


class Page(NamedTuple):
    """What stands on a page, in reading order."""

    kind: PageKind
    shown: Sequence[Shown]


class Setter:
    """Sets sections in one locale. `plans` are shared by all locales of a process."""

    def __init__(self, plans: SectionPlans, fonts: FontSet, pictures: Pictures) -> None:
        self._plans = plans
        self._fonts = fonts
        self._pictures = pictures

    def setting(self, forms: Sequence[SectionForm[Leaf]], slots: Sequence[Sequence[SlotValue]]) -> Setting:
        """Return sections with these slots of each. Raises `Unfillable`."""
        if KERNEL is not None:
            return Setting(*KERNEL.set_sections(forms, slots, self._fixed))
        lines: list[Lines] = []
        structures: list[Structure] = []
        for form, own in zip(forms, slots, strict=True):
            fixed = form.fixed
            if fixed is None:
                fixed = form.fixed = self._fixed(form, own)
            first = len(lines)
            lines += fixed.lines
            set_leaves(fixed.others, own, lines, first, structures)
        return Setting(lines, tuple(structures))

    def _fixed(self, form: SectionForm[Leaf], slots: Sequence[SlotValue]) -> FixedLines[Leaf]:
        """Return what a section's leaves have for every customer. Raises `Unfillable`."""
        lines: list[Lines] = []
        others: list[_Step] = []
        for place, (leaf, is_constant) in enumerate(zip(form.leaves, form.are_constant, strict=True)):
            asked = self._fonts.asked
            lines.append(leaf.set(slots) if is_constant else NO_LINES)
            if not is_constant or asked != self._fonts.asked:  # else rare letters are asked for in each file
                others.append((place, leaf, *leaf.look_up))
        return FixedLines(lines, others if KERNEL is None else KERNEL.Steps(others), len(others))

    def pages(self, forms: Sequence[SectionForm[Leaf]], setting: Setting, kinds: Mapping[str, PageKind]) -> list[Page]:
        """Return what stands on each page of a document of these sections, set so. Raises `Unfillable`."""
        lines = setting.lines
        plans = plans_of(
            forms, setting.structures, self._plans, lambda form, leaf: plan_section(form, _own(form, lines, leaf))
        )
        if not any(plan.flow.pieces for plan in plans):
            raise Unfillable("the document is empty")
        leaves = _leaves_of(forms)

        def make(section: int, kind: PageKind, start: int, end: int) -> Strip:
            return self._strip(plans[section], _own(forms[section], lines, leaves[section]), kind, start, end)

        first, other = kinds[_FIRST], kinds[_OTHER]
        pages: list[Page] = []
        for cuts in cut_pages(plans, first.top, first.bottom, other.top, other.bottom):
            kind = other if pages else first
            shown = strips_of(plans, cuts, kind, make)
            if not pages:
                held = [(number, plan) for number, plan in enumerate(plans) if plan.held]
                shown += [
                    Shown(number, self._held(plan, _own(forms[number], lines, leaves[number]), kind), 0.0)
                    for number, plan in held
                ]
            pages.append(Page(kind, shown))
        return pages

    def papers(
        self, forms: Sequence[SectionForm[Leaf]], setting: Setting, pages: Sequence[Page], margins: PageMargins,
        numbers: Numbers,
    ) -> list[Paper]:  # fmt: skip
        """Return the pages with their numbers in a file; behind the leaves of sections stand those of the margins.

        Raises `Unfillable`.
        """
        leaves = _leaves_of(forms)

        def make(strip: Strip, place: StripPlace, section: int) -> PlacedStrip:
            own = _own(forms[section], setting.lines, leaves[section])
            return self._placed(strip, place, forms[section].are_constant, own)

        papers: list[Paper] = []
        leaf, first = leaves[-1], numbers.strips
        for number, (page, margin) in enumerate(zip(pages, margins.plans, strict=True), start=numbers.pages):
            strips, first = placed_of(page.shown, (number, numbers.document, first, 0), leaves, make)
            running = [Part(b"", program, b"", leaf, section) for section, program in margin.programs]
            papers.append(Paper(page.kind.width, page.kind.height, strips, margin.decorations, running))
            leaf += len(margins.lines) // len(pages)
        return papers

    def _strip(self, plan: SectionPlan, lines: Sequence[Lines], kind: PageKind, first: int, end: int) -> Strip:
        key = (kind.top, kind.bottom, first, end) if plan.is_anchored else (None, None, first, end)
        found = plan.strips.get(key)
        if found is None:
            pieces = plan.flow.pieces[first:end]
            found = plan.strips[key] = strip_of(
                plan.boxes, pieces, kind, lines, continues=first > 0, is_anchored=plan.is_anchored,
            )  # fmt: skip
            found.fonts = self._pictures.fonts_of(step for layer in found.layers for step in layer.steps)
        return found

    def _held(self, plan: SectionPlan, lines: Sequence[Lines], kind: PageKind) -> Strip:
        key = (kind.top, kind.bottom)
        found = plan.strips.get(key)
        if found is None:
            found = plan.strips[key] = held_strip(plan.held, kind, lines)
            found.fonts = self._pictures.fonts_of(step for layer in found.layers for step in layer.steps)
        return found

    def _placed(self, strip: Strip, place: StripPlace, is_fixed: Sequence[bool], lines: Sequence[Lines]) -> PlacedStrip:
        if len(strip.placed) >= _PLACES_KEPT:
            strip.placed.clear()
        placed = strip.placed[place] = place_strip(strip, place, Programmer(self._pictures.draw, is_fixed, lines))
        return placed


def _leaves_of(forms: Iterable[SectionForm[Leaf]]) -> list[int]:
    """Return the number of each section's first leaf, and the count of all leaves."""
    return list(accumulate([len(form.leaves) for form in forms], initial=0))


def _own(form: SectionForm[Leaf], lines: list[Lines], leaf: int) -> list[Lines]:
    """Return the lines of a section whose first leaf has this number."""
    return lines[leaf : leaf + len(form.leaves)]


def _plans_of(
    forms: Iterable[SectionForm[Leaf]], structures: tuple[Structure, ...], plans: SectionPlans,
    make: Callable[[SectionForm[Leaf], int], SectionPlan],
) -> list[SectionPlan]:  # fmt: skip
    """Return the plans of sections, which are set; `make` makes one of a section and the number of its first leaf."""
    found: list[SectionPlan] = []
    first = leaf = 0
    for form in forms:
        assert form.fixed is not None
        end = first + form.fixed.leaves
        found.append(plans.get((form.number, structures[first:end]), partial(make, form, leaf)))
        first = end
        leaf += len(form.leaves)
    return found


def _strips_of(
    plans: list[SectionPlan], cuts: list[Cut], kind: PageKind, make: Callable[[int, PageKind, int, int], Strip]
) -> list[Shown]:
    """Return what is shown on a page of a kind; `make` makes a strip of some pieces of a section."""
    shown: list[Shown] = []
    for section, first, end, dy in cuts:
        plan = plans[section]
        key = (kind.top, kind.bottom, first, end) if plan.is_anchored else (None, None, first, end)
        strip = plan.strips.get(key)
        shown.append(Shown(section, make(section, kind, first, end) if strip is None else strip, dy))
    return shown


def _placed_of(
    shown: Iterable[Shown], place: tuple[int, int, int, int], leaves: list[int],
    make: Callable[[Strip, StripPlace, int], PlacedStrip],
) -> tuple[list[ShownStrip], int]:  # fmt: skip
    """Return what a page shows, the first strip in this place, and the number that the next strip may begin at."""
    page, document, first, mcid = place
    strips: list[ShownStrip] = []
    for section, strip, dy in shown:
        own = StripPlace(page, document, first, mcid)
        placed = strip.placed.get(own)
        if placed is None:
            placed = make(strip, own, section)
        strips.append(ShownStrip(placed, dy, section, leaves[section]))
        first, mcid = placed.next_object, placed.next_mcid
    return strips, first


plans_of: Callable[..., list[SectionPlan]] = _plans_of if PLANNING is None else PLANNING.plans_of
strips_of: Callable[..., list[Shown]] = _strips_of if PLANNING is None else partial(PLANNING.strips_of, (Shown,))
placed_of: Callable[..., tuple[list[ShownStrip], int]] = (
    _placed_of if PLANNING is None else partial(PLANNING.placed_of, (StripPlace, ShownStrip))
)
