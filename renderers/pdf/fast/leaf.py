"""Running text in a box of fixed width: its lines for one customer, as WeasyPrint breaks them.

    leaf = Leaf(items, width, fonts, wraps=True, clips=False, breaks_words=True)
    lines = leaf.set(slots)

Texts come raw; spaces are collapsed as `white-space: normal` does it, across items. Lines start at x = 0: who
places them aligns them by their width. `Lines.structure` is the count of lines where the leaf is one run, else the
items that are seen on each line.

A document has hundreds of leaves, a worker some ten thousand. So a leaf itself is next to nothing: what sets texts
(`RunLines`, `ItemLines`) is shared by all leaves with the same style and width, with what it remembers of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, Final, TypeAlias

from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.item_lines import ItemLines, joined
from renderers.pdf.fast.model import AtomItem, LeafItem, RunItem, SetLines, SlotValue, Template, Unfillable
from renderers.pdf.fast.parts import Span
from renderers.pdf.fast.run_lines import Manner, RunLines
from renderers.pdf.fast.shaping import shaper_of
from renderers.pdf.fast.type_style import type_style

_SHARED = 4096  # of a font set
_Set: TypeAlias = Callable[[Sequence[SlotValue]], SetLines]
# Where `set` finds the lines, and of which slot, slots or text with slots; nothing where it does more than that.
LookUp: TypeAlias = "tuple[RunLines, int | list[str | int]] | tuple[ItemLines, tuple[int, ...]] | tuple[None, None]"
_NOWHERE: Final = None, None


class Leaf:
    """See the module. `wraps` is false for `white-space: nowrap`, `clips` true where overflow is hidden.

    `spans` say by owner how much room texts have in their lines before they make them higher. `set` returns the
    lines for a customer's slots, and raises `Unfillable`.
    """

    __slots__ = ("items", "look_up", "set", "width")

    def __init__(
        self,
        items: Sequence[LeafItem],
        width: float,
        fonts: FontSet,
        *,
        wraps: bool = True,
        clips: bool = False,
        breaks_words: bool = True,
        spans: Mapping[int, Span] | None = None,
    ) -> None:
        if not items:
            raise Unfillable("a line holds no text")
        self.items = tuple(items)
        self.width = width
        rooms = [_room(item, spans or {}) for item in items]
        manner = Manner(width, wraps, clips, breaks_words, tuple(rooms))
        only = items[0]
        self.set: _Set
        self.look_up: LookUp
        if len(items) == 1 and isinstance(only, RunItem):
            self.set, self.look_up = _set_run(only.text, _run_lines(only, manner, fonts), fonts)
        else:
            self.set, self.look_up = _set_items(self.items, manner, fonts)


def _room(item: LeafItem, spans: Mapping[int, Span]) -> tuple[float, float]:
    span = spans.get(item.owner) if isinstance(item, RunItem) else None
    return (span.room_above, span.room_below) if span else (0.0, 0.0)


def _run_lines(item: RunItem, manner: Manner, fonts: FontSet) -> RunLines:
    shaper = shaper_of(item.style, fonts)
    found: RunLines = _shared(fonts, (shaper, manner), lambda: RunLines(shaper, manner, fonts))
    return found


def _shared(fonts: FontSet, key: object, make: Callable[[], Any]) -> Any:
    found = fonts.lines.get(key)
    if found is None:
        if len(fonts.lines) >= _SHARED:
            fonts.lines.clear()
        found = fonts.lines[key] = make()
    return found


def _set_run(text: Template, lines: RunLines, fonts: FontSet) -> tuple[_Set, LookUp]:
    """Return what sets a leaf of one run; most are one slot, alone or with words around it."""
    slots = [piece for piece in text if isinstance(piece, int)]
    if not slots:
        return _constant(lines, joined(text, ()), fonts), _NOWHERE
    if len(slots) > 1:
        return lambda values: lines[joined(text, values)], (lines, list(text))
    (slot,) = slots
    if len(text) == 1:
        # A text: pictures are no text's slot. Below as well.
        return lambda values: lines[values[slot]], (lines, slot)
    place = text.index(slot)
    before, after = joined(("", *text[:place]), ()), joined(("", *text[place + 1 :]), ())
    return lambda values: lines[f"{before}{values[slot]}{after}"], (lines, list(text))


def _set_items(items: Sequence[LeafItem], manner: Manner, fonts: FontSet) -> tuple[_Set, LookUp]:
    numbers: dict[int, int] = {}
    alike: list[LeafItem] = []  # the same whatever the slots' numbers, colours and owners are
    for item in items:
        if isinstance(item, RunItem):
            text = tuple(
                piece if isinstance(piece, str) else numbers.setdefault(piece, len(numbers)) for piece in item.text
            )
            alike.append(RunItem(text, replace(item.style, colour=(0.0, 0.0, 0.0))))
        else:
            alike.append(replace(item, element=-1) if isinstance(item, AtomItem) else item)
    shapers = [shaper_of(item.style, fonts) if isinstance(item, RunItem) else None for item in items]
    lines: ItemLines = _shared(
        fonts, (tuple(alike), manner), lambda: ItemLines(tuple(alike), shapers, manner, fonts)
    )  # fmt: skip
    if not numbers:
        return _constant(lines, (), fonts), _NOWHERE
    if len(numbers) == 1:
        (slot,) = numbers
        return lambda values: lines[(values[slot],)], (lines, (slot,))
    values_of = itemgetter(*numbers)
    return lambda values: lines[values_of(values)], (lines, tuple(numbers))


def _constant(lines: Any, key: object, fonts: FontSet) -> _Set:
    """Return what sets a text that is the same for everyone: at once, unless it needs rare letters."""
    kept: SetLines | None = None

    def set_constant(_: Sequence[SlotValue]) -> SetLines:
        nonlocal kept
        if kept is not None:
            return kept
        asked = fonts.asked
        found: SetLines = lines[key]
        if asked == fonts.asked:
            kept = found
        return found

    return set_constant


__all__ = ["Leaf", "SetLines", "type_style"]
