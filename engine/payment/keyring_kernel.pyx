"""Signatures and opaque names made natively. Twins: `_hmac`, `opaque` and `_in_base64` in keyring.py, `_signed` in link.py.

The padded key and what all links of a customer begin with are hashed once. A message or key of another class than
`bytes`, a key longer than a block, and texts beyond ASCII are left to the twins.
"""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

cdef extern from "Python.h":
    int PyUnicode_IS_ASCII(object text)
    void *PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    object PyUnicode_New(Py_ssize_t length, unsigned int largest)

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>

    static const uint32_t parts_of_roots[64] = {  /* FIPS 180-4, section 4.2.2 */
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

    #define TURNED(x, n) ((x) >> (n) | (x) << (32 - (n)))
    #define ROUND(a, b, c, d, e, f, g, h, at)                                                                \\
        h += (TURNED(e, 6) ^ TURNED(e, 11) ^ TURNED(e, 25)) + (g ^ (e & (f ^ g))) + parts_of_roots[at] + w[at]; \\
        d += h;                                                                                              \\
        h += (TURNED(a, 2) ^ TURNED(a, 13) ^ TURNED(a, 22)) + ((a & b) | (c & (a | b)));

    /* The hash after one more block (FIPS 180-4, section 6.2.2). */
    static void take_plainly(uint32_t *state, const uint8_t *block) {
        uint32_t w[64], a = state[0], b = state[1], c = state[2], d = state[3];
        uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
        int at;
        for (at = 0; at < 16; at++)
            w[at] = (uint32_t)block[4 * at] << 24 | (uint32_t)block[4 * at + 1] << 16 | (uint32_t)block[4 * at + 2] << 8
                    | block[4 * at + 3];
        for (; at < 64; at++)
            w[at] = w[at - 16] + (TURNED(w[at - 15], 7) ^ TURNED(w[at - 15], 18) ^ w[at - 15] >> 3) + w[at - 7]
                    + (TURNED(w[at - 2], 17) ^ TURNED(w[at - 2], 19) ^ w[at - 2] >> 10);
        for (at = 0; at < 64; at += 8) {
            ROUND(a, b, c, d, e, f, g, h, at)
            ROUND(h, a, b, c, d, e, f, g, at + 1)
            ROUND(g, h, a, b, c, d, e, f, at + 2)
            ROUND(f, g, h, a, b, c, d, e, at + 3)
            ROUND(e, f, g, h, a, b, c, d, at + 4)
            ROUND(d, e, f, g, h, a, b, c, at + 5)
            ROUND(c, d, e, f, g, h, a, b, at + 6)
            ROUND(b, c, d, e, f, g, h, a, at + 7)
        }
        state[0] += a; state[1] += b; state[2] += c; state[3] += d;
        state[4] += e; state[5] += f; state[6] += g; state[7] += h;
    }

    #if defined(__x86_64__)
    #include <cpuid.h>
    #include <immintrin.h>

    /* The same by the processor's own instructions, in a sixth of the time. */
    __attribute__((target("sha,ssse3,sse4.1")))
    static void take_natively(uint32_t *state, const uint8_t *block) {
        const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
        __m128i first = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
        __m128i cdgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
        __m128i abef = _mm_alignr_epi8(first, cdgh, 8), kept, also, sum, w[4];
        int at;
        cdgh = _mm_blend_epi16(cdgh, first, 0xF0);
        kept = abef;
        also = cdgh;
        for (at = 0; at < 4; at++)
            w[at] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(block + 16 * at)), order);
        #pragma GCC unroll 16
        for (at = 0; at < 16; at++) {
            sum = _mm_add_epi32(w[at & 3], _mm_loadu_si128((const __m128i *)(parts_of_roots + 4 * at)));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
            if (at < 12) {
                sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[at & 3], w[(at + 1) & 3]),
                                    _mm_alignr_epi8(w[(at + 3) & 3], w[(at + 2) & 3], 4));
                w[at & 3] = _mm_sha256msg2_epu32(sum, w[(at + 3) & 3]);
            }
        }
        first = _mm_shuffle_epi32(_mm_add_epi32(abef, kept), 0x1B);
        cdgh = _mm_shuffle_epi32(_mm_add_epi32(cdgh, also), 0xB1);
        _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(first, cdgh, 0xF0));
        _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(cdgh, first, 8));
    }

    static int is_native(void) {
        unsigned int a, b, c, d, e;
        return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSSE3) && (c & bit_SSE4_1)
               && __get_cpuid_count(7, 0, &a, &e, &c, &d) && (e & 1u << 29);
    }
    #else
    #define take_natively take_plainly
    static int is_native(void) { return 0; }
    #endif

    static void (*take_block)(uint32_t *, const uint8_t *) = take_plainly;
    """
    void take_plainly(uint32_t *state, const uint8_t *block) noexcept
    void take_natively(uint32_t *state, const uint8_t *block) noexcept
    bint is_native() noexcept
    void (*take_block)(uint32_t *state, const uint8_t *block) noexcept

cdef enum:
    BLOCK = 64
    DIGEST = 32
    SIGNED = 43  # characters of a digest in base64 without what fills it up
    MOST_KEYS = 16  # that are kept
    MOST_OPAQUE = 80  # bytes of what is named

cdef const char *_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567"
cdef const char *_OF_ADDRESSES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
cdef uint32_t *_FIRST = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]


cdef struct Hash:
    uint32_t state[8]
    uint8_t rest[BLOCK]
    uint64_t count  # of bytes taken


def use_instructions(bint wanted):
    """Have hashes made by the processor's own instructions, where it has them and they are wanted; tell whether they are."""
    global take_block
    take_block = take_natively if wanted and is_native() else take_plainly
    return take_block == take_natively and is_native()


