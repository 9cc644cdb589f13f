"""A store of things that are quickly made again, bounded by their bytes: the least used go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Safe among threads. What it holds must follow from its key alone: a lost entry changes nothing."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._held: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes = 0

    def get(self, key: K) -> V | None:
        """Return what is held under a key, or None."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
            return found[0]

    def put(self, key: K, value: V, size_bytes: int) -> V:
        """Hold `value`, let go of the least used beyond the limit, and return it."""
        with self._lock:
            self.bytes += size_bytes - self._held.pop(key, (None, 0))[1]
            self._held[key] = (value, size_bytes)
            while self.bytes > self._limit:
                self.bytes -= self._held.popitem(last=False)[1][1]
        return value
