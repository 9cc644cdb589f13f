"""What a QR symbol of level M is made of before it carries anything: its sizes, its fixed modules, its masks.

Modules are bits of one integer, row after row from the top, the leftmost module of a row in the highest bit.
A row takes whole bytes, at least four light modules after its last; so the integer's bytes (big-endian)
are the rows, and neighbours are found by shifting. Source: ISO/IEC 18004:2015.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MOST_VERSION = 20
GUARD = 4  # light modules after a row, and rows between symbols: as wide as the light of a finder-like pattern

# Table 9, level M: error correction codewords in a block, and blocks, for versions 1 to 20.
_CORRECTION = (10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26)
_BLOCKS = (1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16)
# Table 10: row i, column j.
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda i, j: (i + j) % 2 == 0,
    lambda i, _: i % 2 == 0,
    lambda _, j: j % 3 == 0,
    lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0,
    lambda i, j: i * j % 2 + i * j % 3 == 0,
    lambda i, j: (i * j % 2 + i * j % 3) % 2 == 0,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2 == 0,
)
MASK_COUNT = len(_MASKS)
_LEVEL_M = 0b00
_FORMAT_MASK = 0b101010000010010


@dataclass(frozen=True, slots=True)
class Layout:
    """One version: where its modules lie and what is always the same. Made by `layout_of`."""

    version: int
    size: int  # modules a side
    stride: int  # bits a row
    blocks: tuple[int, ...]  # data codewords of each block
    correction: int  # error correction codewords of each block
    patterns: int  # finders, timing and alignment, dark
    places: tuple[int, ...]  # the modules for codewords, as bit numbers, in the order in which they are filled
    masks: tuple[int, ...]
    information: tuple[int, ...]  # for each mask: format, version and the dark module

    @property
    def data_codewords(self) -> int:
        return sum(self.blocks)

    def packed(self, symbol: int) -> bytes:
        """Return the modules of `symbol`, a row after the other, eight a byte, the leftmost in the highest bit."""
        stride, width = self.stride // 8, (self.size + 7) // 8
        whole = symbol.to_bytes(self.size * stride, "big")
        if width == stride:
            return whole
        return b"".join(whole[start : start + width] for start in range(0, len(whole), stride))


def size_of(version: int) -> int:
    """Return the modules a side."""
    return 17 + 4 * version


def stride_of(size: int) -> int:
    """Return the bits that a row of `size` modules takes, its guard included."""
    return (size + GUARD + 7) // 8 * 8


@lru_cache(maxsize=MOST_VERSION)
def layout_of(version: int) -> Layout:
    """Return the layout of a version, 1 to 20."""
    size = size_of(version)
    stride = stride_of(size)
    fixed = _fixed(version)
    places = tuple(_bit(size, y, x) for y, x in _zigzag(size) if (y, x) not in fixed)
    return Layout(
        version=version,
        size=size,
        stride=stride,
        blocks=_blocks(version),
        correction=_CORRECTION[version - 1],
        patterns=_symbol(size, (module for module, is_dark in fixed.items() if is_dark)),
        places=places,
        masks=tuple(
            _symbol(size, ((y, x) for y, x in _zigzag(size) if (y, x) not in fixed and mask(y, x))) for mask in _MASKS
        ),
        information=tuple(_symbol(size, _information(version, mask)) for mask in range(MASK_COUNT)),
    )


@lru_cache(maxsize=2048)
def version_for(count: int, most: int) -> int | None:
    """Return the smallest version up to `most` that carries `count` bytes; None if none does."""
    return next((version for version in range(1, most + 1) if capacity_of(version) >= count), None)


def capacity_of(version: int) -> int:
    """Return the most bytes that a version carries."""
    return (8 * sum(_blocks(version)) - head_bits(version)) // 8


def head_bits(version: int) -> int:
    """Return the bits before the payload: the mode, and the number of bytes (table 3)."""
    return 4 + (8 if version < 10 else 16)


def _bit(size: int, y: int, x: int) -> int:
    stride = stride_of(size)
    return (size - 1 - y) * stride + stride - 1 - x


def _symbol(size: int, dark: Iterator[tuple[int, int]]) -> int:
    found = 0
    for y, x in dark:
        found |= 1 << _bit(size, y, x)
    return found


def _blocks(version: int) -> tuple[int, ...]:
    """Return the data codewords of each block: the last ones take one more where they don't share evenly."""
    count = _BLOCKS[version - 1]
    short, longer = divmod(_codewords(version) - _CORRECTION[version - 1] * count, count)
    return (short,) * (count - longer) + (short + 1,) * longer


