"""Labels letter by letter: what `Letters.set` of letters.py makes, its letters in tables by their codes.

Places are written as Python writes them: a double times ten fits 64 bits as a whole number of a power of two,
which is rounded exactly, to even on a tie. `Alphabet.set` declines, by None, where one is too large for that.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Realloc
from cpython.unicode cimport PyUnicode_Check
from libc.math cimport fabs
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcpy, memset

cdef extern from "Python.h":
    int PyUnicode_KIND(object text)
    void *PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    uint32_t PyUnicode_READ(int kind, void *data, Py_ssize_t place)

cdef Py_ssize_t LARGE = 1 << 16  # a buffer beyond that is given back
cdef int PLACE = 24  # bytes that a place takes at most
cdef enum:
    DECLINED = 0
    WRITTEN = 1


cdef struct Piece:
    double width, moved  # in em
    char *glyphs  # of bytes that the alphabet keeps; NULL: the letter is not known
    Py_ssize_t count


cdef inline uint64_t _tenths(double amount) noexcept:
    """Return a number from 0 to below 1e12 in tenths, rounded to even on a tie."""
    cdef uint64_t bits, product, found, rest, half
    memcpy(&bits, &amount, 8)
    cdef int shift = 1075 - <int> (bits >> 52)  # > 0, since the number is below 2 ** 52
    if shift > 63:
        return 0  # the product is below 2 ** 57: less than a half
    product = 10 * (bits & ((<uint64_t> 1 << 52) - 1) | <uint64_t> 1 << 52)
    found = product >> shift
    rest = product & ((<uint64_t> 1 << shift) - 1)
    half = <uint64_t> 1 << (shift - 1)
    return found + (rest > half or (rest == half and found & 1))


cdef inline char *_place(char *at, uint64_t tenths) noexcept:
    """Write tenths as a number with one place."""
    cdef char digits[24]
    cdef int start = 24
    while True:
        start -= 1
        digits[start] = <char> (48 + tenths % 10)
        tenths //= 10
        if start == 23:
            start -= 1
            digits[start] = c"."
        elif not tenths:
            break
    memcpy(at, digits + start, 24 - start)
    return at + 24 - start


cdef class Alphabet:
    """The letters of one weight, known as they come. Not for several threads at once."""

    cdef list kept
    cdef Piece *pages[256]
    cdef Piece passing
    cdef bytes last
    cdef char *start
    cdef Py_ssize_t size, room

    def __cinit__(self):
        memset(self.pages, 0, sizeof(self.pages))
        self.kept = []

    def __dealloc__(self):
        cdef int number
        for number in range(256):
            PyMem_Free(self.pages[number])
        PyMem_Free(self.start)

    def set(self, text, letters):
        """Return what `letters.set(text)` does. Raises what a letter of its `piece` raises."""
        if not PyUnicode_Check(text):
            raise TypeError("a label is a text")
        cdef int kind = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        cdef Py_ssize_t place
        cdef uint32_t code
        cdef bint is_gap = False, has_begun = False
        cdef double ems = 0.0, lag = 0.0
        if self.room > LARGE:
            PyMem_Free(self.start)
            self.start, self.room = NULL, 0
        self.size = 1
        for place in range(PyUnicode_GET_LENGTH(text)):
            code = PyUnicode_READ(kind, data, place)
            if code == c"\n" or code == c"\r":
                continue
            if code == c" " or code == c"\t":
                is_gap = has_begun
                continue
            if is_gap and self._add(c" ", letters, &ems, &lag) != WRITTEN:
                return None
            is_gap, has_begun = False, True
            if self._add(code, letters, &ems, &lag) != WRITTEN:
                return None
        if self.size == 1:
            return ems, b""
        self.start[0] = c"["
        self.start[self.size] = c"]"  # `more` leaves room for it
        return ems, PyBytes_FromStringAndSize(self.start, self.size + 1)

    cdef int _add(self, uint32_t code, letters, double *ems, double *lag) except -1:
        cdef Piece *piece = self._piece(code, letters)
        cdef double late, width = piece.width
        cdef uint64_t tenths
        cdef char *at
        cdef char *glyphs = piece.glyphs
        cdef Py_ssize_t count = piece.count
        ems[0] += width
        lag[0] += width
        if not count:
            return WRITTEN
        at = self._more(count + PLACE)
        late = lag[0] - width
        if fabs(late) > 0.0005:  # where the letter should stand from where a viewer stands
            if not fabs(late) < 1e8:
                return DECLINED
            tenths = _tenths(fabs(late * 1000))
            if late > 0:
                at[0] = c"-"
                at += 1
            at = _place(at, tenths)
            lag[0] -= (<double> tenths if late > 0 else -<double> tenths) / 10 / 1000
        elif self.size > 1 and at[-1] == c">" and glyphs[0] == c"<":
            at -= 1
            glyphs += 1
            count -= 1
        memcpy(at, glyphs, count)
        self.size = at + count - self.start
        lag[0] -= piece.moved
        return WRITTEN

    cdef Piece *_piece(self, uint32_t code, letters) except NULL:
        """Return a letter. Raises what setting it raises."""
        cdef Piece *page
        if code < 0x10000:
            page = self.pages[code >> 8]
            if page != NULL and page[code & 255].glyphs != NULL:
                return page + (code & 255)
        return self._met(code, letters)

    cdef Piece *_met(self, uint32_t code, letters) except NULL:
        """Return a letter for the first time; one that asks for a larger subset, each time."""
        cdef Piece *found = &self.passing
        cdef Piece *page
        letter = chr(code)
        width, said, moved = letters.piece(letter)
        self.last = said.encode()
        if code < 0x10000 and letter in letters.known:
            page = self.pages[code >> 8]
            if page == NULL:
                page = <Piece *> PyMem_Realloc(NULL, 256 * sizeof(Piece))
                if page == NULL:
                    raise MemoryError
                memset(page, 0, 256 * sizeof(Piece))
                self.pages[code >> 8] = page
            found = page + (code & 255)
            self.kept.append(self.last)
        found.width, found.moved = width, moved
        found.count, found.glyphs = PyBytes_GET_SIZE(self.last), PyBytes_AS_STRING(self.last)
        return found

    cdef char *_more(self, Py_ssize_t count) except NULL:
        """Return where to write, with room for `count` bytes and two brackets."""
        cdef char *grown
        cdef Py_ssize_t room
        if self.start == NULL or self.room - self.size < count + 2:
            room = 2 * (self.size + count) + 1024
            grown = <char *> PyMem_Realloc(self.start, room)
            if grown == NULL:
                raise MemoryError
            self.start, self.room = grown, room
        return self.start + self.size
