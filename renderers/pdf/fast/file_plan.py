"""A file planned: all that is the same in every file with these pages, and what each one has of its own.

What is the same comes first in the file: the head, the members, the strips; so its places, its rows in the
cross-reference and its digest are known, too. Only what follows is packed and counted for each customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from engine.model.quick import quick
from renderers.pdf.fast.deflate import Begun, begin
from renderers.pdf.fast.file_head import FileHead, indirect, object_stream
from renderers.pdf.fast.members import Manner, Members, OwnMembers, members_of
from renderers.pdf.fast.numbers import Numbers
from renderers.pdf.fast.page_plan import PagePlan, Paper, plan_page
from renderers.pdf.fast.placed_strip import PlacedStrip
from renderers.pdf.fast.xref import ROW_BYTES, packed_rows, plain_rows, upward
from renderers.pdf.seal import Seal

_KEPT = 256
_ROUND = 64
_STARTS_KEPT = 3  # of a plan, some kilobytes each
_MEMBER_BYTES = 150  # of memory: what writes an object of the customer's
_packed_rows = lru_cache(maxsize=_KEPT)(lambda stream, count: packed_rows(stream, 0, count))  # by few streams


@quick
@dataclass(frozen=True, slots=True)
class Start:
    """What a file begins with, under one head: the head and the plan's chunks."""

    head: FileHead
    size: int  # bytes
    index: bytes  # of the cross-reference: numbers of its objects
    rows: Begun  # likewise: their rows
    last_row: bytes
    hashed: Any  # the state of SHA-256 after it


@dataclass(slots=True)
class FilePlan:
    """See the module."""

    manner: Manner
    pages: tuple[PagePlan, ...]
    chunks: tuple[bytes, ...]  # the members that are the same, then the strips, with their numbers
    rows: tuple[bytes, ...]  # of the cross-reference: those that follow each chunk's
    index: bytes  # numbers of all these rows
    own: int  # the first number of what each file has of its own: members, metadata, contents, attached files
    members: OwnMembers
    opening: bytes  # of their object stream: their numbers, with places for where each begins
    weight: int  # bytes, about
    starts: tuple[Start, ...] = ()  # of the last heads

    def under(self, head: FileHead) -> Start:
        """Return the start of files under this head."""
        for found in self.starts:
            if found.head is head:
                return found
        found = self._start(head)
        self.starts = (*self.starts[1 - _STARTS_KEPT :], found)  # a name with a rare letter brings another head
        return found

    def _start(self, head: FileHead) -> Start:
        offsets = list(accumulate(map(len, self.chunks), initial=len(head.data)))
        size = offsets[-1]
        if self.manner.seal_words is not None:
            offsets.insert(1, size)  # the seal stands behind all strips, and has a lower number
        places = plain_rows(offsets)
        listed = [head.rows]
        for at, rows in zip(range(0, len(places), ROW_BYTES), self.rows, strict=False):
            listed += (places[at : at + ROW_BYTES], rows)
        rows_of_all = b"".join(listed)
        hashed = head.hashed.copy()
        hashed.update(b"".join(self.chunks))
        index = b"0 %d %b" % (head.count, self.index)
        return Start(head, size, index, begin(upward(rows_of_all)), rows_of_all[-ROW_BYTES:], hashed)


def plan_file(manner: Manner, pages: Sequence[Paper], seal: Seal | None = None) -> FilePlan:
    """Return the plan of all files with these pages.

    The strips' numbers are from `numbers.strips` on, and so is their marked content's on each page. Raises
    `Unfillable`.
    """
    numbers = manner.numbers
    members = members_of(manner, pages, seal)
    same = object_stream([own for own, _ in members.same], [body for _, body in members.same])
    strips = [shown.strip for page in pages for shown in page.strips if shown.strip.chunk]
    chunks = (indirect(numbers.members, same), *[strip.chunk for strip in strips])
    planned = tuple([plan_page(page) for page in pages])
    rows = _rows(manner, len(pages), members, strips)
    weight = len(chunks[0]) + sum([page.weight for page in planned]) + sum(map(len, rows))
    weight += _MEMBER_BYTES * len(members.customers.bodies)
    index = [_common_index(numbers, len(pages), manner.seal_words is not None), *[strip.index for strip in strips]]
    if members.own > members.outline:
        index.append(b"%d %d" % (members.outline, members.own - members.outline))
    opening = b" ".join(members.customers.numbered) + b"\n"
    return FilePlan(
        manner, planned, chunks, rows, b" ".join(index), members.own, members.customers, opening, weight,
    )  # fmt: skip


def _rows(manner: Manner, pages: int, members: Members, strips: Sequence[PlacedStrip]) -> tuple[bytes, ...]:
    """Return the rows behind each chunk's: of the same members, then of each strip's objects, and of the outline."""
    customers = _packed_rows(members.own, -(-len(members.customers.bodies) // _ROUND) * _ROUND)
    rows = list(_common_rows(manner.numbers, pages, members.own, manner.seal_words is not None))
    at = 1  # the first of the customer's members is the information dictionary
    for strip in strips:
        count = strip.holes.count
        rows.append(customers[ROW_BYTES * at : ROW_BYTES * (at + count)] + strip.rows)
        at += count
    rows[-1] += customers[ROW_BYTES * at : ROW_BYTES * (at + members.own - members.outline)]
    return tuple(rows)


@lru_cache(maxsize=_KEPT)
def _common_rows(numbers: Numbers, pages: int, own: int, is_sealed: bool) -> tuple[bytes, ...]:
    """Return the rows behind that of the stream of same members, and behind that of the seal."""
    catalog, *others = [packed_rows(numbers.members, at) for at in range(7 + pages)]
    head = b"".join([catalog, packed_rows(own, 0), *others[:4]])
    if is_sealed:
        return head, b"".join(others[4 : 6 + pages])
    return (head + b"".join(others[4 : 4 + pages]),)


@lru_cache(maxsize=_KEPT)
def _common_index(numbers: Numbers, pages: int, is_sealed: bool) -> bytes:
    spans = [(numbers.members, 7), (numbers.pages, pages)]
    if is_sealed:
        spans.insert(1, (numbers.seal, 3))
    return b" ".join([b"%d %d" % span for span in spans])
