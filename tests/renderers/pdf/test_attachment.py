from __future__ import annotations

import dataclasses
import hashlib
import zlib
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from lxml import etree

from engine.contracts import FillContext, Scope
from engine.errors import ProofError
from engine.model.attached import AttachedFile
from engine.registry import load_channel
from renderers.pdf.attachment import catalog_entries, embedded_file, file_specification, invoice_xmp, moment_of
from renderers.pdf.guard import check_pdf
from renderers.pdf.metadata import with_pdfua
from renderers.pdf.reference import Reference
from renderers.pdf.seal import Sealer
from tests import pki
from tests.renderers.builders import make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.seal_judge import judged

NOW = "2026-11-06T09:00:00+01:00"
INVOICE = AttachedFile("factur-x.xml", "text/xml", "An invoice", b"<a>\xc3\xa9</a>" * 99, conformance="EN 16931")
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
EXTENSION = "{http://www.aiim.org/pdfa/ns/extension/}"
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
PROPERTY = "{http://www.aiim.org/pdfa/ns/property#}"


def make_pdf(templates, *files):
    communication = make_communication(attachments=files)
    channel = load_channel("pdf")
    compiled = channel.compile(templates, communication.locale, channel.classify(communication), Scope())
    (artifact,) = channel.fill(compiled, communication, FillContext(now_iso=NOW)).artifacts
    return artifact


@pytest.fixture(scope="module")
def artifact(tmp_path_factory):
    return make_pdf(FakeTemplates(tmp_path_factory.mktemp("set")), INVOICE)


def xmp_of(data):
    start = data.index(b"<x:xmpmeta")
    return etree.fromstring(data[start : data.index(b"</x:xmpmeta>", start) + 12])


def inflated(data):
    """Return the PDF with its streams inflated, for looking into what is not a text page."""
    parts, rest = [], data
    while b"stream\n" in rest:
        head, rest = rest.split(b"stream\n", 1)
        body, _, rest = rest.partition(b"endstream")
        parts.append(head)
        try:
            parts.append(zlib.decompress(body))
        except zlib.error:
            parts.append(body)
    return b"\n".join([*parts, rest])


def test_a_reader_gets_the_very_bytes_that_were_attached(artifact):
    document = pypdfium2.PdfDocument(artifact.data)
    assert document.count_attachments() == 1
    file = document.get_attachment(0)
    assert (file.get_name(), bytes(file.get_data())) == (INVOICE.name, INVOICE.data)
    document.close()


def test_the_file_is_the_alternative_of_the_document_with_type_size_digest_and_dates(artifact):
    with pikepdf.open(BytesIO(artifact.data)) as document:
        (specification,) = document.Root.AF
        (embedded,) = {item.objgen: item for item in specification.EF.values()}.values()
        assert specification.AFRelationship == "/Alternative"
        assert embedded.Subtype == "/text/xml"
        assert embedded.Params.Size == len(INVOICE.data)
        assert bytes(embedded.Params.CheckSum).hex() == hashlib.md5(INVOICE.data).hexdigest()
        dates = [str(embedded.Params[name]) for name in ("/CreationDate", "/ModDate")]
    assert dates == ["D:20261106080000Z"] * 2  # in UTC, whatever the zone of --now


def test_the_xmp_names_the_invoice_and_describes_the_names_in_one_bag(artifact):
    xmp = xmp_of(inflated(artifact.data))
    said = {node.tag.removeprefix(FX): node.text for node in xmp.iter(f"{FX}*")}
    assert said == {
        "DocumentFileName": "factur-x.xml", "DocumentType": "INVOICE", "Version": "1.0", "ConformanceLevel": "EN 16931",
    }  # fmt: skip
    assert len(xmp.findall(f"{RDF}RDF")) == 1
    (bag,) = xmp.iter(f"{EXTENSION}schemas")
    described = {
        node.findtext(f"{SCHEMA}prefix"): {name.text for name in node.iter(f"{PROPERTY}name")}
        for node in bag.find(f"{RDF}Bag")
    }
    assert described == {"pdfuaid": {"part"}, "fx": set(said)}


def test_the_same_file_gives_the_same_bytes(artifact, templates):
    assert make_pdf(templates, INVOICE).data == artifact.data


def test_a_bill_without_a_file_says_nothing_of_one(templates):
    body = inflated(make_pdf(templates).data)
    assert b"factur-x" not in body
    assert b"/EmbeddedFile" not in body


def test_bills_with_and_without_a_file_are_of_two_classes():
    channel = load_channel("pdf")
    assert channel.classify(make_communication()) != channel.classify(make_communication(attachments=(INVOICE,)))


def test_the_guard_holds_back_a_pdf_that_carries_another_file(artifact):
    other = dataclasses.replace(INVOICE, data=INVOICE.data.replace(b"a", b"b"))
    said = make_communication(attachments=(other,))
    with pytest.raises(ProofError, match="R135"):
        check_pdf(artifact.data, said, artifact.shown)


def test_the_guard_holds_back_a_pdf_without_its_file(templates):
    bare = make_pdf(templates)
    with pytest.raises(ProofError, match="R135"):
        check_pdf(bare.data, make_communication(attachments=(INVOICE,)), bare.shown)


def test_a_plain_file_is_no_invoice_for_the_metadata():
    plain = AttachedFile("rates.csv", "text/csv", "Rates", b"1", relationship="Data")
    assert invoice_xmp([plain]) is None
    assert with_pdfua(b"<rdf:RDF></rdf:RDF>", [plain]) == with_pdfua(b"<rdf:RDF></rdf:RDF>")


def test_the_objects_for_the_fast_way_make_a_pdf_that_readers_open():
    plain = AttachedFile("raté (1).csv", "text/csv", "Rates", b"1;2\n" * 9, relationship="Data")
    bodies = [b"", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"]
    named = []
    for file in (plain, INVOICE):
        bodies.append(embedded_file(file, moment_of(NOW)))
        bodies.append(file_specification(file, len(bodies)))
        named.append((file.name, len(bodies)))
    entries = catalog_entries(named)
    bodies[0] = b"<</Type/Catalog/Pages 2 0 R/AF%b/Names<</EmbeddedFiles%b>>>>" % (
        entries["AF"], entries["EmbeddedFiles"],
    )  # fmt: skip
    data = b"%PDF-1.7\n"
    for number, body in enumerate(bodies, 1):
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    data += b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(bodies) + 1)
    document = pypdfium2.PdfDocument(data)
    found = [document.get_attachment(place) for place in range(document.count_attachments())]
    assert {file.get_name(): bytes(file.get_data()) for file in found} == {
        plain.name: plain.data, INVOICE.name: INVOICE.data,
    }  # fmt: skip
    document.close()


def test_a_run_without_a_time_dates_its_files_in_1970():
    assert moment_of("") == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_sealed_bill_carries_its_file_under_the_seal(tmp_path):
    sealer = Sealer.from_environment(pki.sealer("p256").pem_environment())
    reference = Reference(FakeTemplates(tmp_path), sealer)
    data = reference.render(make_communication(attachments=(INVOICE,)), "2026-11-06T08:00:00Z").data
    document = pypdfium2.PdfDocument(data)
    (file,) = [document.get_attachment(place) for place in range(document.count_attachments())]
    assert bytes(file.get_data()) == INVOICE.data
    document.close()
    status = judged(data)
    assert status.intact
    assert status.trusted
    assert status.coverage.name == "ENTIRE_FILE"
