"""[tasks]: who does what a person must do, and by when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.model.base import CalendarDate, CountryCode, ShortText
from engine.model.campaign import Options

Urgency = Annotated[int, Field(ge=1, le=9)]


class TaskRule(Options):
    """How one kind of task is given out."""

    owner: ShortText = Field("customer-care", min_length=1, description="The group of people that does it.")
    days: int | None = Field(None, ge=0, le=120, description="Working days until it is due; none: as for all tasks.")
    urgency: Urgency = Field(5, description="1 is done first, 9 last.")


class TaskTerms(Options):
    """Owners and days of tasks."""

    days: int = Field(3, ge=0, le=120, description="Working days until a task is due.")
    again_after_days: int = Field(
        90, ge=0, le=3650, description="Days after which a need that was done, or dropped, is raised anew."
    )
    country: CountryCode | Literal[""] = Field(
        "", description="Country in whose public holidays nobody works; empty: that of the campaign's time zone."
    )
    closed_days: tuple[CalendarDate, ...] = Field((), description="Days on which nobody works, besides holidays.")
    call_back: TaskRule = Field(
        TaskRule(owner="customer-care", days=1, urgency=2), description="Call a customer who asked for it."
    )
    check_dispute: TaskRule = Field(
        TaskRule(owner="billing", days=5, urgency=4), description="Look into what a customer contests."
    )
    review_hardship: TaskRule = Field(
        TaskRule(owner="social-desk", days=2, urgency=1), description="See how a customer in need can be helped."
    )
    approve_plan: TaskRule = Field(
        TaskRule(owner="credit", days=2, urgency=3), description="Agree to a payment plan that was asked for."
    )
    check_contact: TaskRule = Field(
        TaskRule(owner="customer-care", days=10, urgency=7),
        description="Find a way to a customer whom nothing reaches.",
    )
