"""A file planned: all that is the same in every file with these pages, and what each one has of its own.

What is the same comes first in the file: the head, the members, the strips; so its places, its rows in the
cross-reference and its digest are known, too. Only what follows is packed and counted for each customer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from renderers.pdf.fast.deflate import Begun, begin
from renderers.pdf.fast.file_head import FileHead, indirect, object_stream
from renderers.pdf.fast.members import Manner, Members, Write, members_of
from renderers.pdf.fast.page_plan import PagePlan, Paper, plan_page
from renderers.pdf.fast.xref import ROW_BYTES, packed_rows, plain_rows, upward
from renderers.pdf.seal import Seal


@dataclass(frozen=True, slots=True)
class Start:
    """What a file begins with, under one head: the head and the plan's chunks."""

    head: FileHead
    size: int  # bytes
    index: bytes  # of the cross-reference: numbers of its objects
    rows: Begun  # likewise: their rows
    last_row: bytes
    named: Any  # a digest of it, for the file's identifier
    hashed: Any  # the state of SHA-256 after it

    def sha256_of(self, data: bytes) -> str:
        """Return the SHA-256 of a whole file that begins so, in hexadecimal."""
        hashed = self.hashed.copy()
        hashed.update(memoryview(data)[self.size :])
        return str(hashed.hexdigest())


@dataclass(slots=True)
class FilePlan:
    """See the module."""

    manner: Manner
    pages: tuple[PagePlan, ...]
    chunks: tuple[bytes, ...]  # the members that are the same, then the strips, with their numbers
    rows: list[tuple[int, bytes | int]]  # of the cross-reference by first number; of a chunk: which it is
    own: int  # the first number of what each file has of its own: members, metadata, contents, attached files
    varying: tuple[Write, ...]  # its members
    opening: bytes  # of their object stream: their numbers, with places for where each begins
    digest: bytes
    weight: int  # bytes, about
    start: Start | None = field(default=None)  # of the last file

    def under(self, head: FileHead) -> Start:
        """Return the start of files under this head."""
        found = self.start
        if found is None or found.head is not head:
            found = self.start = self._start(head)
        return found

    def _start(self, head: FileHead) -> Start:
        places: list[int] = []
        size = len(head.data)
        for chunk in self.chunks:
            places.append(size)
            size += len(chunk)
        places.append(size)  # of the seal, if there is one
        listed = [(0, head.rows)]
        for first, rows in self.rows:
            listed.append((first, plain_rows([places[rows]]) if isinstance(rows, int) else rows))
        rows_of_all = b"".join([rows for _, rows in listed])
        named = hashlib.sha256(head.digest + self.digest)
        hashed = head.hashed.copy()
        for chunk in self.chunks:
            hashed.update(chunk)
        return Start(
            head, size, _index(listed), begin(upward(rows_of_all)), rows_of_all[-ROW_BYTES:], named, hashed,
        )  # fmt: skip


def plan_file(manner: Manner, pages: Sequence[Paper], seal: Seal | None = None) -> FilePlan:
    """Return the plan of all files with these pages.

    The strips' numbers are from `numbers.strips` on, and so is their marked content's on each page. Raises
    `Unfillable`.
    """
    numbers = manner.numbers
    members = members_of(manner, pages, seal)
    same = sorted(members.same)
    stream = object_stream(same, [members.same[own] for own in same])
    strips = [shown.strip for page in pages for shown in page.strips if shown.strip.chunk]
    chunks = (indirect(numbers.members, stream), *[strip.chunk for strip in strips])
    digest = hashlib.sha256(chunks[0])
    for strip in strips:
        digest.update(strip.digest)
    planned = tuple([plan_page(page) for page in pages])
    varying = sorted(members.varying)
    listed = [numbers.catalog + 1, *varying]  # the information dictionary among them
    weight = len(chunks[0]) + sum([len(page.behind.blocks) + page.program.weight for page in planned])
    return FilePlan(
        manner, planned, chunks, _rows(manner, same, listed, members, strips), members.own,
        tuple([members.varying[own] for own in varying]), b" ".join([b"%d %%d" % own for own in listed]) + b"\n",
        digest.digest(), weight,
    )  # fmt: skip


def _rows(
    manner: Manner, same: Sequence[int], varying: Sequence[int], members: Members, strips: Iterable[Any]
) -> list[tuple[int, bytes | int]]:
    numbers = manner.numbers
    rows: list[tuple[int, bytes | int]] = [(own, packed_rows(numbers.members, at)) for at, own in enumerate(same)]
    rows += [(own, packed_rows(members.own, at)) for at, own in enumerate(varying)]
    rows.append((numbers.members, 0))
    for place, strip in enumerate(strips, start=1):
        first = strip.place.first
        rows += [(first, place), (first + 1 + len(strip.holes), strip.rows)]
    if manner.seal_words is not None:
        rows.append((numbers.seal, -1))
    return sorted(rows, key=_first)


def _first(rows: tuple[int, bytes | int]) -> int:
    return rows[0]


def _index(listed: Sequence[tuple[int, bytes]]) -> bytes:
    """Return first numbers and counts of the rows, neighbours as one."""
    spans: list[list[int]] = []
    for first, rows in listed:
        count = len(rows) // ROW_BYTES
        if spans and spans[-1][0] + spans[-1][1] == first:
            spans[-1][1] += count
        else:
            spans.append([first, count])
    return b" ".join([b"%d %d" % (first, count) for first, count in spans])
