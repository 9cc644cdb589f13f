"""What `packing` does, natively; see there for what it is."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    #define LOW_FIRST(number) __builtin_bswap64(number)
    #else
    #define LOW_FIRST(number) (number)
    #endif
    static inline uint64_t taken(const uint8_t* from) {
        uint64_t number;
        memcpy(&number, from, 8);
        return LOW_FIRST(number);
    }
    static inline void put(uint8_t* to, uint64_t number) {
        number = LOW_FIRST(number);
        memcpy(to, &number, 8);
    }
    #define lowest_bit(number) __builtin_ctzll(number)
    #define highest_bit(number) (31 - __builtin_clz(number))
    /* Four bytes of 14 bits at most, or a repeat, fit behind seven bits that wait. */
    #define SAY(code) do { value |= (uint64_t)((code) & 0x3FFFFF) << count; count += (code) >> 22 & 31; } while (0)
    #define WRITE do { put(to, value); to += count >> 3; value >>= count & ~7; count &= 7; } while (0)
    /* Whether a word ends before `at`, behind a byte of this code; of zeros in a row behind the last. */
    #define IS_END(code) ((code) >> 31 && (data[at] != '0' || data[at - 1] != '0'))
    #define FACTOR 0x85EBCA6B27D5ULL

    typedef struct {
        uint32_t literals[256];  /* each with its count of bits from bit 22 on, and whether a word ends with it */
        uint32_t lengths[259];
        uint32_t distances[30];
        uint32_t last[1 << 12];  /* where a word began, by its slot */
    } Table;

    static inline Py_ssize_t common(const uint8_t* data, Py_ssize_t before, Py_ssize_t at, Py_ssize_t most) {
        Py_ssize_t length = 0;
        for (; length + 8 <= most; length += 8) {
            uint64_t differs = taken(data + before + length) ^ taken(data + at + length);
            if (differs) return length + (lowest_bit(differs) >> 3);
        }
        while (length < most && data[before + length] == data[at + length]) length++;
        return length;
    }

    /* Write words that begin before `until`, then the bytes up to `size` and the end; say where that is. */
    static uint8_t* filled(
        Table* table, const uint8_t* data, Py_ssize_t size, Py_ssize_t until, uint32_t waiting, uint32_t end, uint8_t* to
    ) {
        const uint32_t* literals = table->literals;
        uint64_t value = 0;
        uint32_t code;
        int count = 0;
        Py_ssize_t at = 0;
        SAY(waiting);
        while (at < until) {
            uint64_t key = taken(data + at) << 16;
            uint32_t slot = (uint32_t)(key * FACTOR >> 52);
            Py_ssize_t before = table->last[slot];
            table->last[slot] = (uint32_t)at;
            /* A slot that nothing was put into says 0: the bytes there are these only if they are in this slot. */
            if (!(key ^ taken(data + before) << 16) && before < at && at - before <= 32768) {
                Py_ssize_t length = common(data, before, at, size - at < 258 ? size - at : 258);
                uint32_t low = (uint32_t)(at - before - 1);
                SAY(table->lengths[length]);
                if (low < 4) SAY(table->distances[low]);
                else {
                    int extra = highest_bit(low) - 1;
                    code = table->distances[2 * extra + 2 + (low >> extra & 1)];
                    SAY(code);
                    value |= (uint64_t)(low & ((1U << extra) - 1)) << count;
                    count += extra;
                }
                WRITE;
                at += length;
                if (at >= until || IS_END(literals[data[at - 1]])) continue;
            }
            for (;;) {
                code = literals[data[at++]]; SAY(code); if (IS_END(code)) break;
                code = literals[data[at++]]; SAY(code); if (IS_END(code)) break;
                code = literals[data[at++]]; SAY(code); if (IS_END(code)) break;
                code = literals[data[at++]]; SAY(code); if (IS_END(code)) break;
                WRITE;
            }
            WRITE;
        }
        for (; at < size; at++) {
            SAY(literals[data[at]]);
            WRITE;
        }
        SAY(end);
        WRITE;
        return to + (count > 0);
    }
    """
    ctypedef struct Table:
        uint32_t literals[256]
        uint32_t lengths[259]
        uint32_t distances[30]
        uint32_t last[4096]
    uint8_t* filled(Table*, const uint8_t*, Py_ssize_t, Py_ssize_t, uint32_t, uint32_t, uint8_t*) noexcept

cdef Py_ssize_t _TAIL = 8


cdef uint32_t _code(str said, Py_ssize_t most) except? 0:
    if len(said) > most:
        raise ValueError("a code is too long")
    return <uint32_t>int(said[::-1] or "0", 2) | <uint32_t>len(said) << 22


cdef class Packer:
    """Packs by these codes: `Codes`, and the bytes that end words."""

    cdef bytes header  # whole bytes of it
    cdef uint32_t waiting  # the rest
    cdef uint32_t end
    cdef Table table

    def __init__(self, str header, str end, literals, lengths, distances, bytes ends):
        cdef int number
        whole = len(header) // 8
        self.header = int(header[8 * whole - 1 :: -1], 2).to_bytes(whole, "little")
        self.waiting = _code(header[8 * whole :], 7)
        self.end = _code(end, 14)
        for number in range(256):
            self.table.literals[number] = _code(literals[number], 14) | <uint32_t>(number in ends) << 31
        for number in range(3, 259):
            self.table.lengths[number] = _code(lengths[number], 19)
        for number in range(30):
            self.table.distances[number] = _code(distances[number], 14)

    def packed(self, data):
        """Return the same as `packing._packed`."""
        cdef Py_ssize_t size = len(data), head = PyBytes_GET_SIZE(self.header)
        cdef Py_ssize_t until = size
        if not PyBytes_Check(data):
            data = bytes(data)
        cdef const uint8_t* read = <const uint8_t*>PyBytes_AS_STRING(data)
        while until and not self.table.literals[read[until - 1]] >> 31:
            until -= 1
        # A byte takes 14 bits at most, a repeat fewer than its bytes may.
        cdef uint8_t* room = <uint8_t*>PyMem_Malloc(head + 2 * size + 32)
        if room == NULL:
            raise MemoryError
        cdef uint8_t* end
        try:
            memcpy(room, PyBytes_AS_STRING(self.header), head)
            memset(self.table.last, 0, sizeof(self.table.last))
            end = filled(&self.table, read, size, min(until, size - _TAIL), self.waiting, self.end, room + head)
            return PyBytes_FromStringAndSize(<char*>room, end - room)
        finally:
            PyMem_Free(room)
