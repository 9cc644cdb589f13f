# A line of JSON to the records of a model, in one pass and straight into their dictionaries.
#
# `Reader` is made of the model's own schema (pydantic's), so that the two can't drift apart: what it doesn't know of a
# schema it leaves to pydantic, at once or string by string. It takes lines as they are mostly written: no backslash,
# no character that can't be printed, texts without outer blanks, figures and days as strings. For any other
# line, and for whatever is wrong, it gives None: then the usual way decides, and says what is the matter.

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.string cimport memchr, memcmp

cdef extern from "Python.h":
    object PyUnicode_DecodeUTF8(const char *, Py_ssize_t, const char *)
    object PySet_New(object)
    object _PyDict_NewPresized(Py_ssize_t)
    int PyDict_SetItem(object, object, object) except -1
    int PyObject_GenericSetAttr(object, object, object) except -1
    ctypedef struct PyTypeObject:
        pass
    void *PyDict_GetItemWithError(object, object)

cdef extern from *:
    """
    static PyObject *bare(PyObject *kind, PyObject *nothing) {
        return PyBaseObject_Type.tp_new((PyTypeObject *)kind, nothing, NULL);
    }
    """
    object bare(object kind, object nothing)

ctypedef struct Line:
    const char *at
    const char *end
    bint is_ascii

cdef enum Kind:
    TEXT, FIGURE, PERIOD, CHOICE, TRUTH, MANY, RECORD, FREE, OTHER, PATTERN

cdef object ABSENT = object()
cdef object REQUIRED = object()
cdef tuple NOTHING = ()
cdef bytes START = b'{"start":"'
cdef bytes END = b'","end":"'
cdef int KEPT = 20_000


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
    if not line.is_ascii and not text.isprintable():
        raise ValueError
    line.at = end + 1
    return text


cdef inline bint is_word(Line *line, const char *word, Py_ssize_t size):
    if line.end - line.at >= size and memcmp(line.at, word, size) == 0:
        line.at += size
        return True
    return False


cdef class Node:
    """What stands at one place of the model."""

    cdef Kind kind
    cdef bint is_nullable
    cdef Py_ssize_t least, most
    cdef object figures   # or days, by their text: reads itself what it doesn't hold
    cdef dict known       # words of a list, texts that a pattern took, periods by how they are written
    cdef object usual     # what else reads it
    cdef Node part        # of a list, or what free names stand for
    cdef Node names       # the free ones
    cdef Record record

    cdef object read(self, Line *line):
        cdef str text
        cdef void *found
        cdef const char *begin
        cdef const char *end
        cdef list parts
        if self.is_nullable and line.at[0] == c'n':
            if is_word(line, b"null", 4):
                return None
            raise ValueError
        if self.kind == TEXT:
            text = text_of(line)
            if len(text) < self.least or len(text) > self.most:
                raise ValueError
            return text
        if self.kind == FIGURE:
            text = text_of(line)
            found = PyDict_GetItemWithError(self.figures, text)
            return <object>found if found != NULL else self.figures[text]
        if self.kind == CHOICE:
            return self.known[text_of(line)]
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
        begin, end = line.at, closing(line)
        text = text_of(line)
        if self.kind == PATTERN:
            found = PyDict_GetItemWithError(self.known, text)
            if found != NULL:
                return <object>found
        made = self.usual(PyBytes_FromStringAndSize(begin, end + 1 - begin))
        if self.kind == PATTERN:
            if len(self.known) >= KEPT:
                self.known.clear()
            self.known[text] = made
        return made

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
        """Return the period that begins here. As it is mostly written, it is known by its bytes."""
        cdef const char *begin = line.at
        cdef bytes written
        cdef dict days
        cdef str name
        if (line.end - begin >= 41 and memcmp(begin, <const char *>START, 10) == 0
                and memcmp(begin + 20, <const char *>END, 9) == 0 and begin[39] == c'"' and begin[40] == c'}'):
            written = PyBytes_FromStringAndSize(begin, 41)
            found = self.known.get(written)
            if found is None:
                line.at += 9
                days = {"start": text_of(line)}
                if line.at != begin + 21:
                    raise ValueError
                line.at += 7
                days["end"] = text_of(line)
                if line.at != begin + 40:
                    raise ValueError
                found = self.usual(days)
                if len(self.known) >= KEPT:
                    self.known.clear()
                self.known[written] = found
            line.at = begin + 41
            return found
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


