"""Fills the PDF of one communication: the fast path of the channel.

Made once a template set and locale; it learns as it goes. A communication of a known signature and of
known line counts costs setting its texts and joining bytes.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from engine.model.communication import Communication
from engine.templating.template_set import TemplateSet
from renderers.pdf.fast.flatten import Flattener
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.kept import Kept
from renderers.pdf.fast.leaf import Leaf
from renderers.pdf.fast.model import Element, LeafItem, Lines, LinkBox, RunItem, Skeleton, SlotValue, Unfillable, moved
from renderers.pdf.fast.nodes import Form, SectionForm
from renderers.pdf.fast.painter import TextStep
from renderers.pdf.fast.parts import LinesPart
from renderers.pdf.fast.pictures import Pictures
from renderers.pdf.fast.plan import Plan, Planner
from renderers.pdf.fast.program import MODES, MovingLink, Program, Programmer, corners
from renderers.pdf.fast.sections import Divider, Section
from renderers.pdf.fast.shown import check_shown, facts_shown, leads_to
from renderers.pdf.fast.skeleton import Skeletons
from renderers.pdf.fast.specimen import Furniture, Specimens
from renderers.pdf.fast.writer import FileHead, FilePlan, PageFrame, PlanFile, Resource
from renderers.pdf.reference import HTML_TEMPLATE, Reference
from renderers.pdf.seal import Seal

# What a worker keeps warm of each locale, the least used dropped first.
SECTIONS_KEPT = 256  # of some tens of kilobytes each
DOCUMENTS_KEPT = 256
PLANS_KEPT = 384  # of all locales together, of some hundred kilobytes each
FILES_KEPT = 16  # of a plan, with other fonts
HEADS_KEPT = 256


@dataclass(frozen=True, slots=True)
class FilledPdf:
    """A finished PDF and the ids of the facts that it shows."""

    data: bytes
    shown: tuple[str, ...]


@dataclass(slots=True)
class _Shape:
    """What documents of the same sections share."""

    form: Form[Leaf] | None
    furniture: Furniture | None
    shown: tuple[str, ...] = ()
    reason: str = ""
    heads: tuple[tuple[Leaf, int], ...] = ()  # in running heads and feet: what is the customer's own


@dataclass(slots=True)
class _Ready:
    """A plan, ready to be filled. `files` by its fonts, their levels, and whether they are sealed."""

    plan: FilePlan
    fonts: tuple[str, ...]
    programs: tuple[Program, ...]
    links: tuple[MovingLink, ...]
    margins: tuple[_Margin, ...]
    files: dict[tuple[tuple[str, ...], tuple[int, ...], bool], PlanFile]


@dataclass(slots=True)
class _Margin:
    """A running text on one page: its lines where they are the same for everyone."""

    leaf: Leaf
    section: int
    lines: Lines | None
    counters: tuple[str, str]  # count of pages, number of the page: the last two slots


Plans: TypeAlias = "Kept[Hashable, _Ready]"


def new_plans() -> Plans:
    """Return an empty store of plans, for all fillers of a process."""
    return Kept(PLANS_KEPT)


class Filler:
    """Fills PDFs of one template set and locale. The reference lays out specimens."""

    def __init__(
        self,
        templates: TemplateSet,
        locale: str,
        reference: Reference,
        *,
        cache: Path | None = None,
        plans: Plans | None = None,
    ) -> None:
        """`cache` keeps subsets of fonts from run to run; `plans` are shared by the fillers of a process."""
        self._reference = reference
        self._flattener = Flattener.of(templates)
        self._skeletons = Skeletons(templates, self._flattener.reads, reference.logo)
        self._frame, self._sections = Divider(templates.environment, HTML_TEMPLATE, self._flattener.roots).sections()
        self._fonts = FontSet(locale, cache)
        self._specimens: Specimens | None = None  # made when the styles are read
        self._pictures = Pictures(templates, reference.lay_out, self._fonts)
        numbers = {root: number for number, root in enumerate(self._flattener.roots)}
        self._roots = [[numbers[root] for root in section.roots] for section in (self._frame, *self._sections)]
        self._frames: Kept[Hashable, Skeleton] = Kept(DOCUMENTS_KEPT)
        self._forms: Kept[Hashable, SectionForm[Leaf] | Unfillable] = Kept(SECTIONS_KEPT)
        self._shapes: Kept[Hashable, _Shape] = Kept(DOCUMENTS_KEPT)
        self._plans = plans if plans is not None else new_plans()
        self._name = (str(templates.root), locale)
        self._heads: Kept[tuple[tuple[str, ...], tuple[int, ...]], FileHead] = Kept(HEADS_KEPT)

    def fill(self, communication: Communication, now_iso: str, seal: Seal | None = None) -> FilledPdf:
        """Return the PDF. Raises `Unfillable` with the reason where the reference must render it."""
        signatures, by_root = self._flattener.by_root(communication)
        every = [_joined([by_root[root] for root in roots]) for roots in self._roots]
        shape = self._shapes.get(signatures, lambda: self._shape(communication, signatures, every))
        form, furniture = shape.form, shape.furniture
        if form is None or furniture is None:
            raise Unfillable(shape.reason)
        self._fonts.begin()
        lines: list[Lines] = [
            leaf.set(own) for section, own in zip(form.sections, every[1:], strict=True) for leaf in section.form.leaves
        ]
        structures = tuple([leaf.structure for leaf in lines])
        slots = _joined(every[1:])
        slots += every[0]
        # In running heads, letters of other fonts and long texts move what is drawn, too.
        heads = tuple([leaf.set([*every[section + 1], "1", "1"]).structure for leaf, section in shape.heads])
        ready = self._plans.get(
            (self._name, signatures, structures, heads), lambda: self._ready(form, furniture, every, lines)
        )
        lines += [
            margin.lines or margin.leaf.set([*every[margin.section + 1], *margin.counters]) for margin in ready.margins
        ]
        if ready.links:
            slots += [corners(link, lines) for link in ready.links]
        bodies = [program.run(lines, slots) for program in ready.programs]
        data = self._file(ready, seal).write(slots, bodies, now_iso, attachments=communication.attachments, seal=seal)
        return FilledPdf(data, shape.shown)

    def _shape(
        self, communication: Communication, signatures: Sequence[Hashable], every: Sequence[list[SlotValue]]
    ) -> _Shape:
        self._reference.begin(communication)
        if self._specimens is None:
            self._specimens = Specimens(self._reference.lay_out, self._fonts, self._reference.css)
        specimens = self._specimens
        keys = [(number, *[signatures[root] for root in roots]) for number, roots in enumerate(self._roots)]
        try:
            frame = self._frames.get(keys[0], lambda: self._skeletons.of_section(self._frame, communication))
            forms = self._sections_of(specimens, frame, communication, keys[1:], every[1:])
            shown = tuple(dict.fromkeys(fact for form in forms for fact in form.shown))
            check_shown(shown, communication, has_pay_link=any(form.has_pay_link for form in forms))
            document, furniture = specimens.document(frame, forms, every[1:], self._leaf)
        except Unfillable as reason:
            return _Shape(None, None, reason=str(reason))
        heads = tuple(
            [(leaf, section) for leaf, section in document.margin_leaves if not _is_fixed(leaf, counters=True)]
        )
        return _Shape(document, furniture, shown, heads=heads)

    def _sections_of(
        self,
        specimens: Specimens,
        frame: Skeleton,
        communication: Communication,
        keys: Sequence[Hashable],
        every: Sequence[list[SlotValue]],
    ) -> list[SectionForm[Leaf]]:
        """Return the forms of all sections; what isn't known of any is laid out at once. Raises `Unfillable`."""
        fresh = {
            key: self._skeletons.of_section(section, communication).body
            for section, key in zip(self._sections, keys, strict=True)
            if key not in self._forms
        }
        specimens.learn(frame, [(fresh[key], own) for key, own in zip(keys, every, strict=True) if key in fresh])
        forms = []
        for section, key, own in zip(self._sections, keys, every, strict=True):
            make = partial(self._section, specimens, frame, fresh.get(key), section, communication, own)
            form = self._forms.get(key, make)
            if isinstance(form, Unfillable):
                raise form
            forms.append(form)
        return forms

    def _section(
        self,
        specimens: Specimens,
        frame: Skeleton,
        body: Element | None,
        section: Section,
        communication: Communication,
        slots: Sequence[SlotValue],
    ) -> SectionForm[Leaf] | Unfillable:
        try:
            if body is None:  # it was known, and dropped to make room for another section of this very document
                body = self._skeletons.of_section(section, communication).body
            form = specimens.section(frame, body, slots, self._leaf)
        except Unfillable as reason:
            return reason
        form.shown = facts_shown(body, section.roots, communication, self._flattener)
        payment = communication.payment
        form.has_pay_link = payment is not None and leads_to(body, slots, payment.url)
        return form

    def _leaf(self, items: Sequence[LeafItem], lines: LinesPart) -> Leaf:
        return Leaf(
            items, lines.width, self._fonts, wraps=lines.wraps, clips=lines.clips, breaks_words=lines.breaks_words,
            spans=lines.spans,
        )  # fmt: skip

    def _ready(
        self,
        form: Form[Leaf],
        furniture: Furniture,
        every: Sequence[Sequence[SlotValue]],
        lines: Sequence[Lines],
    ) -> _Ready:
        def set_margin(page: int, pages: int) -> list[Lines]:
            return [leaf.set([*every[number + 1], str(pages), str(page)]) for leaf, number in form.margin_leaves]

        plan = Planner(form, furniture.kinds, lines, set_margin).plan()
        moving = _moving_links(plan, form.slot_count + len(every[0]), furniture)
        all_lines = list(lines)
        is_fixed = [_is_fixed(leaf) for section in form.sections for leaf in section.form.leaves]
        margins: list[_Margin] = []
        pages = len(plan.pages)
        for page in range(1, pages + 1):
            for (leaf, section), own in zip(form.margin_leaves, set_margin(page, pages), strict=True):
                all_lines.append(own)
                is_fixed.append(_is_fixed(leaf, counters=True))
                # What needs rare letters has to ask for them in each file.
                is_kept = is_fixed[-1] and not self._fonts.need
                margins.append(_Margin(leaf, section, own if is_kept else None, (str(pages), str(page))))
        programmer = Programmer(self._pictures.draw, is_fixed, all_lines)
        programs = tuple(programmer.program(page) for page in plan.pages)
        frame = form.frame
        frames = [
            PageFrame(furniture.kinds[page.kind].width, furniture.kinds[page.kind].height, page.decorations)
            for page in plan.pages
        ]
        author, title, subject = (
            moved(text, form.slot_count) for text in (frame.author, frame.title, frame.description)
        )
        file_plan = FilePlan(
            frame.language, frames, plan.struct, plan.links, plan.bookmarks, (), author, title, subject
        )
        return _Ready(file_plan, self._fonts_of(plan), programs, moving, tuple(margins), {})

    def _fonts_of(self, plan: Plan) -> tuple[str, ...]:
        names: set[str] = set()
        for page in plan.pages:
            for step in page.steps:
                names.update((step.style.font,) if isinstance(step, TextStep) else self._pictures.fonts(step.picture))
        return tuple(sorted(names))

    def _file(self, ready: _Ready, seal: Seal | None) -> PlanFile:
        """Return the file of a plan with the levels that its fonts need for this customer."""
        fonts = ready.fonts + self._fonts.beyond(ready.fonts)
        levels = self._fonts.variant(fonts)
        key = fonts, levels, seal is not None
        found = ready.files.get(key)
        if found is None:
            if len(ready.files) >= FILES_KEPT:
                ready.files.clear()
            found = ready.files[key] = PlanFile.compile(self._head(fonts, levels), ready.plan, seal)
        return found

    def _head(self, fonts: tuple[str, ...], levels: tuple[int, ...]) -> FileHead:
        return self._heads.get(
            (fonts, levels),
            lambda: FileHead.compile([
                Resource("Font", name, partial(self._fonts.objects, name, level))
                for name, level in zip(fonts, levels, strict=True)
            ]),
        )  # fmt: skip


def _joined(lists: Sequence[list[SlotValue]]) -> list[SlotValue]:
    return [value for own in lists for value in own]


def _moving_links(plan: Plan, first: int, furniture: Furniture) -> tuple[MovingLink, ...]:
    """Give each link in running text a slot for its rectangle, from `first` on; return what follows which text."""
    found: list[MovingLink] = []
    for page in plan.pages:
        height = furniture.kinds[page.kind].height
        for step in page.steps:
            if isinstance(step, TextStep) and step.link >= 0:
                link = plan.links[step.link]
                plan.links[step.link] = LinkBox(link.page, None, link.address, link.title, (first + len(found),))
                found.append(
                    MovingLink(
                        step.leaf, step.line, step.segment, MODES[step.align], step.x, step.width,
                        step.top, step.height, height,
                    )
                )  # fmt: skip
    return tuple(found)


def _is_fixed(leaf: Leaf, *, counters: bool = False) -> bool:
    """True for a leaf that says the same to every customer; with `counters`, on a page of this number."""
    least = 0 if counters else -2
    return not any(
        isinstance(piece, int) and piece >= least
        for item in leaf.items
        if isinstance(item, RunItem)
        for piece in item.text
    )
