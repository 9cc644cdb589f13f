"""The lines of running text that is several items: styles, pictures, breaks. Shared by all leaves that set it alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from renderers.pdf.fast.figures import KERNEL
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import BreakItem, LeafItem, Line, RunItem, SetLines, Template
from renderers.pdf.fast.paragraph import Paragraph
from renderers.pdf.fast.recent import Recent
from renderers.pdf.fast.run_lines import TEXTS_KEPT, Manner
from renderers.pdf.fast.shaping import Shaper

Values: TypeAlias = tuple[str, ...]
_Paragraphs: TypeAlias = list[tuple[Paragraph, list[Template]]]  # with the templates of their texts


class ItemLines(Recent[Values, SetLines]):
    """Lines by the values of the items' slots, which count from 0."""

    def __init__(
        self, items: Sequence[LeafItem], shapers: Sequence[Shaper | None], manner: Manner, fonts: FontSet
    ) -> None:
        super().__init__(TEXTS_KEPT)
        self._shapers = shapers
        self._manner = manner
        self.fonts = fonts
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
        self.paragraphs = [
            (
                Paragraph(part, shapers, manner, fonts, is_last=part is last),
                [item.text for _, item in part if isinstance(item, RunItem)],
            )
            for part in parts
        ]

    def make(self, key: Values) -> tuple[SetLines, bool]:
        """Return the lines for these values. Raises `Unfillable`."""
        asked = self.fonts.asked
        found = set_paragraphs(self.paragraphs, key)
        if asked == self.fonts.asked:
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


def _set_paragraphs(paragraphs: _Paragraphs, values: Values) -> SetLines:
    """Return the lines of these paragraphs with these values in the templates of their texts."""
    lines: list[Line] = []
    shown: list[tuple[int, ...]] = []
    for paragraph, templates in paragraphs:
        own_lines, own_shown = paragraph[tuple([joined(template, values) for template in templates])]
        lines += own_lines
        shown += own_shown
    return SetLines(lines, tuple(shown))


_SetParagraphs: TypeAlias = Callable[[_Paragraphs, Values], SetLines]
set_paragraphs: Final[_SetParagraphs] = _set_paragraphs if KERNEL is None else KERNEL.set_paragraphs
