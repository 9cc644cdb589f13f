"""Decisions as a file for other systems: lines of JSON, or CSV. It appears when it is whole, for its owner alone."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, TypeAlias

from engine.errors import InsightError
from engine.insight.decision_row import COLUMNS, row_of
from engine.insight.tasks.export import harmless_cell
from engine.model.outreach import Outreach

Write: TypeAlias = Callable[[Outreach], None]


@contextmanager
def as_json(path: Path, now: datetime) -> Iterator[Write]:
    """Give what writes a decision as a line of JSON to `path`. Raises `InsightError` (D153)."""
    with _private(path) as file:

        def write(outreach: Outreach) -> None:
            file.write(json.dumps(row_of(outreach, now), ensure_ascii=False) + "\n")

        yield write


@contextmanager
def as_csv(path: Path, now: datetime) -> Iterator[Write]:
    """Give what writes a decision as a row of CSV to `path`, no cell a formula. Raises `InsightError` (D153)."""
    with _private(path) as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)

        def write(outreach: Outreach) -> None:
            row = row_of(outreach, now)
            cells = ["; ".join(row[name]) if isinstance(row[name], list) else row[name] for name in COLUMNS]
            table.writerow([harmless_cell(cell) for cell in cells])

        yield write


@contextmanager
def _private(path: Path) -> Iterator[IO[str]]:
    draft = path.with_name(f".{path.name}.draft")
    try:
        handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        draft.replace(path)
    except OSError as error:
        raise InsightError("D153", f"can't be written: {error.strerror}", place=str(path),
                           hint="is the folder there, and may you write into it?") from error  # fmt: skip
    finally:
        draft.unlink(missing_ok=True)
