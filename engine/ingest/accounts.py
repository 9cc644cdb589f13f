"""Documents of one customer account joined into one customer with several bills.

Which document belongs to which account is kept in a SQLite file in a private temporary folder, so that
memory stays constant: the documents of one account at a time. Each document is read twice.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from engine.errors import Problem
from engine.ingest.item import IngestItem, IngestOptions, Read, SetAside
from engine.ingest.record import take
from engine.model.customer import Customer

_READ_ITEM = Callable[[Path], IngestItem]


def join_by_account(files: Iterator[Path], read_item: _READ_ITEM, options: IngestOptions) -> Iterator[IngestItem]:
    """Yield what can't be read, then a customer for each account, by account.

    The account is what the supplier's system calls the customer (attribute `account`); a document
    without one stands alone. The newest document says who the customer is.
    """
    with tempfile.TemporaryDirectory(prefix="billcast-ingest-", dir=options.scratch_dir) as folder:
        base = sqlite3.connect(Path(folder) / "accounts.sqlite", isolation_level=None)
        try:
            base.execute("PRAGMA journal_mode = OFF")
            base.execute("CREATE TABLE documents (account TEXT, issued TEXT, path TEXT)")
            base.execute("BEGIN")
            for path in files:
                item = read_item(path)
                if isinstance(item, SetAside):
                    yield item
                else:
                    customer = item.customer
                    entry = (_account(customer), customer.bills[0].issued_on.isoformat(), str(path))
                    base.execute("INSERT INTO documents VALUES (?, ?, ?)", entry)
            rows = base.execute("SELECT account, path FROM documents ORDER BY account, issued, path")
            for account, group in groupby(rows, key=lambda row: str(row[0])):
                yield _join(account, [read_item(Path(path)) for _, path in group], options)
        finally:
            base.close()


def _account(customer: Customer) -> str:
    return customer.attributes.get("account") or customer.key


def _join(account: str, items: list[IngestItem], options: IngestOptions) -> IngestItem:
    """Return the customer of documents in order of issue."""
    read = [item for item in items if isinstance(item, Read)]
    if len(read) < len(items):  # a file changed between the two readings
        return next(item for item in items if isinstance(item, SetAside))
    source = read[-1].source
    record: dict[str, Any] = read[-1].customer.model_dump()
    bills = [bill.model_dump() for item in read for bill in item.customer.bills]
    if len({bill["number"] for bill in bills}) < len(bills):
        fact = "two documents of the account bear the same number"
        return SetAside(source, account, Problem("I113", fact, source, "leave one of them out"))
    record |= {"key": account, "bills": bills}
    record |= {"supply_points": _points(read), "consumption": _consumption(read)}
    joined = take(record, source, options)
    if isinstance(joined, SetAside):
        return joined
    return Read(source, joined.customer, tuple(warning for item in read for warning in item.warnings))


def _points(read: list[Read]) -> list[dict[str, Any]]:
    points = {point.code: point.model_dump() for item in read for point in item.customer.supply_points}
    return list(points.values())


def _consumption(read: list[Read]) -> list[dict[str, Any]]:
    """Return consumption by supply point: readings of all documents, the rest from the newest."""
    merged: dict[str, dict[str, Any]] = {}
    for item in read:
        for used in item.customer.consumption:
            before = merged.get(used.supply_point, {}).get("readings", ())
            merged[used.supply_point] = used.model_dump()
            merged[used.supply_point]["readings"] = (*before, *merged[used.supply_point]["readings"])
    return list(merged.values())
