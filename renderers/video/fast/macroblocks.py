"""The macroblocks of many pictures as bits, by numpy: what `differences.c` writes where it was built.

A picture is one slice of macroblocks that are skipped, or P_L0_16x16 with a vector of 0 and a residual.
Source: ISO/IEC 14496-10, 7.3.4, 7.3.5 and 9.2.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from renderers.video.fast.bits import Bits
from renderers.video.fast.cavlc import CHROMA_DC, CONTEXTS, Ints, symbols_of

Levels: TypeAlias = NDArray[np.int16]

BLOCKS: Final = 26  # of a macroblock: 16 of luma, DC of blue and red, 4 of blue, 4 of red
SCAN: Final = (0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15)  # blocks of luma as they are coded, by rows
# coded_block_pattern by its number, for predicted macroblocks: table 9-4
_PATTERNS: Final = (
    0, 16, 1, 2, 4, 8, 32, 3, 5, 10, 12, 15, 47, 7, 11, 13, 14, 6, 9, 31, 35, 37, 42, 44,
    33, 34, 36, 40, 39, 43, 45, 46, 17, 18, 20, 24, 19, 21, 26, 28, 23, 27, 29, 30, 22, 25, 38, 41,
)  # fmt: skip
PATTERN_NUMBERS: Final = np.argsort(_PATTERNS)
_LENGTHS: Final = np.array([16] * 16 + [4] * 2 + [15] * 8)  # levels of each block
_HEAD, _TAIL = 2, 1  # symbols of each macroblock's head, and at the end of a picture
_WORD: Final = 32


@dataclass(frozen=True, slots=True)
class Coded:
    """The macroblocks of one picture that are not skipped: addresses in the band, levels (n, 26, 16)."""

    places: Ints
    levels: Levels


def bits_of(pictures: Sequence[Coded], columns: int, rows: int) -> list[Bits]:
    """Return the slice of each picture of a band, the stop bit last."""
    if not pictures:
        return []
    number = np.repeat(np.arange(len(pictures)), [len(one.places) for one in pictures])
    place = np.concatenate([one.places for one in pictures])
    levels = np.concatenate([one.levels for one in pictures])
    pattern, chosen = _chosen(levels)
    contexts = _contexts(number, place, (levels != 0).sum(axis=2), columns, rows)
    lengths = np.broadcast_to(_LENGTHS, chosen.shape)
    symbols = symbols_of(levels[chosen], contexts[chosen], lengths[chosen])
    ends = np.concatenate([[0], np.cumsum(symbols.counts)])[np.cumsum(chosen.sum(axis=1))]
    starts = np.concatenate([[0], ends])[:-1]
    index = np.arange(len(place))
    size = len(symbols.codes) + _HEAD * len(place) + _TAIL * len(pictures)
    codes, widths = np.zeros(size, np.int64), np.zeros(size, np.int64)
    at = np.arange(len(symbols.codes)) + np.repeat(_HEAD * (index + 1) + _TAIL * number, ends - starts)
    codes[at], widths[at] = symbols.codes, symbols.lengths
    counts = np.bincount(number, minlength=len(pictures))
    lasts = np.cumsum(counts)  # the macroblock after a picture's last one
    before = np.concatenate([[-1], place])[:-1]
    before[(lasts - counts)[counts > 0]] = -1
    head = starts + _HEAD * index + _TAIL * number
    codes[head], widths[head] = _golomb(place - before - 1)
    coded, length = _golomb(PATTERN_NUMBERS[pattern])
    codes[head + 1] = (0b111 << length | coded) << 1 | 1  # P_L0_16x16, a vector of 0, 0; pattern; the same QP
    widths[head + 1] = length + 4
    tail = np.concatenate([[0], ends])[lasts] + _HEAD * lasts + _TAIL * np.arange(len(pictures))
    skipped = columns * rows - 1 - np.where(counts > 0, np.concatenate([place, [0]])[lasts - 1], -1)
    coded, length = _golomb(skipped)
    codes[tail] = np.where(skipped > 0, coded << 1 | 1, 1)
    widths[tail] = np.where(skipped > 0, length + 1, 1)
    return _packed(codes, widths, tail)


def _chosen(levels: Levels) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the patterns of macroblocks, and which of their blocks (n, 26) are coded."""
    is_set: NDArray[np.bool_] = np.any(levels != 0, axis=2)
    luma = is_set[:, :16].reshape(-1, 4, 4).any(axis=2)
    has_rest: NDArray[np.bool_] = np.any(is_set[:, 18:], axis=1)
    has_dc: NDArray[np.bool_] = np.any(is_set[:, 16:18], axis=1)
    chosen = np.empty(is_set.shape, bool)
    chosen[:, :16] = np.repeat(luma, 4, axis=1)
    chosen[:, 16:18] = (has_dc | has_rest)[:, None]
    chosen[:, 18:] = has_rest[:, None]
    return luma @ np.array([1, 2, 4, 8]) + 16 * np.where(has_rest, 2, has_dc), chosen


