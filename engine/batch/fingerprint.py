"""Digests of what a run rests on: its inputs, its campaign folder, and the program itself."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from engine.errors import IngestError

_PIECE = 1024 * 1024
# Packages that change the bytes of an artifact.
_MAKERS = ("billcast", "weasyprint", "moviepy", "pillow", "av", "jinja2", "babel", "fonttools")


@dataclass(frozen=True, slots=True)
class InputFingerprint:
    """The digest of all input bytes, and about how many records they hold (None: unknown)."""

    digest: str
    records: int | None


def input_fingerprint(inputs: Sequence[Path]) -> InputFingerprint:
    """Read the inputs once (about 1 GB/s). Raises `IngestError` (I101)."""
    whole = hashlib.sha256()
    counted: int | None = 0
    for path in inputs:
        if not path.exists():
            raise IngestError("I101", "the input does not exist", place=str(path), hint="is the path right?")
        try:
            for file in _files(path):
                whole.update(f"{file.relative_to(path) if path.is_dir() else ''}\x00".encode())
                digest, lines = _read(file)
                whole.update(digest)
                records = _records(file, lines)
                counted = None if counted is None or records is None else counted + records
        except OSError as error:
            raise IngestError("I101", f"the input can't be read: {error.strerror}", place=str(path)) from error
    return InputFingerprint(whole.hexdigest(), counted)


def folder_digest(folder: Path) -> str:
    """Return a digest of all files below `folder` but hidden ones: names and bytes."""
    whole = hashlib.sha256()
    for file in _files(folder):
        whole.update(f"{file.relative_to(folder).as_posix()}\x00".encode())
        whole.update(_read(file)[0])
    return whole.hexdigest()


@cache
def program_digest() -> str:
    """Return a digest of the program's own code and of the packages that shape its output."""
    whole = hashlib.sha256()
    for name in _MAKERS:
        whole.update(f"{name}={_version(name)}\x00".encode())
    for package in ("engine", "renderers"):
        found = importlib.util.find_spec(package)
        for folder in (found.submodule_search_locations or ()) if found else ():
            for file in sorted([*Path(folder).rglob("*.py"), *Path(folder).rglob("*.toml")]):  # laws, holidays
                whole.update(f"{file.relative_to(folder).as_posix()}\x00".encode())
                whole.update(_read(file)[0])
    return whole.hexdigest()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.is_file() and not hidden:
            yield file


def _read(file: Path) -> tuple[bytes, int]:
    digest, lines, last = hashlib.sha256(), 0, b"\n"
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            lines += piece.count(b"\n")
            last = piece[-1:]
    return digest.digest(), lines + (last != b"\n")


def _records(file: Path, lines: int) -> int | None:
    """About how many records a file holds, for the progress display only."""
    if file.suffix in (".jsonl", ".ndjson"):
        return lines
    if file.suffix == ".csv":
        return lines - 1 if file.name == "customers.csv" else 0
    return {".xml": 1, ".parquet": None}.get(file.suffix, 0)
