"""The customers of an input: the first few hundred as a list, any other by streaming to it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from engine.errors import BatchError
from engine.ingest import Read, SetAside, read
from engine.model.customer import Customer
from engine.preview.problem_view import as_error

LISTED = 500
_KEPT = 16  # customers held in memory: those looked at last


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: a customer's key, or a record that was set aside with its problem's code."""

    key: str
    source: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The first records of an input. `has_more` says that the input goes on."""

    entries: tuple[Entry, ...]
    has_more: bool


class Roster:
    """The records of `inputs`. Memory: `LISTED` entries and `_KEPT` customers, however long the input."""

    def __init__(self, inputs: Sequence[Path], input_format: str = "auto") -> None:
        self._inputs = tuple(inputs)
        self._format = input_format
        self._lock = threading.Lock()
        self._listing: Listing | None = None
        self._found: dict[str, Customer] = {}

    def listing(self) -> Listing:
        """Return the first records, read once. Raises `IngestError` for an input that can't be read."""
        with self._lock:
            if self._listing is None:
                items = list(islice(read(self._inputs, format=self._format), LISTED + 1))
                entries = tuple(_entry(item) for item in items[:LISTED])
                self._listing = Listing(entries, len(items) > LISTED)
            return self._listing

    def find(self, key: str) -> Customer:
        """Return the customer with `key`.

        Raises `BatchError` (B102) when no record bears it, the record's own problem when it was set aside.
        """
        with self._lock:
            if key not in self._found:
                customer = self._search(key)
                while len(self._found) >= _KEPT:
                    del self._found[next(iter(self._found))]
                self._found[key] = customer
            return self._found[key]

    def forget(self) -> None:
        """Read anew from now on: the input changed."""
        with self._lock:
            self._listing = None
            self._found.clear()

    def _search(self, key: str) -> Customer:
        for item in read(self._inputs, format=self._format):
            if isinstance(item, Read):
                if item.customer.key == key:
                    return item.customer
            elif item.key == key:
                raise as_error(item.problem)
        raise BatchError("B102", f"no customer of the input bears the key `{key}`", hint="is it the right input?")


def _entry(item: Read | SetAside) -> Entry:
    if isinstance(item, Read):
        return Entry(item.customer.key, item.source)
    return Entry(item.key or "", item.source, item.problem.code)
