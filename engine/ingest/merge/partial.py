"""What one source says of each customer: whole records, or the rows of a flat file as parts of them.

Memory: one record or row. Values of flat rows are checked where they are joined; a row that can't be
split into its fields at all is given as set aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from engine.errors import IngestError, Problem, nearest
from engine.ingest.columns import BadCellError, record_of_row
from engine.ingest.item import IngestOptions, Read, SetAside
from engine.ingest.jsonl import UnfitLineError, lines_of, too_long, value_of
from engine.ingest.merge.declaration import Source
from engine.ingest.reader import read
from engine.ingest.rows import Row, RowFile


@dataclass(frozen=True, slots=True)
class Part:
    """What a place of a source says of a customer. `at`: when that was last changed, UTC; empty: not known."""

    key: str
    place: str
    at: str
    record: dict[str, Any]


def parts_of(source: Source, paths: Sequence[Path], options: IngestOptions) -> Iterator[Part | SetAside]:
    """Yield what the files of a source say, in their order.

    Raises `IngestError` for a file that can't be read (I101, I102) or lacks a column that is declared (I106).
    """
    chosen = source.options(options)
    if source.rows == "records":
        for item in read(paths, options=chosen):
            yield _whole(item) if isinstance(item, Read) else item
        return
    for path in paths:
        try:
            with path.open("rb") as file:
                rows_of = _json_rows if path.suffix.lower() in (".jsonl", ".ndjson") else _csv_rows
                for names, row in rows_of(source, path, file, chosen):
                    yield _part(source, names, row, chosen)
        except OSError as error:
            raise IngestError("I101", f"the file can't be read: {error.strerror}", place=str(path)) from error


def _whole(item: Read) -> Part:
    record = item.customer.model_dump(mode="json", exclude_unset=True)
    return Part(record.pop("key"), item.source, "", record)


_Named = tuple[list[str], Row]


def _csv_rows(source: Source, path: Path, file: BinaryIO, options: IngestOptions) -> Iterator[_Named]:
    rows = RowFile(path, file, options)
    _check_header(source, rows.columns, f"{path}:1")
    for row in rows.rows():
        yield rows.columns, row


def _check_header(source: Source, columns: list[str], place: str) -> None:
    """Raise `IngestError` for a column that is declared and missing (I106), unknown (I105) or twice there (I112)."""
    for name in (source.key, source.changed_at, *source.columns):
        if name and name not in columns:
            raise IngestError("I106", f"the column `{name}` is missing", place=place,
                              hint="is it named so in the declaration, and the first line the header?")  # fmt: skip
    for name in columns:
        if columns.count(name) > 1:
            raise IngestError("I112", f"the column `{name[:60]}` stands twice", place=place, hint="keep one")
        problem = None if source.columns else _unknown(source, name, place)
        if problem:
            raise IngestError(problem.code, problem.fact, place=problem.place, hint=problem.hint)


def _unknown(source: Source, name: str, place: str) -> Problem | None:
    is_attribute = source.rows == "customers" and name.startswith("attributes.")
    if name in source.fields or name in (source.key, source.changed_at) or is_attribute:
        return None
    close = nearest(name, source.fields)
    hint = f"did you mean `{close}`?" if close else "say under `columns` which fields the columns are"
    return Problem("I105", f"the column `{name[:60]}` is not known", place, hint)


def _json_rows(source: Source, path: Path, file: BinaryIO, options: IngestOptions) -> Iterator[_Named]:
    for number, line, length in lines_of(file, options.max_line_bytes):
        place = f"{path}:{number}"
        if line is None:
            yield [], Row(place, number, [], too_long(place, length, options.max_line_bytes))
        elif line.strip():
            yield _json_row(source, line, place, number)


def _json_row(source: Source, line: bytes, place: str, number: int) -> _Named:
    try:
        value = value_of(line, place)
    except UnfitLineError as unfit:
        return [], Row(place, number, [], unfit.problem)
    if not isinstance(value, dict):
        return [], Row(place, number, [], Problem("I110", "an object is expected", place, "write one { } a line"))
    names = list(value)
    cells = [_cell(one) for one in value.values()]
    nested = next((name for name, cell in zip(names, cells, strict=True) if cell is None), None)
    problem = _nested(nested, place) if nested is not None else None
    if problem is None and not source.columns:
        problem = next((found for name in names if (found := _unknown(source, name, place))), None)
    return names, Row(place, number, [cell or "" for cell in cells], problem)


def _nested(name: str, place: str) -> Problem:
    hint = "nested values need a source of whole records"
    return Problem("I104", "a plain value is expected", f"{place} field `{name[:60]}`", hint)


def _cell(value: Any) -> str | None:
    """Return a JSON value as a cell of text; None for an object or list."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | Decimal):
        return str(value)
    return None


def _part(source: Source, names: list[str], row: Row, options: IngestOptions) -> Part | SetAside:
    cells = dict(zip(names, row.cells, strict=False))
    key = cells.get(source.key, "").strip()
    key = key if key.isprintable() else ""
    if row.problem:
        return SetAside(row.source, key or None, row.problem)
    if not key:
        place = f"{row.source} field `{source.key}`"
        return SetAside(row.source, None, Problem("I106", "the row names no customer", place, "write the key"))
    try:
        return Part(key, row.source, _changed_at(source, cells, row, options), _record(source, cells, row, options))
    except BadCellError as bad:
        return SetAside(row.source, key, bad.problem)


def _record(source: Source, cells: dict[str, str], row: Row, options: IngestOptions) -> dict[str, Any]:
    """Return the row's fields as a part of a customer's record. Raises `BadCellError`."""
    mapping = source.columns or {name: name for name in cells if name not in (source.key, source.changed_at)}
    fields = {field: _translated(source, field, cells[column], f"{row.source} field `{column}`")
              for column, field in mapping.items() if cells.get(column, "") != ""}  # fmt: skip
    made = Row(row.source, row.line, [*fields.values()])
    record = record_of_row(made, [*fields], source.fields, options)
    as_is = Row(row.source, row.line, [value for field, value in source.fixed.items() if field not in fields])
    fixed = record_of_row(
        as_is, [field for field in source.fixed if field not in fields], source.fields, IngestOptions()
    )
    whole = _laid_over(fixed, record)
    return whole if source.rows == "customers" else {source.rows: [whole]}


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    made = dict(below)
    for name, value in above.items():
        under = made.get(name)
        made[name] = _laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return made


def _translated(source: Source, field: str, cell: str, place: str) -> str:
    words = source.words.get(field)
    if words is None:
        return cell
    if cell.strip() not in words:
        raise BadCellError(Problem("I104", f"one of {', '.join(words)} is expected", place,
                                   "declare the word under `words`, or mend the row"))  # fmt: skip
    return words[cell.strip()]


def _changed_at(source: Source, cells: dict[str, str], row: Row, options: IngestOptions) -> str:
    """Return when the row was last changed as ISO 8601 in UTC; a time without offset is taken for UTC."""
    written = cells.get(source.changed_at, "").strip() if source.changed_at else ""
    if not written:
        return ""
    try:
        if options.date_format:
            moment = datetime.strptime(written, options.date_format)  # noqa: DTZ007 - it has no zone
        else:
            moment = datetime.fromisoformat(written)
    except ValueError:
        place = f"{row.source} field `{source.changed_at}`"
        raise BadCellError(Problem("I107", "a date or time is expected", place, "write 2026-11-03T09:30:00Z")) from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()
