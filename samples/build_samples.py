"""Make customers.jsonl, csv/, customers.parquet and credit.jsonl from the rosters: the same content every time.

python samples/build_samples.py [FOLDER]
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import flat
from billing import Row
from dealings import with_dealings
from pasts import with_past

from engine.model.customer import Customer

ROSTERS = (
    "roster_italy",
    "roster_france",
    "roster_romania",
    "roster_baltic",
    "roster_islands",
    "roster_elsewhere",
)
# The first four lines are what a demo shows: a usual bill, a credit, help with a plan, a last reminder.
SHOWN_FIRST = ("NL-0001", "NL-0008", "NL-0013", "NL-0020")


def customers() -> list[Row]:
    """Return all sample customers in order of key, but for the first four, each checked against the data model."""
    rows = [with_past(with_dealings(make())) for name in ROSTERS for make in importlib.import_module(name).CUSTOMERS]
    for row in rows:
        Customer.model_validate_json(json.dumps(row))
    return sorted(rows, key=lambda row: (row["key"] not in SHOWN_FIRST, str(row["key"])))


def credit_customers() -> list[Row]:
    """Return the cast for credit management, each checked against the data model."""
    rows = [make() for make in importlib.import_module("roster_credit").CUSTOMERS]
    for row in rows:
        Customer.model_validate_json(json.dumps(row))
    return rows


def write_jsonl(rows: list[Row], path: Path) -> None:
    """Write one customer a line."""
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_parquet(rows: list[Row], path: Path) -> None:
    """Write the customers nested, one a row; a field that a record lacks is null, attributes are a map."""
    import pyarrow as pa  # heavy, and only this file needs it
    import pyarrow.parquet as pq

    columns = {name: pa.array([row.get(name) for row in rows]) for name in _fields(rows)}  # all rows shape the type
    attributes = [list(row.get("attributes", {}).items()) for row in rows]
    columns["attributes"] = pa.array(attributes, pa.map_(pa.string(), pa.string()))
    pq.write_table(pa.table(columns), path, compression="zstd")


def _fields(rows: list[Row]) -> list[str]:
    """Return the fields that any record has, in order of first appearance."""
    return list(dict.fromkeys(name for row in rows for name in row))


def main() -> None:
    """Write all sample files into the folder given, by default the one of this script."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    rows = customers()
    write_jsonl(rows, folder / "customers.jsonl")
    flat.write(rows, folder / "csv")
    write_parquet(rows, folder / "customers.parquet")
    write_jsonl(credit_customers(), folder / "credit.jsonl")
    print(f"{len(rows)} customers in {folder}")


if __name__ == "__main__":
    main()
