"""Puts the lengths of parts on a grid, and absolute boxes to the edges that hold them."""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure import boxes as wp
from weasyprint.layout.absolute import AbsolutePlaceholder

from renderers.pdf.fast.parts import PartBox, on_grid


def settle(part: PartBox) -> PartBox:
    """Return the part with all lengths on a grid of 2 ** -20 px, in which their sums are exact.

    So a plan doesn't depend on which specimens, with which texts, its parts were read from.
    """
    for name in ("x", "width", "gap", "margin_top", "margin_bottom", "top", "bottom", "tail", "tail_margin",
                 "minimum"):  # fmt: skip
        setattr(part, name, on_grid(getattr(part, name)))
    part.fixed = None if part.fixed is None else on_grid(part.fixed)
    part.edges = tuple(map(on_grid, part.edges))  # type: ignore[assignment]
    part.row_tails = [on_grid(tail) for tail in part.row_tails]
    part.rule = (on_grid(part.rule[0]), part.rule[1]) if part.rule else None
    if part.lines is not None:
        lines = part.lines
        for name in ("x", "width", "pitch", "beside"):
            setattr(lines, name, on_grid(getattr(lines, name)))
        for span in lines.spans.values():
            for name in ("baseline", "top", "height", "room_above", "room_below"):
                setattr(span, name, on_grid(getattr(span, name)))
        for atom in lines.atoms.values():
            atom.advance, atom.dx, atom.dy = map(on_grid, (atom.advance, atom.dx, atom.dy))
            settle(atom.box)
    for child in (*part.children, *(child for row in part.rows for child in row)):
        settle(child)
    return part


def anchor_absolutes(part: PartBox, box: Any, containing: tuple[float, float]) -> None:
    """Set the places of absolute boxes below `box`: from the top or the bottom of what contains them.

    `containing` is the padding box (top, bottom) of the nearest positioned ancestor, or the page's content.
    """
    inner = box._box if isinstance(box, AbsolutePlaceholder) else box  # noqa: SLF001
    kids = [kid for kid in inner.children if not isinstance(kid, wp.LineBox)]
    if part.kind == "columns":
        rows = [[kid for kid in line.children if not is_blank(kid)] for line in inner.children]
        pairs = [
            (read, kid) for row, line in zip(part.rows, rows, strict=True) for read, kid in zip(row, line, strict=True)
        ]
    else:
        pairs = list(zip(part.children, kids, strict=False))
    own = containing
    if part.place in ("top", "bottom"):
        own = (inner.padding_box_y(), inner.padding_box_y() + inner.padding_height())
    for read, kid in pairs:
        if read.place in ("top", "bottom"):
            target = kid._box if isinstance(kid, AbsolutePlaceholder) else kid  # noqa: SLF001
            if read.place == "top":
                read.gap = target.border_box_y() - own[0]
            else:
                read.gap = own[1] - (target.border_box_y() + target.border_height())
        anchor_absolutes(read, kid, own)


def is_blank(box: Any) -> bool:
    """True for a text of nothing but spaces."""
    return isinstance(box, wp.TextBox) and not box.text.strip()
