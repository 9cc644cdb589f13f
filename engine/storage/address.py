"""Output addresses: a folder, memory:// or s3://bucket/prefix, and the sink behind each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from engine.contracts import Sink
from engine.errors import StorageError
from engine.registry import load_sink

DEFAULT_CACHE_CONTROL = "private, max-age=300"
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)://(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SinkAddress:
    """Where a run puts its objects: all that a worker process needs to open the same sink."""

    out: str
    endpoint: str | None = None
    cache_control: str = DEFAULT_CACHE_CONTROL
    sync: bool = True

    @property
    def scheme(self) -> str:
        """The sink's name in the registry: file, memory, s3, or an entry point's."""
        found = _SCHEME.match(self.out)
        return found.group(1) if found else "file"

    @property
    def rest(self) -> str:
        """What follows the scheme: a folder, or bucket/prefix."""
        found = _SCHEME.match(self.out)
        return found.group(2) if found else self.out

    @property
    def folder(self) -> Path | None:
        """The output folder; None for all but local output."""
        return Path(self.rest).absolute() if self.scheme == "file" else None

    def absolute(self) -> SinkAddress:
        """Return the same address, whatever the working directory will be."""
        out = str(self.folder) if self.folder else self.out
        return SinkAddress(out, self.endpoint, self.cache_control, self.sync)

    def open(self) -> Sink:
        """Return the sink. Raises `StorageError` (S101), `MissingPartError` (X101), `CampaignError` (C120)."""
        if not self.rest:
            raise StorageError("S101", "the output address is empty", hint="give a folder or s3://bucket/prefix")
        sink: Sink = load_sink(self.scheme).open(self)
        return sink


def open_sink(out: str, *, endpoint: str | None = None, cache_control: str = DEFAULT_CACHE_CONTROL) -> Sink:
    """Return the sink of an output address: a folder, memory://name or s3://bucket/prefix."""
    return SinkAddress(out, endpoint, cache_control).open()
