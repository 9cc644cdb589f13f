"""Rows of one CSV file, streamed: encoding, quotes, lengths and the header judged, cells split.

Memory: one row. A row that can't be read is given with its problem, and reading goes on.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.errors import IngestError, Problem, nearest
from engine.ingest.item import IngestOptions
from engine.ingest.jsonl import lines_of, too_long

_DELIMITERS: tuple[str, ...] = (",", ";", "\t", "|")
_TOO_LONG = "\udfff"  # can't come from a file: stands for a line that was skipped


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its file and line, its cells, and what is wrong with it."""

    source: str
    line: int
    cells: list[str]
    problem: Problem | None = None


class RowFile:
    """An open CSV file: `columns` from its header, and its rows one by one."""

    def __init__(self, path: Path, file: BinaryIO, options: IngestOptions) -> None:
        self._path, self._file, self._limit = path, file, options.max_line_bytes
        self._line, self._long = 0, 0
        self._taken: list[str] = []  # lines of the row being read
        lines = self._text_lines()
        head = next(lines, "")
        if "\x00" in head or head.startswith("\udcff\udcfe"):
            raise IngestError("I102", "the file is UTF-16 or not text", place=str(path), hint="save it as UTF-8")
        delimiter: str = options.delimiter or max(_DELIMITERS, key=head.count)
        try:
            self.columns = [name.strip() for name in next(csv.reader([head], delimiter=delimiter), [])]
        except csv.Error as error:
            hint = "write the names of the columns in one line, ended by LF or CRLF"
            raise IngestError("I118", f"the header can't be read: {error}", place=f"{path}:1", hint=hint) from error
        self._delimiter = delimiter
        self._reader = csv.reader(lines, delimiter=delimiter, strict=True)

    def check(self, known: frozenset[str], needed: tuple[str, ...]) -> None:
        """Raise `IngestError` for a column that is not known (I105), missing (I106) or twice there (I112)."""
        place = f"{self._path}:1"
        for name in self.columns:
            if name not in known and not name.startswith("attributes."):
                close = nearest(name, known)
                hint = f"did you mean `{close}`?" if close else "docs/ingest.md lists the columns"
                raise IngestError("I105", f"the column `{name[:60]}` is not known", place=place, hint=hint)
            if self.columns.count(name) > 1:
                raise IngestError("I112", f"the column `{name[:60]}` stands twice", place=place, hint="keep one")
        for name in needed:
            if name not in self.columns:
                raise IngestError("I106", f"the column `{name}` is missing", place=place,
                                  hint="add it; is the first line the header?")  # fmt: skip

    def rows(self) -> Iterator[Row]:
        """Yield every row that is not blank.

        Where quotes are not in order, each line that was swallowed is given with the problem, its cells
        split plainly, so that it is known whose rows they were.
        """
        while True:
            self._taken.clear()
            first = self._line + 1
            source = f"{self._path}:{first}"
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                problem = self._unreadable(error, source, first)
                for number, line in enumerate(self._taken, first):
                    cells = [cell.strip(' "\r\n') for cell in line.split(self._delimiter)]
                    yield Row(f"{self._path}:{number}", number, cells, problem)
                continue
            if any(cells):
                yield Row(source, first, cells, self._fault(cells, source))

    def _text_lines(self) -> Iterator[str]:
        for number, line, length in lines_of(self._file, self._limit):
            self._line = number
            if line is None:
                self._long = length
            text = f"{_TOO_LONG}\n" if line is None else line.decode("utf-8", "surrogateescape")
            self._taken.append(text)
            yield text

    def _fault(self, cells: list[str], source: str) -> Problem | None:
        if any(_TOO_LONG in cell for cell in cells):
            return too_long(source, self._long, self._limit)
        for name, cell in zip(self.columns, cells, strict=False):
            if not cell.isascii() and any("\udc80" <= sign <= "\udcff" for sign in cell):
                return Problem("I103", "the cell is not valid UTF-8", f"{source} field `{name}`",
                               "save the file as UTF-8; from Windows-1252: iconv -f WINDOWS-1252 -t UTF-8")  # fmt: skip
        if len(cells) != len(self.columns):
            fact = f"the row has {len(cells)} cells, the header {len(self.columns)}"
            return Problem("I118", fact, source, 'put " around a cell that holds the delimiter')
        return None

    def _unreadable(self, error: csv.Error, source: str, first: int) -> Problem:
        swallowed = f" (up to line {self._line})" if self._line > first else ""
        return Problem("I118", f"quotes are not in order{swallowed}: {error}", source,
                       'close every " and write a quote inside a cell as ""')  # fmt: skip
