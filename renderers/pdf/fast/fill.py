"""Fills the PDF of one communication: the fast path of the channel.

Made once a template set and locale; it learns as it goes. A communication whose sections are known, and take as
many lines as others did, costs setting its texts and joining bytes.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypeAlias

from engine.model.communication import Communication
from engine.templating.template_set import TemplateSet
from renderers.pdf.fast.flatten import Flattener
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.info import Said
from renderers.pdf.fast.kept import Kept
from renderers.pdf.fast.leaf import Leaf
from renderers.pdf.fast.margins import Margin, Margins
from renderers.pdf.fast.model import Element, LeafItem, Skeleton, SlotValue, Unfillable, is_constant
from renderers.pdf.fast.nodes import SectionForm
from renderers.pdf.fast.numbers import Numbers
from renderers.pdf.fast.parts import LinesPart
from renderers.pdf.fast.pictures import Pictures
from renderers.pdf.fast.sections import Divider, Section
from renderers.pdf.fast.setting import Page, Plans, Setter
from renderers.pdf.fast.shown import check_shown, facts_shown, leads_to
from renderers.pdf.fast.skeleton import Skeletons
from renderers.pdf.fast.specimen import Specimens
from renderers.pdf.fast.syntax import filled
from renderers.pdf.fast.writer import FileHead, Resource, write_file
from renderers.pdf.reference import HTML_TEMPLATE, Reference
from renderers.pdf.seal import Seal

# What a worker keeps warm of each locale, the least used dropped first.
SIGNATURES_KEPT = 512  # of each field of the communication
SECTIONS_KEPT = 5000  # boxes in them, of some kilobytes each
DOCUMENTS_KEPT = 384  # keys of their sections
MARGINS_KEPT = 64
PLANS_KEPT = 24_000  # boxes in plans of sections, of all locales together, of some kilobytes each
HEADS_KEPT = 256


@dataclass(frozen=True, slots=True)
class FilledPdf:
    """A finished PDF and the ids of the facts that it shows."""

    data: bytes
    shown: tuple[str, ...]


@dataclass(slots=True)
class _Shape:
    """What documents of the same sections share; or the reason why the reference must render them."""

    frame: Skeleton | None = None
    sections: Sequence[_Key] = ()
    margins: Margins | None = None
    shown: tuple[str, ...] = ()
    reason: str = ""


_Key: TypeAlias = tuple[int, ...]  # numbers of signatures or of forms


def new_plans() -> Plans:
    """Return an empty store of plans, for all fillers of a process."""
    return Kept(PLANS_KEPT, lambda plan: plan.size)


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
        self._fresh = count()
        self._signatures: list[Kept[Hashable, int]] = [Kept(SIGNATURES_KEPT) for _ in self._flattener.roots]
        self._frames: Kept[_Key, Skeleton] = Kept(DOCUMENTS_KEPT)
        self._forms: Kept[_Key, SectionForm[Leaf] | Unfillable] = Kept(
            SECTIONS_KEPT, lambda form: 1 if isinstance(form, Unfillable) else form.size
        )
        self._margins: Kept[_Key, Margins] = Kept(MARGINS_KEPT)
        self._shapes: Kept[_Key, _Shape] = Kept(DOCUMENTS_KEPT)
        self._setter = Setter(plans if plans is not None else new_plans(), self._fonts, self._pictures)
        self._heads: Kept[tuple[tuple[str, ...], tuple[int, ...]], FileHead] = Kept(HEADS_KEPT)

    def fill(self, communication: Communication, now_iso: str, seal: Seal | None = None) -> FilledPdf:
        """Return the PDF. Raises `Unfillable` with the reason where the reference must render it."""
        signatures, by_root = self._flattener.by_root(communication)
        # Signatures are long, and each is part of many keys: so each goes by a number, which is its own for good.
        key = tuple([
            kept.get(signature, self._fresh.__next__)
            for kept, signature in zip(self._signatures, signatures, strict=True)
        ])  # fmt: skip
        slots = [_joined(roots, by_root) for roots in self._roots]
        shape, forms = self._known(key) or self._learnt(communication, key, slots)
        if shape.frame is None or shape.margins is None:
            raise Unfillable(shape.reason)
        self._fonts.begin()
        settings = [self._setter.setting(form, own) for form, own in zip(forms, slots[1:], strict=True)]
        pages = self._setter.pages(settings, shape.margins.kinds)
        margins = [shape.margins.on(number, len(pages), slots[1:]) for number in range(1, len(pages) + 1)]
        head = self._head(pages, margins)
        numbers = Numbers.after(head.count)
        said = _said(shape.frame, slots[0], now_iso)
        papers = self._setter.papers(pages, margins, numbers)
        data = write_file(head, numbers, shape.frame.language, papers, said, communication.attachments, seal)
        return FilledPdf(data, shape.shown)

    def _known(self, key: _Key) -> tuple[_Shape, list[SectionForm[Leaf]]] | None:
        """Return a shape with its sections, None where it has to be learnt."""
        shape = self._shapes.find(key)
        if shape is None:
            return None
        forms = [self._forms.find(section) for section in shape.sections]
        known = [form for form in forms if isinstance(form, SectionForm)]
        return (shape, known) if len(known) == len(forms) else None  # else one was dropped

    def _learnt(
        self, communication: Communication, key: _Key, slots: Sequence[list[SlotValue]]
    ) -> tuple[_Shape, list[SectionForm[Leaf]]]:
        shape, forms = self._shape(communication, key, slots)
        self._shapes.put(key, shape)
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
        return _Shape(frame, keys[1:], margins, shown), forms

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
        form.are_constant = [is_constant(leaf.items) for leaf in form.leaves]
        form.repeats = all(isinstance(value, str) for value in slots)
        form.shown = facts_shown(body, section.roots, communication, self._flattener)
        payment = communication.payment
        form.has_pay_link = payment is not None and leads_to(body, slots, payment.url)
        return form

    def _leaf(self, items: Sequence[LeafItem], lines: LinesPart) -> Leaf:
        return Leaf(
            items, lines.width, self._fonts, wraps=lines.wraps, clips=lines.clips, breaks_words=lines.breaks_words,
            spans=lines.spans,
        )  # fmt: skip

    def _head(self, pages: Sequence[Page], margins: Sequence[Margin]) -> FileHead:
        """Return the start of a file with the fonts of its pages, of the levels that they need for this customer."""
        names = frozenset().union(
            *[margin.fonts for margin in margins], *[shown.strip.fonts for page in pages for shown in page.shown]
        )  # fmt: skip
        known = tuple(sorted(names))
        fonts = known + self._fonts.beyond(known)
        levels = self._fonts.variant(fonts)
        return self._heads.get(
            (fonts, levels),
            lambda: FileHead.compile([
                Resource("Font", name, partial(self._fonts.objects, name, level))
                for name, level in zip(fonts, levels, strict=True)
            ]),
        )  # fmt: skip


def _said(frame: Skeleton, slots: Sequence[SlotValue], now_iso: str) -> Said:
    return Said(filled(frame.title, slots), filled(frame.author, slots), filled(frame.description, slots), now_iso)


def _joined(roots: Sequence[int], by_root: Sequence[list[SlotValue]]) -> list[SlotValue]:
    """Return the slots of these fields, one after the other. They are not to be changed."""
    if len(roots) == 1:
        return by_root[roots[0]]
    found: list[SlotValue] = []
    for root in roots:
        found += by_root[root]
    return found
