"""Columns of the CSV set: each is a path into the data model, and its cells have the field's type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from engine.errors import Problem
from engine.ingest.item import IngestOptions
from engine.ingest.rows import Row

ADDRESS_LINES = 4
_COMMA_FIGURE = re.compile(r"^[+-]?(\d+|\d{1,3}([. \u00a0\u202f']\d{3})+)(,\d+)?$")
_GROUPING = re.compile(r"[. \u00a0\u202f']")


class BadCellError(Exception):
    """A cell that can't be turned into its field's value."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column's cells go: `path` into the row's record; `kind` says how a cell is read."""

    name: str
    path: tuple[str, ...]
    kind: str  # text | figure | date | list | item


@cache
def columns_of(model: type[BaseModel]) -> dict[str, Column]:
    """Return the columns that a row of `model` may have, by name. Lists of records are files of their own."""
    return {column.name: column for column in _columns(model, ())}


def _columns(model: type[BaseModel], above: tuple[str, ...]) -> list[Column]:
    found: list[Column] = []
    for name, info in model.model_fields.items():
        path = (*above, name)
        dotted = ".".join(path)
        inner = _record_in(info.annotation)
        if inner is not None and not _is_list(info.annotation):
            found += _columns(inner, path)
        elif name == "lines" and above[-1:] == ("address",):
            found += [Column(f"{dotted}.{index}", path, "item") for index in range(1, ADDRESS_LINES + 1)]
        elif inner is None and get_origin(_bare(info.annotation)) is not dict:
            found.append(Column(dotted, path, _kind(info)))
    return found


def _bare(annotation: Any) -> Any:
    """Return the annotation without its `| None`."""
    inside = [part for part in get_args(annotation) if part is not type(None)]
    return inside[0] if type(None) in get_args(annotation) and inside else annotation


def _is_list(annotation: Any) -> bool:
    return get_origin(_bare(annotation)) is tuple


def _record_in(annotation: Any) -> type[BaseModel] | None:
    bare = _bare(annotation)
    candidates = (*get_args(bare), bare)
    return next((part for part in candidates if isinstance(part, type) and issubclass(part, BaseModel)), None)


def _kind(info: FieldInfo) -> str:
    bare = _bare(info.annotation)
    if get_origin(bare) is tuple:
        return "list"
    while get_origin(bare) is not None and get_args(bare):  # Annotated[Decimal, ...]
        bare = get_args(bare)[0]
    return {Decimal: "figure", date: "date"}.get(bare, "text")


def record_of_row(row: Row, names: list[str], columns: dict[str, Column], options: IngestOptions) -> dict[str, Any]:
    """Return the row's filled cells as a nested record. Raises `BadCellError`."""
    record: dict[str, Any] = {}
    for name, cell in zip(names, row.cells, strict=True):
        if cell == "":
            continue
        column = columns.get(name)
        if column is None:  # attributes.<name>: any text
            record.setdefault("attributes", {})[name.removeprefix("attributes.")] = cell
            continue
        node = record
        for step in column.path[:-1]:
            node = node.setdefault(step, {})
        last = column.path[-1]
        if column.kind == "item":
            node.setdefault(last, []).append(cell)
        else:
            node[last] = _value(cell, column, row, options)
    return record


def _value(cell: str, column: Column, row: Row, options: IngestOptions) -> Any:
    if column.kind == "list":
        return cell.split()
    if column.kind == "figure" and options.decimal_comma:
        return _figure(cell.strip(), column, row)
    if column.kind == "date" and options.date_format:
        return _date(cell.strip(), options.date_format)
    return cell


def _figure(cell: str, column: Column, row: Row) -> str:
    if not _COMMA_FIGURE.match(cell):
        problem = Problem("I108", "the figure is not written as 1.234,56", f"{row.source} field `{column.name}`",
                          "the option decimal_comma is set: is it right for this file?")  # fmt: skip
        raise BadCellError(problem)
    return _GROUPING.sub("", cell).replace(",", ".")


def _date(cell: str, shape: str) -> str:
    try:
        return datetime.strptime(cell, shape).date().isoformat()  # noqa: DTZ007 - a calendar date has no zone
    except ValueError:
        return cell  # the model says what is wrong with it
