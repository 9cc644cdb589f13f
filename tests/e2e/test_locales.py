"""One customer in each language of the set: the same figures, in the words and forms of that language."""

from __future__ import annotations

import re

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal

from engine.api import render_one
from engine.model.artifact import OutcomeStatus
from engine.templating import TemplateSet
from tests.e2e.reading import FAST, KEYS, NOW, bare, page_text, pdf_text, samples

MARIA = "NL-0001"
PAY_NOW = {"en": "Pay now", "it": "Paghi ora", "fr": "Payer", "ro": "Plătiți acum", "lt": "Mokėti dabar",
           "ru": "Оплатить"}  # fmt: skip


@pytest.mark.parametrize("locale", PAY_NOW)
def test_the_bill_is_told_in_each_language_with_the_same_figures(starter: TemplateSet, locale: str) -> None:
    maria = samples()[MARIA]
    bill = maria.subject_bill
    assert bill is not None
    assert bill.due_on is not None
    result = render_one(maria.model_copy(update={"locale": locale}), starter, keys=KEYS, now=NOW, channels=FAST)
    assert result.outcome.status is OutcomeStatus.DONE, result.outcome.problem
    assert result.outcome.locale == locale
    files = {artifact.name: artifact.data for artifact in result.artifacts}
    amount = format_decimal(bill.amount_payable, "#,##0.00", locale=locale)
    due = format_date(bill.due_on, "long", locale="en_GB" if locale == "en" else locale)
    for text in (pdf_text(files["bill.pdf"]), page_text(files["index.html"]), files["email.txt"].decode()):
        assert bare(amount) in bare(text)
        assert bare(PAY_NOW[locale]) in bare(text)
    for text in (pdf_text(files["bill.pdf"]), page_text(files["index.html"])):
        assert bare(due) in bare(text)
        assert "{" not in text
    if locale != "en":
        assert "Pay now" not in page_text(files["index.html"])


def test_french_words_keep_their_colon_on_the_line(starter: TemplateSet) -> None:
    text = (starter.root / "texts" / "fr.po").read_text(encoding="utf-8")
    said = [line for line in text.splitlines()[8:] if line.startswith("msgstr")]
    assert len(said) > 100
    assert [line for line in said if re.search(r"(?<![\u00a0\u202f])[:;?!]", line)] == []
