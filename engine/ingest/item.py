"""What ingest gives back, one item a record, and the options that steer it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.errors import Problem
from engine.model.customer import Customer
from engine.model.quick import quick

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Read:
    """A record that became a customer. `source` is its file and line, row or document."""

    source: str
    customer: Customer = field(repr=False)
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that can't be used, and why; the run goes on.

    `key` is the customer's key where the record shows one. `problem` holds no personal data and may be
    logged. `figures` is what the model said in full where a bill does not add up: amounts, so that
    it belongs in the private quarantine file only, never in a log.
    """

    source: str
    key: str | None
    problem: Problem
    figures: str = field(default="", repr=False)


@quick
@dataclass(frozen=True, slots=True)
class Unread:
    """A line that nobody looked into yet, but for the key that it has if it is sound.

    `at` is where it begins: bytes after the first of the file's first line.
    """

    source: str
    key: str
    line: bytes = field(repr=False)
    at: int


IngestItem = Read | SetAside


class IngestOptions(BaseModel):
    """How input is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_line_bytes: int = Field(
        default=8 * MIB,
        ge=64,
        description="Longest record of a JSON Lines or CSV file, bytes; a longer one is set aside.",
    )
    max_document_bytes: int = Field(
        default=16 * MIB, ge=1024, description="Largest XML document, bytes; a larger one is set aside."
    )
    batch_rows: int = Field(default=256, ge=1, description="Rows of a Parquet file held in memory at a time.")
    delimiter: Literal["", ",", ";", "\t", "|"] = Field(
        default="", description="Column delimiter of CSV files; empty: found from the first line."
    )
    decimal_comma: bool = Field(default=False, description="CSV figures are written 1.234,56 instead of 1234.56.")
    date_format: str = Field(
        default="", description="How CSV files write dates, as in %d/%m/%Y; empty: YYYY-MM-DD (ISO 8601)."
    )
    control_characters: Literal["show", "refuse"] = Field(
        default="show",
        description="Control characters in names and notes: shown as visible signs, with a warning, or refused.",
    )
    group_documents: bool = Field(
        default=False,
        description="Documents of one customer account make one customer with several bills, instead of one each.",
    )
    scratch_dir: Path | None = Field(
        default=None, description="Folder for temporary indexes on disk; none: the system's."
    )
