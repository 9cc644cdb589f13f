"""What a run rests on, told by digests."""

from __future__ import annotations

import pytest

from engine.batch.fingerprint import folder_digest, input_fingerprint, program_digest
from engine.errors import IngestError


def test_the_same_input_has_the_same_fingerprint(tmp_path):
    (tmp_path / "a.jsonl").write_text("{}\n{}\n")
    first = input_fingerprint([tmp_path / "a.jsonl"])
    assert first == input_fingerprint([tmp_path / "a.jsonl"])
    (tmp_path / "a.jsonl").write_text("{}\n{ }\n")
    assert input_fingerprint([tmp_path / "a.jsonl"]).digest != first.digest


@pytest.mark.parametrize(
    ("name", "text", "records"),
    [
        ("a.jsonl", "{}\n{}\n{}", 3),
        ("customers.csv", "key\nA\nB\n", 2),
        ("bill.xml", "<Invoice/>", 1),
        ("a.parquet", "PAR1", None),
    ],
)
def test_the_number_of_records_is_told_where_it_is_cheap(tmp_path, name, text, records):
    (tmp_path / name).write_text(text)
    assert input_fingerprint([tmp_path / name]).records == records
    assert input_fingerprint([tmp_path]).records == records


def test_a_missing_input_is_an_error(tmp_path):
    with pytest.raises(IngestError) as raised:
        input_fingerprint([tmp_path / "none.jsonl"])
    assert raised.value.problem.code == "I101"


def test_a_campaign_changes_with_any_file_but_hidden_ones(tmp_path):
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf/bill.html.j2").write_text("one")
    first = folder_digest(tmp_path)
    (tmp_path / ".editor").write_text("swap")
    assert folder_digest(tmp_path) == first
    (tmp_path / "pdf/bill.html.j2").write_text("two")
    assert folder_digest(tmp_path) != first


def test_a_file_moved_is_a_change(tmp_path):
    (tmp_path / "a").write_text("x")
    first = folder_digest(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert folder_digest(tmp_path) != first


def test_the_program_has_one_digest():
    assert len(program_digest()) == 64
    assert program_digest() == program_digest()
