"""Options that several commands take, and the time that `--now` says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from engine.errors import BatchError

Now = Annotated[
    str | None, typer.Option(help="The time that counts, as in 2026-11-06T08:00:00Z; by default the clock's.")
]
InputFormat = Annotated[str, typer.Option("--format", help="Input format: auto, jsonl, parquet, csv or ubl.")]


def instant(text: str) -> datetime:
    """Return the aware time that `text` says. Raises `BatchError` (B101)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BatchError("B101", "--now is not a time", hint="as in 2026-11-06T08:00:00Z") from error
    if moment.tzinfo is None:
        raise BatchError("B101", "--now needs its offset from UTC", hint="as in 2026-11-06T08:00:00Z")
    return moment


def moment_of(now: str | None) -> datetime:
    """Return the aware time that `--now` says, by default the clock's. Raises `BatchError` (B101)."""
    return instant(now) if now else datetime.now(UTC)
