"""What a feature is: a number about a customer's history, with its name, unit and plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["share", "days", "count", "times", "years", "yes", "number"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature. Its value is a float, or None where it is not known.

    `phrase` says a value in plain words; `{name}` in it stands for the value of that feature. `otherwise` says a
    yes-or-no feature when it is 0. Phrases hold no amounts. `direction` is how late payment is expected to move
    with it: 1 up, -1 down, 0 either way; a model is free to find otherwise.
    """

    name: str
    unit: Unit
    label: str
    phrase: str
    direction: Literal[-1, 0, 1] = 0
    otherwise: str = ""


def shown(value: float, unit: str) -> str:
    """Return a value in plain words, as in `62 %`, `12`, `1.4 times`."""
    match unit:
        case "share":
            return f"{value * 100:.0f} %"
        case "times":
            return f"{value:.1f} times"
        case "years":
            return f"{value:.1f}"
        case "number":
            return f"{value:.2f}"
        case _:
            return f"{value:.0f}"
