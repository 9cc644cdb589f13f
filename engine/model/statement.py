"""What a customer owes today, as one statement: made by `engine.insight.debt`, shown by every channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.model.bill import ZERO
from engine.model.quick import quick


class AgeBucket(StrEnum):
    """How long an amount has been overdue, in days or years since its due date."""

    NOT_DUE = "not due"
    TO_30 = "0-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    TO_180 = "91-180"
    TO_365 = "181-365"
    TO_3_YEARS = "1-3 years"
    OVER_3_YEARS = "over 3 years"


@quick
@dataclass(frozen=True, slots=True)
class OpenItem:
    """One bill that is not settled, in the statement's currency.

    `open` is what is left after payments and credits were allotted; it is `asked` + `disputed` + `held`:
    what may be asked for, what the customer disputes, and what must wait (a kept payment plan, a direct
    debit on its way, an amount past its limitation date).
    `interest` and `fee` come on top, and are zero where nothing is asked for.
    """

    number: str
    issued_on: date
    due_on: date | None
    owed: Decimal
    settled: Decimal
    asked: Decimal
    disputed: Decimal = ZERO
    held: Decimal = ZERO
    held_because: str = ""
    interest: Decimal = ZERO
    fee: Decimal = ZERO
    days_late: int = 0
    bucket: AgeBucket = AgeBucket.NOT_DUE
    limitation_on: date | None = None

    @property
    def open(self) -> Decimal:
        """What is left of the bill, without interest and fee."""
        return self.asked + self.disputed + self.held


@quick
@dataclass(frozen=True, slots=True)
class Statement:
    """All open bills of a customer in one currency as of a day, oldest due date first."""

    currency: str
    as_of: date
    items: tuple[OpenItem, ...]
    credit: Decimal = ZERO  # what the supplier owes and no bill took up, as a positive figure
    ageing: tuple[tuple[AgeBucket, Decimal], ...] = ()  # of `asked`, without interest and fees; every bucket, in order
    reasons: tuple[str, ...] = ()  # how payments and credits were allotted, what is held and why

    @property
    def asked(self) -> Decimal:
        """What may be asked for now, interest and fees included."""
        items = self.items
        if len(items) == 1:
            one = items[0]
            return ZERO + (one.asked + one.interest + one.fee)
        return sum([item.asked + item.interest + item.fee for item in items], ZERO)

    @property
    def overdue(self) -> Decimal:
        """What may be asked for and is past its due date, without interest and fees."""
        late = [item.asked for item in self.items if item.days_late > 0]
        return sum(late, ZERO) if late else ZERO

    @property
    def disputed(self) -> Decimal:
        """What the customer disputes: explained, never asked for."""
        return sum([item.disputed for item in self.items], ZERO)

    @property
    def days_late(self) -> int:
        """Days since the oldest due date of what is asked for; 0 before it."""
        return max([item.days_late for item in self.items if item.asked > 0], default=0)
