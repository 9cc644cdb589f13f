"""What `program`, `syntax`, `links`, `members` and `xref` do for each customer, natively; see there for what it is.

Lines and segments are read by the place of their slots, and numbers are written by whole numbers where those say
for sure how the decimal one is rounded. A program is taken apart when it runs first: all its bytes in one piece, and
a table of what comes in between.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_CheckExact
from cpython.list cimport PyList_GET_ITEM, PyList_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.object cimport PyObject
from cpython.sequence cimport PySequence_GetItem
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ
from libc.math cimport fabs, floor, signbit
from libc.string cimport memcpy, strchr, strlen, strstr

from renderers.pdf.fast.figures import KERNEL
from renderers.pdf.fast.model import Line, Segment, SetLines, TextSpot, Unfillable

cdef extern from "Python.h":
    ctypedef struct PyTypeObject:
        void* tp_getattro
    PyTypeObject* Py_TYPE(object)
    void* PyObject_GenericGetAttr
    bint PyUnicode_IS_ASCII(object)
    bint PyTuple_Check(object)
    int PyUnicode_READY(object) except -1
    const char* PyUnicode_AsUTF8AndSize(object, Py_ssize_t*) except NULL

cdef extern from *:
    """
    #include <structmember.h>
    /* Where a slot of this descriptor is in its objects; -1 where it is no plain slot. */
    static Py_ssize_t slot_offset(PyObject* found) {
        PyMemberDef* member;
        if (Py_TYPE(found) != &PyMemberDescr_Type) return -1;
        member = ((PyMemberDescrObject*)found)->d_member;
        return member->type == T_OBJECT_EX ? member->offset : -1;
    }
    """
    Py_ssize_t slot_offset(object)

cdef double PT_PER_PX = 0.75
cdef object _NOTHING = 0.0
cdef list _NO_PICTURES = []
cdef double _SURE = 1e10  # below, a product is wrong by less than 2e-6
cdef dict _MODES = {"left": 0, "right": 1, "center": 2}
cdef const char* _HEX = b"0123456789abcdef"
cdef bint[128] _IS_OF_URI
cdef int _code
for _code in range(128):
    _IS_OF_URI[_code] = _code and strchr(
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'*+,;=%", _code
    ) != NULL


cdef class Field:
    """An attribute, read by the place of its slot in objects of the kind that was seen last."""

    cdef str name
    cdef object kind  # held, so that no other takes its address
    cdef Py_ssize_t offset

    def __init__(self, str name):
        self.name = name

    cdef object of(self, object thing):
        cdef PyObject* value
        if type(thing) is self.kind:
            value = (<PyObject**>(<char*><PyObject*>thing + self.offset))[0]
            if value != NULL:
                return <object>value
        return self._found(thing)

    cdef object _found(self, object thing):
        kind = type(thing)
        cdef Py_ssize_t offset = slot_offset(getattr(kind, self.name, None))
        if offset > 0 and Py_TYPE(thing).tp_getattro == &PyObject_GenericGetAttr:
            self.kind, self.offset = kind, offset
        return getattr(thing, self.name)


cdef Field _lines = Field("lines"), _segments = Field("segments"), _glyphs = Field("glyphs")
cdef Field _x = Field("x"), _width = Field("width"), _line_width = Field("width")
cdef Field _steps = Field("steps"), _place = Field("place"), _address = Field("address"), _title = Field("title")


cdef object _item(object values, Py_ssize_t at):
    if type(values) is tuple:
        if 0 <= at < PyTuple_GET_SIZE(values):
            return <object>PyTuple_GET_ITEM(values, at)
    elif type(values) is list:
        if 0 <= at < PyList_GET_SIZE(values):
            return <object>PyList_GET_ITEM(values, at)
    return PySequence_GetItem(values, at)


def run(
    list operators not None, list texts not None, list aligns not None, list pictures not None, object lines, object slots,
    Py_ssize_t first=0, Py_ssize_t section=0,
):
    """Return the same as `program._run`."""
    cdef list out = operators[:]
    cdef Py_ssize_t count = PyList_GET_SIZE(out), place, leaf, at, own, of
    cdef int mode
    cdef double start, width, x
    for op in texts:
        place, leaf, at, own = op
        segment = _item(_segments.of(_item(_lines.of(_item(lines, first + leaf)), at)), own)
        _put(out, count, place, _glyphs.of(segment))
    for op in aligns:
        place, leaf, at, own, mode, start, width = op
        line = _item(_lines.of(_item(lines, first + leaf)), at)
        x = start + <double>_x.of(_item(_segments.of(line), own))
        if mode:
            x += (width - <double>_line_width.of(line)) / mode
        _put(out, count, place, fixed(x + 0.0, 3))
    for op in pictures:
        place, of, draw = op
        _put(out, count, place, draw(_item(slots, section + of)))
    return b"".join(out)


cdef int _put(list out, Py_ssize_t count, Py_ssize_t place, object said) except -1:
    if not -count <= place < count:
        raise IndexError("list assignment index out of range")
    out[place if place >= 0 else place + count] = said
    return 0


cdef enum Kind:
    TEXT, ALIGN, PICTURE, MARK


cdef struct Step:
    Kind kind
    int mode  # of an ALIGN
    Py_ssize_t upto  # the end of the bytes that come before it
    Py_ssize_t leaf  # of a PICTURE its number, of a MARK by how much it is more than the first
    Py_ssize_t line
    Py_ssize_t segment
    double start
    double width


cdef struct Room:
    char* data
    Py_ssize_t used
    Py_ssize_t size


cdef type _SET_LINES = SetLines, _LINE = Line, _SEGMENT = Segment
cdef Py_ssize_t _AT_LINES = slot_offset(SetLines.lines), _AT_SEGMENTS = slot_offset(Line.segments)
cdef Py_ssize_t _AT_WIDTH = slot_offset(Line.width), _AT_X = slot_offset(Segment.x)
cdef Py_ssize_t _AT_GLYPHS = slot_offset(Segment.glyphs)
if min(_AT_LINES, _AT_SEGMENTS, _AT_WIDTH, _AT_X, _AT_GLYPHS) < 0:
    raise TypeError("lines have no slots")
# Lines as the kernel sets them, and where they have what they hold.
cdef type _ONE_LINE = type("NoLine", (), {}) if KERNEL is None else KERNEL.OneLine
cdef type _SOME_LINES = type("NoLines", (), {}) if KERNEL is None else KERNEL.SomeLines
cdef Py_ssize_t _OF_WIDTH, _OF_GLYPHS, _OF_SIZE, _OF_OWN, _OF_PIECES
_OF_WIDTH, _OF_GLYPHS, _OF_SIZE, _OF_OWN, _OF_PIECES = (0,) * 5 if KERNEL is None else KERNEL.PLACES


cdef inline PyObject* _held(PyObject* one, Py_ssize_t place) noexcept:
    """Return what such a line holds there."""
    return (<PyObject**>(<char*>one + place))[0]


cdef inline PyObject* _one_line(PyObject* of_leaf, Py_ssize_t line) noexcept:
    """Return a line of a leaf as the kernel sets it; NULL where the leaf isn't set so, or has no such line."""
    if of_leaf == NULL or line < 0:
        return NULL
    if type(<object>of_leaf) is _ONE_LINE:
        return NULL if line else of_leaf
    if type(<object>of_leaf) is not _SOME_LINES:
        return NULL
    return _plain(_held(of_leaf, _OF_PIECES), line)


