"""Leaves set natively: looked up by their text, and lines made of figures and words that are known.

Twins: `pattern_of` and `filler` in figures.py, `figure_lines` in run_lines.py, `figure_line` in
paragraph.py, `set_paragraphs` in item_lines.py, `set_leaves` and `Setter.setting` in setting.py,
`plain_figures` and `shape` in shaping.py. Of a text that isn't known here, `Shapes` and `Quick` say None, and Python sets it.

Lines that are made of known figures aren't kept: to make them takes no longer than to find them and, some texts
later, to throw them away.

Most texts stand on one line in one piece. Such a line is one object here, `OneLine`, and several of them are
`SomeLines`: there the kernel that writes pages finds glyphs and widths. They are what `SetLines` is to all who ask
them for their lines, which are made then.
"""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_GetItemWithError, PyDict_SetItem, PyDict_Size
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF, Py_XDECREF
from libc.string cimport memcmp, memcpy, memset

from types import MemberDescriptorType

from renderers.pdf.fast.model import Line, Segment, SetLines

cdef extern from "Python.h":
    int PyUnicode_KIND(object text)
    void *PyUnicode_DATA(object text)
    unsigned int PyUnicode_READ(int kind, void *data, Py_ssize_t place)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    int PyUnicode_IS_ASCII(object text)
    char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *size) except NULL
    bint PyUnicode_Check(object text)
    object PyUnicode_Substring(object text, Py_ssize_t start, Py_ssize_t end)
    object PyType_GenericAlloc(type kind, Py_ssize_t count)
    bint PyTuple_Check(object value)
    Py_ssize_t PyTuple_GET_SIZE(object value)
    PyObject *PyTuple_GET_ITEM(object value, Py_ssize_t place)

cdef extern from "structmember.h":
    ctypedef struct PyMemberDef:
        Py_ssize_t offset
    ctypedef struct PyMemberDescrObject:
        PyMemberDef *d_member


cdef Py_ssize_t _offset(kind, str name) except -1:
    """Return where an object of this kind holds a slot."""
    slot = kind.__dict__[name]
    if type(slot) is not MemberDescriptorType:
        raise TypeError(name)
    return (<PyMemberDescrObject *>slot).d_member.offset


cdef type _SET_LINES = SetLines, _LINE = Line, _SEGMENT = Segment
cdef Py_ssize_t _LINES = _offset(SetLines, "lines"), _STRUCTURE = _offset(SetLines, "structure")
cdef Py_ssize_t _WIDTH = _offset(Line, "width"), _SEGMENTS = _offset(Line, "segments")
cdef Py_ssize_t _ABOVE = _offset(Line, "above"), _BELOW = _offset(Line, "below")
cdef Py_ssize_t _ITEM = _offset(Segment, "item"), _X = _offset(Segment, "x"), _OWN = _offset(Segment, "width")
cdef Py_ssize_t _GLYPHS = _offset(Segment, "glyphs"), _TEXT = _offset(Segment, "text")
cdef object _ZERO = 0, _ONE = 1, _NONE = 0.0
cdef double _UNITS = 1024.0  # of Pango, a px
cdef enum:
    CODE = 4  # hexadecimal digits of a glyph's code
    SCRIPTS = 0x500  # letters whose script is kept in a table
    FIGURES = 32  # characters that come out alike whatever stands beside them, at most
    LONG = 120  # characters of a text; longer ones are looked up in other ways
    WORDS = 16  # of a text, likewise
    PATTERNS = 16  # kept of a style and width, to be found at once
    ROOM = 96  # bytes of glyphs that a line has in itself

cdef enum Way:
    ANY, RUN, ITEMS, TEMPLATE


cdef inline void _put(object made, Py_ssize_t offset, object value):
    """Fill an empty slot of a new object."""
    Py_INCREF(value)
    (<PyObject **>(<char *><PyObject *>made + offset))[0] = <PyObject *>value


cdef object _line(item, figures, text):
    """Return a line of one segment, filled with the figures of a text."""
    if not PyTuple_Check(figures) or PyTuple_GET_SIZE(figures) != 2:
        raise TypeError("no figures of a text")
    width, fill = <object>PyTuple_GET_ITEM(figures, 0), <object>PyTuple_GET_ITEM(figures, 1)
    return _one_line(item, width, (<Filler>fill).fill(text) if type(fill) is Filler else fill(text), text)


cdef object _one_line(item, width, glyphs, text):
    segment = PyType_GenericAlloc(_SEGMENT, 0)
    _put(segment, _ITEM, item)
    _put(segment, _X, _NONE)
    _put(segment, _OWN, width)
    _put(segment, _GLYPHS, glyphs)
    _put(segment, _TEXT, text)
    line = PyType_GenericAlloc(_LINE, 0)
    _put(line, _WIDTH, width)
    _put(line, _SEGMENTS, (segment,))
    _put(line, _ABOVE, _NONE)
    _put(line, _BELOW, _NONE)
    return line


