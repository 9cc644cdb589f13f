"""[debt]: how payments are allotted, what interest and fees are asked for, when a claim lapses."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from engine.model.base import CalendarDate, CurrencyCode, Exact
from engine.model.campaign import Options
from engine.model.customer import CustomerKind

_NOTHING = Decimal(0)
# A country of ISO 3166-1, or a part of one that has its own law, as in GB-SCT.
LawCode = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?)?$")]


class Allotting(StrEnum):
    """Which bill money settles that names none. Money that names a bill settles that bill first, always."""

    OLDEST_DUE = "oldest_due"
    NEWEST_DUE = "newest_due"
    PRO_RATA = "pro_rata"
    COSTS_FIRST = "costs_first"  # oldest due bill first; within a bill costs, then interest, then the bill itself


class DayCount(StrEnum):
    """How the days of interest are counted, and into how many a year is parted."""

    ACT_365 = "act/365"
    ACT_360 = "act/360"
    THIRTY_360 = "30/360"


class Rounding(StrEnum):
    """How a fraction of the smallest coin is rounded."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"


class FeeScope(StrEnum):
    """What bears a reminder fee."""

    STATEMENT = "statement"
    BILL = "bill"


class BaseRate(Options):
    """A base rate of interest, as a central bank publishes it."""

    since: CalendarDate = Field(description="First day on which it holds.")
    percent: Exact = Field(description="Percent a year; may be negative.")


class Fee(Options):
    """What reminding costs the customer in all from a day on: a later stage takes the place of an earlier one."""

    from_days: int = Field(ge=1, le=3650, description="Days late from which it is asked for.")
    amount: Exact = Field(_NOTHING, ge=0, description="Flat part.")
    percent: Exact = Field(_NOTHING, ge=0, le=100, description="Part in percent of what is late.")
    at_most: Exact | None = Field(None, ge=0, description="Both parts together are no more than this.")
    customer: CustomerKind | None = Field(None, description="Kind of customer; none: all.")
    currency: CurrencyCode | None = Field(None, description="Currency of the statement; none: any.")


class DebtTerms(Options):
    """How a customer's open bills become one statement."""

    allotting: Allotting = Field(
        Allotting.OLDEST_DUE,
        description="Which bill is settled by money that names none: `oldest_due`, `newest_due`, `pro_rata` (by what "
        "is open of each) or `costs_first` (oldest due bill; within it costs, interest, the bill).",
    )
    law: LawCode = Field(
        "", description="Law of the contracts, as in DE or GB-SCT; empty: of the country of the customer's address."
    )
    limitation_months: int | None = Field(
        None, ge=1, le=600, description="Months after the due date until a claim lapses, in place of the law's rule."
    )
    interest_percent: Exact = Field(
        _NOTHING, ge=0, le=100,
        description="Interest a year on what is overdue, in percent; on top of the base rate where one is given.",
    )  # fmt: skip
    interest_percent_business: Exact | None = Field(
        None, ge=0, le=100, description="The same for businesses; none: as for households."
    )
    base_rates: tuple[BaseRate, ...] = Field(
        (), description="Base rates with their first days; before the first of them no interest runs. None: no base."
    )
    interest_free_days: int = Field(0, ge=0, le=365, description="Days late that bear no interest.")
    interest_minimum: Exact = Field(_NOTHING, ge=0, description="Interest of a bill below this is not asked for.")
    day_count: DayCount = Field(DayCount.ACT_365, description="How the days of interest are counted.")
    rounding: Rounding = Field(Rounding.HALF_UP, description="How interest and fees are rounded to the smallest coin.")
    fees: tuple[Fee, ...] = Field((), description="Reminder fees by days late; empty: none.")
    fee_scope: FeeScope = Field(
        FeeScope.STATEMENT, description="One fee for all late bills together, or one for each late bill."
    )
    spare_vulnerable: bool = Field(True, description="Vulnerable customers bear neither interest nor fees.")
    minimum: dict[CurrencyCode, Exact] = Field(
        default_factory=dict, description="By currency: what is open must reach this, or no reminder is sent."
    )
    attempts: int = Field(6, ge=1, le=100, description="Reminders of the same debt at most.")
    attempts_days: int = Field(7, ge=0, le=365, description="Days between two reminders at least.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [rate.since for rate in self.base_rates]
        if sorted(set(days)) != days:
            raise ValueError("base_rates are given with the earliest day first, each day once")
        for one in self.fees:
            for later in self.fees:
                if _is_cheaper(one, later):
                    raise ValueError("a fee may not fall with time: give what reminding costs in all at each stage")
        return self


def _is_cheaper(one: Fee, later: Fee) -> bool:
    """True if `later` may take the place of `one` and be less."""
    if later.from_days <= one.from_days or not (
        _meet(one.customer, later.customer) and _meet(one.currency, later.currency)
    ):
        return False
    highest = one.amount if one.at_most is None and not one.percent else one.at_most  # none: there is no highest
    is_capped_lower = later.at_most is not None and (highest is None or later.at_most < highest)
    return later.amount < one.amount or later.percent < one.percent or is_capped_lower


def _meet(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other
