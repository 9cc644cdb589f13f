"""What `section_plan`, `setting`, `page_plan` and `members` do for a file that wasn't planned before, natively; see there for what it is.

Named tuples are made as what they are, tuples of a kind, without a call of Python for each.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.list cimport PyList_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.ref cimport Py_INCREF
from libc.string cimport memcpy

from deflate import adler32

from renderers.pdf.fast.links import box_of, corners_of
from renderers.pdf.fast.syntax import filled, pdf_string

cdef extern from "Python.h":
    object PyType_GenericAlloc(type kind, Py_ssize_t count)
    void PyTuple_SET_ITEM(object made, Py_ssize_t place, object value)

cdef bytes _HEADER = b"\x78\x9c"  # of a zlib stream
cdef bytes _NOTHING = b"", _AFTER = b"Q\n", _TITLE = b"<</Title "
cdef double _TOLERANCE = 1e-6
cdef enum:
    LONGEST_STORED = 0xFFFF
    MOST_PAGES = 20


cdef inline object _new(type kind, Py_ssize_t count):
    return PyType_GenericAlloc(kind, count)


cdef inline void _set(object made, Py_ssize_t place, object value):
    """Fill an empty place of a new tuple."""
    Py_INCREF(value)
    PyTuple_SET_ITEM(made, place, value)


cdef object _part(type kind, before, program, after, leaf, section):
    part = _new(kind, 5)
    _set(part, 0, before)
    _set(part, 1, program)
    _set(part, 2, after)
    _set(part, 3, leaf)
    _set(part, 4, section)
    return part


cdef int _store(bytes data, list blocks, list said) except -1:
    """Append a block that holds data as it is."""
    cdef Py_ssize_t size = PyBytes_GET_SIZE(data)
    if size > LONGEST_STORED:
        (<object>size).to_bytes(2, "little")  # says what is wrong
    cdef bytes block = PyBytes_FromStringAndSize(NULL, size + 5)
    cdef unsigned char *to = <unsigned char *>PyBytes_AS_STRING(block)
    to[0] = 0
    to[1], to[2] = size & 255, size >> 8
    to[3], to[4] = to[1] ^ 255, to[2] ^ 255
    memcpy(to + 5, PyBytes_AS_STRING(data), size)
    blocks.append(block)
    said.append(data)
    return 0


def page_parts(tuple kinds not None, bytes between not None, strips, bytes decorations not None, margins, moved):
    """Return what stands behind the texts of a page and its parts, as `page_plan._page_parts`; kinds: `Part`, `Begun`."""
    cdef type of_part = kinds[0]
    cdef list blocks = [_HEADER], said = [], floats = [], lines = [], stacked = []
    cdef int number
    for strip, dy, section, leaf in strips:
        begins = moved(dy)
        for is_anchored, segment in strip.decorations:
            if not is_anchored:
                between += <bytes?>begins
            _store(between, blocks, said)
            of_blocks, of_data = segment
            blocks.append(of_blocks)
            said.append(of_data)
            between = _NOTHING if is_anchored else _AFTER
        for is_anchored, program in strip.floats:
            before, after = (_NOTHING, _NOTHING) if is_anchored else (begins, _AFTER)
            floats.append(_part(of_part, before, program, after, leaf, section))
        for is_anchored, program in strip.lines:
            before, after = (_NOTHING, _NOTHING) if is_anchored else (begins, _AFTER)
            lines.append(_part(of_part, before, program, after, leaf, section))
        for is_anchored, program in strip.stacked:
            before, after = (_NOTHING, _NOTHING) if is_anchored else (begins, _AFTER)
            stacked.append(_part(of_part, before, program, after, leaf, section))
    _store(between + decorations, blocks, said)
    floats += lines
    floats += stacked
    floats += margins
    begun = _new(<type?>kinds[1], 2)
    _set(begun, 0, b"".join(blocks))
    _set(begun, 1, adler32(b"".join(said)))
    return begun, floats


cdef int _put(list out, Py_ssize_t place, object said) except -1:
    cdef Py_ssize_t count = PyList_GET_SIZE(out)
    if not -count <= place < count:
        raise IndexError("list assignment index out of range")
    out[place if place >= 0 else place + count] = said
    return 0


cdef object _shut(tuple kinds, shut, where, bottom, height):
    """Return the same as `shut.at(where)`."""
    if type(shut) is kinds[1]:
        place, before, after = shut
        return b"".join((before, corners_of(place, (), height if place.is_anchored else bottom), after))
    if type(shut) is kinds[2]:
        (area,) = shut
        return box_of(area, height if area.is_anchored else bottom)
    return shut.at(where)


def put_strips(tuple kinds not None, list numbered not None, list bodies not None, list open_ not None, Py_ssize_t page, pages):
    """Do the same as `members._put_strips`. The kinds are `Where`, `ShutLink`, `ShutBox`."""
    cdef list marked = []
    cdef Py_ssize_t at
    cdef type of_where = kinds[0]
    for _, height, strips, _, _ in pages:
        for strip, dy, section, leaf in strips:
            holes, bookmarks = strip.holes, strip.bookmarks
            count = holes.count
            if not count and not bookmarks:
                continue
            bottom = height - dy
            where = _new(of_where, 4)
            _set(where, 0, section)
            _set(where, 1, leaf)
            _set(where, 2, bottom)
            _set(where, 3, height)
            for mark in bookmarks:
                marked.append((page, where, mark))
            if count:
                at = PyList_GET_SIZE(bodies)
                numbered.append(holes.opening)
                bodies += [_NOTHING] * count
                for place, shut in holes.shut:
                    _put(bodies, at + <Py_ssize_t>place, _shut(kinds, shut, where, bottom, height))
                for place, member in holes.open:
                    open_.append((at + <Py_ssize_t>place, member, where))
        page += 1
    return marked


def put_titles(type of_title not None, list bodies not None, list open_ not None, list marked not None, list ends not None, destination):
    """Do the same as `members._put_titles`. The kind is `OpenTitle`."""
    cdef Py_ssize_t number
    cdef bint is_open
    if len(marked) != len(ends):
        raise ValueError("as many ends as bookmarks")
    for number in range(len(marked)):
        page, where, mark = marked[number]
        rise = (where[3] if mark.is_anchored else where[2]) - mark.y
        after = destination(page, mark.x, rise) + ends[number]
        label = mark.label
        is_open = False
        for piece in label:
            if isinstance(piece, int):
                is_open = True
                break
        if is_open:
            title = _new(of_title, 2)
            _set(title, 0, label)
            _set(title, 1, after)
            open_.append((PyList_GET_SIZE(bodies), title, where))
            bodies.append(_NOTHING)
        else:
            bodies.append(b"".join((_TITLE, pdf_string(filled(label, ())), after)))


cdef struct Run:  # a section of a document
    double y, depth
    bint has_opening, avoids_after
    double opening
    Py_ssize_t count  # of its pieces


cdef class _Runs:
    """Sections under one another, ready to be cut."""

    cdef Run *runs
    cdef Py_ssize_t count
    cdef list pieces

    def __cinit__(self, list plans not None):
        cdef double y = 0.0, margin = 0.0, gap
        cdef bint is_first = True
        cdef Py_ssize_t number
        cdef Run *run
        self.count = PyList_GET_SIZE(plans)
        self.pieces = []
        self.runs = <Run *>PyMem_Malloc((self.count + 1) * sizeof(Run))
        if self.runs == NULL:
            raise MemoryError
        for number in range(self.count):
            plan = plans[number]
            flow = plan.flow
            own = flow.pieces
            if plan.boxes:
                gap = plan.gap
                y += gap if is_first or gap > margin else margin
            run = &self.runs[number]
            run.y, run.depth, run.avoids_after, run.count = y, flow.depth, flow.avoids_after, PyList_GET_SIZE(<list?>own)
            opening = flow.opening
            run.has_opening = opening is not None
            run.opening = opening if run.has_opening else 0.0
            self.pieces.append(own)
            if plan.boxes:
                y += <double>plan.height
                margin, is_first = plan.margin, False

    def __dealloc__(self):
        PyMem_Free(self.runs)

    cdef object _piece(self, Py_ssize_t number, Py_ssize_t index):
        return (<list>(self.pieces[number]))[index]

    cdef int _first_beyond(self, Py_ssize_t *number, Py_ssize_t *index, double limit) except -1:
        """Find the first piece from here on whose bottom lies below the limit."""
        cdef Py_ssize_t place, at, first = index[0]
        cdef double bottom
        for place in range(number[0], self.count):
            if self.runs[place].depth + self.runs[place].y > limit:
                for at in range(first, self.runs[place].count):
                    bottom = self._piece(place, at).bottom
                    if bottom + self.runs[place].y > limit:
                        number[0], index[0] = place, at
                        return 0
            first = 0
        number[0], index[0] = self.count, 0
        return 0

    cdef bint _may_begin(self, Py_ssize_t number, Py_ssize_t index) except -1:
        """Tell whether a page may begin with this piece."""
        if not self._piece(number, index).may_break_before:
            return False
        if index:
            return True
        for number in range(number - 1, -1, -1):
            if self.runs[number].avoids_after:
                return False
            if self.runs[number].count:
                return True
        return True

    cdef double _start(self, Py_ssize_t number, Py_ssize_t index, double start) noexcept:
        """Return y of what begins with a piece that starts there: empty boxes of sections before stand with it."""
        if index:
            return start
        for number in range(number - 1, -1, -1):
            if not self.runs[number].has_opening:
                break
            start = self.runs[number].y + self.runs[number].opening
            if self.runs[number].count:
                break
        return start

    cdef list _between(self, Py_ssize_t first, Py_ssize_t at, Py_ssize_t last, Py_ssize_t end, double shift, type of_cut):
        cdef list cuts = []
        cdef Py_ssize_t number, begin, stop
        for number in range(first, min(last + 1, self.count)):
            begin = at if number == first else 0
            stop = end if number == last else self.runs[number].count
            if stop > begin:
                cut = _new(of_cut, 4)
                _set(cut, 0, number)
                _set(cut, 1, begin)
                _set(cut, 2, stop)
                _set(cut, 3, self.runs[number].y + shift)
                cuts.append(cut)
        return cuts


def cut_pages(tuple kinds not None, list plans not None, double first_top, double first_bottom, double top, double bottom):
    """Return the same as `pagination._cut_pages`. The kinds are `Cut`, `Unfillable`."""
    cdef _Runs runs = _Runs(plans)
    cdef type of_cut = kinds[0]
    cdef list pages = []
    cdef Py_ssize_t first = 0, at = 0, number, index
    cdef double shift = first_top, limit = first_bottom, header, start
    while True:
        number, index = first, at
        runs._first_beyond(&number, &index, limit * (1 + 1e-9) + _TOLERANCE - shift)
        if number == runs.count:
            pages.append(runs._between(first, at, number, index, shift, of_cut))
            return pages
        while (number > first or number == first and index > at) and not runs._may_begin(number, index):
            while not index:
                number -= 1
                if number < 0:
                    break
                index = runs.runs[number].count
            if number < 0:
                break
            index -= 1
        if number < first or number == first and index <= at:
            raise kinds[1]("no page break is allowed where one is needed")
        piece = runs._piece(number, index)
        if piece.open_edges:
            raise kinds[1]("a box with a border or padding would be cut")
        pages.append(runs._between(first, at, number, index, shift, of_cut))
        header, start = piece.header, piece.start
        shift = top + header - runs._start(number, index, runs.runs[number].y + start)
        first, at, limit = number, index, bottom
        if len(pages) > MOST_PAGES:
            raise kinds[1]("more than twenty pages")


def plans_of(forms, tuple structures not None, plans, make):
    """Return the same as `setting._plans_of`."""
    cdef list found = []
    cdef Py_ssize_t first = 0, end, leaf = 0
    find = plans.find
    for form in forms:
        end = first + <Py_ssize_t>form.fixed[2]
        key = (form.number, structures[first:end])
        plan = find(key)
        if plan is None:
            plan = make(form, leaf)
            plans.put(key, plan)
        found.append(plan)
        first = end
        leaf += <Py_ssize_t>len(form.leaves)
    return found


def strips_of(tuple kinds not None, list plans not None, list cuts not None, kind, make):
    """Return the same as `setting._strips_of`. The kind is `Shown`."""
    cdef type of_shown = kinds[0]
    cdef list shown = []
    _, _, _, top, bottom = kind
    for run, first, end, dy in cuts:
        plan = plans[<Py_ssize_t?>run]
        key = (top, bottom, first, end) if plan.is_anchored else (None, None, first, end)
        strip = (<dict?>plan.strips).get(key)
        if strip is None:
            strip = make(run, kind, first, end)
        one = _new(of_shown, 3)
        _set(one, 0, run)
        _set(one, 1, strip)
        _set(one, 2, dy)
        shown.append(one)
    return shown


def placed_of(tuple kinds not None, shown, tuple numbers not None, list leaves not None, make):
    """Return the same as `setting._placed_of`. The kinds are `StripPlace`, `ShownStrip`."""
    cdef type of_place = kinds[0], of_shown = kinds[1]
    cdef list strips = []
    page, document, first, mcid = numbers
    for section, strip, dy in shown:
        place = _new(of_place, 4)
        _set(place, 0, page)
        _set(place, 1, document)
        _set(place, 2, first)
        _set(place, 3, mcid)
        placed = (<dict?>strip.placed).get(place)
        if placed is None:
            placed = make(strip, place, section)
        one = _new(of_shown, 4)
        _set(one, 0, placed)
        _set(one, 1, dy)
        _set(one, 2, section)
        _set(one, 3, leaves[section])
        strips.append(one)
        first, mcid = placed.next_object, placed.next_mcid
    return strips, first
