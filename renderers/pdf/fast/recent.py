"""Things that are made at their first use, the latest of them kept."""

from __future__ import annotations

from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Recent(dict[_Key, _Value], Generic[_Key, _Value]):
    """Makes what isn't there; between `most` and twice as many of the latest used are kept.

    To look up what is there is the look-up of a dict. What `make` says may not be kept is made each time.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.older: dict[_Key, _Value] = {}

    def make(self, key: _Key) -> tuple[_Value, bool]:
        """Return what belongs to a key, and whether it may be kept."""
        raise NotImplementedError

    def __missing__(self, key: _Key) -> _Value:
        found = self.older.get(key)
        if found is None:
            found, may_keep = self.make(key)
            if not may_keep:
                return found
        self.keep(key, found)
        return found

    def keep(self, key: _Key, value: _Value) -> None:
        """Put in what belongs to a key."""
        if len(self) >= self.most:
            self.older = dict(self)
            self.clear()
        self[key] = value
