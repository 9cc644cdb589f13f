# QR symbols as machine words: the same as `qr_plane` and `qr_mask` give, bit for bit, in a seventh of their time.
#
# A row of modules is one word of 64 bits, or two from version 12 on, the lower first; its leftmost module is the
# highest bit of as many as its whole bytes have. So the rules along a row are shifts, and those along a column
# compare words of several rows. Codewords are corrected by division and placed bit by bit, which costs less than
# fetching planes from memory: nothing is kept but the layout.

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.math cimport fabs
from libc.stdint cimport uint8_t, uint16_t, uint64_t
from libc.string cimport memcpy, memset

cdef extern from *:
    """
    typedef unsigned __int128 uint128;

    #if defined(__x86_64__) && defined(__GNUC__)
    /* Nearly every such processor counts bits by itself; what is compiled for all of them may not take it for granted. */
    #define counts_bits() __builtin_cpu_supports("popcnt")
    static inline int ones(uint64_t bits, int by_itself) {
        if (by_itself) {
            uint64_t found;
            __asm__("popcntq %1, %0" : "=r"(found) : "r"(bits) : "cc");
            return (int) found;
        }
        return __builtin_popcountll(bits);
    }
    #else
    #define counts_bits() 0
    #define ones(bits, by_itself) __builtin_popcountll(bits)
    #endif
    """
    ctypedef long long uint128  # Cython must not take it for uint64_t; C knows what it is
    int counts_bits() noexcept nogil
    int ones(uint64_t bits, int by_itself) noexcept nogil

ctypedef fused Word:
    uint64_t
    uint128

cdef enum:
    MOST_SIZE = 97
    MOST_WORDS = 194  # of a symbol
    MOST_PLACES = 8704  # bits of all codewords
    MOST_DATA = 669  # codewords
    MOST_BLOCKS = 16
    MOST_CORRECTION = 32  # codewords of a block, in four words
    MASKS = 8
    BEFORE = 10  # rows of light that the rules look at above a symbol, and below
    AFTER = 4