cdef class Steps:
    """A program taken apart: its bytes without those of its places, and what takes these, in their order."""

    cdef bytes still
    cdef Step* steps
    cdef Py_ssize_t count
    cdef list pictures

    def __dealloc__(self):
        PyMem_Free(self.steps)

    def numbered(self, Py_ssize_t mcid):
        """Return the same steps but for marks: they are numbered from `mcid` on, and written with what is still."""
        cdef Steps made = Steps.__new__(Steps)
        cdef Py_ssize_t number, begin = 0
        cdef char* still = PyBytes_AS_STRING(self.still)
        cdef Step* step
        cdef Step* less
        cdef Room room
        made.steps = <Step*>PyMem_Malloc((self.count + 1) * sizeof(Step))
        if made.steps == NULL:
            raise MemoryError
        room.data, room.used, room.size = NULL, 0, 0
        try:
            _hold(&room, PyBytes_GET_SIZE(self.still) + 8 * self.count)
            for number in range(self.count):
                step = &self.steps[number]
                _copy(&room, still + begin, step.upto - begin)
                begin = step.upto
                if step.kind == MARK:
                    _integer(&room, step.leaf + mcid)
                    continue
                made.steps[made.count] = step[0]
                made.steps[made.count].upto = room.used
                made.count += 1
            _copy(&room, still + begin, PyBytes_GET_SIZE(self.still) - begin)
            made.still = PyBytes_FromStringAndSize(room.data, room.used)
        finally:
            PyMem_Free(room.data)
        less = <Step*>PyMem_Realloc(made.steps, (made.count + 1) * sizeof(Step))
        if less != NULL:
            made.steps = less
        made.pictures = self.pictures
        return made


def taken_apart(
    list operators not None, list texts not None, list aligns not None, list pictures not None, list marks not None = []
):
    """Return the steps of a program; None where two want one place, or something is not as it usually is."""
    cdef Py_ssize_t count = len(texts) + len(aligns) + len(pictures) + len(marks), places = PyList_GET_SIZE(operators)
    cdef Steps made = Steps.__new__(Steps)
    cdef Step* listed = <Step*>PyMem_Malloc((count + 1) * sizeof(Step))
    cdef Py_ssize_t* at_place = <Py_ssize_t*>PyMem_Malloc((places + 1) * sizeof(Py_ssize_t))
    made.steps = <Step*>PyMem_Malloc((count + 1) * sizeof(Step))
    try:
        if listed == NULL or at_place == NULL or made.steps == NULL:
            raise MemoryError
        return made if _take_apart(made, listed, at_place, operators, texts, aligns, pictures, marks) else None
    finally:
        PyMem_Free(listed)
        PyMem_Free(at_place)


cdef bint _take_apart(
    Steps made, Step* listed, Py_ssize_t* at_place, list operators, list texts, list aligns, list pictures, list marks
) except -1:
    cdef Py_ssize_t places = PyList_GET_SIZE(operators), place, number = 0, before = -1
    cdef Step* step
    cdef list still = []
    for place in range(places):
        at_place[place] = -1
    made.pictures = []
    for op in texts:
        step = &listed[number]
        step.kind = TEXT
        place, step.leaf, step.line, step.segment = op
        if not _take(at_place, place, places, step, number):
            return 0
        number += 1
    for op in aligns:
        step = &listed[number]
        step.kind = ALIGN
        place, step.leaf, step.line, step.segment, step.mode, step.start, step.width = op
        if not _take(at_place, place, places, step, number):
            return 0
        number += 1
    for op in pictures:
        step = &listed[number]
        step.kind, step.line, step.segment = PICTURE, 0, 0
        place, step.leaf, draw = op
        if place <= before or not _take(at_place, place, places, step, number):
            return 0  # they are drawn in this order
        before = place
        made.pictures.append((step.leaf, draw))
        step.leaf = len(made.pictures) - 1
        number += 1
    for op in marks:
        step = &listed[number]
        step.kind, step.line, step.segment = MARK, 0, 0
        place, step.leaf = op
        if not _take(at_place, place, places, step, number):
            return 0
        number += 1
    number = 0
    before = 0  # bytes so far
    for place in range(places):
        if at_place[place] < 0:
            operator = operators[place]
            if type(operator) is not bytes:
                return 0
            still.append(operator)
            before += PyBytes_GET_SIZE(operator)
        else:
            made.steps[number] = listed[at_place[place]]
            made.steps[number].upto = before
            number += 1
    made.count, made.still = number, b"".join(still)
    return 1


