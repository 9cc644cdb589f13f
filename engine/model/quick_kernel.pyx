# Objects of slotted dataclasses without a frame of Python: `type.__call__` would make an empty one and have `__init__`
# written to it; here the class itself is called (its vectorcall), and each argument goes into its slot at once.
#
# What is not usual (an argument too many, of another name, given twice or not at all) goes the ordinary way, which
# raises what it always did. Subclasses have a vectorcall of their own, which is none: they too go the ordinary way.

cdef extern from *:
    """
    #include <structmember.h>

    typedef struct {
        PyTypeObject *kind;     /* held: a layout is never dropped */
        PyObject *names;        /* tuple of interned str, as `fields` gives them */
        PyObject *defaults;     /* tuple of the last fields' defaults */
        int is_checked;         /* has a __post_init__ */
        int has_lists;          /* `list` among the defaults stands for a new list */
        Py_ssize_t count;
        Py_ssize_t offsets[1];  /* of each slot in the object */
    } Layout;

    #define PLACES 1024         /* a power of two; at most half of them are taken */
    static Layout *layouts[PLACES];
    static int taken = 0;
    static PyObject *check_name = NULL;

    static size_t place_of(PyTypeObject *kind) {
        size_t place = ((size_t)kind >> 6) & (PLACES - 1);
        while (layouts[place] && layouts[place]->kind != kind) place = (place + 1) & (PLACES - 1);
        return place;
    }

    static PyObject *usual(PyObject *kind, PyObject *const *args, Py_ssize_t given, PyObject *kwnames) {
        PyObject *made = NULL, *named = NULL, *listed = PyTuple_New(given);
        Py_ssize_t place;
        if (!listed) return NULL;
        for (place = 0; place < given; place++) {
            Py_INCREF(args[place]);
            PyTuple_SET_ITEM(listed, place, args[place]);
        }
        if (kwnames && PyTuple_GET_SIZE(kwnames)) {
            named = PyDict_New();
            if (!named) goto end;
            for (place = 0; place < PyTuple_GET_SIZE(kwnames); place++)
                if (PyDict_SetItem(named, PyTuple_GET_ITEM(kwnames, place), args[given + place]) < 0) goto end;
        }
        made = PyType_Type.tp_call(kind, listed, named);
    end:
        Py_DECREF(listed);
        Py_XDECREF(named);
        return made;
    }

    #define SLOT(object, offset) (*(PyObject **)((char *)(object) + (offset)))

    static PyObject *made_at_once(PyObject *kind, PyObject *const *args, size_t nargsf, PyObject *kwnames) {
        Py_ssize_t given = PyVectorcall_NARGS(nargsf), named = kwnames ? PyTuple_GET_SIZE(kwnames) : 0;
        Py_ssize_t place, at, left;
        Layout *layout = layouts[place_of((PyTypeObject *)kind)];
        PyObject *made;
        if (!layout || given + named > layout->count) return usual(kind, args, given, kwnames);
        made = ((PyTypeObject *)kind)->tp_alloc((PyTypeObject *)kind, 0);
        if (!made) return NULL;
        for (place = 0; place < given; place++) {
            Py_INCREF(args[place]);
            SLOT(made, layout->offsets[place]) = args[place];
        }
        for (place = 0; place < named; place++) {
            PyObject *name = PyTuple_GET_ITEM(kwnames, place);
            at = given + place;  /* mostly in their order */
            if (PyTuple_GET_ITEM(layout->names, at) != name)
                for (at = layout->count - 1; at >= 0 && PyTuple_GET_ITEM(layout->names, at) != name; at--);
            if (at < 0 || SLOT(made, layout->offsets[at])) goto unusual;
            Py_INCREF(args[given + place]);
            SLOT(made, layout->offsets[at]) = args[given + place];
        }
        if (given + named < layout->count) {
            left = layout->count - PyTuple_GET_SIZE(layout->defaults);
            for (at = given; at < layout->count; at++) {
                if (SLOT(made, layout->offsets[at])) continue;
                if (at < left) goto unusual;
                PyObject *value = PyTuple_GET_ITEM(layout->defaults, at - left);
                if (layout->has_lists && value == (PyObject *)&PyList_Type) {
                    SLOT(made, layout->offsets[at]) = PyList_New(0);
                    if (SLOT(made, layout->offsets[at])) continue;
                    Py_DECREF(made);
                    return NULL;
                }
                Py_INCREF(value);
                SLOT(made, layout->offsets[at]) = value;
            }
        }
        if (layout->is_checked) {
            PyObject *checked = PyObject_CallMethodNoArgs(made, check_name);
            if (!checked) {
                Py_DECREF(made);
                return NULL;
            }
            Py_DECREF(checked);
        }
        return made;
    unusual:
        Py_DECREF(made);
        return usual(kind, args, given, kwnames);
    }

    /* Return the offset of the slot that `member` describes in `kind`; -1 where it describes none. */
    static Py_ssize_t offset_of(PyObject *member, PyTypeObject *kind) {
        PyMemberDescrObject *slot = (PyMemberDescrObject *)member;
        if (Py_TYPE(member) != &PyMemberDescr_Type || PyDescr_TYPE(slot) != kind) return -1;
        if (slot->d_member->type != T_OBJECT_EX || slot->d_member->offset < (Py_ssize_t)sizeof(PyObject)
            || slot->d_member->offset + (Py_ssize_t)sizeof(PyObject *) > kind->tp_basicsize) return -1;
        return slot->d_member->offset;
    }

    /* Have calls of `kind` go here; 0 where it can't be, -1 with an error set. */
    static int speed_up(PyObject *of, PyObject *names, PyObject *defaults, int is_checked, int has_lists) {
        PyTypeObject *kind = (PyTypeObject *)of;
        Py_ssize_t count = PyTuple_GET_SIZE(names), place;
        Layout *layout;
        if (!(kind->tp_flags & Py_TPFLAGS_HEAPTYPE) || Py_TYPE(of) != &PyType_Type || kind->tp_itemsize) return 0;
        if (kind->tp_vectorcall || taken * 2 >= PLACES || PyTuple_GET_SIZE(defaults) > count) return 0;
        if (!check_name && !(check_name = PyUnicode_InternFromString("__post_init__"))) return -1;
        layout = (Layout *)PyMem_Malloc(sizeof(Layout) + (size_t)count * sizeof(Py_ssize_t));
        if (!layout) {
            PyErr_NoMemory();
            return -1;
        }
        for (place = 0; place < count; place++) {
            PyObject *member = PyDict_GetItemWithError(kind->tp_dict, PyTuple_GET_ITEM(names, place));
            layout->offsets[place] = member ? offset_of(member, kind) : -1;
            if (layout->offsets[place] < 0) {
                PyMem_Free(layout);
                return PyErr_Occurred() ? -1 : 0;
            }
        }
        Py_INCREF(of);
        Py_INCREF(names);
        Py_INCREF(defaults);
        layout->kind = kind;
        layout->names = names;
        layout->defaults = defaults;
        layout->is_checked = is_checked;
        layout->has_lists = has_lists;
        layout->count = count;
        layouts[place_of(kind)] = layout;
        taken++;
        kind->tp_vectorcall = made_at_once;
        return 1;
    }

    /* Have attributes of objects of `kind` looked up as those of any object; a `__getattr__` is asked no more. */
    static int look_up(PyObject *of) {
        PyTypeObject *kind = (PyTypeObject *)of;
        if (!PyType_Check(of) || !(kind->tp_flags & Py_TPFLAGS_HEAPTYPE)) return 0;
        kind->tp_getattro = PyObject_GenericGetAttr;
        PyType_Modified(kind);
        return 1;
    }
    """
    int speed_up(object of, object names, object defaults, int is_checked, int has_lists) except -1
    bint look_up(object of)

from sys import intern


def speed(type kind not None, tuple names not None, tuple defaults not None, bint has_lists=False):
    """Have `kind`, a class of slots `names` and these defaults for the last of them, called here; tell whether it is.

    Where it `has_lists`, `list` among the defaults stands for a new list.
    """
    if len(set(names)) != len(names) or kind.__new__ is not object.__new__:
        return False
    named = tuple([intern(name) for name in names])
    return bool(speed_up(kind, named, defaults, hasattr(kind, "__post_init__"), has_lists))


def look_up_plainly(kind not None, asked not None):
    """Leave `asked`, the `__getattr__` of `kind`, out; tell whether it is. Not where another one, or more, is in its place."""
    if kind.__getattr__ is not asked or kind.__getattribute__ is not object.__getattribute__:
        return False
    return look_up(kind)
