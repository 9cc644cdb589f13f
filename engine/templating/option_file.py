"""Reading a TOML file of options into its typed table; a fault names its file, line and the nearest key."""

from __future__ import annotations

import re
import tomllib
import typing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from engine.errors import BillcastError, nearest

_Table = TypeVar("_Table", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class OptionFile(Generic[_Table]):
    """A kind of option file: what it is read into, and how its faults are called."""

    name: str
    table: type[_Table]
    error: type[BillcastError]
    unreadable: str  # codes
    syntax: str
    unknown: str
    wrong: str
    page: str  # the reference page
    absent: str  # hint where the file can't be read

    def load(self, path: Path) -> tuple[_Table, str]:
        """Return what `path` says, checked, and its source text. Decimal numbers are read exactly.

        Raises the kind's error with file, line and key.
        """
        try:
            source = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise self.error(self.unreadable, f"can't be read: {why}", place=str(path), hint=self.absent) from error
        try:
            raw = tomllib.loads(source, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise self.error(
                self.syntax, str(error), place=str(path), hint="see https://toml.io for the syntax"
            ) from error
        try:
            return self.table.model_validate(raw), source
        except ValidationError as error:
            raise self._fault(error, path, source) from error

    def _fault(self, error: ValidationError, path: Path, source: str) -> BillcastError:
        """Return the first fault as an error; unknown keys go first, since they cause missing ones."""
        faults = sorted(error.errors(include_url=False), key=lambda fault: fault["type"] != "extra_forbidden")
        fault = faults[0]
        loc = fault["loc"]
        place = place_of(path, source, loc)
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        if fault["type"] == "extra_forbidden":
            known = known_keys(self.table, loc[:-1])
            close = nearest(str(loc[-1]), known)
            hint = f"did you mean `{close}`?" if close else f"known here: {', '.join(known)}"
            return self.error(self.unknown, f"the key `{loc[-1]}` is not known{more}", place=place, hint=hint)
        if fault["type"] == "missing":
            fact, hint = f"the key `{key_path(loc)}` is missing{more}", f"add it; {self.page} says what it means"
        else:
            message = fault["msg"].removeprefix("Value error, ")
            close = _nearest_value(fault)
            fact = f"`{key_path(loc)}`: {message}{more}"
            hint = f"did you mean `{close}`?" if close else f"{self.page} says which values it takes"
        return self.error(self.wrong, fact, place=place, hint=hint)


def _nearest_value(fault: ErrorDetails) -> str:
    """Return the allowed word closest to the one given; empty where any word goes, or none is close."""
    if fault["type"] not in ("literal_error", "enum"):
        return ""
    allowed = re.findall(r"'([^']*)'", str(fault.get("ctx", {}).get("expected", "")))
    return nearest(str(fault["input"]), allowed)


def key_path(loc: tuple[int | str, ...]) -> str:
    """Return a key path as in brand.fonts.text or rules[2].say."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "the file"


def place_of(path: Path, source: str, loc: tuple[int | str, ...]) -> str:
    """Return where the key `loc` stands: file, line and table."""
    line = line_of(source, loc)
    table = key_path(loc[:-1]) if len(loc) > 1 else ""
    return f"{path}:{line}" + (f" [{table}]" if table else "") if line else f"{path} [{key_path(loc)}]"


def line_of(source: str, loc: tuple[int | str, ...]) -> int:
    """Return the line where the key `loc` is set in TOML `source`, else of its table, else 0."""
    names = [part for part in loc if isinstance(part, str)]
    wanted = next((part for part in loc if isinstance(part, int)), None)
    here: list[str] = []
    seen: dict[str, int] = {}
    best, depth = 0, 0
    for number, line in enumerate(source.splitlines(), start=1):
        header = re.match(r"\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?", line)
        if header:
            here = header[2].split(".")
            if header[1] == "[[":
                seen[header[2]] = seen.get(header[2], -1) + 1
        elif not (key := re.match(r"\s*([\w.\-]+)\s*=", line)):
            continue
        spot = here if header else [*here, *key[1].split(".")]  # type: ignore[index]  # key matched above
        if wanted is not None and seen.get(names[0], -1) != wanted and spot[:1] == names[:1]:
            continue
        if spot == names[: len(spot)] and len(spot) > depth:
            best, depth = number, len(spot)
    return best


def known_keys(table: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the table at `loc` below `table` takes."""
    for part in loc:
        if isinstance(part, str) and (inner := table_of(table.model_fields[part].annotation)):
            table = inner
    return list(table.model_fields)


def table_of(annotation: Any) -> type[BaseModel] | None:
    """Return the table that a field of this annotation holds, alone or many of them; None for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in typing.get_args(annotation) if (found := table_of(part))), None)
