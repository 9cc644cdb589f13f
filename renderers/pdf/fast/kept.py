"""Things that are costly to make, the least used dropped first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Kept(Generic[_Key, _Value]):
    """The most recently used of things that are costly to make: `most` of them, or of what `weigh` says they weigh."""

    def __init__(self, most: int, weigh: Callable[[_Value], int] | None = None) -> None:
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._known: OrderedDict[_Key, _Value] = OrderedDict()
        self.dropped = 0  # how many were, to make room

    def __iter__(self) -> Iterator[_Value]:
        return iter(self._known.values())

    def __contains__(self, key: _Key) -> bool:
        return key in self._known

    def find(self, key: _Key) -> _Value | None:
        """Return what is known under `key`, None where nothing is."""
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        return found

    def get(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        """Return what is known under `key`, made now if it isn't."""
        found = self._known.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        else:
            self._known.move_to_end(key)
        return found

    def put(self, key: _Key, value: _Value) -> None:
        """Keep a value under a key; the last one stays, whatever it weighs."""
        if key in self._known:
            self._weight -= self._weight_of(self._known.pop(key))
        self._known[key] = value
        self._weight += self._weight_of(value)
        while self._weight > self._most and len(self._known) > 1:
            _, dropped = self._known.popitem(last=False)
            self._weight -= self._weight_of(dropped)
            self.dropped += 1

    def _weight_of(self, value: _Value) -> int:
        return self._weigh(value) if self._weigh else 1