cdef inline bint _take(Py_ssize_t* at_place, Py_ssize_t place, Py_ssize_t places, Step* step, Py_ssize_t number):
    """Give a place to a step; return 0 where it can't have it."""
    if not 0 <= place < places or at_place[place] >= 0 or min(step.leaf, step.line, step.segment) < 0:
        return 0
    at_place[place] = number
    return 1


cdef int _hold(Room* room, Py_ssize_t more) except -1:
    """Make room for so many bytes."""
    cdef Py_ssize_t size
    cdef char* data
    if room.size - room.used < more:
        size = 2 * (room.used + more)
        data = <char*>PyMem_Realloc(room.data, size)
        if data == NULL:
            raise MemoryError
        room.data, room.size = data, size
    return 0


cdef inline int _copy(Room* room, const char* said, Py_ssize_t size) except -1:
    _hold(room, size)
    memcpy(room.data + room.used, said, size)
    room.used += size
    return 0


cdef inline int _say(Room* room, object said) except -1:
    return _copy(room, PyBytes_AS_STRING(said), PyBytes_GET_SIZE(said))


cdef inline PyObject* _plain(PyObject* values, Py_ssize_t at) noexcept:
    """Return what stands there in a list or tuple; NULL where nothing does, or it is something else."""
    if type(<object>values) is tuple:
        return PyTuple_GET_ITEM(<object>values, at) if at < PyTuple_GET_SIZE(<object>values) else NULL
    if type(<object>values) is list:
        return PyList_GET_ITEM(<object>values, at) if at < PyList_GET_SIZE(<object>values) else NULL
    return NULL


cdef inline PyObject* _slot(PyObject* thing, type kind, Py_ssize_t offset) noexcept:
    """Return what a slot of such a thing holds; NULL where it holds nothing, or the thing is another."""
    return (<PyObject**>(<char*>thing + offset))[0] if thing != NULL and type(<object>thing) is kind else NULL


cdef bint _write(Steps steps, object lines, list drawn, Py_ssize_t first, Room* room) except -1:
    """Write a program; return 0 where something is not as it usually is, and the ordinary way must say what."""
    cdef Py_ssize_t number, begin = 0, size, leaf = -1, line = -1, segment = -1
    cdef char* still = PyBytes_AS_STRING(steps.still)
    cdef Step* step
    cdef PyObject* of_leaf = NULL
    cdef PyObject* of_line = NULL
    cdef PyObject* found = NULL
    cdef PyObject* said
    cdef PyObject* x_found
    cdef double x
    cdef int written
    cdef PyObject* one = NULL  # the line, where the kernel set it
    for number in range(steps.count):
        step = &steps.steps[number]
        size = step.upto - begin
        _hold(room, size + 32)
        memcpy(room.data + room.used, still + begin, size)
        room.used += size
        begin = step.upto
        if step.kind == PICTURE:
            _say(room, drawn[step.leaf])
            continue
        if step.leaf != leaf or step.line != line or step.segment != segment:
            leaf, line, segment = step.leaf, step.line, step.segment
            of_leaf = _plain(<PyObject*>lines, first + leaf)
            one = NULL if segment else _one_line(of_leaf, line)
            if one == NULL:
                of_leaf = _slot(of_leaf, _SET_LINES, _AT_LINES)
                of_line = NULL if of_leaf == NULL else _plain(of_leaf, line)
                found = _slot(of_line, _LINE, _AT_SEGMENTS)
                found = NULL if found == NULL else _plain(found, segment)
        if step.kind == TEXT:
            said = _held(one, _OF_GLYPHS) if one != NULL else _slot(found, _SEGMENT, _AT_GLYPHS)
            if said == NULL and one != NULL:
                _copy(room, <char*>one + _OF_OWN, (<Py_ssize_t*>(<char*>one + _OF_SIZE))[0])
                continue
            if said == NULL or not PyBytes_CheckExact(<object>said):
                return 0
            _say(room, <object>said)
            continue
        x_found = <PyObject*>_NOTHING if one != NULL else _slot(found, _SEGMENT, _AT_X)
        said = _held(one, _OF_WIDTH) if one != NULL else _slot(of_line, _LINE, _AT_WIDTH)
        if x_found == NULL or said == NULL or not PyFloat_CheckExact(<object>x_found) or not PyFloat_CheckExact(<object>said):
            return 0
        x = step.start + PyFloat_AS_DOUBLE(<object>x_found)
        if step.mode:
            x += (step.width - PyFloat_AS_DOUBLE(<object>said)) / step.mode
        x += 0.0
        written = _decimal(room.data + room.used, x, 3)
        room.used += written
        if not written:
            _say(room, b"%.3f" % x)
    size = PyBytes_GET_SIZE(steps.still) - begin
    _hold(room, size)
    memcpy(room.data + room.used, still + begin, size)
    room.used += size
    return 1


cdef list _drawn(Steps steps, object slots, Py_ssize_t section):
    """Return the pictures; if one can't be drawn, one that stands for it: the ordinary way says which error comes first."""
    cdef list drawn = []
    try:
        for of, draw in steps.pictures:
            drawn.append(draw(_item(slots, section + <Py_ssize_t>of)))
    except Exception:
        drawn.append(None)
    return drawn