@cython.final
@cython.no_gc
@cython.freelist(256)
cdef class OneLine:
    """What `SetLines` says of one line of a run, that is one segment; or a line of `SomeLines`."""

    cdef PyObject *_item
    cdef PyObject *_width
    cdef PyObject *_text
    cdef PyObject *_lines  # NULL until they are asked for
    cdef PyObject *_glyphs  # NULL where they fit in here
    cdef Py_ssize_t _size  # of the glyphs in here
    cdef char _own[ROOM]

    def __dealloc__(self):
        Py_XDECREF(self._item)
        Py_XDECREF(self._width)
        Py_XDECREF(self._text)
        Py_XDECREF(self._lines)
        Py_XDECREF(self._glyphs)

    cdef object line(self):
        glyphs = PyBytes_FromStringAndSize(self._own, self._size) if self._glyphs == NULL else <object>self._glyphs
        return _one_line(<object>self._item, <object>self._width, glyphs, <object>self._text)

    @property
    def lines(self):
        """The line."""
        if self._lines == NULL:
            self._lines = _held((self.line(),))
        return <object>self._lines

    @property
    def structure(self):
        """One line."""
        return _ONE

    def __eq__(self, other):
        return _is_same(self, other)

    def __repr__(self):
        return repr(_set_lines(self.lines, _ONE))

    def __reduce__(self):
        return _SET_LINES, (self.lines, _ONE)


@cython.final
@cython.no_gc
cdef class SomeLines:
    """What `SetLines` says of lines with one segment each."""

    cdef PyObject *_pieces  # a tuple of `OneLine`
    cdef PyObject *_structure
    cdef PyObject *_lines  # NULL until they are asked for
    cdef bint _is_list  # as those of paragraphs are

    def __dealloc__(self):
        Py_XDECREF(self._pieces)
        Py_XDECREF(self._structure)
        Py_XDECREF(self._lines)

    @property
    def lines(self):
        """The lines."""
        cdef list made
        if self._lines == NULL:
            made = [(<OneLine?>piece).line() for piece in <tuple>self._pieces]
            self._lines = _held(made if self._is_list else tuple(made))
        return <object>self._lines

    @property
    def structure(self):
        """As `SetLines` has it."""
        return <object>self._structure

    def __eq__(self, other):
        return _is_same(self, other)

    def __repr__(self):
        return repr(_set_lines(self.lines, self.structure))

    def __reduce__(self):
        return _SET_LINES, (self.lines, self.structure)


cdef inline PyObject *_held(object made) except NULL:
    Py_INCREF(made)
    return <PyObject *>made


cdef object _is_same(own, other):
    if type(other) not in (OneLine, SomeLines, _SET_LINES):
        return NotImplemented
    return own.structure == other.structure and own.lines == other.lines


cdef inline OneLine _begun(item, width, text):
    """Return a line that has no glyphs yet."""
    cdef OneLine made = OneLine.__new__(OneLine)
    made._item, made._width, made._text = _held(item), _held(width), _held(text)
    return made


cdef OneLine _single(item, width, glyphs, text):
    cdef OneLine made = _begun(item, width, text)
    made._glyphs = _held(glyphs)
    return made


cdef OneLine _filled(item, figures, text):
    """Return a line of one segment, filled with the figures of a text."""
    if not PyTuple_Check(figures) or PyTuple_GET_SIZE(figures) != 2:
        raise TypeError("no figures of a text")
    cdef OneLine made = _begun(item, <object>PyTuple_GET_ITEM(figures, 0), text)
    fill = <object>PyTuple_GET_ITEM(figures, 1)
    if type(fill) is Filler and PyBytes_GET_SIZE((<Filler>fill)._template) <= ROOM:
        (<Filler>fill).write(text, made._own)
        made._size = PyBytes_GET_SIZE((<Filler>fill)._template)
    else:
        made._glyphs = _held((<Filler>fill).fill(text) if type(fill) is Filler else fill(text))
    return made


cdef SomeLines _several(list pieces, structure, bint is_list):
    cdef SomeLines made = SomeLines.__new__(SomeLines)
    made._pieces, made._structure, made._is_list = _held(tuple(pieces)), _held(structure), is_list
    return made


