"""docs/ingest.md says what the code does: every code, option, file, format; its example runs."""

import re
from pathlib import Path

import pytest

from engine.errors import CODES
from engine.ingest import IngestOptions
from engine.ingest.csv_set import _FILES
from engine.ingest.source import FORMATS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "ingest.md").read_text("utf-8")


@pytest.mark.parametrize("code", [code for code in CODES if code.startswith("I")])
def test_every_code_has_its_row(code):
    assert f"| {code} |" in PAGE


def test_every_option_has_its_row_and_no_other_does():
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.split("## Options")[1].split("## Memory")[0], re.MULTILINE)
    assert rows == list(IngestOptions.model_fields)


def test_every_format_and_file_is_named():
    for name in (*FORMATS, "customers.csv", *(file.name for file in _FILES)):
        assert f"`{name}`" in PAGE


def test_the_example_runs(monkeypatch, capsys):
    if not (ROOT / "samples" / "customers.jsonl").is_file():
        pytest.skip("the samples are not there")
    monkeypatch.chdir(ROOT)
    exec(compile(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0], "docs/ingest.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 24
    assert lines[0].startswith("samples/customers.jsonl:1 ")


def test_the_samples_are_the_same_customers_in_all_formats():
    from engine.ingest import Read, read

    folder = ROOT / "samples"
    read_as = [
        [item.customer if isinstance(item, Read) else item for item in read([folder / name])]
        for name in ("customers.jsonl", "customers.parquet", "csv")
    ]
    assert read_as[0] == read_as[1] == read_as[2]
    assert len(read_as[0]) >= 24
