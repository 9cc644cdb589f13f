"""Fills the PDF of one communication: the fast path of the channel.

Made once a template set and locale; it learns as it goes. A communication of a known signature and of
known line counts costs setting its texts and joining bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from engine.model.communication import Communication
from engine.templating.template_set import TemplateSet
from renderers.pdf.fast.flatten import Flattener
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.leaf import Leaf
from renderers.pdf.fast.model import LeafItem, Lines, LinkBox, RunItem, SlotValue, Unfillable
from renderers.pdf.fast.nodes import Form
from renderers.pdf.fast.parts import LinesPart
from renderers.pdf.fast.pictures import Pictures
from renderers.pdf.fast.plan import Plan, Planner, TextStep
from renderers.pdf.fast.program import MODES, MovingLink, Program, Programmer, corners
from renderers.pdf.fast.shown import facts_shown
from renderers.pdf.fast.skeleton import Skeletons
from renderers.pdf.fast.specimen import Furniture, Specimens
from renderers.pdf.fast.writer import FileHead, FilePlan, PageFrame, PlanFile, Resource
from renderers.pdf.reference import Reference
from renderers.pdf.seal import Seal

FORMS_KEPT = 512
PLANS_KEPT = 512
FILES_KEPT = 16  # of a plan, with other fonts
HEADS_KEPT = 256
_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class _Kept(Generic[_Key, _Value]):
    """The most recently used of things that are costly to make."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[_Key, _Value] = OrderedDict()

    def get(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        """Return what is known under `key`, made now if it isn't."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = make()
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return found


@dataclass(frozen=True, slots=True)
class FilledPdf:
    """A finished PDF and the ids of the facts that it shows."""

    data: bytes
    shown: tuple[str, ...]


@dataclass(slots=True)
class _Shape:
    """What communications of one signature share."""

    form: Form[Leaf] | None
    furniture: Furniture | None
    shown: tuple[str, ...] = ()
    reason: str = ""
    heads: tuple[Leaf, ...] = ()  # in running heads and feet: what is the customer's own


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
    lines: Lines | None
    counters: tuple[str, str]  # count of pages, number of the page: the last two slots


class Filler:
    """Fills PDFs of one template set and locale. The reference lays out specimens."""

    def __init__(self, templates: TemplateSet, locale: str, reference: Reference, *, cache: Path | None = None) -> None:
        self._reference = reference
        self._flattener = Flattener.of(templates)
        self._skeletons = Skeletons(templates, self._flattener.reads, reference.logo)
        self._fonts = FontSet(locale, cache)
        self._specimens = Specimens(reference.lay_out, self._fonts)
        self._pictures = Pictures(templates, reference.lay_out, self._fonts)
        self._shapes: _Kept[Hashable, _Shape] = _Kept(FORMS_KEPT)
        self._plans: _Kept[Hashable, _Ready] = _Kept(PLANS_KEPT)
        self._heads: _Kept[tuple[tuple[str, ...], tuple[int, ...]], FileHead] = _Kept(HEADS_KEPT)

    def fill(
        self,
        communication: Communication,
        now_iso: str,
        seal: Seal | None = None,
    ) -> FilledPdf:
        """Return the PDF. Raises `Unfillable` with the reason where the reference must render it."""
        signature, slots = self._flattener.flatten(communication)
        shape = self._shapes.get(signature, lambda: self._shape(communication, slots))
        form, furniture = shape.form, shape.furniture
        if form is None or furniture is None:
            raise Unfillable(shape.reason)
        self._fonts.begin()
        lines: list[Lines] = [leaf.set(slots) for leaf in form.leaves]
        structures = tuple([leaf.structure for leaf in lines])
        # In running heads, letters of other fonts and long texts move what is drawn, too.
        with_page = [*slots, "1", "1"] if shape.heads else slots
        heads = tuple([leaf.set(with_page).structure for leaf in shape.heads])
        ready = self._plans.get((signature, structures, heads), lambda: self._ready(form, furniture, slots, lines))
        lines += [margin.lines or margin.leaf.set([*slots, *margin.counters]) for margin in ready.margins]
        if ready.links:
            slots += [corners(link, lines) for link in ready.links]
        bodies = [program.run(lines, slots) for program in ready.programs]
        data = self._file(ready, seal).write(slots, bodies, now_iso, attachments=communication.attachments, seal=seal)
        return FilledPdf(data, shape.shown)

    def _shape(self, communication: Communication, slots: Sequence[SlotValue]) -> _Shape:
        self._reference.begin(communication)
        try:
            skeleton = self._skeletons.of(communication)
            shown = facts_shown(skeleton, communication, self._flattener, slots)
            form, furniture = self._specimens.form(skeleton, slots, self._leaf)
        except Unfillable as reason:
            return _Shape(None, None, reason=str(reason))
        heads = tuple([leaf for leaf in form.margin_leaves if not _is_fixed(leaf, counters=True)])
        return _Shape(form, furniture, shown, heads=heads)

    def _leaf(self, items: Sequence[LeafItem], lines: LinesPart) -> Leaf:
        return Leaf(
            items, lines.width, self._fonts, wraps=lines.wraps, clips=lines.clips, breaks_words=lines.breaks_words,
            spans=lines.spans,
        )  # fmt: skip

    def _ready(
        self, form: Form[Leaf], furniture: Furniture, slots: Sequence[SlotValue], lines: Sequence[Lines]
    ) -> _Ready:
        def set_margin(page: int, pages: int) -> list[Lines]:
            return [leaf.set([*slots, str(pages), str(page)]) for leaf in form.margin_leaves]

        plan = Planner(form, furniture.kinds, lines, set_margin).plan()
        moving = _moving_links(plan, len(slots), furniture)
        every = list(lines)
        is_fixed = [_is_fixed(leaf) for leaf in form.leaves]
        margins: list[_Margin] = []
        pages = len(plan.pages)
        for number in range(1, pages + 1):
            for leaf, own in zip(form.margin_leaves, set_margin(number, pages), strict=True):
                every.append(own)
                is_fixed.append(_is_fixed(leaf, counters=True))
                # What needs rare letters has to ask for them in each file.
                is_kept = is_fixed[-1] and not self._fonts.need
                margins.append(_Margin(leaf, own if is_kept else None, (str(pages), str(number))))
        programmer = Programmer(self._pictures.draw, is_fixed, every)
        programs = tuple(programmer.program(page) for page in plan.pages)
        skeleton = form.skeleton
        frames = [
            PageFrame(furniture.kinds[page.kind].width, furniture.kinds[page.kind].height, page.decorations)
            for page in plan.pages
        ]
        file_plan = FilePlan(
            skeleton.language, frames, plan.struct, plan.links, plan.bookmarks, (),
            skeleton.author, skeleton.title, skeleton.description,
        )  # fmt: skip
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
