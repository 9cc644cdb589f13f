"""A folder of CSV files joined by customer key: customers, bills, charges, consumption and more.

customers.csv is streamed; the rows of the other files are found in a temporary index on disk, so
that they may stand in any order and memory stays constant. A fault in any row of a customer sets the
customer aside: a bill must not lose a line, nor a payment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from engine.errors import IngestError, Problem, nearest
from engine.ingest.columns import BadCellError, Column, columns_of, record_of_row
from engine.ingest.item import IngestItem, IngestOptions, SetAside
from engine.ingest.record import take
from engine.ingest.rows import Row, RowFile
from engine.ingest.scratch import Scratch
from engine.model.bill import Bill, ChargeLine, Tax
from engine.model.consumption import Consumption, MeterReading, UsagePoint
from engine.model.customer import Customer, Interaction, Payment, SupplyPoint
from engine.model.dealings import Dispute, Document, Promise, TaskRecord

_JOIN = "customer"


@dataclass(slots=True)
class _Draft:
    """A customer's record while its rows are joined, and where each part came from."""

    record: dict[str, Any]
    origins: dict[tuple[int | str, ...], str] = field(default_factory=dict)
    problem: Problem | None = None

    def refuse(self, code: str, fact: str, place: str, hint: str) -> None:
        self.problem = self.problem or Problem(code, fact, place, hint)

    def append(self, name: str, part: dict[str, Any], source: str) -> None:
        parts = self.record.setdefault(name, [])
        self.origins[(name, len(parts))] = source
        parts.append(part)


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    columns: dict[str, Column]
    needed: tuple[str, ...]
    add: Callable[[_Draft, dict[str, Any], str], None]
    is_needed: bool = False


def _adds_to(name: str) -> Callable[[_Draft, dict[str, Any], str], None]:
    def add(draft: _Draft, part: dict[str, Any], source: str) -> None:
        draft.append(name, part, source)

    return add


def _add_charge(draft: _Draft, part: dict[str, Any], source: str) -> None:
    number = part.pop("bill", None)
    bills = draft.record.get("bills", [])
    index = next((at for at, bill in enumerate(bills) if bill.get("number") == number), None)
    if index is None:
        close = nearest(str(number), [str(bill.get("number")) for bill in bills])
        hint = f"did you mean `{close}`?" if close else "add the bill to bills.csv"
        draft.refuse("I116", "the customer has no bill of this number", f"{source} field `bill`", hint)
        return
    kind = part.get("category")
    name = {"allowance": "allowances", "tax": "taxes"}.get(str(kind), "lines")
    if name != "lines":
        part.pop("category")
    if name == "taxes" and "tax_category" in part:  # `category` says here that the row is a tax
        part["category"] = part.pop("tax_category")
    parts = bills[index].setdefault(name, [])
    draft.origins[("bills", index, name, len(parts))] = source
    parts.append(part)


def _add_consumption(draft: _Draft, part: dict[str, Any], source: str) -> None:
    kind = part.pop("row", None)
    if kind not in ("total", "reading", "series"):
        draft.refuse(
            "I104",
            "total, reading or series is expected",
            f"{source} field `row`",
            "docs/ingest.md says which is which",
        )
        return
    index = _consumption_at(draft, part, source)
    used = draft.record["consumption"][index]
    if kind != "reading" and (unit := part.pop("unit", None)) and used.setdefault("unit", unit) != unit:
        draft.refuse("I104", "another unit than in the rows before", f"{source} field `unit`", "use one unit")
    if kind == "total":
        used.update(part)
        return
    name = "readings" if kind == "reading" else "series"
    parts = used.setdefault(name, [])
    draft.origins[("consumption", index, name, len(parts))] = source
    parts.append(part)


def _consumption_at(draft: _Draft, part: dict[str, Any], source: str) -> int:
    """Return the place of the supply point's consumption in the record; a new one is made for the first row."""
    code, commodity = part.pop("supply_point", None), part.pop("commodity", None)
    for index, used in enumerate(draft.record.get("consumption", [])):
        if used.get("supply_point") == code:
            return index
    points = {point.get("code"): point.get("commodity") for point in draft.record.get("supply_points", [])}
    commodity = commodity or points.get(code)
    made = {name: value for name, value in (("supply_point", code), ("commodity", commodity)) if value}
    draft.append("consumption", made, source)
    return len(draft.record["consumption"]) - 1


def _of(*models: type[BaseModel], more: tuple[str, ...] = ()) -> dict[str, Column]:
    columns = {name: Column(name, (name,), "text") for name in (_JOIN, *more)}
    for model in models:
        columns |= columns_of(model)
    return columns


