"""Why a bill changed, and what was used month by month: explain.py, split.py and usage.py on machine numbers.

Each function declines, by None, whatever is not the usual: other classes, figures by power or of many digits, products
beyond 127 bits. Python then does all of it, its errors included.
"""

from cpython.datetime cimport PyDate_CheckExact, date_day, date_month, date_new, date_year, import_datetime
from cpython.dict cimport PyDict_Clear, PyDict_GetItemWithError, PyDict_SetItem, PyDict_Size
from cpython.object cimport PyObject, PyObject_Str
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_SET_ITEM

from decimal import Decimal
from fractions import Fraction
from types import MemberDescriptorType

from engine.compose.units import UnitKind, canonical_unit
from engine.model.bill import ZERO, Bill, BillKind, ChargeCategory, ChargeLine, DocumentAllowance, Period, Tax
from engine.model.consumption import Consumption, MeterReading, ReadingMethod, UsagePoint
from engine.model.money import exponent, quantum

import_datetime()

cdef extern from "Python.h":
    int PyUnicode_IS_ASCII(object text)
    void *PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    object PyObject_GenericGetDict(object of, void *closure)
    ctypedef struct PyTypeObject:
        pass
    object PyType_GenericAlloc(PyTypeObject *kind, Py_ssize_t count)
    object PyNumber_Add(object first, object second)
    frozenset PyFrozenSet_New(object values)
    int PySet_Add(object found, object value) except -1
    int PyUnicode_Compare(object first, object second)

cdef extern from "structmember.h":
    ctypedef struct PyMemberDef:
        Py_ssize_t offset
    ctypedef struct PyMemberDescrObject:
        PyMemberDef *d_member

cdef extern from *:
    """
    typedef __int128 wide;
    static int is_beyond;  /* a sum or product went beyond what a number holds */
    static inline wide times(wide a, wide b) {
        wide made;
        is_beyond |= __builtin_mul_overflow(a, b, &made);
        return made;
    }
    static inline wide plus(wide a, wide b) {
        wide made;
        is_beyond |= __builtin_add_overflow(a, b, &made);
        return made;
    }
    static inline wide minus(wide a, wide b) {
        wide made;
        is_beyond |= __builtin_sub_overflow(a, b, &made);
        return made;
    }
    """
    ctypedef long long wide  # of 128 bits
    bint is_beyond
    wide times(wide a, wide b) noexcept
    wide plus(wide a, wide b) noexcept
    wide minus(wide a, wide b) noexcept


cdef enum:
    MOST_LINES = 64  # of a bill
    MOST_KEYS = 16  # supply points and units of both bills
    MOST_DIGITS = 17
    FINEST = 6  # decimals of a figure
    MOST_UNITS = 1024  # that are kept
    MONTHS = 12
    MOST_SUPPLIES = 2
    SERIES = 256  # months around the first of a series

cdef enum Cause:  # in their order
    DAYS, VOLUME, PRICE, FIXED, TAXES, ADJUSTMENTS, ONE_OFFS, OTHER, CAUSES

cdef enum Kind:
    USE, TIME, COUNT

cdef enum Place:  # where a line goes
    WHOLE, OF_USE, TIMED

cdef object _Decimal = Decimal, _Fraction = Fraction, _ZERO = ZERO
cdef object _Bill = Bill, _Line = ChargeLine, _Allowance = DocumentAllowance, _Tax = Tax, _Period = Period
cdef object _Category = ChargeCategory, _Consumption = Consumption, _Point = UsagePoint
cdef object _ENERGY = ChargeCategory.ENERGY, _NETWORK = ChargeCategory.NETWORK, _STANDING = ChargeCategory.FIXED
cdef dict _WHOLE = {
    ChargeCategory.TAXES_LEVIES: TAXES, ChargeCategory.ADJUSTMENT: ADJUSTMENTS, ChargeCategory.DISCOUNT: ADJUSTMENTS,
    ChargeCategory.ONE_OFF: ONE_OFFS, ChargeCategory.FEE: ONE_OFFS,
}
cdef dict _FACTORS = {Fraction(1): 0, Fraction(1, 1000): 3, Fraction(1000): -3}  # by how many decimals more
cdef dict _KINDS = {UnitKind.USE: USE, UnitKind.TIME: TIME, UnitKind.COUNT: COUNT}
cdef object _BillKind = BillKind, _CREDIT_NOTE = BillKind.CREDIT_NOTE
cdef object _Reading = MeterReading, _ESTIMATED = ReadingMethod.ESTIMATED
cdef object _Usage = None, _Use = None, _UsePair = None, _Part = None, _causes = None, _month_number = None
cdef type _Month = None
cdef str _NOTHING = ""
cdef long long LARGEST = 10 ** 16  # of a figure in its units: the sum of a bill's lines is a machine number


cdef Py_ssize_t _offset(kind, str name) except -2:
    """Return where an object of this kind holds a slot; -1 where it has none."""
    slot = kind.__dict__.get(name)
    return (<PyMemberDescrObject *>slot).d_member.offset if type(slot) is MemberDescriptorType else -1


