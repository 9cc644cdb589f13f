"""The numbers of a file's objects.

Those of the head come first. Then, from a round number on, those that every file has; then the strips'; and behind
them what stands at other places in each file: its pages' contents and whatever else the customer has. Numbers that
are not taken are left out of the cross-reference.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

_ROUND = 64


class Numbers(NamedTuple):
    """Numbers of the objects that every file has, `first` the first of them."""

    first: int

    @classmethod
    @lru_cache(maxsize=256)
    def after(cls, count: int) -> Numbers:
        """Return the numbers of files whose head takes those below `count`."""
        return cls(-(-count // _ROUND) * _ROUND)

    @property
    def members(self) -> int:
        """The object stream with what is the same in all files of a plan."""
        return self.first

    @property
    def catalog(self) -> int:
        """The catalog; then information, page tree, structure tree root, parent tree, Document."""
        return self.first + 1

    @property
    def document(self) -> int:
        """The element Document."""
        return self.first + 6

    @property
    def seal(self) -> int:
        """The signature dictionary; then its widget and its element."""
        return self.first + 8

    @property
    def pages(self) -> int:
        """The object of the first page."""
        return self.first + 16

    @property
    def strips(self) -> int:
        """The first number that strips may take."""
        return self.first + 64
