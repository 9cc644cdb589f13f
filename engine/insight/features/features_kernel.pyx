"""What lateness.py says of past bills and size.py of the bill in question, in one walk over them each.

Of the usual customer, who owes nothing but plain bills and never dealt with us, one walk over the record tells all.

Figures are the same to the bit: each is worked out in the same order from the same doubles. Decimals are turned into
doubles by Python; sums of doubles of which Python takes more care from 3.12 on are left to it.
"""

from cpython.datetime cimport PyDate_CheckExact, date_day, date_month, date_year, import_datetime
from cpython.dict cimport PyDict_GetItemWithError
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject
from cpython.tuple cimport PyTuple_GET_SIZE
from libc.math cimport log1p

from decimal import Decimal
from math import cos, pi, sin

from engine.model.bill import ZERO, Bill, BillKind, ChargeCategory
from engine.model.customer import Customer, Payment

import_datetime()

cdef extern from "Python.h":
    object PyObject_GenericGetDict(object of, void *closure)
    int PyUnicode_Compare(object first, object second)

cdef enum:
    MOST = 24  # `LOOKBACK` of lateness.py
    LAST = 3
    WEEK = 7
    MONTH = 30
    USUAL = 12  # from here on as size.py has them
    YEAR = 365
    SLACK = 45
    SEASONS = 4
    MOST_PAYMENTS = 32

cdef double HALF_AS_MUCH_AGAIN = 1.5

cdef object _Decimal = Decimal, _ZERO = ZERO, _Bill = Bill, _Customer = Customer, _Payment = Payment
cdef object _INVOICE = BillKind.INVOICE, _STATEMENT = BillKind.STATEMENT
cdef tuple _DEALINGS = ("interactions", "promises", "disputes")
cdef object _FIXED = ChargeCategory.FIXED, _ADJUSTMENT = ChargeCategory.ADJUSTMENT, _ONE_OFF = ChargeCategory.ONE_OFF
cdef tuple _SINES = tuple([sin(2 * pi * month / 12) for month in range(12)])
cdef tuple _COSINES = tuple([cos(2 * pi * month / 12) for month in range(12)])


cdef struct Settled:  # what became of a bill
    PyObject *number
    PyObject *left  # of a payment's, held by a list
    PyObject *total
    long issued
    long due
    long settled  # 0: it is not
    int parts
    bint is_carried
    bint is_subject
    bint is_alike  # of the currency that counts


cdef struct Row:
    long day  # of issue
    long month
    double total


def add_past(dict values not None, list recent not None, long today):
    """Put how `recent`, at most `LOOKBACK` past bills by due date, one at least, were paid into `values`."""
    cdef Settled courses[MOST]
    cdef Py_ssize_t count = len(recent), place
    if not 0 < count <= MOST:
        raise ValueError("too many bills, or none")
    for place in range(count):
        course = recent[place]
        settled = course.settled
        courses[place].issued, courses[place].due, courses[place].parts = course.issued, course.due, course.parts
        courses[place].settled, courses[place].is_carried = 0 if settled is None else settled, course.is_carried
    _add_past(values, courses, count, today)


