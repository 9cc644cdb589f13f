"""What <img> elements show: the customer's charts and QR symbol, and files that are the same for everyone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes as wp
from weasyprint.pdf.stream import Stream

from engine.model.communication import ChartGeometry, QrCode
from engine.templating.template_set import TemplateSet
from renderers.pdf.fast.chart_ops import ChartPainter
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import Picture, SlotValue, Unfillable
from renderers.pdf.fast.painter import PictureStep, Step, TextStep
from renderers.pdf.fast.qr_ops import qr_operators
from renderers.pdf.fast.specimen import LayOut
from renderers.pdf.fast.syntax import number

_OPAQUE = re.compile(rb"/[aA]1(?:\.0)? gs\s?")  # full opacity, which is what a page begins with
Drawn = bytes | Callable[[Sequence[SlotValue]], bytes]


class Pictures:
    """Draws the pictures of one template set and locale."""

    def __init__(self, templates: TemplateSet, lay_out: LayOut, fonts: FontSet) -> None:
        self._lay_out = lay_out
        self._charts = ChartPainter(templates.brand, fonts)
        self._static: dict[tuple[str, float, float], bytes] = {}

    def fonts(self, picture: Picture) -> tuple[str, ...]:
        """Return the names of the fonts that a picture uses."""
        return self._charts.fonts() if picture.kind == "chart" else ()

    def fonts_of(self, steps: Iterable[Step]) -> frozenset[str]:
        """Return the names of the fonts that texts and pictures use."""
        names: set[str] = set()
        for step in steps:
            if isinstance(step, TextStep):
                names.add(step.style.font)
            else:
                names.update(self.fonts(step.picture))
        return frozenset(names)

    def draw(self, step: PictureStep) -> Drawn:
        """Return the operators of a picture whose box begins at the origin; of a customer's, what makes them."""
        picture = step.picture
        if picture.kind == "static":
            return self._drawn_static(picture, step.width, step.height)
        slot, width, height = picture.slot, step.width, step.height
        if picture.kind == "qr":

            def draw_qr(slots: Sequence[SlotValue]) -> bytes:
                code = slots[slot]
                assert isinstance(code, QrCode)
                return qr_operators(code, width, height, picture.quiet)

            return draw_qr
        squeeze = picture.height

        def draw_chart(slots: Sequence[SlotValue]) -> bytes:
            chart = slots[slot]
            assert isinstance(chart, ChartGeometry)
            return self._charts.operators(chart, width, height, squeeze)

        return draw_chart

    def _drawn_static(self, picture: Picture, width: float, height: float) -> bytes:
        key = (picture.source, round(width, 3), round(height, 3))
        if key not in self._static:
            self._static[key] = self._lifted(picture, width, height)
        return self._static[key]

    def _lifted(self, picture: Picture, width: float, height: float) -> bytes:
        """Have WeasyPrint draw the file, and take its operators."""
        source = picture.source.replace('"', "%22")
        document, _ = self._lay_out(f'<body><img src="{source}"></body>', "")
        try:
            return self._operators(document, width, height)
        finally:
            document.end()

    def _operators(self, document: Any, width: float, height: float) -> bytes:
        page = document.pages[0]._page_box  # noqa: SLF001 - the boxes have no public accessor; the pin holds it
        image = next((box for box in page.descendants() if isinstance(box, wp.ReplacedBox)), None)
        if image is None:
            raise Unfillable("a picture could not be read")
        resources: dict[str, Any] = {
            name: pydyf.Dictionary() for name in ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace", "Font")
        }
        stream = Stream({}, (0, 0, width, height), resources, {}, None, {}, None)
        image.replacement.draw(stream, width, height, image.style)
        if any(resources[name] for name in ("XObject", "Pattern", "Shading", "Font")):
            raise Unfillable("a picture is more than plain shapes")
        if any(name not in ("a1", "A1", "a1.0", "A1.0") for name in resources["ExtGState"]):
            raise Unfillable("a picture is transparent")
        written = b"\n".join(_bytes(item) for item in stream.stream)
        return _OPAQUE.sub(b"", written)


def _bytes(item: Any) -> bytes:
    if isinstance(item, bytes):
        return item
    if isinstance(item, float | int):
        return number(item).encode()
    return str(item).encode()
