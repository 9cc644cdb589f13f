"""Leaves set natively: looked up by their text, and lines made of figures whose pattern is known.

Twins: `pattern_of` and `filler` in figures.py, `figure_lines` in run_lines.py, `figure_line` in
paragraph.py, `set_paragraphs` in item_lines.py, `set_leaves` in setting.py.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_GetItemWithError, PyDict_SetItem, PyDict_Size
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from libc.string cimport memcpy

from types import MemberDescriptorType

from renderers.pdf.fast.model import Line, Segment, SetLines

cdef extern from "Python.h":
    int PyUnicode_KIND(object text)
    void *PyUnicode_DATA(object text)
    unsigned int PyUnicode_READ(int kind, void *data, Py_ssize_t place)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    int PyUnicode_IS_ASCII(object text)
    bint PyUnicode_Check(object text)
    object PyUnicode_Substring(object text, Py_ssize_t start, Py_ssize_t end)
    object PyType_GenericAlloc(type kind, Py_ssize_t count)

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
cdef object _ZERO = 0, _NONE = 0.0
cdef enum:
    CODE = 4  # hexadecimal digits of a glyph's code


cdef inline void _put(object made, Py_ssize_t offset, object value):
    """Fill an empty slot of a new object."""
    Py_INCREF(value)
    (<PyObject **>(<char *><PyObject *>made + offset))[0] = <PyObject *>value


cdef object _line(item, figures, text):
    """Return a line of one segment, filled with the figures of a text."""
    width, fill = figures
    glyphs = (<Filler>fill).fill(text) if type(fill) is Filler else fill(text)
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


cdef object _set_lines(lines, structure):
    found = PyType_GenericAlloc(_SET_LINES, 0)
    _put(found, _LINES, lines)
    _put(found, _STRUCTURE, structure)
    return found


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
    cdef unsigned char *out = <unsigned char *>PyBytes_AS_STRING(found)
    cdef unsigned char *table = <unsigned char *>PyBytes_AS_STRING(zeros)
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
        if not PyUnicode_Check(text):
            raise TypeError("not a text")
        cdef Py_ssize_t number, place, count = PyUnicode_GET_LENGTH(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        cdef unsigned int digit
        cdef bytes found = PyBytes_FromStringAndSize(PyBytes_AS_STRING(self._template), PyBytes_GET_SIZE(self._template))
        cdef char *out = PyBytes_AS_STRING(found)
        for number in range(self._count):
            place = self._spots[2 * number + 1]
            if place < 0 or place >= count:
                raise KeyError("")
            digit = PyUnicode_READ(kind, data, place)
            if digit < 48 or digit > 57 or not self._has[digit - 48]:
                raise KeyError(chr(digit))
            memcpy(out + self._spots[2 * number], &self._codes[(digit - 48) * CODE], CODE)
        return found

    def __call__(self, text):
        return self.fill(text)


def filler(template, places, runs):
    """Return what fills the places of a template by the digits that stand in these places of a text."""
    return Filler(template, places, runs.codes)


cpdef object figure_lines(dict patterns, bytes zeros, text):
    """Return the lines of a text with the figures of a pattern that is among these; None for another."""
    cdef PyObject *known = PyDict_GetItemWithError(patterns, pattern_of(text, zeros))
    if known == NULL:
        return None
    places = <object>known
    cdef list lines = []
    for start, end, figures in places:
        lines.append(_line(_ZERO, figures, PyUnicode_Substring(text, start, end)))
    return _set_lines(tuple(lines), len(lines))


cpdef object figure_line(dict patterns, bytes zeros, item, text):
    """Return the line of a text with the figures of a pattern that is among these; None for another."""
    cdef PyObject *known = PyDict_GetItemWithError(patterns, pattern_of(text, zeros))
    return None if known == NULL else ([_line(item, <object>known, text)], [(item,)])


cdef object _missed(lines, key, bint is_run):
    """Return what is made, or was kept, for a text or the texts of a paragraph that aren't there."""
    cdef PyObject *kept = PyDict_GetItemWithError(<dict?>lines.older, key)
    if kept != NULL:
        found = <object>kept
    else:
        quick = lines.quick
        if quick is None:
            return lines[key]
        if is_run:
            patterns, zeros = quick
            found = figure_lines(patterns, zeros, key)
        else:
            patterns, zeros, item = quick
            (text,) = key
            found = figure_line(patterns, zeros, item, text)
        if found is None:
            return lines[key]
    if PyDict_Size(lines) < <Py_ssize_t>lines.most:
        PyDict_SetItem(lines, key, found)
    else:
        lines.keep(key, found)
    return found


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
    cdef PyObject *known
    cdef list lines = [], shown = []
    for paragraph, templates in paragraphs:
        texts = tuple([_joined(template, values) for template in templates])
        known = PyDict_GetItemWithError(paragraph, texts)
        own_lines, own_shown = <object>known if known != NULL else _missed(paragraph, texts, False)
        lines.extend(own_lines)
        shown.extend(own_shown)
    return _set_lines(lines, tuple(shown))


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


cdef object _set(leaf, lines, slots, list values):
    """Return what `leaf.set(values)` does."""
    cdef Py_ssize_t slot
    cdef bint is_run = type(slots) is int
    cdef PyObject *known
    if is_run:
        slot = slots
        if not 0 <= slot < len(values):
            return leaf.set(values)
        key = values[slot]
    else:
        key = _key(slots, values)
        if key is None:
            return leaf.set(values)
    known = PyDict_GetItemWithError(lines, key)
    if known != NULL:
        return <object>known
    return _missed(lines, key, True) if is_run and PyUnicode_Check(key) else lines[key]


def set_leaves(list others not None, list values not None, list lines not None, Py_ssize_t first, list structures not None):
    """Set these leaves of a section by its slots: the lines of the first of all stand in this place."""
    cdef Py_ssize_t place
    cdef PyObject *structure
    for place, leaf, own, slots in others:
        found = leaf.set(values) if own is None else _set(leaf, own, slots, values)
        place += first
        if not 0 <= place < len(lines):
            raise IndexError("list assignment index out of range")
        lines[place] = found
        structure = (<PyObject **>(<char *><PyObject *>found + _STRUCTURE))[0] if type(found) is _SET_LINES else NULL
        structures.append(found.structure if structure == NULL else <object>structure)
