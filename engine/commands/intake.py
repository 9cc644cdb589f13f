"""Customers of the inputs for commands that only look: one after the other, what must be set aside counted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from engine.errors import BatchError, Problem

if TYPE_CHECKING:
    from engine.model.customer import Customer

_MOST_PROBLEMS = 5


class Intake:
    """The customers of the inputs in order; `only` is the key of a single one. To be walked once."""

    def __init__(self, inputs: list[Path], input_format: str, limit: int | None, only: str | None = None) -> None:
        self._inputs, self._format, self._limit, self._only = inputs, input_format, limit, only
        self._set_aside = 0
        self._problems: list[Problem] = []
        self._found = 0

    def __iter__(self) -> Iterator[Customer]:
        from engine.ingest.item import Read
        from engine.ingest.reader import read

        for item in islice(read(self._inputs, format=self._format), self._limit):
            if isinstance(item, Read):
                if self._only is None or item.customer.key == self._only:
                    self._found += 1
                    yield item.customer
                    if self._only is not None:
                        return
            elif self._only is None or item.key == self._only:
                self._set_aside += 1
                if len(self._problems) < _MOST_PROBLEMS:
                    self._problems.append(item.problem)

    def finish(self, console: Console) -> None:
        """Say what was set aside, and end with 3 if something was. Raises `BatchError` (B102) for an unknown key."""
        if self._set_aside:
            console.print(f"\n{self._set_aside} record{'s' if self._set_aside > 1 else ''} set aside:")
            for problem in self._problems:
                console.print(str(problem), markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(3)
        if self._only is not None and not self._found:
            raise BatchError("B102", f"no customer of the input bears the key `{self._only}`",
                             hint="keys are written as in the input")  # fmt: skip
