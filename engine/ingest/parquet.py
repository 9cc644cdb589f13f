"""Nested Parquet: one customer a row, columns and structs named as the fields of the data model.

Amounts are decimal128 or strings; binary floating point is refused, since it isn't exact. Memory: one
batch of rows, and one page of each column of a row group (`pre_buffer` off).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import IngestError, MissingPartError, Problem, nearest
from engine.ingest.item import IngestItem, IngestOptions, SetAside
from engine.ingest.record import take
from engine.model.customer import Customer

_BUFFER = 1024 * 1024


def read_parquet(path: Path, options: IngestOptions) -> Iterator[IngestItem]:
    """Yield an item for each row of `path`.

    Raises `IngestError` for a file that can't be read (I101, I102) or has an unknown column (I105),
    `MissingPartError` (X101) without pyarrow.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise MissingPartError("X101", "Parquet input needs the package pyarrow", place=str(path),
                               hint="pip install 'billcast[parquet]'") from error  # fmt: skip
    try:
        with parquet.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            _check_columns(file.schema_arrow.names, path)
            number = 0
            for batch in file.iter_batches(batch_size=options.batch_rows):
                for row in _rows(batch):
                    number += 1
                    yield _item(row, f"{path}:row {number}", options)
    except pa.ArrowInvalid as error:
        raise IngestError("I102", "the file is not whole Parquet", place=str(path),
                          hint="was it written to the end?") from error  # fmt: skip
    except OSError as error:
        raise IngestError(
            "I101", "the file can't be read", place=str(path), hint="was it written to the end?"
        ) from error


def _check_columns(names: list[str], path: Path) -> None:
    known = tuple(Customer.model_fields)
    for name in names:
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean `{close}`?" if close else "docs/data-model.md lists the fields"
            raise IngestError("I105", f"the column `{name[:60]}` is not known", place=str(path), hint=hint)


def _rows(batch: Any) -> Iterator[dict[str, Any] | None]:
    """Yield the rows as Python objects; None for one that Python can't hold (text that is not UTF-8, a far date)."""
    try:
        yield from batch.to_pylist()
    except (UnicodeDecodeError, ValueError, OverflowError):
        for index in range(batch.num_rows):
            try:
                yield batch.slice(index, 1).to_pylist()[0]
            except (UnicodeDecodeError, ValueError, OverflowError):
                yield None


def _item(row: dict[str, Any] | None, source: str, options: IngestOptions) -> IngestItem:
    if row is None:
        problem = Problem("I103", "a text that is not valid UTF-8, or a time out of range", source,
                          "write the column as string or date32")  # fmt: skip
        return SetAside(source, None, problem)
    return take(_plain(row), source, options)


def _plain(node: Any) -> Any:
    """Return the value without nulls and empty lists (an absent field), maps as objects."""
    if isinstance(node, dict):
        return {name: _plain(value) for name, value in node.items() if value is not None and value != []}
    if isinstance(node, list):
        if all(isinstance(part, tuple) and len(part) == 2 for part in node):
            return {name: value for name, value in node if value is not None}
        return [_plain(part) for part in node]
    return node