cdef int _do(object program, object lines, object slots, Py_ssize_t first, Py_ssize_t section, Room* room) except -1:
    cdef object steps = _steps.of(program)
    cdef list drawn
    cdef Py_ssize_t began = room.used
    if steps is False:  # not taken apart yet
        steps = program.take_apart()
    if steps is not None:
        drawn = _drawn(<Steps?>steps, slots, section) if PyList_GET_SIZE((<Steps?>steps).pictures) else _NO_PICTURES
        for said in drawn:
            if type(said) is not bytes:
                break
        else:
            if first >= 0 and _write(<Steps>steps, lines, drawn, first, room):
                return 0
        room.used = began
    return _say(room, run(program.written(), program.texts, program.aligns, program.pictures, lines, slots, first, section))


def run_parts(object parts, object lines, object slots):
    """Return the same as `program._run_parts`."""
    cdef Room room
    room.data, room.used, room.size = NULL, 0, 0
    try:
        _hold(&room, 16384)
        for part in parts:
            # By its items: a named tuple is unpacked as anything that can be gone through.
            if PyTuple_Check(part) and PyTuple_GET_SIZE(part) == 5:
                before, program, after = _part(part, 0), _part(part, 1), _part(part, 2)
                first, section = _part(part, 3), _part(part, 4)
            else:
                before, program, after, first, section = part
            _say(&room, <bytes?>before)
            _do(program, lines, slots, first, section, &room)
            _say(&room, <bytes?>after)
        return PyBytes_FromStringAndSize(room.data, room.used)
    finally:
        PyMem_Free(room.data)


cdef int _decimal(char* to, double value, int places) noexcept:
    """Write a number as `%.3f`, `%.4f` or `%.6f` does; return its length, 0 where that must be asked."""
    cdef double scale = 1000.0 if places == 3 else 10000.0 if places == 4 else 1000000.0
    cdef double scaled = fabs(value) * scale
    if not scaled < _SURE:
        return 0
    cdef double whole = floor(scaled)
    cdef double rest = scaled - whole
    if fabs(rest - 0.5) < 1e-4:
        return 0
    cdef unsigned long long figure = <unsigned long long>whole + (rest > 0.5)
    cdef char[24] digits
    cdef int count = 0, length = 0
    while figure or count <= places:
        digits[count] = 48 + figure % 10
        figure //= 10
        count += 1
    if signbit(value):
        to[0] = b"-"
        length = 1
    while count:
        count -= 1
        to[length] = digits[count]
        length += 1
        if count == places:
            to[length] = b"."
            length += 1
    return length


cpdef bytes fixed(double value, int places):
    """Return a number with three, four or six decimal places, rounded as Python does."""
    cdef char[32] said
    cdef int length = _decimal(said, value, places)
    if length:
        return PyBytes_FromStringAndSize(said, length)
    return b"%.*f" % (places, value)


cpdef str filled(object template, object slots):
    """Return the same as `syntax.filled`."""
    cdef list texts = []
    if type(template) is tuple and PyTuple_GET_SIZE(template) == 1:  # as most are
        piece = <object>PyTuple_GET_ITEM(template, 0)
        text = piece if isinstance(piece, str) else slots[piece]
        if type(text) is str:
            return text
    for piece in template:
        texts.append(piece if isinstance(piece, str) else slots[piece])
    for text in texts:
        if not isinstance(text, str):
            raise TypeError("a slot of a text holds a picture")
    return "".join(texts)


cdef Py_ssize_t _string_size(object text) except -1:
    """Return how many bytes `_put_string` writes."""
    if not isinstance(text, str):
        raise TypeError("no text")
    PyUnicode_READY(text)
    cdef Py_ssize_t count = PyUnicode_GET_LENGTH(text), at, more = 0
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef unsigned int char
    if PyUnicode_IS_ASCII(text):
        for at in range(count):
            char = PyUnicode_READ(kind, data, at)
            more += char == 40 or char == 41 or char == 92 or char == 13
        return count + more + 2
    for at in range(count):
        char = PyUnicode_READ(kind, data, at)
        more += char > 0xFFFF
        if 0xD800 <= char < 0xE000:
            text.encode("utf-16-be")  # says what is wrong
            raise ValueError("a surrogate stands alone")
    return 4 * (count + more) + 6


cdef void _put_string(char* to, object text, Py_ssize_t size) noexcept:
    cdef Py_ssize_t count = PyUnicode_GET_LENGTH(text), at
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef unsigned int char
    if not PyUnicode_IS_ASCII(text):
        memcpy(to, b"<feff", 5)
        to += 5
        for at in range(count):
            char = PyUnicode_READ(kind, data, at)
            if char > 0xFFFF:
                to = _unit(to, 0xD800 + ((char - 0x10000) >> 10))
                char = 0xDC00 + ((char - 0x10000) & 0x3FF)
            to = _unit(to, char)
        to[0] = b">"
        return
    to[0] = b"("
    to[size - 1] = b")"
    to += 1
    if size == count + 2:
        memcpy(to, data, count)
        return
    for at in range(count):
        char = PyUnicode_READ(kind, data, at)
        if char == 40 or char == 41 or char == 92 or char == 13:
            to[0] = b"\\"
            to += 1
            char = 114 if char == 13 else char
        to[0] = <char>char
        to += 1


cdef inline char* _unit(char* to, unsigned int unit) noexcept:
    to[0] = _HEX[unit >> 12]
    to[1] = _HEX[unit >> 8 & 15]
    to[2] = _HEX[unit >> 4 & 15]
    to[3] = _HEX[unit & 15]
    return to + 4


cpdef bytes pdf_string(object text):
    """Return the same as `syntax.pdf_string`."""
    cdef Py_ssize_t size = _string_size(text)
    cdef bytes said = PyBytes_FromStringAndSize(NULL, size)
    _put_string(PyBytes_AS_STRING(said), text, size)
    return said


