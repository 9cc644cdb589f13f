"""Parquet: nested rows, exact amounts, nothing read that isn't right."""

import json
import sys
from datetime import date
from decimal import Decimal

import pytest

from engine.errors import IngestError, MissingPartError
from engine.ingest import IngestOptions, Read, read

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def parquet_of(tmp_path):
    def run(rows, schema=None, **options):
        path = tmp_path / "in.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
        return list(read([path], options=IngestOptions(**options)))

    return run


def test_nested_rows_become_customers(parquet_of, make_customer):
    items = parquet_of([make_customer("A"), make_customer("B")], batch_rows=1)
    assert [item.customer.key for item in items] == ["A", "B"]
    assert items[1].source.endswith("in.parquet:row 2")
    assert items[0].customer.bills[0].total == Decimal("12.20")


def test_decimals_dates_maps_and_nulls_arrive_as_they_are(parquet_of):
    schema = pa.schema([
        ("key", pa.string()), ("name", pa.struct([("given", pa.string()), ("family", pa.string())])),
        ("attributes", pa.map_(pa.string(), pa.string())),
        ("payments", pa.list_(pa.struct([("amount", pa.decimal128(20, 2)), ("paid_on", pa.date32())]))),
    ])  # fmt: skip
    row = {"key": "A", "name": {"given": "Ada", "family": None}, "attributes": [("app", "yes")],
           "payments": [{"amount": Decimal("123456789012345678.90").scaleb(-1).quantize(Decimal("0.01")),
                         "paid_on": date(2026, 11, 1)}]}  # fmt: skip
    items = parquet_of([row, {**row, "key": "B", "attributes": [], "payments": []}], schema)
    assert items[0].customer.attributes == {"app": "yes"}
    assert items[0].customer.payments[0].amount == Decimal("12345678901234567.89")
    assert items[1].customer.payments == ()


def test_binary_floating_point_is_refused_as_amount(parquet_of, make_customer, make_bill):
    (item,) = parquet_of([make_customer(bills=[make_bill(total=12.2)])])
    assert "bills[0].total" in item.problem.place
    assert "not exact" in item.problem.fact


def test_an_unknown_column_stops_the_run(parquet_of, make_customer):
    with pytest.raises(IngestError, match="I105") as caught:
        parquet_of([make_customer(emial="x")])
    assert "`email`" in caught.value.problem.hint


def test_a_bad_row_is_known_by_its_number(parquet_of, make_customer):
    good, bad = parquet_of([make_customer("A", kind="business"), make_customer("B", kind="houshold")])
    assert isinstance(good, Read)
    assert bad.problem.place.endswith("in.parquet:row 2 field `kind`")


def test_a_file_cut_short_stops_the_run(tmp_path, make_customer):
    path = tmp_path / "in.parquet"
    pq.write_table(pa.Table.from_pylist([make_customer()]), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(IngestError, match=r"I10[12]"):
        list(read([path]))


def test_without_pyarrow_the_install_line_is_given(tmp_path, monkeypatch):
    path = tmp_path / "in.parquet"
    path.write_bytes(b"PAR1" + json.dumps({}).encode())
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPartError) as caught:
        list(read([path]))
    assert caught.value.problem.hint == "pip install 'billcast[parquet]'"