def _places():
    """Return where an `OneLine` has its width, its glyphs, or those in it with their count; and `SomeLines` its lines."""
    cdef OneLine one = OneLine.__new__(OneLine)
    cdef SomeLines some = SomeLines.__new__(SomeLines)
    cdef char *start = <char *><PyObject *>one
    return (
        <char *>&one._width - start, <char *>&one._glyphs - start, <char *>&one._size - start, one._own - start,
        <char *>&some._pieces - <char *><PyObject *>some,
    )


PLACES = _places()


cdef object _set_lines(lines, structure):
    found = PyType_GenericAlloc(_SET_LINES, 0)
    _put(found, _LINES, lines)
    _put(found, _STRUCTURE, structure)
    return found


cdef unsigned char *_mapped(int kind, void *data, Py_ssize_t count, const unsigned char *table, unsigned char *out) noexcept:
    """Write a text in UTF-8, halves of pairs as they are, each byte replaced by this table; return where it ends."""
    cdef Py_ssize_t place
    cdef unsigned int letter
    for place in range(count):
        letter = PyUnicode_READ(kind, data, place)
        if letter < 0x80:
            out[0] = table[letter]
            out += 1
            continue
        if letter < 0x800:
            out[0] = table[0xC0 | letter >> 6]
            out += 1
        else:
            if letter < 0x10000:
                out[0] = table[0xE0 | letter >> 12]
                out += 1
            else:
                out[0] = table[0xF0 | letter >> 18]
                out[1] = table[0x80 | (letter >> 12 & 0x3F)]
                out += 2
            out[0] = table[0x80 | (letter >> 6 & 0x3F)]
            out += 1
        out[0] = table[0x80 | (letter & 0x3F)]
        out += 1
    return out


cpdef bytes pattern_of(text, bytes zeros):
    """Return a text in UTF-8, halves of pairs as they are, each byte replaced by this table of 256."""
    if not PyUnicode_Check(text):
        raise TypeError("not a text")
    if zeros is None or PyBytes_GET_SIZE(zeros) != 256:
        raise ValueError("translation table must be 256 characters long")
    cdef Py_ssize_t count = PyUnicode_GET_LENGTH(text), size = 0, place
    cdef int kind = PyUnicode_KIND(text)
    cdef void *data = PyUnicode_DATA(text)
    cdef unsigned int letter
    if PyUnicode_IS_ASCII(text):
        size = count
    else:
        for place in range(count):
            letter = PyUnicode_READ(kind, data, place)
            size += 1 if letter < 0x80 else 2 if letter < 0x800 else 3 if letter < 0x10000 else 4
    cdef bytes found = PyBytes_FromStringAndSize(NULL, size)
    _mapped(kind, data, count, <unsigned char *>PyBytes_AS_STRING(zeros), <unsigned char *>PyBytes_AS_STRING(found))
    return found


