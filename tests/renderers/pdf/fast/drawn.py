"""Pages drawn by WeasyPrint and pages made of operators, as pixels beside each other."""

from __future__ import annotations

import io
from typing import Any

import pydyf
import pypdfium2
import weasyprint
from PIL import Image, ImageChops

from renderers.pdf.fast.fontset import FontSet

PX = 0.75  # pt


def weasyprint_pdf(html: str, fonts: Any = None) -> bytes:
    """Return a page of `html` without margins, 700 x 400 px."""
    page = "<style>@page { size: 700px 400px; margin: 0 } body { margin: 0 } img { display: block }</style>"
    data = weasyprint.HTML(string=page + html).write_pdf(font_config=fonts)
    assert isinstance(data, bytes)
    return data


def operators_pdf(operators: bytes, fonts: FontSet | None = None) -> bytes:
    """Return a page whose content is `operators` in px, y growing downwards."""
    pdf = pydyf.PDF()
    names = pydyf.Dictionary()
    for face in fonts.faces.values() if fonts else ():
        first, level = len(pdf.objects), fonts.need.get(face.name, 0) if fonts else 0
        for body in (face.unicode_map(level), *face.objects(first + 1, first, level)):
            pdf.add_object(_Raw(body))
        names[face.name] = pdf.objects[first + 1].reference
    content = pydyf.Stream([b"0.75 0 0 -0.75 0 300 cm", operators])
    pdf.add_object(content)
    pdf.add_page(
        pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": pdf.pages.reference,
                "MediaBox": pydyf.Array([0, 0, 700 * PX, 400 * PX]),
                "Contents": content.reference,
                "Resources": pydyf.Dictionary({"Font": names}),
            }
        )
    )
    out = io.BytesIO()
    pdf.write(out)
    return out.getvalue()


class _Raw(pydyf.Object):  # type: ignore[misc]  # pydyf ships no types
    """An object whose body is ready."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._body = body

    @property
    def data(self) -> bytes:
        return self._body


def pixels(pdf: bytes, dpi: int) -> Image.Image:
    """Return the first page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        shown: Image.Image = document[0].render(scale=dpi / 72).to_pil().convert("RGB")
        return shown
    finally:
        document.close()


def difference(one: Image.Image, other: Image.Image) -> tuple[float, int]:
    """Return (mean, most) difference of two pictures in grey, 0 to 255."""
    apart = ImageChops.difference(one, other)
    histogram = apart.convert("L").histogram()
    return sum(i * n for i, n in enumerate(histogram)) / sum(histogram), max(i for i, n in enumerate(histogram) if n)
