"""One record as Python objects becomes a customer, or is set aside with its problem."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from engine.errors import Problem
from engine.ingest import quick
from engine.ingest.faults import kind_of, problem_of
from engine.ingest.item import IngestItem, IngestOptions, Read, SetAside
from engine.ingest.place import Origins
from engine.ingest.text import UnfitTextError, clean
from engine.model.customer import Customer

_KEY_LIMIT = 200


def take(
    record: object, source: str, options: IngestOptions, *, is_suspect: bool = True, origins: Origins | None = None
) -> IngestItem:
    """Return the customer that `record` is, or why it is none.

    `is_suspect` false: the caller knows that no text holds a control character. `origins`: see `problem_of`.
    """
    if not isinstance(record, dict):
        problem = Problem("I110", f"found {kind_of(record)}, an object is expected", source, "write one { } a record")
        return SetAside(source, None, problem)
    warnings: list[Problem] = []
    if is_suspect:
        try:
            record, warnings = clean(record, source, options.control_characters, origins or {})
        except UnfitTextError as unfit:
            return SetAside(source, None, unfit.problem)
    try:
        return Read(source, quick.from_record(record), tuple(warnings))
    except quick.UnusualError:
        pass  # the model itself decides, and says what is wrong
    try:
        customer = Customer.model_validate(record)
    except ValidationError as error:
        problem, figures = problem_of(error, source, origins)
        return SetAside(source, key_of(record), problem, figures)
    return Read(source, customer, tuple(warnings))


def key_of(record: dict[str, Any]) -> str | None:
    """Return the record's key if it shows a usable one."""
    key = record.get("key")
    return key.strip() if isinstance(key, str) and 0 < len(key.strip()) <= _KEY_LIMIT else None
