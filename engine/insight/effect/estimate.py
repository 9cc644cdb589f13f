"""The difference between two arms, with its interval and the chance of one so large without any effect.

Shares: Newcombe's hybrid of two Wilson intervals (method 10), which stays within -1 and 1 and covers well for
small groups and rare events, where Wald's does not. Ratios and days: Welch, on standard errors by
customer. Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890; B. L. Welch, Biometrika 34 (1947).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

from engine.insight.effect.distributions import normal_p, normal_quantile, student_p, student_quantile
from engine.insight.effect.sums import DaySums, RatioSums, ShareSums

_WIDEST = 40.0  # standard errors; beyond it the chance is below 1e-300


@dataclass(frozen=True, slots=True)
class Difference:
    """`at` is treated less baseline, between `low` and `high` at the level asked for; `p` is two-sided."""

    treated: float
    baseline: float
    low: float
    high: float
    p: float

    @property
    def at(self) -> float:
        """The estimate."""
        return self.treated - self.baseline

    @property
    def is_shown(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def share_difference(treated: ShareSums, baseline: ShareSums, level: float = 0.95) -> Difference | None:
    """Return the difference of two shares; None where an arm is empty."""
    if not treated.count or not baseline.count:
        return None
    low, high = _newcombe(treated, baseline, normal_quantile(level))
    return Difference(treated.at, baseline.at, low, high, _share_p(treated, baseline))


def mean_difference(
    treated: RatioSums | DaySums, baseline: RatioSums | DaySums, level: float = 0.95
) -> Difference | None:
    """Return the difference of two ratios, or of two means of days; None where an arm has under two customers."""
    if min(treated.count, baseline.count) < 2:
        return None
    one, other = treated.variance, baseline.variance
    error = sqrt(one + other)
    at = treated.at - baseline.at
    if not error:
        return Difference(treated.at, baseline.at, at, at, 1.0 if at == 0 else 0.0)
    freedom = (one + other) ** 2 / (one**2 / (treated.count - 1) + other**2 / (baseline.count - 1))
    width = error * student_quantile(level, _whole(freedom))
    return Difference(treated.at, baseline.at, at - width, at + width, student_p(at / error, _whole(freedom)))


def _whole(freedom: float) -> float:
    """Return the degrees rounded down, so that quantiles can be kept; beyond ten thousand it is the normal."""
    return inf if freedom > 10_000 else float(max(1, int(freedom)))


def wilson(sums: ShareSums, z: float) -> tuple[float, float]:
    """Return Wilson's bounds of a share. Source: E. B. Wilson, JASA 22 (1927), 209-212."""
    count, at = sums.count, sums.at
    middle = at + z * z / (2 * count)
    width = z * sqrt(at * (1 - at) / count + z * z / (4 * count * count))
    below = 1 + z * z / count
    low = (middle - width) / below if sums.hits else 0.0
    high = (middle + width) / below if sums.hits < count else 1.0
    return low, high


def _newcombe(treated: ShareSums, baseline: ShareSums, z: float) -> tuple[float, float]:
    (low_1, high_1), (low_2, high_2) = wilson(treated, z), wilson(baseline, z)
    at = treated.at - baseline.at
    down = sqrt((treated.at - low_1) ** 2 + (high_2 - baseline.at) ** 2)
    up = sqrt((high_1 - treated.at) ** 2 + (baseline.at - low_2) ** 2)
    return at - down, at + up


def _share_p(treated: ShareSums, baseline: ShareSums) -> float:
    """Return the p at which the interval just touches zero, so that the two never contradict each other."""
    narrow, wide = 0.0, _WIDEST
    if treated.at == baseline.at:
        return 1.0
    for _ in range(60):
        middle = (narrow + wide) / 2
        low, high = _newcombe(treated, baseline, middle)
        narrow, wide = (narrow, middle) if low <= 0 <= high else (middle, wide)
    return normal_p(wide)


def holm(ps: list[float]) -> list[float]:
    """Return each p corrected for all that were looked at. Source: S. Holm, Scand. J. Statist. 6 (1979), 65-70."""
    order = sorted(range(len(ps)), key=lambda at: ps[at])
    corrected, reached = [0.0] * len(ps), 0.0
    for rank, at in enumerate(order):
        reached = max(reached, min(1.0, ps[at] * (len(ps) - rank)))
        corrected[at] = reached
    return corrected
