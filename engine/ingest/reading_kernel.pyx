# A line of JSON to the records of a model, in one pass and straight into their dictionaries.
#
# `Reader` is made of the model's own schema (pydantic's), so that the two can't drift apart: what it doesn't know of a
# schema it leaves to pydantic, at once or string by string. It takes lines as they are mostly written: no backslash,
# no character that can't be printed, texts without outer blanks, figures and days as strings. For any other
# line, and for whatever is wrong, it gives None: then the usual way decides, and says what is the matter.

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.object cimport PyObject, PyObject_Str
from cpython.ref cimport Py_INCREF, Py_XDECREF
from libc.stdint cimport uint64_t
from libc.string cimport memchr, memcmp, memcpy

from decimal import Decimal

from engine.model.bill import BillKind
from engine.model.money import exponent

cdef extern from "Python.h":
    object PyUnicode_DecodeUTF8(const char *, Py_ssize_t, const char *)
    bint PyUnicode_IS_ASCII(object)
    const char *PyUnicode_AsUTF8AndSize(object, Py_ssize_t *) except NULL
    object PySet_New(object)
    object PyDict_Copy(object)
    object _PyDict_NewPresized(Py_ssize_t)
    int PyDict_SetItem(object, object, object) except -1
    int PyObject_GenericSetDict(object, object, void *) except -1
    void *PyDict_GetItemWithError(object, object)

cdef extern from *:
    """
    #include <structmember.h>

    /* Whether a control character or a backslash is among the bytes. By blocks, which compilers do in a few steps. */
    static int is_odd(const unsigned char *signs, Py_ssize_t size) {
        unsigned char odd = 0;
        Py_ssize_t at = 0;
        int place;
        for (; at + 64 <= size; at += 64) {
            unsigned char found = 0;
            for (place = 0; place < 64; place++) {
                unsigned char sign = signs[at + place];
                found |= (sign < 32) | (sign == 92) | (sign == 127);
            }
            odd |= found;
        }
        for (; at < size; at++) odd |= (signs[at] < 32) | (signs[at] == 92) | (signs[at] == 127);
        return odd;
    }

    /* An object of `kind` with nothing in it yet; `object.__new__` would give it a dictionary, soon to be another. */
    static PyObject *bare(PyObject *kind) {
        return ((PyTypeObject *)kind)->tp_alloc((PyTypeObject *)kind, 0);
    }

    /* Whether objects of `kind` are made by `object.__new__` alone. */
    static int is_plain(PyObject *kind) {
        PyTypeObject *type = (PyTypeObject *)kind;
        return type->tp_new == PyBaseObject_Type.tp_new && !(type->tp_flags & Py_TPFLAGS_IS_ABSTRACT) && !type->tp_itemsize;
    }

    /* The offset of the slot that `member` describes in objects of `kind`; -1 where it describes none. */
    static Py_ssize_t offset_of(PyObject *member, PyObject *kind) {
        PyMemberDescrObject *slot = (PyMemberDescrObject *)member;
        if (Py_TYPE(member) != &PyMemberDescr_Type || !PyType_IsSubtype((PyTypeObject *)kind, PyDescr_TYPE(slot)))
            return -1;
        return slot->d_member->type == T_OBJECT_EX ? slot->d_member->offset : -1;
    }

    static void put_in(PyObject *record, Py_ssize_t offset, PyObject *value) {
        Py_INCREF(value);
        *(PyObject **)((char *)record + offset) = value;  /* of a bare object: nothing was there */
    }
    """
    object bare(object kind)
    bint is_odd(const unsigned char *signs, Py_ssize_t size)
    bint is_plain(object kind)
    Py_ssize_t offset_of(object member, object kind)
    void put_in(object record, Py_ssize_t offset, object value)

ctypedef struct Line:
    const char *at
    const char *end

cdef enum Kind:
    TEXT, FIGURE, PERIOD, CHOICE, TRUTH, MANY, RECORD, FREE, OTHER, PATTERN

