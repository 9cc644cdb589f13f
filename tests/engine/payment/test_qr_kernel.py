"""The kernel of QR symbols against the planes, which segno is held against."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import natives
from engine.payment import qr
from engine.payment.qr_layout import MASK_COUNT, MOST_VERSION, capacity_of, head_bits, layout_of
from engine.payment.qr_mask import chooser_of
from engine.payment.qr_plane import generator_products, planes_of

if qr._kernel is None and (os.environ.get(natives.SETTING) == "0" or not natives.compiler()):
    pytest.skip("the kernel isn't built", allow_module_level=True)

VERSIONS = range(1, MOST_VERSION + 1)


def by_planes(payload: bytes, version: int, mask: int | None = None) -> bytes:
    planes = planes_of(version)
    return planes.layout.packed(planes.masked(payload, mask))


@pytest.mark.parametrize("version", VERSIONS)
def test_symbols_of_every_version_and_mask_are_those_of_the_planes(version: int) -> None:
    dice, most, symbols = Random(f"kernel {version}"), capacity_of(version), qr._symbols_of(version)
    for count in (0, 1, most - 3, most - 2, most - 1, most, *(dice.randint(1, most) for _ in range(10))):
        payload = dice.randbytes(max(count, 0))
        assert symbols.rows(payload) == by_planes(payload, version), count
    for mask in range(MASK_COUNT):
        assert symbols.rows(payload, mask) == by_planes(payload, version, mask)


@pytest.mark.parametrize("version", [1, 2, 7, 11, 12, 20])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.95])
def test_penalties_are_those_of_the_chooser(version: int, share: float) -> None:
    dice, layout = Random(f"kernel {version} {share}"), layout_of(version)
    for _ in range(5):
        symbol = layout.patterns | sum(1 << place for place in layout.places if dice.random() < share)
        assert qr._symbols_of(version).penalties(layout.packed(symbol)) == chooser_of(version).penalties(symbol)


@given(rows=st.lists(st.integers(0, (1 << 25) - 1) | st.sampled_from([0b1011101 << place for place in range(19)]),
                     min_size=25, max_size=25))  # fmt: skip
def test_any_modules_cost_the_same(rows: list[int]) -> None:
    layout = layout_of(2)
    spare = layout.stride - layout.size
    for lines in (rows, [sum((row >> x & 1) << y for y, row in enumerate(rows)) for x in range(25)]):
        symbol = sum(row << place * layout.stride + spare for place, row in enumerate(lines)) ^ layout.masks[0]
        assert qr._symbols_of(2).penalties(layout.packed(symbol)) == chooser_of(2).penalties(symbol)


@given(payload=st.binary(max_size=84), kind=st.sampled_from(["epc", "link"]))
def test_both_ways_make_the_same_code(payload: bytes, kind: qr.QrKind) -> None:
    assert qr._rows_by_kernel(payload, 5, kind) == qr._rows_by_planes(payload, 5, kind)


def test_what_does_not_fit_is_refused() -> None:
    symbols = qr._symbols_of(3)
    for payload in (bytes(capacity_of(3) + 1), bytes(1 << 20)):
        with pytest.raises(ValueError, match="doesn't fit"):
            symbols.rows(payload)
    for mask in (-1, 8):
        with pytest.raises(ValueError, match="masks"):
            symbols.rows(b"x", mask)
    for rows in (b"", bytes(29 * 4 + 1)):
        with pytest.raises(ValueError, match="rows"):
            symbols.penalties(rows)


def test_a_layout_that_is_none_is_refused() -> None:
    layout = layout_of(1)
    with pytest.raises(ValueError, match="no layout"):
        qr._kernel.Symbols(layout, head_bits(1), generator_products(layout.correction + 1))
    with pytest.raises(ValueError, match="no layout"):
        qr._kernel.Symbols(layout, 13, generator_products(layout.correction))
