"""The samples as a cycle, by the command line: outcomes, files beside the run, what is logged, the same bytes twice.

Every sample's bill, as it is decided here, is held against the reference in
`tests/renderers/pdf/fast/test_against_reference.py`; a run's own audit in `tests/e2e/test_audit.py`. Not again here.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from babel.numbers import format_decimal

from engine.model.customer import Customer, PlanState
from engine.payment.link import verify_pay_link
from engine.templating import load_campaign
from tests.e2e.reading import (
    CAMPAIGN,
    FAST,
    KEY,
    KEYS,
    NOW,
    NOW_TEXT,
    ROOT,
    SAMPLES,
    bare,
    page_text,
    pdf_text,
    samples,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sample-cycle")]
FILES = {"bill.pdf", "index.html", "email.html", "email.txt", "sms.txt", "push.txt"}
GONE = "NL-0027"
FORMAL = "NL-0020"  # a notice on paper alone
SEVERAL = "NL-0024"  # three open bills in one request
NO_PAY = {"NL-0004", "NL-0008", "NL-0018", "NL-0025"}
TONES = {
    "NL-0001": "friendly", "NL-0004": "good_news", "NL-0007": "easy", "NL-0008": "good_news", "NL-0009": "help",
    "NL-0013": "help", "NL-0014": "help", "NL-0015": "firm", "NL-0018": "friendly", "NL-0019": "help",
    "NL-0020": "formal", "NL-0025": "friendly", "NL-0026": "help",
}  # fmt: skip
STAGES = {"NL-0001": "new-bill", "NL-0007": "easy-10", "NL-0013": "help-20", "NL-0015": "firm-20",
          "NL-0020": "notice-60", "NL-0026": "help-20"}  # fmt: skip
LOCALES = {"NL-0011": "fr", "NL-0030": "en", "NL-0031": "en"}  # of a region, and two that the set lacks


@dataclass(frozen=True)
class Ended:
    """A run of the command line that has ended."""

    code: int
    said: str
    out: Path

    @property
    def state(self) -> Path:
        (found,) = (path for path in (self.out / ".billcast").iterdir() if path.name.startswith("2026-10-"))
        return found

    @property
    def manifest(self) -> dict[str, dict[str, Any]]:
        lines = [json.loads(line) for line in (self.state / "manifest.jsonl").read_text("utf-8").splitlines()]
        found = {line["key"]: line for line in lines}
        assert len(found) == len(lines)
        return found

    @property
    def links(self) -> dict[str, dict[str, str]]:
        with (self.state / "links.csv").open(encoding="utf-8", newline="") as file:
            return {row["key"]: row for row in csv.DictReader(file)}

    def artifact(self, key: str, name: str) -> bytes:
        return (self.out / "2026-10" / self.manifest[key]["token"] / name).read_bytes()


def render(source: Path, out: Path, *more: str) -> Ended:
    command = [sys.executable, str(ROOT / "cli.py"), "render", str(source), "--campaign", str(CAMPAIGN),
               "--out", str(out), "--now", NOW_TEXT, "--workers", "2", "--audit", "0",
               "--channels", ",".join(FAST), *more]  # fmt: skip
    environment = os.environ | {"BILLCAST_KEY": KEY, "BILLCAST_SYNC": "false"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=out.parent)
    return Ended(ended.returncode, ended.stdout + ended.stderr, out)


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return render(SAMPLES, tmp_path_factory.mktemp("samples") / "out")


def test_every_sample_has_one_outcome_and_the_run_is_whole(cycle: Ended) -> None:
    assert cycle.code == 0, cycle.said
    assert set(cycle.manifest) == set(samples())
    assert {key for key, line in cycle.manifest.items() if line["status"] != "done"} == {GONE}
    assert cycle.manifest[GONE]["status"] == "suppressed"
    assert cycle.manifest[GONE]["artifacts"] == []
    assert "died" in cycle.manifest[GONE]["decision"]["reasons"][0]


def test_every_customer_gets_all_channels_in_their_own_language(cycle: Ended) -> None:
    for key, line in cycle.manifest.items():
        if key == GONE:
            continue
        files = {Path(stored["path"]).name for stored in line["artifacts"]}
        assert files == ({"bill.pdf"} if key == FORMAL else FILES)
        locale = LOCALES.get(key) or samples()[key].locale or "en"
        assert line["locale"] == locale
        assert key == FORMAL or f'<html lang="{locale}"' in cycle.artifact(key, "index.html").decode()
        assert any("is not in the set" in warning for warning in line["warnings"]) is (key in ("NL-0030", "NL-0031"))


def test_tone_and_stage_fit_each_branch(cycle: Ended) -> None:
    decisions = {key: line["decision"] for key, line in cycle.manifest.items()}
    assert {key: decisions[key]["tone"] for key in TONES} == TONES
    assert {key: decisions[key]["stage"] for key in STAGES} == STAGES
    assert all(decisions[key]["reasons"] for key in decisions)
    assert "help" in decisions["NL-0019"]["shows"]
    assert "tips" not in decisions["NL-0020"]["shows"]


def test_nothing_payable_and_nothing_in_dispute_is_asked_for(cycle: Ended) -> None:
    for key, row in cycle.links.items():
        if key == FORMAL:
            continue
        files = [cycle.artifact(key, name) for name in ("index.html", "email.html", "email.txt", "sms.txt", "push.txt")]
        leads = any(b"pay.northlight.example/p?" in data for data in files)
        assert (bool(row["pay_url"]), leads) == ((False, False) if key in NO_PAY else (True, True)), key
    assert "any days" not in cycle.artifact("NL-0009", "email.txt").decode()


def spoken_of(customer: Customer) -> Decimal:
    """Return what a customer reads as the amount: of the bill, or of all open bills where there are several."""
    if customer.key == SEVERAL:
        return sum((customer.outstanding(bill) for bill in customer.bills), Decimal(0))
    bill = customer.subject_bill
    assert bill is not None
    planned = bill.balance_forward if customer.flags.payment_plan is PlanState.KEPT else Decimal(0)
    return customer.outstanding(bill) - planned


def test_the_amount_stands_in_pdf_page_and_e_mail_alike(cycle: Ended) -> None:
    for key, customer in samples().items():
        if key == GONE:
            continue
        amount = format_decimal(abs(spoken_of(customer)), "#,##0.00", locale=cycle.manifest[key]["locale"])
        told = [pdf_text(cycle.artifact(key, "bill.pdf"))]
        if key != FORMAL:
            told += [page_text(cycle.artifact(key, "index.html")), cycle.artifact(key, "email.txt").decode()]
        for text in told:
            assert bare(amount) in bare(text), key


def test_links_lead_to_the_page_and_to_a_signed_request(cycle: Ended) -> None:
    options = load_campaign(CAMPAIGN).payment
    assert set(cycle.links) == set(samples()) - {GONE}
    for key, row in cycle.links.items():
        token = cycle.manifest[key]["token"]
        page = f"https://bills.northlight.example/2026-10/{token}/index.html"
        assert row["page_url"] == ("" if key == FORMAL else page)
        assert row["channel"] in ("email", "sms", "push", "post")
        assert datetime.fromisoformat(row["send_at"]) >= NOW
        assert row["subject"]
        assert len(row["short_text"]) <= 160
        if row["pay_url"]:
            request = verify_pay_link(row["pay_url"], options, KEYS, NOW)
            customer = samples()[key]
            assert request.amount.amount == spoken_of(customer), key
            told = dict(parse_qsl(urlsplit(row["pay_url"]).query))
            assert set(told) == {"r", "a", "c", "e", "v", "s"}  # request, amount, currency, expiry, version, seal
            assert re.fullmatch("[a-z2-7]{24}", told["r"])


def private(customer: Customer) -> set[str]:
    """Return what must appear in no log and no path: names, addresses, e-mail, phone, accounts, amounts."""
    found = {
        customer.name.given,
        customer.name.family,
        customer.name.company,
        customer.email or "",
        customer.phone or "",
    }
    if customer.address:
        found |= {*customer.address.lines, customer.address.city}
    for bill in customer.bills:
        found.add(str(bill.amount_payable))
        if bill.payee:
            found.add(bill.payee.account or "")
    return {text for text in found if len(text) > 3}


def assert_private(text: str) -> None:
    for key, customer in samples().items():
        for secret in private(customer):
            assert not re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", text), (key, secret)


def test_nothing_personal_is_printed_logged_or_in_a_path(cycle: Ended) -> None:
    log = (cycle.state / "run.log").read_text(encoding="utf-8")
    paths = "\n".join(str(path.relative_to(cycle.out)) for path in cycle.out.rglob("*"))
    assert "ends" in log
    assert len(paths.splitlines()) > 200
    for text in (cycle.said, log, paths, (cycle.state / "report.json").read_text(encoding="utf-8")):
        assert_private(text)
    for line in cycle.manifest.values():
        assert_private(json.dumps(line, ensure_ascii=False))
    assert not [key for key in samples() if key in paths]


def test_two_runs_into_two_folders_make_the_same_bytes(cycle: Ended, tmp_path: Path) -> None:
    again = render(SAMPLES, tmp_path / "out", "--limit", "8")
    assert again.code == 0, again.said

    def made(ended: Ended) -> dict[str, bytes]:
        folder = ended.out / "2026-10"
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
        }

    first, second = made(cycle), made(again)
    assert len(second) == 7 * len(FILES) + 1  # one is a formal notice
    assert [name for name in second if first[name] != second[name]] == []
    assert all(cycle.links[key] == row for key, row in again.links.items())


def test_a_bad_record_is_set_aside_with_place_and_mend_and_the_rest_is_made(tmp_path: Path) -> None:
    lines = SAMPLES.read_text(encoding="utf-8").splitlines()
    wrong = json.loads(lines[1])
    wrong["bills"][-1]["due_on"] = "31/02/2026"
    source = tmp_path / "customers.jsonl"
    source.write_text("\n".join([lines[0], json.dumps(wrong, ensure_ascii=False), "{broken"]), encoding="utf-8")
    ended = render(source, tmp_path / "out", "--channels", "message")
    assert ended.code == 3, ended.said
    aside = [json.loads(line) for line in (ended.state / "quarantine.jsonl").read_text("utf-8").splitlines()]
    assert [(one["status"], one["code"]) for one in aside] == [("quarantined", "I107"), ("quarantined", "I110")]
    assert aside[0]["key"] == wrong["key"]
    assert "customers.jsonl:2" in aside[0]["source"] + aside[0]["place"]
    assert all(one["fact"] and one["hint"] for one in aside)
    assert list(ended.links) == [json.loads(lines[0])["key"]]
    assert_private(ended.said + json.dumps(aside, ensure_ascii=False) + (ended.state / "run.log").read_text("utf-8"))


def test_a_broken_run_ends_with_1_and_says_what_to_do(tmp_path: Path) -> None:
    ended = render(tmp_path / "absent.jsonl", tmp_path / "out")
    assert ended.code == 1
    assert "I101" in ended.said
    assert "hint:" in ended.said
    assert "Traceback" not in ended.said
