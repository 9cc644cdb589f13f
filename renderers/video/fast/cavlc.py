"""Residual blocks as CAVLC writes them, all blocks of many pictures at once.

A block is 16 levels (or 15, or 4 of chroma DC) in zigzag order. What is returned are symbols: numbers
and their lengths in bits, in the order of the stream. Source: ISO/IEC 14496-10, 9.2 and tables 9-5, 9-7 to 9-10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]

CHROMA_DC: Final = 4  # the class of contexts of chroma DC; 0 to 3 are those of nC 0-1, 2-3, 4-7, 8 and more
CONTEXTS: Final = np.array([0, 0, 1, 1, 2, 2, 2, 2, *[3] * 9])  # class by nC

# coeff_token by context, then 4 * total + trailing ones: lengths and codes
_TOKEN_LENGTHS: Final = (
    (
        "1 0 0 0 6 2 0 0 8 6 3 0 9 8 7 5 10 9 8 6 11 10 9 7 13 11 10 8 13 13 11 9 13 13 13 10 14 14 13 11 14 14 14 13 "
        "15 15 14 14 15 15 15 14 16 15 15 15 16 16 16 15 16 16 16 16 16 16 16 16"
    ),
    (
        "2 0 0 0 6 2 0 0 6 5 3 0 7 6 6 4 8 6 6 4 8 7 7 5 9 8 8 6 11 9 9 6 11 11 11 7 12 11 11 9 12 12 12 11 "
        "12 12 12 11 13 13 13 12 13 13 13 13 13 14 13 13 14 14 14 13 14 14 14 14"
    ),
    (
        "4 0 0 0 6 4 0 0 6 5 4 0 6 5 5 4 7 5 5 4 7 5 5 4 7 6 6 4 7 6 6 4 8 7 7 5 8 8 7 6 9 8 8 7 "
        "9 9 8 8 9 9 9 8 10 9 9 9 10 10 10 10 10 10 10 10 10 10 10 10"
    ),
    "6 0 0 0 6 6 0 0 6 6 6 0" + " 6" * 56,
    "2 0 0 0 6 1 0 0 6 6 3 0 6 7 7 6 6 8 8 7" + " 0" * 48,
)
_TOKEN_CODES: Final = (
    (
        "1 0 0 0 5 1 0 0 7 4 1 0 7 6 5 3 7 6 5 3 7 6 5 4 15 6 5 4 11 14 5 4 8 10 13 4 15 14 9 4 11 10 13 12 "
        "15 14 9 12 11 10 13 8 15 1 9 12 11 14 13 8 7 10 9 12 4 6 5 8"
    ),
    (
        "3 0 0 0 11 2 0 0 7 7 3 0 7 10 9 5 7 6 5 4 4 6 5 6 7 6 5 8 15 6 5 4 11 14 13 4 15 10 9 4 11 14 13 12 "
        "8 10 9 8 15 14 13 12 11 10 9 12 7 11 6 8 9 8 10 1 7 6 5 4"
    ),
    (
        "15 0 0 0 15 14 0 0 11 15 13 0 8 12 14 12 15 10 11 11 11 8 9 10 9 14 13 9 8 10 9 8 15 14 13 13 11 14 10 12 "
        "15 10 13 12 11 14 9 12 8 10 13 8 13 7 9 12 9 12 11 10 5 8 7 6 1 4 3 2"
    ),
    "3 0 0 0 0 1 0 0 4 5 6 0 " + " ".join(map(str, range(8, 64))),
    "1 0 0 0 7 1 0 0 4 6 1 0 3 3 2 5 2 3 2 0" + " 0" * 48,
)
# total_zeros by total of levels, a row from 1 on: lengths and codes
_ZEROS_LENGTHS: Final = (
    "1 3 3 4 4 5 5 6 6 7 7 8 8 9 9 9", "3 3 3 3 3 4 4 4 4 5 5 6 6 6 6", "4 3 3 3 4 4 3 3 4 5 5 6 5 6",
    "5 3 4 4 3 3 3 4 3 4 5 5 5", "4 4 4 3 3 3 3 3 4 5 4 5", "6 5 3 3 3 3 3 3 4 3 6", "6 5 3 3 3 2 3 4 3 6",
    "6 4 5 3 2 2 3 3 6", "6 6 4 2 2 3 2 5", "5 5 3 2 2 2 4", "4 4 3 3 1 3", "4 4 2 1 3", "3 3 1 2", "2 2 1", "1 1", "0",
)  # fmt: skip
_ZEROS_CODES: Final = (
    "1 3 2 3 2 3 2 3 2 3 2 3 2 3 2 1", "7 6 5 4 3 5 4 3 2 3 2 3 2 1 0", "5 7 6 5 4 3 4 3 2 3 2 1 1 0",
    "3 7 5 4 6 5 4 3 3 2 2 1 0", "5 4 3 7 6 5 4 3 2 1 1 0", "1 1 7 6 5 4 3 2 1 1 0", "1 1 5 4 3 3 2 1 1 0",
    "1 1 1 3 3 2 2 1 0", "1 0 1 3 2 1 1 1", "1 0 1 3 2 1 1", "0 1 1 2 1 3", "0 1 1 1 1", "0 1 1 1", "0 1 1", "0 1", "0",
)  # fmt: skip
_CHROMA_ZEROS_LENGTHS: Final = ("1 2 3 3", "1 2 2", "1 1", "0")
_CHROMA_ZEROS_CODES: Final = ("1 1 1 0", "1 1 0", "1 0", "0")
# run_before by zeros left, a row from 1 on, the last one for all above 6
_RUN_LENGTHS: Final = ("1 1", "1 2 2", "2 2 2 2", "2 2 2 3 3", "2 2 3 3 3 3", "2 3 3 3 3 3 3",
                       "3 3 3 3 3 3 3 4 5 6 7 8 9 10 11")  # fmt: skip
_RUN_CODES: Final = ("1 0", "1 1 0", "3 2 1 0", "3 2 1 1 0", "3 2 3 2 1 0", "3 0 1 3 2 5 4",
                     "7 6 5 4 3 2 1 1 1 1 1 1 1 1 1")  # fmt: skip


def _table(rows: tuple[str, ...], width: int, first: int = 0) -> Ints:
    """Return rows of numbers as an array, the first row at index `first`."""
    table = np.zeros((first + len(rows), width), np.int64)
    for index, row in enumerate(rows, first):
        numbers = [int(number) for number in row.split()]
        table[index, : len(numbers)] = numbers
    return table


_TOKENS: Final = _table(_TOKEN_LENGTHS, 68), _table(_TOKEN_CODES, 68)
_ZEROS: Final = _table(_ZEROS_LENGTHS, 16, 1), _table(_ZEROS_CODES, 16, 1)
_CHROMA_ZEROS: Final = _table(_CHROMA_ZEROS_LENGTHS, 16, 1), _table(_CHROMA_ZEROS_CODES, 16, 1)
_RUNS: Final = _table(_RUN_LENGTHS, 16, 1), _table(_RUN_CODES, 16, 1)
TABLES: Final = (_TOKENS, _ZEROS, _CHROMA_ZEROS, _RUNS)  # each lengths and codes


@dataclass(frozen=True, slots=True)
class Symbols:
    """Codes and their lengths in bits, in the order of the stream; `counts` are the symbols of each block."""

    codes: Ints
    lengths: Ints
    counts: Ints


@dataclass(frozen=True, slots=True)
class _Levels:
    """All levels that are not 0, those of a block from its last to its first. Arrays of one length.

    `block`: whose it is; `order`: its turn in the block; `place`: in zigzag order.
    """

    value: Ints
    block: Ints
    order: Ints
    place: Ints


def symbols_of(levels: NDArray[np.int16], contexts: Ints, lengths: Ints) -> Symbols:
    """Return the symbols of blocks: `levels` (n, 16) in zigzag order, `contexts` and `lengths` (n,).

    A block of fewer than 16 levels ends in zeros; `lengths` says how many it has. No level is above
    1,000: from about 2,000 on they are written in another way.
    """
    block, turned = np.nonzero(levels[:, ::-1])
    place = 15 - turned
    totals = np.bincount(block, minlength=len(levels))
    starts = np.cumsum(totals) - totals
    each = _Levels(levels[block, place].astype(np.int64), block, np.arange(len(block)) - starts[block], place)
    ones = _trailing_ones(each, len(levels))
    is_some, is_short = totals > 0, (totals > 0) & (totals < lengths)
    # token, signs of trailing ones, other levels, total of zeros, runs
    counts = 1 + (ones > 0) + (totals - ones) + is_short + np.maximum(totals - 1, 0)
    first = np.cumsum(counts) - counts
    size = int(counts.sum())
    codes, widths = np.zeros(size, np.int64), np.zeros(size, np.int64)
    token = 4 * totals + ones
    widths[first], codes[first] = _TOKENS[0][contexts, token], _TOKENS[1][contexts, token]
    next_ = first + 1
    is_one = each.order < ones[block]
    at = next_[block[is_one]]
    np.add.at(codes, at, (each.value[is_one] < 0) << (ones[block[is_one]] - 1 - each.order[is_one]))
    widths[at] = ones[block[is_one]]
    next_ += ones > 0
    _put_levels(each, ones, totals, next_, (codes, widths))
    next_ += totals - ones
    last = np.zeros(len(levels), np.int64)
    last[is_some] = place[starts[is_some]]
    zeros = last + 1 - totals
    for table, chosen in ((_ZEROS, is_short & (contexts != CHROMA_DC)),
                          (_CHROMA_ZEROS, is_short & (contexts == CHROMA_DC))):  # fmt: skip
        at = next_[chosen]
        widths[at], codes[at] = (part[totals[chosen], zeros[chosen]] for part in table)
    next_ += is_short
    _put_runs(each, totals, next_, (codes, widths))
    return Symbols(codes, widths, counts)


def _trailing_ones(each: _Levels, count: int) -> Ints:
    """Return how many of a block's last levels are 1 or -1, three at most."""
    is_one = np.zeros((count, 3), np.int64)
    early = each.order < 3
    is_one[each.block[early], each.order[early]] = np.abs(each.value[early]) == 1
    ones: Ints = np.cumprod(is_one, axis=1).sum(axis=1)
    return ones


