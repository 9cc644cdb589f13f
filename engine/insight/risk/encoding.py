"""From inputs to the figures that a model computes with. `engine.insight.risk.columns` learns it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

from pydantic import Field

from engine.insight.risk.inputs import Input, Value
from engine.model.campaign import Options


class How(StrEnum):
    """What a term computes from its input."""

    VALUE = "value"
    LOG = "log"  # sign(x) * log(1 + |x|)
    MISSING = "missing"
    IS = "is"  # 1 where the code is `level`


class Term(Options):
    """One figure: what is computed from one input, less `mean`, divided by `scale`."""

    input: int = Field(ge=0, description="Place of the input.")
    how: How = Field(description="What is computed.")
    level: str = Field("", description="The code that `is` looks for.")
    mean: float = Field(0.0, description="Mean over the rows learned from, or 0.")
    scale: float = Field(1.0, gt=0, description="Standard deviation over them, or 1.")

    def raw(self, value: Value, bounds: Bounds) -> float:
        """Return the figure before mean and scale, for a value that the input has read."""
        if self.how is How.MISSING:
            return 1.0 if value is None else 0.0
        if self.how is How.IS:
            return 1.0 if value == self.level else 0.0
        held = bounds.hold(value)
        return signed_log(held) if self.how is How.LOG else held


class Bounds(Options):
    """The numbers of an input that were seen, and what stands in for one that is not known."""

    low: float = Field(0.0, description="Lesser numbers are taken for this one.")
    high: float = Field(0.0, description="Greater numbers are taken for this one.")
    fill: float = Field(0.0, description="The median, for a number that is not known.")

    def hold(self, value: Value) -> float:
        """Return the number within the bounds."""
        if value is None or isinstance(value, str):
            return self.fill
        return min(max(value, self.low), self.high)


class Encoding(Options):
    """Inputs, their bounds, and the terms made of them."""

    inputs: tuple[Input, ...] = Field(description="What the model looks at.")
    bounds: tuple[Bounds, ...] = Field(description="One an input.")
    terms: tuple[Term, ...] = Field(description="What it computes with.")

    def row(self, values: Sequence[Value]) -> list[float]:
        """Return the figures for one value an input, each as `Input.read` gives it."""
        return [(term.raw(values[term.input], self.bounds[term.input]) - term.mean) / term.scale for term in self.terms]


def signed_log(value: float) -> float:
    """Return log(1 + |x|) with the sign of x: long tails drawn in, zero kept."""
    return math.copysign(math.log1p(abs(value)), value)
