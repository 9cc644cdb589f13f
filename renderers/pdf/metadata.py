"""XMP that WeasyPrint does not write: PDF/UA-1 beside PDF/A-3a, and the invoice that a file carries."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model.attached import AttachedFile
from renderers.pdf.attachment import invoice_xmp

# PDF/A-3 takes only properties that it knows or that an extension schema describes, and it doesn't
# know `pdfuaid` (ISO 19005-3, 6.6.2.3; the schema's description is the one PDF/UA-1 gives).
_IDENTIFICATION = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
    b"<pdfuaid:part>1</pdfuaid:part></rdf:Description>"
)
_SCHEMAS = (
    b'<rdf:Description rdf:about=""'
    b' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b"<pdfaExtension:schemas><rdf:Bag>"
    b'<rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b"<pdfaSchema:property><rdf:Seq>"
    b'<rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name>"
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Which part of ISO 14289 the file follows</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>"
)
_SCHEMAS_END = b"</rdf:Bag></pdfaExtension:schemas></rdf:Description>"

_END = b"</rdf:RDF>"


def with_pdfua(rdf: bytes, files: Sequence[AttachedFile] = ()) -> bytes:
    """Return RDF metadata that also says PDF/UA-1 and, if `files` hold one, which is the invoice.

    All inside the one `rdf:RDF` that XMP allows, with one bag of extension schemas.
    """
    head, end, tail = rdf.rpartition(_END)
    if not end:
        raise ValueError("the metadata has no rdf:RDF element to add to")
    invoice = invoice_xmp(files)
    said, schema = (invoice.description, invoice.schema) if invoice else (b"", b"")
    return b"".join((head, _IDENTIFICATION, said, _SCHEMAS, schema, _SCHEMAS_END, _END, tail))
