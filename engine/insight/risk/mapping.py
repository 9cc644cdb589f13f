"""What a table's columns are: declared in a TOML file, so that any table of payments can be learned from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from engine.errors import InsightError, nearest
from engine.insight.features.protected import refuse_protected
from engine.insight.risk.inputs import Input, InputKind
from engine.insight.risk.terms import Target
from engine.model.campaign import Options

Separator = Literal["comma", "semicolon", "tab", "pipe", "blanks"]


class FileForm(Options):
    """[file]: how the table is written."""

    separator: Separator = Field(
        "comma", description="Between columns: comma, semicolon, tab, pipe, or blanks (any run of them)."
    )
    encoding: str = Field("utf-8", description="Character set.")
    missing: tuple[str, ...] = Field(("", "NA", "NaN", "null"), description="What stands for a value not known.")
    decimal: Literal[".", ","] = Field(".", description="Decimal mark of numbers.")
    date_format: str = Field("%Y-%m-%d", description="How days are written.")


class Label(Options):
    """[label]: the outcome."""

    column: str = Field(description="Column that holds it.")
    bad: tuple[str, ...] = Field(min_length=1, description="Values with the outcome that is foretold.")
    good: tuple[str, ...] = Field((), description="Values without; empty: all others. Rows of neither are left out.")
    known_on: str = Field("", description="Column with the day on which it was known; none: the day of the row.")


class ColumnForm(Options):
    """[columns.NAME]: one feature."""

    kind: InputKind = Field(InputKind.NUMBER, description="number, ordered (codes with an order) or category.")
    order: tuple[str, ...] = Field((), description="Codes of an ordered column, lowest first.")
    words: str = Field("", description="How a reason names it.")
    phrase: str = Field("", description="How a reason says a value: `{column}` stands for that column's value.")
    unit: str = Field("", description="Unit of a number: share, days, count, times, years, yes, or any other.")
    is_private: bool = Field(False, description="Its value is never said in a reason, as for an amount.")
    labels: dict[str, str] = Field(default_factory=dict, description="What codes mean, in plain words.")

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if (self.kind is InputKind.ORDERED) != bool(self.order):
            raise ValueError("`order` belongs to an ordered column, and to no other")
        return self


class TableMapping(Options):
    """What the columns of a table are. Each column is named exactly once."""

    target: Target = Field("late", description="What is foretold.")
    meaning: str = Field(description="The outcome in words.")
    source: str = Field("", description="What the table is and where it comes from.")
    file: FileForm = Field(FileForm(), description="How it is written.")
    label: Label = Field(description="The outcome.")
    columns: dict[str, ColumnForm] = Field(min_length=1, description="Features.")
    protected: tuple[str, ...] = Field((), description="Protected columns: for fairness reports, never features.")
    bands: dict[str, tuple[float, ...]] = Field(
        default_factory=dict, description="Protected numbers: where bands of them begin, rising, as for ages."
    )
    ignored: tuple[str, ...] = Field((), description="Columns that are not used.")
    unit: str = Field("", description="Column with the customer's key; none: each row is a customer of its own.")
    name: str = Field("", description="Column that names a row, as the number of a bill.")
    time: str = Field("", description="Column with the day of the row; none: rows have no order in time.")
    past_share: str = Field("", description="Feature with the share of earlier bills paid late, for the naive rule.")

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The features as inputs of a model."""
        return tuple(
            Input(name=name, kind=form.kind, words=form.words, phrase=form.phrase, unit=form.unit,
                  is_private=form.is_private, levels=form.order, labels=form.labels)
            for name, form in self.columns.items()
        )  # fmt: skip

    @property
    def known_columns(self) -> tuple[str, ...]:
        """All columns that it names."""
        rest = (self.label.column, self.label.known_on, self.unit, self.name, self.time)
        return (*self.columns, *self.protected, *self.ignored, *(column for column in rest if column))

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        named = self.known_columns
        twice = sorted({name for name in named if named.count(name) > 1 and name not in self.protected})
        if twice:
            raise ValueError(f"named twice: {', '.join(twice)}")
        for name, starts in self.bands.items():
            if name not in self.protected or list(starts) != sorted(set(starts)):
                raise ValueError("`bands` names protected columns, each with rising numbers")
        if self.past_share and self.past_share not in self.columns:
            raise ValueError("`past_share` names no feature")
        return self


def read_mapping(path: Path) -> TableMapping:
    """Return the mapping of a table.

    Raises `InsightError`: D113 for a file that can't be read or has a value that is not taken, D130 and D131 for
    protected attributes among the features.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InsightError("D113", f"can't be read: {error.strerror}", place=str(path)) from error
    except ValueError as error:
        raise InsightError("D113", f"is not TOML in UTF-8: {error}", place=str(path)) from error
    try:
        mapping = TableMapping.model_validate(content)
    except ValidationError as error:
        raise _refused(error, path) from error
    refuse_protected(mapping.columns, mapping.protected, place=f"{path} [columns]")
    return mapping


def _refused(error: ValidationError, path: Path) -> InsightError:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    hint = "docs/risk.md shows a mapping"
    if first["type"] == "extra_forbidden":
        near = nearest(str(first["loc"][-1]), TableMapping.model_fields)
        return InsightError("D113", "is not known", place=f"{path} key `{field}`",
                            hint=f"did you mean `{near}`?" if near else hint)  # fmt: skip
    return InsightError("D113", first["msg"], place=f"{path} key `{field}`" if field else str(path), hint=hint)
