"""Letters of credit management: filled as the reference lays them out, with every figure of statement and plan."""

from __future__ import annotations

import pytest

from engine.model.communication import Communication
from engine.templating import TemplateSet
from tests.e2e.reading import CAMPAIGN, pdf_text
from tests.renderers.collected import DECIDED, collected
from tests.renderers.pdf.fast.against import Bench


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(TemplateSet(CAMPAIGN))


def said(bench: Bench, name: str, locale: str) -> Communication:
    return dict(collected(bench.templates.campaign, bench.templates.texts(locale)))[name]


@pytest.mark.parametrize(
    ("name", "locale"), [("help first", "lt"), ("facts and a person", "fr"), ("in question", "it"), ("thanks", "en")]
)
def test_a_decided_letter_is_filled_as_the_reference_lays_it_out(bench: Bench, name: str, locale: str) -> None:
    assert bench.judge(said(bench, name, locale)) == ("", ())


def test_a_letter_shows_statement_plan_and_what_is_in_question(bench: Bench) -> None:
    helped = pdf_text(bench.fill(said(bench, "help first", "en")).artifacts[0].data)
    for words in ("314.32", "2026-07-4711", "2.46", "10.00", "104.78", "Pay in parts", "Help with energy costs",
                  "€314.32 is open. If that is hard to pay now"):  # fmt: skip
        assert words in helped
    asked = pdf_text(bench.fill(said(bench, "in question", "en")).artifacts[0].data)
    for words in ("€60.00 is in question", "€112.37 is not asked for now", "You have €12.00 to your credit"):
        assert words in asked


def test_other_rows_make_another_layout_class(bench: Bench) -> None:
    names = {bench.channel.classify(said(bench, name, "en")).name for name in DECIDED}
    assert len(names) == len(DECIDED)
