"""The numbers of a file's objects.

Those of the head come first. Then, from a round number on, those that every file has; then the strips', and
behind them whatever else the customer has. Numbers that are not taken are left out of the cross-reference.
"""

from __future__ import annotations

from typing import NamedTuple

_ROUND = 64
_MOST_PAGES = 24


class Numbers(NamedTuple):
    """Numbers of the objects that every file has, `first` the first of them."""

    first: int

    @classmethod
    def after(cls, count: int) -> Numbers:
        """Return the numbers of files whose head takes those below `count`."""
        return cls(-(-count // _ROUND) * _ROUND)

    @property
    def members(self) -> int:
        """The object stream with all that differs by customer; what is in it follows on the metadata."""
        return self.first

    @property
    def metadata(self) -> int:
        """The XMP."""
        return self.first + 1

    @property
    def catalog(self) -> int:
        """The catalog; then information, page tree, resources, structure tree root, parent tree, Document."""
        return self.first + 2

    @property
    def document(self) -> int:
        """The element Document."""
        return self.first + 8

    @property
    def seal(self) -> int:
        """The signature dictionary; then its widget and its element."""
        return self.first + 9

    @property
    def contents(self) -> int:
        """The content stream of the first page."""
        return self.first + 16

    @property
    def pages(self) -> int:
        """The object of the first page."""
        return self.contents + _MOST_PAGES

    @property
    def strips(self) -> int:
        """The first number that strips may take."""
        return self.first + 64
