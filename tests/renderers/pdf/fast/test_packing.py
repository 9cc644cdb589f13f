from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renderers.pdf.fast import packing
from renderers.pdf.fast.packing import OBJECTS, OF_OBJECTS, OF_PAGES, PAGES, Codes, _packed

KINDS = pytest.mark.parametrize(("pack", "codes"), [(PAGES, OF_PAGES), (OBJECTS, OF_OBJECTS)])

_PHRASES = (
    b"/Span<</MCID ",
    b">>BDC BT 1 0 0 -1 ",
    b"94.488 ",
    b"543.538 Tm ",
    b"[<0043006000f6>]TJ ET EMC\n",
    b"0" * 70,
)
phrases = st.lists(st.sampled_from(_PHRASES) | st.binary(max_size=4), max_size=60).map(b"".join)
few = st.text("0 /a", max_size=400).map(str.encode)
datas = st.binary(max_size=600) | phrases | few
_random = random.Random(7)
_FAR = b"a far word " + _random.randbytes(32_768)
_LONG = [
    b"0" * 1000, b"ab 0" * 9000, bytes(range(256)) * 270, _random.randbytes(70_000), _FAR + b" a far word",
    b" " * 5 + _FAR[:32_763] + _FAR[:20] + b" a far word at the end", b"more than one repeat holds " * 40,
]  # fmt: skip


def unpacked(block: bytes) -> bytes:
    """What a reader makes of a last block; nothing is left behind it."""
    reader = zlib.decompressobj(-15)
    data = reader.decompress(block)
    assert reader.eof
    assert not reader.unused_data
    return data


@KINDS
@given(data=datas)
def test_a_reader_gets_what_was_packed(pack: Callable[[bytes], bytes], codes: Codes, data: bytes) -> None:
    assert unpacked(_packed(codes, data)) == data
    assert unpacked(pack(data)) == data


@KINDS
@pytest.mark.parametrize("data", _LONG)
def test_long_data_comes_back(pack: Callable[[bytes], bytes], codes: Codes, data: bytes) -> None:
    assert unpacked(pack(data)) == data
    assert _packed(codes, data) == pack(data)


@pytest.mark.skipif(packing._kernel is None, reason="the kernel is not built")
@KINDS
@example(data=b"")
@example(data=b"00000000")
@example(data=b"\x00" * 20)
@example(data=b"1000 01000 01000" + b"0" * 40)
@example(data=b"a 100000000 100000000")
@given(data=datas)
def test_the_kernel_packs_alike(pack: Callable[[bytes], bytes], codes: Codes, data: bytes) -> None:
    assert pack(data) == _packed(codes, data)


_LEFT = ("94.488", "439.465", "565.283", "690.008")


class Words(bytes):
    """Bytes of another kind."""


@KINDS
def test_other_kinds_of_bytes_are_packed_alike(pack: Callable[[Any], bytes], codes: Codes) -> None:
    data = b"BT 1 0 0 -1 75.591 48.333 Tm BT 1 0 0 -1 75.591 48.333 Tm"
    for other in (Words(data), bytearray(data)):
        assert pack(other) == _packed(codes, other) == pack(data)  # type: ignore[arg-type]
    for wrong in (None, "text", 7):
        with pytest.raises(TypeError):
            pack(wrong)
        with pytest.raises(TypeError):
            _packed(codes, wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("codes", [OF_PAGES, OF_OBJECTS])
def test_codes_use_up_what_there_is(codes: Codes) -> None:
    """So every reader takes them: zlib refuses codes that leave something over, or take too much."""
    ends = [codes.lengths[length] for length in (3, 4, 5, 6, 7, 8, 9, 10, 258)]
    assert len(set(codes.lengths[3:])) == 256
    for said in (codes.literals, codes.distances, (*codes.literals, codes.end, *ends)):
        assert len(set(said)) == len(said)
        assert max(map(len, said)) <= 14
        assert sum(Fraction(1, 1 << len(code)) for code in said) <= 1
    assert sum(Fraction(1, 1 << len(code)) for code in codes.distances) == 1


def test_pages_are_about_as_short_as_with_codes_of_their_own() -> None:
    texts = [
        "".join([f"{_random.randrange(40, 200):04x}" for _ in range(_random.randrange(2, 14))]) for _ in range(120)
    ]
    lines = [
        f"/Span<</MCID {number}>>BDC BT 1 0 0 -1 {_random.choice(_LEFT)} {28 * (number // 4)} Tm [<{text}>]TJ ET EMC\n"
        for number, text in enumerate(texts)
    ]
    data = "".join(lines).encode()
    assert len(PAGES(data)) < 1.15 * len(zlib.compress(data, 1))
