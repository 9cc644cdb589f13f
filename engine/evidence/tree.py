"""A hash tree over a run's documents, and the path of one of them (RFC 4998, 4.2 and 4.3).

A leaf is one customer's documents: the SHA-256 of a single one, else that of all their digests, sorted
and joined, which RFC 4998 calls a data object group. Nodes stand in the order of the run, two to a
father; the last three of an odd level share one. The digests below a father are sorted and joined
before they are hashed, so that a path needs no sides.

Memory: none that grows. The tree lies in a temporary file of about 64 bytes a customer; building it
and reading a path take one digest a node and at most one short read a level.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import IO, Self

from engine.errors import EvidenceError

SIZE = 32
HashPath = tuple[tuple[bytes, ...], ...]  # a level's brothers each, from the leaf up; the root's level is left out


def joined(digests: Iterable[bytes]) -> bytes:
    """Return the digest above `digests`: the only one itself, else that of all, sorted and joined."""
    ordered = sorted(digests)
    return ordered[0] if len(ordered) == 1 else hashlib.sha256(b"".join(ordered)).digest()


def climb(leaf: bytes, path: HashPath) -> bytes:
    """Return the root that a path leads to."""
    node = leaf
    for brothers in path:
        node = joined((node, *brothers))
    return node


class HashTree:
    """The tree of a run: add each customer's digests in order, then `close` the top; paths by number."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="billcast-tree-")  # noqa: SIM115 - closed by __exit__
        self._levels: list[tuple[int, int]] = []  # first node in the file, nodes
        self._count = 0
        self._kept: dict[int, tuple[int, tuple[bytes, ...]]] = {}

    @classmethod
    def of(cls, groups: Iterable[Sequence[bytes]]) -> HashTree:
        """Return the finished tree of all groups. Raises `EvidenceError` (E113) where there is none."""
        tree = cls()
        try:
            for digests in groups:
                tree._file.write(joined(digests))
                tree._count += 1
            tree._grow()
        except BaseException:
            tree._file.close()
            raise
        return tree

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._file.close()

    def __len__(self) -> int:
        """Leaves of the tree."""
        return self._count

    @property
    def root(self) -> bytes:
        """The digest that stands for all documents: what is stamped."""
        return self._read(self._levels[-1][0], 1)

    def path(self, leaf: int) -> HashPath:
        """Return the brothers of leaf number `leaf` and of its fathers, level by level."""
        path: list[tuple[bytes, ...]] = []
        place = leaf
        for level, (_, count) in enumerate(self._levels[:-1]):
            father = min(place // 2, count // 2 - 1)
            family = self._family(level, father)
            at = place - 2 * father
            path.append(family[:at] + family[at + 1 :])
            place = father
        return tuple(path)

    def _family(self, level: int, father: int) -> tuple[bytes, ...]:
        """Return the nodes below a father. The last one of each level is kept: leaves are asked for in order."""
        kept = self._kept.get(level)
        if kept is None or kept[0] != father:
            first, count = self._levels[level]
            size = count - 2 * father if father == count // 2 - 1 else 2
            family = self._read(first + 2 * father, size)
            kept = father, tuple(family[at : at + SIZE] for at in range(0, len(family), SIZE))
            self._kept[level] = kept
        return kept[1]

    def _grow(self) -> None:
        first, count = 0, self._count
        if not count:
            raise EvidenceError("E113", "the run stored no document: there is nothing to stamp")
        self._levels.append((first, count))
        while count > 1:
            for digest in self._fathers(first, count):
                self._file.write(digest)
            first, count = first + count, count // 2
            self._levels.append((first, count))
        self._file.flush()

    def _fathers(self, first: int, count: int) -> Iterator[bytes]:
        self._file.flush()
        last = count // 2 - 1
        for father in range(last + 1):
            start = 2 * father
            size = count - start if father == last else 2
            family = self._read(first + start, size)
            yield joined(family[at : at + SIZE] for at in range(0, len(family), SIZE))

    def _read(self, first: int, count: int) -> bytes:
        return os.pread(self._file.fileno(), count * SIZE, first * SIZE)
