"""[experiment]: a control group and variants, so that the effect can be measured."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from engine.model.base import Exact, ShortText
from engine.model.campaign import Options

CONTROL = "control"
TREATED = "treated"  # the one arm beside the control group where no variant is named
DRAWS = 2**64
ArmName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Variant(Options):
    """One way to meet customers, tried against the others."""

    name: ArmName = Field(description="Name of the arm, as reports and conditions of stages have it.")
    weight: int = Field(1, ge=1, le=1000, description="Its share of those outside of the control group, beside others.")
    description: ShortText = Field("", description="What is done differently; stands in the report.")


class Experiment(Options):
    """A seeded random assignment of customers to arms."""

    name: ShortText = Field("", description="Name; with the seed it makes the assignment. Empty: no experiment.")
    seed: int = Field(0, ge=0, le=2**63 - 1, description="Another seed gives another assignment under the same name.")
    control_percent: Exact = Field(
        Decimal(10), ge=0, le=90, description="Customers who get no soft outreach, so that the rest can be compared."
    )
    variants: tuple[Variant, ...] = Field((), description="Ways to meet the others; none: one arm, `treated`.")
    horizon_days: int = Field(14, ge=1, le=365, description="Days after the decision within which a payment counts.")

    @model_validator(mode="after")
    def _arms_differ(self) -> Self:
        names = [variant.name for variant in self.variants]
        if CONTROL in names:
            raise ValueError(f"`{CONTROL}` is the name of the control group")
        if len(set(names)) < len(names):
            raise ValueError("two variants bear the same name")
        if self.name and len(self.shares) < 2:
            raise ValueError("an experiment compares two arms or more: add a control group or a variant")
        return self

    @cached_property
    def shares(self) -> tuple[tuple[str, Fraction], ...]:
        """Each arm with its share of all customers, summing to 1, the control group first if there is one."""
        control = Fraction(self.control_percent) / 100
        parts = [(variant.name, variant.weight) for variant in self.variants] or [(TREATED, 1)]
        whole = sum(weight for _, weight in parts)
        arms = [(name, (1 - control) * Fraction(weight, whole)) for name, weight in parts]
        return ((CONTROL, control), *arms) if control else tuple(arms)

    @cached_property
    def bounds(self) -> tuple[tuple[str, int], ...]:
        """Each arm with the first draw above its own, of draws from 0 to 2**64 - 1; the last is 2**64."""
        bounds, reached = [], Fraction(0)
        for name, share in self.shares:
            reached += share
            bounds.append((name, int(reached * DRAWS)))
        return tuple(bounds)
