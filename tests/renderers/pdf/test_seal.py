"""The seal before three judges: pdfsig, pyHanko and qpdf; and what it must not change."""

from __future__ import annotations

import hashlib
import io
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from engine.contracts import FillContext, Scope
from engine.errors import EvidenceError, SealError
from engine.evidence.pdf_seal import check_seal
from engine.registry import load_channel
from renderers.pdf.reference import Reference
from renderers.pdf.seal import Sealer
from tests import pki
from tests.renderers.builders import make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.seal_judge import judged

NOW = "2026-11-06T08:00:00Z"
KINDS = ("p256", "rsa2048")


def sealed(folder: Path, kind: str = "p256", now: str = NOW, **changes: Any) -> bytes:
    sealer = Sealer.from_environment(pki.sealer(kind).pem_environment())
    return Reference(FakeTemplates(folder), sealer).render(make_communication(**changes), now).data


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def data(kind: str, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sealed(tmp_path_factory.mktemp("set"), kind)


def told(data: bytes, folder: Path) -> str:
    """Return what pdfsig says."""
    (folder / "bill.pdf").write_bytes(data)
    ran = subprocess.run(["pdfsig", "-nocert", folder / "bill.pdf"], capture_output=True, text=True, check=False)
    return ran.stdout


def test_pyhanko_finds_it_intact_valid_trusted_and_over_the_whole_file(data: bytes) -> None:
    status = judged(data)
    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.md_algorithm == "sha256"


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is not installed")
def test_pdfsig_finds_it_valid_and_over_the_whole_file(data: bytes, tmp_path: Path) -> None:
    said = told(data, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert said.count("Signature #") == 1


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_no_fault(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "bill.pdf").write_bytes(data)
    subprocess.run(["qpdf", "--check", tmp_path / "bill.pdf"], check=True, capture_output=True)


def test_a_flipped_byte_anywhere_is_detected(data: bytes) -> None:
    check_seal(data)
    chance = random.Random(7)
    # All of the head, the signature and the tail closely; the rest at random places.
    room = data.index(b"/Contents<")
    places = {*range(60), *range(room - 150, room + 40), *range(len(data) - 80, len(data))}
    places |= {chance.randrange(len(data)) for _ in range(400)}
    end = data.index(b">", room)
    for place in sorted(places):
        if room + 10 <= place <= end:
            continue  # inside of the signature itself: tests/engine/signing
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises(EvidenceError):
            check_seal(bytes(changed))


def test_pyhanko_and_pdfsig_detect_a_flipped_byte_too(data: bytes, tmp_path: Path) -> None:
    changed = bytearray(data)
    changed[data.index(b"stream\n") + 40] ^= 1
    assert not judged(bytes(changed)).intact
    if shutil.which("pdfsig"):
        assert "Digest Mismatch" in told(bytes(changed), tmp_path)


def test_the_same_input_gives_the_same_bytes_and_another_time_others(kind: str, data: bytes, tmp_path: Path) -> None:
    assert sealed(tmp_path, kind) == data
    assert sealed(tmp_path, kind, now="2026-11-07T08:00:00Z") != data


def test_the_time_is_the_runs_and_stands_in_the_dictionary(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(sealed(tmp_path, now="2026-11-06T09:30:00+01:00"))) as pdf:
        assert str(pdf.Root.AcroForm.Fields[0].V.M) == "D:20261106083000Z"


def test_the_field_is_tagged_described_and_printable(data: bytes) -> None:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        form = pdf.Root.AcroForm
        (widget,) = form.Fields
        assert int(form.SigFlags) == 3
        assert "/NeedAppearances" not in form
        assert str(widget.TU) == "Electronic seal"
        assert int(widget.F) & 4  # print
        assert not int(widget.F) & (1 | 2 | 32)  # not invisible, hidden, no view
        assert list(widget.Rect) == [0, 0, 0, 0]
        assert widget.objgen in {note.objgen for note in pdf.pages[0].Annots}
        assert pdf.pages[0].Tabs == "/S"
        element = next(iter(pdf.Root.StructTreeRoot.K)).K[-1]
        assert element.S == "/Form"
        assert element.K[0].Obj.objgen == widget.objgen
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        known = dict(zip((int(key) for key in numbers[::2]), numbers[1::2], strict=True))
        assert known[int(widget.StructParent)].objgen == element.objgen
        assert [int(key) for key in numbers[::2]] == sorted(int(key) for key in numbers[::2])


@pytest.mark.parametrize(
    ("language", "words", "said_in"),
    [("it", "Sigillo elettronico", "it"), ("ru", "Электронная печать", "ru"), ("eu", "Electronic seal", "en")],
)
def test_the_field_is_described_in_the_documents_language(
    language: str, words: str, said_in: str, tmp_path: Path
) -> None:
    with pikepdf.open(io.BytesIO(sealed(tmp_path, language=language))) as pdf:
        element = next(iter(pdf.Root.StructTreeRoot.K)).K[-1]
        assert str(pdf.Root.AcroForm.Fields[0].TU) == words
        assert str(element.Lang) == said_in


def test_the_signature_dictionary_is_a_plain_object(data: bytes) -> None:
    assert data.count(b"/SubFilter/ETSI.CAdES.detached") == 1
    assert data.count(b"startxref") == 1  # one revision


def test_a_seal_costs_little_room(tmp_path: Path, data: bytes) -> None:
    plain = Reference(FakeTemplates(tmp_path)).render(make_communication(), NOW).data
    assert len(data) - len(plain) < 5000


def test_pdfua_and_outloud_find_nothing_new(data: bytes, tmp_path: Path) -> None:
    import outloud
    import pdfua

    plain = Reference(FakeTemplates(tmp_path)).render(make_communication(), NOW).data
    found = {}
    for name, content in (("plain", plain), ("sealed", data)):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(content)
        first = {finding.rule_id for finding in pdfua.validate(path).findings}
        second = {finding.rule for finding in outloud.check(str(path)).findings}
        found[name] = first | second
    assert found["sealed"] == found["plain"]


def test_a_certificate_that_does_not_hold_at_the_runs_time_stops_it(tmp_path: Path) -> None:
    with pytest.raises(SealError, match="E105"):
        sealed(tmp_path, now="2041-01-01T00:00:00Z")


def test_a_file_without_a_place_or_with_two_is_refused(data: bytes) -> None:
    seal = Sealer.from_environment(pki.sealer().pem_environment()).at(NOW, "en")
    with pytest.raises(SealError, match="E109"):
        seal.finish(b"%PDF-1.7\nno place")
    with pytest.raises(SealError, match="E109"):
        seal.finish(data)  # sealed already
    with pytest.raises(SealError, match="E109"):
        seal.finish(seal.dictionary * 2)


def test_a_file_is_sealed_alike_whether_it_is_whole_or_in_parts() -> None:
    seal = Sealer.from_environment(pki.sealer().pem_environment()).at(NOW, "en")
    head, end = b"%PDF-1.7\n", b"\n%%EOF\n"
    signed = seal.signed(len(head), hashlib.sha256(head), seal.rest + end)
    assert head + signed + seal.rest + end == seal.finish(head + seal.dictionary + end)
    assert len(signed) == len(seal.dictionary) - len(seal.rest)


def test_the_channel_seals_where_the_campaign_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    templates = FakeTemplates(tmp_path)
    options = templates.campaign.pdf.model_copy(update={"seal": True})
    templates.campaign = templates.campaign.model_copy(update={"pdf": options})
    communication = make_communication()

    def bill() -> bytes:
        channel = load_channel("pdf")
        compiled = channel.compile(templates, communication.locale, channel.classify(communication), Scope())
        return channel.fill(compiled, communication, FillContext(now_iso=NOW)).artifacts[0].data

    with pytest.raises(SealError, match="E101"):
        bill()
    for name, value in pki.sealer().p12_environment(tmp_path / "seal.p12").items():
        monkeypatch.setenv(name, value)
    assert judged(bill()).trusted
