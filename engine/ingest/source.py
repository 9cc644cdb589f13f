"""Which format an input has, told by its content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.errors import IngestError

FORMATS = ("jsonl", "parquet", "csv", "ubl")
_HEAD = 4096


def recognise(path: Path) -> str:
    """Return the format of `path`: one of `FORMATS`. Raises `IngestError` (I101, I102)."""
    if path.is_dir():
        return _of_folder(path)
    if path.suffix.lower() == ".csv" and path.is_file():
        return "csv"  # one file of a set stands for its folder
    if path.suffix.lower() == ".xml" and path.is_file():
        return "ubl"  # XML may be in another encoding, and says so
    head = _head(path)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise IngestError("I102", "the file is UTF-16", place=str(path), hint="save it as UTF-8")
    if head.startswith(b"PAR1"):
        return "parquet"
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return "jsonl"  # its first line may be a bad record, which must not stop the run
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return "ubl"
    if start.startswith(b"{") or not start:
        return "jsonl"
    if start.startswith(b"["):
        raise IngestError("I102", "the file is one JSON list", place=str(path),
                          hint="write one record a line: jq -c '.[]' in.json > out.jsonl")  # fmt: skip
    raise IngestError("I102", "the format is not recognised", place=str(path),
                      hint="give JSON Lines, Parquet, a folder of CSV files or UBL invoices")  # fmt: skip


def files_of(folder: Path, suffix: str) -> Iterator[Path]:
    """Yield the files with `suffix` below `folder`, in order of their names."""
    yield from sorted(found for found in folder.rglob(f"*{suffix}") if found.is_file())


def _of_folder(path: Path) -> str:
    if (path / "customers.csv").is_file():
        return "csv"
    for name, suffix in (("ubl", ".xml"), ("parquet", ".parquet"), ("jsonl", ".jsonl")):
        if next(files_of(path, suffix), None) is not None:
            return name
    raise IngestError("I102", "the folder holds nothing that can be read", place=str(path),
                      hint="put customers.csv, .xml invoices, .parquet or .jsonl files into it")  # fmt: skip


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except FileNotFoundError as error:
        raise IngestError("I101", "the input does not exist", place=str(path), hint="is the path right?") from error
    except OSError as error:
        raise IngestError("I101", f"the file can't be read: {error.strerror}", place=str(path)) from error
