"""The lines of running text that is several items: styles, pictures, breaks. Shared by all leaves that set it alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import BreakItem, LeafItem, Line, RunItem, SetLines, Template
from renderers.pdf.fast.paragraph import Paragraph, Texts
from renderers.pdf.fast.recent import Recent
from renderers.pdf.fast.run_lines import TEXTS_KEPT, Manner
from renderers.pdf.fast.shaping import Shaper

Values: TypeAlias = tuple[str, ...]


class ItemLines(Recent[Values, SetLines]):
    """Lines by the values of the items' slots, which count from 0."""

    def __init__(
        self, items: Sequence[LeafItem], shapers: Sequence[Shaper | None], manner: Manner, fonts: FontSet
    ) -> None:
        super().__init__(TEXTS_KEPT)
        self._shapers = shapers
        self._manner = manner
        self._fonts = fonts
        parts: list[list[tuple[int, LeafItem]]] = [[]]
        for number, item in enumerate(items):
            if isinstance(item, BreakItem):
                parts.append([])
            else:
                parts[-1].append((number, item))
        ends_in_break = isinstance(items[-1], BreakItem)
        if ends_in_break:
            parts.pop()  # a break at the very end starts no line
        last = None if ends_in_break else parts[-1]
        self._paragraphs = [
            (Paragraph(part, shapers, manner, fonts, is_last=part is last), _texts_of(part)) for part in parts
        ]

    def make(self, key: Values) -> tuple[SetLines, bool]:
        """Return the lines for these values. Raises `Unfillable`."""
        asked = self._fonts.asked
        lines: list[Line] = []
        shown: list[tuple[int, ...]] = []
        for paragraph, texts_of in self._paragraphs:
            own_lines, own_shown = paragraph[texts_of(key)]
            lines += own_lines
            shown += own_shown
        found = SetLines(lines, tuple(shown))
        if asked == self._fonts.asked:
            return found, True
        # What is kept of a paragraph asks for nothing, so none of these lines is another text's as well.
        self._manner.raise_lines(found, self._shapers)
        return found, False  # the texts have to ask for their letters in each file


def joined(template: Template, values: Sequence[object]) -> str:
    """Return a template with these values in its slots."""
    if len(template) == 1:
        piece = template[0]
        return piece if isinstance(piece, str) else str(values[piece])
    return "".join([piece if isinstance(piece, str) else str(values[piece]) for piece in template])


def _texts_of(items: Sequence[tuple[int, LeafItem]]) -> Callable[[Values], Texts]:
    """Return what makes the texts of a paragraph's runs of the values."""
    templates = [item.text for _, item in items if isinstance(item, RunItem)]
    if len(templates) == 1:  # as in an address
        (only,) = templates
        if len(only) == 1 and isinstance(only[0], int):
            place = only[0]
            return lambda values: (values[place],)
        return lambda values: (joined(only, values),)
    return lambda values: tuple([joined(template, values) for template in templates])
