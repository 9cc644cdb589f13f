"""Decisions as a file for other systems: lines of JSON, or CSV. It appears when it is whole, for its owner alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from engine.commands.private_file import private_file
from engine.insight.decision_row import COLUMNS, row_of
from engine.model.cell import plain_cell
from engine.model.outreach import Outreach

Write: TypeAlias = Callable[[Outreach], None]


@contextmanager
def as_json(path: Path, now: datetime) -> Iterator[Write]:
    """Give what writes a decision as a line of JSON to `path`. Raises `InsightError` (D153)."""
    with private_file(path, "D153") as file:

        def write(outreach: Outreach) -> None:
            file.write(json.dumps(row_of(outreach, now), ensure_ascii=False) + "\n")

        yield write


@contextmanager
def as_csv(path: Path, now: datetime) -> Iterator[Write]:
    """Give what writes a decision as a row of CSV to `path`, no cell a formula. Raises `InsightError` (D153)."""
    with private_file(path, "D153") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)

        def write(outreach: Outreach) -> None:
            row = row_of(outreach, now)
            cells = ["; ".join(row[name]) if isinstance(row[name], list) else row[name] for name in COLUMNS]
            table.writerow([plain_cell("" if cell is None else str(cell)) for cell in cells])

        yield write