cdef class Symbols:
    """The symbols of one version at level M. It holds no payload."""

    cdef int size, width, words, blocks, correction, data, head
    cdef int shorter, shorter_blocks  # data codewords of the first blocks, and how many of them; others have one more
    cdef uint16_t word_of[MOST_PLACES]
    cdef uint8_t shift_of[MOST_PLACES]
    cdef uint64_t products[256][4]  # of each value with the generator, the first in the highest byte
    cdef uint64_t patterns[MOST_WORDS]
    cdef uint64_t masks[MASKS][MOST_WORDS]
    cdef uint64_t information[MASKS][MOST_WORDS]

    def __init__(self, layout, int head, list products):
        """Take the layout, the bits before the payload, and for each byte its products with the generator."""
        cdef int place, value, shift, stride = layout.stride
        cdef long long number
        self.size, self.width = layout.size, (layout.size + 7) // 8
        self.words = 1 if self.width <= 8 else 2
        self.blocks, self.correction, self.data = len(layout.blocks), layout.correction, sum(layout.blocks)
        self.head, self.shorter = head, min(layout.blocks)
        self.shorter_blocks = layout.blocks.count(self.shorter)
        places = 8 * (self.data + self.correction * self.blocks)
        if (
            not 0 < self.size <= MOST_SIZE or not 0 < places <= MOST_PLACES or places > len(layout.places)
            or self.data > MOST_DATA or self.blocks > MOST_BLOCKS or self.correction > MOST_CORRECTION
            or list(layout.blocks) != [self.shorter + (block >= self.shorter_blocks) for block in range(self.blocks)]
            or head not in (12, 20) or [len(found) for found in products] != [self.correction] * 256
        ):
            raise ValueError("no layout of a version from 1 to 20")
        for place in range(places):
            number = layout.places[place]
            if not 0 <= number < self.size * stride or number % stride < stride - self.size:
                raise ValueError("a codeword lies outside of the symbol")
            shift = 8 * self.width - stride + number % stride
            self.word_of[place] = (self.size - 1 - number // stride) * self.words + shift // 64
            self.shift_of[place] = shift % 64
        for value in range(256):
            for place in range(4):
                found = products[value][8 * place : 8 * place + 8]
                self.products[value][place] = int.from_bytes(found.ljust(8, b"\0"), "big")
        self._take(&self.patterns[0], layout.packed(layout.patterns))
        for place in range(MASKS):
            self._take(&self.masks[place][0], layout.packed(layout.masks[place]))
            self._take(&self.information[place][0], layout.packed(layout.information[place]))

    def rows(self, bytes payload not None, mask=None):
        """Return the finished symbol of `payload` under `mask`, by default the best, as `QrRows` packs its rows.

        Raises `ValueError` where the payload doesn't fit, or there is no such mask.
        """
        cdef uint64_t symbol[MOST_WORDS]
        cdef uint64_t found[2]
        cdef int points[MASKS]
        cdef int chosen = -1 if mask is None else mask
        cdef int y, place, word
        if not -1 <= chosen < MASKS or (chosen == -1 and mask is not None):
            raise ValueError("masks are numbered from 0 to 7")
        self._fill(symbol, payload)
        if chosen < 0:
            chosen = self._best(symbol, points)
        made = PyBytes_FromStringAndSize(NULL, self.size * self.width)
        cdef uint8_t *out = <uint8_t *> <char *> made
        for y in range(self.size):
            for word in range(self.words):
                place = y * self.words + word
                found[word] = symbol[place] ^ self.masks[chosen][place] ^ self.information[chosen][place]
            for place in range(self.width):
                out[self.width - 1 - place] = <uint8_t> (found[place // 8] >> 8 * (place % 8))
            out += self.width
        return made

    def penalties(self, bytes rows not None):
        """Return the penalty of each mask for a symbol that isn't masked yet, its rows packed."""
        cdef uint64_t symbol[MOST_WORDS]
        cdef int points[MASKS]
        self._take(symbol, rows)
        self._best(symbol, points)
        return [points[mask] for mask in range(MASKS)]

    cdef int _take(self, uint64_t *symbol, bytes rows) except -1:
        """Fill in a symbol whose rows are packed; what is beside it is dropped."""
        cdef const uint8_t *found = <const uint8_t *> <const char *> rows
        cdef int y, place, beside = 8 * self.width - self.size
        if len(rows) != self.size * self.width:
            raise ValueError("these are not the rows of a symbol of this version")
        memset(symbol, 0, MOST_WORDS * sizeof(uint64_t))
        for y in range(self.size):
            for place in range(self.width):
                symbol[y * self.words + place // 8] |= <uint64_t> found[self.width - 1 - place] << 8 * (place % 8)
            symbol[y * self.words] = symbol[y * self.words] >> beside << beside
            found += self.width
        return 0

    cdef int _fill(self, uint64_t *symbol, bytes payload) except -1:
        """Fill in the symbol of a payload, without mask, format and version."""
        cdef uint8_t data[MOST_DATA]
        cdef uint8_t checks[MOST_BLOCKS][MOST_CORRECTION]
        cdef const uint8_t *starts[MOST_BLOCKS]
        cdef int block, place, number = 0
        self._encode(data, payload)
        starts[0] = data
        for block in range(self.blocks):
            if block:
                starts[block] = starts[block - 1] + self._length(block - 1)
            self._check(checks[block], starts[block], self._length(block))
        memcpy(symbol, self.patterns, MOST_WORDS * sizeof(uint64_t))
        for place in range(self.shorter + 1):  # codewords of all blocks in turn (7.6)
            for block in range(0 if place < self.shorter else self.shorter_blocks, self.blocks):
                self._place(symbol, starts[block][place], number)
                number += 8
        for place in range(self.correction):
            for block in range(self.blocks):
                self._place(symbol, checks[block][place], number)
                number += 8
        return 0

    cdef int _encode(self, uint8_t *data, bytes payload) except -1:
        """Fill in the data codewords: mode, count, payload, end, a codeword of zeros, padding, as `qr_plane` says."""
        cdef const uint8_t *found = <const uint8_t *> <const char *> payload
        cdef Py_ssize_t place, count = len(payload), at = self.head // 8
        if count > MOST_DATA or 8 * count + self.head > 8 * self.data:
            raise ValueError("the payload doesn't fit")
        memset(data, 0, self.data)
        data[0] = 0x40
        if self.head == 12:
            data[0] |= <uint8_t> (count >> 4)
        else:
            data[0] |= <uint8_t> (count >> 12)
            data[1] = <uint8_t> (count >> 4)
        data[at] = <uint8_t> (count << 4)
        for place in range(count):
            data[at + place] |= found[place] >> 4
            data[at + place + 1] = <uint8_t> (found[place] << 4)
        for place in range(at + count + 2, self.data):
            data[place] = 0x11 if (place - at - count) & 1 else 0xEC
        return 0

    cdef inline int _length(self, int block) noexcept:
        return self.shorter + (block >= self.shorter_blocks)

    cdef void _check(self, uint8_t *checks, const uint8_t *data, int count) noexcept:
        """Fill in the correction codewords of a block: what is left when the generator divides it (7.5.2)."""
        cdef uint64_t first = 0, second = 0, third = 0, fourth = 0
        cdef const uint64_t *product
        cdef int place
        for place in range(count):
            product = self.products[data[place] ^ <uint8_t> (first >> 56)]
            first = (first << 8 | second >> 56) ^ product[0]
            second = (second << 8 | third >> 56) ^ product[1]
            third = (third << 8 | fourth >> 56) ^ product[2]
            fourth = fourth << 8 ^ product[3]
        for place in range(8):
            checks[place] = <uint8_t> (first >> (56 - 8 * place))
            checks[8 + place] = <uint8_t> (second >> (56 - 8 * place))
            checks[16 + place] = <uint8_t> (third >> (56 - 8 * place))
            checks[24 + place] = <uint8_t> (fourth >> (56 - 8 * place))

    cdef inline void _place(self, uint64_t *symbol, uint8_t codeword, int number) noexcept:
        cdef int bit
        for bit in range(8):
            symbol[self.word_of[number + bit]] |= <uint64_t> (codeword >> (7 - bit) & 1) << self.shift_of[number + bit]

    cdef int _best(self, const uint64_t *symbol, int *points) noexcept:
        """Return the mask with the lowest penalty, the first of equals, and fill in the penalties of all."""
        cdef uint64_t words[BEFORE + MOST_SIZE + AFTER]
        cdef uint128 pairs[BEFORE + MOST_SIZE + AFTER]
        cdef const uint64_t *dark
        cdef int mask, y, best = 0, by_itself = counts_bits()
        memset(words, 0, sizeof(words))
        memset(pairs, 0, sizeof(pairs))
        for mask in range(MASKS):
            dark = self.masks[mask]
            if self.words == 1:
                for y in range(self.size):
                    words[BEFORE + y] = symbol[y] ^ dark[y]
                points[mask] = _penalty[uint64_t](words + BEFORE, self.size, self.width, by_itself)
            else:
                for y in range(self.size):
                    pairs[BEFORE + y] = <uint128> (symbol[2 * y + 1] ^ dark[2 * y + 1]) << 64
                    pairs[BEFORE + y] |= symbol[2 * y] ^ dark[2 * y]
                points[mask] = _penalty[uint128](pairs + BEFORE, self.size, self.width, by_itself)
            if points[mask] < points[best]:
                best = mask
        return best


cdef inline int _ones(Word bits, int by_itself) noexcept nogil:
    """Return how many bits are set."""
    if sizeof(Word) == 8:
        return ones(<uint64_t> bits, by_itself)
    return ones(<uint64_t> bits, by_itself) + ones(<uint64_t> (bits >> 32 >> 32), by_itself)


cdef int _penalty(const Word *dark, int size, int width, int by_itself) noexcept nogil:
    """Return the sum of the four penalties of a masked symbol (7.8.3), rows of light before and after it.

    The names are those of `qr_mask._line`, and what each line does is said there.
    """
    cdef Word above_three[2 + MOST_SIZE]
    cdef Word above_turns[4 + MOST_SIZE]
    cdef Word above_finders[6 + MOST_SIZE]
    cdef Word whole = ((<Word> 1 << size) - 1) << (8 * width - size)
    cdef Word has_left = whole & ~(<Word> 1 << (8 * width - 1))
    cdef Word row, differs, same, turns, three, later, five, near, far, finders
    cdef Word same_left, has_upper = 0, upper_same_left = 0, upper_differs = 0, upper_same = 0, upper_five = 0
    cdef int y, points = 0, total = 0
    memset(above_three, 0, 2 * sizeof(Word))
    memset(above_turns, 0, 4 * sizeof(Word))
    memset(above_finders, 0, 6 * sizeof(Word))
    for y in range(size):
        row = dark[y]
        total += _ones[Word](row, by_itself)
        # along the row
        differs = (row ^ (row >> 1)) & has_left
        same_left = has_left ^ differs
        three = same_left & (same_left >> 1)
        later = three >> 2
        five = three & later
        points += _ones[Word](five, by_itself) + 2 * _ones[Word](five & ~(five >> 1), by_itself)
        turns = differs & (differs >> 1)
        finders = row & turns & later & (turns >> 4)
        if finders:
            far = (row >> 7) | (row >> 8)
            near = (row << 1) | (row << 2)
            finders &= ~((far | (far >> 2)) & (near | (near << 2)))
            finders &= ~((finders >> 4) | (finders >> 6))
            points += 40 * _ones[Word](finders, by_itself)
        # up the columns
        differs = (row ^ dark[y - 1]) & has_upper
        same = has_upper ^ differs
        above_three[2 + y] = three = same & upper_same
        later = above_three[y]
        five = three & later
        points += _ones[Word](five, by_itself) + 2 * _ones[Word](five & ~upper_five, by_itself)
        above_turns[4 + y] = turns = differs & upper_differs
        finders = row & turns & later & above_turns[y]
        if finders:
            far = dark[y - 7] | dark[y - 8] | dark[y - 9] | dark[y - 10]
            near = dark[y + 1] | dark[y + 2] | dark[y + 3] | dark[y + 4]
            finders &= ~(far & near)
        above_finders[6 + y] = finders
        if finders:
            points += 40 * _ones[Word](finders & ~(above_finders[2 + y] | above_finders[y]), by_itself)
        points += 3 * _ones[Word](same_left & upper_same_left & same, by_itself)
        has_upper, upper_same_left, upper_same, upper_differs, upper_five = whole, same_left, same, differs, five
    return points + 10 * <int> (fabs(<double> total / (size * size) * 100 - 50) / 5)