cdef Py_ssize_t _OVER = _offset(Fraction, "_numerator"), _UNDER = _offset(Fraction, "_denominator")


cdef object _fraction(long long over, long long under):
    """Return a fraction."""
    cdef long long first = over if over > 0 else -over, second = under, rest
    while second:
        first, second = second, first % second
    over, under = over // first, under // first
    if _OVER < 0 or _UNDER < 0:
        return _Fraction(over, under)
    made = PyType_GenericAlloc(<PyTypeObject *>_Fraction, 0)
    cdef object above = over, below = under
    Py_INCREF(above)
    Py_INCREF(below)
    (<PyObject **>(<char *><PyObject *>made + _OVER))[0] = <PyObject *>above
    (<PyObject **>(<char *><PyObject *>made + _UNDER))[0] = <PyObject *>below
    return made


# ------------------------------------------------------------------ figures and days of records


cdef struct Figure:
    long long units
    int places


cdef bint _read(Figure *figure, object value) except -1:
    """Read a decimal as it is written; False for what is no usual one."""
    cdef const char *at
    cdef Py_ssize_t place, length
    cdef long long whole = 0
    cdef int digits = 0, behind = -1
    cdef bint is_negative
    if type(value) is not _Decimal:
        return False
    text = PyObject_Str(value)
    if not PyUnicode_IS_ASCII(text):
        return False
    at, length = <const char *> PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text)
    is_negative = length > 0 and at[0] == c"-"
    for place in range(is_negative, length):
        if c"0" <= at[place] <= c"9":
            whole = 10 * whole + (at[place] - c"0")
            digits += 1
            behind += behind >= 0
            if digits > MOST_DIGITS:
                return False
        elif at[place] == c"." and behind < 0:
            behind = 0
        else:  # an exponent, no number
            return False
    behind = max(behind, 0)
    while behind and whole % 10 == 0:
        whole //= 10
        behind -= 1
    if not digits or behind > FINEST:
        return False
    figure.units, figure.places = -whole if is_negative else whole, behind
    return True


cdef bint _level(Figure *figure, int places) noexcept:
    """Bring a figure to units of so many decimals; False if it is too large then."""
    while figure.places < places:
        if not -LARGEST < figure.units < LARGEST:
            return False
        figure.units *= 10
        figure.places += 1
    return -LARGEST < figure.units < LARGEST


cdef inline long _ordinal(day) noexcept:
    """Return a date's days since the year 0, as `toordinal` plus a constant."""
    cdef long year = date_year(day), month = date_month(day)
    if month <= 2:
        year -= 1
        month += 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + date_day(day)


cdef inline PyObject *_of(object values, object name) except? NULL:
    """Return what a record has by this name, borrowed; NULL where it has nothing."""
    return PyDict_GetItemWithError(values, name)


cdef bint _days_of(period, long *start, long *end) except -1:
    """Read the first and the last day of a period; False for what is none."""
    if type(period) is not _Period:
        return False
    values = PyObject_GenericGetDict(period, NULL)
    cdef PyObject *first = _of(values, "start")
    cdef PyObject *last = _of(values, "end")
    if first is NULL or last is NULL or not PyDate_CheckExact(<object>first) or not PyDate_CheckExact(<object>last):
        return False
    start[0], end[0] = _ordinal(<object>first), _ordinal(<object>last)
    return start[0] <= end[0]


# ------------------------------------------------------------------ units


cdef dict _units = {}


cdef tuple _unit(word):
    """Return a unit's name, kind, and by how many decimals more it is counted; None where that is not known."""
    cdef PyObject *found = PyDict_GetItemWithError(_units, word)
    if found is not NULL:
        return <tuple>found
    unit = canonical_unit(word)
    made = unit.name, _KINDS[unit.kind], _FACTORS.get(unit.factor)
    PyDict_SetItem(_units, word, made)
    return made


# ------------------------------------------------------------------ sorting the lines


cdef struct Line:
    PyObject *amount
    PyObject *point  # with the unit, what it is gathered by
    PyObject *unit
    Figure paid
    Figure used
    Place place
    int cause
    int category  # 0 energy, 1 network, 2 another
    bint has_days
    long start
    long end


cdef struct Sheet:
    Line lines[MOST_LINES]
    int count
    Figure whole[MOST_LINES + 66]  # what goes to a cause as a whole, the lines' after the rest
    int causes[MOST_LINES + 66]
    int wholes
    PyObject *vague[MOST_LINES]  # supply points with use charges that have no quantity
    int vagues
    bint has_days
    long days
    int finest  # decimals of amounts
    int smallest  # of quantities


cdef bint _add_whole(Sheet *sheet, int cause, Figure *figure) noexcept:
    if sheet.wholes == MOST_LINES + 66:
        return False
    sheet.whole[sheet.wholes] = figure[0]
    sheet.causes[sheet.wholes] = cause
    sheet.wholes += 1
    sheet.finest = max(sheet.finest, figure.places)
    return True


