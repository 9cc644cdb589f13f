"""How many customers it takes to show a wished effect."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

from engine.errors import InsightError
from engine.insight.effect.distributions import normal_quantile


@dataclass(frozen=True, slots=True)
class Plan:
    """Customers needed in each arm."""

    control: int
    treated: int

    @property
    def total(self) -> int:
        """Both arms together."""
        return self.control + self.treated


def plan_of(base: float, effect: float, control_share: float, *, power: float = 0.8, level: float = 0.95) -> Plan:
    """Return the customers needed to show that a share moves from `base` by `effect`, with the chance `power`.

    Shares are 0 to 1; `effect` may be negative. Raises `InsightError` (D173) for what no number of customers can
    show. Source: J. L. Fleiss, Statistical Methods for Rates and Proportions, 3rd edition, section 4.2.
    """
    to = base + effect
    if not effect or not 0 <= base <= 1 or not 0 <= to <= 1:
        raise InsightError("D173", "the share and the share with the effect must differ, and lie from 0 to 100 percent",
                           hint="as in --base 40 --effect 3")  # fmt: skip
    if not 0 < control_share < 1 or not 0 < power < 1:
        raise InsightError("D173", "the control group and the power lie between 0 and 100 percent",
                           hint="as in --control 10 --power 80")  # fmt: skip
    times = (1 - control_share) / control_share  # treated for each of the control group
    mean = (base + times * to) / (1 + times)
    sure = normal_quantile(level) * sqrt(mean * (1 - mean) * (1 + 1 / times))
    found = NormalDist().inv_cdf(power) * sqrt(base * (1 - base) + to * (1 - to) / times)
    control = ceil(((sure + found) / effect) ** 2)
    return Plan(max(2, control), max(2, ceil(control * times)))
