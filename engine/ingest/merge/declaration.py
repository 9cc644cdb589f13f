"""The declaration of a merge: which columns of each source are which fields, and which source wins for which.

A TOML file: a table `[[source]]` for each source, the first of which wins where nothing else is said, and
`[wins]`, field by field. Without one, all sources hold whole records and the first one given wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from engine.errors import IngestError, nearest
from engine.ingest.columns import Column, columns_of
from engine.ingest.item import IngestOptions
from engine.model.base import Key
from engine.model.bill import Bill
from engine.model.campaign import Options
from engine.model.customer import Customer, Interaction, Payment, SupplyPoint
from engine.model.dealings import Dispute, Document, Promise, TaskRecord
from engine.templating.option_file import OptionFile

PAGE = "docs/timeline.md"
# What a row of a flat source is -> its record. A row of `customers` holds fields of the customer itself.
ROWS: Mapping[str, type[BaseModel]] = MappingProxyType({
    "customers": Customer,
    "supply_points": SupplyPoint,
    "bills": Bill,
    "payments": Payment,
    "interactions": Interaction,
    "documents": Document,
    "promises": Promise,
    "disputes": Dispute,
    "tasks": TaskRecord,
})  # fmt: skip
LEAFWISE = ("flags", "consents", "attributes")  # each of their fields may come from another source


RowKind = Literal[
    "records", "customers", "supply_points", "bills", "payments", "interactions", "documents", "promises",
    "disputes", "tasks",
]  # fmt: skip


class Source(Options):
    """One source of a merge."""

    name: Key = Field(description="Its name, as given on the command line: billing, crm.")
    rows: RowKind = Field(
        "records", description="`records`: whole customers in any format that is read; else what a flat row is."
    )
    is_base: bool = Field(
        False, description="Its keys are the customers; by default the first source's. Other keys are unmatched."
    )
    key: str = Field("key", min_length=1, description="Column of a flat source that holds the customer's key.")
    changed_at: str = Field("", description="Column that says when the row was last changed; empty: not known.")
    columns: dict[str, str] = Field({}, description="Column -> field; empty: columns are named as the fields.")
    fixed: dict[str, str] = Field({}, description="Field -> value that each row has, as in kind = `sent`.")
    words: dict[str, dict[str, str]] = Field({}, description="Field -> word of the source -> word of the data model.")
    delimiter: Literal["", ",", ";", "\t", "|"] = Field("", description="Column delimiter; empty: found.")
    decimal_comma: bool = Field(False, description="Figures are written 1.234,56.")
    date_format: str = Field("", description="How dates are written, as in %d/%m/%Y; empty: YYYY-MM-DD.")

    @model_validator(mode="after")
    def _fields_are_known(self) -> Self:
        if self.rows == "records":
            if self.columns or self.fixed or self.words or self.changed_at:
                raise ValueError("a source of whole records takes no columns, fixed, words or changed_at")
            return self
        known = self.fields
        for name in (*self.columns.values(), *self.fixed, *self.words):
            if name not in known and not (self.rows == "customers" and name.startswith("attributes.")):
                close = nearest(name, known)
                raise ValueError(f"there is no field `{name}`" + (f"; did you mean `{close}`?" if close else ""))
        return self

    @property
    def fields(self) -> dict[str, Column]:
        """The fields that a flat row may have, by path."""
        known = dict(columns_of(ROWS[self.rows]))
        if self.rows == "customers":
            known.pop("key")
        return known

    def options(self, chosen: IngestOptions) -> IngestOptions:
        """Return `chosen` with what the source says of its figures, dates and delimiter."""
        own = {"delimiter": self.delimiter, "decimal_comma": self.decimal_comma, "date_format": self.date_format}
        return chosen.model_copy(update=own)


class Merging(Options):
    """All sources of a merge, in the order in which they win, and the exceptions from it."""

    source: tuple[Source, ...] = Field(min_length=1, description="The sources; the first wins.")
    wins: dict[str, tuple[str, ...] | Literal["newest"]] = Field(
        {}, description="Field -> sources in the order in which they win, or `newest`."
    )

    @model_validator(mode="after")
    def _names_hold(self) -> Self:
        names = [source.name for source in self.source]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two sources are named `{name}`")
        for field, order in self.wins.items():
            self._check_field(field)
            for name in () if order == "newest" else order:
                if name not in names:
                    raise ValueError(f"wins.{field}: there is no source `{name}`")
        return self

    def _check_field(self, field: str) -> None:
        top, _, leaf = field.partition(".")
        known = [name for name in Customer.model_fields if name != "key"]
        if top not in known or (leaf and top not in LEAFWISE):
            close = nearest(field, known)
            raise ValueError(f"wins: there is no field `{field}`" + (f"; did you mean `{close}`?" if close else ""))
        if leaf and top != "attributes" and leaf not in _leaves(top):
            close = nearest(leaf, _leaves(top))
            raise ValueError(f"wins: there is no `{field}`" + (f"; did you mean `{top}.{close}`?" if close else ""))

    @property
    def bases(self) -> tuple[int, ...]:
        """The places of the sources whose keys are the customers."""
        return tuple(place for place, source in enumerate(self.source) if source.is_base) or (0,)

    def rank(self, field: str, place: int) -> int:
        """Return how late the source at `place` comes for `field`: the lowest wins. 0 for all where the newest does."""
        order = self.order_of(field)
        if order == "newest":
            return 0
        name = self.source[place].name
        return order.index(name) if name in order else len(order) + place

    def order_of(self, field: str) -> tuple[str, ...] | Literal["newest"]:
        """Return what `wins` says of the field or of the one above it, an empty order where it says nothing."""
        return self.wins.get(field, self.wins.get(field.partition(".")[0], ()))

    def place_of(self, name: str) -> int:
        """Return the place of the source `name`. Raises `IngestError` (I121) where it is not declared."""
        names = [source.name for source in self.source]
        if name in names:
            return names.index(name)
        close = nearest(name, names)
        hint = f"did you mean `{close}`?" if close else f"declared: {', '.join(names)}"
        raise IngestError("I121", f"the source `{name}` is not declared", hint=hint)


def _leaves(name: str) -> list[str]:
    model = Customer.model_fields[name].annotation
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


_FILE = OptionFile(
    name="a merge declaration",
    table=Merging,
    error=IngestError,
    unreadable="I101",
    syntax="I121",
    unknown="I121",
    wrong="I121",
    page=PAGE,
    absent=f"{PAGE} has an example",
)


def load_merging(path: Path) -> Merging:
    """Return the declaration that `path` holds. Raises `IngestError` (I101, I121) with file, line and key."""
    return _FILE.load(path)[0]


def merging_of(names: Sequence[str]) -> Merging:
    """Return the declaration of sources of whole records, the first of which wins."""
    return Merging(source=tuple(Source(name=name) for name in dict.fromkeys(names)))
