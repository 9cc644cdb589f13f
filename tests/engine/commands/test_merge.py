"""`billcast merge`: files written, private ones private, and nothing personal said."""

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from engine.commands import app
from engine.errors import IngestError
from engine.ingest import Read, read

SAMPLES = Path(__file__).parents[3] / "samples"


def merge(*words: object) -> Result:
    ended = CliRunner().invoke(app, ["merge", *map(str, words)])
    if ended.exception and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return ended


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def customers(*paths: Path) -> list:
    return [item.customer for item in read(paths) if isinstance(item, Read)]


@pytest.mark.parametrize("source", ["customers.jsonl", "csv", "customers.parquet"])
def test_one_source_merged_with_itself_is_the_same(tmp_path: Path, source: str) -> None:
    out = tmp_path / "out.jsonl"
    ended = merge(SAMPLES / source, f"again={SAMPLES / 'customers.jsonl'}", "--out", out, "--conflicts", tmp_path / "c")

    assert ended.exit_code == 0, ended.output
    assert customers(out) == customers(SAMPLES / source)
    assert lines(tmp_path / "c") == []


def test_provenance_and_conflicts_are_private_and_no_value_is_printed(tmp_path: Path) -> None:
    other = {"key": "NL-0024", "name": {"family": "Byrne-Walsh"}, "email": "secret@mail.example"}
    (tmp_path / "crm.jsonl").write_text(json.dumps(other) + "\n", encoding="utf-8")
    out, provenance, conflicts = (tmp_path / name for name in ("out.jsonl", "provenance", "conflicts"))
    ended = merge(SAMPLES / "customers.jsonl", tmp_path / "crm.jsonl", "--out", out, "--provenance", provenance,
                  "--conflicts", conflicts)  # fmt: skip

    assert ended.exit_code == 0
    assert {(row["key"], row["field"]) for row in lines(conflicts)} == {("NL-0024", "name"), ("NL-0024", "email")}
    assert "secret@mail.example" in conflicts.read_text(encoding="utf-8")
    fields = {row["key"]: row["fields"] for row in lines(provenance)}["NL-0024"]
    assert fields["email"]["source"] == "customers"
    assert fields["bills[2026-10-004734]"]["place"].endswith("customers.jsonl:24")
    assert "sources differ in 2 fields: email 1, name 1" in ended.output
    for secret in ("secret", "Byrne", "146.79"):
        assert secret not in ended.output
        assert secret not in provenance.read_text(encoding="utf-8")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (out, provenance, conflicts)} == {0o600}


def test_what_could_not_be_used_is_written_down_and_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "crm.jsonl").write_text('{"key": "X-1", "name": {"family": "No"}}\n{"key": "NL-0001", "name": 7}\n')
    out = tmp_path / "out.jsonl"
    ended = merge(f"b={SAMPLES / 'customers.jsonl'}", f"crm={tmp_path / 'crm.jsonl'}", "--out", out)
    rows = lines(tmp_path / "out.jsonl.rejects.jsonl")

    assert ended.exit_code == 3
    assert [(row["key"], row["source"], row["code"], row["customer_held_back"]) for row in rows] == [
        ("NL-0001", "crm", "I104", True), ("X-1", "crm", "I122", False),
    ]  # fmt: skip
    assert len(customers(out)) == 31
    assert "1 customer held back" in ended.output


def test_with_a_declaration_every_source_needs_its_name(tmp_path: Path) -> None:
    (tmp_path / "merge.toml").write_text('[[source]]\nname = "billing"\n')
    with pytest.raises(IngestError, match="NAME=PATH"):
        merge(SAMPLES / "customers.jsonl", "--mapping", tmp_path / "merge.toml", "--out", tmp_path / "out.jsonl")


def test_half_a_surrogate_pair_in_a_source_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "merge.toml").write_text(
        '[[source]]\nname = "billing"\n[[source]]\nname = "crm"\nrows = "customers"\n[wins]\nemail = ["crm"]\n'
    )
    rows = (
        r'{"key": "NL-0001", "email": "\ud800@x"}', r'{"key": "NL-0002", "\ud800": "x"}', r'{"key": "\ud800"}',
        r'{"key": "NL-0003", "phone": "\ud800"}',
    )  # fmt: skip
    (tmp_path / "crm.jsonl").write_text("\n".join(rows), encoding="utf-8")
    out, conflicts = tmp_path / "out.jsonl", tmp_path / "conflicts"
    ended = merge(f"billing={SAMPLES / 'customers.jsonl'}", f"crm={tmp_path / 'crm.jsonl'}", "--out", out,
                  "--mapping", tmp_path / "merge.toml", "--conflicts", conflicts)  # fmt: skip

    assert ended.exit_code == 3
    assert [(row["key"], row["code"]) for row in lines(tmp_path / "out.jsonl.rejects.jsonl")] == [
        ("NL-0001", "I114"), ("NL-0002", "I105"), ("", "I106"),
    ]  # fmt: skip
    assert [row["key"] for row in lines(conflicts)] == ["NL-0003"]
    assert len(customers(out)) == 30