use_instructions(True)


cdef void _begin(Hash *hash) noexcept:
    memcpy(hash.state, _FIRST, sizeof(hash.state))
    hash.count = 0


cdef void _take(Hash *hash, const uint8_t *data, Py_ssize_t count) noexcept:
    cdef Py_ssize_t held = <Py_ssize_t>(hash.count % BLOCK), step
    hash.count += <uint64_t>count
    while count:
        step = min(BLOCK - held, count)
        memcpy(hash.rest + held, data, step)
        held += step
        data += step
        count -= step
        if held == BLOCK:
            take_block(hash.state, hash.rest)
            held = 0


cdef void _end(Hash *hash, uint8_t *digest) noexcept:
    cdef Py_ssize_t held = <Py_ssize_t>(hash.count % BLOCK), place
    cdef uint64_t bits = 8 * hash.count
    hash.rest[held] = 0x80
    held += 1
    if held > BLOCK - 8:
        memset(hash.rest + held, 0, BLOCK - held)
        take_block(hash.state, hash.rest)
        held = 0
    memset(hash.rest + held, 0, BLOCK - 8 - held)
    for place in range(8):
        hash.rest[BLOCK - 1 - place] = <uint8_t>(bits >> 8 * place)
    take_block(hash.state, hash.rest)
    for place in range(DIGEST):
        digest[place] = <uint8_t>(hash.state[place // 4] >> (24 - 8 * (place % 4)))


@cython.final
cdef class Key:
    """The two hashes after the padded key."""

    cdef Hash inner, outer

    def __cinit__(self, bytes key):
        cdef uint8_t padded[2][BLOCK]
        cdef Py_ssize_t place
        memset(padded[0], 0x36, BLOCK)
        memset(padded[1], 0x5C, BLOCK)
        for place in range(PyBytes_GET_SIZE(key)):
            padded[0][place] ^= <uint8_t>key[place]
            padded[1][place] ^= <uint8_t>key[place]
        _begin(&self.inner)
        _begin(&self.outer)
        _take(&self.inner, padded[0], BLOCK)
        _take(&self.outer, padded[1], BLOCK)

    cdef void sign(self, Hash *inner, uint8_t *digest) noexcept:
        """Give the signature of what `inner`, begun as this key's, has taken."""
        cdef Hash outer = self.outer
        _end(inner, digest)
        _take(&outer, digest, DIGEST)
        _end(&outer, digest)


cdef dict _keys = {}
cdef object _twin_of_hmac = None, _twin_of_opaque = None, _twin_of_base64 = None


cdef Key _key(key):
    """Return what is kept of a key; None where the twin is to take it."""
    if type(key) is not bytes or PyBytes_GET_SIZE(key) > BLOCK:
        return None
    found = _keys.get(key)
    if found is None:
        if len(_keys) >= MOST_KEYS:
            _keys.clear()
        found = _keys[key] = Key(key)
    return <Key>found


def hmac(key, message):
    cdef Key kept = _key(key)
    cdef uint8_t digest[DIGEST]
    cdef Hash inner
    if kept is None or type(message) is not bytes:
        return _twin_of_hmac(key, message)
    inner = kept.inner
    _take(&inner, <const uint8_t *>PyBytes_AS_STRING(message), PyBytes_GET_SIZE(message))
    kept.sign(&inner, digest)
    return PyBytes_FromStringAndSize(<char *>digest, DIGEST)


def opaque(digest):
    cdef Py_ssize_t count, place
    cdef const uint8_t *data
    cdef char *written
    if type(digest) is not bytes:
        return _twin_of_opaque(digest)
    count = PyBytes_GET_SIZE(digest)
    if count % 5 or not 0 < count <= MOST_OPAQUE:
        return _twin_of_opaque(digest)
    data = <const uint8_t *>PyBytes_AS_STRING(digest)
    made = PyUnicode_New(count // 5 * 8, 127)
    written = <char *>PyUnicode_DATA(made)
    cdef uint64_t five
    cdef int letter
    for place in range(0, count, 5):
        five = (<uint64_t>data[place] << 32 | <uint64_t>data[place + 1] << 24 | <uint64_t>data[place + 2] << 16
                | <uint64_t>data[place + 3] << 8 | data[place + 4])
        for letter in range(8):
            written[letter] = _LETTERS[five >> (35 - 5 * letter) & 31]
        written += 8
    return made


cdef void _in_base64(const uint8_t *digest, char *written) noexcept:
    """Write a digest of this length as base64url without what fills it up."""
    cdef Py_ssize_t place
    cdef uint32_t three
    for place in range(0, DIGEST - 2, 3):
        three = <uint32_t>digest[place] << 16 | <uint32_t>digest[place + 1] << 8 | digest[place + 2]
        written[0] = _OF_ADDRESSES[three >> 18]
        written[1] = _OF_ADDRESSES[three >> 12 & 63]
        written[2] = _OF_ADDRESSES[three >> 6 & 63]
        written[3] = _OF_ADDRESSES[three & 63]
        written += 4
    three = <uint32_t>digest[30] << 8 | digest[31]
    written[0] = _OF_ADDRESSES[three >> 10]
    written[1] = _OF_ADDRESSES[three >> 4 & 63]
    written[2] = _OF_ADDRESSES[three << 2 & 63]


def in_base64(digest):
    if type(digest) is not bytes or PyBytes_GET_SIZE(digest) != DIGEST:
        return _twin_of_base64(digest)
    made = PyUnicode_New(SIGNED, 127)
    _in_base64(<const uint8_t *>PyBytes_AS_STRING(digest), <char *>PyUnicode_DATA(made))
    return made


cdef bint _is_ascii(text) noexcept:
    return type(text) is str and PyUnicode_IS_ASCII(text)


cdef void _take_text(Hash *hash, text) noexcept:
    _take(hash, <const uint8_t *>PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text))


cdef char *_write(char *written, text) noexcept:
    memcpy(written, PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text))
    return written + PyUnicode_GET_LENGTH(text)


def signed_links(key, before, values, after, lead, rest):
    """Return the links of which each value is a part; None where the twin is to make them."""
    cdef Key kept = _key(key)
    cdef uint8_t digest[DIGEST]
    cdef char length[24]
    cdef Hash shared, inner
    cdef Py_ssize_t count, place
    cdef char *written
    if kept is None or type(values) is not list:
        return None
    for text in (before, after, lead, rest, *values):
        if not _is_ascii(text):
            return None
    shared = kept.inner
    _take_text(&shared, before)
    found = []
    for value in <list>values:
        inner = shared
        count, place = PyUnicode_GET_LENGTH(value), 24
        place -= 1
        length[place] = c":"
        while True:
            place -= 1
            length[place] = <char>(c"0" + count % 10)
            count //= 10
            if not count:
                break
        _take(&inner, <const uint8_t *>length + place, 24 - place)
        _take_text(&inner, value)
        _take_text(&inner, after)
        kept.sign(&inner, digest)
        count = PyUnicode_GET_LENGTH(lead) + PyUnicode_GET_LENGTH(value) + PyUnicode_GET_LENGTH(rest)
        made = PyUnicode_New(count + SIGNED, 127)
        written = _write(<char *>PyUnicode_DATA(made), lead)
        written = _write(written, value)
        _in_base64(digest, _write(written, rest))
        found.append(made)
    return found


def of_python(hmac_, opaque_, in_base64_):
    """Return the functions that do the same as these."""
    global _twin_of_hmac, _twin_of_opaque, _twin_of_base64
    _twin_of_hmac, _twin_of_opaque, _twin_of_base64 = hmac_, opaque_, in_base64_
    return hmac, opaque, in_base64
