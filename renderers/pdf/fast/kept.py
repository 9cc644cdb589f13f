"""Things that are costly to make, the least used dropped first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Kept(Generic[_Key, _Value]):
    """The most recently used of things that are costly to make."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[_Key, _Value] = OrderedDict()

    def __contains__(self, key: _Key) -> bool:
        return key in self._known

    def get(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        """Return what is known under `key`, made now if it isn't."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = make()
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return found