cdef class Record:
    """A kind of record: its fields in order, and what is asked of the whole."""

    cdef object kind
    cdef Py_ssize_t count
    cdef tuple names      # of the fields
    cdef tuple written    # the same, as bytes
    cdef list nodes
    cdef list defaults    # REQUIRED where there is none
    cdef list factories   # of those without a default of their own
    cdef list blank
    cdef dict fields_set  # by the bits of the fields that were set
    cdef list checks      # of the whole, in order

    cdef object read(self, Line *line):
        cdef list values = self.blank[:]
        cdef unsigned long long given = 0
        cdef Py_ssize_t next_ = 0, place, turn, size
        cdef const char *end
        cdef bytes name
        cdef bint is_found
        take(line, c'{')
        blanks(line)
        if line.at[0] == c'}':
            line.at += 1
        else:
            while True:
                blanks(line)
                end = closing(line)
                size = end - line.at - 1
                is_found = False
                for turn in range(self.count):
                    place = next_ + turn
                    if place >= self.count:
                        place -= self.count
                    name = <bytes>self.written[place]
                    if PyBytes_GET_SIZE(name) == size and memcmp(PyBytes_AS_STRING(name), line.at + 1, size) == 0:
                        is_found = True
                        break
                if not is_found or values[place] is not ABSENT:
                    raise ValueError
                line.at = end + 1
                take(line, c':')
                blanks(line)
                values[place] = (<Node>self.nodes[place]).read(line)
                given |= 1ULL << place
                next_ = place + 1
                blanks(line)
                if line.at[0] == c'}':
                    line.at += 1
                    break
                take(line, c',')
        return self.made(values, given)

    cdef object made(self, list values, unsigned long long given):
        cdef dict held = _PyDict_NewPresized(self.count)
        cdef Py_ssize_t place
        cdef object value
        for place in range(self.count):
            value = values[place]
            if value is ABSENT:
                value = self.defaults[place]
                if value is REQUIRED:
                    value = self.factories[place]()  # ValueError where there is none
            PyDict_SetItem(held, self.names[place], value)
        fields_set = self.fields_set.get(given)
        if fields_set is None:
            fields_set = {name for place, name in enumerate(self.names) if given >> place & 1}
            if len(self.fields_set) >= KEPT:
                self.fields_set.clear()
            self.fields_set[given] = fields_set
        cdef object record = bare(self.kind, NOTHING)
        PyObject_GenericSetAttr(record, "__dict__", held)
        PyObject_GenericSetAttr(record, "__pydantic_extra__", None)
        PyObject_GenericSetAttr(record, "__pydantic_fields_set__", PySet_New(fields_set))
        PyObject_GenericSetAttr(record, "__pydantic_private__", None)
        for check in self.checks:
            record = check(record)
        return record


def _missing():
    raise ValueError


cdef class Reader:
    """Reads lines of one kind of record.

    `rules` gives figures and days by the functions that check them, as dictionaries by their text; `period` is what
    makes a period of its two days, `period_kind` its class; `validator` makes what reads the JSON of a part
    of the schema, with the configuration of its record. Raises `UnknownSchemaError`.
    """

    cdef Record record
    cdef dict rules
    cdef object period, period_kind, validator

    def __init__(self, schema, dict rules, period_kind, period, validator):
        self.rules, self.period, self.period_kind, self.validator = rules, period, period_kind, validator
        cdef Node root = self.node(schema, None)
        if root.kind != RECORD or root.is_nullable:
            raise UnknownSchemaError("not a record")
        self.record = root.record

    def read(self, bytes given):
        """Return the record that a line is; None where the usual way must decide. No such line is suspect."""
        cdef bytes stripped = given.strip(b" \t\r\n")
        cdef Line line
        cdef Py_ssize_t size = PyBytes_GET_SIZE(stripped), place
        cdef const unsigned char *signs = <const unsigned char *>PyBytes_AS_STRING(stripped)
        cdef unsigned char highest = 0
        cdef bint is_odd = False
        for place in range(size):
            highest |= signs[place]
            is_odd |= (signs[place] < 32) | (signs[place] == 92) | (signs[place] == 127)
        if is_odd:
            return None
        line.at = <const char *>signs
        line.end = line.at + size
        line.is_ascii = highest < 128
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
        made.known = {}
        if kind == "nullable":
            _has_only(schema, ("schema",))
            made = self.node(schema["schema"], config)
            made.is_nullable = True
        elif kind == "str":
            _has_only(schema, ("min_length", "max_length", "pattern"))
            if "pattern" in schema:
                made.kind = PATTERN
                made.usual = self.validator(schema, config)
            else:
                made.kind = TEXT
                made.least = schema.get("min_length", 0)
                made.most = schema.get("max_length", 1 << 60)
        elif kind == "bool":
            _has_only(schema, ())
            made.kind = TRUTH
        elif kind == "enum":
            _has_only(schema, ("cls", "members", "sub_type"))
            made.kind = CHOICE
            made.known = {member.value: member for member in schema["members"]}
            if schema.get("sub_type") != "str" or not all(type(name) is str for name in made.known):
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
        made.known = {}
        _has_only(schema, ("function", "schema"))
        if check in self.rules:
            made.kind = FIGURE
            made.figures = self.rules[check]
        elif inner.get("cls") is self.period_kind:
            made.kind = PERIOD
            made.usual = self.period
        elif inner["type"] in ("model", "function-after") and schema["function"]["type"] == "no-info":
            made = self.node(inner, config)
            if made.kind == RECORD and not made.is_nullable:
                made.record.checks.append(check)
            else:
                made = Node()
                made.known = {}
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
        made.names = tuple(fields["fields"])
        made.written = tuple([name.encode() for name in made.names])
        made.count = len(made.names)
        made.blank = [ABSENT] * made.count
        made.nodes, made.defaults, made.factories, made.checks, made.fields_set = [], [], [], [], {}
        for field in fields["fields"].values():
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
            made.defaults.append(default)
            made.factories.append(factory)
        return made


cdef _has_only(dict schema, tuple known):
    """Refuse what has more to say than is known here. Names, and what is for other uses, say nothing of values."""
    more = set(schema).difference(known, ("type", "ref", "metadata", "serialization"))
    if more:
        raise UnknownSchemaError(f"{schema.get('type')} with {', '.join(sorted(more))}")
