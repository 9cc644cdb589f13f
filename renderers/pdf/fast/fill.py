"""Fills the PDF of one communication: the fast path of the channel.

Made once a template set and locale; it learns as it goes. A communication whose sections are known, and take as
many lines as others did, costs setting its texts and joining bytes.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple, TypeAlias

from engine.model.communication import Communication
from engine.model.quick import quick
from engine.templating.template_set import TemplateSet
from renderers.pdf.fast.flatten import Flattener
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.info import Said
from renderers.pdf.fast.kept import Kept
from renderers.pdf.fast.leaf import Leaf
from renderers.pdf.fast.margins import MarginPlan, Margins, PageMargins
from renderers.pdf.fast.model import Element, LeafItem, Skeleton, SlotValue, Unfillable, is_constant
from renderers.pdf.fast.nodes import SectionForm
from renderers.pdf.fast.numbers import Numbers
from renderers.pdf.fast.parts import LinesPart
from renderers.pdf.fast.pictures import Pictures
from renderers.pdf.fast.sections import Divider, Section
from renderers.pdf.fast.setting import SectionPlans, Setter, Setting
from renderers.pdf.fast.shown import check_shown, facts_shown, leads_to
from renderers.pdf.fast.skeleton import Skeletons
from renderers.pdf.fast.specimen import Specimens
from renderers.pdf.fast.syntax import filled
from renderers.pdf.fast.writer import FileHead, FilePlan, Manner, Texts, plan_file, write_file
from renderers.pdf.reference import HTML_TEMPLATE, Reference
from renderers.pdf.seal import Seal

# What a worker keeps warm of each locale, the least used dropped first.
SIGNATURES_KEPT = 512  # of each field of the communication
SECTIONS_KEPT = 5000  # boxes in them, of some kilobytes each
DOCUMENTS_KEPT = 384  # keys of their sections
MARGINS_KEPT = 64
PLANS_KEPT = 24_000  # boxes in plans of sections, of all locales together, of some kilobytes each
FILES_KEPT = 24 << 20  # bytes in plans of files, of all locales together
HEADS_KEPT = 256


@quick
@dataclass(frozen=True, slots=True)
class FilledPdf:
    """A finished PDF, the ids of the facts that it shows, and its digest in hexadecimal."""

    data: bytes
    shown: tuple[str, ...]
    sha256: str


@dataclass(slots=True)
class _Shape:
    """What documents of the same sections share; or the reason why the reference must render them."""

    frame: Skeleton | None = None
    sections: Sequence[_Key] = ()
    margins: Margins | None = None
    shown: tuple[str, ...] = ()
    reason: str = ""
    forms: Sequence[SectionForm[Leaf]] | None = ()  # of the sections; None: they are to be looked up again
    number: int = field(default_factory=count().__next__)  # tells it from all others of the process


_Key: TypeAlias = tuple[int, ...]  # numbers of signatures or of forms


class KnownFile(NamedTuple):
    """The plan of files of one shape, and what else it follows from."""

    plan: FilePlan
    margins: tuple[MarginPlan, ...]
    fonts: tuple[str, ...]  # names


class Plans(NamedTuple):
    """What all fillers of a process keep in common: plans of sections and of files."""

    sections: SectionPlans
    files: Kept[Hashable, KnownFile]


def new_plans() -> Plans:
    """Return an empty store of plans."""
    return Plans(Kept(PLANS_KEPT, lambda plan: plan.size), Kept(FILES_KEPT, lambda known: known.plan.weight))


class _Asked(NamedTuple):
    """What a file is asked for: its sections and margins, set for a customer."""

    shape: _Shape
    margins: Margins
    forms: Sequence[SectionForm[Leaf]]
    setting: Setting
    slots: Sequence[list[SlotValue]]  # by section
    attached: tuple[str, ...]
    seal: Seal | None

    @property
    def seal_words(self) -> bytes | None:
        """What the seal says in the language of the file, if there is a seal."""
        return None if self.seal is None else self.seal.words

    @property
    def key(self) -> Hashable:
        """What files with one plan have in common, but for their margins and the count of their fonts."""
        return self.shape.number, self.setting.structures, self.attached, self.seal_words


class _Used(NamedTuple):
    """What a file is written by."""

    head: FileHead
    plan: FilePlan
    margins: PageMargins


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
        self._roots = tuple([
            tuple([numbers[root] for root in section.roots]) for section in (self._frame, *self._sections)
        ])  # fmt: skip
        self._fresh = count()
        self._signatures: list[Kept[Hashable, int]] = [Kept(SIGNATURES_KEPT) for _ in self._flattener.roots]
        self._frames: Kept[_Key, Skeleton] = Kept(DOCUMENTS_KEPT)
        self._forms: Kept[_Key, SectionForm[Leaf] | Unfillable] = Kept(
            SECTIONS_KEPT, lambda form: 1 if isinstance(form, Unfillable) else form.size
        )
        self._margins: Kept[_Key, Margins] = Kept(MARGINS_KEPT)
        self._shapes: Kept[Hashable, _Shape] = Kept(DOCUMENTS_KEPT)
        own_plans = plans if plans is not None else new_plans()
        self._files = own_plans.files
        self._setter = Setter(own_plans.sections, self._fonts, self._pictures)
        self._heads: Kept[tuple[tuple[str, ...], tuple[int, ...]], FileHead] = Kept(HEADS_KEPT)

    def fill(self, communication: Communication, now_iso: str, seal: Seal | None = None) -> FilledPdf:
        """Return the PDF. Raises `Unfillable` with the reason where the reference must render it."""
        signature, slots = self._flattener.by_section(communication, self._roots)
        shape, forms = self._known(signature) or self._learnt(communication, signature, slots)
        if shape.frame is None or shape.margins is None:
            raise Unfillable(shape.reason)
        self._fonts.begin()
        setting = self._setter.setting(forms, slots[1:])
        files = communication.attachments
        asked = _Asked(shape, shape.margins, forms, setting, slots[1:], tuple([file.name for file in files]), seal)
        used = self._kept_plan(asked) or self._new_plan(asked)
        said = _said(shape.frame, slots[0], now_iso)
        lines = setting.lines + used.margins.lines
        made = write_file(used.head, used.plan, Texts(lines, slots[1:]), said, files, seal)
        return FilledPdf(made.data, shape.shown, made.sha256)

    def _kept_plan(self, asked: _Asked) -> _Used | None:
        """Return the plan of a file if another one had the same; None where it has to be made."""
        found = self._files.find(asked.key)
        if found is None:
            return None
        margins = asked.margins.of_pages(len(found.plan.pages), asked.slots)
        head = self._head(found.fonts)
        if found.margins != margins.plans or not _has_room(head, found.plan):
            return None  # rare: the new one takes its place
        return _Used(head, found.plan, margins)

    def _new_plan(self, asked: _Asked) -> _Used:
        """Plan a file, and keep its plan. Raises `Unfillable`."""
        frame, forms = asked.shape.frame, asked.forms
        assert frame is not None
        pages = self._setter.pages(forms, asked.setting, asked.margins.kinds)
        margins = asked.margins.of_pages(len(pages), asked.slots)
        own = {shown.strip.fonts for page in pages for shown in page.shown}  # the same few again and again
        names = frozenset().union(*own, *[margin.fonts for margin in margins.plans])
        fonts = tuple(sorted(names))
        head = self._head(fonts)
        numbers = Numbers.after(head.count)
        papers = self._setter.papers(forms, asked.setting, pages, margins, numbers)
        plan = plan_file(Manner(numbers, frame.language, asked.attached, asked.seal_words), papers, asked.seal)
        self._files.put(asked.key, KnownFile(plan, margins.plans, fonts))
        return _Used(head, plan, margins)

    def _known(self, signature: Hashable) -> tuple[_Shape, Sequence[SectionForm[Leaf]]] | None:
        """Return a shape with its sections, None where it has to be learnt."""
        shape = self._shapes.find(signature)
        if shape is None:
            return None
        if shape.forms is None:
            found = [self._forms.find(section) for section in shape.sections]
            known = [form for form in found if isinstance(form, SectionForm)]
            if len(known) < len(found):
                return None  # one was dropped
            shape.forms = known
        return shape, shape.forms

    def _learnt(
        self, communication: Communication, signature: Hashable, slots: Sequence[list[SlotValue]]
    ) -> tuple[_Shape, Sequence[SectionForm[Leaf]]]:
        signatures, _ = self._flattener.by_root(communication)
        # Signatures are long, and each is part of many keys: so each goes by a number, which is its own for good.
        key = tuple([
            kept.get(signature, self._fresh.__next__)
            for kept, signature in zip(self._signatures, signatures, strict=True)
        ])  # fmt: skip
        dropped = self._forms.dropped
        shape, forms = self._shape(communication, key, slots)
        self._shapes.put(signature, shape)
        if dropped != self._forms.dropped:
            for each in self._shapes:  # they hold what was dropped; and what they use from now on is used last
                each.forms = None
        return shape, forms

    def _shape(
        self, communication: Communication, key: _Key, slots: Sequence[list[SlotValue]]
    ) -> tuple[_Shape, list[SectionForm[Leaf]]]:
        self._reference.begin(communication)
        if self._specimens is None:
            self._specimens = Specimens(self._reference.lay_out, self._fonts, self._reference.css)
        specimens = self._specimens
        keys: list[_Key] = [(number, *(key[root] for root in roots)) for number, roots in enumerate(self._roots)]
        try:
            frame = self._frames.get(keys[0], lambda: self._skeletons.of_section(self._frame, communication))
            forms = self._sections_of(specimens, frame, communication, keys[1:], slots[1:])
            shown = tuple(dict.fromkeys(fact for form in forms for fact in form.shown))
            check_shown(shown, communication, has_pay_link=any(form.has_pay_link for form in forms))
            running = [(element, number) for number, form in enumerate(forms) for element in form.running]
            names = [form.number for form in forms if form.running]
            margins = self._margins.get(
                (*keys[0], *names),
                lambda: Margins(*specimens.furnish(frame, running, slots[1:], self._leaf), self._fonts, self._pictures),
            )
        except Unfillable as reason:
            return _Shape(reason=str(reason)), []
        return _Shape(frame, keys[1:], margins, shown, forms=forms), forms

    def _sections_of(
        self,
        specimens: Specimens,
        frame: Skeleton,
        communication: Communication,
        keys: Sequence[_Key],
        every: Sequence[list[SlotValue]],
    ) -> list[SectionForm[Leaf]]:
        """Return the forms of all sections; what isn't known of any is laid out at once. Raises `Unfillable`."""
        fresh = {
            key: self._skeletons.of_section(section, communication).body
            for section, key in zip(self._sections, keys, strict=True)
            if key not in self._forms
        }
        if fresh:
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
        form.size = 1 + sum(1 for node in form.body for _ in node.below())
        form.is_anchored = any(
            node.part.place in ("top", "bottom")
            for outermost in form.body if outermost.part.place == "flow" for node in outermost.below()
        )  # fmt: skip
        form.are_constant = [is_constant(leaf.items) for leaf in form.leaves]
        form.shown = facts_shown(body, section.roots, communication, self._flattener)
        payment = communication.payment
        form.has_pay_link = payment is not None and leads_to(body, slots, payment.url)
        return form

    def _leaf(self, items: Sequence[LeafItem], lines: LinesPart) -> Leaf:
        return Leaf(
            items, lines.width, self._fonts, wraps=lines.wraps, clips=lines.clips, breaks_words=lines.breaks_words,
            spans=lines.spans,
        )  # fmt: skip

    def _head(self, known: tuple[str, ...]) -> FileHead:
        """Return the start of a file with these fonts, of the levels that it needs for this customer."""
        fonts = known + self._fonts.beyond(known)
        levels = self._fonts.variant(fonts)
        return self._heads.get(
            (fonts, levels),
            lambda: FileHead.compile(list(map(self._fonts.resource, fonts, levels))),
        )


def _has_room(head: FileHead, plan: FilePlan) -> bool:
    """True if the plan's numbers are those that files under this head have."""
    return Numbers.after(head.count) == plan.manner.numbers


def _said(frame: Skeleton, slots: Sequence[SlotValue], now_iso: str) -> Said:
    return Said(filled(frame.title, slots), filled(frame.author, slots), filled(frame.description, slots), now_iso)