cdef bint _add_amounts(Sheet *sheet, int cause, PyObject *records, kind) except -1:
    """Add the amounts of taxes or allowances to what is of a cause as a whole."""
    cdef Figure figure
    cdef PyObject *amount
    if records is NULL or type(<object>records) is not tuple:
        return False
    for record in <tuple>records:
        if type(record) is not kind:
            return False
        amount = _of(PyObject_GenericGetDict(record, NULL), "amount")
        if amount is NULL or not _read(&figure, <object>amount) or not _add_whole(sheet, cause, &figure):
            return False
    return True


cdef bint _span(Sheet *sheet, Line **lines, int count, long *days) noexcept:
    """Say how many days these lines are about; False where one doesn't tell."""
    cdef int place
    cdef long start, end
    if not count or not lines[0].has_days:
        return False
    start, end = lines[0].start, lines[0].end
    for place in range(1, count):
        if not lines[place].has_days:
            return False
        start, end = min(start, lines[place].start), max(end, lines[place].end)
    days[0] = end - start + 1
    return True


cdef bint _sort(Sheet *sheet, values, bint is_one_point) except -1:
    """Put the lines of a bill where they go; False for what is not usual. What is borrowed lives as long as the bill."""
    cdef Figure figure
    cdef Line *line
    cdef Line *all_lines[MOST_LINES]
    cdef PyObject *got
    cdef PyObject *quantity
    cdef PyObject *period
    cdef PyObject *point
    cdef long start, end
    cdef int more, kind
    sheet.count = sheet.wholes = sheet.vagues = sheet.finest = sheet.smallest = 0
    if not _add_amounts(sheet, TAXES, _of(values, "taxes"), _Tax):
        return False
    if not _add_amounts(sheet, ADJUSTMENTS, _of(values, "allowances"), _Allowance):
        return False
    got = _of(values, "rounding")
    if got is NULL or not _read(&figure, <object>got) or not _add_whole(sheet, ADJUSTMENTS, &figure):
        return False
    got = _of(values, "lines")
    if got is NULL or type(<object>got) is not tuple or PyTuple_GET_SIZE(<object>got) > MOST_LINES:
        return False
    for record in <tuple>got:
        if type(record) is not _Line:
            return False
        of_line = PyObject_GenericGetDict(record, NULL)
        line = &sheet.lines[sheet.count]
        line.amount, quantity, period = _of(of_line, "amount"), _of(of_line, "quantity"), _of(of_line, "period")
        point, got = _of(of_line, "supply_point"), _of(of_line, "category")
        if line.amount is NULL or quantity is NULL or period is NULL or point is NULL or got is NULL:
            return False
        if not _read(&line.paid, <object>line.amount):
            return False
        line.used.units = line.used.places = 0
        if <object>quantity is not None and not _read(&line.used, <object>quantity):
            return False
        line.has_days = <object>period is not None
        if line.has_days and not _days_of(<object>period, &line.start, &line.end):
            return False
        if is_one_point or <object>point is None:
            point = <PyObject *>_NOTHING
        elif type(<object>point) is not str:
            return False
        line.point = point
        category = <object>got
        line.category = 0 if category is _ENERGY else 1 if category is _NETWORK else 2
        line.place = WHOLE
        got = _of(of_line, "unit")
        if got is NULL or (<object>got is not None and type(<object>got) is not str):
            return False
        if line.category == 2 and category is not _STANDING:
            cause = _WHOLE.get(category) if type(category) is _Category else None
            if cause is None:
                return False
            line.cause = cause
        else:
            unit = _unit(_NOTHING if <object>got is None else <object>got)
            line.unit, kind = PyTuple_GET_ITEM(unit, 0), <object>PyTuple_GET_ITEM(unit, 1)
            if kind == TIME and line.used.units:
                line.place = TIMED
            elif line.category == 2 or kind != USE:
                line.cause = FIXED
            elif <object>quantity is None:
                line.cause = OTHER
                sheet.vague[sheet.vagues] = line.point
                sheet.vagues += 1
            elif line.paid.units < 0 or line.used.units < 0:  # fed in, or corrected: no use of this period
                line.cause = ADJUSTMENTS
            else:
                line.place = OF_USE
            if line.place != WHOLE:
                if <object>PyTuple_GET_ITEM(unit, 2) is None:
                    return False
                more = <object>PyTuple_GET_ITEM(unit, 2)
                line.used.places += more
                while line.used.places < 0:
                    if not -LARGEST < line.used.units < LARGEST:
                        return False
                    line.used.units *= 10
                    line.used.places += 1
                sheet.smallest = max(sheet.smallest, line.used.places)
        sheet.finest = max(sheet.finest, line.paid.places)
        if line.place == WHOLE and not _add_whole(sheet, line.cause, &line.paid):
            return False
        all_lines[sheet.count] = line
        sheet.count += 1
    got = _of(values, "period")
    if got is NULL:
        return False
    if <object>got is None:
        sheet.has_days = _span(sheet, all_lines, sheet.count, &sheet.days)
    else:
        if not _days_of(<object>got, &start, &end):
            return False
        sheet.has_days, sheet.days = True, end - start + 1
    return True


