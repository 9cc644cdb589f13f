"""Deflate blocks of codes that are made beforehand: nothing is counted and no code is built for a customer.

A deflate block (RFC 1951, 3.2.7) begins with the lengths of its codes, then says bytes and repeats of earlier ones
by them. A packer that makes its codes from the data reads it twice; here they are of a kind of data, such as operators
of pages, and every byte, length and distance has one. Repeats are looked for only where a word begins, behind one of
`_ENDS`: 7 % longer than where every byte is tried, in two thirds of the time.

    PAGES(b"BT 1 0 0 -1 75.591 48.333 Tm")    # a last block, ended on a byte

The bits of a byte are taken from its low end, and so are numbers; codes begin with their high bit. Here bits are
text, in the order they are read in, until they are joined.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import accumulate, groupby
from typing import Final, NamedTuple

from engine.natives import native

_ENDS: Final = b" \n<>/(=&.0"  # of zeros in a row the last
_WORD: Final = re.compile(b"[^%b]*(?:0+|.?)" % re.escape(_ENDS), re.DOTALL).match
_KEY_BYTES = 6  # a repeat is this long at least
_TAIL_BYTES = 8  # in so many at the end none is looked for
_SLOTS_BITS = 12
_FACTOR = 0x85EB_CA6B_27D5
_LONGEST, _FURTHEST = 258, 32_768
_LENGTH_BITS = (0,) * 8 + (1,) * 4 + (2,) * 4 + (3,) * 4 + (4,) * 4 + (5,) * 4 + (0,)  # said behind each code
_DISTANCE_BITS = (0, 0, *[number // 2 for number in range(28)])
_END_CODE = 256
_LONGEST_CODE = 14  # of those used here
# How long the codes are that lengths of codes are said by, in the order they stand in; all of them are there.
_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
_LENGTHS_OF_LENGTHS = (7, 7, 7, 6, 5, 4, 4, 4, 4, 4, 4, 4, 4, 5, 3, 7, 2, 7, 7)


class Codes(NamedTuple):
    """Bits of everything that a block says."""

    header: str
    end: str
    literals: Sequence[str]  # by byte
    lengths: Sequence[str]  # by length of the repeat, with the bits behind the code
    distances: Sequence[str]  # by code, without the bits behind it

    @classmethod
    def of(cls, said: Mapping[int, bytes], repeats: str, distances: str) -> Codes:
        """Return the codes of these lengths.

        Bytes stand by their length, 14 where they don't; those of the end and of repeats, by their length, and of
        distances are hexadecimal digits.
        """
        by_byte = {byte: length for length, of_length in said.items() for byte in of_length}
        first = [by_byte.get(byte, _LONGEST_CODE) for byte in range(_END_CODE)] + [int(digit, 16) for digit in repeats]
        second = [int(digit, 16) for digit in distances]
        codes = _canonical(first)
        lengths = [""] * 3
        for code, bits in zip(codes[_END_CODE + 1 :], _LENGTH_BITS, strict=True):
            lengths += [code + _low_first(number, bits) for number in range(1 << bits)]
        lengths[_LONGEST:] = codes[-1:]  # which the code before could say too
        return cls(_header(first, second), codes[_END_CODE], codes[:_END_CODE], lengths, _canonical(second))


def _low_first(number: int, bits: int) -> str:
    return f"{number:0{bits}b}"[::-1] if bits else ""


def _canonical(lengths: Sequence[int]) -> list[str]:
    """Return the codes of these lengths, none of them 0 (RFC 1951, 3.2.2)."""
    made = [""] * len(lengths)
    code, before = -1, 0
    for length, place in sorted([(length, place) for place, length in enumerate(lengths)]):
        code = code + 1 << length - before
        made[place], before = f"{code:0{length}b}", length
    return made


def _header(literals: Sequence[int], distances: Sequence[int]) -> str:
    """Return what a last block begins with: its kind, how many codes there are, and their lengths."""
    numbers = ((1, 1), (2, 2), (len(literals) - 257, 5), (len(distances) - 1, 5), (len(_ORDER) - 4, 4))
    said = [_low_first(*each) for each in numbers] + [_low_first(_LENGTHS_OF_LENGTHS[of], 3) for of in _ORDER]
    codes = _canonical(_LENGTHS_OF_LENGTHS)
    for length, run in groupby([*literals, *distances]):
        said.append(codes[length])
        left = len(list(run)) - 1
        while left >= 3:
            again = min(left, 6)
            said.append(codes[16] + _low_first(again - 3, 2))
            left -= again
        said += [codes[length]] * left
    return "".join(said)


_DISTANCES_FROM = tuple(accumulate([1 << bits for bits in _DISTANCE_BITS], initial=1))


def _distance(codes: Codes, distance: int) -> str:
    """Return the bits of a distance."""
    low = distance - 1
    high_bit = low.bit_length() - 1
    code = low if low < 4 else 2 * high_bit + (low >> high_bit - 1 & 1)
    return codes.distances[code] + _low_first(distance - _DISTANCES_FROM[code], _DISTANCE_BITS[code])


def _common(data: bytes, before: int, at: int) -> int:
    """Return how many bytes are the same from both places on, as far as a repeat goes."""
    own = data[at : at + _LONGEST]
    differs = int.from_bytes(data[before : before + len(own)], "little") ^ int.from_bytes(own, "little")
    return (differs & -differs).bit_length() - 1 >> 3 if differs else len(own)


def _packed(codes: Codes, data: bytes) -> bytes:
    """Return a last block that holds `data`."""
    bits_of = codes.literals.__getitem__
    said = [codes.header]
    last: dict[int, int] = {}  # where a word began, by its slot
    at, size = 0, len(data)
    until = min(max([data.rfind(end) for end in _ENDS]) + 1, size - _TAIL_BYTES)
    while at < until:
        key = data[at : at + _KEY_BYTES]
        slot = int.from_bytes(key, "little") * _FACTOR >> 8 * _KEY_BYTES - _SLOTS_BITS & (1 << _SLOTS_BITS) - 1
        before = last.get(slot, at)
        last[slot] = at
        if 0 < at - before <= _FURTHEST and data[before : before + _KEY_BYTES] == key:
            length = _common(data, before, at)
            said += (codes.lengths[length], _distance(codes, at - before))
            at += length
            if at >= until or (data[at - 1] in _ENDS and data[at - 1 : at + 1] != b"00"):
                continue
        end = _WORD(data, at).end()  # type: ignore[union-attr]  # anything matches
        said += map(bits_of, data[at:end])
        at = end
    said += map(bits_of, data[at:])
    said.append(codes.end)
    bits = "".join(said)
    return int(bits[::-1], 2).to_bytes(len(bits) + 7 >> 3, "little")


_kernel = native(__name__, "packing_kernel")


def _packer(codes: Codes) -> Callable[[bytes], bytes]:
    """Return what packs data by these codes."""
    if _kernel is None:
        return partial(_packed, codes)
    packed: Callable[[bytes], bytes] = _kernel.Packer(*codes, _ENDS).packed
    return packed


# From what is said on 1,800 pages of bills in six languages, and by their objects.
OF_PAGES: Final = Codes.of(
    {
        2: b"0",
        4: b" 46",
        5: b".1235789>",
        6: b"abcf",
        7: b"\n<de",
        9: b"-/BDTlmr",
        10: b"ACEIMQ[]ginqt",
        11: b"FGJLRSUWZpuw",
        12: b"HNPVXhjoy",
        13: b"x",
    },
    "ceee665687777978a899aabceeeeed",
    "ddd9b86577664444344444454657ad",
)
OF_OBJECTS: Final = Codes.of(
    {
        3: b"0",
        4: b" 1236",
        5: b"./45789",
        6: b">aet",
        7: b")cfilnoprsu",
        8: b"\n&(<=PRS]bdghmy",
        9: b"-ABCDEFILMNOTUWXYZ_jkqvwxz",
        10: b":?GHJKQV[",
        11: b"'+",
        12: b"%,",
    },
    "beee8878979a8888a7bae9acb9dddc",
    "eeeaeb879676643333344566657eed",
)
PAGES: Final = _packer(OF_PAGES)
OBJECTS: Final = _packer(OF_OBJECTS)