def _put_levels(each: _Levels, ones: Ints, totals: Ints, first: Ints, into: tuple[Ints, Ints]) -> None:
    """Write the levels that are no trailing ones: how one is written depends on the one before it."""
    codes, widths = into
    turn = each.order - ones[each.block]
    suffix = ((totals > 10) & (ones < 3)).astype(np.int64)  # bits, by block
    number = 2 * np.abs(each.value) - 2 + (each.value < 0)
    number -= 2 * ((turn == 0) & (ones[each.block] < 3))  # a first level that can't be 1
    rest = np.flatnonzero(turn >= 0)
    for index in range(int(turn.max(initial=-1)) + 1):
        rest = rest[turn[rest] >= index]
        these = rest[turn[rest] == index]
        block, value = each.block[these], number[these]
        bits = suffix[block]
        low = np.where(bits > 0, 15 << bits, 14)  # below: prefix and suffix; above: escapes
        middle = (bits == 0) & (value >= 14) & (value < 30)
        escaped = (value >= low) & ~middle
        prefix = np.where(escaped, 15, np.where(middle, 14, value >> bits))
        length = np.where(escaped, 12, np.where(middle, 4, bits))
        left = value - np.where(escaped, np.where(bits > 0, low, 30), np.where(middle, 14, prefix << bits))
        at = first[block] + index
        codes[at], widths[at] = (1 << length) | left, prefix + 1 + length
        bits = np.maximum(bits, 1)
        suffix[block] = bits + ((np.abs(each.value[these]) > (3 << (bits - 1))) & (bits < 6))


def _put_runs(each: _Levels, totals: Ints, first: Ints, into: tuple[Ints, Ints]) -> None:
    """Write how many zeros stand before each level but the first, as far as any are left."""
    codes, widths = into
    inner = np.flatnonzero(each.order < totals[each.block] - 1)
    block, order = each.block[inner], each.order[inner]
    run = each.place[inner] - each.place[inner + 1] - 1
    left = each.place[inner] - (totals[block] - 1 - order)
    row = np.minimum(left, 7)
    at = first[block] + order
    widths[at], codes[at] = _RUNS[0][row, run], _RUNS[1][row, run]
