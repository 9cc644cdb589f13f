"""How many customers a worker gets at a time, by how long they take."""

from __future__ import annotations

from dataclasses import dataclass

AIM_S = 5.0  # a shard of this length keeps the end of a run even and costs next to nothing to hand out
FIRST = 2  # customers in the first shards, before anything is known
WEIGHT = 0.1


@dataclass(slots=True)
class Pace:
    """A running mean of the seconds a customer takes; the newest counts a tenth."""

    mean_s: float | None = None

    def note(self, seconds: float) -> None:
        """Take in how long one customer took."""
        self.mean_s = seconds if self.mean_s is None else (1 - WEIGHT) * self.mean_s + WEIGHT * seconds

    def shard_size(self, most: int) -> int:
        """Return how many customers to hand out: 1 to `most`."""
        if self.mean_s is None:
            return min(FIRST, most)
        return max(1, min(most, int(AIM_S / max(self.mean_s, 1e-6))))
