"""Where in a record something stands, and which fields the data model knows there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel

Location = Sequence[int | str]
Origins = Mapping[tuple[int | str, ...], str]  # part of a record -> the file and line it came from


def field_path(location: Location) -> str:
    """Return a location as written in messages: `bills[2].issued_on`."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return path


def place_of(location: Location, source: str, origins: Origins) -> str:
    """Return file, line and field of a location in a record."""
    steps = tuple(location)
    for length in range(len(steps), 0, -1):
        if steps[:length] in origins:
            source, steps = origins[steps[:length]], steps[length:]
            break
    return f"{source} field `{field_path(steps)}`" if steps else source


def known_fields(root: type[BaseModel], location: Location) -> tuple[str, ...]:
    """Return the names of the fields beside the one that `location` points at."""
    annotation: Any = root
    for step in location[:-1]:
        model = model_in(annotation)
        if model is None:
            return ()
        if isinstance(step, str):
            found = model.model_fields.get(step)
            if found is None:
                return ()
            annotation = found.annotation
    model = model_in(annotation)
    return tuple(model.model_fields) if model else ()


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the record type inside an optional, a tuple or the like."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is None:
        return None
    for inside in get_args(annotation):
        found = model_in(inside)
        if found is not None:
            return found
    return None
