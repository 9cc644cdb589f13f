"""The three things that a template may print: a fact, a text, and a block of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

FactValue: TypeAlias = Decimal | date | datetime | int | str | None


class Text(str):
    """Text without any value of a customer: translated, or from the campaign."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of this customer, formatted. `id` is unique in a communication, as in `bill.amount_due`."""

    id: str
    value: FactValue
    text: str
    spoken: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)


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


def contested_facts(node: object) -> tuple[str, ...]:
    """Return the ids below `node` that two facts bear with different values or texts; there should be none."""
    first: dict[str, Fact] = {}
    found = [fact.id for fact in walk_facts(node) if first.setdefault(fact.id, fact) != fact]
    return tuple(dict.fromkeys(found))


def walk_facts(node: object) -> Iterator[Fact]:
    """Yield every fact below `node`, in the order of its fields."""
    if isinstance(node, Fact):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from walk_facts(item)
    elif is_dataclass(node):
        for field in fields(node):
            yield from walk_facts(getattr(node, field.name))
