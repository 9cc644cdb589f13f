"""The penalties of all masks at once, against each rule counted module by module."""

from __future__ import annotations

from itertools import groupby
from random import Random

import pytest

from engine.payment.qr_layout import MASK_COUNT, Layout, layout_of
from engine.payment.qr_mask import chooser_of

FINDER = (1, 0, 1, 1, 1, 0, 1)


def grid(symbol: int, layout: Layout) -> list[tuple[int, ...]]:
    size, stride = layout.size, layout.stride
    return [tuple(symbol >> ((size - 1 - y) * stride + stride - 1 - x) & 1 for x in range(size)) for y in range(size)]


def runs(line: tuple[int, ...]) -> int:
    lengths = [len(list(same)) for _, same in groupby(line)]
    return sum(length - 2 for length in lengths if length >= 5)


def finders(line: tuple[int, ...]) -> int:
    """Forty points a finder-like pattern beside four light modules; after one, the search goes on behind it."""
    wide = (0,) * 4 + line + (0,) * 4
    points, place = 0, 4
    while place <= len(wide) - 11:
        is_found = wide[place : place + 7] == FINDER
        if is_found and not (any(wide[place - 4 : place]) and any(wide[place + 7 : place + 11])):
            points, place = points + 40, place + 7
        else:
            place += 1
    return points


def squares(rows: list[tuple[int, ...]]) -> int:
    size = range(len(rows) - 1)
    return 3 * sum(
        len({rows[y][x], rows[y][x + 1], rows[y + 1][x], rows[y + 1][x + 1]}) == 1 for y in size for x in size
    )


def balance(rows: list[tuple[int, ...]]) -> int:
    return 10 * int(abs(sum(map(sum, rows)) / len(rows) ** 2 * 100 - 50) / 5)


def penalty(rows: list[tuple[int, ...]]) -> int:
    lines = [*rows, *zip(*rows, strict=True)]
    return sum(map(runs, lines)) + squares(rows) + sum(map(finders, lines)) + balance(rows)


@pytest.mark.parametrize("version", [1, 2, 6, 7, 10, 13, 20])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9])
def test_all_four_rules_are_counted_as_one_by_one(version: int, share: float) -> None:
    dice, layout, chooser = Random(f"{version} {share}"), layout_of(version), chooser_of(version)
    symbol = layout.patterns | sum(1 << place for place in layout.places if dice.random() < share)
    wanted = [penalty(grid(symbol ^ mask, layout)) for mask in layout.masks]
    assert chooser.penalties(symbol) == wanted
    assert chooser.best(symbol) == wanted.index(min(wanted))


@pytest.mark.parametrize("gap", [4, 6, 11])
def test_finder_like_patterns_that_share_modules_count_as_segno_counts_them(gap: int) -> None:
    layout, chooser = layout_of(10), chooser_of(10)
    line = [0] * layout.size
    for start in (20, 20 + gap):
        for place, dark in enumerate(FINDER):
            line[start + place] |= dark
    row = int("".join(map(str, line)), 2) << layout.stride - layout.size
    symbol = row << 20 * layout.stride
    rows = grid(symbol, layout)
    assert finders(tuple(line)) == (80 if gap == 11 else 40)
    assert chooser.penalties(symbol ^ layout.masks[3])[3] == penalty(rows)


def test_of_equal_masks_the_first_is_taken() -> None:
    layout, chooser = layout_of(1), chooser_of(1)
    dice = Random("ties")
    for _ in range(2000):
        symbol = layout.patterns | sum(1 << place for place in layout.places if dice.random() < 0.5)
        found = chooser.penalties(symbol)
        if found.count(min(found)) > 1:
            break
    else:
        pytest.fail("no tie among two thousand symbols")
    assert chooser.best(symbol) == found.index(min(found))
    assert len(found) == MASK_COUNT