cdef int _say_string(Room* room, object text) except -1:
    cdef Py_ssize_t size = _string_size(text)
    _hold(room, size)
    _put_string(room.data + room.used, text, size)
    room.used += size
    return 0


cdef int _check_uri(object text) except -1:
    if not isinstance(text, str):
        raise TypeError("no text")
    PyUnicode_READY(text)
    cdef Py_ssize_t count = PyUnicode_GET_LENGTH(text), at
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef bint is_uri = count > 0 and PyUnicode_IS_ASCII(text)
    if is_uri:
        for at in range(count):
            is_uri &= _IS_OF_URI[<unsigned int>PyUnicode_READ(kind, data, at)]
    if not is_uri:
        raise Unfillable("an address has characters that must be quoted")
    return 0


cdef int _say_uri(Room* room, object text) except -1:
    """Write an address that was checked."""
    cdef Py_ssize_t count = PyUnicode_GET_LENGTH(text)
    _hold(room, count + 2)
    room.data[room.used] = b"("
    memcpy(room.data + room.used + 1, PyUnicode_DATA(text), count)
    room.data[room.used + count + 1] = b")"
    room.used += count + 2
    return 0


cpdef bytes uri_string(object text):
    """Return the same as `syntax.uri_string`."""
    cdef Room room
    _check_uri(text)
    room.data, room.used, room.size = NULL, 0, 0
    try:
        _say_uri(&room, text)
        return PyBytes_FromStringAndSize(room.data, room.used)
    finally:
        PyMem_Free(room.data)


cdef int _say_annotation(Room* room, object link, bytes corners, double* figures, object parent, object slots) except -1:
    """Write an annotation; without these corners by their figures."""
    address = filled(_address.of(link), slots)
    _check_uri(address)
    template = _title.of(link)
    title = filled(template, slots) if template else None
    if title is not None:
        _string_size(title)  # says what is wrong before anything is written
    _copy(room, b"<</Type/Annot/Subtype/Link/Rect ", 32)
    if corners is None:
        _say_corners(room, figures)
    else:
        _say(room, corners)
    _copy(room, b"/BS<</W 0>>/F 4/StructParent ", 29)
    _integer(room, parent)
    _copy(room, b"/Contents ", 10)
    if title is None:
        _say_uri(room, address)
    else:
        _say_string(room, title)
    _copy(room, b"/A<</Type/Action/S/URI/URI ", 27)
    _say_uri(room, address)
    return _copy(room, b">>>>", 4)


def annotation(object link, bytes corners not None, object parent, object slots):
    """Return the same as `links.annotation`."""
    cdef Room room
    room.data, room.used, room.size = NULL, 0, 0
    try:
        _hold(&room, 512)
        _say_annotation(&room, link, corners, NULL, parent, slots)
        return PyBytes_FromStringAndSize(room.data, room.used)
    finally:
        PyMem_Free(room.data)


cdef inline object _part(object values, Py_ssize_t at):
    if not PyTuple_Check(values) or at >= PyTuple_GET_SIZE(values):
        raise IndexError("tuple index out of range")
    return <object>PyTuple_GET_ITEM(values, at)


cdef int _read_corners(object place, object lines, double bottom, Py_ssize_t first, double* figures) except -1:
    """Read a rectangle's corners, in points."""
    cdef Py_ssize_t leaf
    cdef double left, width, top, height
    cdef int mode
    cdef PyObject* one
    if type(place) is TextSpot:
        leaf = _part(place, 0)
        left, width, top, height = _part(place, 4), _part(place, 5), _part(place, 6), _part(place, 7)
        of_leaf = _item(lines, first + leaf)
        one = NULL if _part(place, 2) else _one_line(<PyObject*>of_leaf, _part(place, 1))
        if one != NULL:
            left += 0.0  # no minus zero
            own = line_width = <object>_held(one, _OF_WIDTH)
        else:
            line = _item(_lines.of(of_leaf), _part(place, 1))
            segment = _item(_segments.of(line), _part(place, 2))
            left += <double>_x.of(segment)
            own, line_width = _width.of(segment), _line_width.of(line)
        mode = _MODES[_part(place, 3)]
        if mode:
            left += (width - <double>line_width) / mode
        width = own
    else:
        left, top, width, height = _part(place, 0), _part(place, 1), _part(place, 2), _part(place, 3)
    cdef double low = bottom - top
    figures[0], figures[1] = left * PT_PER_PX, low * PT_PER_PX
    figures[2], figures[3] = (left + width) * PT_PER_PX, (low - height) * PT_PER_PX
    return 0


cdef int _say_corners(Room* room, double* figures) except -1:
    cdef char[140] said
    cdef int length = 1, at_figure, written
    said[0] = b"["
    for at_figure in range(4):
        written = _decimal(&said[length], figures[at_figure], 6)
        if not written:
            return _say(room, b"[%.6f %.6f %.6f %.6f]" % (figures[0], figures[1], figures[2], figures[3]))
        length += written + 1
        said[length - 1] = b" " if at_figure < 3 else b"]"
    return _copy(room, said, length)


def corners_of(object place, object lines, double bottom, Py_ssize_t first=0):
    """Return the same as `links.corners_of`."""
    cdef double[4] figures
    cdef Room room
    _read_corners(place, lines, bottom, first, figures)
    room.data, room.used, room.size = NULL, 0, 0
    try:
        _say_corners(&room, figures)
        return PyBytes_FromStringAndSize(room.data, room.used)
    finally:
        PyMem_Free(room.data)


