"""One customer of an input, found by key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.errors import IngestError
from engine.ingest.item import IngestOptions, Read, SetAside, Unread
from engine.ingest.jsonl import look_into
from engine.ingest.reader import scan


def customer_of(
    inputs: Sequence[Path],
    key: str,
    *,
    format: str = "auto",  # noqa: A002 - the word of the command line
    options: IngestOptions | None = None,
) -> Read:
    """Return the first sound record of `inputs` that bears `key`; lines of JSON before it are not looked into.

    Raises `IngestError`: I120 where no record bears it, the record's own problem where it was set aside, and what
    `read` raises.
    """
    chosen = options or IngestOptions()
    refused: SetAside | None = None
    for item in scan(inputs, format=format, options=chosen):
        found = look_into(item, chosen) if isinstance(item, Unread) and item.key == key else item
        if isinstance(found, Read) and found.customer.key == key:
            return found
        if isinstance(found, SetAside) and found.key == key:
            refused = refused or found
    if refused is not None:
        problem = refused.problem
        raise IngestError(problem.code, problem.fact, place=problem.place, hint=problem.hint)
    raise IngestError("I120", f"no record of the input bears the key `{key}`", hint="is it the right input?")
