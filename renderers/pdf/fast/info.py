"""What a file says of itself: the information dictionary and XMP, with the words WeasyPrint writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from weasyprint import VERSION
from weasyprint.pdf.metadata import DocumentMetadata

from engine.model.attached import AttachedFile
from engine.natives import native
from renderers.pdf.fast.deflate import Segment, as_summed, segment, stored, woven
from renderers.pdf.fast.syntax import pdf_string
from renderers.pdf.metadata import with_pdfua

PRODUCER = f"WeasyPrint {VERSION}"  # it laid out what the file shows
_PACKET = b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
_PACKET_END = b'\n</x:xmpmeta>\n<?xpacket end="r"?>'
# Stand in for the texts while the XMP is made once; no text of a customer can hold them.
_TITLE, _SUBJECT = "\ufdd0", "\ufdd1"
_MARKS = re.compile(b"(" + _TITLE.encode() + b"|" + _SUBJECT.encode() + b")")
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|([+-]\d\d):(\d\d))")


class Said(NamedTuple):
    """What a customer's file says of itself."""

    title: str
    author: str
    subject: str
    now_iso: str


@lru_cache(maxsize=16)
def pdf_date(now_iso: str) -> bytes:
    """Return a moment as WeasyPrint writes it: 2026-11-06T08:00:00Z is (D:20261106080000Z)."""
    match = _MOMENT.fullmatch(now_iso)
    if match is None:
        raise ValueError("the time of the run is no W3C date")
    *digits, hours, minutes = match.groups(default="00")
    zone = f"{int(hours):+03d}'{int(minutes):02d}" if match[7] else "Z"
    return f"(D:{''.join(digits)}{zone})".encode("ascii")


def info_dictionary(said: Said) -> bytes:
    """Return the body of the information dictionary (ISO 32000-1, 14.3.3)."""
    parts = [b"<</Producer", pdf_string(PRODUCER)]
    for key, text in ((b"/Title", said.title), (b"/Author", said.author), (b"/Subject", said.subject)):
        if text:
            parts += (key, pdf_string(text))
    if said.now_iso:
        date = pdf_date(said.now_iso)
        parts += (b"/CreationDate", date, b"/ModDate", date)
    parts.append(b">>")
    return b"".join(parts)


def xmp_stream(said: Said, files: Sequence[AttachedFile] = ()) -> bytes:
    """Return the zlib stream of the metadata: as the reference writes it, and the invoice among `files`."""
    invoice = next(((file.name, file.conformance) for file in files if file.conformance), None)
    packet = _packet(bool(said.title), said.author, bool(said.subject), said.now_iso, invoice)
    made: bytes | None = packet.native.of(said.title, said.subject) if packet.native else None
    return _packed(packet.parts, said.title, said.subject) if made is None else made


class _Packet(NamedTuple):
    """The metadata, deflated but for the places of title (0) and subject (1); and as the kernel has it."""

    parts: Sequence[Segment | int]
    native: Any


def _packed(parts: Sequence[Segment | int], *texts: str) -> bytes:
    return woven([stored(escape(texts[part]).encode()) if isinstance(part, int) else part for part in parts])


_kernel = native(__name__, "write_kernel")


@lru_cache(maxsize=64)
def _packet(has_title: bool, author: str, has_subject: bool, now_iso: str, invoice: tuple[str, str] | None) -> _Packet:
    metadata = DocumentMetadata(
        title=_TITLE if has_title else None,
        authors=[author] if author else None,
        description=_SUBJECT if has_subject else None,
        created=now_iso or None,
        modified=now_iso or None,
    )
    rdf = metadata.generate_rdf_metadata("a", 3, "A")
    files = [AttachedFile(invoice[0], "", "", b"", conformance=invoice[1])] if invoice else []
    pieces = _MARKS.split(_PACKET + with_pdfua(rdf, files) + _PACKET_END)
    holes = {_TITLE.encode(): 0, _SUBJECT.encode(): 1}
    parts = [holes[piece] if piece in holes else segment(piece) for piece in pieces]
    return _Packet(parts, None if _kernel is None else _kernel.Woven(*as_summed(parts)))
