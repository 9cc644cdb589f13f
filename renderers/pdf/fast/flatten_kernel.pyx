"""Takes communications apart as `flatten` does, by a table of steps over the slots of the views.

Signatures are bytes here. Each value is written so that it is known where it ends: equal bytes are of equal values.
What isn't of the very class that its view declares is left to Python: the whole communication is.
"""

from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.list cimport PyList_GET_ITEM, PyList_New, PyList_SET_ITEM
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from cpython.unicode cimport PyUnicode_Tailmatch
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy

cdef extern from *:
    """
    #include <structmember.h>

    /* Where the objects of a class have the slot of this descriptor; -1 if it is none of that class. */
    static Py_ssize_t place_of_slot(PyObject *slot, PyObject *kind) {
        PyMemberDef *member;
        if (Py_TYPE(slot) != &PyMemberDescr_Type || (PyObject *)PyDescr_TYPE(slot) != kind) return -1;
        member = ((PyMemberDescrObject *)slot)->d_member;
        return member->type == T_OBJECT_EX ? member->offset : -1;
    }
    """
    Py_ssize_t place_of_slot(object slot, object kind)

cdef extern from "Python.h":
    PyObject *Py_None
    PyObject *Py_True
    PyObject *Py_False
    bint PyUnicode_Check(PyObject *value)
    bint PyUnicode_CheckExact(PyObject *value)
    int PyUnicode_READY(PyObject *value) except -1
    Py_ssize_t PyUnicode_GET_LENGTH(PyObject *value)
    int PyUnicode_KIND(PyObject *value)
    void *PyUnicode_DATA(PyObject *value)
    bint PyUnicode_IS_ASCII(PyObject *value)
    Py_UCS4 PyUnicode_MAX_CHAR_VALUE(PyObject *value)
    object PyUnicode_New(Py_ssize_t size, Py_UCS4 most)
    Py_ssize_t PyUnicode_CopyCharacters(object to, Py_ssize_t at, PyObject *of, Py_ssize_t start, Py_ssize_t size) except -1
    bint PyTuple_CheckExact(PyObject *value)
    Py_ssize_t PyTuple_GET_SIZE(PyObject *value)
    PyObject *PyTuple_GET_ITEM(PyObject *value, Py_ssize_t place)
    bint PyLong_CheckExact(PyObject *value)
    long long PyLong_AsLongLongAndOverflow(PyObject *value, int *overflow) except? -1
    bint PyFloat_CheckExact(PyObject *value)
    double PyFloat_AS_DOUBLE(PyObject *value)
    PyObject *Py_TYPE(PyObject *value)
    Py_ssize_t PY_SSIZE_T_MAX

cdef enum Way:
    FACT, TEXT, BLOCK, SAID, PLAIN, NAME, STRING, SIZE, OPTIONAL, ITEMS, VIEW, PICTURE

WAYS = (
    "fact", "text", "block", "said", "plain", "name", "string", "size", "optional", "items", "view", "picture",
)

cdef str ADDRESS = "https://"

cdef enum:
    TAKEN = 0
    ODD = 1  # to be left to Python
    LONGEST_HOST = 255

cdef struct Op:
    int way
    int end  # the operation after all that are below
    bint is_measured
    Py_ssize_t place  # of its value in the view above
    PyObject *kind

cdef struct RootOp:
    Py_ssize_t outer  # -1: `inner` is a place of the communication itself
    Py_ssize_t inner
    PyObject *kind  # of the view between
    int first  # its operation

cdef struct Out:
    unsigned char *data
    Py_ssize_t size
    Py_ssize_t room


cdef int put(Out *out, const void *data, Py_ssize_t size) except -1:
    cdef Py_ssize_t room
    cdef void *larger
    if out.room - out.size < size:
        room = 2 * out.room + size
        larger = realloc(out.data, room)
        if larger == NULL:
            raise MemoryError
        out.data, out.room = <unsigned char *>larger, room
    memcpy(out.data + out.size, data, size)
    out.size += size
    return TAKEN

cdef inline int put_byte(Out *out, unsigned char value) except -1:
    return put(out, &value, 1)

cdef inline int put_count(Out *out, Py_ssize_t value) except -1:
    return put(out, &value, sizeof(Py_ssize_t))

