from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from renderers.pdf.fast.deflate import NOTHING, begin, end, end_stored, whole


@given(st.binary(max_size=3000), st.binary(max_size=3000))
def test_both_parts_come_back_in_order(first: bytes, rest: bytes) -> None:
    begun = begin(first)
    assert zlib.decompress(end(begun, rest)) == first + rest
    assert zlib.decompress(end_stored(begun, rest)) == first + rest
    assert zlib.decompress(whole(rest)) == rest


def test_what_is_too_long_to_be_stored_is_deflated() -> None:
    data = bytes(70_000)
    assert zlib.decompress(end_stored(NOTHING, data)) == data
    assert len(end_stored(NOTHING, data)) < 1000


def test_the_longest_stored_part_is_one_block() -> None:
    data = bytes(65_535)
    assert len(end_stored(NOTHING, data)) == 65_535 + 2 + 5 + 4


def test_the_first_part_is_made_once_and_small() -> None:
    begun = begin(b"0 0 m 10 10 l S\n" * 500)
    assert len(end(begun, b"q Q")) < len(begun.blocks) + 20
