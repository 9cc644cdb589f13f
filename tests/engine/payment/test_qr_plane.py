"""Symbols by XOR against segno, which lays out each one anew."""

from __future__ import annotations

from random import Random

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from engine.model.qr_rows import QrRows
from engine.payment.qr_layout import MASK_COUNT, MOST_VERSION, capacity_of, layout_of, version_for
from engine.payment.qr_plane import planes_of

VERSIONS = range(1, MOST_VERSION + 1)


def by_segno(payload: bytes, version: int, mask: int | None = None) -> QrRows:
    symbol = segno.make(payload, micro=False, error="m", mode="byte", boost_error=False, version=version, mask=mask)
    return QrRows.of(tuple(tuple(bool(module) for module in row) for row in symbol.matrix))


def by_planes(payload: bytes, version: int, mask: int | None = None) -> QrRows:
    planes = planes_of(version)
    return QrRows(planes.layout.size, planes.layout.packed(planes.masked(payload, mask)))


@pytest.mark.parametrize("version", VERSIONS)
def test_fifty_random_payloads_of_a_version_are_equal_to_segnos_bit_for_bit(version: int) -> None:
    dice, most = Random(f"plane {version}"), capacity_of(version)
    for place in range(50):
        count = most - place if place < 4 else dice.randint(1, most)
        payload, mask = dice.randbytes(count), place % MASK_COUNT
        assert by_planes(payload, version, mask) == by_segno(payload, version, mask), (count, mask)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_mask_is_the_one_that_segno_takes(version: int) -> None:
    dice, most = Random(f"mask {version}"), capacity_of(version)
    for _ in range(2):
        payload = dice.randbytes(dice.randint(1, most))
        assert by_planes(payload, version) == by_segno(payload, version)


@given(payload=st.binary(min_size=60, max_size=60), shared=st.integers(0, 70))
def test_what_payloads_share_changes_no_symbol(payload: bytes, shared: int) -> None:
    planes = planes_of(5)
    for end in (payload, payload[:40] + payload[:20]):
        assert planes.masked(end, shared=shared) == planes.masked(end)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_version_carries_as_many_bytes_as_segno_says(version: int) -> None:
    most = capacity_of(version)
    assert version_for(most, MOST_VERSION) == version
    assert segno.make(b"x" * most, micro=False, error="m", mode="byte", boost_error=False).version == version
    assert version_for(most + 1, MOST_VERSION) == (version + 1 if version < MOST_VERSION else None)


@given(one=st.binary(min_size=40, max_size=40), other=st.binary(min_size=40, max_size=40))
def test_a_symbol_is_affine_in_its_payload(one: bytes, other: bytes) -> None:
    symbol = planes_of(3).symbol
    both = bytes(a ^ b for a, b in zip(one, other, strict=True))
    assert symbol(one) ^ symbol(other) ^ symbol(both) == symbol(bytes(40))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_module_is_either_fixed_or_filled_once(version: int) -> None:
    layout = layout_of(version)
    filled = sum(1 << place for place in layout.places)
    assert len(set(layout.places)) == len(layout.places)
    assert filled & layout.patterns == 0
    assert all(mask & ~filled == 0 for mask in layout.masks)
    assert all(more & (filled | layout.patterns) == 0 for more in layout.information)
    assert len(layout.places) // 8 == layout.data_codewords + layout.correction * len(layout.blocks)
