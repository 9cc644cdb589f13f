"""What is kept warm makes no difference to what is made."""

from __future__ import annotations

import pytest

from engine.templating import TemplateSet
from renderers.pdf.fast import fill
from tests.e2e.reading import CAMPAIGN, samples
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
