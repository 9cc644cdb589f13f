"""The pages of a PDF as pictures, so that they are seen beside the rest without a viewer."""

from __future__ import annotations

from io import BytesIO

from engine.errors import MissingPartError

WIDTH_PX = 1100
MOST_PAGES = 12


def pdf_pages(data: bytes) -> tuple[bytes, ...]:
    """Return each page as PNG, `WIDTH_PX` wide; at most `MOST_PAGES`. Raises `MissingPartError` (X101)."""
    try:
        import pypdfium2
    except ModuleNotFoundError as error:
        raise MissingPartError("X101", "pages of a PDF need the package pypdfium2",
                               hint="pip install 'billcast[pdf]'") from error  # fmt: skip
    pictures = []
    document = pypdfium2.PdfDocument(data)
    try:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            bitmap = page.render(scale=WIDTH_PX / page.get_width())
            buffer = BytesIO()
            bitmap.to_pil().save(buffer, "PNG", compress_level=1)
            pictures.append(buffer.getvalue())
            bitmap.close()
            page.close()
    finally:
        document.close()
    return tuple(pictures)
