"""What is kept warm makes no difference to what is made."""

from __future__ import annotations

import hashlib

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
