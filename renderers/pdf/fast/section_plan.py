"""A section planned: where all of it stands, for one count of lines in each of its leaves.

Made once and kept for every customer whose section takes as many lines. Its places are counted from its first
box, so that it serves documents whatever stands before it: see `strip` for what it shows on a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from engine.natives import native
from renderers.pdf.fast.layout import Layout, Placed
from renderers.pdf.fast.model import Lines, Unfillable
from renderers.pdf.fast.nodes import SectionForm
from renderers.pdf.fast.pagination import Cut, Cutter, Flow, Pages, Run
from renderers.pdf.fast.strip import Strip


@dataclass(slots=True)
class SectionPlan:
    """Boxes and pieces of a section. `gap` is above its first box and `margin` below its last, if it has any."""

    boxes: list[Placed]
    held: list[Placed]  # absolute boxes, held by an edge of the first page
    gap: float
    height: float
    margin: float
    flow: Flow
    size: int  # count of the section's boxes
    is_anchored: bool = True  # something in its flow may be held by an edge of the page
    strips: dict[object, Strip] = field(default_factory=dict)  # by pieces, and page kind where that matters


def plan_section(form: SectionForm[Any], lines: Sequence[Lines]) -> SectionPlan:
    """Return the plan of a section for the lines of its leaves. Raises `Unfillable`.

    Boxes stand under one another; the margins of neighbours collapse.
    """
    layout = Layout(lines)
    boxes: list[Placed] = []
    held: list[Placed] = []
    y = margin = gap = 0.0
    for node in form.body:
        part = node.part
        if part.place in ("top", "bottom"):
            held.append(layout.place(node, 0.0))
            continue
        if part.place == "float":
            raise Unfillable("a float is a child of the body")
        if boxes:
            y += max(margin, part.gap)
        else:
            gap = part.gap
        boxes.append(layout.place(node, y))
        y += boxes[-1].height
        margin = part.tail_margin
    return SectionPlan(boxes, held, gap, y, margin, Cutter(lines).flow(boxes), form.size, form.is_anchored)


def stacked(plans: Sequence[SectionPlan]) -> Iterator[Run]:
    """Yield where each section begins, one under the other; nothing of one without boxes in the flow."""
    y, margin, is_first = 0.0, 0.0, True
    for plan in plans:
        if not plan.boxes:
            yield Run(plan, y)
            continue
        y += plan.gap if is_first else max(margin, plan.gap)
        yield Run(plan, y)
        y += plan.height
        margin, is_first = plan.margin, False


def _cut_pages(
    plans: list[SectionPlan], first_top: float, first_bottom: float, top: float, bottom: float
) -> list[list[Cut]]:
    """Return what stands on each page of a document of these sections. Raises `Unfillable`; see `pagination`."""
    return Pages(list(stacked(plans))).cut(first_top, first_bottom, top, bottom)


KERNEL: Final = native(__name__, "plan_kernel")
cut_pages: Callable[[list[SectionPlan], float, float, float, float], list[list[Cut]]] = (
    _cut_pages if KERNEL is None else partial(KERNEL.cut_pages, (Cut, Unfillable))
)
