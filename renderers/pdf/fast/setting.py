"""Sections set for one customer: their lines, their plans, the pages they stand on, and their numbers there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.kept import Kept
from renderers.pdf.fast.leaf import Leaf
from renderers.pdf.fast.margins import Margin
from renderers.pdf.fast.members import Paper, ShownStrip
from renderers.pdf.fast.model import Lines, SlotValue, Structure, Unfillable
from renderers.pdf.fast.nodes import SectionForm
from renderers.pdf.fast.numbers import Numbers
from renderers.pdf.fast.pagination import Pages
from renderers.pdf.fast.pictures import Pictures
from renderers.pdf.fast.placed_strip import PlacedStrip, place_strip
from renderers.pdf.fast.program import Programmer
from renderers.pdf.fast.section_plan import SectionPlan, plan_section, stacked
from renderers.pdf.fast.strip import PageKind, Strip, held_strip, strip_of
from renderers.pdf.fast.tag_tree import StripPlace

_PLACES_KEPT = 16  # of a strip
_SETTINGS_KEPT = 32  # of a section
_FIRST, _OTHER = "first", "left"

Plans: TypeAlias = Kept[tuple[int, tuple[Structure, ...]], SectionPlan]


class Setting(NamedTuple):
    """A section for one customer. `is_kept`: it serves all others with the same texts, too."""

    form: SectionForm[Leaf]
    plan: SectionPlan
    lines: Sequence[Lines]
    slots: Sequence[SlotValue]
    is_kept: bool = False


class Shown(NamedTuple):
    """What a section shows on a page, and how far down."""

    setting: Setting
    strip: Strip
    dy: float


class Page(NamedTuple):
    """What stands on a page, in reading order."""

    kind: PageKind
    shown: Sequence[Shown]


class Setter:
    """Sets sections in one locale. `plans` are shared by all locales of a process."""

    def __init__(self, plans: Plans, fonts: FontSet, pictures: Pictures) -> None:
        self._plans = plans
        self._fonts = fonts
        self._pictures = pictures

    def setting(self, form: SectionForm[Leaf], slots: Sequence[SlotValue]) -> Setting:
        """Return a section with these slots. Raises `Unfillable`."""
        texts = tuple(slots) if form.repeats else ()
        found: Setting | None = form.settings.get(texts) if form.repeats else None
        if found is not None:
            form.hits += 1
            return found
        asked = self._fonts.asked
        lines = [leaf.set(slots) for leaf in form.leaves]
        structures = tuple([one.structure for one in lines])
        plan = self._plans.get((form.number, structures), lambda: plan_section(form, lines))
        if not form.repeats or asked != self._fonts.asked:  # else rare letters are asked for in each file
            return Setting(form, plan, lines, slots)
        if len(form.settings) >= _SETTINGS_KEPT:
            form.repeats = form.hits > len(form.settings)
            form.settings.clear()
            form.hits = 0
        made = form.settings[texts] = Setting(form, plan, lines, slots, is_kept=True)
        return made

    def pages(self, settings: Sequence[Setting], kinds: Mapping[str, PageKind]) -> list[Page]:
        """Return what stands on each page of a document with these sections. Raises `Unfillable`."""
        if not any(setting.plan.flow.pieces for setting in settings):
            raise Unfillable("the document is empty")
        runs = list(stacked([setting.plan for setting in settings]))
        first, other = kinds[_FIRST], kinds[_OTHER]
        pages: list[Page] = []
        for cuts in Pages(runs).cut(first.top, first.bottom, other.top, other.bottom):
            kind = other if pages else first
            shown = [
                Shown(settings[cut.run], self._strip(settings[cut.run], kind, cut.first, cut.end), cut.dy)
                for cut in cuts
            ]  # fmt: skip
            if not pages:
                shown += [Shown(one, self._held(one, kind), 0.0) for one in settings if one.plan.held]
            pages.append(Page(kind, shown))
        return pages

    def papers(self, pages: Sequence[Page], margins: Sequence[Margin], numbers: Numbers) -> list[Paper]:
        """Return the pages with their numbers in a file. Raises `Unfillable`."""
        papers: list[Paper] = []
        first = numbers.strips
        for number, (page, margin) in enumerate(zip(pages, margins, strict=True)):
            strips: list[ShownStrip] = []
            mcid = 0
            for setting, strip, dy in page.shown:
                place = StripPlace(numbers.pages + number, numbers.document, first, mcid)
                placed = strip.placed.get(place) or self._placed(strip, place, setting)
                strips.append(ShownStrip(placed, dy, setting.lines, setting.slots, setting.is_kept))
                first, mcid = placed.next_object, placed.next_mcid
            papers.append(Paper(page.kind.width, page.kind.height, strips, margin.decorations, margin.texts))
        return papers

    def _strip(self, setting: Setting, kind: PageKind, first: int, end: int) -> Strip:
        plan = setting.plan
        key = (kind.top, kind.bottom, first, end)
        found = plan.strips.get(key)
        if found is None:
            pieces = plan.flow.pieces[first:end]
            found = plan.strips[key] = strip_of(plan.boxes, pieces, kind, setting.lines, continues=first > 0)
            found.fonts = self._pictures.fonts_of(step for layer in found.layers for step in layer.steps)
        return found

    def _held(self, setting: Setting, kind: PageKind) -> Strip:
        plan = setting.plan
        key = (kind.top, kind.bottom)
        found = plan.strips.get(key)
        if found is None:
            found = plan.strips[key] = held_strip(plan.held, kind, setting.lines)
            found.fonts = self._pictures.fonts_of(step for layer in found.layers for step in layer.steps)
        return found

    def _placed(self, strip: Strip, place: StripPlace, setting: Setting) -> PlacedStrip:
        if len(strip.placed) >= _PLACES_KEPT:
            strip.placed.clear()
        programmer = Programmer(self._pictures.draw, setting.form.are_constant, setting.lines, place.mcid)
        placed = strip.placed[place] = place_strip(strip, place, programmer)
        return placed
