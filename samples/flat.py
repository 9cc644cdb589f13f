"""Sample customers as the flat rows of a CSV set. The layout stands in README.md."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from billing import Row

CONSENTS = ("email", "sms", "push", "post", "phone", "offers", "analytics")
FLAGS = ("vulnerable", "disputed", "deceased", "paperless", "payment_plan", "legal_hold")
PLACE = ("address.postal_code", "address.city", "address.region", "address.country")
DEALINGS = ("payments", "interactions", "documents", "promises", "disputes", "tasks")
SPAN = ("period.start", "period.end")

COLUMNS: dict[str, tuple[str, ...]] = {
    "customers": (
        "key", "kind", "name.given", "name.family", "name.company", "name.salutation",
        *(f"address.lines.{place}" for place in range(1, 5)), *PLACE,
        "email", "phone", "locale", "time_zone", "preferred_channel",
        *(f"consents.{name}" for name in CONSENTS), *(f"flags.{name}" for name in FLAGS),
        "opened_on", "payment_method",
    ),
    "supply_points": (
        "customer", "code", "commodity", "meter", "tariff", "contract_end",
        "address.lines.1", "address.lines.2", *PLACE,
    ),
    "bills": (
        "customer", "number", "kind", "issued_on", "due_on", *SPAN, "currency", "rounding", "total", "prepaid",
        "balance_forward", "amount_payable", "dunning_stage", "is_disputed", "is_estimated", "payee.name",
        "payee.account", "payee.is_iban", "payee.bic", "payee.reference", "payee.other_accounts", "supply_points",
        "note", "original_number",
    ),
    "charges": (
        "customer", "bill", "category", "label", "quantity", "unit", "unit_price", "amount", "supply_point", *SPAN,
        "rate_percent", "base", "tax_rate_percent",
    ),
    "consumption": (
        "customer", "supply_point", "commodity", "unit", "row", *SPAN, "quantity", "is_estimated", "meter",
        "register_name", "previous", "latest", "method", "previous_method", "year_before", "similar_homes",
    ),
    "payments": ("customer", "amount", "paid_on", "bill_number", "method"),
    "interactions": (
        "customer", "kind", "at", "channel", "bill_number", "amount", "due_on", "done", "note", "stage", "reference",
    ),
    "documents": ("customer", "kind", "at", "direction", "channel", "name", "reference", "bill_number"),
    "promises": ("customer", "made_on", "due_on", "amount", "bill_number", "plan", "kept", "channel"),
    "disputes": ("customer", "bill_number", "opened_on", "closed_on", "amount", "outcome", "note"),
    "tasks": ("customer", "kind", "id", "owner", "state", "opened_at", "due_on", "done_at", "bill_number", "note"),
}  # fmt: skip


def flatten(record: Row, path: str = "") -> dict[str, str]:
    """Return `record` with one level: a dotted path for each value; lists of words count from 1."""
    flat: dict[str, str] = {}
    for name, value in record.items():
        here = f"{path}{name}"
        if isinstance(value, dict):
            flat.update(flatten(value, f"{here}."))
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            flat.update({f"{here}.{place}": item for place, item in enumerate(value, 1)})
        elif isinstance(value, bool):
            flat[here] = "true" if value else "false"
        elif not isinstance(value, list):
            flat[here] = str(value)
    return flat


def tables(rows: list[Row]) -> Iterator[tuple[str, tuple[str, ...], list[dict[str, str]]]]:
    """Yield each table's name, columns and rows."""
    attributes = sorted({f"attributes.{name}" for row in rows for name in row.get("attributes", {})})
    customers = [flatten({**row, "supply_points": [{}]}) for row in rows]
    yield "customers", (*COLUMNS["customers"], *attributes), customers
    for name, make in (
        ("supply_points", lambda row: map(flatten, row.get("supply_points", ()))),
        ("bills", lambda row: map(_bill, row["bills"])),
        ("charges", _charges),
        ("consumption", _consumption),
        *((table, _rows_of(table)) for table in DEALINGS),
    ):
        yield name, COLUMNS[name], [{"customer": row["key"], **flat} for row in rows for flat in make(row)]


def _rows_of(table: str) -> Callable[[Row], Iterator[dict[str, str]]]:
    return lambda row: map(flatten, row.get(table, ()))


def _bill(bill: Row) -> dict[str, str]:
    scalars = {name: value for name, value in bill.items() if name != "supply_points"}
    return {**flatten(scalars), "supply_points": " ".join(bill.get("supply_points", ()))}


def _charges(row: Row) -> Iterator[dict[str, str]]:
    for bill in row["bills"]:
        at = {"bill": bill["number"]}
        yield from (at | flatten(line) for line in bill.get("lines", ()))
        yield from (at | {"category": "allowance"} | flatten(part) for part in bill.get("allowances", ()))
        yield from (at | {"category": "tax"} | flatten(tax) for tax in bill.get("taxes", ()))


def _consumption(row: Row) -> Iterator[dict[str, str]]:
    for use in row.get("consumption", ()):
        at = {name: use[name] for name in ("supply_point", "commodity", "unit")}
        yield at | {"row": "total"} | flatten(use)
        yield from (at | {"row": "reading"} | flatten(reading) for reading in use["readings"])
        yield from (at | {"row": "series"} | flatten(point) for point in use["series"])


def write(rows: list[Row], folder: Path) -> None:
    """Write one CSV file a table into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns, records in tables(rows):
        _write(folder / f"{name}.csv", columns, records)


def _write(path: Path, columns: tuple[str, ...], records: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")  # an unknown field is an error
        writer.writeheader()
        writer.writerows(records)