cdef int put_string(Out *out, PyObject *text) except -1:
    cdef int kind = PyUnicode_KIND(text)  # the least that holds its letters, so equal texts are equal bytes
    put_byte(out, kind)
    put_count(out, PyUnicode_GET_LENGTH(text))
    return put(out, PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text) * kind)

cdef inline PyObject *slot(PyObject *view, Py_ssize_t place) noexcept:
    return (<PyObject **>(<char *>view + place))[0]


cdef Py_ssize_t place(object kind, str field) except -1:
    cdef Py_ssize_t found = place_of_slot(getattr(kind, field), kind)
    if found < 0:
        raise TypeError(f"{kind.__name__} has no slot `{field}`")
    return found


cdef class Walker:
    """Takes communications apart. `kinds` are the classes Communication, Fact, Text, TextBlock and QrRows; `hosts` are
    those whose addresses may be printed, `bounds` those of lengths; None where each length is told by itself.
    """

    cdef Op *_ops
    cdef RootOp *_roots
    cdef int _root_count
    cdef tuple _bounds
    cdef object _kept, _hosts
    cdef PyObject *_communication
    cdef PyObject *_fact
    cdef PyObject *_text
    cdef PyObject *_block
    cdef PyObject *_rows
    cdef Py_ssize_t _fact_text, _parts, _rows_size

    def __cinit__(self, roots, tuple kinds, hosts, bounds):
        communication, fact, text, block, rows = kinds
        self._kept = (roots, kinds)
        self._communication, self._fact, self._text = <PyObject *>communication, <PyObject *>fact, <PyObject *>text
        self._block, self._rows = <PyObject *>block, <PyObject *>rows
        self._fact_text, self._parts = place(fact, "text"), place(block, "parts")
        self._rows_size = place(rows, "size")
        self._hosts = frozenset([host.encode("utf-8", "surrogatepass") for host in hosts])
        self._bounds = bounds
        self._set_roots(roots, communication)

    def __dealloc__(self):
        free(self._ops)
        free(self._roots)

    cdef _set_roots(self, tuple roots, communication):
        cdef list ops = []
        cdef int number
        self._roots = <RootOp *>malloc((len(roots) + 1) * sizeof(RootOp))
        if self._roots == NULL:
            raise MemoryError
        for number, (path, kind, step) in enumerate(roots):
            self._roots[number].outer = place(communication, path[0]) if len(path) > 1 else -1
            self._roots[number].inner = place(kind, path[len(path) - 1])
            self._roots[number].kind = <PyObject *>kind
            self._roots[number].first = len(ops)
            _list_ops(step, None, ops)
        self._root_count = len(roots)
        self._ops = <Op *>malloc((len(ops) + 1) * sizeof(Op))
        if self._ops == NULL:
            raise MemoryError
        for number, (way, end, is_measured, above, kind) in enumerate(ops):
            self._ops[number].way, self._ops[number].end = WAYS.index(way), end
            self._ops[number].is_measured, self._ops[number].place = is_measured, above
            self._ops[number].kind = <PyObject *>kind

    def taken(self, communication, tuple sections, bint by_root):
        """Return the signature, and the slots of sections, each of the roots of these numbers; None where it is left
        to Python. With `by_root`, a signature of each root.
        """
        cdef int number, count = self._root_count
        cdef list slots = [], found = []
        cdef tuple section
        cdef Out out
        cdef Py_ssize_t *starts = <Py_ssize_t *>malloc(2 * (count + 1) * sizeof(Py_ssize_t))
        cdef Py_ssize_t *cuts = starts + count + 1
        out.size, out.room = 0, 2048
        out.data = <unsigned char *>malloc(out.room)
        try:
            if out.data == NULL or starts == NULL:
                raise MemoryError
            for number in range(count):
                starts[number], cuts[number] = len(slots), out.size
                if self._root(number, <PyObject *>communication, slots, &out) != TAKEN:
                    return None
            starts[count], cuts[count] = len(slots), out.size
            for section in sections:
                found.append(self._joined(section, slots, starts))
            if not by_root:
                return PyBytes_FromStringAndSize(<char *>out.data, out.size), found
            return tuple([
                PyBytes_FromStringAndSize(<char *>out.data + cuts[number], cuts[number + 1] - cuts[number])
                for number in range(count)
            ]), found
        finally:
            free(starts)
            free(out.data)

    cdef list _joined(self, tuple section, list slots, Py_ssize_t *starts):
        cdef Py_ssize_t size = 0, at = 0, place
        cdef int number
        for number in section:
            if number < 0 or number >= self._root_count:
                raise IndexError("no root has this number")
            size += starts[number + 1] - starts[number]
        cdef list joined = PyList_New(size)
        for number in section:
            for place in range(starts[number], starts[number + 1]):
                value = <object>PyList_GET_ITEM(slots, place)
                Py_INCREF(value)  # the list takes it over
                PyList_SET_ITEM(joined, at, value)
                at += 1
        return joined

    cdef int _root(self, int number, PyObject *communication, list slots, Out *out) except -1:
        cdef RootOp *root = &self._roots[number]
        cdef PyObject *view = communication
        if Py_TYPE(view) != self._communication:
            return ODD
        if root.outer >= 0:
            view = slot(view, root.outer)
            if view == NULL or Py_TYPE(view) != root.kind:
                return ODD
        return self._take(root.first, slot(view, root.inner), slots, out)

    cdef int _take(self, int at, PyObject *value, list slots, Out *out) except -1:
        cdef Op *op = &self._ops[at]
        cdef Py_ssize_t number
        cdef int own
        if value == NULL:
            return ODD
        if op.way == FACT:
            return self._fact_of(value, op.is_measured, slots, out)
        if op.way == TEXT:
            return self._said(value, False, slots, out)
        if op.way == BLOCK:
            return self._block_of(value, op.is_measured, slots, out)
        if op.way == OPTIONAL:
            put_byte(out, value != Py_None)
            return TAKEN if value == Py_None else self._take(at + 1, value, slots, out)
        if op.way >= VIEW:
            if Py_TYPE(value) != op.kind:
                return ODD
            if op.way == PICTURE:
                slots.append(<object>value)
            own = at + 1
            while own < op.end:
                if self._take(own, slot(value, self._ops[own].place), slots, out) != TAKEN:
                    return ODD
                own = self._ops[own].end
            return TAKEN
        if op.way == ITEMS:
            if not PyTuple_CheckExact(value):
                return ODD
            put_count(out, PyTuple_GET_SIZE(value))
            for number in range(PyTuple_GET_SIZE(value)):
                if self._take(at + 1, PyTuple_GET_ITEM(value, number), slots, out) != TAKEN:
                    return ODD
            return TAKEN
        if op.way == PLAIN:
            return self._plain(value, op.kind, out)
        if op.way == NAME:
            return self._name(value, out)
        if op.way == SIZE:
            return self._size(value, out)
        if op.way == STRING:
            return self._string(value, slots, out)
        put_byte(out, Py_TYPE(value) == self._text)  # a template may ask a fact or a block for its text
        if Py_TYPE(value) == self._text:
            return self._said(value, False, slots, out)
        if Py_TYPE(value) == self._fact:
            return self._fact_of(value, op.is_measured, slots, out)
        return self._block_of(value, op.is_measured, slots, out)

    cdef int _said(self, PyObject *text, bint is_measured, list slots, Out *out) except -1:
        """Add a text. Whether there is any can be seen by a template, and if it is measured how much."""
        cdef Py_ssize_t length, under = 0
        if text == NULL or not PyUnicode_Check(text):
            return ODD
        PyUnicode_READY(text)
        slots.append(<object>text)
        length = PyUnicode_GET_LENGTH(text)
        put_byte(out, length > 0)
        if not is_measured:
            return TAKEN
        if self._bounds is None:
            return put_count(out, length)
        for bound in self._bounds:
            under += <Py_ssize_t>bound < length
        return put_count(out, under)

    cdef int _fact_of(self, PyObject *fact, bint is_measured, list slots, Out *out) except -1:
        if Py_TYPE(fact) != self._fact:
            return ODD
        return self._said(slot(fact, self._fact_text), is_measured, slots, out)

    cdef int _block_of(self, PyObject *block, bint is_measured, list slots, Out *out) except -1:
        cdef PyObject *parts
        cdef PyObject *part
        cdef Py_ssize_t number, size = 0, at = 0
        cdef Py_UCS4 most = 0
        if block == NULL or Py_TYPE(block) != self._block:
            return ODD
        parts = slot(block, self._parts)
        if parts == NULL or not PyTuple_CheckExact(parts):
            return ODD
        for number in range(PyTuple_GET_SIZE(parts)):
            part = self._part(PyTuple_GET_ITEM(parts, number))
            if part == NULL:
                return ODD
            PyUnicode_READY(part)
            if PyUnicode_GET_LENGTH(part) > PY_SSIZE_T_MAX - size:
                return ODD
            size += PyUnicode_GET_LENGTH(part)
            most = max(most, PyUnicode_MAX_CHAR_VALUE(part))
        if PyTuple_GET_SIZE(parts) == 1:
            return self._said(part, is_measured, slots, out)
        text = PyUnicode_New(size, most)
        for number in range(PyTuple_GET_SIZE(parts)):
            part = self._part(PyTuple_GET_ITEM(parts, number))
            at += PyUnicode_CopyCharacters(text, at, part, 0, PyUnicode_GET_LENGTH(part))
        return self._said(<PyObject *>text, is_measured, slots, out)

    cdef PyObject *_part(self, PyObject *part) noexcept:
        """Return the text of a block's part, NULL where it has none."""
        if Py_TYPE(part) == self._fact:
            part = slot(part, self._fact_text)
        return part if part != NULL and PyUnicode_Check(part) else NULL

    cdef int _plain(self, PyObject *value, PyObject *kind, Out *out) except -1:
        cdef int overflow = 0
        cdef long long whole
        cdef double real
        if value == Py_True or value == Py_False:
            return put_byte(out, c"T" if value == Py_True else c"F")
        if value == NULL:
            return ODD
        if PyLong_CheckExact(value):
            whole = PyLong_AsLongLongAndOverflow(value, &overflow)
            if overflow:
                return ODD
            put_byte(out, c"i")
            return put(out, &whole, sizeof(whole))
        if PyFloat_CheckExact(value):
            real = PyFloat_AS_DOUBLE(value)
            put_byte(out, c"r")
            return put(out, &real, sizeof(real))
        if kind == NULL or Py_TYPE(value) != kind:
            return ODD
        put_byte(out, c"e")  # members of an enum are there as long as the class
        return put(out, &value, sizeof(value))

    cdef int _size(self, PyObject *rows, Out *out) except -1:
        """Add how many modules a symbol has in a row."""
        if Py_TYPE(rows) == self._rows:
            return self._plain(slot(rows, self._rows_size), NULL, out)
        size = <object>PyTuple_GET_SIZE(rows) if PyTuple_CheckExact(rows) else None
        return self._plain(<PyObject *>size, NULL, out)

    cdef int _name(self, PyObject *value, Out *out) except -1:
        """Add a string that is part of the signature."""
        if not (PyUnicode_CheckExact(value) or Py_TYPE(value) == self._text):
            return ODD
        PyUnicode_READY(value)
        return put_string(out, value)

    cdef int _string(self, PyObject *value, list slots, Out *out) except -1:
        if not PyUnicode_Check(value):
            return ODD
        PyUnicode_READY(value)
        if PyUnicode_Tailmatch(<object>value, ADDRESS, 0, PY_SSIZE_T_MAX, -1):
            if not PyUnicode_IS_ASCII(value):
                return ODD
            slots.append(<object>value)
            if self._is_plain_address(<unsigned char *>PyUnicode_DATA(value), PyUnicode_GET_LENGTH(value)):
                return put_byte(out, 0)  # no string is of this kind
        return self._name(value, out)

    cdef bint _is_plain_address(self, const unsigned char *data, Py_ssize_t length) except -1:
        """Whether an address is one that templates may print: of a known host, and nothing to be escaped in it."""
        cdef char host[LONGEST_HOST]
        cdef Py_ssize_t at = 8, size = 0
        cdef unsigned char letter
        cdef bint is_host = True
        while at < length:
            letter = data[at]
            if letter <= 32 or letter == 127 or letter in b"<>\"'`\\":
                return False
            if letter in b"/?#":
                is_host = False
            if is_host:
                if size == LONGEST_HOST:
                    return False
                host[size] = letter + 32 if c"A" <= letter <= c"Z" else letter
                size += 1
            at += 1
        return size > 0 and PyBytes_FromStringAndSize(host, size) in self._hosts


def _list_ops(step, view, list ops):
    """Add a step and all that are below it; `view` is the class whose field it is, None for others."""
    way, field, kind, is_measured, below = step
    number = len(ops)
    above = -1 if view is None else place(view, field)
    ops.append(None)
    for own in below:
        _list_ops(own, kind if way in ("view", "picture") else None, ops)
    ops[number] = (way, len(ops), is_measured, above, kind)
