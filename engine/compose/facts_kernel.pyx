"""Facts and sentences made natively. Twins: `sentence` and `FactBook` in facts.py, rows and groups in charge_rows.py.

What is not of the usual kinds (a figure that is rounded or written by power, a value of another class than `Decimal`, a
message that names what is not given) is left to the twin.
"""

cimport cython
from cpython.dict cimport PyDict_Clear, PyDict_GetItemWithError, PyDict_SetItem, PyDict_Size
from cpython.object cimport PyObject, PyObject_Str
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM

from datetime import date
from decimal import Decimal
from sys import intern
from types import MemberDescriptorType

from engine.compose.locale import _money_marks, formats_of
from engine.model.money import _EXPONENTS
from engine.model.bill import ZERO, Bill, ChargeLine, Tax
from engine.model.communication import ChargeGroup, ChargeRow
from engine.model.said import Fact, Text, TextBlock

cdef extern from "Python.h":
    int PyUnicode_KIND(object text)
    void *PyUnicode_DATA(object text)
    unsigned int PyUnicode_READ(int kind, void *data, Py_ssize_t place)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    int PyUnicode_IS_ASCII(object text)
    bint PyUnicode_Check(object text)
    bint Py_UNICODE_ISPRINTABLE(unsigned int character)
    object PyUnicode_FromKindAndData(int kind, const void *data, Py_ssize_t length)
    object PyUnicode_Replace(object text, object old, object new, Py_ssize_t count)
    object PyUnicode_Substring(object text, Py_ssize_t start, Py_ssize_t end)
    object PyObject_GenericGetDict(object of, void *context)
    object PyType_GenericAlloc(type kind, Py_ssize_t count)

cdef extern from "structmember.h":
    ctypedef struct PyMemberDef:
        Py_ssize_t offset
    ctypedef struct PyMemberDescrObject:
        PyMemberDef *d_member

cdef extern from *:
    """
    /* A call with its arguments as they are given: no dictionary of a sentence's values is made. */
    static PyObject *(*made_sentence)(PyObject *, PyObject *, PyObject *const *, PyObject *);
    static PyObject *twin_of_sentence;

    static PyObject *sentence_called(PyObject *self, PyObject *const *args, Py_ssize_t given, PyObject *names) {
        if (given == 2) {
            PyObject *made = made_sentence(args[0], args[1], args + 2, names);
            if (made != Py_None) return made;
            Py_DECREF(made);
        }
        return PyObject_Vectorcall(twin_of_sentence, args, (size_t)given, names);
    }

    static PyMethodDef sentence_method = {
        "sentence", (PyCFunction)(void (*)(void))sentence_called, METH_FASTCALL | METH_KEYWORDS, NULL};

    #if PY_VERSION_HEX < 0x030D0000
    #define roomy_dict(count) _PyDict_NewPresized(count)
    #else
    #define roomy_dict(count) PyDict_New()
    #endif

    static PyObject *sentence_by(void *make, PyObject *twin) {
        made_sentence = (PyObject *(*)(PyObject *, PyObject *, PyObject *const *, PyObject *))make;
        Py_INCREF(twin);
        Py_XSETREF(twin_of_sentence, twin);
        return PyCFunction_New(&sentence_method, NULL);
    }
    """
    object sentence_by(void *make, object twin)
    dict roomy_dict(Py_ssize_t count)


cdef Py_ssize_t _offset(kind, str name) except -1:
    """Return where an object of this kind holds a slot."""
    slot = kind.__dict__[name]
    if type(slot) is not MemberDescriptorType:
        raise TypeError(name)
    return (<PyMemberDescrObject *>slot).d_member.offset


cdef type _FACT = Fact, _BLOCK = TextBlock, _TEXT = Text, _DECIMAL = Decimal, _DATE = date
cdef Py_ssize_t _ID = _offset(Fact, "id"), _VALUE = _offset(Fact, "value")
cdef Py_ssize_t _WRITTEN = _offset(Fact, "text"), _SPOKEN = _offset(Fact, "spoken")
cdef Py_ssize_t _BLOCK_ID = _offset(TextBlock, "id"), _PARTS = _offset(TextBlock, "parts")
cdef dict _PLACES = _EXPONENTS
cdef object _N = "{n}"
cdef enum:
    DIGITS = 32  # of a figure that is written here
    MARK = 8  # characters of a locale's mark
    ROOM = 256
    MOST_PARTS = 64
    MOST_KEPT = 8192  # texts of each sort, as the twins keep
    MOST_SHELVES = 64
    MOST_ROWS = 64  # whose ids are kept here
    MOST_FACTS = 80  # of most communications