# In the order in which they are joined: bills before their charges, supply points before consumption.
_FILES = (
    _File("supply_points.csv", _of(SupplyPoint), (_JOIN, "code"), _adds_to("supply_points")),
    _File("bills.csv", _of(Bill), (_JOIN, "number"), _adds_to("bills"), is_needed=True),
    _File("charges.csv", _of(ChargeLine, Tax, more=("bill",)), (_JOIN, "bill", "amount"), _add_charge),
    _File("consumption.csv", _of(Consumption, MeterReading, UsagePoint, more=("row",)),
          (_JOIN, "supply_point", "row"), _add_consumption),
    _File("payments.csv", _of(Payment), (_JOIN, "amount"), _adds_to("payments")),
    _File("interactions.csv", _of(Interaction), (_JOIN, "kind"), _adds_to("interactions")),
    _File("documents.csv", _of(Document), (_JOIN, "kind", "at"), _adds_to("documents")),
    _File("promises.csv", _of(Promise), (_JOIN, "made_on", "due_on"), _adds_to("promises")),
    _File("disputes.csv", _of(Dispute), (_JOIN, "bill_number", "opened_on"), _adds_to("disputes")),
    _File("tasks.csv", _of(TaskRecord), (_JOIN, "kind"), _adds_to("tasks")),
)  # fmt: skip


def read_csv_set(folder: Path, options: IngestOptions) -> Iterator[IngestItem]:
    """Yield an item for each row of `folder`/customers.csv, then the rows that belong to no customer.

    Raises `IngestError` for a file that is missing or unreadable (I101), or whose header has a
    column that is unknown (I105), missing (I106) or twice there (I112).
    """
    if folder.is_file():
        folder = folder.parent
    _check_names(folder)
    with ExitStack() as stack:
        customers = _open(stack, folder / "customers.csv", options)
        customers.check(frozenset(columns_of(Customer)), ("key",))
        opened = [
            (file, _open(stack, folder / file.name, options)) for file in _FILES if (folder / file.name).is_file()
        ]
        for file, rows in opened:
            rows.check(frozenset(file.columns), file.needed)
        scratch = stack.enter_context(Scratch(options.scratch_dir, [folder / file.name for file, _ in opened]))
        scratch.load(_keyed(opened))
        for row in customers.rows():
            yield _customer(row, customers.columns, opened, scratch, options)
        for number, customer, row in scratch.left_over():
            yield _orphan(opened[number][0], customer, row)


def _check_names(folder: Path) -> None:
    known = {"customers.csv": True} | {file.name: file.is_needed for file in _FILES}
    for name, is_needed in known.items():
        if is_needed and not (folder / name).is_file():
            raise IngestError(
                "I101", f"the CSV set lacks {name}", place=str(folder), hint="docs/ingest.md lists the files"
            )
    for found in sorted(folder.glob("*.csv")):
        if found.name not in known:
            close = nearest(found.name, known)
            hint = f"did you mean `{close}`?" if close else "move it out of the folder"
            raise IngestError("I102", "no such file belongs to a CSV set", place=str(found), hint=hint)


def _open(stack: ExitStack, path: Path, options: IngestOptions) -> RowFile:
    try:
        file = stack.enter_context(path.open("rb"))
    except OSError as error:
        raise IngestError("I101", f"the file can't be read: {error.strerror}", place=str(path)) from error
    return RowFile(path, file, options)


def _keyed(opened: list[tuple[_File, RowFile]]) -> Iterator[tuple[str, int, Row]]:
    """Yield all rows with their customer, an empty text where none can be told, and their file's number."""
    for number, (_, rows) in enumerate(opened):
        at = rows.columns.index(_JOIN)
        for row in rows.rows():
            yield _key_in(row, at), number, row


def _key_in(row: Row, at: int) -> str:
    key = row.cells[at].strip() if at < len(row.cells) else ""
    return key if key.isprintable() else ""


def _customer(
    row: Row, names: list[str], opened: list[tuple[_File, RowFile]], scratch: Scratch, options: IngestOptions
) -> IngestItem:
    key = _key_in(row, names.index("key"))
    rows = scratch.rows_of(key) if key else []
    if row.problem:
        return SetAside(row.source, key or None, row.problem)
    try:
        draft = _Draft(record_of_row(row, names, columns_of(Customer), options))
        for number, part in rows:
            file, columns = opened[number]
            if part.problem:
                return SetAside(part.source, key, part.problem)
            record = record_of_row(part, columns.columns, file.columns, options)
            record.pop(_JOIN, None)
            file.add(draft, record, part.source)
    except BadCellError as bad:
        return SetAside(row.source, key or None, bad.problem)
    if draft.problem:
        return SetAside(row.source, key, draft.problem)
    return take(draft.record, row.source, options, origins=draft.origins)


def _orphan(file: _File, customer: str, row: Row) -> SetAside:
    place = f"{row.source} field `{_JOIN}`"
    if row.problem:
        problem = row.problem
    elif customer:
        hint = f"add the customer, or remove the row from {file.name}"
        problem = Problem("I116", "the row's customer is not in customers.csv", place, hint)
    else:
        problem = Problem("I106", "the row names no customer", place, "write the customer's key")
    return SetAside(row.source, customer or None, problem)