cdef object REQUIRED = object()
cdef object _Decimal = Decimal, _INVOICE = BillKind.INVOICE, _CREDIT_NOTE = BillKind.CREDIT_NOTE
cdef tuple NOTHING = ()
cdef tuple SLOTS = ("__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
cdef bytes START = b'{"start":"'
cdef bytes END = b'","end":"'
cdef enum:
    KEPT = 20_000  # of each kind of record: what fields were set
    MANY_KEPT = 16384  # of figures, of days
    SOME = 1024
    FEW = 256


class UnknownSchemaError(TypeError):
    """The schema has what a reader doesn't know."""


cdef inline int blanks(Line *line) except -1:
    while line.at < line.end and line.at[0] == c' ':
        line.at += 1
    if line.at >= line.end:
        raise ValueError
    return 0


cdef inline int take(Line *line, char sign) except -1:
    blanks(line)
    if line.at[0] != sign:
        raise ValueError
    line.at += 1
    return 0


cdef inline const char *closing(Line *line) except NULL:
    """Return where the string ends that begins here; there is no backslash in the line."""
    if line.at[0] != c'"':
        raise ValueError
    cdef const char *found = <const char *>memchr(line.at + 1, c'"', line.end - line.at - 1)
    if found == NULL:
        raise ValueError
    return found


cdef inline str text_of(Line *line):
    """Return the string that begins here, without outer blanks and printable; step behind it."""
    cdef const char *begin = line.at + 1
    cdef const char *end = closing(line)
    if end > begin and (begin[0] == c' ' or end[-1] == c' '):
        raise ValueError
    cdef str text = PyUnicode_DecodeUTF8(begin, end - begin, NULL)
    if not PyUnicode_IS_ASCII(text) and not text.isprintable():
        raise ValueError
    line.at = end + 1
    return text


cdef inline bint is_word(Line *line, const char *word, Py_ssize_t size):
    if line.end - line.at >= size and memcmp(line.at, word, size) == 0:
        line.at += size
        return True
    return False


ctypedef struct Held:
    uint64_t[4] key  # the bytes of a text with zeros behind, in the last byte their number
    PyObject *value


cdef inline uint64_t word(const char *at, Py_ssize_t size) noexcept:
    """Return the first bytes of eight, the rest zero."""
    cdef uint64_t bits
    if size <= 0:
        return 0
    memcpy(&bits, at, 8)
    return bits if size >= 8 else bits & ((<uint64_t>1 << (8 * size)) - 1)


cdef class Table:
    """What short texts stand for, the newest at each place: no string is made and hashed to look one up."""

    cdef Held *places
    cdef Py_ssize_t count  # a power of two

    def __cinit__(self, Py_ssize_t count):
        self.count = count
        self.places = <Held *>PyMem_Calloc(count, sizeof(Held))
        if self.places == NULL:
            raise MemoryError

    def __dealloc__(self):
        cdef Py_ssize_t place
        if self.places != NULL:
            for place in range(self.count):
                Py_XDECREF(self.places[place].value)
            PyMem_Free(self.places)

    cdef Held *place_of(self, uint64_t *key) noexcept:
        cdef uint64_t mixed = key[0] * 0x9E3779B97F4A7C15ULL ^ key[1] * 0xC2B2AE3D27D4EB4FULL
        mixed ^= key[2] * 0x165667B19E3779F9ULL ^ key[3] * 0xD6E8FEB86659FD93ULL
        mixed = (mixed ^ mixed >> 32) * 0x9E3779B97F4A7C15ULL
        return &self.places[mixed >> 40 & <uint64_t>(self.count - 1)]

    cdef PyObject *known(self, Line *line, uint64_t *key) except? NULL:
        """Return what the string stands for that begins here, borrowed, and step behind it.

        NULL where that is not known: then `key` is what it is kept by, its last byte zero where it is too long.
        """
        cdef const char *begin = line.at + 1
        cdef const char *end = closing(line)
        cdef Py_ssize_t size = end - begin
        key[3] = 0
        if size > 30 or line.end - begin < 32:
            return NULL
        key[0], key[1], key[2] = word(begin, size), word(begin + 8, size - 8), word(begin + 16, size - 16)
        key[3] = word(begin + 24, size - 24) | <uint64_t>(size + 1) << 56
        return self.at(key, line, end + 1)

    cdef PyObject *at(self, uint64_t *key, Line *line, const char *end) noexcept:
        cdef Held *place = self.place_of(key)
        if memcmp(place.key, key, 32) != 0:
            return NULL
        line.at = end
        return place.value

    cdef int keep(self, uint64_t *key, object value) except -1:
        cdef Held *place
        cdef PyObject *old
        if key[3]:
            place = self.place_of(key)
            old = place.value
            Py_INCREF(value)
            place.value = <PyObject *>value
            memcpy(place.key, key, 32)
            Py_XDECREF(old)
        return 0


cdef class Node:
    """What stands at one place of the model."""

    cdef Kind kind
    cdef bint is_nullable
    cdef Py_ssize_t least, most
    cdef object figures   # or days, by their text: reads itself what it doesn't hold
    cdef dict words       # of a list
    cdef Table table      # of what was read here or at places like this
    cdef object usual     # what else reads it
    cdef Node part        # of a list, or what free names stand for
    cdef Node names       # the free ones
    cdef Record record

    cdef object read(self, Line *line):
        cdef str text
        cdef PyObject *found
        cdef const char *begin
        cdef list parts
        cdef uint64_t[4] key
        if self.is_nullable and line.at[0] == c'n':
            if is_word(line, b"null", 4):
                return None
            raise ValueError
        if self.kind == TEXT:
            found = self.table.known(line, key)
            if found != NULL:
                text = <str>found
            else:
                text = text_of(line)
                self.table.keep(key, text)
            if len(text) < self.least or len(text) > self.most:
                raise ValueError
            return text
        if self.kind == FIGURE:
            found = self.table.known(line, key)
            if found != NULL:
                return <object>found
            text = text_of(line)
            found = <PyObject *>PyDict_GetItemWithError(self.figures, text)
            made = <object>found if found != NULL else self.figures[text]
            self.table.keep(key, made)
            return made
        if self.kind == CHOICE or self.kind == PATTERN:
            found = self.table.known(line, key)
            if found != NULL:
                return <object>found
            begin = line.at
            text = text_of(line)
            if self.kind == CHOICE:
                made = self.words[text]
            else:
                made = self.usual(PyBytes_FromStringAndSize(begin, line.at - begin))
            self.table.keep(key, made)
            return made
        if self.kind == RECORD:
            return self.record.read(line)
        if self.kind == MANY:
            take(line, c'[')
            blanks(line)
            parts = []
            if line.at[0] == c']':
                line.at += 1
                return NOTHING
            while True:
                blanks(line)
                parts.append(self.part.read(line))
                blanks(line)
                if line.at[0] == c']':
                    line.at += 1
                    return tuple(parts)
                take(line, c',')
        if self.kind == TRUTH:
            if is_word(line, b"true", 4):
                return True
            if is_word(line, b"false", 5):
                return False
            raise ValueError
        if self.kind == PERIOD:
            return self.period(line)
        if self.kind == FREE:
            return self.free(line)
        begin = line.at
        text_of(line)  # refuses what is odd
        return self.usual(PyBytes_FromStringAndSize(begin, line.at - begin))

    cdef dict free(self, Line *line):
        """Return what stands under free names."""
        cdef dict made = {}
        take(line, c'{')
        blanks(line)
        if line.at[0] == c'}':
            line.at += 1
            return made
        while True:
            blanks(line)
            name = self.names.read(line)
            if name in made:
                raise ValueError
            take(line, c':')
            blanks(line)
            made[name] = self.part.read(line)
            blanks(line)
            if line.at[0] == c'}':
                line.at += 1
                return made
            take(line, c',')

    cdef object period(self, Line *line):
        """Return the period that begins here. As it is mostly written, it is known by its days."""
        cdef const char *begin = line.at
        cdef uint64_t[4] key
        cdef PyObject *found
        cdef dict days
        cdef str name
        if (line.end - begin >= 41 and memcmp(begin, <const char *>START, 10) == 0
                and memcmp(begin + 20, <const char *>END, 9) == 0 and begin[39] == c'"' and begin[40] == c'}'):
            key[0], key[1], key[2], key[3] = word(begin + 10, 8), word(begin + 18, 2), word(begin + 29, 8), 1
            key[1] |= word(begin + 32, 8) & 0xFFFFFF0000000000ULL  # the last three bytes of the second day
            found = self.table.at(key, line, begin + 41)
            if found != NULL:
                return <object>found
            line.at += 9
            days = {"start": text_of(line)}
            if line.at != begin + 21:
                raise ValueError
            line.at += 7
            days["end"] = text_of(line)
            if line.at != begin + 40:
                raise ValueError
            made = self.usual(days)
            self.table.keep(key, made)
            line.at = begin + 41
            return made
        days = {}
        take(line, c'{')
        while True:
            blanks(line)
            name = text_of(line)
            if name in days:
                raise ValueError
            take(line, c':')
            blanks(line)
            days[name] = text_of(line)
            blanks(line)
            if line.at[0] == c'}':
                line.at += 1
                return self.usual(days)
            take(line, c',')


cdef enum:
    MOST_DIGITS = 15  # of an amount, so that sums of all of a bill fit
    MOST_AMOUNTS = 900


cdef bint add(object amount, int places, long long *sum) except -1:
    """Add an amount to a sum of units of so many decimals; False where it is not one as it is usually written."""
    if type(amount) is not _Decimal:
        return False
    cdef str text = PyObject_Str(amount)
    cdef const char *at
    cdef Py_ssize_t place, length
    cdef long long units = 0
    cdef int behind = -1, digits = 0
    if not PyUnicode_IS_ASCII(text):
        return False
    at = PyUnicode_AsUTF8AndSize(text, &length)
    for place in range(length > 0 and at[0] == c'-', length):
        if c'0' <= at[place] <= c'9':
            units = 10 * units + (at[place] - c'0')
            digits += 1
            behind += behind >= 0
        elif at[place] == c'.' and behind < 0:
            behind = 0
        else:
            return False
        if digits > MOST_DIGITS:
            return False
    behind = 0 if behind < 0 else behind
    if not digits or behind > places or digits + places - behind > MOST_DIGITS:
        return False
    for place in range(behind, places):
        units *= 10
    sum[0] += -units if at[0] == c'-' else units
    return True


def surely_adds_up(bill):
    """Whether a bill is sound for certain: amounts of no more decimals than its currency has, and right sums."""
    cdef long long parts = 0, total = 0, payable = 0, said = 0
    cdef int places = exponent(bill.currency)
    cdef tuple lines = bill.lines, taxes = bill.taxes, allowances = bill.allowances
    if len(lines) + len(taxes) + len(allowances) > MOST_AMOUNTS:
        return False
    for rows in (lines, taxes, allowances):
        for row in <tuple>rows:
            if not add(row.amount, places, &parts):
                return False
    if not (add(bill.rounding, places, &parts) and add(bill.total, places, &total)):
        return False
    if parts != total and (lines or bill.kind is _INVOICE or bill.kind is _CREDIT_NOTE):
        return False
    parts = 0
    if not (add(bill.prepaid, places, &parts) and add(bill.balance_forward, places, &payable)):
        return False
    return bool(add(bill.amount_payable, places, &said)) and total - parts + payable == said


cdef class Record:
    """A kind of record: its fields in order, and what is asked of the whole."""

    cdef object kind
    cdef Py_ssize_t count
    cdef tuple names      # of the fields
    cdef tuple written    # the same, as they are written
    cdef list nodes
    cdef dict blank       # all fields in order, with the defaults of those that have one
    cdef list factories   # places of those that have none, and what makes their value
    cdef dict fields_set  # by the bits of the fields that were set
    cdef list checks      # of the whole, in order, each with what tells sooner that nothing is wrong, or None
    cdef Py_ssize_t offsets[3]  # of `SLOTS`

    cdef object read(self, Line *line):
        cdef object held = PyDict_Copy(self.blank)  # and no place of it moves: each field is there already
        cdef unsigned long long given = 0
        cdef Py_ssize_t next_ = 0, place, turn, size
        cdef bytes name
        cdef bint is_found
        take(line, c'{')
        blanks(line)
        if line.at[0] == c'}':
            line.at += 1
        else:
            while True:
                blanks(line)
                is_found = False
                for turn in range(self.count):
                    place = next_ + turn
                    if place >= self.count:
                        place -= self.count
                    name = <bytes>self.written[place]
                    size = PyBytes_GET_SIZE(name)
                    if line.end - line.at > size and memcmp(PyBytes_AS_STRING(name), line.at, size) == 0:
                        is_found = True
                        break
                if not is_found or given >> place & 1:
                    raise ValueError
                line.at += size
                take(line, c':')
                blanks(line)
                PyDict_SetItem(held, self.names[place], (<Node>self.nodes[place]).read(line))
                given |= 1ULL << place
                next_ = place + 1
                blanks(line)
                if line.at[0] == c'}':
                    line.at += 1
                    break
                take(line, c',')
        return self.made(held, given)

    cdef object made(self, object held, unsigned long long given):
        cdef Py_ssize_t place
        for place, factory in self.factories:
            if not given >> place & 1:
                PyDict_SetItem(held, self.names[place], factory())  # ValueError where there is none
        fields_set = self.fields_set.get(given)
        if fields_set is None:
            fields_set = {name for place, name in enumerate(self.names) if given >> place & 1}
            if len(self.fields_set) >= KEPT:
                self.fields_set.clear()
            self.fields_set[given] = fields_set
        cdef object record = bare(self.kind)
        PyObject_GenericSetDict(record, held, NULL)
        put_in(record, self.offsets[0], PySet_New(fields_set))
        put_in(record, self.offsets[1], None)
        put_in(record, self.offsets[2], None)
        for check, is_surely_sound in self.checks:
            if is_surely_sound is None or not is_surely_sound(record):
                record = check(record)
        return record


def _missing():
    raise ValueError


cdef class Reader:
    """Reads lines of one kind of record.

    `rules` gives figures and days by the functions that check them, as dictionaries by their text; `period` is what
    makes a period of its two days, `period_kind` its class; `validator` makes what reads the JSON of a part
    of the schema, with the configuration of its record. `sure` gives by some checks of whole records what says True
    only where the check passes. Raises `UnknownSchemaError`.
    """

    cdef Record record
    cdef dict rules, tables, sure
    cdef Table texts, periods
    cdef object period, period_kind, validator

    def __init__(self, schema, dict rules, period_kind, period, validator, dict sure):
        self.sure = sure
        self.rules, self.period, self.period_kind, self.validator = rules, period, period_kind, validator
        self.tables = {check: Table(MANY_KEPT) for check in rules}
        self.texts, self.periods = Table(SOME), Table(SOME)
        cdef Node root = self.node(schema, None)
        if root.kind != RECORD or root.is_nullable:
            raise UnknownSchemaError("not a record")
        self.record = root.record

    def read(self, bytes given):
        """Return the record that a line is; None where the usual way must decide. No such line is suspect."""
        cdef bytes stripped = given.strip(b" \t\r\n")
        cdef Line line
        cdef Py_ssize_t size = PyBytes_GET_SIZE(stripped)
        cdef const unsigned char *signs = <const unsigned char *>PyBytes_AS_STRING(stripped)
        if is_odd(signs, size):
            return None
        line.at = <const char *>signs
        line.end = line.at + size
        try:
            blanks(&line)
            made = self.record.read(&line)
        except Exception:  # the usual way meets it again, and says what it is
            return None
        return made if line.at == line.end else None

    cdef Node node(self, dict schema, dict config):
        """Return what reads what the schema describes."""
        cdef Node made = Node()
        cdef str kind = schema["type"]
        if kind == "nullable":
            _has_only(schema, ("schema",))
            made = self.node(schema["schema"], config)
            made.is_nullable = True
        elif kind == "str":
            _has_only(schema, ("min_length", "max_length", "pattern"))
            if "pattern" in schema:
                made.kind = PATTERN
                made.table = Table(FEW)
                made.usual = self.validator(schema, config)
            else:
                made.kind = TEXT
                made.table = self.texts
                made.least = schema.get("min_length", 0)
                made.most = schema.get("max_length", 1 << 60)
        elif kind == "bool":
            _has_only(schema, ())
            made.kind = TRUTH
        elif kind == "enum":
            _has_only(schema, ("cls", "members", "sub_type"))
            made.kind = CHOICE
            made.table = Table(FEW)
            made.words = {member.value: member for member in schema["members"]}
            if schema.get("sub_type") != "str" or not all(type(name) is str for name in made.words):
                raise UnknownSchemaError("words of another type")
        elif kind == "tuple":
            _has_only(schema, ("items_schema", "variadic_item_index"))
            if len(schema["items_schema"]) != 1 or schema.get("variadic_item_index") != 0:
                raise UnknownSchemaError("a list of fixed length")
            made.kind = MANY
            made.part = self.node(schema["items_schema"][0], config)
        elif kind == "dict":
            _has_only(schema, ("keys_schema", "values_schema"))
            made.kind = FREE
            made.names, made.part = self.node(schema["keys_schema"], config), self.node(schema["values_schema"], config)
            if made.names.kind != TEXT or made.names.is_nullable:
                raise UnknownSchemaError("names of another kind")
        elif kind == "model":
            made.kind = RECORD
            made.record = self.record_of(schema)
        elif kind == "function-after":
            made = self.checked(schema, config)
        else:
            made.kind = OTHER
            made.usual = self.validator(schema, config)
        return made

    cdef Node checked(self, dict schema, dict config):
        cdef Node made = Node()
        check = schema["function"]["function"]
        inner = schema["schema"]
        _has_only(schema, ("function", "schema"))
        if check in self.rules:
            made.kind = FIGURE
            made.figures, made.table = self.rules[check], self.tables[check]
        elif inner.get("cls") is self.period_kind:
            made.kind = PERIOD
            made.usual, made.table = self.period, self.periods
        elif inner["type"] in ("model", "function-after") and schema["function"]["type"] == "no-info":
            made = self.node(inner, config)
            if made.kind == RECORD and not made.is_nullable:
                made.record.checks.append((check, self.sure.get(check)))
            else:
                made = Node()
                made.kind = OTHER
                made.usual = self.validator(schema, config)
        else:
            made.kind = OTHER
            made.usual = self.validator(schema, config)
        return made

    cdef Record record_of(self, dict schema):
        cdef Record made = Record()
        _has_only(schema, ("cls", "config", "custom_init", "root_model", "schema"))
        config, fields = schema["config"], schema["schema"]
        _has_only(fields, ("fields", "model_name", "computed_fields"))
        _has_only(config, ("extra_fields_behavior", "str_strip_whitespace", "validate_default", "title"))
        is_usual = config.get("extra_fields_behavior") == "forbid" and config.get("str_strip_whitespace") is True
        if not is_usual or config.get("validate_default") or schema.get("custom_init") or schema.get("root_model"):
            raise UnknownSchemaError("a record of another configuration")
        if fields["type"] != "model-fields" or len(fields["fields"]) > 64:
            raise UnknownSchemaError("fields of another kind")
        made.kind = schema["cls"]
        if not is_plain(made.kind):
            raise UnknownSchemaError("a record that is made in another way")
        for place, name in enumerate(SLOTS):
            made.offsets[place] = offset_of(getattr(made.kind, name), made.kind)
            if made.offsets[place] < 0:
                raise UnknownSchemaError("a record of other slots")
        made.names = tuple(fields["fields"])
        made.written = tuple([f'"{name}"'.encode() for name in made.names])
        made.count = len(made.names)
        made.blank = _PyDict_NewPresized(made.count)
        made.nodes, made.factories, made.checks, made.fields_set = [], [], [], {}
        for place, field in enumerate(fields["fields"].values()):
            _has_only(field, ("schema",))
            inner = field["schema"]
            default, factory = REQUIRED, _missing
            if inner["type"] == "default":
                _has_only(inner, ("schema", "default", "default_factory", "default_factory_takes_data"))
                if inner.get("default_factory_takes_data"):
                    raise UnknownSchemaError("a default of other fields")
                default, factory = inner.get("default", REQUIRED), inner.get("default_factory", _missing)
                if default is not REQUIRED:
                    hash(default)  # pydantic copies what has none
                inner = inner["schema"]
            made.nodes.append(self.node(inner, config))
            made.blank[made.names[place]] = None if default is REQUIRED else default
            if default is REQUIRED:
                made.factories.append((place, factory))
        return made


cdef _has_only(dict schema, tuple known):
    """Refuse what has more to say than is known here. Names, and what is for other uses, say nothing of values."""
    more = set(schema).difference(known, ("type", "ref", "metadata", "serialization"))
    if more:
        raise UnknownSchemaError(f"{schema.get('type')} with {', '.join(sorted(more))}")
