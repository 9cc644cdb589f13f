"""What is kept warm makes no difference to what is made."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from engine.templating import TemplateSet
from renderers.pdf.fast import fill
from tests import pki
from tests.e2e.reading import CAMPAIGN, samples
from tests.renderers.builders import changed
from tests.renderers.pdf.fast.against import Bench


def test_sections_that_were_dropped_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    templates = TemplateSet(CAMPAIGN)
    roomy = Bench(templates)
    said = [found for customer in samples().values() if (found := roomy.said(customer)) and found.locale == "en"][:4]
    expected = [roomy.fill(one).artifacts[0].data for one in said]
    assert [roomy.fill(one).artifacts[0].data for one in said] == expected  # of plans that are there
    for name in ("SECTIONS_KEPT", "DOCUMENTS_KEPT", "PLANS_KEPT", "FILES_KEPT"):
        monkeypatch.setattr(fill, name, 3)
    narrow = Bench(templates)
    for _ in range(2):
        made = [narrow.fill(one) for one in said]
        assert {one.path for one in made} == {"fast"}
        assert [one.artifacts[0].data for one in made] == expected


@pytest.mark.parametrize("has_seal", [False, True])
def test_the_digest_told_with_a_bill_is_that_of_its_bytes(has_seal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = TemplateSet(CAMPAIGN).campaign
    options = campaign.pdf.model_copy(update={"seal": has_seal})
    for name, value in pki.sealer("p256").pem_environment().items():
        monkeypatch.setenv(name, value)
    bench = Bench(TemplateSet(CAMPAIGN, campaign.model_copy(update={"pdf": options})))
    communication = bench.said(samples()["NL-0001"])
    assert communication
    for _ in range(2):  # of a new plan, then of a known one
        filled = bench.fill(communication)
        assert filled.path == "fast"
        (artifact,) = filled.artifacts
        assert (b"/Type/Sig" in artifact.data) is has_seal
        assert artifact.sha256 == hashlib.sha256(artifact.data).hexdigest()


def test_what_the_margins_of_the_bill_before_said_makes_no_difference() -> None:
    first = Bench(TemplateSet(CAMPAIGN))
    usual = first.said(samples()["NL-0001"])
    assert usual
    each = [
        changed(usual, bill=changed(usual.bill, number=changed(usual.bill.number, text=number)))
        for number in ("2026-1", "Ж-1", "2026-2", "Ж-2")
    ]
    made = [first.fill(said).artifacts[0].data for said in each]
    second = Bench(TemplateSet(CAMPAIGN))
    assert [second.fill(said).artifacts[0].data for said in reversed(each)] == made[::-1]
    assert len(set(made)) == len(made)
    assert [first.fill(said).path for said in each] == ["fast"] * len(each)


NAMES = ("Anna Rossi", "Böhm", "Žák", "Ж. Ω", "Nguyễn", "Anna Böhm", "Ꞓ Böhm")  # of each level, and of another font


def test_names_of_any_letters_stand_in_files_of_one_plan() -> None:
    bench = Bench(TemplateSet(CAMPAIGN))
    usual = bench.said(samples()["NL-0001"])
    assert usual
    customer = usual.customer
    first, *rest = customer.address
    each = [changed(usual, customer=changed(customer, address=(changed(first, text=name), *rest))) for name in NAMES]
    made = [bench.fill(said).artifacts[0].data for said in each]
    assert [bench.fill(said).path for said in each] == ["fast"] * len(each)
    for name, data in zip(NAMES, made, strict=True):
        document = pypdfium2.PdfDocument(data)
        assert name in document[0].get_textpage().get_text_bounded()
        document.close()
    other = Bench(TemplateSet(CAMPAIGN))
    assert [other.fill(said).artifacts[0].data for said in reversed(each)] == made[::-1]
    sizes = [len(data) for data in made]
    assert sizes[:5] == sorted(sizes[:5])
    assert abs(sizes[5] - sizes[1]) < 50


def test_a_file_holds_what_its_fonts_share_once_and_the_profile_as_it_is() -> None:
    bench = Bench(TemplateSet(CAMPAIGN))
    said = bench.said(samples()["NL-0001"])
    assert said
    with pikepdf.open(BytesIO(bench.fill(said).artifacts[0].data)) as pdf:
        fonts = list(pdf.pages[0].Resources.Font.values())
        assert len(fonts) == 4
        assert len({font.ToUnicode.objgen for font in fonts}) == 1
        profile = pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes()
    assert profile == (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
