"""Formats told by content, several inputs in one stream, inputs that can't be read."""

import json

import pytest

from engine.errors import IngestError
from engine.ingest import Read, read
from engine.ingest.source import recognise


@pytest.mark.parametrize(
    ("name", "data", "format_"),
    [
        ("a", b'{"key": 1}', "jsonl"), ("a", b"\xef\xbb\xbf \n{", "jsonl"), ("a.jsonl", b"\xff", "jsonl"),
        ("a", b"", "jsonl"),
        ("a.jsonl", b"PAR1", "parquet"), ("a.txt", b"<?xml", "ubl"), ("a.xml", b"\xff\xfe", "ubl"),
        ("customers.csv", b"key", "csv"),
    ],
)  # fmt: skip
def test_a_file_is_recognised_by_its_content(tmp_path, name, data, format_):
    (tmp_path / name).write_bytes(data)
    assert recognise(tmp_path / name) == format_


@pytest.mark.parametrize(
    ("name", "format_"),
    [("customers.csv", "csv"), ("deep/a.xml", "ubl"), ("a.parquet", "parquet"), ("a.jsonl", "jsonl")],
)
def test_a_folder_is_recognised_by_its_files(tmp_path, name, format_):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert recognise(tmp_path) == format_


@pytest.mark.parametrize(
    ("data", "said"), [(b"[{}]", "jq"), (b"%PDF", "not recognised"), ('{"key"'.encode("utf-16"), "UTF-16")]
)
def test_another_format_stops_the_run_with_a_hint(tmp_path, data, said):
    (tmp_path / "in").write_bytes(data)
    with pytest.raises(IngestError, match="I102") as caught:
        read([tmp_path / "in"])
    assert said in str(caught.value)


def test_an_empty_folder_stops_the_run(tmp_path):
    with pytest.raises(IngestError, match="I102"):
        read([tmp_path])


def test_a_format_that_does_not_exist_is_named_with_the_nearest(tmp_path):
    with pytest.raises(IngestError) as caught:
        read([tmp_path], format="parket")
    assert "`parquet`" in caught.value.problem.hint


def test_a_folder_of_json_lines_is_read_in_order_of_names(tmp_path, make_customer):
    for name in ("b", "a"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(make_customer(name)))
    items = list(read([tmp_path]))
    assert all(isinstance(item, Read) for item in items)
    assert [item.customer.key for item in items] == ["a", "b"]
