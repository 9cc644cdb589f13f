"""Lines handed on unread: the same items in the end, whoever looks into them."""

import json

import pytest

from engine.ingest import IngestOptions, Read, SetAside, Unread, look_into, read, scan

OPTIONS = IngestOptions()


def write(path, *lines, head=b""):
    path.write_bytes(head + b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines))
    return path


def looked_into(items):
    return [look_into(item, OPTIONS) if isinstance(item, Unread) else item for item in items]


def test_a_line_that_shows_its_key_is_handed_on_unread(tmp_path, make_customer):
    path = write(tmp_path / "a.jsonl", make_customer(" A "), {"name": {"given": "Ada"}, "key": "B\u00e9"})
    first, second = scan([path])
    assert (first.key, first.source) == ("A", f"{path}:1")
    assert second.key == "Bé"
    assert isinstance(first, Unread)
    assert "Ada" not in repr(first)


@pytest.mark.parametrize(
    "line",
    [b"{", b"[1]", b'{"key": 1}', b'{"key": ""}', b'{"key": "\xff"}', b'{"name": {"given": "no key"}}', b"null"],
)
def test_a_line_that_shows_no_key_is_set_aside_at_once(tmp_path, line):
    (item,) = scan([write(tmp_path / "a.jsonl", line)])
    assert isinstance(item, SetAside)


def test_looked_into_it_is_what_read_gives(tmp_path, make_customer, make_bill):
    path = write(
        tmp_path / "a.jsonl", make_customer("A"), b"{broken", make_customer("B", kind="?"), make_customer("A"),
        make_customer("C", bills=[make_bill(total="1.00")]), b'{"key": "D", "key": "E"}', make_customer("F\u0001"),
        make_customer("G", name={"given": "Ada\u0001"}), make_customer("B"),
    )  # fmt: skip
    assert looked_into(scan([path])) == list(read([path]))


def test_a_key_is_free_while_only_unsound_records_bore_it(tmp_path, make_customer):
    lines = [make_customer("A", kind="?"), make_customer("A"), make_customer("A"), make_customer("A", kind="?")]
    items = list(read([write(tmp_path / "a.jsonl", *lines)]))
    assert [type(item) for item in items] == [SetAside, Read, SetAside, SetAside]
    assert [item.problem.code for item in items if isinstance(item, SetAside)] == ["I104", "I113", "I104"]


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf"])
def test_an_earlier_record_is_found_again_in_any_file(tmp_path, make_customer, head):
    empty = write(tmp_path / "0.jsonl")
    bad = make_customer("B", kind="?")
    first = write(tmp_path / "1.jsonl", make_customer("A"), b"", bad, make_customer("C"), head=head)
    second = write(tmp_path / "2.jsonl", bad, make_customer("C"), make_customer("B"), make_customer("A"), head=head)
    last = write(tmp_path / "3.jsonl", make_customer("B"))
    items = list(read([empty, first, second, last]))
    assert [(item.problem.code if isinstance(item, SetAside) else item.customer.key) for item in items] == [
        "A", "I104", "C", "I104", "I113", "B", "I113", "I113",
    ]  # fmt: skip


def test_a_text_that_only_looks_like_the_key_blocks_nobody(tmp_path, make_customer):
    doubled = json.dumps(make_customer("A")).replace("{", '{"key": "B", ', 1).encode()  # two keys: unsound
    items = list(read([write(tmp_path / "a.jsonl", doubled, make_customer("B"), make_customer("A"))]))
    assert [type(item) for item in items] == [SetAside, Read, Read]


def test_keys_are_told_apart_across_formats(tmp_path, make_customer):
    pytest.importorskip("pyarrow")
    import pyarrow as pa
    from pyarrow import parquet

    rows = tmp_path / "a.parquet"
    parquet.write_table(pa.Table.from_pylist([{"key": "A", "name": {"given": "Ada"}}]), rows)
    lines = write(tmp_path / "a.jsonl", make_customer("A"), make_customer("B"))
    for inputs, expected in (([rows, lines], [Read, SetAside, Read]), ([lines, rows], [Read, Read, SetAside])):
        assert [type(item) for item in read(inputs)] == expected
