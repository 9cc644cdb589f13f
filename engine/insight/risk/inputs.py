"""Inputs of a model: what it looks at, in which unit, and how a reason says it in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from pydantic import Field

from engine.model.campaign import Options

Value: TypeAlias = float | str | None  # a number, the code of a category, or not known
Features: TypeAlias = Mapping[str, Value] | Mapping[str, float | None]


class InputKind(StrEnum):
    """How the values of an input are to be read."""

    NUMBER = "number"
    ORDERED = "ordered"  # codes with an order: their ranks are learned from
    CATEGORY = "category"  # codes without one


class Input(Options):
    """One input. In its `phrase`, `{name}` stands for the value of the input of that name."""

    name: str = Field(description="Name among the features, or column of the table.")
    kind: InputKind = Field(InputKind.NUMBER, description="How its values are read.")
    words: str = Field("", description="How a reason names it; empty: the name.")
    phrase: str = Field("", description="How a reason says a value; empty: the words, then the value.")
    otherwise: str = Field("", description="How it says that a yes-or-no fact does not hold.")
    unit: str = Field("", description="Of a number: share, days, count, times, years, yes, number, or any other.")
    is_private: bool = Field(False, description="Its value is never said (an amount); the reason names it only.")
    levels: tuple[str, ...] = Field((), description="Codes, in order where they have one.")
    labels: dict[str, str] = Field(default_factory=dict, description="What the codes mean, in plain words.")

    def read(self, value: Value) -> Value:
        """Return the value as a model takes it: a number, the rank of an ordered code, a known code; else none."""
        if value is None or value != value:
            return None
        if self.kind is InputKind.NUMBER:
            return number(value)
        code = text_of(value)
        if self.kind is InputKind.ORDERED:
            return float(self.levels.index(code)) if code in self.levels else None
        return code


def number(value: Value) -> float | None:
    """Return the value as a finite number, or none."""
    if value is None:
        return None
    try:
        read = float(value)
    except ValueError:
        return None
    return read if -1e300 < read < 1e300 else None  # false for a NaN as well


def text_of(value: float | str) -> str:
    """Return the code as a text: 3.0 and "3" are the same code."""
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) else str(value)
