"""The quick way from a record to a customer: the data model's own rules, with its costly steps done cheaply.

Made of the model's schema, so that the two can't drift apart: figures and days as they are mostly
written (`"12.50"`, `"2026-11-03"`) are looked up or read by one call, and periods, which recur from
customer to customer, are shared. What is written in any other way, and whatever is wrong, raises
`UnusualError`: then the model itself decides, and says what is the matter.

Where its kernel is built, most lines go a quicker way still (`at_once`), which leaves to this one what it doesn't know.

Memory: at most `KEPT` figures, `KEPT` periods, and the days from 1990 to 2199: some 20 MB.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import SchemaValidator, core_schema

from engine.ingest.place import model_in
from engine.model import base
from engine.model.bill import Bill, Period
from engine.model.customer import Customer
from engine.natives import native

_kernel = native(__name__, "reading_kernel")
KEPT = 20_000
_FIGURE = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,30})?", re.ASCII).fullmatch
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII).fullmatch
_Rule = Callable[[Any], Any]
_PERIOD_ONLY = ("period",)  # of a kind of record whose one part is a period, which has two names


class UnusualError(ValueError):
    """The record is not written in the usual way, or not sound."""


class _Figures(dict[str, Decimal]):
    """Figures by their text. A figure that is a number already is checked and not kept."""

    def __missing__(self, written: object) -> Decimal:
        if isinstance(written, str):
            if not _FIGURE(written):
                raise UnusualError
            if len(self) >= KEPT:
                self.clear()
            figure = self[written] = Decimal(written)  # of this shape none is beyond `finite`
            return figure
        if isinstance(written, Decimal) or type(written) is int:
            return base.finite(Decimal(written))
        raise UnusualError


class _Days(dict[str, date]):
    """Days by their text; there are no more than the model lets pass."""

    def __missing__(self, written: object) -> date:
        if not isinstance(written, str) or not _DAY(written):
            raise UnusualError
        day = self[written] = base.sane(date.fromisoformat(written))
        return day


class _Periods(dict[tuple[str, str], Period]):
    """Periods by the texts of their two days."""

    def of(self, written: dict[str, str]) -> Period:
        """Return the period that `written` is."""
        if len(written) != 2:
            raise UnusualError
        key = written["start"], written["end"]
        found = self.get(key)
        if found is None:
            found = Period.model_validate(written)
            if len(self) >= KEPT:
                self.clear()
            self[key] = found
        return found


def at_once(line: bytes) -> Customer | None:
    """Return the customer that a line of JSON is; None where that can't be told natively.

    A line that gives one is sound, and no control character is in it.
    """
    reader = _reader()
    return None if reader is None else reader.read(line)


def from_json(line: bytes) -> Customer:
    """Return the customer that a line of JSON is. Raises `UnusualError`.

    The line must hold no control character (`is_suspect`). A name twice in one object is noticed by
    counting: as many names must be written as fields were set.
    """
    if b'\\"' in line or b" :" in line:
        raise UnusualError  # the count below needs each `":` to end a name
    try:
        customer: Customer = _validator().validate_json(line)
    except (ValidationError, TypeError, KeyError) as error:
        raise UnusualError from error
    if line.count(b'":') != _names_in(customer):
        raise UnusualError
    return customer


def from_record(record: dict[str, Any]) -> Customer:
    """Return the customer that a record of Python objects is. Raises `UnusualError`."""
    try:
        customer: Customer = _validator().validate_python(record)
    except (ValidationError, TypeError, KeyError) as error:
        raise UnusualError from error
    return customer


@cache
def _kept() -> tuple[_Figures, _Days, _Periods]:
    return _Figures(), _Days(), _Periods()


@cache
def _reader() -> Any:
    """Return the kernel's reader of customers; None without the kernel, or where it doesn't know the model."""
    if _kernel is None:
        return None
    figures, days, periods = _kept()
    schema, rules = Customer.__pydantic_core_schema__, {base.finite: figures, base.sane: days}
    sure = {Bill._adds_up: _kernel.surely_adds_up}  # noqa: SLF001 - as the schema has it
    try:
        return _kernel.Reader(schema, rules, Period, periods.of, _part, sure)
    except TypeError:  # `UnknownSchemaError`, or a default that nothing can share
        return None


def _part(schema: Any, config: Any) -> _Rule:
    """Return what reads the JSON of a part of the model."""
    return SchemaValidator(schema, config, False).validate_json


@cache
def _validator() -> SchemaValidator:
    figures, days, periods = _kept()
    rules: dict[object, _Rule] = {base.finite: figures.__getitem__, base.sane: days.__getitem__}
    schema = _quickened(Customer.__pydantic_core_schema__, rules, periods.of)
    return SchemaValidator(schema, None, False)  # not the validators of the classes below


def _quickened(node: Any, rules: dict[object, _Rule], period: _Rule) -> Any:
    """Return the schema with the nodes of figures, days and periods put in the quick way."""
    if isinstance(node, list | tuple):
        return type(node)(_quickened(part, rules, period) for part in node)
    if not isinstance(node, dict):
        return node
    if node.get("type") == "function-after":
        if (rule := rules.get(node["function"]["function"])) is not None:
            return core_schema.no_info_plain_validator_function(rule)
        if node["schema"].get("cls") is Period:
            return core_schema.no_info_plain_validator_function(period)
    kept = ("metadata", "serialization", "cls", "config")
    return {name: part if name in kept else _quickened(part, rules, period) for name, part in node.items()}


def _names_in(record: BaseModel) -> int:
    """Return how many names the JSON of a record holds: its fields that were set, and those of all below."""
    count = len(record.__pydantic_fields_set__)
    values = record.__dict__
    for name in _inside(type(record)):
        part = values[name]
        if not part:
            continue
        if type(part) is tuple:
            kind: type[BaseModel] = type(part[0])
            if _inside(kind) == _PERIOD_ONLY:  # charge lines and months of use: the most by far
                for one in part:
                    count += len(one.__pydantic_fields_set__) + (2 if one.__dict__["period"] else 0)
            else:
                for one in part:
                    count += _names_in(one)
        elif type(part) is dict:
            count += len(part)
        else:
            count += _names_in(part)
    return count


@cache
def _inside(kind: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields of a kind of record that may hold records, or free names."""
    fields = kind.model_fields.items()
    return tuple(name for name, field in fields if model_in(field.annotation) or get_origin(field.annotation) is dict)