cdef inline void _put(object made, Py_ssize_t offset, object value) noexcept:
    """Fill an empty slot of a new object."""
    Py_INCREF(value)
    (<PyObject **>(<char *><PyObject *>made + offset))[0] = <PyObject *>value


cdef inline PyObject *_slot(PyObject *of, Py_ssize_t offset) noexcept:
    """Return what a slot holds, borrowed; NULL where it holds nothing."""
    return (<PyObject **>(<char *>of + offset))[0]


cdef inline PyObject *_found(dict kept, object key) except? NULL:
    return <PyObject *>PyDict_GetItemWithError(kept, key)


cdef int _keep(dict kept, object key, object value) except -1:
    if PyDict_Size(kept) >= MOST_KEPT:
        PyDict_Clear(kept)
    PyDict_SetItem(kept, key, value)
    return 0


cdef inline object _block(block_id, parts):
    made = PyType_GenericAlloc(_BLOCK, 0)
    _put(made, _BLOCK_ID, block_id)
    _put(made, _PARTS, parts)
    return made


# ---------------------------------------------------------------------------------------------- figures


cdef struct Figure:
    Py_ssize_t length  # of `room` that is written
    int sign  # as of the value: -1, 0, 1
    Py_UCS4 room[ROOM]


cdef struct Mark:
    Py_ssize_t length
    Py_UCS4 room[MARK]


cdef bint _take(Mark *mark, text) except -1:
    """Take a mark over; False where it is too long, or no text."""
    cdef Py_ssize_t place
    mark.length = 0
    if type(text) is not str or PyUnicode_GET_LENGTH(text) > MARK:
        return False
    for place in range(PyUnicode_GET_LENGTH(text)):
        mark.room[place] = PyUnicode_READ(PyUnicode_KIND(text), PyUnicode_DATA(text), place)
    mark.length = PyUnicode_GET_LENGTH(text)
    return True


cdef inline void _write(Figure *figure, const Mark *mark) noexcept:
    cdef Py_ssize_t place
    for place in range(mark.length):
        figure.room[figure.length] = mark.room[place]
        figure.length += 1


cdef inline object _text(const Figure *figure):
    return PyUnicode_FromKindAndData(4, figure.room, figure.length)


@cython.final
cdef class Money:
    """What stands around an amount of a currency."""

    cdef Mark before, after
    cdef bint is_usual
    cdef object head  # the sign alone, None before it is asked for


@cython.final
cdef class Shelf:
    """What is kept of the texts of a locale: its marks, and what was written lately."""

    cdef object texts, formats
    cdef Mark decimal, group
    cdef bint is_usual
    cdef dict money, days, shorts, percents, quantities
    cdef Py_ssize_t count  # of all quantities

    def __cinit__(self, texts):
        self.texts = texts
        self.formats = formats_of(texts.locale)
        self.is_usual = _take(&self.decimal, self.formats.decimal_mark) and _take(&self.group, self.formats.group_mark)
        self.money, self.days, self.shorts, self.percents, self.quantities = {}, {}, {}, {}, {}
        self.count = 0

    cdef Money money_of(self, currency):
        cdef PyObject *found = _found(self.money, currency)
        cdef Money made
        if found is not NULL:
            return <Money>found
        before, after = _money_marks(self.formats, currency)
        made = Money.__new__(Money)
        made.is_usual = _take(&made.before, before) and _take(&made.after, after)
        _keep(self.money, currency, made)
        return made

    cdef bint figure(self, Figure *figure, value, long least, long most) except -1:
        """Write a figure without sign, as `_plain` of locale.py does; False where it must be rounded, or is odd."""
        return type(value) is _DECIMAL and self.is_usual and self.written(figure, PyObject_Str(value), least, most)

    cdef bint written(self, Figure *figure, written, long least, long most) noexcept:
        cdef Py_ssize_t length = PyUnicode_GET_LENGTH(written), place = 0, whole, count, last
        cdef const unsigned char *digits
        cdef bint is_negative = False
        if not PyUnicode_IS_ASCII(written) or length > DIGITS or most > DIGITS or least > most:
            return False
        digits = <const unsigned char *>PyUnicode_DATA(written)
        if length and digits[0] == c"-":
            is_negative = True
            digits += 1
            length -= 1
        figure.sign = 0
        while place < length and c"0" <= digits[place] <= c"9":
            if digits[place] != c"0":
                figure.sign = 1
            place += 1
        whole = place
        count = 0
        if not whole:
            return False
        if place < length:
            if digits[place] != c".":
                return False
            count = length - place - 1
            for last in range(place + 1, length):
                if not c"0" <= digits[last] <= c"9":
                    return False
                if digits[last] != c"0":
                    figure.sign = 1
        while count > least and digits[whole + count] == c"0":
            count -= 1
        if count > most:
            return False
        if is_negative:
            figure.sign = -figure.sign
        for place in range(whole):
            if place and (whole - place) % 3 == 0:
                _write(figure, &self.group)
            figure.room[figure.length] = digits[place]
            figure.length += 1
        if count or least:
            _write(figure, &self.decimal)
        for place in range(count if count > least else least):
            figure.room[figure.length] = digits[whole + 1 + place] if place < count else c"0"
            figure.length += 1
        return True


