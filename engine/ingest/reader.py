"""All inputs of a run, one after the other, as one stream of items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from engine.errors import IngestError, Problem, nearest
from engine.ingest.csv_set import read_csv_set
from engine.ingest.documents import read_documents
from engine.ingest.item import IngestItem, IngestOptions, Read, SetAside
from engine.ingest.jsonl import read_jsonl
from engine.ingest.seen import SeenKeys
from engine.ingest.source import FORMATS, files_of, recognise

_Reader = Callable[[Path, IngestOptions], Iterator[IngestItem]]


def read(
    inputs: Sequence[Path],
    *,
    format: str = "auto",  # noqa: A002 - the word of the command line
    options: IngestOptions | None = None,
) -> Iterator[IngestItem]:
    """Yield each record of `inputs` as `Read` or `SetAside`, in order.

    `format` is auto, jsonl, parquet, csv or ubl. A second record with a customer's key is set aside
    (I113). Memory is constant but for 27 to 54 bytes a customer that tell keys apart. Raises
    `IngestError` (I101, I102) for an input that can't be read at all; all inputs are looked at
    before the first item is given.
    """
    if format != "auto" and format not in FORMATS:
        known = nearest(format, FORMATS)
        hint = f"did you mean `{known}`?" if known else f"known: auto, {', '.join(FORMATS)}"
        raise IngestError("I102", f"there is no format `{format}`", hint=hint)
    chosen = [(path, recognise(path) if format == "auto" else format) for path in inputs]
    for path, _ in chosen:
        if not path.exists():
            raise IngestError("I101", "the input does not exist", place=str(path), hint="is the path right?")
    return _stream(chosen, options or IngestOptions())


def _stream(chosen: Sequence[tuple[Path, str]], options: IngestOptions) -> Iterator[IngestItem]:
    seen = SeenKeys()
    for path, format_ in chosen:
        for item in _items(path, format_, options):
            if isinstance(item, Read) and not seen.add(item.customer.key):
                yield _read_before(item)
            else:
                yield item


def _items(path: Path, format_: str, options: IngestOptions) -> Iterator[IngestItem]:
    if format_ == "jsonl":
        for file in [path] if path.is_file() else files_of(path, ".jsonl"):
            yield from read_jsonl(file, options)
    elif format_ == "ubl":
        yield from read_documents(path, options)
    elif format_ == "csv":
        yield from read_csv_set(path, options)
    else:
        from engine.ingest.parquet import read_parquet  # pyarrow is an extra, and heavy

        for file in [path] if path.is_file() else files_of(path, ".parquet"):
            yield from read_parquet(file, options)


def _read_before(item: Read) -> SetAside:
    problem = Problem("I113", "this key was read before", f"{item.source} field `key`",
                      "a cycle has one record a customer: the first is used")  # fmt: skip
    return SetAside(item.source, item.customer.key, problem)
