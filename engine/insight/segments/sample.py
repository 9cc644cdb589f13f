"""A sample of customers for the clustering: the same in whatever order they come, in bounded memory."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from hashlib import sha256

from engine.insight.segments.traits import TRAITS

Row = tuple[float | None, ...]
MOST = 20_000


class Sample:
    """At most `most` customers: those whose keys hash lowest. 20,000 rows of 14 figures are some 10 MB."""

    def __init__(self, seed: int, most: int = MOST) -> None:
        self._seed, self._most = seed, most
        self._heap: list[tuple[int, str, Row]] = []  # the highest hash first, by its negative
        self.seen = 0

    def add(self, key: str, features: Mapping[str, float | None]) -> None:
        """Take a customer in."""
        self.seen += 1
        mark = int.from_bytes(sha256(f"{self._seed}:{key}".encode()).digest()[:8])
        row = tuple([features.get(trait.feature) for trait in TRAITS])
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, (-mark, key, row))
        elif mark < -self._heap[0][0]:
            heapq.heapreplace(self._heap, (-mark, key, row))

    def rows(self) -> list[Row]:
        """Return the rows, in an order that depends on nothing but the customers in the sample."""
        return [row for _, _, row in sorted(self._heap, key=lambda one: (-one[0], one[1]))]