# ------------------------------------------------------------------------------------------------ facts


cdef dict _shelves = {}  # by the identity of the texts, which a shelf holds
cdef object _twin = None, _quantity = None, _day = None, _harmless = None, _pattern = None


cdef Shelf _shelf_of(texts):
    key = <size_t><PyObject *>texts
    cdef PyObject *found = _found(_shelves, key)
    if found is not NULL:
        return <Shelf>found
    if PyDict_Size(_shelves) >= MOST_SHELVES:
        PyDict_Clear(_shelves)
    made = Shelf(texts)
    PyDict_SetItem(_shelves, key, made)
    return made


cdef inline long _places(currency) except -1:
    cdef PyObject *found = _found(_PLACES, currency)
    return 2 if found is NULL else <object>found


cdef bint _is_printable(str text) noexcept:
    """Whether a text is as `str.isprintable` has it."""
    cdef int kind = PyUnicode_KIND(text)
    cdef void *data = PyUnicode_DATA(text)
    cdef Py_ssize_t place
    if PyUnicode_IS_ASCII(text):
        for place in range(PyUnicode_GET_LENGTH(text)):
            if not 32 <= (<const unsigned char *>data)[place] < 127:
                return False
        return True
    for place in range(PyUnicode_GET_LENGTH(text)):
        if not Py_UNICODE_ISPRINTABLE(PyUnicode_READ(kind, data, place)):
            return False
    return True


