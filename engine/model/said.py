"""The three things that a template may print: a fact, a text, and a block of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from engine.model.quick import quick

FactValue: TypeAlias = Decimal | date | datetime | int | str | None


class Text(str):
    """Text without any value of a customer: translated, or from the campaign."""

    __slots__ = ()


@quick
@dataclass(frozen=True, slots=True)
class Fact:
    """One value of this customer, formatted. `id` is unique in a communication, as in `bill.amount_due`."""

    id: str
    value: FactValue
    text: str
    spoken: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)


@quick
@dataclass(frozen=True, slots=True)
class TextBlock:
    """Running text: a translated message with facts in it. `parts` in order; `text` is the whole."""

    id: str
    parts: tuple[Text | Fact, ...]

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(part.text if isinstance(part, Fact) else part for part in self.parts)

    @property
    def spoken(self) -> str:
        """The whole text as a voice says it."""
        return "".join((part.spoken or part.text) if isinstance(part, Fact) else part for part in self.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)


NO_BLOCK = TextBlock("", ())  # stands for what was left out, since nothing reads it


def contested_facts(node: object) -> tuple[str, ...]:
    """Return the ids below `node` that two facts bear with different values or texts; there should be none."""
    first: dict[str, Fact] = {}
    found = [fact.id for fact in walk_facts(node) if first.setdefault(fact.id, fact) != fact]
    return tuple(dict.fromkeys(found))


def walk_facts(node: object) -> Iterator[Fact]:
    """Return every fact below `node`, in the order of its fields."""
    found: list[Fact] = []
    _gather(node, found)
    return iter(found)


def _gather(node: object, found: list[Fact]) -> None:
    if isinstance(node, Fact):
        found.append(node)
    elif isinstance(node, tuple):
        for item in node:
            _gather(item, found)
    else:
        names = _FIELDS.get(type(node))
        for name in _field_names(type(node)) if names is None else names:
            _gather(getattr(node, name), found)


# The fields of each type that was met: none of what is no dataclass, which holds no facts.
_FIELDS: dict[type, tuple[str, ...]] = {}


def _field_names(kind: type) -> tuple[str, ...]:
    names = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
    return _FIELDS.setdefault(kind, names)
