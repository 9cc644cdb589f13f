"""What a fairness report says, for a model's card: who was met how, by protected group, and what stands out."""

from __future__ import annotations

import json
from pathlib import Path

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.errors import InsightError


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


def fairness_section(report: Fairness) -> Markup:
    """Return the section of the card."""
    intro = (
        f"Decisions for {report.customers:,} customers by policy {report.policy}, as of {report.as_of[:10]}. Groups of "
        f"fewer than {report.least} are not shown. At 95 %, about one comparison of twenty stands out by chance alone."
    )
    parts = Markup().join(_attribute(one) for one in report.attributes)
    return Markup("<p>{}</p>{}").format(intro, parts)


def _attribute(one: Attribute) -> Markup:
    marked = [(table.words, row) for table in one.outcomes for row in table.rows if row.is_marked]
    line = Markup("<p><strong>{}</strong>: {} of {} comparisons stand out.</p>").format(
        one.name, one.marks, one.comparisons
    )
    if not marked:
        return line
    rows = Markup().join(_row(words, row) for words, row in marked)
    return line + Markup(
        '<div class="wide"><table><thead><tr><th scope="col">outcome</th><th scope="col">group</th>'
        '<th scope="col">share</th><th scope="col">points from the others</th></tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(rows)


def _row(words: str, row: Compared) -> Markup:
    points = [_signed(figure * 100) for figure in (row.difference.value, row.difference.low, row.difference.high)]
    return Markup(
        '<tr><th scope="row">{}</th><td>{}</td><td>{} %</td><td>{} <small>({} to {})</small></td></tr>'
    ).format(words, row.group, f"{row.share.value * 100:.1f}", *points)


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "\N{MINUS SIGN}")
