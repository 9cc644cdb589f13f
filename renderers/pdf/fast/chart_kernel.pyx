"""Charts as PDF operators: what `ChartPainter` of chart_ops.py writes, in one buffer and without objects between.

`Pen.chart` declines, by None, whatever is not the usual (other types, places beyond ten million units): Python then
does all of it, its errors included. Numbers are written as Python writes them: a double times a power of ten fits
64 bits as a whole number of a power of two, which is rounded exactly, to even on a tie.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_CheckExact
from cpython.long cimport PyLong_AsLongLong, PyLong_CheckExact
from cpython.mem cimport PyMem_Free, PyMem_Realloc
from cpython.object cimport PyObject, PyTypeObject
from cpython.unicode cimport PyUnicode_Check
from libc.math cimport fabs, rint
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcpy, memset

from types import MemberDescriptorType

from engine.model.chart import ChartLabel, ChartLine, Mark, MarkStyle
from engine.model.said import Fact

cdef extern from "Python.h":
    ctypedef struct PyMemberDef:
        Py_ssize_t offset
    ctypedef struct PyMemberDescrObject:
        PyMemberDef *d_member
    int PyUnicode_KIND(object text)
    void *PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    uint32_t PyUnicode_READ(int kind, void *data, Py_ssize_t place)
    PyTypeObject *Py_TYPE(PyObject *one)

cdef double FARTHEST = 1e7  # of places and of the squeeze: products stay far below 2 ** 63
cdef double ARC = 0.5522847498307933  # `_ARC` of chart_ops.py
cdef int RULE = 200  # `_RULE` likewise
cdef Py_ssize_t LARGE = 1 << 20  # a sheet beyond that is given back
cdef int PLACE = 20  # bytes that a number takes at most, with a space

cdef object _Mark = Mark, _Label = ChartLabel, _Line = ChartLine, _Fact = Fact
cdef object _TRUE = True, _FALSE = False  # the literals are C's
cdef object _OUTLINE = MarkStyle.OUTLINE, _HATCHED = MarkStyle.HATCHED


cdef Py_ssize_t _offset(object kind, str name) except -1:
    """Return where objects of exactly this class hold a slot."""
    member = kind.__dict__[name]
    if type(member) is not MemberDescriptorType:
        raise TypeError(f"{kind.__name__}.{name} is no slot")
    return (<PyMemberDescrObject *> (<PyObject *> member)).d_member.offset


cdef Py_ssize_t MARK_X = _offset(Mark, "x"), MARK_Y = _offset(Mark, "y")
cdef Py_ssize_t MARK_WIDTH = _offset(Mark, "width"), MARK_HEIGHT = _offset(Mark, "height")
cdef Py_ssize_t MARK_ROLE = _offset(Mark, "role"), MARK_STYLE = _offset(Mark, "style")
cdef Py_ssize_t LABEL_X = _offset(ChartLabel, "x"), LABEL_Y = _offset(ChartLabel, "y")
cdef Py_ssize_t LABEL_TEXT = _offset(ChartLabel, "text"), LABEL_ANCHOR = _offset(ChartLabel, "anchor")
cdef Py_ssize_t LABEL_STRONG = _offset(ChartLabel, "is_strong"), LABEL_AXIS = _offset(ChartLabel, "is_axis")
cdef Py_ssize_t LABEL_SIZE = _offset(ChartLabel, "size")
cdef Py_ssize_t LINE_X1 = _offset(ChartLine, "x1"), LINE_Y1 = _offset(ChartLine, "y1")
cdef Py_ssize_t LINE_X2 = _offset(ChartLine, "x2"), LINE_Y2 = _offset(ChartLine, "y2")
cdef Py_ssize_t LINE_DOTTED = _offset(ChartLine, "is_dotted"), FACT_TEXT = _offset(Fact, "text")


cdef inline PyObject *_slot(PyObject *one, Py_ssize_t offset) noexcept:
    """Return what a slot holds, borrowed; NULL where it was never set."""
    return (<PyObject **> (<char *> one + offset))[0]


cdef inline bint _is(PyObject *one, object kind) noexcept:
    return <PyObject *> Py_TYPE(one) == <PyObject *> kind


cdef inline bint _number(PyObject *one, double *found) noexcept:
    """Whether it is a float or a whole number that is not too far away."""
    if one == NULL:
        return False
    if PyFloat_CheckExact(<object> one):
        found[0] = PyFloat_AS_DOUBLE(<object> one)
    elif PyLong_CheckExact(<object> one):
        try:
            found[0] = <double> PyLong_AsLongLong(<object> one)
        except OverflowError:
            return False
    else:
        return False
    return fabs(found[0]) <= FARTHEST  # not if it is no number


cdef inline int _truth(PyObject *one) noexcept:
    """Return 1 for True, 0 for False, -1 for anything else."""
    return 1 if one == <PyObject *> _TRUE else 0 if one == <PyObject *> _FALSE else -1


cdef inline char *_whole(char *at, long long number, char after) noexcept:
    """Write a whole number and what comes after it."""
    cdef char digits[20]
    cdef int count = 0
    cdef uint64_t rest = <uint64_t> number
    if number < 0:
        at[0] = c"-"
        at += 1
        rest = 0 - rest
    while True:
        digits[count] = <char> (48 + rest % 10)
        count += 1
        rest //= 10
        if not rest:
            break
    while count:
        count -= 1
        at[0] = digits[count]
        at += 1
    at[0] = after
    return at + 1


cdef struct Figure:
    char said[24]
    int count


# Places, x before y, and the operators that take them: see `_path` below.
cdef const char *PATH = b"20m30l405253c54l564737c27l170504c03l011020c"


cdef inline char *_shown(char *at, Figure *figure) noexcept:
    memcpy(at, figure.said, 24)  # a whole one, since that is quicker
    return at + figure.count


cdef inline double _share(PyObject *anchor) noexcept:
    """Return which share of a label stands before its place; -1 for an anchor that is none."""
    if anchor == NULL or not PyUnicode_Check(<object> anchor):
        return -1
    if <object> anchor == "middle":
        return 0.5
    return 0.0 if <object> anchor == "start" else 1.0 if <object> anchor == "end" else -1


cdef inline char *_thousandths(char *at, double number) noexcept:
    """Write a number below 1e12 as "%.3f " does."""
    cdef uint64_t bits, product, parts = 0, rest, half
    memcpy(&bits, &number, 8)
    cdef int shift = 1075 - max(<int> (bits >> 52 & 0x7FF), 1)  # > 0, since the number is below 2 ** 52
    cdef bint is_negative = bits >> 63
    product = 1000 * (bits & ((<uint64_t> 1 << 52) - 1) | <uint64_t> (shift < 1074) << 52)
    if shift < 64:  # else less than a half, since the product is below 2 ** 63
        parts = product >> shift
        rest = product & ((<uint64_t> 1 << shift) - 1)
        half = <uint64_t> 1 << (shift - 1)
        parts += rest > half or (rest == half and parts & 1)
    if is_negative:
        at[0] = c"-"
        at += 1
    at = _whole(at, <long long> (parts // 1000), c" ")
    cdef char *stop = _whole(at - 1, 1000 + <long long> (parts % 1000), c" ")  # for its zeros
    at[-1] = c"."
    return stop


cdef class _Sheet:
    """Bytes that grow."""

    cdef char *start
    cdef Py_ssize_t size, room

    def __dealloc__(self):
        PyMem_Free(self.start)

    cdef char *more(self, Py_ssize_t count) except NULL:
        """Return where to write, with room for `count` bytes."""
        cdef Py_ssize_t room
        cdef char *grown
        if self.start == NULL or self.room - self.size < count:
            room = 2 * (self.size + count) + 1024
            grown = <char *> PyMem_Realloc(self.start, room)
            if grown == NULL:
                raise MemoryError
            self.start, self.room = grown, room
        return self.start + self.size

    cdef int put(self, bytes said) except -1:
        if said is None:
            raise TypeError("there is nothing to write")
        cdef Py_ssize_t count = PyBytes_GET_SIZE(said)
        memcpy(self.more(count), PyBytes_AS_STRING(said), count)
        self.size += count
        return 0

    cdef void until(self, char *at) noexcept:
        """Keep what was written up to there."""
        self.size = at - self.start


cdef class Pen:
    """Writes the charts of one template set and locale. Not for several threads at once.

    `letters` are by weight. Colours, as operators: `roles` has two by role, of a mark and of one of bars;
    `outlined`, `hatched` and `stripes` begin marks of these styles, `rules` lines and dotted lines; `inks` are
    those of labels and of an axis.
    """

    cdef _Sheet out
    cdef object plain, strong
    cdef list roles
    cdef bytes outlined, hatched, stripes, rule, dotted, ink, muted
    cdef bint is_busy

    def __cinit__(self, letters not None, dict roles not None, bytes outlined, bytes hatched, bytes stripes, rules, inks):
        self.out = _Sheet()
        self.plain, self.strong = letters
        self.roles = [(role, *colours) for role, colours in roles.items()]
        self.outlined, self.hatched, self.stripes = outlined, hatched, stripes
        self.rule, self.dotted = rules
        self.ink, self.muted = inks

    def chart(self, bytes frame not None, object chart, double squeeze):
        """Return a chart from its frame on; None if it is not of the usual. Raises what setting a label raises."""
        if self.is_busy or not fabs(squeeze) <= FARTHEST:
            return None
        marks, labels, lines = chart.marks, chart.labels, chart.lines
        if not (type(marks) is type(labels) is type(lines) is tuple):
            return None
        self.is_busy = True
        try:
            if self.out.room > LARGE:
                self.out = _Sheet()
            self.out.size = 0
            self.out.put(frame)
            if not (
                self._lines(lines, squeeze)
                and self._marks(marks, squeeze, chart.kind == "bars") and self._labels(labels)
            ):
                return None
            self.out.put(b"Q\n")
            return PyBytes_FromStringAndSize(self.out.start, self.out.size)
        finally:
            self.is_busy = False

    cdef bint _lines(self, tuple lines, double squeeze) except -1:
        cdef double x1 = 0, y1 = 0, x2 = 0, y2 = 0
        cdef PyObject *one
        cdef char *at
        cdef int is_dotted
        if lines:
            self.out.put(b"0 0 0 rg %d w\n" % RULE)
        for item in lines:
            one = <PyObject *> item
            if not _is(one, _Line):
                return False
            if (is_dotted := _truth(_slot(one, LINE_DOTTED))) < 0 or not (
                _number(_slot(one, LINE_X1), &x1) and _number(_slot(one, LINE_Y1), &y1)
                and _number(_slot(one, LINE_X2), &x2) and _number(_slot(one, LINE_Y2), &y2)
            ):
                return False
            self.out.put(self.dotted if is_dotted else self.rule)
            at = self.out.more(5 * PLACE)
            at = _whole(_whole(at, <long long> rint(x1 * 100), c" "), <long long> rint(y1 * squeeze), c" ")
            memcpy(at, b"m ", 2)
            at = _whole(_whole(at + 2, <long long> rint(x2 * 100), c" "), <long long> rint(y2 * squeeze), c" ")
            memcpy(at, b"l B\n", 4)
            self.out.until(at + 4)
        return True

    cdef bint _marks(self, tuple marks, double squeeze, bint is_bars) except -1:
        cdef double of_x = 0, of_y = 0, of_width = 0, of_height = 0
        cdef long long x, top, width, height, radius, reach, pen = 0
        cdef (PyObject *) one, style, role, before = NULL
        cdef char *at
        for item in marks:
            one = <PyObject *> item
            if not _is(one, _Mark) or not (
                _number(_slot(one, MARK_X), &of_x) and _number(_slot(one, MARK_Y), &of_y)
                and _number(_slot(one, MARK_WIDTH), &of_width) and _number(_slot(one, MARK_HEIGHT), &of_height)
            ):
                return False
            style, role = _slot(one, MARK_STYLE), _slot(one, MARK_ROLE)
            if style == NULL or role == NULL:
                return False
            x, width = <long long> rint(of_x * 100), <long long> rint(of_width * 100)
            top, height = <long long> rint(of_y * squeeze), <long long> rint(of_height * squeeze)
            if height <= 0 or width <= 0:
                continue
            radius = 400 if style == <PyObject *> _OUTLINE else 300 if of_height * squeeze > 800 else 100
            if style == <PyObject *> _HATCHED:
                self.out.put(self.hatched)
                self._path(x, top, width, height, radius)
                self.out.put(self.stripes)
                reach = (width + height) // 2 + 1
                at = self.out.more(6 * PLACE)
                at = _whole(at, 4 * reach, c" ")
                memcpy(at, b"w ", 2)
                at = _whole(_whole(at + 2, x, c" "), top, c" ")
                memcpy(at, b"m ", 2)
                at = _whole(_whole(at + 2, x + reach, c" "), top + reach, c" ")
                memcpy(at, b"l S Q\n", 6)
                self.out.until(at + 6)
            elif style == <PyObject *> _OUTLINE:
                if before != style:
                    self.out.put(self.outlined)
                    before, pen = style, RULE
                self._path(x, top, width, height, radius)
                self.out.put(b"B\n")
            else:
                if before != role:
                    if not self._fill(role, is_bars):
                        return False
                    before = role
                if min(width, height) <= 3 * radius:
                    self._path(x, top, width, height, radius)
                    self.out.put(b"f\n")
                    continue
                at = self.out.more(5 * PLACE)
                if pen != 2 * radius:
                    pen = 2 * radius
                    at = _whole(at, pen, c" ")
                    memcpy(at, b"w\n", 2)
                    at += 2
                at = _whole(_whole(at, x + radius, c" "), top + radius, c" ")
                at = _whole(_whole(at, width - pen, c" "), height - pen, c" ")
                memcpy(at, b"re B\n", 5)
                self.out.until(at + 5)
        return True

    cdef bint _fill(self, PyObject *role, bint is_bars) except -1:
        """Write the colour of a role; whether there is one."""
        for known, of_mark, of_bar in self.roles:
            if <PyObject *> known == role:
                self.out.put(of_bar if is_bars else of_mark)
                return True
        return False

    cdef int _path(self, long long x, long long top, long long width, long long height, long long radius) except -1:
        """Write a rectangle with rounded corners: see `_path` of chart_ops.py. It has a width and a height."""
        cdef long long across = min(radius, width // 2), down = radius if height >= 2 * radius else height // 2
        cdef long long right = x + width, low = top + height
        cdef long long aside = <long long> (ARC * <double> across), arc = <long long> (ARC * <double> down)
        cdef Figure figures[14]
        cdef Figure *upright = figures + 6
        cdef char *at = self.out.more(40 * sizeof(Figure))
        cdef const char *way = PATH
        cdef long long[14] places = [
            x, x + across - aside, x + across, right - across, right - across + aside, right,
            top, top + down - arc, top + arc, top + down, low - down, low - arc, low - down + arc, low,
        ]
        cdef int number
        for number in range(14):
            figures[number].count = <int> (_whole(figures[number].said, places[number], c" ") - figures[number].said)
        while way[0]:
            if way[0] <= c"5":
                at = _shown(_shown(at, figures + (way[0] - 48)), upright + (way[1] - 48))
                way += 2
            else:
                at[0], at[1] = way[0], c" "
                at += 2
                way += 1
        memcpy(at, b"h\n", 2)
        self.out.until(at + 2)
        return 0

    cdef bint _labels(self, tuple labels) except -1:
        cdef double of_x = 0, of_y = 0, of_size = 0, ems = 0, size, share, x
        cdef double size_before = 0
        cdef int is_strong, is_axis, look, look_before = -1
        cdef (PyObject *) one, said
        cdef bytes glyphs
        cdef char *at
        if not labels:
            return True
        self.out.put(b"BT\n")
        for item in labels:
            one = <PyObject *> item
            if not _is(one, _Label) or not (
                _number(_slot(one, LABEL_X), &of_x) and _number(_slot(one, LABEL_Y), &of_y)
                and _number(_slot(one, LABEL_SIZE), &of_size)
            ):
                return False
            is_strong, is_axis = _truth(_slot(one, LABEL_STRONG)), _truth(_slot(one, LABEL_AXIS))
            said, share = _slot(one, LABEL_TEXT), _share(_slot(one, LABEL_ANCHOR))
            if said != NULL and _is(said, _Fact):
                said = _slot(said, FACT_TEXT)
            if is_strong < 0 or is_axis < 0 or share < 0 or said == NULL or not PyUnicode_Check(<object> said):
                return False
            letters = self.strong if is_strong else self.plain
            ems, glyphs = letters.set(<object> said)
            if not glyphs:
                continue
            size = of_size if of_size else 20.0 if is_axis else 22.0
            x = rint(of_x * 100) + 0.0 - share * ems * (size * 100)
            if not fabs(x) < 1e12:
                return False
            look = 2 * is_strong + is_axis
            if look != look_before or of_size != size_before:
                self.out.put(self.muted if is_axis else self.ink)
                self.out.put(b" /")
                self.out.put(letters.font)
                at = self.out.more(2 * PLACE)
                at[0] = c" "
                at = _whole(at + 1, <long long> rint(size * 100), c" ")
                memcpy(at, b"Tf\n", 3)
                self.out.until(at + 3)
                look_before, size_before = look, of_size
            at = self.out.more(3 * PLACE)
            memcpy(at, b"1 0 0 -1 ", 9)
            at = _thousandths(at + 9, x)
            at = _whole(at, <long long> rint(of_y * 100), c" ")
            memcpy(at, b"Tm", 2)
            self.out.until(at + 2)
            self.out.put(glyphs)
            self.out.put(b"TJ\n")
        self.out.put(b"ET\n")
        return True
