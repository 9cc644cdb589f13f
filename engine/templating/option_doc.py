"""Reference pages of option files, made from their fields: one definition feeds file, check and page."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from engine.templating.option_file import table_of

_MOST_REPEATED = 10  # keys of a table that is told of again where it stands a second time


def reference(head: str, table: type[BaseModel]) -> str:
    """Return the reference page of `table` below `head`, in Markdown."""
    return head + "\n".join(_sections(table, "", {})) + "\n"


def _sections(
    table: type[BaseModel], path: str, told: dict[type[BaseModel], str], *, is_array: bool = False
) -> Iterator[str]:
    title = f"[[{path}]]" if is_array else f"[{path}]"
    yield f"## `{title}`\n" if path else "## Top of the file\n"
    yield f"{(table.__doc__ or '').strip().splitlines()[0]}\n"
    if table in told and len(table.model_fields) > _MOST_REPEATED:
        yield f"The same keys as in `{told[table]}`.\n"
        return
    told[table] = title
    yield "| key | takes | default | meaning |\n|---|---|---|---|"
    inner: list[tuple[type[BaseModel], str, bool]] = []
    for name, field in table.model_fields.items():
        below = table_of(field.annotation)
        if below is not None:
            inner.append((below, f"{path}.{name}".lstrip("."), typing.get_origin(field.annotation) is tuple))
            continue
        yield f"| `{name}` | {_takes(field.annotation, field)} | {_default(field)} | {field.description} |"
    yield ""
    for below, name, many in inner:
        yield from _sections(below, name, told, is_array=many)


def _takes(kind: Any, field: FieldInfo | None = None) -> str:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _takes(args[0], next((part for part in args[1:] if isinstance(part, FieldInfo)), None))
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in args)
    if origin is tuple:
        return f"list of {_takes(args[0])}"
    if origin is dict:
        return f"table of {_takes(args[1])}"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_takes(part) for part in args if part is not type(None))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(f"`{member.value}`" for member in kind)
    word = {str: "text", int: "whole number", float: "number", bool: "true or false", Decimal: "decimal"}.get(
        kind, "text"
    )
    return word + (_bounds(field) if field else "")


def _bounds(field: FieldInfo) -> str:
    low = next((m.ge for m in field.metadata if hasattr(m, "ge")), None)
    high = next((m.le for m in field.metadata if hasattr(m, "le")), None)
    return f", {low} to {high}" if low is not None and high is not None else ""


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "required"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(str(part) if isinstance(part, int) else f'"{part}"' for part in value) + "]`"
    if isinstance(value, dict):
        return ", ".join(f"`{name}`: {', '.join(map(str, part))}" for name, part in value.items())
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"