def box_of(object area, double bottom):
    """Return the same as `links._box_of`."""
    cdef double left = _part(area, 0), top = _part(area, 1), width = _part(area, 2), height = _part(area, 3)
    cdef double low = bottom - top
    cdef double[4] figures
    figures[0], figures[1] = left * PT_PER_PX, (low - height) * PT_PER_PX
    figures[2], figures[3] = (left + width) * PT_PER_PX, low * PT_PER_PX
    cdef char[140] said
    cdef int length = 0, at_figure, written
    for at_figure in range(4):
        written = _decimal(&said[length], figures[at_figure], 3)
        if not written:
            return b"<</O/Layout/BBox[%.3f %.3f %.3f %.3f]>>" % (figures[0], figures[1], figures[2], figures[3])
        length += written + 1
        said[length - 1] = b" "
    return b"<</O/Layout/BBox[%b]>>" % PyBytes_FromStringAndSize(said, length - 1)


cdef int _say_body(Room* room, tuple kinds, object member, object where, object lines, object slots) except -1:
    """Write what `member.body` returns, without asking it if it is of a usual kind."""
    cdef double[4] figures
    kind = type(member)
    if type(where) is kinds[0]:
        if kind is kinds[1]:
            link, key = _part(member, 0), _part(member, 1)
            place = _place.of(link)
            bottom = _part(where, 3) if place.is_anchored else _part(where, 2)
            _read_corners(place, lines, bottom, _part(where, 1), figures)
            return _say_annotation(room, link, None, figures, key, _item(slots, _part(where, 0)))
        if kind is kinds[2]:
            return _say_string(room, filled(_part(member, 0), _item(slots, _part(where, 0))))
        if kind is kinds[3]:
            _copy(room, b"<</Title ", 9)
            _say_string(room, filled(_part(member, 0), _item(slots, _part(where, 0))))
            return _say(room, <bytes?>_part(member, 1))
    return _say(room, <bytes?>member.body(where, lines, slots))


cdef int _whole(Room* room, Py_ssize_t number) except -1:
    """Write a number from 0 on."""
    cdef char[24] digits
    cdef int count = 0
    _hold(room, 24)
    while number or not count:
        digits[count] = 48 + number % 10
        number //= 10
        count += 1
    while count:
        count -= 1
        room.data[room.used] = digits[count]
        room.used += 1
    return 0


cdef inline int _integer(Room* room, Py_ssize_t number) except -1:
    """Write a whole number."""
    if number < 0:
        return _say(room, b"%d" % number)
    return _whole(room, number)


cdef struct Span:
    Py_ssize_t start
    Py_ssize_t size  # -1: none of the customer's


def object_bodies(
    tuple kinds not None, bytes opening not None, list bodies not None, list open_ not None, object lines, object slots,
    bytes information not None,
):
    """Return the same as `members._object_bodies`. The kinds are `Where`, `OpenLink`, `OpenWords`, `OpenTitle`."""
    cdef Room begun, room, own
    cdef Py_ssize_t count = PyList_GET_SIZE(bodies), place, number, first
    cdef const char* template = PyBytes_AS_STRING(opening)
    cdef const char* mark
    cdef Span* spans = <Span*>PyMem_Malloc((count + 1) * sizeof(Span))
    begun.data, begun.used, begun.size = NULL, 0, 0
    room.data, room.used, room.size = NULL, 0, 0
    own.data, own.used, own.size = NULL, 0, 0
    try:
        if spans == NULL:
            raise MemoryError
        if not count:
            raise IndexError("list assignment index out of range")
        for number in range(count):
            spans[number].size = -1
        _hold(&own, 4096)
        _say(&own, information)
        spans[0].start, spans[0].size = 0, own.used
        for place, member, where in open_:
            first = own.used
            _say_body(&own, kinds, member, where, lines, slots)
            if not -count <= place < count:
                raise IndexError("list assignment index out of range")
            place += 0 if place >= 0 else count
            spans[place].start, spans[place].size = first, own.used - first
        _hold(&begun, 1024)
        _hold(&room, 8192)
        for number in range(count):
            if number:
                _hold(&room, 1)
                room.data[room.used] = b"\n"
                room.used += 1
            mark = strstr(template, b"%d")
            if mark == NULL:
                raise TypeError("not all arguments converted during bytes formatting")
            first = mark - template
            _hold(&begun, first)
            memcpy(begun.data + begun.used, template, first)
            begun.used += first
            template = mark + 2
            _whole(&begun, room.used)
            if spans[number].size < 0:
                _say(&room, <bytes?>PyList_GET_ITEM(bodies, number))
            else:
                _copy(&room, own.data + spans[number].start, spans[number].size)
        if strstr(template, b"%d") != NULL:
            raise TypeError("not enough arguments for format string")
        first = strlen(template)
        _hold(&begun, first + room.used)
        memcpy(begun.data + begun.used, template, first)
        begun.used += first
        first = begun.used
        memcpy(begun.data + first, room.data, room.used)
        return PyBytes_FromStringAndSize(begun.data, first + room.used), first
    finally:
        PyMem_Free(spans)
        PyMem_Free(begun.data)
        PyMem_Free(room.data)
        PyMem_Free(own.data)


def objects(Py_ssize_t first, Py_ssize_t at, list streams not None):
    """Return the same as `writer._objects`."""
    cdef Room room
    cdef list offsets = []
    cdef Py_ssize_t number, place, length, begin = at
    cdef tuple parts
    room.data, room.used, room.size = NULL, 0, 0
    try:
        _hold(&room, 16384)
        for number in range(PyList_GET_SIZE(streams)):
            parts = streams[number]
            offsets.append(begin + room.used)
            _integer(&room, first + number)
            _copy(&room, b" 0 obj\n<<", 9)
            _say(&room, <bytes?>parts[0])
            length = 0
            for place in range(1, PyTuple_GET_SIZE(parts)):
                length += len(<bytes?>parts[place])
            _copy(&room, b"/Filter/FlateDecode/Length ", 27)
            _whole(&room, length)
            _copy(&room, b">>stream\n", 9)
            for place in range(1, PyTuple_GET_SIZE(parts)):
                _say(&room, parts[place])
            _copy(&room, b"\nendstream\nendobj\n", 18)
        return PyBytes_FromStringAndSize(room.data, room.used), offsets
    finally:
        PyMem_Free(room.data)


