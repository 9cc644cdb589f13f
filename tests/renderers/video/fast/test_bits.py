"""Bit strings: numbers as the standard writes them, and bytes that no start code can occur in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderers.video.fast.bits import BitReader, Bits, escaped, nal_units, se, u, ue, unescaped


@pytest.mark.parametrize(
    ("number", "bits"), [(0, "1"), (1, "010"), (2, "011"), (3, "00100"), (6, "00111"), (7, "0001000")]
)
def test_an_exp_golomb_number_is_written_as_table_9_2_of_the_standard_says(number: int, bits: str) -> None:
    assert ue(number) == Bits(int(bits, 2), len(bits))


@pytest.mark.parametrize(("number", "code"), [(0, 0), (1, 1), (-1, 2), (2, 3), (-2, 4)])
def test_signed_numbers_take_turns(number: int, code: int) -> None:
    assert se(number) == ue(code)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("use"), st.integers(0, 5000)), max_size=20))
def test_what_is_written_is_read(numbers: list[tuple[str, int]]) -> None:
    written = Bits(0, 0)
    for kind, value in numbers:
        written += {"u": u(value, 13), "s": se(value - 2500), "e": ue(value)}[kind]
    reader = BitReader((written + u(1, 1)).padded())
    for kind, value in numbers:
        assert {"u": lambda: reader.u(13), "s": lambda: reader.se() + 2500, "e": reader.ue}[kind]() == value


def test_reading_past_the_end_is_refused() -> None:
    with pytest.raises(ValueError, match="ends"):
        BitReader(b"\x01").u(9)


@settings(deadline=None)
@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 3, 200]), min_size=1, max_size=60).map(bytes))
def test_escaped_bytes_hold_no_start_code_and_come_back(payload: bytes) -> None:
    payload += b"\x80"
    safe = escaped(payload)
    assert not any(b"\0\0" + bytes([n]) in safe for n in (0, 1, 2))
    assert unescaped(safe) == payload


def test_a_stream_is_parted_at_its_start_codes() -> None:
    assert nal_units(b"\0\0\0\1\x67ab\0\0\1\x68c\0\0\0\1\x65d") == [b"\x67ab", b"\x68c", b"\x65d"]


def test_trimmed_bits_end_with_the_stop_bit() -> None:
    assert Bits(0b1011000, 7).trimmed() == Bits(0b1011, 4)
