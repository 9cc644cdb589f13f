"""The types of what a template sees, from the annotations of `Communication` and its views."""

from __future__ import annotations

import dataclasses
import types
import typing
from functools import cache
from typing import Any

from markupsafe import Markup
from pydantic import BaseModel

from engine.model.communication import Communication, Fact, Phrase, Text, TextBlock

NOTHING = type(None)
PRINTABLE = (Fact, Text, TextBlock, Phrase, Markup)


@cache
def members(kind: Any) -> dict[str, Any]:
    """Return the names that a template can read from `kind`, with their types; empty when not known."""
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        found = {field.name: hints[field.name] for field in dataclasses.fields(kind)}
        for name, value in vars(kind).items():
            if isinstance(value, property) and value.fget:
                found[name] = typing.get_type_hints(value.fget).get("return", Any)
        return found
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: field.annotation for name, field in kind.model_fields.items()}
    return {}


def parts(kind: Any) -> tuple[Any, ...]:
    """Return the alternatives of a union, or the type alone."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return tuple(part for alternative in typing.get_args(kind) for part in parts(alternative))
    return (kind,)


def union(kinds: typing.Iterable[Any]) -> Any:
    """Return the union of types; Any swallows all."""
    found: dict[Any, None] = {}
    for kind in kinds:
        found.update(dict.fromkeys(parts(kind)))
    if not found or Any in found:
        return Any
    return typing.Union[tuple(found)]  # noqa: UP007  (made at run time)


def present(kind: Any) -> Any:
    """Return `kind` without None."""
    return union(part for part in parts(kind) if part is not NOTHING) if kind is not NOTHING else NOTHING


def element(kind: Any) -> Any:
    """Return the type of the elements of a tuple, list or dict's values."""
    found = []
    for part in parts(kind):
        origin, args = typing.get_origin(part), typing.get_args(part)
        if origin in (tuple, list) and args:
            found.append(union(arg for arg in args if arg is not Ellipsis))
        elif origin is dict:
            found.append(args[1])
        else:
            found.append(Any)
    return union(found)


def top_level() -> dict[str, Any]:
    """Return the names of a communication that stand at the top of every template."""
    return members(Communication)
