"""Calendar months, and how many days they have."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Self

from engine.errors import InsightError

_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the month written as 2026-07. Raises `InsightError` (D174)."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise InsightError("D174", f"`{text}` is not a month", hint="write it as 2026-07")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month that `day` is in."""
        return cls(day.year, day.month)

    @property
    def days(self) -> int:
        """How many days it has."""
        return monthrange(self.year, self.number)[1]

    @property
    def end(self) -> date:
        """Its last day."""
        return date(self.year, self.number, self.days)

    def plus(self, months: int) -> Month:
        """Return the month so many later, or earlier where negative."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"


def span(first: Month, last: Month) -> list[Month]:
    """Return the months from `first` to `last`, both included. Raises `InsightError` (D174) in the wrong order."""
    if last < first:
        raise InsightError("D174", f"{last} comes before {first}", hint="give --from before --to")
    count = (last.year - first.year) * 12 + last.number - first.number + 1
    return [first.plus(step) for step in range(count)]
