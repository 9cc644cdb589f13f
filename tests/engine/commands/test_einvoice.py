"""`billcast einvoice check`: files and records against the official rules."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pypdfium2
import pytest
from typer.testing import CliRunner, Result

from engine.commands import app
from engine.einvoice.carrier import invoice_of_pdf
from engine.errors import Problem
from tests.engine.einvoice.invoices import SELLER, make_bill, make_customer, make_xml

ROOT = Path(__file__).parents[3]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["einvoice", "check", *(str(argument) for argument in arguments)])


def make_pdf(path: Path, name: str, data: bytes) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(9, 9)
    document.new_attachment(name).set_data(data)
    document.save(str(path))
    document.close()


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("campaign.toml", "brand", "texts"):
        source = ROOT / "templates/bill-explainer" / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, folder / name)
    return folder


def records(path: Path, *bills: object) -> Path:
    lines = []
    for number, bill in enumerate(bills):
        customer = make_customer(key=f"C-{number}").model_dump(mode="json", exclude_defaults=True)
        lines.append(json.dumps(customer | {"bills": [bill.model_dump(mode="json", exclude_defaults=True)]}))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_valid_files_of_a_folder_are_counted(tmp_path):
    (tmp_path / "a.xml").write_bytes(make_xml())
    (tmp_path / "notes.txt").write_text("no invoice")
    make_pdf(tmp_path / "b.pdf", "factur-x.xml", make_xml())
    result = run(tmp_path)
    assert (result.exit_code, result.output) == (0, "2 valid\n")


def test_a_broken_rule_is_named_with_its_place_and_without_figures(tmp_path):
    path = tmp_path / "a.xml"
    path.write_bytes(make_xml().replace(b"<ram:GrandTotalAmount>122.00", b"<ram:GrandTotalAmount>123.00"))
    result = run(path)
    assert result.exit_code == 1
    assert f"R136 {path} " in result.output
    assert "BR-CO-15" in result.output
    assert "123.00" not in result.output
    assert result.output.endswith("0 valid, 1 R136\n")


def test_pdfs_without_an_invoice_are_told(tmp_path):
    make_pdf(tmp_path / "a.pdf", "rates.csv", b"1;2")
    (tmp_path / "b.pdf").write_bytes(b"no PDF")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert result.output.count("R137 ") == 2


def test_a_pdf_without_any_file_is_no_broken_invoice(tmp_path):
    document = pypdfium2.PdfDocument.new()
    document.new_page(9, 9)
    document.save(str(tmp_path / "reminder.pdf"))
    document.close()
    make_pdf(tmp_path / "bill.pdf", "factur-x.xml", make_xml())
    result = run(tmp_path)
    assert result.exit_code == 3
    assert result.output.endswith("1 valid, 1 R130\n")


def test_the_invoice_of_a_pdf_is_found_under_the_names_of_its_kin(tmp_path):
    make_pdf(tmp_path / "a.pdf", "xrechnung.xml", b"<a/>")
    assert invoice_of_pdf((tmp_path / "a.pdf").read_bytes(), "a.pdf") == b"<a/>"
    assert isinstance(invoice_of_pdf(b"%PDF", "b.pdf"), Problem)


def test_a_path_that_is_not_there_is_told(tmp_path):
    result = run(tmp_path / "absent.xml")
    assert result.exit_code == 1
    assert "R137" in result.output


def test_an_empty_folder_is_not_all_well(tmp_path):
    assert run(tmp_path).exit_code == 1


def test_records_are_checked_by_the_invoices_made_of_them(tmp_path, campaign):
    path = records(tmp_path / "in.jsonl", make_bill(), make_bill(kind="credit_note"))
    result = run(path, "--campaign", campaign)
    assert (result.exit_code, result.output) == (0, "2 valid\n")


def test_a_reminder_needs_no_invoice(tmp_path, campaign):
    path = records(tmp_path / "in.jsonl", make_bill(), make_bill(kind="statement"))
    result = run(path, "--campaign", campaign)
    assert result.exit_code == 0
    assert result.output.endswith("1 valid, 1 R130\n")


def test_records_that_lack_something_end_with_3_and_contradictions_with_1(tmp_path, campaign):
    lacking = records(tmp_path / "a.jsonl", make_bill(due_on=None), make_bill())
    result = run(lacking, "--campaign", campaign)
    assert result.exit_code == 3
    assert f"R133 {lacking}:1" in result.output
    wrong = records(tmp_path / "b.jsonl", make_bill(taxes=[{"rate_percent": "10", "amount": "22.00"}]))
    assert run(wrong, "--campaign", campaign).exit_code == 1


def test_a_record_that_can_t_be_read_is_told_as_in_a_run(tmp_path, campaign):
    path = tmp_path / "in.jsonl"
    path.write_text('{"key": "A"}\n')
    result = run(path, "--campaign", campaign)
    assert result.exit_code == 1
    assert "I106" in result.output


def test_many_problems_are_counted_but_told_of_twenty_only(tmp_path, campaign):
    path = records(tmp_path / "in.jsonl", *(make_bill(seller=SELLER | {"vat_id": None}) for _ in range(25)))
    result = run(path, "--campaign", campaign)
    assert result.output.count("R131 /") == 20
    assert result.output.endswith("0 valid, 25 R131\n")
