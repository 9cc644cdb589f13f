"""JSON Lines: one customer a line, UTF-8, read in constant memory.

Memory: one line (`max_line_bytes` at most), its objects, and a 1 MiB buffer. A longer line is skipped
in pieces and never held.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from pydantic_core import from_json

from engine.errors import IngestError, Problem
from engine.ingest import quick
from engine.ingest.item import IngestItem, IngestOptions, Read, SetAside, Unread
from engine.ingest.record import key_of, take
from engine.ingest.text import is_suspect

_PIECE = 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_KEY_FIRST = re.compile(rb'\s*\{\s*"key"\s*:\s*"([^"\\]{1,200})"')


def read_jsonl(path: Path, options: IngestOptions) -> Iterator[IngestItem]:
    """Yield an item for each line of `path` that is not blank. Raises `IngestError` (I101)."""
    for one in scan_jsonl(path, options):
        yield look_into(one, options) if isinstance(one, Unread) else one


def scan_jsonl(path: Path, options: IngestOptions) -> Iterator[IngestItem | Unread]:
    """Yield a line of `path` that shows a key as `Unread`, any other but a blank one as an item.

    Raises `IngestError` (I101).
    """
    try:
        with path.open("rb", buffering=_PIECE) as file:
            at = 0
            for number, line, length in lines_of(file, options.max_line_bytes):
                source = f"{path}:{number}"
                if line is None:
                    yield SetAside(source, None, too_long(source, length, options.max_line_bytes))
                elif line.strip():
                    key = _key_shown(line)
                    yield Unread(source, key, line, at) if key else _item(line, source, options)
                at += length
    except OSError as error:
        raise IngestError("I101", f"the file can't be read: {error.strerror}", place=str(path)) from error


def look_into(unread: Unread, options: IngestOptions) -> IngestItem:
    """Return the customer that the line is, or why it is none."""
    return _item(unread.line, unread.source, options)


def line_at(path: Path, at: int, options: IngestOptions) -> Unread | None:
    """Return the line of `path` that begins `at` bytes after its first, None where it shows no key."""
    try:
        with path.open("rb") as file:
            begin = len(_BOM) if file.read(len(_BOM)) == _BOM else 0
            file.seek(begin + at)
            line = file.readline(options.max_line_bytes + 1)
    except OSError as error:
        raise IngestError("I101", f"the file can't be read: {error.strerror}", place=str(path)) from error
    key = _key_shown(line)
    return Unread(str(path), key, line, at) if key else None


def _key_shown(line: bytes) -> str | None:
    """Return the key that a line has if it is sound, None where that can't be told at little cost.

    Of a line that is not sound it may be any text: whoever looks into it will see.
    """
    try:
        if first := _KEY_FIRST.match(line):
            return first[1].decode().strip() or None
        record = from_json(line)
        return key_of(record) if isinstance(record, dict) else None
    except ValueError:
        return None


def lines_of(file: BinaryIO, limit: int) -> Iterator[tuple[int, bytes | None, int]]:
    """Yield number, bytes and length of each line; bytes are None where the line exceeds `limit`."""
    number = 0
    while line := file.readline(limit + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        if len(line) > limit and not line.endswith(b"\n"):
            yield number, None, len(line) + _skip_line(file)
        else:
            yield number, line, len(line)


def _skip_line(file: BinaryIO) -> int:
    """Read to the end of the line in pieces; return how many bytes that were."""
    skipped = 0
    while piece := file.readline(_PIECE):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped


def too_long(source: str, length: int, limit: int) -> Problem:
    """Return the problem of a line that exceeds the limit."""
    fact = f"the line has {length:,} bytes, {limit:,} are the most"
    return Problem("I109", fact, source, "is a line break missing? Else raise the option max_line_bytes")


def _item(line: bytes, source: str, options: IngestOptions) -> IngestItem:
    if (customer := quick.at_once(line)) is not None:
        return Read(source, customer)
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return SetAside(source, None, not_utf8(error, source))
    suspect = is_suspect(text)
    if not suspect:
        try:
            return Read(source, quick.from_json(line))
        except quick.UnusualError:
            pass  # the exact way, which also says what is wrong
    try:
        record = _value(text, source)
    except UnfitLineError as unfit:
        return SetAside(source, None, unfit.problem)
    return take(record, source, options, is_suspect=suspect)


class UnfitLineError(ValueError):
    """A line that is no JSON value."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def value_of(line: bytes, source: str) -> object:
    """Return the JSON value that a line is, numbers exact. Raises `UnfitLineError`."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnfitLineError(not_utf8(error, source)) from error
    return _value(text, source)


def _value(text: str, source: str) -> object:
    try:
        value: object = parse(text)
    except _RefusedJsonError as refused:
        raise UnfitLineError(Problem(refused.code, refused.fact, source, refused.hint)) from refused
    except json.JSONDecodeError as error:
        fact = f"not JSON at column {error.colno}: {_reason(error)}"
        raise UnfitLineError(Problem("I110", fact, source, "write one complete JSON object a line")) from error
    except RecursionError as error:
        problem = Problem("I110", "objects are nested too deeply", source, "see docs/data-model.md")
        raise UnfitLineError(problem) from error
    return value


def not_utf8(error: UnicodeDecodeError, source: str) -> Problem:
    """Return the problem of a line that is not UTF-8: which byte, and where."""
    fact = f"byte {error.start + 1} of the line (0x{error.object[error.start]:02X}) is not valid UTF-8"
    return Problem("I103", fact, source, "save the file as UTF-8; from Windows-1252: iconv -f WINDOWS-1252 -t UTF-8")


def parse(text: str) -> Any:
    """Return the JSON value that `text` is: numbers exact, no NaN, no name twice in one object."""
    return _DECODER.decode(text)


class _RefusedJsonError(Exception):
    def __init__(self, code: str, fact: str, hint: str) -> None:
        super().__init__(fact)
        self.code, self.fact, self.hint = code, fact, hint


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _RefusedJsonError("I112", "a name stands twice in one object", "keep one of the two")
    return made


def _no_constant(word: str) -> NoReturn:
    raise _RefusedJsonError("I111", f"{word} stands for a number", "write a decimal number, or leave the field out")


def _whole(digits: str) -> Decimal | int:
    # int() of a megabyte of digits would take minutes
    return int(digits) if len(digits) < 20 else Decimal(digits)


_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_int=_whole, parse_constant=_no_constant, object_pairs_hook=_no_name_twice
)


def _reason(error: json.JSONDecodeError) -> str:
    return error.msg[:1].lower() + error.msg[1:]
