"""The official EN 16931 invoices become bills whose figures equal those that were read from them by hand."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from engine.api import RunReport, run_cycle
from engine.ingest import Read, read
from engine.model.artifact import OutcomeStatus
from tests.e2e.reading import CAMPAIGN, FAST, FIXTURES, KEY, NOW, amounts, bare, days, page_text, pdf_text

INVOICES = FIXTURES / "invoices"
EXPECTED: dict[str, Any] = (
    json.loads((INVOICES / "expected_facts.json").read_text()) if (INVOICES / "expected_facts.json").is_file() else {}
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not EXPECTED, reason="the official invoices are not here: set BILLCAST_FIXTURES"),
]
CREDIT_NOTE = "tc434_creditnote1.xml"
PAYABLE = [name for name in EXPECTED if name != CREDIT_NOTE]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BILLCAST_KEY", KEY)
        # Without a policy: these are years old, and a policy would have people call, not send them.
        campaign = tmp_path_factory.mktemp("set") / "explainer"
        shutil.copytree(CAMPAIGN, campaign, ignore=shutil.ignore_patterns("policy.toml"))
        return run_cycle([INVOICES], campaign, tmp_path_factory.mktemp("real"), channels=FAST, now=NOW)


@pytest.fixture(scope="module")
def folders(run: RunReport) -> dict[str, Path]:
    """The folder of each document that was rendered."""
    state = run.state_dir
    assert state is not None
    found = {}
    for line in (state / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["status"] == "done":
            found[Path(record["source"]).name] = state.parents[1] / "2026-10" / record["token"]
    return found


def account_of(name: str) -> str | None:
    """Return the leading account of the document, as it stands in the model."""
    (item,) = read([INVOICES / name])
    assert isinstance(item, Read)
    bill = item.customer.subject_bill
    assert bill is not None
    assert bill.payee is not None
    return bill.payee.account


def test_at_least_eight_of_ten_are_rendered_and_the_rest_has_reasons(run: RunReport) -> None:
    assert run.total == len(EXPECTED) == 10
    assert run.counts[OutcomeStatus.DONE] >= 8
    assert run.counts[OutcomeStatus.FAILED] == 0
    assert run.audit
    assert (run.audit.documents, run.audit.differing) == (run.paths["pdf fast"], ())
    assert run.state_dir is not None
    lines = (run.state_dir / "quarantine.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == run.total - run.counts[OutcomeStatus.DONE]
    for line in lines:
        assert all(json.loads(line)[field] for field in ("code", "place", "fact", "hint"))


@pytest.mark.parametrize("name", EXPECTED)
def test_amount_due_date_and_account_equal_the_documents(folders: dict[str, Path], name: str) -> None:
    if name not in folders:
        pytest.skip("the document was set aside, with its reason")
    facts = EXPECTED[name]
    for text in (pdf_text((folders[name] / "bill.pdf").read_bytes()),
                 page_text((folders[name] / "index.html").read_bytes())):  # fmt: skip
        assert Decimal(facts["payable"]) in amounts(text)
        assert date.fromisoformat(facts["issued"]) in days(text)
        if facts["due"]:
            assert date.fromisoformat(facts["due"]) in days(text)
        assert bare(facts["id"]) in bare(text)
        assert bare(facts["customer"]) in bare(text)
        for line in facts["lines"]:
            assert bare(line["name"]) in bare(text)
            assert f"{Decimal(line['amount']):,.2f}".replace("-", "−") in text


@pytest.mark.parametrize("name", PAYABLE)
def test_who_is_paid_is_the_documents_supplier_at_its_own_account(folders: dict[str, Path], name: str) -> None:
    facts = EXPECTED[name]
    (account, *_) = (means["account"] for means in facts["payment"])
    assert account_of(name) == account
    is_iban = account[:2].isalpha()
    for text in (pdf_text((folders[name] / "bill.pdf").read_bytes()),
                 page_text((folders[name] / "index.html").read_bytes())):  # fmt: skip
        assert bare(account) in bare(text)
        assert bare(facts["supplier"]) in bare(text)
        assert "IT60" not in bare(text)
        assert ("Account (IBAN)" in text) is is_iban
        assert ("Account number" in text) is not is_iban


@pytest.mark.parametrize("name", PAYABLE)
def test_a_bank_code_is_for_euro_to_an_iban_only(folders: dict[str, Path], name: str) -> None:
    text = page_text((folders[name] / "index.html").read_bytes())
    is_bank_code = "Scan with your bank app" in text
    assert is_bank_code is (EXPECTED[name]["currency"] == "EUR")
    assert is_bank_code is not ("It opens the payment page" in text)


def test_a_credit_note_asks_for_nothing(folders: dict[str, Path]) -> None:
    folder = folders[CREDIT_NOTE]
    page = html.document_fromstring((folder / "index.html").read_bytes().decode())
    assert not page.xpath("//a[contains(@href, 'pay.northlight.example')]")
    texts = [pdf_text((folder / "bill.pdf").read_bytes()), page_text((folder / "index.html").read_bytes())]
    texts += [(folder / name).read_text() for name in ("email.txt", "email.html", "sms.txt", "push.txt")]
    for text in texts:
        assert "Pay now" not in text
        assert "pay.northlight.example" not in text
        assert "first bill" not in text