def _codewords(version: int) -> int:
    """Return how many codewords a version has room for: its modules without the fixed ones (table 1)."""
    rows = version // 7 + 2 if version > 1 else 0  # of alignment patterns
    alignment = 25 * (rows * rows - 3) - 10 * (rows - 2) if rows else 0
    finders, timing = 3 * 64, 2 * (size_of(version) - 16)
    information = 31 + (36 if version >= 7 else 0)
    return (size_of(version) ** 2 - finders - timing - information - alignment) // 8


def _zigzag(size: int) -> Iterator[tuple[int, int]]:
    """Yield all modules but the vertical timing pattern's, in the order of figure 19: pairs of columns, up and down."""
    columns = [column for column in range(size - 1, -1, -1) if column != 6]
    for turn, (right, left) in enumerate(zip(columns[::2], columns[1::2], strict=True)):
        for y in range(size) if turn % 2 else range(size - 1, -1, -1):
            yield y, right
            yield y, left


# ------------------------------------------------------------------ what is fixed


def _fixed(version: int) -> dict[tuple[int, int], bool]:
    """Return every module that no codeword takes, and whether it is dark while masks are compared.

    The places of format and version are still light then, as segno leaves them (7.8 masks before 7.9 writes).
    """
    size = size_of(version)
    fixed = dict.fromkeys(_all_information_places(version), False)
    for place in range(size):
        fixed[6, place] = fixed[place, 6] = place % 2 == 0
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        fixed |= _finder(size, top, left)
    for y, x in _alignments(version):
        fixed |= {(y + j, x + i): max(abs(j), abs(i)) != 1 for j in range(-2, 3) for i in range(-2, 3)}
    return fixed


def _finder(size: int, top: int, left: int) -> dict[tuple[int, int], bool]:
    """Return a finder pattern with the light modules that set it off."""
    return {
        (top + j, left + i): max(abs(j - 3), abs(i - 3)) not in (2, 4)
        for j in range(-1, 8)
        for i in range(-1, 8)
        if 0 <= top + j < size and 0 <= left + i < size
    }


def _alignments(version: int) -> list[tuple[int, int]]:
    """Return the centres of the alignment patterns (annex E)."""
    if version == 1:
        return []
    size, count = size_of(version), version // 7 + 2
    step = -(-(size - 13) // (2 * (count - 1))) * 2
    centres = [6, *(size - 7 - step * place for place in range(count - 2, -1, -1))]
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    return [(y, x) for y in centres for x in centres if (y, x) not in corners]


# ------------------------------------------------------------------ format and version


def _information(version: int, mask: int) -> Iterator[tuple[int, int]]:
    """Yield the dark modules of format, version and the one that is always dark."""
    size = size_of(version)
    bits = _with_check(_LEVEL_M << 3 | mask, 10, 0b10100110111) ^ _FORMAT_MASK
    for place, modules in enumerate(_format_places(size)):
        if bits >> place & 1:
            yield from modules
    yield size - 8, 8
    if version >= 7:
        bits = _with_check(version, 12, 0b1111100100101)
        for place, modules in enumerate(_version_places(size)):
            if bits >> place & 1:
                yield from modules


def _all_information_places(version: int) -> Iterator[tuple[int, int]]:
    size = size_of(version)
    for modules in _format_places(size):
        yield from modules
    yield size - 8, 8
    for modules in _version_places(size) if version >= 7 else ():
        yield from modules


def _format_places(size: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return for each format bit, lowest first, its two modules (figure 25)."""
    around = [(y, 8) for y in (0, 1, 2, 3, 4, 5, 7, 8)] + [(8, x) for x in (7, 5, 4, 3, 2, 1, 0)]
    apart = [(8, size - 1 - x) for x in range(8)] + [(size - 7 + y, 8) for y in range(7)]
    return list(zip(around, apart, strict=True))


def _version_places(size: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return for each version bit, lowest first, its two modules (figure 28)."""
    return [((place // 3, size - 11 + place % 3), (size - 11 + place % 3, place // 3)) for place in range(18)]


def _with_check(value: int, width: int, generator: int) -> int:
    """Return `value` followed by `width` bits of its remainder by a polynomial over GF(2) (annexes C, D)."""
    rest = value << width
    while rest.bit_length() > width:
        rest ^= generator << (rest.bit_length() - width - 1)
    return value << width | rest