def rows_below(list offsets not None, bytes above not None):
    """Return the same as `xref._rows_below`."""
    cdef Py_ssize_t count = PyList_GET_SIZE(offsets), number
    cdef int at
    cdef unsigned long long offset
    cdef bytes made = PyBytes_FromStringAndSize(NULL, 8 * count)
    cdef unsigned char* to = <unsigned char*>PyBytes_AS_STRING(made)
    cdef unsigned char[8] before
    cdef unsigned char[8] row
    if len(above) != 8:
        raise ValueError("a row has eight bytes")
    memcpy(before, PyBytes_AS_STRING(above), 8)
    for number in range(count):
        said = offsets[number]
        if not 0 <= said < 1 << 32:
            said.to_bytes(4, "big")  # says what is wrong
        offset = said
        row[0], row[1], row[6], row[7] = 0, 1, 0, 0
        for at in range(4):
            row[2 + at] = <unsigned char>(offset >> (24 - 8 * at))
        to[0] = 2
        for at in range(1, 8):
            to[at] = <unsigned char>(row[at] - before[at])
        memcpy(before, row, 8)
        to += 8
    return made


def destination(Py_ssize_t page, double x, double rise):
    """Return the same as `outline._destination`."""
    return b"/Dest[%d 0 R/XYZ %b %b 0]" % (page, fixed(x * PT_PER_PX, 6), fixed(rise * PT_PER_PX, 6))


def moved(double dy):
    """Return the same as `page_plan._moved`."""
    return b"".join((b"q 1 0 0 1 0 ", fixed(dy, 4), b" cm\n"))


def packed_rows(Py_ssize_t stream, Py_ssize_t first, Py_ssize_t count=1):
    """Return the same as `xref._packed_rows`."""
    if not 0 <= stream < 1 << 32:
        (<object>stream).to_bytes(4, "big")  # says what is wrong
    if count > 0 and not 0 <= first <= 0x10000 - count:
        for place in range(first, first + count):
            (<object>place).to_bytes(2, "big")  # likewise
    cdef bytes made = PyBytes_FromStringAndSize(NULL, 8 * max(count, 0))
    cdef unsigned char* to = <unsigned char*>PyBytes_AS_STRING(made)
    cdef Py_ssize_t place_
    for place_ in range(first, first + count):
        to[0], to[1] = 0, 2
        to[2], to[3], to[4], to[5] = stream >> 24, stream >> 16 & 255, stream >> 8 & 255, stream & 255
        to[6], to[7] = place_ >> 8, place_ & 255
        to += 8
    return made


def upward(bytes rows not None, bytes above not None=bytes(8)):
    """Return the same as `xref._upward`."""
    cdef Py_ssize_t size = PyBytes_GET_SIZE(rows), before = PyBytes_GET_SIZE(above), at
    cdef bytes made = PyBytes_FromStringAndSize(NULL, size)
    cdef const unsigned char* own = <const unsigned char*>PyBytes_AS_STRING(rows)
    cdef const unsigned char* up = <const unsigned char*>PyBytes_AS_STRING(above)
    cdef unsigned char* to = <unsigned char*>PyBytes_AS_STRING(made)
    for at in range(min(before, size)):
        to[at] = <unsigned char>(own[at] - up[at])
    for at in range(before, size):
        to[at] = <unsigned char>(own[at] - own[at - before])
    for at in range(0, size, 8):
        to[at] |= 2
    return made


cdef struct Number:
    Py_ssize_t upto  # the end of the bytes that come before it
    int base  # which number of a place it is counted from
    int more


cdef struct Text:
    Py_ssize_t upto  # the end of its bytes
    Py_ssize_t numbers  # the end of its numbers


