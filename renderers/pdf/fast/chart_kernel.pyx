"""Charts as PDF operators: what `ChartPainter` of chart_ops.py writes, in one buffer and without objects between.

`Pen.chart` declines, by None, whatever is not the usual (other types, places beyond ten million units): Python then
does all of it, its errors included. Places are rounded as Python rounds them, to even on a tie.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_CheckExact
from cpython.long cimport PyLong_AsLongLong, PyLong_CheckExact
from cpython.mem cimport PyMem_Free, PyMem_Realloc
from cpython.object cimport PyObject, PyTypeObject
from cpython.unicode cimport PyUnicode_Check
from libc.math cimport fabs, rint
from libc.stdint cimport uint64_t
from libc.string cimport memcpy

from types import MemberDescriptorType

from engine.model.chart import ChartLabel, ChartLine, Mark, MarkStyle
from engine.model.said import Fact

cdef extern from "Python.h":
    ctypedef struct PyMemberDef:
        Py_ssize_t offset
    ctypedef struct PyMemberDescrObject:
        PyMemberDef *d_member
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


cdef struct Box:
    PyObject *style
    PyObject *role
    long long x, top, width, height, radius


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


cdef bint _stand_clear(Box *boxes, Py_ssize_t count) noexcept:
    """Whether each outline stands to the right of all that is drawn before it."""
    cdef Py_ssize_t number
    cdef long long beyond, reach = -0x4000000000000000
    for number in range(count):
        beyond = RULE // 2 if boxes[number].style == <PyObject *> _OUTLINE else 0
        if beyond and boxes[number].x - beyond < reach:
            return False
        reach = max(reach, boxes[number].x + boxes[number].width + beyond)
    return True


cdef inline bint _is_wide(Box *box) noexcept:
    return min(box.width, box.height) > 3 * box.radius


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
    cdef Box *boxes
    cdef Py_ssize_t room
    cdef bint is_busy

    def __cinit__(self, letters not None, dict roles not None, bytes outlined, bytes hatched, bytes stripes, rules, inks):
        self.out = _Sheet()
        self.plain, self.strong = letters
        self.roles = [(role, *colours) for role, colours in roles.items()]
        self.outlined, self.hatched, self.stripes = outlined, hatched, stripes
        self.rule, self.dotted = rules
        self.ink, self.muted = inks

    def __dealloc__(self):
        PyMem_Free(self.boxes)

    def chart(self, bytes view not None, object chart, double squeeze):
        """Return a chart from its view on; None if it is not of the usual. Raises what setting a label raises."""
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
            self.out.put(view)
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
        cdef int is_dotted, before = -1
        if lines:
            self.out.put(b"%d w\n" % RULE)
        for item in lines:
            one = <PyObject *> item
            if not _is(one, _Line):
                return False
            if (is_dotted := _truth(_slot(one, LINE_DOTTED))) < 0 or not (
                _number(_slot(one, LINE_X1), &x1) and _number(_slot(one, LINE_Y1), &y1)
                and _number(_slot(one, LINE_X2), &x2) and _number(_slot(one, LINE_Y2), &y2)
            ):
                return False
            if is_dotted != before:
                self._lines_end(before)
                self.out.put(self.dotted if is_dotted else self.rule)
                before = is_dotted
            at = self.out.more(5 * PLACE)
            at = _whole(_whole(at, <long long> rint(x1 * 100), c" "), <long long> rint(y1 * squeeze), c" ")
            memcpy(at, b"m ", 2)
            at = _whole(_whole(at + 2, <long long> rint(x2 * 100), c" "), <long long> rint(y2 * squeeze), c" ")
            memcpy(at, b"l\n", 2)
            self.out.until(at + 2)
        self._lines_end(before)
        return True

    cdef int _lines_end(self, int is_dotted) except -1:
        if is_dotted >= 0:
            self.out.put(b"S[]0 d\n" if is_dotted else b"S\n")
        return 0

    cdef Py_ssize_t _boxed(self, tuple marks, double squeeze) except -2:
        """Keep what has a width and a height in `boxes` and return how many; -1 if a mark is not of the usual."""
        cdef double of_x = 0, of_y = 0, of_width = 0, of_height = 0
        cdef (PyObject *) one, style, role
        cdef Py_ssize_t count = 0
        cdef Box *box
        if self.room < len(marks):
            box = <Box *> PyMem_Realloc(self.boxes, 2 * len(marks) * sizeof(Box))
            if box == NULL:
                raise MemoryError
            self.boxes, self.room = box, 2 * len(marks)
        for item in marks:
            one = <PyObject *> item
            if not _is(one, _Mark) or not (
                _number(_slot(one, MARK_X), &of_x) and _number(_slot(one, MARK_Y), &of_y)
                and _number(_slot(one, MARK_WIDTH), &of_width) and _number(_slot(one, MARK_HEIGHT), &of_height)
            ):
                return -1
            style, role = _slot(one, MARK_STYLE), _slot(one, MARK_ROLE)
            if style == NULL or role == NULL:
                return -1
            box = self.boxes + count
            box.style, box.role = style, role
            box.x, box.width = <long long> rint(of_x * 100), <long long> rint(of_width * 100)
            box.top, box.height = <long long> rint(of_y * squeeze), <long long> rint(of_height * squeeze)
            box.radius = 400 if style == <PyObject *> _OUTLINE else 300 if of_height * squeeze > 800 else 100
            if box.height > 0 and box.width > 0:
                count += 1
        return count

    cdef bint _marks(self, tuple marks, double squeeze, bint is_bars) except -1:
        cdef Py_ssize_t number, count = self._boxed(marks, squeeze)
        cdef long long reach, pen = 0
        cdef PyObject *before = NULL
        cdef Box *box
        cdef char *at
        cdef int end = 0  # the operator that the path is waiting for
        cdef bint is_clear, is_wide
        if count < 0:
            return False
        is_clear = _stand_clear(self.boxes, count)
        if is_clear:
            self._outlines(self.boxes, count)
        for number in range(count):
            box = self.boxes + number
            if box.style == <PyObject *> _HATCHED:
                self._end(end)
                end = 0
                self.out.put(self.hatched)
                self._path(box)
                self.out.put(self.stripes)
                reach = (box.width + box.height) // 2 + 1
                at = self.out.more(6 * PLACE)
                at = _whole(at, 4 * reach, c" ")
                memcpy(at, b"w ", 2)
                at = _whole(_whole(at + 2, box.x, c" "), box.top, c" ")
                memcpy(at, b"m ", 2)
                at = _whole(_whole(at + 2, box.x + reach, c" "), box.top + reach, c" ")
                memcpy(at, b"l S Q\n", 6)
                self.out.until(at + 6)
            elif box.style != <PyObject *> _OUTLINE:
                is_wide = _is_wide(box)
                if before != box.role or end != (c"B" if is_wide else c"f") or (is_wide and pen != 2 * box.radius):
                    self._end(end)
                    end = c"B" if is_wide else c"f"
                    if before != box.role:
                        if not self._fill(box.role, is_bars):
                            return False
                        before = box.role
                    if is_wide and pen != 2 * box.radius:
                        pen = 2 * box.radius
                        at = _whole(self.out.more(2 * PLACE), pen, c" ")
                        memcpy(at, b"w\n", 2)
                        self.out.until(at + 2)
                if is_wide:
                    self._inner(box)
                else:
                    self._path(box)
            elif not is_clear:
                self._end(end)
                self._outlines(box, 1)
                end, pen, before = 0, RULE, NULL
        self._end(end)
        return True

    cdef int _end(self, int operator) except -1:
        """Write what draws the path, if there is one."""
        cdef char *at
        if operator:
            at = self.out.more(2)
            at[0], at[1] = <char> operator, c"\n"
            self.out.until(at + 2)
        return 0

    cdef int _outlines(self, Box *boxes, Py_ssize_t count) except -1:
        """Draw the outlines among boxes."""
        cdef Py_ssize_t number
        cdef bint is_begun = False
        for number in range(count):
            if boxes[number].style == <PyObject *> _OUTLINE:
                if not is_begun:
                    self.out.put(self.outlined)
                    is_begun = True
                self._path(boxes + number)
        return self._end(c"B" if is_begun else 0)

    cdef int _inner(self, Box *box) except -1:
        """Write the rectangle that a pen as wide as two radii rounds off to the box."""
        cdef char *at = self.out.more(5 * PLACE)
        at = _whole(_whole(at, box.x + box.radius, c" "), box.top + box.radius, c" ")
        at = _whole(_whole(at, box.width - 2 * box.radius, c" "), box.height - 2 * box.radius, c" ")
        memcpy(at, b"re\n", 3)
        self.out.until(at + 3)
        return 0

    cdef bint _fill(self, PyObject *role, bint is_bars) except -1:
        """Write the colour of a role; whether there is one."""
        for known, of_mark, of_bar in self.roles:
            if <PyObject *> known == role:
                self.out.put(of_bar if is_bars else of_mark)
                return True
        return False

    cdef int _path(self, Box *box) except -1:
        """Write a rectangle with rounded corners: see `_path` of chart_ops.py."""
        cdef long long x = box.x, top = box.top, width = box.width, height = box.height, radius = box.radius
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
        cdef double of_x = 0, of_y = 0, of_size = 0, ems = 0, size, share, place
        cdef double size_before = 0
        cdef long long x, y, from_x = 0, from_y = 0
        cdef int is_strong, is_axis, look, look_before = -1
        cdef (PyObject *) one, said
        cdef bytes glyphs
        cdef char *at
        if not labels:
            return True
        self.out.put(b"BT 1 0 0 -1 0 0 Tm\n")
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
            place = rint(of_x * 100) - share * ems * (size * 100)
            if not fabs(place) < 1e12:
                return False
            x, y = <long long> rint(place), <long long> rint(of_y * 100)
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
            at = _whole(_whole(self.out.more(3 * PLACE), x - from_x, c" "), from_y - y, c" ")
            memcpy(at, b"Td", 2)
            from_x, from_y = x, y
            self.out.until(at + 2)
            self.out.put(glyphs)
            self.out.put(b"TJ\n")
        self.out.put(b"ET\n")
        return True
