"""Rows for the risk commands: of customers with histories, or of any table by its mapping."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from engine.commands.options import moment_of
from engine.errors import InsightError, MissingPartError

if TYPE_CHECKING:
    from engine.insight.risk.inputs import Input
    from engine.insight.risk.mapping import TableMapping
    from engine.insight.risk.model_file import Model
    from engine.insight.risk.table import Row
    from engine.insight.risk.terms import HistoryTerms, Target
    from engine.model.customer import Customer


@dataclass(slots=True)
class Source:
    """Where rows come from. One row is held at a time."""

    inputs: Sequence[Path]
    mapping: TableMapping | None
    terms: HistoryTerms
    now: datetime
    input_format: str = "auto"
    set_aside: int = 0
    groups: set[str] = field(default_factory=set)  # names of the protected attributes that were met

    @property
    def target(self) -> Target:
        """What is foretold."""
        return self.mapping.target if self.mapping else self.terms.target

    @property
    def meaning(self) -> str:
        """The label in words."""
        return self.mapping.meaning if self.mapping else self.terms.meaning

    @property
    def words(self) -> str:
        """What the rows are, in words."""
        if self.mapping:
            return self.mapping.source or "a table"
        return "bills of customers with histories, each as of its day of issue"

    def features(self) -> tuple[Input, ...]:
        """Return what may be learned from. Raises `InsightError` (D130, D131)."""
        from engine.insight.risk.history import inputs_of

        return self.mapping.inputs if self.mapping else inputs_of(self.terms)

    def rows(self, *, needs_label: bool = True) -> Iterator[Row]:
        """Yield all rows. Raises `BillcastError` for what can't be read."""
        from engine.insight.risk.history import history_rows

        if self.mapping is None:
            yield from self._noted(history_rows(self._customers(), self.terms, self.now))
        else:
            yield from self._noted(self._table_rows(needs_label=needs_label))

    def open_rows(self) -> Iterator[Row]:
        """Yield the rows of bills that are open and not past their due date; all rows of a table."""
        from engine.insight.risk.history import open_rows

        if self.mapping is None:
            return open_rows(self._customers(), self.terms, self.now)
        return self._table_rows(needs_label=False)

    def tell(self) -> None:
        """Say how many records were left out since they can't be read."""
        if self.set_aside:
            typer.echo(f"set aside  {self.set_aside} records that can't be read; `billcast render --dry-run` says why")

    def _table_rows(self, *, needs_label: bool) -> Iterator[Row]:
        from engine.insight.risk.delimited import table_rows

        if self.mapping is not None:
            for path in self.inputs:
                yield from table_rows(path, self.mapping, needs_label=needs_label)

    def _customers(self) -> Iterator[Customer]:
        from engine.ingest import Read, read

        for item in read(self.inputs, format=self.input_format):
            if isinstance(item, Read):
                yield item.customer
            else:
                self.set_aside += 1

    def _noted(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self.groups.update(name for name, _ in row.groups)
            yield row


def source_of(
    inputs: Sequence[Path],
    mapping: Path | None,
    now: str | None,
    *,
    terms: HistoryTerms | None = None,
    model: Model | None = None,
    input_format: str = "auto",
) -> Source:
    """Return where rows come from; a model says itself how its rows are made.

    Raises `InsightError` (D113 and protected attributes in a mapping; D116 for a model of other rows).
    """
    from engine.insight.risk.mapping import read_mapping
    from engine.insight.risk.terms import HistoryTerms

    moment = moment_of(now)
    declared = read_mapping(mapping) if mapping else None
    if model is not None:
        if (model.history is None) != (declared is not None):
            fact = "was learned from a table" if model.history is None else "was learned from customers"
            hint = "give --mapping" if model.history is None else "leave out --mapping"
            raise InsightError("D116", f"the model {fact}", hint=hint)
        terms = model.history
    source = Source(inputs, declared, terms or HistoryTerms(), moment, input_format)
    if model is not None:
        _check(model, source)
    return source


def terms_of(target: Target, campaign: Path | None, grace_days: int, horizon_days: int, left_on: str) -> HistoryTerms:
    """Return how rows are made of customers, with the context that the policy of a campaign declares."""
    from engine.insight.policy.reader import load_policy
    from engine.insight.risk.terms import HistoryTerms

    policy = load_policy(campaign) if campaign else None
    profiles = policy.profiles if policy else None
    return HistoryTerms(
        target=target,
        grace_days=grace_days,
        horizon_days=horizon_days,
        left_on=left_on,
        context=profiles.context if profiles else (),
        protected=profiles.protected if profiles else (),
    )


def need_learning() -> None:
    """Raise `MissingPartError` (X101) unless what learns is installed."""
    try:
        import sklearn  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingPartError("X101", f"learning and measuring need the package {error.name}",
                               hint="pip install 'billcast[insight]'") from error  # fmt: skip


def _check(model: Model, source: Source) -> None:
    known = {one.name for one in source.features()}
    lacking = sorted(one.name for one in model.encoding.inputs if one.name not in known)
    if lacking:
        raise InsightError("D116", f"the model looks at `{lacking[0]}`, which the input does not have",
                           hint="was it learned with another mapping, or an older version?")  # fmt: skip