cdef class Filler:
    """Makes the TJ array of a text of one pattern: a template with the codes of the digits at places of the text."""

    cdef bytes _template
    cdef Py_ssize_t _count
    cdef Py_ssize_t *_spots  # of a code in the template, and of its digit in the text, by turns
    cdef char _codes[10 * CODE]
    cdef bint _has[10]

    def __cinit__(self, bytes template not None, list places not None, codes):
        cdef Py_ssize_t number, start = 0
        cdef bytes code
        self._spots = NULL
        self._count = len(places)
        parts = template.split(b"\0")
        if len(parts) != self._count + 1:
            raise ValueError("as many places as digits")
        self._spots = <Py_ssize_t *>PyMem_Malloc(2 * max(1, self._count) * sizeof(Py_ssize_t))
        if self._spots == NULL:
            raise MemoryError
        for number in range(self._count):
            start += len(parts[number])
            self._spots[2 * number] = start
            self._spots[2 * number + 1] = places[number]
            start += CODE
        self._template = (b"0" * CODE).join(parts)
        for number in range(10):
            code = codes.get(str(number))
            self._has[number] = code is not None and len(code) == CODE
            if self._has[number]:
                memcpy(&self._codes[number * CODE], PyBytes_AS_STRING(code), CODE)

    def __dealloc__(self):
        PyMem_Free(self._spots)

    cdef bytes fill(self, text):
        cdef bytes found = PyBytes_FromStringAndSize(NULL, PyBytes_GET_SIZE(self._template))
        self.write(text, PyBytes_AS_STRING(found))
        return found

    cdef int write(self, text, char *out) except -1:
        """Write it to where there is room for it."""
        if not PyUnicode_Check(text):
            raise TypeError("not a text")
        cdef Py_ssize_t number, place, count = PyUnicode_GET_LENGTH(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        cdef unsigned int digit
        memcpy(out, PyBytes_AS_STRING(self._template), PyBytes_GET_SIZE(self._template))
        for number in range(self._count):
            place = self._spots[2 * number + 1]
            if place < 0 or place >= count:
                raise KeyError("")
            digit = PyUnicode_READ(kind, data, place)
            if digit < 48 or digit > 57 or not self._has[digit - 48]:
                raise KeyError(chr(digit))
            memcpy(out + self._spots[2 * number], &self._codes[(digit - 48) * CODE], CODE)
        return 0

    def __call__(self, text):
        return self.fill(text)


def filler(template, places, runs):
    """Return what fills the places of a template by the digits that stand in these places of a text."""
    return Filler(template, places, runs.codes)


cdef class Shapes:
    """Texts in one style as glyphs, as far as they are made of figures or of words that its shaper knows.

    `known` is the script of each character that is filled; `words` are by script those that come out as by themselves,
    or None; `units` and `codes` are of figures that don't change beside each other; `space` is both of a space.
    """

    cdef dict _known, _words
    cdef str _common
    cdef list _names  # of scripts, by number
    cdef unsigned char _scripts[SCRIPTS]  # numbers of scripts; 0: not looked up
    cdef Py_ssize_t _space
    cdef bytes _between
    cdef int _count
    cdef unsigned int _figures[FIGURES]
    cdef Py_ssize_t _widths[FIGURES]
    cdef signed char _places[256]
    cdef list _codes

    def __init__(self, dict known not None, str common not None, dict words not None, dict units not None, dict codes not None, tuple space not None):
        self._known, self._common, self._words = known, common, words
        self._names = [None, common]
        memset(self._scripts, 0, SCRIPTS)
        memset(self._places, -1, 256)
        self._space, self._between = space[0], space[1].encode()
        self._codes = []
        self._count = 0
        for figure, width in units.items():
            if self._count == FIGURES:
                break
            self._figures[self._count], self._widths[self._count] = ord(figure), width
            self._codes.append(codes[ord(figure)].encode())
            if ord(figure) < 256:
                self._places[<Py_ssize_t>ord(figure)] = self._count
            self._count += 1

    cdef int _figure(self, unsigned int letter) noexcept:
        """Return the number of a figure, -1 for what is none."""
        cdef int number
        if letter < 256:
            return self._places[letter]
        for number in range(self._count):
            if self._figures[number] == letter:
                return number
        return -1

    cpdef object plain_figures(self, text):
        """Return what `Shaper.plain_figures` does, but None for nothing and for long texts."""
        if not PyUnicode_Check(text):
            raise TypeError("not a text")
        cdef Py_ssize_t place, size, at, count = PyUnicode_GET_LENGTH(text), width = 0, room = 4
        cdef int kind = PyUnicode_KIND(text), number
        cdef void *data = PyUnicode_DATA(text)
        cdef unsigned int letter, last = 32
        cdef signed char numbers[LONG]
        if not 0 < count <= LONG:
            return None
        for place in range(count):
            letter = PyUnicode_READ(kind, data, place)
            number = self._figure(letter)
            if number < 0 or (letter == 32 and last == 32):
                return None
            numbers[place] = number
            width += self._widths[number]
            room += PyBytes_GET_SIZE(self._codes[number])
            last = letter
        if last == 32:
            return None
        cdef bytes found = PyBytes_FromStringAndSize(NULL, room)
        cdef char *out = PyBytes_AS_STRING(found)
        cdef char *end
        out[0], out[1] = c"[", c"<"
        end = out + 2
        for place in range(count):
            end = _copied(end, <bytes>self._codes[<int>numbers[place]], place > 0)
        end[0], end[1] = c">", c"]"
        size = end + 2 - out
        return width / _UNITS, found if size == room else PyBytes_FromStringAndSize(out, size)

    cdef int _script(self, unsigned int letter) except -1:
        """Return the number of a character's script, 1 for what any script shares, 255 for what isn't filled."""
        cdef int found = self._scripts[letter] if letter < SCRIPTS else 0
        if found:
            return found
        name = self._known.get(chr(letter))
        if name is None:
            found = 255
        elif name in self._names:
            found = self._names.index(name)
        elif len(self._names) < 255:
            found = len(self._names)
            self._names.append(name)
        else:
            found = 255
        if letter < SCRIPTS:
            self._scripts[letter] = found
        return found

    cpdef object joined(self, text, double room, bint has_figures):
        """Return (width, TJ array) of a text whose words are all known and that is no wider than this (Pango units).

        None for every other, where spaces stand at its ends or side by side, and without `has_figures` where all of
        it is figures.
        """
        if not PyUnicode_Check(text):
            raise TypeError("not a text")
        cdef Py_ssize_t place, start = 0, number = 0, size, at, units = 0, most, count = PyUnicode_GET_LENGTH(text)
        cdef int kind = PyUnicode_KIND(text), own, script = 1
        cdef void *data = PyUnicode_DATA(text)
        cdef unsigned int letter
        cdef PyObject *found
        cdef PyObject *words
        cdef PyObject *codes[WORDS]
        cdef bint are_figures = True
        if not 0 < count <= LONG:
            return None
        for place in range(count):
            letter = PyUnicode_READ(kind, data, place)
            own = self._script(letter)
            if own == 255 or (own > 1 and script > 1 and own != script):
                return None
            if own > 1:
                script = own
            are_figures = are_figures and self._figure(letter) >= 0
        if are_figures and not has_figures:
            return None
        words = PyDict_GetItemWithError(self._words, self._names[script])
        if words == NULL:
            return None
        most = 4
        for place in range(count + 1):
            if place < count and PyUnicode_READ(kind, data, place) != 32:
                continue
            if place == start or number == WORDS:
                return None
            found = PyDict_GetItemWithError(<dict>words, PyUnicode_Substring(text, start, place))
            if found == NULL or <object>found is None:
                return None
            width, code, _ = <tuple>found
            units += <Py_ssize_t>width + (self._space if number else 0)
            if units > room:
                return None
            PyUnicode_AsUTF8AndSize(code, &size)
            most += size + (PyBytes_GET_SIZE(self._between) if number else 0)
            codes[number] = <PyObject *>code  # held by its word
            number += 1
            start = place + 1
        cdef bytes said = PyBytes_FromStringAndSize(NULL, most)
        cdef char *out = PyBytes_AS_STRING(said)
        cdef char *end
        cdef char *own_codes
        out[0], out[1] = c"[", c"<"
        end = out + 2
        for at in range(number):
            if at:
                end = _copied(end, self._between, True)
            own_codes = PyUnicode_AsUTF8AndSize(<object>codes[at], &size)
            end = _put_codes(end, own_codes, size, True)
        end = _put_codes(end, b">", 1, True)
        end[0] = c"]"
        size = end + 1 - out
        return units / _UNITS, said if size == most else PyBytes_FromStringAndSize(out, size)


cdef inline char *_copied(char *out, bytes codes, bint joins) noexcept:
    return _put_codes(out, PyBytes_AS_STRING(codes), PyBytes_GET_SIZE(codes), joins)


cdef char *_put_codes(char *out, const char *codes, Py_ssize_t size, bint joins) noexcept:
    """Write codes, `<>` as a space, also where it comes of what is written before if this joins it."""
    cdef Py_ssize_t place
    for place in range(size):
        if codes[place] == c">" and (place or joins) and out[-1] == c"<":
            out[-1] = c" "
            continue
        out[0] = codes[place]
        out += 1
    return out


cdef struct Met:
    PyObject *key
    PyObject *value


cdef class Quick:
    """What sets texts of one style and width at once, if they stand on one line or in lines of a known pattern.

    `patterns` are figures by pattern: of lines with their places, of one line of an item with a number. `room` is
    the width that surely holds a line, in px and in Pango units, `odd` are digits that make patterns of their own;
    `wraps` says that texts are broken between words.
    """

    cdef dict _patterns
    cdef bytes _zeros
    cdef Shapes _shapes
    cdef object _item
    cdef tuple _shown
    cdef double _px, _units
    cdef bint _wraps
    cdef bint _odd[128]
    cdef Met _met[PATTERNS]
    cdef list _held

    def __init__(self, dict patterns not None, bytes zeros not None, item, Shapes shapes not None, odd, tuple room not None, bint wraps):
        if PyBytes_GET_SIZE(zeros) != 256:
            raise ValueError("translation table must be 256 characters long")
        self._patterns, self._zeros, self._shapes, self._item = patterns, zeros, shapes, item
        self._shown = (item,)
        self._px, self._units = room
        self._wraps = wraps
        memset(self._odd, 0, sizeof(self._odd))
        for digit in odd:
            if ord(digit) < 128:
                self._odd[<Py_ssize_t>ord(digit)] = True
        memset(self._met, 0, sizeof(self._met))
        self._held = [None] * PATTERNS

    cdef PyObject *_found(self, text, bint *has_figures, bint *is_odd) except? NULL:
        """Return the figures of a text's pattern, NULL where it isn't known; and whether it has digits of each kind."""
        cdef unsigned char mapped[4 * LONG]
        cdef unsigned char *table = <unsigned char *>PyBytes_AS_STRING(self._zeros)
        cdef unsigned char *letters
        cdef Py_ssize_t place, size, count = PyUnicode_GET_LENGTH(text)
        cdef Met *met
        cdef PyObject *found
        has_figures[0] = is_odd[0] = False
        if count > LONG:
            key = pattern_of(text, self._zeros)
            has_figures[0] = b"0" in key
            return PyDict_GetItemWithError(self._patterns, key) if has_figures[0] else NULL
        if PyUnicode_IS_ASCII(text):
            letters = <unsigned char *>PyUnicode_DATA(text)
            size = count
            for place in range(size):
                mapped[place] = table[letters[place]]
        else:
            size = _mapped(PyUnicode_KIND(text), PyUnicode_DATA(text), count, table, mapped) - mapped
        met = &self._met[size % PATTERNS]
        if met.key != NULL and PyBytes_GET_SIZE(<object>met.key) == size and not memcmp(
            PyBytes_AS_STRING(<object>met.key), mapped, size
        ):
            has_figures[0] = True
            return met.value
        for place in range(size):
            if mapped[place] == 48:
                has_figures[0] = True
            elif mapped[place] < 128 and self._odd[mapped[place]]:
                is_odd[0] = True
        if not has_figures[0]:
            return NULL
        key = PyBytes_FromStringAndSize(<char *>mapped, size)
        found = PyDict_GetItemWithError(self._patterns, key)
        if found != NULL:
            self._held[size % PATTERNS] = (key, <object>found)
            met.key, met.value = <PyObject *>key, found
        return found

    cdef object known(self, text, bint *may_be_words):
        """Return the lines of a run that are made of known figures, None for every other."""
        cdef bint has_figures, is_odd
        cdef PyObject *found = self._found(text, &has_figures, &is_odd)
        may_be_words[0] = self._wraps and not has_figures
        if found != NULL:
            return _known_lines(<object>found, text)
        if is_odd:
            shaped = self._shapes.plain_figures(text)
            if shaped is not None and <double>(<tuple>shaped)[0] < self._px:
                width, glyphs = shaped
                return _single(_ZERO, width, glyphs, text)
        return None

    cdef object words(self, text):
        """Return the line of a run of known words that wraps, None for every other."""
        shaped = self._shapes.joined(text, self._units, True)
        if shaped is None:
            return None
        width, glyphs = shaped
        return _single(_ZERO, width, glyphs, text)

    cdef OneLine one(self, text):
        """Return the line of a paragraph of one text; None where it isn't known."""
        cdef bint has_figures, is_odd
        cdef PyObject *found = self._found(text, &has_figures, &is_odd)
        if found != NULL:
            return _filled(self._item, <object>found, text)
        if has_figures:
            return None
        shaped = self._shapes.joined(text, self._units, False)
        if shaped is None or not <double>(<tuple>shaped)[0] < self._px:
            return None
        width, glyphs = shaped
        return _single(self._item, width, glyphs, text)


cdef object _known_lines(places, text):
    """Return the lines of a text, filled with its figures."""
    cdef list pieces = []
    for start, end, figures in places:
        if start == 0 and end == PyUnicode_GET_LENGTH(text) and len(places) == 1:
            return _filled(_ZERO, figures, text)
        pieces.append(_filled(_ZERO, figures, PyUnicode_Substring(text, start, end)))
    return _several(pieces, len(pieces), False)


cdef object _lines_of(places, text):
    """Return the same as plain objects."""
    if type(places) is tuple and len(<tuple>places) == 1:
        start, end, figures = (<tuple>places)[0]
        if start == 0 and end == PyUnicode_GET_LENGTH(text):
            return _set_lines((_line(_ZERO, figures, text),), 1)
    cdef list lines = []
    for start, end, figures in places:
        lines.append(_line(_ZERO, figures, PyUnicode_Substring(text, start, end)))
    return _set_lines(tuple(lines), len(lines))


cpdef object figure_lines(dict patterns, bytes zeros, text):
    """Return the lines of a text with the figures of a pattern that is among these; None for another."""
    cdef PyObject *known = PyDict_GetItemWithError(patterns, pattern_of(text, zeros))
    return None if known == NULL else _lines_of(<object>known, text)


cpdef object figure_line(dict patterns, bytes zeros, item, text):
    """Return the line of a text with the figures of a pattern that is among these; None for another."""
    cdef PyObject *known = PyDict_GetItemWithError(patterns, pattern_of(text, zeros))
    return None if known == NULL else ([_line(item, <object>known, text)], [(item,)])


cdef object _keep(lines, key, found):
    if PyDict_Size(lines) < <Py_ssize_t>lines.most:
        PyDict_SetItem(lines, key, found)
    else:
        lines.keep(key, found)
    return found


cdef object _run(lines, Quick quick, text):
    """Return the lines of a text, made now if they aren't kept."""
    cdef bint may_be_words
    cdef PyObject *kept
    found = quick.known(text, &may_be_words)
    if found is not None:
        return found
    kept = PyDict_GetItemWithError(lines, text)
    if kept != NULL:
        return <object>kept
    kept = PyDict_GetItemWithError(<dict?>lines.older, text)
    if kept != NULL:
        return _keep(lines, text, <object>kept)
    if may_be_words:
        found = quick.words(text)
        if found is not None:
            return _keep(lines, text, found)
    return lines[text]


cdef object _shown_of(paragraph, list templates, tuple values):
    """Return the lines of a paragraph with these values, and what is seen on each."""
    cdef PyObject *known
    quick = paragraph.quick
    if type(quick) is Quick:
        (template,) = templates
        text = _joined(template, values)
        found = (<Quick>quick).one(text)
        if found is not None:
            return [(<OneLine>found).line()], [(<Quick>quick)._shown]
        texts = (text,)
    else:
        texts = tuple([_joined(template, values) for template in templates])
    known = PyDict_GetItemWithError(paragraph, texts)
    return <object>known if known != NULL else paragraph[texts]


cdef object _joined(tuple template, tuple values):
    """Return a template with these values in its slots."""
    cdef Py_ssize_t slot
    cdef list pieces = []
    for piece in template:
        if not isinstance(piece, str):
            slot = piece
            if not 0 <= slot < len(values):
                raise IndexError("tuple index out of range")
            piece = str(values[slot])
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else "".join(pieces)


def set_paragraphs(list paragraphs not None, tuple values not None):
    """Return the lines of these paragraphs with these values in the templates of their texts."""
    cdef list lines = [], shown = []
    for paragraph, templates in paragraphs:
        own_lines, own_shown = _shown_of(paragraph, templates, values)
        lines.extend(own_lines)
        shown.extend(own_shown)
    return _set_lines(lines, tuple(shown))


cdef object _items(lines, tuple key):
    """Return the lines of several items, made now if they aren't kept."""
    cdef PyObject *kept = PyDict_GetItemWithError(lines, key)
    if kept != NULL:
        return <object>kept
    kept = PyDict_GetItemWithError(<dict?>lines.older, key)
    if kept != NULL:
        return _keep(lines, key, <object>kept)
    fonts = lines.fonts
    asked = fonts.asked
    found = set_paragraphs(lines.paragraphs, key)
    return _keep(lines, key, found) if asked == fonts.asked else lines[key]  # letters of other fonts may raise lines


cdef class Block:
    """Paragraphs of one text each, by the slots of a section."""

    cdef list _paragraphs  # (quick, template)
    cdef tuple _structure

    @staticmethod
    cdef Block of(lines, tuple slots):
        """Return what sets several items so; None where they aren't such paragraphs."""
        cdef Block made = Block.__new__(Block)
        cdef list structure = []
        made._paragraphs = []
        for paragraph, templates in getattr(lines, "paragraphs", ()):
            if type(paragraph.quick) is not Quick or len(templates) != 1:
                return None
            if not all([isinstance(piece, str) or 0 <= piece < len(slots) for piece in templates[0]]):
                return None
            template = [piece if isinstance(piece, str) else slots[piece] for piece in templates[0]]
            made._paragraphs.append((paragraph.quick, template))
            structure.append((<Quick>paragraph.quick)._shown)
        made._structure = tuple(structure)
        return made if structure else None

    cdef object set(self, list values):
        """Return the lines; None where one isn't known. They aren't kept: most are an address or a number."""
        cdef list pieces = []
        for quick, template in self._paragraphs:
            text = _text(<list>template, values)
            if text is None:
                return None
            one = (<Quick>quick).one(text)
            if one is None:
                return None
            pieces.append(one)
        return _several(pieces, self._structure, True)


cdef object _key(tuple slots, list values):
    """Return the values of these slots; None where one is out of range."""
    cdef Py_ssize_t number, slot
    cdef list key = []
    for number in range(len(slots)):
        slot = slots[number]
        if not 0 <= slot < len(values):
            return None
        key.append(values[slot])
    return tuple(key)


cdef object _text(list template, list values):
    """Return a template with texts in its slots; None where a slot is out of range or no text."""
    cdef Py_ssize_t slot
    cdef list pieces = []
    if len(template) == 1 and type(template[0]) is int:
        slot = template[0]
        piece = values[slot] if 0 <= slot < len(values) else None
        return piece if isinstance(piece, str) else None
    for piece in template:
        if not isinstance(piece, str):
            slot = piece
            if not 0 <= slot < len(values):
                return None
            piece = values[slot]
            if not isinstance(piece, str):
                return None
        pieces.append(piece)
    return "".join(pieces)


cdef struct Step:
    int way
    Py_ssize_t place, slot
    PyObject *leaf
    PyObject *lines
    PyObject *slots
    PyObject *quick


cdef class Steps:
    """Leaves to set: (place, leaf, what it looks up, by which slots) of each, as `Leaf.look_up` says."""

    cdef Step *_steps
    cdef Py_ssize_t _count
    cdef list _held

    def __cinit__(self, list others not None):
        cdef Py_ssize_t number
        cdef Step *step
        self._held = []
        self._steps = <Step *>PyMem_Malloc((len(others) + 1) * sizeof(Step))
        if self._steps == NULL:
            raise MemoryError
        for number, (place, leaf, lines, slots) in enumerate(others):
            quick = None if lines is None else getattr(lines, "quick", None)
            if type(slots) is tuple and isinstance(lines, dict):
                quick = Block.of(lines, <tuple>slots)
            self._held.append((leaf, lines, slots, quick))
            step = &self._steps[number]
            step.place, step.slot, step.way = place, 0, ANY
            step.leaf, step.lines, step.slots = <PyObject *>leaf, <PyObject *>lines, <PyObject *>slots
            step.quick = <PyObject *>quick
            if type(slots) is tuple and isinstance(lines, dict):
                step.way = ITEMS
            elif type(quick) is Quick and isinstance(lines, dict):
                if type(slots) is int:
                    step.way, step.slot = RUN, slots
                elif type(slots) is list:
                    step.way = TEMPLATE
        self._count = len(others)

    def __dealloc__(self):
        PyMem_Free(self._steps)

    cdef object _set(self, Step *step, list values):
        """Return what `leaf.set(values)` does."""
        cdef object text
        if step.way == RUN:
            if 0 <= step.slot < len(values):
                text = values[step.slot]
                if PyUnicode_Check(text):
                    return _run(<object>step.lines, <Quick>step.quick, text)
        elif step.way == ITEMS:
            if step.quick != <PyObject *>None:
                found = (<Block>step.quick).set(values)
                if found is not None:
                    return found
            key = _key(<tuple>step.slots, values)
            if key is not None:
                return _items(<object>step.lines, key)
        elif step.way == TEMPLATE:
            text = _text(<list>step.slots, values)
            if text is not None:
                return _run(<object>step.lines, <Quick>step.quick, text)
        return (<object>step.leaf).set(values)

    def only(self, list values not None):
        """Return the lines of the only leaf."""
        if self._count != 1:
            raise ValueError("not one leaf")
        return self._set(self._steps, values)

    cpdef set(self, list values, list lines, Py_ssize_t first, list structures):
        """Set the leaves by the slots of their section: the lines of its first stand in this place of all lines."""
        cdef Py_ssize_t number, place
        cdef PyObject *structure
        if values is None or lines is None or structures is None:
            raise TypeError("values, lines and structures are lists")
        for number in range(self._count):
            found = self._set(&self._steps[number], values)
            place = self._steps[number].place + first
            if not 0 <= place < len(lines):
                raise IndexError("list assignment index out of range")
            lines[place] = found
            if type(found) is OneLine:
                structures.append(_ONE)
                continue
            if type(found) is SomeLines:
                structures.append(<object>(<SomeLines>found)._structure)
                continue
            structure = (<PyObject **>(<char *><PyObject *>found + _STRUCTURE))[0] if type(found) is _SET_LINES else NULL
            structures.append(found.structure if structure == NULL else <object>structure)


def set_leaves(others, list values not None, list lines not None, Py_ssize_t first, list structures not None):
    """Set these leaves of a section by its slots: the lines of the first of all stand in this place."""
    cdef Steps steps = others if type(others) is Steps else Steps(others)
    steps.set(values, lines, first, structures)


def set_sections(forms, slots, fixed_of):
    """Return the lines of sections with these slots of each, and their structures.

    `fixed_of` is asked for what a section has for every customer where that isn't known.
    """
    cdef list lines = [], structures = [], every = list(forms), own = list(slots)
    cdef Py_ssize_t number, first
    if len(every) != len(own):
        raise ValueError("as many sections as slots of sections")
    for number in range(len(every)):
        form = every[number]
        fixed = form.fixed
        if fixed is None:
            fixed = form.fixed = fixed_of(form, own[number])
        first = len(lines)
        if not PyTuple_Check(fixed) or PyTuple_GET_SIZE(fixed) < 2:  # by its items: those of a named one are asked slowly
            raise TypeError("no lines of a section")
        lines += <object>PyTuple_GET_ITEM(fixed, 0)
        (<Steps?><object>PyTuple_GET_ITEM(fixed, 1)).set(own[number], lines, first, structures)
    return lines, tuple(structures)
