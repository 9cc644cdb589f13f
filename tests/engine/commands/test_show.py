"""`billcast show`: the timeline at a screen, with nothing personal unless it is asked for, and as a private file."""

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.commands import app
from engine.errors import IngestError
from engine.model.customer import Customer

SAMPLES = Path(__file__).parents[3] / "samples" / "customers.jsonl"
NOW = "2026-11-06T08:00:00Z"
CUSTOMERS = {c.key: c for c in map(Customer.model_validate_json, SAMPLES.read_text(encoding="utf-8").splitlines())}


def show(key: str, *more: str) -> str:
    ended = CliRunner().invoke(app, ["show", key, str(SAMPLES), "--now", NOW, *more], env={"COLUMNS": "80"})
    if ended.exception and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    assert ended.exit_code == 0, ended.output
    return ended.output


@pytest.mark.parametrize("key", sorted(CUSTOMERS))
def test_nothing_personal_is_printed_unasked(key: str) -> None:
    said = show(key)
    customer = CUSTOMERS[key]
    secrets = {customer.name.given, customer.name.family, customer.name.company, customer.email, customer.phone}
    secrets |= {*customer.address.lines, customer.address.city} if customer.address else set()
    secrets |= {str(bill.amount_payable) for bill in customer.bills if bill.amount_payable}
    secrets |= {contact.note for contact in customer.interactions} | {"vulnerable", "deceased"}

    assert not [secret for secret in secrets if secret and secret in said]


def test_the_whole_fits_80_columns_and_parts_past_from_future() -> None:
    for more in ((), ("--full",)):
        lines = show("NL-0014", *more).splitlines()
        assert max(map(len, lines)) <= 80
        days = [line[:10] for line in lines if line[:2] == "20"]
        assert days == sorted(days)
        assert any(line.startswith("2026-11-06") and "today" in line for line in lines)


def test_full_shows_name_amounts_and_notes() -> None:
    said = show("NL-0024", "--full")
    for secret in ("Niamh Byrne", "7 Strand Road", "146.79 EUR", "390.49 EUR"):
        assert secret in said
    assert "meter was exchanged" in " ".join(show("NL-0025", "--full").split())


def test_the_balance_is_said_in_a_word_where_amounts_are_hidden() -> None:
    lines = show("NL-0013").splitlines()
    assert [line.split()[-1] for line in lines if "Payment" in line] == ["settled", "settled"]
    assert next(line for line in lines if "2026-09-30" in line).endswith("open")


def test_what_is_open_is_counted() -> None:
    assert "1 thing past the day (bold), 0 promises to keep, 0 disputes" in " ".join(show("NL-0013").split())
    assert "3 promises to keep" in " ".join(show("NL-0014").split())
    assert "1 dispute" in " ".join(show("NL-0025").split())


def test_the_file_for_other_departments_is_private_and_holds_record_and_timeline(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    said = show("NL-0024", "--json", str(path))
    whole = json.loads(path.read_text(encoding="utf-8"))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Customer.model_validate_json(json.dumps(whole["customer"])) == CUSTOMERS["NL-0024"]
    assert whole["timeline"][-1]["balance"] == "390.49"
    assert "390.49" not in said


def test_a_key_that_nobody_bears_is_said() -> None:
    with pytest.raises(IngestError, match="I120"):
        show("NL-9999")


STARTER = str(Path(__file__).parents[3] / "templates" / "bill-explainer")


def test_with_a_policy_it_says_how_old_what_is_owed_is(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    said = show("NL-0024", "--campaign", STARTER, "--json", str(path))
    (statement,) = json.loads(path.read_text(encoding="utf-8"))["statements"]

    assert "EUR, asked for, by days late: not due, 0-30, 31-60" in " ".join(said.split())
    assert "146.58" not in said
    assert statement["overdue"] == "243.91"
    assert [item["number"] for item in statement["items"]] == ["2026-08-002734", "2026-09-003734", "2026-10-004734"]
    assert (statement["items"][0]["owed"], statement["items"][0]["settled"]) == ("146.79", "40.00")


def test_with_a_policy_and_full_it_says_the_amounts_what_is_contested_apart() -> None:
    words = " ".join(show("NL-0024", "--campaign", STARTER, "--full").split())
    assert "not due 146.58 0-30 137.12 31-60 106.79" in words
    assert "in dispute 175.52" in " ".join(show("NL-0025", "--campaign", STARTER, "--full").split())
