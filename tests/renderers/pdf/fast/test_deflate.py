from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderers.pdf.fast.deflate import begin, end, segment, stored, whole, woven
from renderers.pdf.fast.packing import PAGES


@given(st.binary(max_size=3000), st.binary(max_size=3000))
def test_both_parts_come_back_in_order(first: bytes, rest: bytes) -> None:
    assert zlib.decompress(end(begin(first), rest, PAGES)) == first + rest
    assert zlib.decompress(whole(rest)) == rest
    assert zlib.decompress(whole(rest, is_kept=True)) == rest


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=500))))
def test_segments_and_stored_blocks_can_be_woven(parts: list[tuple[bool, bytes]]) -> None:
    made = woven([segment(data) if is_fixed else stored(data) for is_fixed, data in parts])
    assert zlib.decompress(made) == b"".join(data for _, data in parts)


def test_a_stored_block_has_an_end() -> None:
    data = bytes(range(256)) * 255
    assert zlib.decompress(woven([stored(data)])) == data
    with pytest.raises(OverflowError):
        stored(bytes(65_536))


def test_what_customers_share_is_packed_once() -> None:
    begun = begin(b"0 0 m 10 10 l S\n" * 500)
    assert len(end(begun, b"q Q", PAGES)) < len(begun.blocks) + 20
