"""All inputs of a run, one after the other, as one stream of items."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import IngestError, Problem, nearest
from engine.ingest.csv_set import read_csv_set
from engine.ingest.item import IngestItem, IngestOptions, Read, SetAside, Unread
from engine.ingest.jsonl import line_at, look_into, scan_jsonl
from engine.ingest.seen import CERTAIN, SeenKeys
from engine.ingest.source import FORMATS, files_of, recognise


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
    chosen = options or IngestOptions()
    items = scan(inputs, format=format, options=chosen)
    return (look_into(item, chosen) if isinstance(item, Unread) else item for item in items)


def scan(
    inputs: Sequence[Path],
    *,
    format: str = "auto",  # noqa: A002 - the word of the command line
    options: IngestOptions | None = None,
) -> Iterator[IngestItem | Unread]:
    """Yield the same records as `read`, lines of JSON as `Unread` wherever that does.

    `look_into` makes of an `Unread` the item that `read` gives, in whatever process.
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


def _stream(chosen: Sequence[tuple[Path, str]], options: IngestOptions) -> Iterator[IngestItem | Unread]:
    seen = _Seen(options)
    for path, format_ in chosen:
        if format_ == "jsonl":
            for file in [path] if path.is_file() else files_of(path, ".jsonl"):
                seen.begin(file)
                for line in scan_jsonl(file, options):
                    yield seen.once(line)
        else:
            for item in _items(path, format_, options):
                yield seen.once(item)


def _items(path: Path, format_: str, options: IngestOptions) -> Iterator[IngestItem]:
    if format_ == "ubl":
        from engine.ingest.documents import read_documents  # lxml, which most runs have no use for

        yield from read_documents(path, options)
    elif format_ == "csv":
        yield from read_csv_set(path, options)
    else:
        from engine.ingest.parquet import read_parquet  # pyarrow is an extra, and heavy

        for file in [path] if path.is_file() else files_of(path, ".parquet"):
            yield from read_parquet(file, options)


@dataclass(slots=True)
class _Seen:
    """The keys of sound records. Whether an unread line is sound is looked up when its key comes again.

    A place is a line's first byte, counted through all files of lines one after the other.
    """

    options: IngestOptions
    keys: SeenKeys = field(default_factory=SeenKeys)
    files: list[Path] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)

    def begin(self, file: Path) -> None:
        """Say that lines of the next file follow."""
        last = self.begins[-1] + self.files[-1].stat().st_size if self.files else 0
        self.files.append(file)
        self.begins.append(last)

    def once(self, item: IngestItem | Unread) -> IngestItem | Unread:
        """Return the item, set aside where a sound record had its key before."""
        if isinstance(item, SetAside):
            return item
        key, place = (item.key, self.begins[-1] + item.at) if isinstance(item, Unread) else (item.customer.key, CERTAIN)
        earlier = self.keys.claim(key, place)
        if earlier is None:
            return item
        if not self._is_sound(earlier, key):
            self.keys.move(key, place)
            return item
        read_ = look_into(item, self.options) if isinstance(item, Unread) else item
        return _read_before(read_) if isinstance(read_, Read) else read_

    def _is_sound(self, place: int, key: str) -> bool:
        """True if the earlier record became a customer with this very key."""
        if place == CERTAIN:
            return True
        number = bisect(self.begins, place) - 1
        line = line_at(self.files[number], place - self.begins[number], self.options)
        found = look_into(line, self.options) if line else None
        is_sound = isinstance(found, Read) and found.customer.key == key
        if is_sound:
            self.keys.move(key, CERTAIN)
        return is_sound


def _read_before(item: Read) -> SetAside:
    problem = Problem("I113", "this key was read before", f"{item.source} field `key`",
                      "a cycle has one record a customer: the first is used")  # fmt: skip
    return SetAside(item.source, item.customer.key, problem)
