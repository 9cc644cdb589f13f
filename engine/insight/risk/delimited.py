"""Rows of a table with separated columns, as its mapping declares them. One line is held at a time."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from engine.errors import InsightError, nearest
from engine.insight.risk.inputs import InputKind, Value, number
from engine.insight.risk.mapping import Separator, TableMapping
from engine.insight.risk.table import Row

_SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}


def table_rows(path: Path, mapping: TableMapping, *, needs_label: bool = True) -> Iterator[Row]:
    """Yield the rows of the table.

    `needs_label`: the column of the outcome must be there; else rows without are yielded to be scored.
    Raises `InsightError`: D110 can't be read, D114 a column is missing or not declared, D115 a value can't be read.
    """
    try:
        with path.open(encoding=mapping.file.encoding, newline="") as stream:
            lines = _split(stream, mapping.file.separator)
            header = [name.strip() for name in next(lines, [])]
            _check_header(header, mapping, path, needs_label=needs_label)
            for count, cells in enumerate(lines, 2):
                if any(cell.strip() for cell in cells):
                    yield _row(header, cells, mapping, f"{path}:{count}", count)
    except (OSError, UnicodeError, LookupError, csv.Error) as error:
        fact = f"can't be read: {getattr(error, 'strerror', None) or error}"
        raise InsightError("D115", fact, place=str(path), hint="is it the file that the mapping speaks of?") from error


def _split(stream: Iterator[str], separator: Separator) -> Iterator[list[str]]:
    if separator == "blanks":
        return (line.split() for line in stream)
    return csv.reader(stream, delimiter=_SIGNS[separator])


def _check_header(header: Sequence[str], mapping: TableMapping, path: Path, *, needs_label: bool) -> None:
    wanted = set(mapping.known_columns) - set(mapping.ignored)
    if not needs_label:
        wanted -= {mapping.label.column, mapping.label.known_on, *mapping.protected}
    for name in sorted(wanted - set(header)):
        near = nearest(name, header)
        raise InsightError("D114", f"has no column `{name}`", place=f"{path}:1",
                           hint=f"did the mapping mean `{near}`?" if near else "mend the mapping")  # fmt: skip
    for name in header:
        if name not in mapping.known_columns:
            raise InsightError("D114", f"has a column `{name}` that the mapping does not declare", place=f"{path}:1",
                               hint="name it under columns, protected or ignored")  # fmt: skip
    if len(set(header)) < len(header):
        raise InsightError("D114", "has two columns of one name", place=f"{path}:1", hint="rename one")


def _row(header: Sequence[str], cells: Sequence[str], mapping: TableMapping, place: str, count: int) -> Row:
    if len(cells) != len(header):
        raise InsightError("D115", f"has {len(cells)} columns, the first line {len(header)}", place=place,
                           hint="mend the line, or the separator of the mapping")  # fmt: skip
    missing = mapping.file.missing
    known = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    given = {name: cell for name, cell in known.items() if cell not in missing}
    features = {name: _value(given.get(name), name, mapping, place) for name in mapping.columns}
    label, left_out = _label(given, mapping)
    at = _day(given, mapping.time, mapping, place)
    share = features.get(mapping.past_share) if mapping.past_share else None
    return Row(
        unit=given.get(mapping.unit, f"row {count}"),
        name=given.get(mapping.name, "" if mapping.unit else str(count)),
        features=features,
        label=label,
        at=at,
        known_on=_day(given, mapping.label.known_on, mapping, place) or at,
        past_share=share if isinstance(share, float) else None,
        groups=tuple((name, _band(given[name], name, mapping)) for name in mapping.protected if name in given),
        left_out=left_out,
    )


def _band(cell: str, name: str, mapping: TableMapping) -> str:
    """Return the group of a protected value: the band of a number where the mapping has some."""
    starts, figure = mapping.bands.get(name), number(cell)
    if not starts or figure is None:
        return cell
    place = bisect_right(starts, figure)
    if place == 0:
        return f"under {starts[0]:g}"
    return f"{starts[place - 1]:g} to under {starts[place]:g}" if place < len(starts) else f"{starts[-1]:g} or more"


def _label(given: Mapping[str, str], mapping: TableMapping) -> tuple[bool | None, str]:
    value = given.get(mapping.label.column)
    if value is None:
        return None, "no outcome given"
    if value in mapping.label.bad:
        return True, ""
    if mapping.label.good and value not in mapping.label.good:
        return None, "an outcome that is neither bad nor good"
    return False, ""


def _value(cell: str | None, name: str, mapping: TableMapping, place: str) -> Value:
    form = mapping.columns[name]
    if cell is None:
        return None
    if form.kind is InputKind.NUMBER:
        plain = cell.replace(".", "").replace(",", ".") if mapping.file.decimal == "," else cell
        try:
            return float(plain)
        except ValueError:
            raise InsightError("D115", "is not a number", place=f"{place} column `{name}`",
                               hint="mend it, or declare what stands for a value not known") from None  # fmt: skip
    if form.kind is InputKind.ORDERED and cell not in form.order:
        raise InsightError("D115", "is a code that `order` does not name", place=f"{place} column `{name}`",
                           hint="add it to `order`, or to `missing`")  # fmt: skip
    return cell


def _day(given: Mapping[str, str], column: str, mapping: TableMapping, place: str) -> date | None:
    cell = given.get(column) if column else None
    if cell is None:
        return None
    try:
        return datetime.strptime(cell, mapping.file.date_format).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise InsightError("D115", "is not a day as `date_format` writes it", place=f"{place} column `{column}`",
                           hint="mend it, or `date_format`") from None  # fmt: skip