def _contexts(number: Ints, place: Ints, totals: Ints, columns: int, rows: int) -> Ints:
    """Return the contexts (n, 26) of blocks by how many levels their neighbours have."""
    index = np.zeros((int(number.max(initial=-1)) + 1, rows * columns), np.int64)  # 0: skipped
    index[number, place] = np.arange(1, len(place) + 1)
    row, column = place // columns, place % columns
    left = np.where(column > 0, index[number, place - 1], 0)
    above = np.where(row > 0, index[number, place - columns], 0)
    contexts = np.full((len(place), BLOCKS), CHROMA_DC, np.int64)
    for first, side, scan in ((0, 4, np.array(SCAN)), (18, 2, np.arange(4)), (22, 2, np.arange(4))):
        end = first + side * side
        own = totals[:, first:end][:, np.argsort(scan)].reshape(-1, side, side)
        known = np.concatenate([np.zeros((1, side, side), np.int64), own])
        grid = np.zeros((len(place), side + 1, side + 1), np.int64)
        grid[:, 1:, 1:], grid[:, 1:, 0], grid[:, 0, 1:] = own, known[left][:, :, -1], known[above][:, -1]
        beside, over = grid[:, 1:, :-1], grid[:, :-1, 1:]
        has_both = np.ones(own.shape, bool)
        has_both[:, :, 0] &= (column > 0)[:, None]
        has_both[:, 0] &= (row > 0)[:, None]
        near = np.where(has_both, (beside + over + 1) >> 1, beside + over)
        contexts[:, first:end] = CONTEXTS[near].reshape(-1, side * side)[:, scan]
    return contexts


def _golomb(values: Ints) -> tuple[Ints, Ints]:
    """Return codes and lengths of Exp-Golomb numbers."""
    codes = values + 1
    return codes, (2 * np.frexp(codes.astype(np.float64))[1] - 1).astype(np.int64)


def _packed(codes: Ints, widths: Ints, tails: Ints) -> list[Bits]:
    """Return the bits of pictures, each of which ends with the symbol at one of `tails`."""
    ends = np.cumsum(widths)
    lengths = np.diff(ends[tails], prepend=0)
    words = -(-lengths // _WORD)
    first = np.cumsum(words) - words
    place = ends - widths + np.repeat(_WORD * first - (ends[tails] - lengths), np.diff(tails, prepend=-1))
    shifted = codes.astype(np.uint64) << (2 * _WORD - place % _WORD - widths).astype(np.uint64)
    word, size = place // _WORD, int(words.sum()) + 1
    # no two symbols share a bit: sums are unions, and exact below 2^53
    upper = np.bincount(word, (shifted >> np.uint64(_WORD)).astype(np.float64), size)
    lower = np.bincount(word + 1, (shifted & np.uint64(0xFFFFFFFF)).astype(np.float64), size + 1)[:size]
    data = (upper + lower).astype(">u4").tobytes()
    made = []
    for start, count, length in zip(first.tolist(), words.tolist(), lengths.tolist(), strict=True):
        value = int.from_bytes(data[4 * start : 4 * (start + count)])
        made.append(Bits(value >> (_WORD * count - length), length))
    return made
