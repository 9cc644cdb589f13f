"""QR symbols by XOR: what each half byte of a payload turns over in the symbol is worked out once and kept.

For one version, level and number of bytes the modules are an affine function of the payload over GF(2): data are
placed and shifted, Reed-Solomon is linear, masks are added. So a symbol is the symbol of zeros, XORed with two
planes for each byte: the byte's own modules and those of the error correction that it changes.

Memory: 40 planes for each data codeword of a version, each 60 bytes (version 1) to 1.3 kB (version 20): 5 MB for
version 10, 10 MB for 13, 35 MB for 20. Four versions are kept. Where `qr_kernel` is built it makes the symbols, in
a seventh of the time and without planes. (A plane for each whole byte was no faster: half as
many XORs, but too many planes for the processor's cache.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from engine.payment.qr_layout import Layout, capacity_of, head_bits, layout_of
from engine.payment.qr_mask import chooser_of

_BYTE_MODE = 0b0100
_BEGINNINGS = 64
_PADDING = (0b11101100, 0b00010001)
_FIELD = 0b100011101  # GF(256) of ISO/IEC 18004:2015, 7.5.2

_Halves: TypeAlias = tuple[list[int], list[int]]  # the planes of the upper and of the lower half of a byte


@dataclass(frozen=True, slots=True)
class Planes:
    """The planes of one version at level M. Made by `planes_of`."""

    layout: Layout
    bits: tuple[int, ...]  # for each bit of the data codewords, first to last, the modules that it turns over
    halves: tuple[_Halves, ...]  # for each place in the payload
    final: tuple[int, ...]  # for each mask: the mask, format, version and the dark module
    _empty: dict[int, int] = field(default_factory=dict)  # the symbol of so many zero bytes
    _begun: dict[bytes, int] = field(default_factory=dict)  # what the first bytes of many payloads turn over

    def symbol(self, payload: bytes, shared: int = 0) -> int:
        """Return the symbol of `payload` in byte mode without mask, format and version. It must fit.

        `shared`: how many of its first bytes other payloads have too; what they turn over is kept.
        """
        found = self._empty.get(len(payload))
        if found is None:
            found = self._empty[len(payload)] = self._of_zeros(len(payload))
        return found ^ self._begin(payload[:shared]) ^ self._turned(shared, payload[shared:])

    def _begin(self, shared: bytes) -> int:
        turned = self._begun.get(shared)
        if turned is None:
            if len(self._begun) >= _BEGINNINGS:
                self._begun.clear()
            turned = self._begun[shared] = self._turned(0, shared)
        return turned

    def _turned(self, start: int, payload: bytes) -> int:
        """Return the modules that bytes turn over which stand at `start` of the payload."""
        turned = 0
        for (upper, lower), byte in zip(self.halves[start:], payload, strict=False):
            turned ^= upper[byte >> 4] ^ lower[byte & 15]
        return turned

    def masked(self, payload: bytes, mask: int | None = None, *, shared: int = 0) -> int:
        """Return the finished symbol of `payload` under `mask` (0 to 7), by default the best; see `symbol`."""
        symbol = self.symbol(payload, shared)
        return symbol ^ self.final[chooser_of(self.layout.version).best(symbol) if mask is None else mask]

    def _of_zeros(self, count: int) -> int:
        """Return the symbol of `count` zero bytes: the fixed patterns, mode, count and padding.

        After the terminator stands a codeword of zeros before the padding, where there is room, as segno
        writes it; readers stop at the terminator.
        """
        layout = self.layout
        head = head_bits(layout.version)
        stream = [(_BYTE_MODE << head - 4 | count) >> place & 1 for place in range(head - 1, -1, -1)]
        stream += [0] * (8 * count + 4 + 8)
        room = layout.data_codewords - len(stream) // 8
        for place in range(room):
            stream += [_PADDING[place % 2] >> bit & 1 for bit in range(7, -1, -1)]
        found = layout.patterns
        for plane, bit in zip(self.bits, stream, strict=False):
            if bit:
                found ^= plane
        return found


@lru_cache(maxsize=4)
def planes_of(version: int) -> Planes:
    """Return the planes of a version, 1 to 20. Making them takes from 5 ms (version 1) to 0.4 s (20)."""
    layout = layout_of(version)
    bits = _bit_planes(layout)
    head = head_bits(version)
    starts = range(head, head + 8 * capacity_of(version), 8)
    halves = tuple((_sums(bits[start : start + 4]), _sums(bits[start + 4 : start + 8])) for start in starts)
    final = tuple(mask ^ more for mask, more in zip(layout.masks, layout.information, strict=True))
    return Planes(layout, bits, halves, final)


def _sums(planes: tuple[int, ...]) -> list[int]:
    """Return for each value of some bits, the first the highest, the XOR of the planes of those that are set."""
    sums = [0]
    for plane in reversed(planes):
        sums += [found ^ plane for found in sums]
    return sums


# ------------------------------------------------------------------ the planes of single bits


def _bit_planes(layout: Layout) -> tuple[int, ...]:
    data, correction = _codeword_places(layout)
    planes: list[int] = []
    for block, count in enumerate(layout.blocks):
        checks = [_codeword_planes(layout, start) for start in correction[block]]
        for start, answer in zip(data[block], _answers(count, layout.correction), strict=True):
            own = _codeword_planes(layout, start)
            for bit in range(7, -1, -1):
                plane = own[1 << bit]
                for check, factor in zip(checks, answer, strict=True):
                    plane |= check[_times(factor, 1 << bit)]
                planes.append(plane)
    return tuple(planes)


def _codeword_places(layout: Layout) -> tuple[list[list[int]], list[list[int]]]:
    """Return for each block where its data and its correction codewords begin in `places`, interleaved (7.6)."""
    number = 0
    data: list[list[int]] = [[] for _ in layout.blocks]
    correction: list[list[int]] = [[] for _ in layout.blocks]
    for row in range(max(layout.blocks)):
        for block, count in enumerate(layout.blocks):
            if row < count:
                data[block].append(8 * number)
                number += 1
    for _ in range(layout.correction):
        for codewords in correction:
            codewords.append(8 * number)
            number += 1
    return data, correction


def _codeword_planes(layout: Layout, start: int) -> list[int]:
    """Return for each value of a codeword its dark modules."""
    return _sums(tuple(1 << place for place in layout.places[start : start + 8]))


# ------------------------------------------------------------------ Reed-Solomon over GF(256)


def _answers(count: int, width: int) -> list[list[int]]:
    """Return for each codeword of a block of `count` what `width` correction codewords become if it alone is 1."""
    generator = _generator(width)
    rest = generator
    found = []
    for _ in range(count):
        found.append(rest)
        rest = [low ^ _times(rest[0], factor) for low, factor in zip([*rest[1:], 0], generator, strict=True)]
    return found[::-1]


def _generator(width: int) -> list[int]:
    """Return the polynomial that `width` correction codewords are the remainders of, without its leading 1 (7.5.2)."""
    generator, root = [1], 1
    for _ in range(width):
        generator = [high ^ _times(low, root) for high, low in zip([*generator, 0], [0, *generator], strict=True)]
        root = _times(root, 2)
    return generator[1:]


def generator_products(width: int) -> list[bytes]:
    """Return for each value of a byte its product with the generator of `width` correction codewords."""
    return [bytes(_times(value, factor) for factor in _generator(width)) for value in range(256)]


@lru_cache(maxsize=1 << 16)
def _times(one: int, other: int) -> int:
    """Return the product of two elements of GF(256)."""
    product = 0
    for bit in range(8):
        if other >> bit & 1:
            product ^= one << bit
    while product > 255:
        product ^= _FIELD << product.bit_length() - 9
    return product
