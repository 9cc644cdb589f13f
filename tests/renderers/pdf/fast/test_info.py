from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from weasyprint.pdf import _w3c_date_to_pdf

from engine.model.attached import AttachedFile
from renderers.pdf.fast.info import Said, info_dictionary, pdf_date, xmp_stream

SAID = Said("Bill & <more>", "Northlight Energy", "Maria, your bill", "2026-11-06T08:00:00Z")
DC = "{http://purl.org/dc/elements/1.1/}"


def texts(said: Said, name: str) -> list[str]:
    packet = zlib.decompress(xmp_stream(said))
    tree = etree.fromstring(packet[packet.index(b"<x:xmpmeta") : packet.rindex(b"<?xpacket")])
    return ["".join(found.itertext()) for found in tree.iter(f"{DC}{name}")]


@pytest.mark.parametrize(
    "moment", ["2026-11-06T08:00:00Z", "2026-11-06T08:00:00+00:00", "2026-11-06T08:00:07+02:00", "2026-11-06T08:30Z",
               "2026-11-06T08:00:00-09:30"],
)  # fmt: skip
def test_moments_are_written_as_weasyprint_writes_them(moment: str) -> None:
    assert pdf_date(moment).decode() == f"({_w3c_date_to_pdf(moment, 'created')})"


def test_what_is_no_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="W3C"):
        pdf_date("yesterday")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=200))
def test_any_title_comes_back_from_the_metadata(title: str) -> None:
    assert texts(SAID._replace(title=title, subject=title + "!"), "title") == [title]


def test_title_author_and_subject_have_their_places() -> None:
    assert [texts(SAID, name) for name in ("title", "creator", "description")] == [
        ["Bill & <more>"], ["Northlight Energy"], ["Maria, your bill"],
    ]  # fmt: skip


def test_what_is_empty_is_left_out() -> None:
    said = Said("", "", "", "")
    assert info_dictionary(said).count(b"/") == 1
    assert [texts(said, name) for name in ("title", "creator", "description")] == [[], [], []]


def test_an_invoice_is_told_of_by_its_own_profile() -> None:
    files = [AttachedFile("a.xml", "text/xml", "", b"", conformance="BASIC"), AttachedFile("b", "text/plain", "", b"")]
    assert b"<fx:ConformanceLevel>BASIC<" in zlib.decompress(xmp_stream(SAID, files))
    assert b"fx:" not in zlib.decompress(xmp_stream(SAID, files[1:]))
