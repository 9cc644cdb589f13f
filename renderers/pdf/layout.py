"""A document that WeasyPrint has laid out, and that can be taken apart when it has been read or written.

Boxes, styles and the context of a layout hold each other: some 20,000 objects of a specimen, 100,000 of a bill.
Taken apart they go at once; else they stay until the collector looks through all that is new to find them.
"""

from __future__ import annotations

from typing import Any

import weasyprint
from weasyprint import DEFAULT_OPTIONS
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration


class Layout(Document):  # type: ignore[misc]  # WeasyPrint ships no types
    """See the module. WeasyPrint keeps no hold of a layout's context: the pin of it holds the names used here."""

    context: Any = None
    _last: Any = None

    @classmethod
    def of(cls, html: weasyprint.HTML, fonts: FontConfiguration, color_profiles: Any = None, **options: Any) -> Layout:
        """Return the document, laid out as `html.render` does it."""
        try:
            made: Layout = cls._render(html, fonts, None, color_profiles, {**DEFAULT_OPTIONS, **options})
            made.context = cls._last
        finally:
            cls._last = None
        return made

    @classmethod
    def _build_layout_context(cls, *given: Any) -> Any:
        cls._last = super()._build_layout_context(*given)
        return cls._last

    def end(self) -> None:
        """Take apart what the layout made; nobody may look at its boxes or styles from now on."""
        held: list[Any] = []
        for page in self.pages:
            held.append(page._page_box)  # noqa: SLF001
            held += page._page_box.descendants(placeholders=True)  # noqa: SLF001
        context = self.context
        if context is not None:
            styles = context.style_for.get_computed_styles()
            held += [context, *styles.values()]
            held += [style.anonymous_style for style in styles.values() if "anonymous_style" in vars(style)]
            styles.clear()
        self.pages.clear()
        for one in held:
            vars(one).clear()
