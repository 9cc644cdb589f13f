"""A run whose campaign asks for e-invoices: what lies in the PDFs, read by programs of others."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from lxml import etree

from engine.api import RunReport, run_cycle
from engine.einvoice.official import official_rules
from engine.model.artifact import OutcomeStatus
from tests.e2e.reading import CAMPAIGN, KEY, NOW, samples

# A usual bill, a credit, an allowance with rounding, a credit note, a reminder, forty lines, a debt brought forward.
KEYS = ("NL-0001", "NL-0004", "NL-0003", "NL-0008", "NL-0015", "NL-0028", "NL-0014")
XMP = {
    "DocumentType": "INVOICE", "DocumentFileName": "factur-x.xml", "Version": "1.0", "ConformanceLevel": "EN 16931",
}  # fmt: skip
REMINDER, WRONG = "NL-0015", "NL-0002"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    folder = tmp_path_factory.mktemp("einvoice")
    shutil.copytree(CAMPAIGN, folder / "set")
    file = folder / "set/campaign.toml"
    file.write_text(file.read_text("utf-8").replace('# einvoice = "en16931"', 'einvoice = "en16931"'), "utf-8")
    records = [samples()[key].model_dump(mode="json", exclude_defaults=True) for key in (*KEYS, WRONG)]
    records[-1]["bills"][0]["taxes"][0]["base"] = "1.00"  # adds up still, but the base is not that of the lines
    lines = "\n".join(json.dumps(record) for record in records)
    (folder / "in.jsonl").write_text(lines, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BILLCAST_KEY", KEY)
        return run_cycle(
            [folder / "in.jsonl"], folder / "set", folder / "out", channels=("pdf",), now=NOW, workers=1, audit=1
        )


@pytest.fixture(scope="module")
def outcomes(run: RunReport) -> dict[str, dict]:
    assert run.state_dir is not None
    lines = (run.state_dir / "manifest.jsonl").read_text("utf-8").splitlines()
    return {record["key"]: record for record in map(json.loads, lines)}


@pytest.fixture(scope="module")
def pdfs(run: RunReport, outcomes: dict[str, dict]) -> dict[str, Path]:
    assert run.state_dir is not None
    root = run.state_dir.parents[1] / "2026-10"
    return {key: root / outcomes[key]["token"] / "bill.pdf" for key in KEYS}


def test_all_but_the_wrong_bill_are_done(run, outcomes):
    assert run.counts[OutcomeStatus.DONE] == len(KEYS)
    assert run.audit
    assert (run.audit.documents > 0, run.audit.differing) == (True, ())
    assert outcomes[WRONG]["status"] == "quarantined"
    assert outcomes[WRONG]["problem"]["code"] == "R134"


def test_a_reminder_is_sent_without_a_file_and_says_so(outcomes, pdfs):
    assert any("R130" in warning for warning in outcomes[REMINDER]["warnings"])
    with pikepdf.open(pdfs[REMINDER]) as pdf:
        assert len(pdf.attachments) == 0
        assert "/AF" not in pdf.Root


@pytest.mark.parametrize("key", [key for key in KEYS if key != REMINDER])
def test_the_file_inside_is_a_valid_invoice_as_the_makers_of_factur_x_read_it(pdfs, key):
    facturx = pytest.importorskip("facturx")
    logging.getLogger("facturx").setLevel(logging.ERROR)
    data = pdfs[key].read_bytes()
    name, xml = facturx.get_facturx_xml_from_pdf(data, check_xsd=True)
    assert name == "factur-x.xml"
    assert facturx.get_flavor(etree.fromstring(xml)) == "factur-x"
    assert facturx.get_level(etree.fromstring(xml)) == "en16931"
    assert official_rules().check(xml) == ()


@pytest.mark.parametrize("key", [key for key in KEYS if key != REMINDER])
def test_the_file_is_named_once_as_the_alternative_with_the_run_s_time(pdfs, key):
    with pikepdf.open(pdfs[key]) as pdf:
        assert list(pdf.attachments) == ["factur-x.xml"]
        (associated,) = pdf.Root.AF
        assert associated.AFRelationship == "/Alternative"
        stream = associated.EF.F
        assert stream.Subtype == "/text/xml"
        assert str(stream.Params.ModDate) == "D:20261106080000Z"
        assert int(stream.Params.Size) == len(stream.read_bytes())
        meta = pdf.open_metadata(update_docinfo=False, set_pikepdf_as_editor=False)
        fx = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
        assert {name: meta[f"{fx}{name}"] for name in XMP} == XMP
        assert meta.pdfa_status == "3A"


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_no_fault(pdfs):
    for path in pdfs.values():
        done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
