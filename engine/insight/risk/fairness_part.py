"""What a fairness report says, for a model's card: who was met how, by protected group, and what stands out."""

from __future__ import annotations

import json
from pathlib import Path

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.errors import InsightError
from engine.insight.report_page import Section, heading, noted, section, table


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Figure(_Part):
    """A figure with its interval."""

    value: float
    low: float
    high: float


class Compared(_Part):
    """One outcome of one group."""

    group: str
    share: Figure
    difference: Figure
    is_marked: bool


class OutcomeTable(_Part):
    """One outcome by group."""

    words: str
    rows: tuple[Compared, ...]


class Attribute(_Part):
    """What was compared by one protected attribute."""

    name: str
    outcomes: tuple[OutcomeTable, ...]
    marks: int
    comparisons: int


class Fairness(_Part):
    """The report, as far as a card shows it."""

    as_of: str
    policy: str
    customers: int
    least: int = Field(ge=1)
    attributes: tuple[Attribute, ...]


def read_fairness(path: Path) -> Fairness:
    """Return the report that `billcast insight fairness --json` wrote. Raises `InsightError` (D116)."""
    hint = "`billcast insight fairness … --json FILE` writes one"
    try:
        return Fairness.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InsightError("D116", f"can't be read: {error.strerror}", place=str(path), hint=hint) from error
    except (ValidationError, ValueError) as error:
        raise InsightError("D116", "is no fairness report", place=str(path), hint=hint) from error


def fairness_section(report: Fairness) -> Section:
    """Return the section of the card."""
    intro = (
        f"Decisions for {report.customers:,} customers by policy {report.policy}, as of {report.as_of[:10]}. Groups of "
        f"fewer than {report.least} are not shown. At 95 %, about one comparison of twenty stands out by chance alone."
    )
    return section("Who is met how", intro, *(part for one in report.attributes for part in _attribute(one)))


def _attribute(one: Attribute) -> list[str | Markup]:
    marked = [_row(told.words, row) for told in one.outcomes for row in told.rows if row.is_marked]
    found: list[str | Markup] = [heading(one.name), f"{one.marks} of {one.comparisons} comparisons stand out."]
    if marked:
        found.append(table(["outcome", "group", "share", "points from the others"], marked, words=(1,)))
    return found


def _row(words: str, row: Compared) -> list[str]:
    value, low, high = (
        _signed(figure * 100) for figure in (row.difference.value, row.difference.low, row.difference.high)
    )
    return [words, row.group, f"{row.share.value * 100:.1f}\u00a0%", noted(value, f"({low} to {high})")]


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "\N{MINUS SIGN}")
