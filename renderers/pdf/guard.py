"""The guard of the PDF: what was made is read back and compared with what should be said.

Text comes from PDFium, another program than the one that wrote the file. Compared without white
space, since a line may break anywhere; figures, dates, numbers and accounts only, whose order no
script turns round. A difference quarantines the customer.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from engine.errors import ProofError
from engine.model.communication import Communication, QrCode
from renderers.pdf.figures import expected, required

if TYPE_CHECKING:
    from renderers.pdf.reference import QrPlace

PIXELS_PER_MODULE = 4
# PDFium writes a hyphen at a line's end as one of these.
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-", "\u00ad": "-", "\u2010": "-"})
_HINT = "the template may hide or cut it; look at this customer in the preview"


def check_pdf(
    data: bytes, communication: Communication, shown: Iterable[str], qr_places: Sequence[QrPlace] = ()
) -> None:
    """Return if the PDF shows the communication's figures, its pay link and its QR symbols, and carries its files.

    Raises `ProofError`: R103 when a figure is absent, R104 when the pay-now link is absent or another,
    R106 when a QR symbol carries something else, R135 when a file is absent or another. The place names
    the fact, never its value.
    """
    document = pypdfium2.PdfDocument(data)
    texts: list[str] = []
    targets: set[str] = set()
    try:
        for number, page in enumerate(document):  # a page is parsed when it is opened: once is enough
            texts.append(_text(page))
            targets |= link_targets(document, page)
            if communication.payment:
                for place in qr_places:
                    if place.page == number:
                        _check_qr(page, place, communication.payment.qr)
            page.close()
        _check_files(document, communication)
    finally:
        document.close()
    _check_text(normalised(" ".join(texts)), communication, frozenset(shown))
    if communication.payment and communication.payment.url not in targets:
        raise ProofError("R104", "the PDF has no link to the payment page", place="payment.url", hint=_HINT)


def _check_files(document: pypdfium2.PdfDocument, communication: Communication) -> None:
    found = [document.get_attachment(place) for place in range(document.count_attachments())]
    named = [(file.get_name(), file) for file in found]
    for wanted in communication.attachments:
        same = [file for name, file in named if name == wanted.name]
        if len(same) != 1 or bytes(same[0].get_data()) != wanted.data:
            raise ProofError("R135", "the PDF does not carry the file as it should, once", place=wanted.name,
                             hint="does the template attach a file of that name?")  # fmt: skip


def normalised(text: str) -> str:
    """Return `text` in Unicode form NFKC, without white space, its hyphens all alike."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_HYPHENS)).translate(_HYPHENS).split())


def _check_text(text: str, communication: Communication, shown: frozenset[str]) -> None:
    for fact in required(communication):
        if fact.id not in shown:
            raise ProofError("R103", "the template leaves it out", place=fact.id, hint=f"print {{{{ {fact.id} }}}}")
    # A table's amounts must stand there as often as the bill has them; any other figure once, since
    # some of its mentions are in alternative texts only.
    bill = communication.bill
    amounts = [row.amount for row in bill.rows] + [row.amount for row in bill.totals]
    wanted = Counter(normalised(amount.text) for amount in amounts if amount.id in shown)
    for fact in expected(communication):
        value = normalised(fact.text)
        if fact.id in shown and text.count(value) < max(1, wanted[value]):
            raise ProofError("R103", "the PDF does not show it as it should read", place=fact.id, hint=_HINT)


def _text(page: pypdfium2.PdfPage) -> str:
    text_page = page.get_textpage()
    try:
        return str(text_page.get_text_bounded())
    finally:
        text_page.close()


def link_targets(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> frozenset[str]:
    """Return the addresses that the link annotations of a page lead to."""
    found = set()
    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page, position, link):
        action = pdfium.FPDFLink_GetAction(link)
        size = pdfium.FPDFAction_GetURIPath(document, action, None, 0) if action else 0
        if size:
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFAction_GetURIPath(document, action, buffer, size)
            found.add(buffer.value.decode("utf-8", "replace"))
    return frozenset(found)


def _check_qr(page: pypdfium2.PdfPage, place: QrPlace, code: QrCode) -> None:
    """Compare the drawn modules with the wanted ones: the middle of each is sampled."""
    modules = len(code.rows)
    width, height = page.get_size()
    crop = (
        place.x_pt,
        height - place.y_pt - place.size_pt,
        width - place.x_pt - place.size_pt,
        place.y_pt,
    )
    bitmap = page.render(scale=modules * PIXELS_PER_MODULE / place.size_pt, crop=crop, grayscale=True)
    pixels, stride, step = bytes(bitmap.buffer), bitmap.stride, min(bitmap.width, bitmap.height) / modules
    drawn = tuple(
        tuple(pixels[int((y + 0.5) * step) * stride + int((x + 0.5) * step)] < 128 for x in range(modules))
        for y in range(modules)
    )
    bitmap.close()
    if drawn != code.rows:
        raise ProofError("R106", "a QR symbol on the page differs from the payment's", place="payment.qr", hint=_HINT)
