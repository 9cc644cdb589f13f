"""Every sample bill before three judges: qpdf, pdfua and outloud, and the reference's of one customer a locale.

That the reference's tag tree is that of the filled bill is held for every sample in `fast/test_against_reference.py`.

What a judge gets wrong stands in `KNOWN_WRONG` with its reason, and only as long as it is still said.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pikepdf
import pytest

from engine.model.communication import Communication
from engine.templating import TemplateSet
from renderers.pdf.reference import Reference
from tests.e2e.reading import CAMPAIGN, NOW_TEXT, samples
from tests.renderers.pdf.fast.against import Bench

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pdf-standards")]

KNOWN_WRONG = {
    "TBL-010": "counts header cells against data cells; a table of one reading has four column heads, one row head "
    "and three figures, and is none that was cut up",
    "LNK-010": "wants a link on each e-mail address; those of the legal items are the supplier's words, to be "
    "printed as they are",
}
PDFA, PDFUA = "http://www.aiim.org/pdfa/ns/id/", "http://www.aiim.org/pdfua/ns/id/"
Bills = dict[tuple[str, str], Path]


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(TemplateSet(CAMPAIGN))


@pytest.fixture(scope="module")
def said(bench: Bench) -> dict[str, Communication]:
    return {key: found for key, customer in samples().items() if (found := bench.said(customer))}


@pytest.fixture(scope="module")
def bills(bench: Bench, said: dict[str, Communication], tmp_path_factory: pytest.TempPathFactory) -> Bills:
    """Every sample's bill.pdf as the channel makes it, and the reference's of the first one filled in each locale."""
    folder, made = tmp_path_factory.mktemp("bills"), {}
    left = set(bench.templates.campaign.locales)
    for key, communication in said.items():
        filled = bench.fill(communication)
        found = {filled.path: filled.artifacts[0].data}
        if filled.path == "fast" and communication.locale in left:
            left.remove(communication.locale)
            found["reference"] = Reference(bench.templates).render(communication, NOW_TEXT).data
        for path, data in found.items():
            made[key, path] = folder / f"{key}-{path}.pdf"
            made[key, path].write_bytes(data)
    return made


def elements(node: Any) -> Iterator[pikepdf.Dictionary]:
    """Yield every structure element below `node`, in reading order."""
    kids = node.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def opened(bills: Bills) -> Iterator[tuple[tuple[str, str], pikepdf.Pdf]]:
    for which, path in bills.items():
        with pikepdf.open(path) as pdf:
            yield which, pdf


def test_every_sample_that_is_written_to_has_a_bill(bills: Bills, said: dict[str, Communication]) -> None:
    assert len(said) == 31
    assert {key for key, _ in bills} == set(said)


def test_qpdf_finds_every_bill_sound(bills: Bills) -> None:
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf is not installed: apt-get install qpdf")
    for which, path in bills.items():
        told = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
        assert told.returncode == 0, f"{which}: {told.stdout}{told.stderr}"


def test_pdfua_finds_nothing(bills: Bills) -> None:
    found = {
        which: [f"{f.rule_id} {f.message}" for f in pdfua.validate(path).findings] for which, path in bills.items()
    }
    assert {which: said for which, said in found.items() if said} == {}


def test_outloud_finds_nothing_but_what_it_gets_wrong(bills: Bills) -> None:
    found: set[str] = set()
    for which, path in bills.items():
        result = outloud.check(str(path))
        assert not result.error, which
        rules = {finding.rule for finding in result.findings}
        assert rules <= KNOWN_WRONG.keys(), f"{which}: {[str(finding) for finding in result.findings]}"
        found |= rules
    assert found == KNOWN_WRONG.keys()  # an exception that nobody needs is taken out


def test_the_judges_notice_a_figure_without_words(bills: Bills, tmp_path: Path) -> None:
    path = tmp_path / "mute.pdf"
    with pikepdf.open(next(iter(bills.values()))) as pdf:
        for element in elements(pdf.Root.StructTreeRoot):
            if element.S == "/Figure":
                del element["/Alt"]
        pdf.save(path)
    assert any(f.severity is pdfua.Severity.ERROR for f in pdfua.validate(path).findings)
    assert any(finding.severity == "error" and finding.rule.startswith("FIG") for finding in
               outloud.check(str(path)).findings)  # fmt: skip


def test_archive_and_accessibility_are_both_claimed(bills: Bills) -> None:
    for which, pdf in opened(bills):
        with pdf.open_metadata() as metadata:
            claims = metadata[f"{{{PDFA}}}part"], metadata[f"{{{PDFA}}}conformance"], metadata[f"{{{PDFUA}}}part"]
        assert claims == ("3", "A", "1"), which


def test_language_and_title_are_the_customers(bills: Bills, said: dict[str, Communication]) -> None:
    for (key, path), pdf in opened(bills):
        communication = said[key]
        assert str(pdf.Root.Lang) == communication.language, (key, path)
        assert str(pdf.docinfo.Title) == f"{communication.bill.kind} {communication.bill.number.text}", (key, path)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert bool(pdf.Root.MarkInfo.Marked)


def test_each_heading_has_its_bookmark(bills: Bills) -> None:
    for which, pdf in opened(bills):
        levels = [element.S for element in elements(pdf.Root.StructTreeRoot) if element.S in ("/H1", "/H2")]
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root], which
            assert sum(1 + len(item.children) for item in outline.root) == len(levels), which
            assert all(item.destination for item in outline.root), which


def test_each_figure_has_words_and_a_box_on_its_page(bills: Bills) -> None:
    for which, pdf in opened(bills):
        figures = [element for element in elements(pdf.Root.StructTreeRoot) if element.S == "/Figure"]
        assert figures, which
        for figure in figures:
            assert str(figure.Alt).strip(), which
            left, bottom, right, top = (float(value) for value in figure.A.BBox)
            width, height = (float(value) for value in figure.Pg.MediaBox[2:])
            assert 0 <= left < right <= width, which
            assert 0 <= bottom < top <= height, which


def test_each_table_has_heads_that_say_what_they_head(bills: Bills) -> None:
    for which, pdf in opened(bills):
        tables = [element for element in elements(pdf.Root.StructTreeRoot) if element.S == "/Table"]
        for table in tables:
            heads = [element for element in elements(table) if element.S == "/TH"]
            assert heads, f"{which}: a table without heads is layout"
            assert {str(head.A.Scope) for head in heads} <= {"/Row", "/Column"}, which
        assert tables or which[0] == "NL-0015"  # the reminder without lines


def test_each_link_says_where_it_leads(bills: Bills) -> None:
    for which, pdf in opened(bills):
        links = [annotation for page in pdf.pages for annotation in page.get("/Annots", ())]
        links = [annotation for annotation in links if annotation.Subtype == "/Link"]
        assert links, which
        for link in links:
            assert str(link.get("/Contents", "")).strip(), which
            assert "/StructParent" in link, which