cdef bint _level_all(Sheet *sheet, int finest, int smallest) noexcept:
    cdef int place
    for place in range(sheet.wholes):
        if not _level(&sheet.whole[place], finest):
            return False
    for place in range(sheet.count):
        if not _level(&sheet.lines[place].paid, finest) or not _level(&sheet.lines[place].used, smallest):
            return False
    return True


# ------------------------------------------------------------------ the parts of each cause


cdef struct Parts:
    wide over[CAUSES]
    wide under[CAUSES]


cdef struct Gathered:  # the lines of one supply point and unit on one bill
    Line *lines[MOST_LINES]
    int count
    wide paid
    wide used
    bint has_days
    long days


cdef wide _common(wide first, wide second) noexcept:
    """Return the greatest common divisor; second is above zero."""
    cdef wide rest
    if first < 0:
        first = -first
    while second:
        rest = first % second
        first, second = second, rest
    return first


cdef bint _plus(Parts *parts, int cause, wide over, wide under) noexcept:
    """Add a fraction to the part of a cause; True if it is not nothing."""
    cdef wide common
    if not over:
        return False
    if not parts.over[cause]:
        parts.over[cause], parts.under[cause] = over, under
    elif parts.under[cause] == under:
        parts.over[cause] = plus(parts.over[cause], over)
    else:
        common = _common(over, under)
        over, under = over // common, under // common
        common = _common(parts.over[cause], parts.under[cause])
        parts.over[cause], parts.under[cause] = parts.over[cause] // common, parts.under[cause] // common
        common = _common(under, parts.under[cause])
        parts.over[cause] = plus(
            times(parts.over[cause], under // common), times(over, parts.under[cause] // common)
        )
        parts.under[cause] = times(parts.under[cause], under // common)
    return True


cdef inline bint _are_same(PyObject *first, PyObject *second) noexcept:
    """Tell whether two texts are the same."""
    return first is second or PyUnicode_Compare(<object>first, <object>second) == 0


cdef void _gather(Gathered *found, Sheet *sheet, Place place, PyObject *point, PyObject *unit) noexcept:
    """Find the lines of one supply point and unit."""
    cdef int number
    cdef Line *line
    found.count = 0
    for number in range(sheet.count):
        line = &sheet.lines[number]
        if line.place == place and _are_same(line.point, point) and _are_same(line.unit, unit):
            found.lines[found.count] = line
            found.count += 1


cdef bint _has(Gathered *found, int category) noexcept:
    cdef int number
    for number in range(found.count):
        if found.lines[number].category == category:
            return True
    return False


cdef void _count_use(Gathered *found, Gathered *others) noexcept:
    """Sum up what was paid, and how much was used, as `billed_quantity` does of the lines that tell it."""
    cdef int number, other, category = -1, count = 0
    cdef long long total = 0, largest = 0
    cdef Line *line
    cdef Line *distinct[MOST_LINES]
    cdef bint is_new
    found.paid = 0
    for number in range(found.count):
        found.paid += found.lines[number].paid.units
    if others is not NULL:
        if _has(found, 0) and (not others.count or _has(others, 0)):
            category = 0
        elif _has(found, 1) and (not others.count or _has(others, 1)):
            category = 1
    for number in range(found.count):
        line = found.lines[number]
        if category >= 0 and line.category != category:
            continue
        is_new = True
        for other in range(count):
            if distinct[other].used.units == line.used.units and distinct[other].has_days == line.has_days and (
                not line.has_days or (distinct[other].start == line.start and distinct[other].end == line.end)
            ):
                is_new = False
                break
        if is_new:
            distinct[count] = line
            largest = line.used.units if not count else max(largest, line.used.units)
            total += line.used.units
            count += 1
    found.used = largest if count > 2 and total == 2 * largest else total


cdef void _rates(wide paid0, wide paid1, wide used0, wide used1, wide *old, wide *new, wide *each) noexcept:
    """Work out the price of a unit before and after, and what divides both."""
    cdef wide old_paid = paid0 if used0 else paid1, old_used = used0 if used0 else used1
    cdef wide new_paid = paid1 if used1 else old_paid, new_used = used1 if used1 else old_used
    old[0], new[0], each[0] = times(old_paid, new_used), times(new_paid, old_used), times(old_used, new_used)


cdef wide _six_times(wide own, wide x0, wide x1, wide y0, wide y1) noexcept:
    """Return six times the part of what changed by `own`."""
    return times(
        own,
        plus(times(2, plus(times(x0, y0), times(x1, y1))), plus(times(x0, y1), times(x1, y0))),
    )


cdef object _use_of(Gathered *found, int smallest):
    """Return the use charges as a record."""
    cdef int number
    cdef long long under = 1
    if not found.count:
        amount = _ZERO
    elif found.count == 1:
        amount = <object>found.lines[0].amount
    else:
        amount = _ZERO
        for number in range(found.count):
            amount = PyNumber_Add(amount, <object>found.lines[number].amount)
    for number in range(smallest):
        under *= 10
    return _Use(_fraction(<long long>found.used, under), amount, found.days if found.has_days else None)


cdef list _keys_of(Sheet *old, Sheet *new, Place place):
    """Return the supply points and units of both bills, in their order; None where there are too many."""
    cdef list keys = []
    cdef Sheet *sheet
    cdef Line *line
    cdef int side, number
    for side in range(2):
        sheet = new if side else old
        for number in range(sheet.count):
            line = &sheet.lines[number]
            if line.place == place:
                key = <object>line.point, <object>line.unit
                if key not in keys:
                    keys.append(key)
    if len(keys) > MOST_KEYS:
        return None
    if len(keys) > 1:
        keys.sort()
    return keys


cdef bint _is_unmatched(list keys, point, Sheet *theirs, Sheet *ours) except -1:
    """Tell whether a supply point has use on `theirs` that has no unit in common with `ours`."""
    cdef Gathered found
    cdef int number
    for number in range(theirs.vagues):
        if <object>theirs.vague[number] == point:
            return True
    for key in keys:
        if key[0] == point:
            _gather(&found, theirs, OF_USE, PyTuple_GET_ITEM(key, 0), PyTuple_GET_ITEM(key, 1))
            if not found.count:
                continue
            _gather(&found, ours, OF_USE, PyTuple_GET_ITEM(key, 0), PyTuple_GET_ITEM(key, 1))
            if not found.count:
                return True
    return False


cdef object _split(Parts *parts, Sheet *old, Sheet *new, wide money, int smallest, bint *is_daily):
    """Work out the parts of each cause, and return the uses that were compared; None for what is not usual."""
    cdef Gathered before, after
    cdef wide moved[CAUSES]
    cdef wide rate0, rate1, each, daily0, daily1, under, grew, each_money
    cdef PyObject *point
    cdef PyObject *unit
    cdef int cause, number
    cdef long longer
    cdef bint is_matched, has_moved, is_compared
    for cause in range(CAUSES):
        parts.over[cause], parts.under[cause] = 0, 1
        moved[cause] = 0
    for number in range(new.wholes):
        moved[new.causes[number]] += new.whole[number].units
    for number in range(old.wholes):
        moved[old.causes[number]] -= old.whole[number].units
    for cause in range(CAUSES):
        _plus(parts, cause, moved[cause], money)
    keys = _keys_of(old, new, TIMED)
    if keys is None:
        return None
    longer = new.days - old.days if new.has_days and old.has_days else 0
    for key in <list>keys:
        point, unit = PyTuple_GET_ITEM(key, 0), PyTuple_GET_ITEM(key, 1)
        _gather(&before, old, TIMED, point, unit)
        _gather(&after, new, TIMED, point, unit)
        _count_use(&before, NULL)
        _count_use(&after, NULL)
        grew = after.used - before.used
        if before.used > 0 and after.used > 0 and ((grew > 0 and longer > 0) or (grew < 0 and longer < 0)):
            _rates(before.paid, after.paid, before.used, after.used, &rate0, &rate1, &each)
            under = times(2, times(each, money))
            _plus(parts, DAYS, times(grew, plus(rate0, rate1)), under)
            _plus(parts, FIXED, times(minus(rate1, rate0), plus(before.used, after.used)), under)
        else:
            _plus(parts, FIXED, after.paid - before.paid, money)
    keys = _keys_of(old, new, OF_USE)
    if keys is None:
        return None
    uses = []
    is_daily[0] = True
    for key in <list>keys:
        point, unit = PyTuple_GET_ITEM(key, 0), PyTuple_GET_ITEM(key, 1)
        _gather(&before, old, OF_USE, point, unit)
        _gather(&after, new, OF_USE, point, unit)
        _count_use(&before, &after)
        _count_use(&after, &before)
        _term(&before, old)
        _term(&after, new)
        is_matched = before.count and after.count
        has_moved = is_compared = False
        if (before.paid and not before.used) or (after.paid and not after.used) or (
            not is_matched
            and _is_unmatched(<list>keys, <object>point, old if after.count else new, new if after.count else old)
        ):
            _plus(parts, OTHER, after.paid - before.paid, money)
        elif not is_matched:  # a supply point that is new on the bill, or gone from it
            has_moved = _plus(parts, VOLUME, after.paid - before.paid, money)
        elif before.used or after.used:
            is_compared = True
            _rates(before.paid, after.paid, before.used, after.used, &rate0, &rate1, &each)
            each_money = times(each, money)
            if before.has_days and after.has_days and before.days and after.days:
                daily0, daily1 = times(before.used, after.days), times(after.used, before.days)
                under = times(6, times(times(before.days, after.days), each_money))
                _plus(parts, DAYS, _six_times(after.days - before.days, daily0, daily1, rate0, rate1), under)
                has_moved = _plus(
                    parts, VOLUME, _six_times(minus(daily1, daily0), before.days, after.days, rate0, rate1), under
                )
                _plus(parts, PRICE, _six_times(minus(rate1, rate0), before.days, after.days, daily0, daily1), under)
            else:
                under = times(2, each_money)
                has_moved = _plus(parts, VOLUME, times(after.used - before.used, plus(rate0, rate1)), under)
                _plus(parts, PRICE, times(minus(rate1, rate0), plus(before.used, after.used)), under)
        if is_compared:
            uses.append(_UsePair(<object>unit, _use_of(&before, smallest), _use_of(&after, smallest)))
        is_daily[0] = is_daily[0] and ((is_matched and before.has_days and after.has_days) or not has_moved)
    return tuple(uses)


cdef void _term(Gathered *found, Sheet *sheet) noexcept:
    """Set the days of use charges: of their lines where these tell them, else the bill's."""
    found.has_days = False
    if not found.count:
        return
    if _span(sheet, found.lines, found.count, &found.days) and found.days:
        found.has_days = True
    else:
        found.has_days, found.days = sheet.has_days, sheet.days


# ------------------------------------------------------------------ to the cent


cdef bint _is_larger(wide over, wide under, wide other_over, wide other_under) noexcept:
    """Compare two fractions exactly; what is below the line is above zero."""
    cdef wide first, second
    cdef bint is_turned = False
    while True:
        first, second = over // under, other_over // other_under
        over, other_over = over - first * under, other_over - second * other_under
        if over < 0:  # C rounds towards zero
            first, over = first - 1, over + under
        if other_over < 0:
            second, other_over = second - 1, other_over + other_under
        if first != second:
            return (first > second) != is_turned
        if not over or not other_over:
            return False if over == other_over else (not other_over) != is_turned
        over, under, other_over, other_under = under, over, other_under, other_over
        is_turned = not is_turned


cdef bint _round(Parts *parts, wide units, long long total, long long *whole) noexcept:
    """Round the parts to whole minor units that add up to `total`, as `round_ratios` does; False for what is unusual."""
    cdef wide lost[CAUSES]
    cdef wide floor, rest, under, made
    cdef int cause, at, best, step
    cdef bint is_taken[CAUSES]
    cdef long long missing = total
    for cause in range(CAUSES):
        whole[cause], lost[cause], is_taken[cause] = 0, 0, False
        if not parts.over[cause]:
            continue
        under = parts.under[cause]
        made = times(parts.over[cause], units)
        floor = made // under
        rest = made - floor * under
        if rest < 0:
            floor, rest = floor - 1, rest + under
        if plus(rest, rest) > under or (rest + rest == under and floor % 2 != 0):
            floor, rest = floor + 1, rest - under
        if not -LARGEST < floor < LARGEST:
            return False
        whole[cause], lost[cause] = <long long>floor, rest
        missing -= whole[cause]
    if is_beyond or not -CAUSES <= missing <= CAUSES:
        return False
    step = 1 if missing > 0 else -1
    for at in range(missing if missing > 0 else -missing):
        best = -1
        for cause in range(CAUSES):
            if not is_taken[cause] and (
                best < 0 or _is_larger(step * lost[cause], parts.under[cause], step * lost[best], parts.under[best])
            ):
                best = cause
        is_taken[best] = True
        whole[best] += step
    return True


def explain(bill not None, comparison not None):
    """Return why a bill changed: the days of the comparison and of the bill, and the parts, largest first."""
    cdef Sheet old, new
    cdef Parts parts
    cdef long long whole[CAUSES]
    cdef int order[CAUSES]
    cdef int finest, smallest, cause, count = 0, at
    cdef wide money = 1, units = 1
    cdef bint is_daily = True, is_one_point
    global is_beyond
    if type(bill) is not _Bill or type(comparison) is not _Bill:
        return None
    of_new, of_old = PyObject_GenericGetDict(bill, NULL), PyObject_GenericGetDict(comparison, NULL)
    if PyDict_Size(_units) >= MOST_UNITS:  # here, since lines borrow their names
        PyDict_Clear(_units)
    points, others = points_of(bill), points_of(comparison)
    if points is None or others is None:
        return None
    is_one_point = len(<frozenset>points) <= 1 and len(<frozenset>others) <= 1
    if not _sort(&new, of_new, is_one_point) or not _sort(&old, of_old, is_one_point):
        return None
    finest, smallest = max(new.finest, old.finest), max(new.smallest, old.smallest)
    if smallest > 2 * FINEST or not _level_all(&new, finest, smallest) or not _level_all(&old, finest, smallest):
        return None
    for at in range(finest):
        money *= 10
    is_beyond = False
    uses = _split(&parts, &old, &new, money, smallest, &is_daily)
    if uses is None or is_beyond:
        return None
    total, before, currency = of_new.get("total"), of_old.get("total"), of_new.get("currency")
    if type(total) is not _Decimal or type(before) is not _Decimal or type(currency) is not str:
        return None
    step = quantum(currency)
    difference = int((total - before) / step)
    for at in range(<int>exponent(currency)):
        units *= 10
    if not -LARGEST < difference < LARGEST or not _round(&parts, units, difference, whole):
        return None
    for cause in range(CAUSES):
        if whole[cause]:
            at = count
            while at and abs(whole[order[at - 1]]) < abs(whole[cause]):
                order[at] = order[at - 1]
                at -= 1
            order[at] = cause
            count += 1
    made = []
    for at in range(count):
        cause = order[at]
        amount = whole[cause] * step
        name = _causes[cause]
        if cause == DAYS:
            days = new.days - old.days if new.has_days and old.has_days else 0
            made.append(_Part(name, amount, days if days * (1 if whole[cause] > 0 else -1) > 0 else None))
        elif cause == VOLUME or cause == PRICE:
            made.append(_Part(name, amount, None, cause == VOLUME and is_daily, uses))
        else:
            made.append(_Part(name, amount))
    return old.days if old.has_days else None, new.days if new.has_days else None, tuple(made)


cpdef object points_of(bill):
    """Return the supply points that a bill or one of its lines names."""
    cdef PyObject *got
    cdef PyObject *point
    cdef PyObject *last = NULL
    if type(bill) is not _Bill:
        return None
    values = PyObject_GenericGetDict(bill, NULL)
    got = _of(values, "supply_points")
    if got is NULL or type(<object>got) is not tuple:
        return None
    found = PyFrozenSet_New(<object>got)
    got = _of(values, "lines")
    if got is NULL or type(<object>got) is not tuple:
        return None
    for line in <tuple>got:
        if type(line) is not _Line:
            return None
        point = _of(PyObject_GenericGetDict(line, NULL), "supply_point")
        if point is NULL:
            return None
        if point is not last and <object>point:
            PySet_Add(found, <object>point)  # a new one may be added to
            last = point
    return found


# ------------------------------------------------------------------ the bill before


cdef struct Earlier:  # what of a bill tells whether it came before
    PyObject *values
    PyObject *kind
    PyObject *currency
    PyObject *number
    PyObject *point  # the only supply point that it names, NULL for none
    long issued
    long start
    long end
    bint has_period
    bint has_lines


cdef bint _only_point(Earlier *found, PyObject *point) noexcept:
    """Note a supply point that a bill names; False for another one."""
    if found.point is NULL:
        found.point = point
        return True
    return found.point is point or PyUnicode_Compare(<object>found.point, <object>point) == 0


cdef bint _note(Earlier *found, bill) except -1:
    """Read what tells of a bill; False for one of several supply points, a credit note, and what is not usual."""
    cdef PyObject *got
    if type(bill) is not _Bill:
        return False
    values = PyObject_GenericGetDict(bill, NULL)
    found.values, found.point = <PyObject *>values, NULL
    found.kind, found.currency, found.number = _of(values, "kind"), _of(values, "currency"), _of(values, "number")
    if found.kind is NULL or found.currency is NULL or found.number is NULL or found.kind is <PyObject *>_CREDIT_NOTE:
        return False
    if type(<object>found.kind) is not _BillKind or type(<object>found.currency) is not str:
        return False
    got = _of(values, "issued_on")
    if got is NULL or not PyDate_CheckExact(<object>got) or type(<object>found.number) is not str:
        return False
    found.issued = _ordinal(<object>got)
    got = _of(values, "period")
    if got is NULL:
        return False
    found.has_period = <object>got is not None
    if found.has_period and not _days_of(<object>got, &found.start, &found.end):
        return False
    got = _of(values, "supply_points")
    if got is NULL or type(<object>got) is not tuple:
        return False
    for point in <tuple>got:
        if type(point) is not str or not _only_point(found, <PyObject *>point):
            return False
    got = _of(values, "lines")
    if got is NULL or type(<object>got) is not tuple:
        return False
    found.has_lines = PyTuple_GET_SIZE(<object>got) > 0
    for line in <tuple>got:
        if type(line) is not _Line:
            return False
        got = _of(PyObject_GenericGetDict(line, NULL), "supply_point")
        if got is NULL:
            return False
        if got is not <PyObject *>None and <object>got:
            if type(<object>got) is not str or not _only_point(found, got):
                return False
    return True


def previous(bills not None, bill not None, Py_ssize_t supplies):
    """Return the latest fit bill before this one, or None; False for what is not usual. `supplies`: of the customer."""
    cdef Earlier own, one, best
    cdef bint is_alike
    if type(bills) is not tuple or not _note(&own, bill):
        return False
    latest = None
    for other in <tuple>bills:
        if not _note(&one, other):
            return False
        if other is bill or one.kind is not own.kind or not one.has_lines:
            continue
        if (one.end >= own.start) if one.has_period and own.has_period else (one.issued >= own.issued):
            continue
        if one.currency is not own.currency and PyUnicode_Compare(<object>one.currency, <object>own.currency) != 0:
            continue
        if one.point is NULL or own.point is NULL:
            is_alike = one.point is own.point or supplies == 1
        else:
            is_alike = one.point is own.point or PyUnicode_Compare(<object>one.point, <object>own.point) == 0
        if is_alike and (latest is None or _is_later(&one, &best)):
            latest, best = other, one
    return latest


cdef bint _is_later(Earlier *one, Earlier *other) noexcept:
    """Whether a bill is later: by the end of its period or its issue, by its issue, by its number."""
    cdef long end = one.end if one.has_period else one.issued, other_end = other.end if other.has_period else other.issued
    if end != other_end:
        return end > other_end
    if one.issued != other.issued:
        return one.issued > other.issued
    return PyUnicode_Compare(<object>one.number, <object>other.number) > 0


# ------------------------------------------------------------------ months of use


cpdef object months(consumption):
    """Return the twelve months up to the newest of a series."""
    cdef bint are_estimated[SERIES]
    cdef PyObject *got
    cdef PyObject *first
    cdef PyObject *last
    cdef PyObject *estimated
    cdef long number, base = 0, newest = 0, oldest = 0, at
    cdef list sums = None
    if type(consumption) is not _Consumption:
        return None
    got = _of(PyObject_GenericGetDict(consumption, NULL), "series")
    if got is NULL or type(<object>got) is not tuple:
        return None
    for point in <tuple>got:
        if type(point) is not _Point:
            return None
        values = PyObject_GenericGetDict(point, NULL)
        got, estimated = _of(values, "period"), _of(values, "is_estimated")
        if got is NULL or estimated is NULL or type(<object>got) is not _Period:
            return None
        period = PyObject_GenericGetDict(<object>got, NULL)
        got, first, last = _of(values, "quantity"), _of(period, "start"), _of(period, "end")
        if got is NULL or first is NULL or last is NULL or type(<object>got) is not _Decimal:
            return None
        if not PyDate_CheckExact(<object>first) or not PyDate_CheckExact(<object>last):
            return None
        number = date_year(<object>first) * 12 + date_month(<object>first) - 1
        if date_year(<object>last) * 12 + date_month(<object>last) - 1 != number:
            number = _month_number(<object>first, <object>last)
        if sums is None:
            newest = oldest = number
            base = number - SERIES // 2
            sums = [None] * SERIES
            for at in range(SERIES):
                are_estimated[at] = False
        newest, oldest, at = max(newest, number), min(oldest, number), number - base
        if not 0 <= at < SERIES:
            return None
        known = sums[at]
        sums[at] = PyNumber_Add(_ZERO if known is None else known, <object>got)
        if <object>estimated is True:
            are_estimated[at] = True
        elif <object>estimated is not False:
            return None
    if sums is None:
        return ()
    made = []
    for number in range(max(oldest, newest - MONTHS + 1), newest + 1):
        at = number - base
        month = PyType_GenericAlloc(<PyTypeObject *>_Month, 4)
        _fill(month, 0, date_new(number // 12, number % 12 + 1, 1))
        _fill(month, 1, sums[at])
        _fill(month, 2, sums[at - MONTHS] if at >= MONTHS else None)
        _fill(month, 3, are_estimated[at])
        made.append(month)
    return tuple(made)


def usages(all_ not None, bill not None):
    """Return the use of the bill's supply points that have data, at most two; None for what is not usual."""
    cdef PyObject *point
    cdef PyObject *quantity
    cdef PyObject *series
    cdef PyObject *commodity
    cdef PyObject *unit
    cdef PyObject *before
    cdef PyObject *similar
    cdef PyObject *got
    cdef bint is_estimated
    if type(all_) is not tuple:
        return None
    billed = points_of(bill)
    if billed is None:
        return None
    made = []
    for one in <tuple>all_:
        if type(one) is not _Consumption:
            return None
        values = PyObject_GenericGetDict(one, NULL)
        point, quantity, series = _of(values, "supply_point"), _of(values, "quantity"), _of(values, "series")
        commodity, unit, before = _of(values, "commodity"), _of(values, "unit"), _of(values, "year_before")
        similar, got = _of(values, "similar_homes"), _of(values, "readings")
        if point is NULL or quantity is NULL or series is NULL or commodity is NULL or unit is NULL:
            return None
        if before is NULL or similar is NULL or got is NULL or type(<object>got) is not tuple:
            return None
        if len(<frozenset>billed) and <object>point not in <frozenset>billed:
            continue
        if <object>quantity is None and not <object>series:
            continue
        during = months(one)
        if during is None:
            return None
        is_estimated = False
        for reading in <tuple>got:
            if type(reading) is not _Reading:
                return None
            got = _of(PyObject_GenericGetDict(reading, NULL), "method")
            if got is NULL:
                return None
            is_estimated = is_estimated or <object>got is _ESTIMATED
        made.append(
            _Usage(<object>point, <object>commodity, <object>unit, <object>quantity, <object>before, <object>similar,
                   during, is_estimated)
        )
    return tuple(made[:MOST_SUPPLIES])


cdef inline void _fill(object made, Py_ssize_t place, object value) noexcept:
    """Fill an empty place of a new named tuple."""
    Py_INCREF(value)
    PyTuple_SET_ITEM(made, place, value)


def of_split(use, pair, part, causes):
    """Take the classes of what is found here, and the causes in their order."""
    global _Use, _UsePair, _Part, _causes
    _Use, _UsePair, _Part, _causes = use, pair, part, tuple(causes)
    if len(_causes) != CAUSES:
        raise TypeError("the causes are not those of this kernel")


def of_usage(type month not None, month_number, usage):
    """Take the classes of a month and of a use, and what numbers the month of a period that lies in several."""
    global _Month, _month_number, _Usage
    _Month, _month_number, _Usage = month, month_number, usage
