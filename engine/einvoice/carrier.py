"""The e-invoice inside a PDF that carries one, whoever made it."""

from __future__ import annotations

from engine.errors import MissingPartError, Problem

# Factur-X and ZUGFeRD 2, ZUGFeRD 2.0, ZUGFeRD 1, XRechnung
NAMES = ("factur-x.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml")


def invoice_of_pdf(data: bytes, place: str) -> bytes | Problem:
    """Return the XML of the invoice in a PDF, or why there is none (R130, R137). Raises `MissingPartError` (X101)."""
    try:
        import pypdfium2
    except ModuleNotFoundError as error:
        raise MissingPartError("X101", "looking into PDFs needs the package pypdfium2",
                               hint="pip install 'billcast[einvoice]'") from error  # fmt: skip
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return Problem("R137", "the file is no PDF that can be read", place, "is it whole, and without a password?")
    try:
        files = [document.get_attachment(number) for number in range(document.count_attachments())]
        for file in files:
            if file.get_name() in NAMES:
                return bytes(file.get_data())
    finally:
        document.close()
    if not files:
        return Problem("R130", "the PDF carries no file", place, "the warnings in manifest.jsonl say why")
    fact = f"the PDF carries {len(files)} files, none of them named as an e-invoice"
    return Problem("R137", fact, place, f"Factur-X calls it {NAMES[0]}")
