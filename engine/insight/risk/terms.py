"""What is asked of customers with histories: kept with the model, so that later rows are made as the first were."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.model.campaign import Options
from engine.model.policy.profiles import ContextTerm

Target = Literal["late", "churn"]


class HistoryTerms(Options):
    """How rows are made of histories. Days are counted in the calendar."""

    target: Target = Field("late", description="What is foretold.")
    grace_days: int = Field(3, ge=0, le=365, description="Late: paid in full more days than that after the due date.")
    horizon_days: int = Field(180, ge=1, le=3650, description="Churn: left within so many days of a bill's issue.")
    left_on: str = Field("left_on", description="Attribute with the day on which a customer left, YYYY-MM-DD.")
    context: tuple[ContextTerm, ...] = Field((), description="Attributes of customers that are features too.")
    protected: tuple[str, ...] = Field((), description="Attributes for fairness reports, besides those named so.")

    @property
    def meaning(self) -> str:
        """The label in words."""
        if self.target == "late":
            return f"paid in full more than {self.grace_days} days after the due date, or not at all"
        return f"left within {self.horizon_days} days of the bill's issue"
