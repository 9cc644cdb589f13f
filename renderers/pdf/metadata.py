"""XMP that WeasyPrint does not write: PDF/UA-1 beside PDF/A-3a."""

from __future__ import annotations

# PDF/A-3 takes only properties that it knows or that an extension schema describes, and it doesn't
# know `pdfuaid` (ISO 19005-3, 6.6.2.3; the schema's description is the one PDF/UA-1 gives).
_UA_DESCRIPTIONS = (
    '<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
    "<pdfuaid:part>1</pdfuaid:part></rdf:Description>"
    '<rdf:Description rdf:about=""'
    ' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    "<pdfaExtension:schemas><rdf:Bag>"
    '<rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    "<pdfaSchema:property><rdf:Seq>"
    '<rdf:li rdf:parseType="Resource">'
    "<pdfaProperty:name>part</pdfaProperty:name>"
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "<pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Which part of ISO 14289 the file follows</pdfaProperty:description>"
    "</rdf:li></rdf:Seq></pdfaSchema:property>"
    "</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
).encode()

_END = b"</rdf:RDF>"


def with_pdfua(rdf: bytes) -> bytes:
    """Return RDF metadata that also says PDF/UA-1, inside the one `rdf:RDF` that XMP allows."""
    head, end, tail = rdf.rpartition(_END)
    if not end:
        raise ValueError("the metadata has no rdf:RDF element to add to")
    return head + _UA_DESCRIPTIONS + _END + tail