cdef class FactBook:
    """Makes the facts of one communication. An id given twice must mean the same text."""

    cdef readonly object texts, formats
    cdef readonly bint _is_said
    cdef Shelf shelf
    cdef dict facts

    def __init__(self, texts, *, is_said=True):
        self.shelf = _shelf_of(texts)
        self.texts = texts
        self._is_said = is_said
        self.formats = self.shelf.formats
        self.facts = roomy_dict(MOST_FACTS)

    cdef object made(self, fact_id, value, text, spoken):
        cdef PyObject *found = _found(self.facts, fact_id)
        cdef PyObject *known
        if found is NULL:
            made = PyType_GenericAlloc(_FACT, 0)
            _put(made, _ID, fact_id)
            _put(made, _VALUE, value)
            _put(made, _WRITTEN, text)
            _put(made, _SPOKEN, spoken)
            PyDict_SetItem(self.facts, fact_id, made)
            return made
        known = _slot(found, _WRITTEN)
        if known is not <PyObject *>text and <object>known != text:
            raise ValueError(f"the fact {fact_id} is made twice, with two texts")
        return <object>found

    def add(self, fact_id, value, text, spoken=""):
        return self.made(fact_id, value, text, spoken)

    def word(self, fact_id, value):
        return self.word_of(fact_id, value)

    cdef object word_of(self, fact_id, value):
        if type(value) is not str:
            return _twin.word(self, fact_id, value)
        plain = value if _is_printable(value) else _harmless(value)
        return self.made(fact_id, plain, plain, "")

    def money(self, fact_id, value, currency):
        return self.money_of(fact_id, value, currency)

    cdef object money_of(self, fact_id, value, currency):
        cdef Figure figure
        cdef Money around
        if self._is_said or type(currency) is not str:
            return _twin.money(self, fact_id, value, currency)
        around = self.shelf.money_of(currency)
        figure.length = 1  # room for a minus
        _write(&figure, &around.before)
        cdef long places = _places(currency)
        if not (around.is_usual and self.shelf.figure(&figure, value, places, places)):
            return _twin.money(self, fact_id, value, currency)
        _write(&figure, &around.after)
        return self.made(fact_id, value, _with_sign(&figure, False), "")

    def amount(self, fact_id, value, currency):
        return self.plain_amount(fact_id, value, currency, False)

    def signed(self, fact_id, value, currency):
        return self.plain_amount(fact_id, value, currency, True)

    cdef object plain_amount(self, fact_id, value, currency, bint has_plus):
        cdef Figure figure
        cdef long places
        if type(currency) is str:
            places = _places(currency)
            figure.length = 1
            if self.shelf.figure(&figure, value, places, places):
                return self.made(fact_id, value, _with_sign(&figure, has_plus), "")
        return (_twin.signed if has_plus else _twin.amount)(self, fact_id, value, currency)

    def price(self, fact_id, value, currency):
        return self.price_of(fact_id, value, currency)

    cdef object price_of(self, fact_id, value, currency):
        cdef Figure figure
        cdef Py_ssize_t given
        cdef long places
        if type(value) is _DECIMAL and type(currency) is str and self.shelf.is_usual:
            written = PyObject_Str(value)
            given = 0
            if "." in <str>written:
                given = PyUnicode_GET_LENGTH(written) - 1 - (<str>written).find(".")
            places = max(_places(currency), min(given, 6))
            figure.length = 1
            if self.shelf.written(&figure, written, places, places):
                return self.made(fact_id, value, _with_sign(&figure, False), "")
        return _twin.price(self, fact_id, value, currency)

    def number(self, fact_id, value, spoken=""):
        cdef Figure figure
        figure.length = 1
        if self.shelf.figure(&figure, value, 0, 3):
            return self.made(fact_id, value, _with_sign(&figure, False), spoken)
        return _twin.number(self, fact_id, value, spoken)

    def day(self, fact_id, value):
        cdef PyObject *found
        if type(value) is not _DATE:
            return _twin.day(self, fact_id, value)
        found = _found(self.shelf.days, value)
        if found is NULL:
            written = _day(self.formats, value)
            _keep(self.shelf.days, value, written)
            text, spoken = written
        else:
            text, spoken = <tuple>found
        return self.made(fact_id, value, text, spoken)

    def day_short(self, fact_id, value):
        cdef PyObject *found
        if type(value) is not _DATE:
            return _twin.day_short(self, fact_id, value)
        found = _found(self.shelf.shorts, value)
        if found is NULL:
            written = self.formats.day_short(value), self.formats.day_spoken(value)
            _keep(self.shelf.shorts, value, written)
            text, spoken = written
        else:
            text, spoken = <tuple>found
        return self.made(fact_id, value, text, spoken)

    def percent(self, fact_id, value):
        cdef PyObject *found
        if type(value) is not _DECIMAL:
            return _twin.percent(self, fact_id, value)
        key = PyObject_Str(value)
        found = _found(self.shelf.percents, key)
        if found is not NULL:
            text, spoken = <tuple>found
            return self.made(fact_id, value, text, spoken)
        made = _twin.percent(self, fact_id, value)
        _keep(self.shelf.percents, key, (made.text, made.spoken))
        return made

    def counted(self, fact_id, count, message):
        if type(count) is not int or not 0 <= count < 1000 or not PyUnicode_Check(message):
            return _twin.counted(self, fact_id, count, message)
        return self.made(fact_id, count, PyUnicode_Replace(message, _N, PyObject_Str(count), -1), "")

    def quantity(self, fact_id, value, unit):
        return self.quantity_of(fact_id, value, unit)

    cdef object quantity_of(self, fact_id, value, unit):
        cdef PyObject *found
        cdef PyObject *kept
        cdef Shelf shelf = self.shelf
        if type(value) is not _DECIMAL or type(unit) is not str:
            return _twin.quantity(self, fact_id, value, unit)
        key = PyObject_Str(value)
        kept = _found(shelf.quantities, unit)
        found = NULL if kept is NULL else _found(<dict>kept, key)
        if found is not NULL:
            text, said, is_count = <tuple>found
        else:
            hash((self.texts, value))  # what has none is refused, as by the twin
            made = text, said, is_count = _quantity(self.texts, value, unit)
            shelf.count += 1
            if shelf.count > MOST_KEPT:
                PyDict_Clear(shelf.quantities)
                shelf.count = 1
            (<dict>shelf.quantities.setdefault(unit, {}))[key] = made
        return self.made(fact_id, int(value) if is_count else value, text, said)

    def mark(self, currency):
        cdef Money money
        if type(currency) is not str:
            return _twin.mark(self, currency)
        money = self.shelf.money_of(currency)
        if money.head is None:
            money.head = _twin.mark(self, currency)
        return money.head

    def spoken_money(self, value, currency):
        return _twin.spoken_money(self, value, currency)


