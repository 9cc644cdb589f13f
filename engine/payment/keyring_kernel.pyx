"""Signatures and opaque names made natively. Twins: `_hmac`, `opaque` and `_in_base64` in keyring.py, `_signed` in link.py.

SHA-256 is OpenSSL's, called without objects of Python between. The padded key and what all links of a customer begin
with are hashed once. A message or key of another class than `bytes`, a key longer than a block, texts beyond ASCII,
and all of it where OpenSSL is not found, are left to the twins.
"""

from hashlib import sha256

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

cdef extern from "Python.h":
    int PyUnicode_IS_ASCII(object text)
    void *PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    object PyUnicode_New(Py_ssize_t length, unsigned int largest)

cdef extern from "dlfcn.h":
    int RTLD_NOW
    void *dlopen(const char *name, int flags) noexcept
    void *dlsym(void *library, const char *name) noexcept

cdef enum:
    BLOCK = 64
    DIGEST = 32
    SIGNED = 43  # characters of a digest in base64 without what fills it up
    MOST_KEYS = 16  # that are kept
    MOST_OPAQUE = 80  # bytes of what is named

cdef const char *_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567"
cdef const char *_OF_ADDRESSES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

cdef struct Hash:
    # OpenSSL's SHA256_CTX, which has been of 112 bytes since it was first made; it may be copied as it stands.
    uint64_t state[32]


ctypedef int (*_Begin)(Hash *hash) noexcept
ctypedef int (*_Take)(Hash *hash, const void *data, size_t count) noexcept
ctypedef int (*_End)(unsigned char *digest, Hash *hash) noexcept
cdef _Begin _begin = NULL
cdef _Take _take = NULL
cdef _End _end = NULL


def has_library():
    """Tell whether OpenSSL's functions for SHA-256 are found and do what the standard library's do."""
    global _begin, _take, _end
    cdef void *library = dlopen(b"libcrypto.so.3", RTLD_NOW)  # the one that Python's own hashes come from
    cdef uint8_t digest[DIGEST]
    cdef Hash hash
    if library is NULL:
        return False
    _begin = <_Begin>dlsym(library, b"SHA256_Init")
    _take = <_Take>dlsym(library, b"SHA256_Update")
    _end = <_End>dlsym(library, b"SHA256_Final")
    if _begin is NULL or _take is NULL or _end is NULL:
        return False
    _begin(&hash)
    _take(&hash, <const char *>b"abc", 3)
    _end(digest, &hash)
    return PyBytes_FromStringAndSize(<char *>digest, DIGEST) == sha256(b"abc").digest()


cdef bint _has_library = has_library()


@cython.final
cdef class Key:
    """The two hashes after the padded key."""

    cdef Hash inner, outer

    def __cinit__(self, bytes key not None):
        cdef uint8_t padded[2][BLOCK]
        cdef Py_ssize_t place
        if not _has_library or PyBytes_GET_SIZE(key) > BLOCK:
            raise ValueError("the key is longer than a block, or OpenSSL is not found")
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
        _end(digest, inner)
        _take(&outer, digest, DIGEST)
        _end(digest, &outer)


cdef dict _keys = {}
cdef object _twin_of_hmac = None, _twin_of_opaque = None, _twin_of_base64 = None


cdef Key _key(key):
    """Return what is kept of a key; None where the twin is to take it."""
    if not _has_library or type(key) is not bytes or PyBytes_GET_SIZE(key) > BLOCK:
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
