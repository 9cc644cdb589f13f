"""Files inside a PDF: what the reference and the fast fill both write of them, in bytes.

A PDF/A-3 names each file in /Names and in /AF, with its relationship, media type and dates (ISO
19005-3, 6.8). For a Factur-X invoice the XMP says which file it is and to which profile it conforms,
and describes those properties in an extension schema (Factur-X 1.09, 6.2.1 and its XMP schema).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from xml.sax.saxutils import escape

from engine.model.attached import AttachedFile
from renderers.pdf.fast.deflate import whole

FX_NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
FX_VERSION = "1.0"
FX_DOCUMENT_TYPE = "INVOICE"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PROPERTIES = (
    ("DocumentFileName", "The name of the embedded XML document"),
    ("DocumentType", "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER"),
    ("Version", "The actual version of the standard applying to the embedded XML document"),
    ("ConformanceLevel", "The conformance level of the embedded XML document"),
)


@dataclass(frozen=True, slots=True)
class InvoiceXmp:
    """What XMP says of an attached invoice. Both are for the one `rdf:RDF` of the document.

    `description` is an `rdf:Description` of its own; `schema` is an item for the bag of
    `pdfaExtension:schemas`, which may stand in the metadata once only.
    """

    description: bytes
    schema: bytes


def invoice_xmp(files: Sequence[AttachedFile]) -> InvoiceXmp | None:
    """Return what XMP says of the invoice among `files`, None where there is none."""
    return next((_xmp(file.name, file.conformance) for file in files if file.conformance), None)


@lru_cache(maxsize=8)
def _xmp(name: str, conformance: str) -> InvoiceXmp:
    keys = [key for key, _ in _PROPERTIES]
    values = dict(zip(keys, (name, FX_DOCUMENT_TYPE, FX_VERSION, conformance), strict=True))
    said = "".join(f"<fx:{key}>{escape(value)}</fx:{key}>" for key, value in values.items())
    known = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{key}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"
        for key, meaning in _PROPERTIES
    )
    schema = (
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{FX_NAMESPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{known}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
    description = f'<rdf:Description rdf:about="" xmlns:fx="{FX_NAMESPACE}">{said}</rdf:Description>'
    return InvoiceXmp(description.encode(), schema.encode())


def moment_of(now_iso: str) -> datetime:
    """Return the time of the run in UTC, as the files are dated; 1970 where none is given."""
    return datetime.fromisoformat(now_iso).astimezone(UTC) if now_iso else _EPOCH


def embedded_file(file: AttachedFile, moment: datetime) -> bytes:
    """Return the stream object of a file, without its number: deflated, with size, MD5 and dates in UTC."""
    packed = whole(file.data)
    when = f"(D:{moment:%Y%m%d%H%M%S}Z)".encode()
    subtype = file.media_type.replace("/", "#2f").encode()
    digest = hashlib.md5(file.data, usedforsecurity=False).hexdigest().encode()
    return (
        b"<</Type/EmbeddedFile/Subtype/%b/Params<</CheckSum<%b>/Size %d/CreationDate%b/ModDate%b>>"
        b"/Filter/FlateDecode/Length %d>>stream\n%b\nendstream"
    ) % (subtype, digest, len(file.data), when, when, len(packed), packed)


def file_specification(file: AttachedFile, stream: int) -> bytes:
    """Return the file specification that leads to the stream object number `stream`."""
    name, said = _string(file.name), _string(file.description)
    return b"<</Type/Filespec/F%b/UF%b/EF<</F %d 0 R>>/Desc%b/AFRelationship/%b>>" % (
        name, name, stream, said, file.relationship.encode(),
    )  # fmt: skip


def catalog_entries(specifications: Sequence[tuple[str, int]]) -> dict[str, bytes]:
    """Return the catalog's /AF and the /EmbeddedFiles of its /Names, for file names and their object numbers."""
    references = b" ".join(b"%d 0 R" % number for _, number in specifications)
    tree = b" ".join(b"%b %d 0 R" % (_string(name), number) for name, number in sorted(specifications))
    return {"AF": b"[%b]" % references, "EmbeddedFiles": b"<</Names[%b]>>" % tree}


def _string(text: str) -> bytes:
    """Return a PDF string: plain where it is ASCII without brackets, else UTF-16 in hexadecimal."""
    if text.isascii() and text.isprintable() and not set(text) & set("()\\"):
        return b"(%b)" % text.encode("ascii")
    return b"<%b>" % (b"\xfe\xff" + text.encode("utf-16-be")).hex().upper().encode()