cdef inline object _with_sign(Figure *figure, bint has_plus):
    """Return the text of a figure, for whose sign the first place was left."""
    if figure.sign < 0:
        figure.room[0] = 0x2212
    elif has_plus and figure.sign > 0:
        figure.room[0] = c"+"
    else:
        return PyUnicode_FromKindAndData(4, figure.room + 1, figure.length - 1)
    return PyUnicode_FromKindAndData(4, figure.room, figure.length)


# ------------------------------------------------------------------------------------------------ sentences


cdef dict _patterns = {}  # by message: its pieces, None where it is all one text


cdef object _pattern_of(message):
    cdef PyObject *found = _found(_patterns, message)
    if found is not NULL:
        return <object>found
    made = None
    if "{" in message:
        made = tuple([(text, unstopped, intern(name)) for text, unstopped, name in _pattern(message)])
    _keep(_patterns, message, made)
    return made


cdef PyObject *_given(PyObject **values, names, PyObject *name) except? NULL:
    """Return the value of this name; NULL where it is not given."""
    cdef Py_ssize_t place
    for place in range(PyTuple_GET_SIZE(names)):
        if <PyObject *>PyTuple_GET_ITEM(names, place) is name:
            return values[place]
    for place in range(PyTuple_GET_SIZE(names)):  # a name that isn't interned
        if <object>PyTuple_GET_ITEM(names, place) == <object>name:
            return values[place]
    return NULL


cdef bint _are_usual(names):
    """Whether none of these names is one of the arguments' own."""
    for name in <tuple>names:
        if name == "block_id" or name == "message":
            return False
    return True


cdef object _sentence(block_id, message, PyObject **values, PyObject *given):
    """Return the block; None where the twin is to make it."""
    cdef PyObject *parts[MOST_PARTS]
    cdef PyObject *value
    cdef PyObject *part
    cdef Py_ssize_t count = 0, place, inner, most
    cdef bint is_stopped = False
    if type(block_id) is not str or type(message) is not _TEXT:
        return None
    names = () if given is NULL else <object>given
    if PyTuple_GET_SIZE(names) and not _are_usual(names):
        return None
    pattern = _pattern_of(message)
    if pattern is None:
        return _block(block_id, (message,) if PyUnicode_GET_LENGTH(message) else ())
    cdef list held = None  # texts without their full stop, for as long as they are borrowed
    for place in range(PyTuple_GET_SIZE(pattern)):
        piece = <object>PyTuple_GET_ITEM(pattern, place)
        if count + 2 > MOST_PARTS:
            return None
        literal = <object>PyTuple_GET_ITEM(piece, 0)
        if PyUnicode_GET_LENGTH(literal):
            if is_stopped:
                literal = <object>PyTuple_GET_ITEM(piece, 1)
            if PyUnicode_GET_LENGTH(literal):
                parts[count] = <PyObject *>literal
                count += 1
            is_stopped = False
        name = <object>PyTuple_GET_ITEM(piece, 2)
        if not PyUnicode_GET_LENGTH(name):
            continue
        value = _given(values, names, <PyObject *>name)
        if value is NULL:
            return None
        if type(<object>value) is _BLOCK:
            inside = <object>_slot(value, _PARTS)
            if type(inside) is not tuple:
                return None
            most = PyTuple_GET_SIZE(inside)
        else:
            inside, most = None, 1
        if count + most + 2 > MOST_PARTS:
            return None
        for inner in range(most):
            part = value if inside is None else <PyObject *>PyTuple_GET_ITEM(inside, inner)
            if type(<object>part) is _FACT:
                text = <object>_slot(part, _WRITTEN)
                if not PyUnicode_Check(text):
                    return None
                is_stopped = _ends_in_stop(text)
                if not PyUnicode_GET_LENGTH(text):
                    continue
            elif type(<object>part) is _TEXT or type(<object>part) is str:
                if is_stopped and _starts_with_stop(<object>part):
                    rest = _TEXT(PyUnicode_Substring(<object>part, 1, PyUnicode_GET_LENGTH(<object>part)))
                    if held is None:
                        held = []
                    held.append(rest)
                    part = <PyObject *>rest
                is_stopped = False
                if not PyUnicode_GET_LENGTH(<object>part):
                    continue
            else:
                return None
            parts[count] = part
            count += 1
    made = PyTuple_New(count)
    for place in range(count):
        Py_INCREF(<object>parts[place])
        PyTuple_SET_ITEM(made, place, <object>parts[place])
    return _block(block_id, made)


