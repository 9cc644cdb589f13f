"""[brakes]: what holds outreach back besides the hard brakes, which stand in code and can't be lifted."""

from __future__ import annotations

from pydantic import Field

from engine.model.base import ShortText
from engine.model.campaign import Options
from engine.model.outreach import TaskKind


class BrakeTasks(Options):
    """What a person must do when a brake holds."""

    dispute: tuple[TaskKind, ...] = Field((TaskKind.CHECK_DISPUTE,), description="A dispute is open.")
    vulnerable: tuple[TaskKind, ...] = Field(
        (TaskKind.REVIEW_HARDSHIP,), description="A vulnerable customer is overdue."
    )
    no_contact: tuple[TaskKind, ...] = Field((TaskKind.CHECK_CONTACT,), description="No channel is open.")


class Brakes(Options):
    """Waiting: it can be made stricter here, never laxer than the hard brakes."""

    promise_days: int = Field(2, ge=0, le=30, description="Days to wait after a promise's day for the money.")
    payment_days: int = Field(3, ge=0, le=30, description="Days to wait after a payment before reminding of the rest.")
    answer_days: int = Field(10, ge=1, le=60, description="Days that reminders wait for a person after an answer.")
    holds: dict[str, tuple[ShortText, ...]] = Field(
        {"legal_hold": ("yes", "true", "1"), "insolvency": ("yes", "true", "1", "open")},
        description="CRM attributes with the values that mean: a court or insolvency case runs, nothing is sent.",
    )
    tasks: BrakeTasks = Field(BrakeTasks(), description="Tasks that brakes raise.")