cdef class Numbered:
    """The same as `numbered._Numbered`: all texts in one piece, and a table of their numbers."""

    cdef bytes still
    cdef Number* numbers
    cdef Text* texts
    cdef Py_ssize_t count, bodies, ahead

    def __cinit__(self, bodies not None, Py_ssize_t ahead, others not None):
        cdef list texts = [*bodies, *others]
        cdef Py_ssize_t size = sum([len(counts) for _, counts in texts]), at
        cdef Room room
        self.bodies, self.count, self.ahead = len(bodies), PyList_GET_SIZE(texts), ahead
        self.texts = <Text*>PyMem_Malloc((self.count + 1) * sizeof(Text))
        self.numbers = <Number*>PyMem_Malloc((size + 1) * sizeof(Number))
        if self.texts == NULL or self.numbers == NULL:
            raise MemoryError
        room.data, room.used, room.size = NULL, 0, 0
        try:
            size = 0
            for at in range(self.count):
                text, counts = texts[at]
                size = self._read(<bytes?>text, tuple(counts), size, &room)
                self.texts[at].upto, self.texts[at].numbers = room.used, size
            self.still = PyBytes_FromStringAndSize(room.data, room.used)
        finally:
            PyMem_Free(room.data)

    cdef Py_ssize_t _read(self, bytes text, tuple counts, Py_ssize_t number, Room* room) except -1:
        """Read a text, and its numbers from this one on; return which comes next."""
        cdef const char* said = PyBytes_AS_STRING(text)
        cdef Py_ssize_t size = PyBytes_GET_SIZE(text), at = 0, first = number
        while at < size:
            if said[at] != c"%":
                _copy(room, said + at, 1)
                at += 1
                continue
            at += 2
            if at <= size and said[at - 1] == c"%":
                _copy(room, b"%", 1)
                continue
            if at > size or said[at - 1] != c"d":
                raise ValueError("a text has other places than those of numbers")
            if number - first >= len(counts):
                raise TypeError("not enough arguments for format string")
            base, more = counts[number - first]
            if not 0 <= base < 4:
                raise IndexError("tuple index out of range")
            self.numbers[number].upto, self.numbers[number].base, self.numbers[number].more = room.used, base, more
            number += 1
        if number - first < len(counts):
            raise TypeError("not all arguments converted during bytes formatting")
        return number

    def __dealloc__(self):
        PyMem_Free(self.texts)
        PyMem_Free(self.numbers)

    def at(self, place not None):
        """Return the same as `numbered._Numbered.at`."""
        cdef Py_ssize_t[4] bases
        cdef Py_ssize_t at, first
        cdef Room opening, room
        cdef list others = []
        bases[0], bases[1], bases[2], bases[3] = place
        opening.data, opening.used, opening.size = NULL, 0, 0
        room.data, room.used, room.size = NULL, 0, 0
        try:
            for at in range(self.bodies):
                if at:
                    _copy(&opening, b" ", 1)
                    _copy(&room, b"\n", 1)
                _integer(&opening, bases[2] + self.ahead + at)
                _copy(&opening, b" ", 1)
                _integer(&opening, room.used)
                self._write(at, bases, &room)
            _copy(&opening, b"\n", 1)
            first = opening.used
            _copy(&opening, room.data, room.used)
            for at in range(self.bodies, self.count):
                room.used = 0
                self._write(at, bases, &room)
                others.append(PyBytes_FromStringAndSize(room.data, room.used))
            return PyBytes_FromStringAndSize(opening.data, opening.used), first, others
        finally:
            PyMem_Free(opening.data)
            PyMem_Free(room.data)

    cdef int _write(self, Py_ssize_t at, Py_ssize_t* bases, Room* room) except -1:
        """Write a text with its numbers."""
        cdef const char* still = PyBytes_AS_STRING(self.still)
        cdef Py_ssize_t begin = self.texts[at - 1].upto if at else 0
        cdef Py_ssize_t number = self.texts[at - 1].numbers if at else 0
        cdef Number* one
        for number in range(number, self.texts[at].numbers):
            one = &self.numbers[number]
            _copy(room, still + begin, one.upto - begin)
            begin = one.upto
            _integer(room, bases[one.base] + one.more)
        return _copy(room, still + begin, self.texts[at].upto - begin)


cdef unsigned long long _BASE = 65521  # of Adler-32


cdef struct Sum:
    unsigned long long low
    unsigned long long high


cdef inline void _join(Sum* sum, unsigned long long low, unsigned long long high, unsigned long long size) noexcept:
    """Add the sum of what follows, which has this size."""
    sum.high = (sum.high + high + size % _BASE * ((sum.low + _BASE - 1) % _BASE)) % _BASE
    sum.low = (sum.low + low + _BASE - 1) % _BASE


cdef int _say_escaped(Room* room, object text, Sum* sum) except -1:
    """Write a text in a stored block, as XML has it; return 0 where that is more than one holds."""
    cdef Py_ssize_t size, at, start
    cdef const char* said = PyUnicode_AsUTF8AndSize(text, &size)
    cdef unsigned long long low = 1, high = 0
    cdef char* head
    if size > 65535:
        return 0
    _hold(room, 5 + 5 * size)
    start = room.used + 5
    room.used = start
    for at in range(size):
        if said[at] == c"&":
            _copy(room, b"&amp;", 5)
        elif said[at] == c"<":
            _copy(room, b"&lt;", 4)
        elif said[at] == c">":
            _copy(room, b"&gt;", 4)
        else:
            room.data[room.used] = said[at]
            room.used += 1
    size = room.used - start
    if size > 65535:
        return 0
    for at in range(start, room.used):
        low += <unsigned char>room.data[at]
        high += low
    _join(sum, low % _BASE, high % _BASE, size)
    head = room.data + start - 5
    head[0], head[1], head[2] = 0, <char>(size & 255), <char>(size >> 8)
    head[3], head[4] = <char>(size & 255 ^ 255), <char>(size >> 8 ^ 255)
    return 1


cdef class Woven:
    """A packet of metadata: segments with their Adler-32 and their size, and numbers of texts between them."""

    cdef bytes _header, _last
    cdef list _parts

    def __init__(self, bytes header not None, list parts not None, bytes last not None):
        self._header, self._last = header, last
        self._parts = []
        for part in parts:
            if isinstance(part, int):
                self._parts.append(part)
                continue
            blocks, adler, size = part
            self._parts.append((<bytes?>blocks, <int>(adler & 0xFFFF), <int>(adler >> 16), <Py_ssize_t>size))

    def of(self, *texts):
        """Return the same as `info._packed`; None where a text isn't as texts usually are."""
        cdef Room room
        cdef Sum sum
        cdef unsigned long long adler
        cdef int at
        cdef tuple piece
        sum.low, sum.high = 1, 0
        room.data, room.used, room.size = NULL, 0, 0
        try:
            _hold(&room, 4096)
            _say(&room, self._header)
            for part in self._parts:
                if type(part) is tuple:
                    piece = part
                    _say(&room, piece[0])
                    _join(&sum, piece[1], piece[2], piece[3])
                    continue
                text = texts[part]
                if type(text) is not str:
                    return None
                try:
                    if not _say_escaped(&room, text, &sum):
                        return None
                except UnicodeEncodeError:
                    return None
            _say(&room, self._last)
            adler = sum.high << 16 | sum.low
            _hold(&room, 4)
            for at in range(4):
                room.data[room.used + at] = <char>(adler >> (24 - 8 * at) & 255)
            return PyBytes_FromStringAndSize(room.data, room.used + 4)
        finally:
            PyMem_Free(room.data)
