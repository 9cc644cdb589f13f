"""What is kept of an arm's customers: running sums, the same in any order, in constant memory.

Amounts are whole numbers of the smallest coin, so that sums are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class ShareSums:
    """Customers of whom something is true or not."""

    count: int = 0
    hits: int = 0

    def add(self, *, is_hit: bool) -> None:
        """Take in one customer."""
        self.count += 1
        self.hits += is_hit

    @property
    def at(self) -> float:
        """The share, 0 to 1."""
        return self.hits / self.count if self.count else 0.0


@dataclass(slots=True)
class RatioSums:
    """A part and a whole of each customer, as in paid and owed: the ratio of their sums, customer by customer."""

    count: int = 0
    whole: int = 0
    part: int = 0
    whole_whole: int = 0
    whole_part: int = 0
    part_part: int = 0

    def add(self, whole: int, part: int) -> None:
        """Take in one customer."""
        self.count += 1
        self.whole += whole
        self.part += part
        self.whole_whole += whole * whole
        self.whole_part += whole * part
        self.part_part += part * part

    @property
    def at(self) -> float:
        """The parts together by the wholes together."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def variance(self) -> float:
        """The variance of `at`, by the delta method; customers are what was drawn, not bills or euros."""
        if self.count < 2 or not self.whole:
            return 0.0
        ratio = self.at
        squares = self.part_part - 2 * ratio * self.whole_part + ratio * ratio * self.whole_whole
        return max(0.0, squares) * self.count / (self.count - 1) / self.whole / self.whole


@dataclass(slots=True)
class DaySums:
    """How many days it took, up to a horizon: who was done on each day, and who was lost from sight on it."""

    horizon: int
    count: int = 0
    done: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.done = self.done or [0] * self.horizon
        self.lost = self.lost or [0] * self.horizon

    def add(self, day: int, *, is_done: bool) -> None:
        """Take in one customer: done after `day` days, or not done when last seen then."""
        self.count += 1
        if day < self.horizon:
            (self.done if is_done else self.lost)[day] += 1

    def _steps(self) -> list[tuple[int, int, float]]:
        """Return for each day who was at risk, who was done, and the share (Kaplan-Meier) not done after it."""
        left, share, steps = self.count, 1.0, []
        for done, lost in zip(self.done, self.lost, strict=True):
            if left:
                share *= 1 - done / left
            steps.append((left, done, share))
            left -= done + lost
        return steps

    @property
    def at(self) -> float:
        """The mean of days until done, each cut at the horizon: the area under the Kaplan-Meier curve."""
        return sum(share for _, _, share in self._steps())

    @property
    def variance(self) -> float:
        """The variance of `at`. Source: J. P. Klein and M. L. Moeschberger, Survival Analysis, section 4.5."""
        area, total = 0.0, 0.0
        for left, done, share in reversed(self._steps()):
            area += share
            if 0 < done < left:
                total += area * area * done / (left * (left - done))
        return total * self.count / (self.count - 1) if self.count > 1 else 0.0
