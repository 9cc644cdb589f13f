"""Intervals at 95 % of rates, of their differences and of differences of means. Pure Python."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # of the normal distribution, two-sided 95 %


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the ends of its interval."""

    value: float
    low: float
    high: float

    @property
    def is_off_zero(self) -> bool:
        """True if zero lies outside."""
        return self.low > 0 or self.high < 0


def rate(count: int, total: int) -> Interval:
    """Return the share `count` of `total` (above 0) with Wilson's interval (1927)."""
    share = count / total
    spread = Z * Z / total
    middle = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    low = 0.0 if count == 0 else max(0.0, middle - half)
    return Interval(share, low, 1.0 if count == total else min(1.0, middle + half))


def rate_difference(count: int, total: int, other_count: int, other_total: int) -> Interval:
    """Return the first share less the second with Newcombe's hybrid interval (1998, method 10)."""
    one, other = rate(count, total), rate(other_count, other_total)
    gap = one.value - other.value
    low = gap - sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    high = gap + sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Interval(gap, max(-1.0, low), min(1.0, high))


@dataclass(slots=True)
class Moments:
    """Count, sum and sum of squares: enough for a mean and its spread."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        """Take a value in."""
        self.count += 1
        self.total += value
        self.squares += value * value

    def merge(self, other: Moments) -> None:
        """Take in what `other` took in."""
        self.count += other.count
        self.total += other.total
        self.squares += other.squares

    @property
    def mean(self) -> float:
        """The mean; 0 of nothing."""
        return self.total / self.count if self.count else 0.0

    @property
    def error(self) -> float:
        """The mean's standard error; 0 of fewer than two."""
        if self.count < 2:
            return 0.0
        spread = max(0.0, self.squares - self.count * self.mean**2) / (self.count - 1)
        return sqrt(spread / self.count)


def mean_difference(one: Moments, other: Moments) -> Interval:
    """Return the first mean less the second with Welch's standard error and the normal quantile."""
    gap, half = one.mean - other.mean, Z * sqrt(one.error**2 + other.error**2)
    return Interval(gap, gap - half, gap + half)