cdef inline bint _ends_in_stop(text) noexcept:
    cdef Py_ssize_t length = PyUnicode_GET_LENGTH(text)
    return length > 0 and PyUnicode_READ(PyUnicode_KIND(text), PyUnicode_DATA(text), length - 1) == c"."


cdef inline bint _starts_with_stop(text) noexcept:
    return PyUnicode_GET_LENGTH(text) > 0 and PyUnicode_READ(PyUnicode_KIND(text), PyUnicode_DATA(text), 0) == c"."


# ------------------------------------------------------------------------------------------- rows of a bill


cdef type _ROW = ChargeRow, _GROUP = ChargeGroup
cdef object _BILL = Bill, _LINE = ChargeLine, _TAX = Tax, _ZERO = ZERO
cdef Py_ssize_t _ROW_AT[5]
cdef Py_ssize_t _GROUP_AT[4]
_ROW_AT[:] = [
    _offset(ChargeRow, "role"), _offset(ChargeRow, "label"), _offset(ChargeRow, "quantity"),
    _offset(ChargeRow, "price"), _offset(ChargeRow, "amount"),
]
_GROUP_AT[:] = [
    _offset(ChargeGroup, "role"), _offset(ChargeGroup, "label"), _offset(ChargeGroup, "amount"),
    _offset(ChargeGroup, "money"),
]
cdef list _row_ids = []  # of the first rows


cdef inline dict _fields(of, kind):
    """Return the fields of a record; None where it is of another class."""
    return <dict>PyObject_GenericGetDict(of, NULL) if type(of) is kind else None


cdef tuple _records(dict fields, name):
    """Return records in a field; None where they are no tuple."""
    cdef PyObject *found = _found(fields, name)
    return <tuple><object>found if found is not NULL and type(<object>found) is tuple else None


def charge_rows(book, bill, ids, roles):
    """Return the rows of a bill; None where the twin is to make them.

    `ids` gives the ids of a row's facts, `roles` has the role of each category.
    """
    cdef FactBook own
    cdef dict fields, line
    cdef tuple lines, others
    cdef PyObject *found[6]
    cdef PyObject *role
    cdef Py_ssize_t place, at
    if type(book) is not FactBook or type(roles) is not dict:
        return None
    own, fields = book, _fields(bill, _BILL)
    if fields is None:
        return None
    lines, others, found[0] = _records(fields, "lines"), _records(fields, "allowances"), _found(fields, "currency")
    if lines is None or others is None or PyTuple_GET_SIZE(others) or found[0] is NULL:
        return None
    currency = <object>found[0]
    made = PyTuple_New(PyTuple_GET_SIZE(lines))
    for place in range(PyTuple_GET_SIZE(lines)):
        line = _fields(<object>PyTuple_GET_ITEM(lines, place), _LINE)
        if line is None:
            return None
        found[0], found[1], found[2] = _found(line, "category"), _found(line, "label"), _found(line, "quantity")
        found[3], found[4], found[5] = _found(line, "unit"), _found(line, "unit_price"), _found(line, "amount")
        for at in range(6):
            if found[at] is NULL:
                return None
        role = _found(roles, <object>found[0])
        if role is NULL:
            return None
        if place < len(_row_ids):
            of_row = <tuple>_row_ids[place]
        else:
            of_row = <tuple>ids(place)
            if place == len(_row_ids) and place < MOST_ROWS:  # another thread may have kept them meanwhile
                _row_ids.append(of_row)
        quantity, unit, price = <object>found[2], <object>found[3], <object>found[4]
        label = own.word_of(of_row[0], <object>found[1])
        if quantity is None or unit is None:
            told = None
        else:
            told = own.quantity_of(of_row[1], quantity if quantity else _ZERO, unit)
        cost = None if price is None else own.price_of(of_row[2], price, currency)
        amount = own.plain_amount(of_row[3], <object>found[5], currency, False)
        row = PyType_GenericAlloc(_ROW, 0)
        _put(row, _ROW_AT[0], <object>role)
        _put(row, _ROW_AT[1], label)
        _put(row, _ROW_AT[2], told)
        _put(row, _ROW_AT[3], cost)
        _put(row, _ROW_AT[4], amount)
        Py_INCREF(row)
        PyTuple_SET_ITEM(made, place, row)
    return made


