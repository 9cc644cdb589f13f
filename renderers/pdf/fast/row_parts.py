"""Rows of tables in parts: where they stand, and how their elements are counted."""

from __future__ import annotations

from collections.abc import Iterator

from renderers.pdf.fast.parts import PartBox


def groups(part: PartBox) -> Iterator[PartBox]:
    """Yield the groups of body rows in a part."""
    if part.kind == "group" and not part.is_header:
        yield part
    for child in part.children:
        yield from groups(child)
    for row in part.rows:
        for child in row:
            yield from groups(child)


def renumber(part: PartBox, by: int) -> None:
    """Count the elements of a row from the row's own."""
    if part.element >= 0:
        part.element -= by
    for child in part.children:
        renumber(child, by)
    for row in part.rows:
        for child in row:
            renumber(child, by)
    if part.lines is not None:
        lines = part.lines
        lines.spans = {_moved(owner, by): span for owner, span in lines.spans.items()}
        lines.pseudo = {_moved(owner, by): text for owner, text in lines.pseudo.items()}
        lines.atoms = {_moved(owner, by): atom for owner, atom in lines.atoms.items()}
        for atom in lines.atoms.values():
            renumber(atom.box, by)


def _moved(owner: int, by: int) -> int:
    return owner - by if owner >= 0 else owner