cdef int _add_past(dict values, Settled *recent, Py_ssize_t count, long today) except -1:
    cdef long days[MOST]
    cdef long ordered[MOST]
    cdef Py_ssize_t place, at, late, weeks = 0, months = 0, parts = 0, unpaid = 0, paid = 0
    cdef long due, end, gap, whole = 0, newest = 0, oldest = 0, to_pay = 0, to_pay_last = 0, streak = 0
    for place in range(count):
        due, end = recent[place].due, recent[place].settled
        if not end:
            end = today
            oldest = due if not unpaid or due < oldest else oldest
            unpaid += 1
        elif not recent[place].is_carried:
            to_pay_last = end - recent[place].issued
            to_pay += to_pay_last
            paid += 1
        parts += recent[place].parts > 1
        gap = end - due if end > due else 0
        days[place] = gap
        whole += gap
        weeks += gap > WEEK
        months += gap > MONTH
        at = place
        while at and ordered[at - 1] > gap:
            ordered[at] = ordered[at - 1]
            at -= 1
        ordered[at] = gap
    late = count
    while late and ordered[count - late] == 0:
        late -= 1
    values["late_count"] = <double> late
    values["late_share"] = <double> late / count
    values["late_week_share"] = <double> weeks / count
    values["late_month_share"] = <double> months / count
    values["late_days_mean"] = <double> whole / count
    values["late_days_median"] = <double> (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    values["late_days_max"] = <double> ordered[count - 1]
    values["late_days_last"] = <double> days[count - 1]
    if count >= 2:
        values["late_days_second"] = <double> days[count - 2]
    if count >= 3:
        values["late_days_third"] = <double> days[count - 3]
    if count >= 2 * LAST:
        newest = days[count - 1] + days[count - 2] + days[count - 3]
        values["late_trend"] = <double> newest / LAST - <double> (whole - newest) / (count - LAST)
    while streak < count and (days[count - 1 - streak] > 0) == (days[count - 1] > 0):
        streak += 1
    values["late_streak"] = <double> (streak if days[count - 1] > 0 else 0)
    values["on_time_streak"] = <double> (0 if days[count - 1] > 0 else streak)
    if paid:
        values["days_to_pay_mean"] = <double> to_pay / paid
        values["days_to_pay_last"] = <double> to_pay_last
    values["unpaid_past_bills"] = <double> unpaid
    values["oldest_unpaid_days"] = <double> (today - oldest) if unpaid else 0.0
    values["parts_share"] = <double> parts / count
    return 0


def add_bill(dict values not None, history, subject, bill, bint is_whole):
    """As `add_bill` of size.py."""
    cdef long issued = bill.issued_on.toordinal()
    cdef double total = bill.total, usual = 0.0
    cdef list open_ = [], earlier = []
    if is_whole:
        _add_terms(values, history, bill, total, issued)
        _add_parts(values, bill)
    values["by_debit"] = 1.0 if bill.direct_debit is not None else 0.0
    currency = bill.currency
    for course in history.courses:
        if course is subject:
            continue
        other = course.bill
        if other.currency != currency:
            continue
        if is_whole and course.settled is None:
            open_.append(course.left)
        since = course.issued
        if <long> since <= issued:
            earlier.append((since, other.number, other))
    if earlier:
        if len(earlier) > 1:
            earlier.sort()  # numbers differ: bills are never compared
        usual = _add_size(values, total, issued, earlier, is_whole)
    if not is_whole:
        return
    values["other_open_bills"] = <double> len(open_)
    if usual > 0:
        values["other_open_vs_usual"] = <double> float(sum(open_)) / usual


cdef int _add_terms(dict values, history, bill, double total, long issued) except -1:
    cdef long due, month
    values["bill_size"] = log1p(0.0 if 0.0 > total else total)
    values["is_estimated"] = 1.0 if bill.is_estimated else 0.0
    period = bill.period
    if period is not None:
        values["bill_days"] = float(period.days)
    points = bill.supply_points
    if points:
        values["supply_points"] = <double> len(points)
    day = bill.due_on
    if day is not None:
        due = day.toordinal()
        values["days_granted"] = <double> (due - issued)
        values["days_to_due"] = <double> (due - <long> history.today)
    else:
        day = bill.issued_on
    month = day.month
    values["month_sin"] = _SINES[month - 1]
    values["month_cos"] = _COSINES[month - 1]
    values["is_heating_season"] = 0.0 if 5 <= month <= 9 else 1.0
    return 0


cdef int _add_parts(dict values, bill) except -1:
    cdef double fixed = 0.0, catch_up = 0.0, whole = 0.0, amount
    for line in bill.lines:
        amount, category = line.amount, line.category
        whole += amount
        if category is _FIXED:
            fixed += amount
        elif category is _ADJUSTMENT or category is _ONE_OFF:
            catch_up += amount
    if whole > 0:
        values["fixed_share"] = fixed / whole
        values["catch_up_share"] = catch_up / whole
    total = bill.total
    if total > 0:
        values["prepaid_share"] = float(bill.prepaid / total)
    return 0


cdef double _add_size(dict values, double total, long issued, list earlier, bint is_whole) except? -1.0:
    """Return the usual total of a bill; 0 or less where there is none."""
    cdef Py_ssize_t count = len(earlier), place, kept = 0, used
    cdef long reach = issued - YEAR - SLACK, wanted = issued - YEAR, apart, nearest = SLACK + 1
    cdef double totals[USUAL]
    cdef double usual, before = 0.0
    cdef tuple row
    cdef Row *rows = <Row *> PyMem_Malloc(count * sizeof(Row))
    if not rows:
        raise MemoryError
    try:
        nearest_number = None
        for place in range(count):
            row = <tuple> earlier[place]
            if place < count - USUAL and <long> row[0] < reach:
                continue
            bill = row[2]
            rows[kept].day, rows[kept].month, rows[kept].total = row[0], bill.issued_on.month, bill.total
            apart = rows[kept].day - wanted
            apart = -apart if apart < 0 else apart
            # The least of day, number and total: numbers differ.
            if apart < nearest or (apart == nearest <= SLACK and row[1] < nearest_number):
                nearest, nearest_number, before = apart, row[1], rows[kept].total
            kept += 1
        used = kept if kept < USUAL else USUAL
        for place in range(used):
            totals[place] = rows[kept - used + place].total
        usual = _measured(values, total, totals, used)
        if is_whole:
            if before > 0:
                values["bill_vs_year_before"] = total / before
            _add_winter(values, issued, rows, kept)
        return usual
    finally:
        PyMem_Free(rows)


cdef double _measured(dict values, double total, double *totals, Py_ssize_t count) except? -1.0:
    """Put a bill against the others, up to twelve, the newest last; return the usual total."""
    cdef double ordered[USUAL]
    cdef double usual, last = totals[count - 1], one
    cdef Py_ssize_t place, at
    for place in range(count):
        one = totals[place]
        at = place
        while at and ordered[at - 1] > one:
            ordered[at] = ordered[at - 1]
            at -= 1
        ordered[at] = one
    usual = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    if usual > 0:
        values["bill_vs_usual"] = total / usual
        values["size_spread"] = ordered[count - 1] / usual
    if last > 0:
        values["bill_vs_last"] = total / last
    if usual > 0 and last > 0:
        values["is_shock"] = 1.0 if total >= HALF_AS_MUCH_AGAIN * (last if last > usual else usual) else 0.0
    return usual


cdef int _add_winter(dict values, long issued, Row *rows, Py_ssize_t count) except -1:
    cdef list year = [], winter = []
    cdef Py_ssize_t place
    if count < SEASONS or rows[0].day > issued - YEAR + SLACK:
        return 0
    for place in range(count):
        if rows[place].day > issued - YEAR:
            year.append(rows[place].total)
            if not 5 <= rows[place].month <= 9:
                winter.append(rows[place].total)
    if len(year) >= SEASONS:
        whole = sum(year)
        if whole > 0:
            values["winter_share"] = sum(winter) / whole
    return 0


# ------------------------------------------------------------------ the usual customer, in one walk


cdef struct Paid:
    PyObject *number
    PyObject *amount
    long day


cdef inline PyObject *_of(object values, object name) except? NULL:
    """Return what a record has by this name, borrowed; NULL where it has nothing."""
    return PyDict_GetItemWithError(values, name)


cdef inline long _ordinal(day) noexcept:
    """Return a date's `toordinal`."""
    cdef long year = date_year(day), month = date_month(day)
    if month <= 2:
        year -= 1
        month += 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + date_day(day) - 306


cdef bint _are_same(PyObject *first, PyObject *second) noexcept:
    return first is second or PyUnicode_Compare(<object>first, <object>second) == 0


cdef int _payments(Paid *paid, PyObject *records, long today) except -2:
    """Read the payments until today, oldest first; -1 for what is not usual: money returned, or for no bill."""
    cdef PyObject *got
    cdef Paid one
    cdef int count = 0, at
    if records is NULL or type(<object>records) is not tuple or PyTuple_GET_SIZE(<object>records) > MOST_PAYMENTS:
        return -1
    for record in <tuple>records:
        if type(record) is not _Payment:
            return -1
        values = PyObject_GenericGetDict(record, NULL)
        got, one.number, one.amount = _of(values, "paid_on"), _of(values, "bill_number"), _of(values, "amount")
        if got is NULL or one.number is NULL or one.amount is NULL:
            return -1
        if not PyDate_CheckExact(<object>got) or type(<object>one.number) is not str:
            return -1
        if type(<object>one.amount) is not _Decimal or not <object>one.amount > _ZERO:
            return -1
        one.day = _ordinal(<object>got)
        if one.day > today:
            continue
        at = count
        while at and paid[at - 1].day > one.day:
            paid[at] = paid[at - 1]
            at -= 1
        paid[at] = one
        count += 1
    return count


cdef bint _is_before(Settled *one, Settled *other) noexcept:
    """Whether a bill falls due before another: by day and number."""
    if one.due != other.due:
        return one.due < other.due
    return PyUnicode_Compare(<object>one.number, <object>other.number) < 0


cdef int _courses(
    Settled *found, list lefts, PyObject *records, asked, currency, Paid *paid, int payments, long today
) except -2:
    """Read what became of each bill issued until today, by due date; -1 for what is not usual. `asked`: a number."""
    cdef PyObject *got
    cdef PyObject *kind
    cdef PyObject *due
    cdef Settled one
    cdef int count = 0, at
    if records is NULL or type(<object>records) is not tuple:
        return -1
    for record in <tuple>records:
        if type(record) is not _Bill:
            return -1
        values = PyObject_GenericGetDict(record, NULL)
        got, kind, due = _of(values, "issued_on"), _of(values, "kind"), _of(values, "due_on")
        one.number, one.total = _of(values, "number"), _of(values, "total")
        if got is NULL or kind is NULL or due is NULL or one.number is NULL or one.total is NULL:
            return -1
        if not PyDate_CheckExact(<object>got) or type(<object>one.number) is not str:
            return -1
        one.issued = _ordinal(<object>got)
        if one.issued > today:
            continue
        got = _of(values, "balance_forward")
        if got is NULL or type(<object>got) is not _Decimal or <object>got:
            return -1
        if kind is not <PyObject *>_INVOICE and kind is not <PyObject *>_STATEMENT:
            return -1
        got = _of(values, "amount_payable")
        if got is NULL or type(<object>got) is not _Decimal:
            return -1
        if due is <PyObject *>None or not <object>got > _ZERO:
            continue
        if not PyDate_CheckExact(<object>due) or count == MOST:
            return -1
        one.due, one.left, one.settled, one.parts, one.is_carried = _ordinal(<object>due), got, 0, 0, False
        got = _of(values, "currency")
        if got is NULL or type(<object>got) is not str or type(<object>one.total) is not _Decimal:
            return -1
        one.is_alike, one.is_subject = <object>got == currency, _are_same(one.number, <PyObject *>asked)
        for at in range(payments):
            if _are_same(paid[at].number, one.number):
                left = <object>one.left - <object>paid[at].amount
                lefts.append(left)
                one.left = <PyObject *>left
                one.parts += 1
                if not one.settled and not left > _ZERO:
                    one.settled = paid[at].day
        for at in range(count):
            if _are_same(found[at].number, one.number):
                return -1
        at = count
        while at and _is_before(&one, &found[at - 1]):
            found[at] = found[at - 1]
            at -= 1
        found[at] = one
        count += 1
    return count


def essential(dict blank not None, customer, bill, long today):
    """Return the essential features of who never dealt with us and owes nothing but plain bills; None of others."""
    cdef Paid paid[MOST_PAYMENTS]
    cdef Settled courses[MOST]
    cdef Settled past[MOST]
    cdef PyObject *got
    cdef PyObject *currency
    cdef PyObject *day
    cdef PyObject *debit
    cdef PyObject *total
    cdef PyObject *number
    cdef list lefts = []
    cdef int payments, count, place, late = 0
    cdef long issued
    if type(customer) is not _Customer or type(bill) is not _Bill:
        return None
    of = PyObject_GenericGetDict(customer, NULL)
    for name in _DEALINGS:
        got = _of(of, name)
        if got is NULL or type(<object>got) is not tuple or PyTuple_GET_SIZE(<object>got):
            return None
    payments = _payments(paid, _of(of, "payments"), today)
    if payments < 0:
        return None
    asked = PyObject_GenericGetDict(bill, NULL)
    currency, day, debit = _of(asked, "currency"), _of(asked, "issued_on"), _of(asked, "direct_debit")
    total, number = _of(asked, "total"), _of(asked, "number")
    if currency is NULL or day is NULL or debit is NULL or total is NULL or number is NULL:
        return None
    if type(<object>currency) is not str or type(<object>number) is not str or type(<object>total) is not _Decimal:
        return None
    if not PyDate_CheckExact(<object>day):
        return None
    issued = _ordinal(<object>day)
    count = _courses(
        courses, lefts, _of(of, "bills"), <object>number, <object>currency, paid, payments, today
    )
    if count < 0 or issued > today:
        return None
    values = blank.copy()
    for place in range(count):
        if courses[place].due < today and not courses[place].is_subject:
            past[late] = courses[place]
            late += 1
    values["past_bills"] = <double> late
    if late:
        _add_past(values, past, late, today)
    values["returned_year"] = 0.0
    if payments:
        values["payment_age"] = <double> (today - paid[payments - 1].day)
    values["by_debit"] = 0.0 if debit is <PyObject *>None else 1.0
    _add_sizes(values, courses, count, <object>total, issued)
    values["credit_notes_year"] = values["reminders_year"] = 0.0
    return values


cdef int _add_sizes(dict values, Settled *courses, int count, double total, long issued) except -1:
    """Put a bill against those of its currency that were issued before."""
    cdef Settled *earlier[MOST]
    cdef double totals[USUAL]
    cdef int found = 0, place, at, used
    for place in range(count):
        if courses[place].is_subject or not courses[place].is_alike or courses[place].issued > issued:
            continue
        at = found
        while at and _is_older(&courses[place], earlier[at - 1]):
            earlier[at] = earlier[at - 1]
            at -= 1
        earlier[at] = &courses[place]
        found += 1
    used = found if found < USUAL else USUAL
    for place in range(used):
        totals[place] = <object>earlier[found - used + place].total
    if used:
        _measured(values, total, totals, used)
    return 0


cdef bint _is_older(Settled *one, Settled *other) noexcept:
    """Whether a bill was issued before another: by day and number."""
    if one.issued != other.issued:
        return one.issued < other.issued
    return PyUnicode_Compare(<object>one.number, <object>other.number) < 0