def charge_groups(book, bill, places, groups, Py_ssize_t taxes_at, Py_ssize_t adjusted_at, label_of):
    """Return the groups of a bill's charges; None where the twin is to make them.

    `places` has the place of each category's group among `groups`, which are tuples of the role and the ids of the
    two amounts; taxes and what is adjusted have their own places. `label_of` gives a group's words.
    """
    cdef FactBook own
    cdef dict fields, line
    cdef tuple lines, taxes, others
    cdef list sums
    cdef PyObject *currency
    cdef PyObject *rounding
    cdef PyObject *amount
    cdef PyObject *at
    cdef Py_ssize_t place
    if type(book) is not FactBook or type(places) is not dict:
        return None
    own, fields = book, _fields(bill, _BILL)
    if fields is None:
        return None
    lines, taxes, others = _records(fields, "lines"), _records(fields, "taxes"), _records(fields, "allowances")
    currency, rounding = _found(fields, "currency"), _found(fields, "rounding")
    if lines is None or taxes is None or others is None or currency is NULL or rounding is NULL:
        return None
    if PyTuple_GET_SIZE(others):
        return None
    if not PyTuple_GET_SIZE(lines):
        return ()
    sums = [_ZERO] * len(groups)
    for place in range(PyTuple_GET_SIZE(lines)):
        line = _fields(<object>PyTuple_GET_ITEM(lines, place), _LINE)
        if line is None:
            return None
        at, amount = _found(line, "category"), _found(line, "amount")
        at = NULL if at is NULL else _found(places, <object>at)
        if at is NULL or amount is NULL:
            return None
        so_far = sums[<Py_ssize_t><object>at]
        so_far += <object>amount
        sums[<Py_ssize_t><object>at] = so_far
    whole = _ZERO
    for place in range(PyTuple_GET_SIZE(taxes)):
        line = _fields(<object>PyTuple_GET_ITEM(taxes, place), _TAX)
        amount = NULL if line is None else _found(line, "amount")
        if amount is NULL:
            return None
        whole = whole + <object>amount
    so_far = sums[taxes_at]
    so_far += whole
    sums[taxes_at] = so_far
    whole = _ZERO + <object>rounding
    so_far = sums[adjusted_at]
    so_far += whole
    sums[adjusted_at] = so_far
    made = []
    for place in range(len(sums)):
        value = sums[place]
        if value:
            role, amount_id, money_id = <tuple>groups[place]
            written = own.plain_amount(amount_id, value, <object>currency, False)
            money = own.money_of(money_id, value, <object>currency)
            label = label_of(own.texts, role, PyTuple_GET_SIZE(taxes) > 0)
            group = PyType_GenericAlloc(_GROUP, 0)
            _put(group, _GROUP_AT[0], role)
            _put(group, _GROUP_AT[1], label)
            _put(group, _GROUP_AT[2], written)
            _put(group, _GROUP_AT[3], money)
            made.append(group)
    return tuple(made)


def of_python(book, sentence, quantity, day, pattern, harmless):
    """Return the class and the function that do the same as these."""
    global _twin, _quantity, _day, _harmless, _pattern
    _twin, _quantity, _day, _harmless, _pattern = book, quantity, day, harmless, pattern
    return FactBook, sentence_by(<void *>_sentence, sentence)
