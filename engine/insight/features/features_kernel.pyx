"""What lateness.py says of past bills and size.py of the bill in question, in one walk over them each.

Figures are the same to the bit: each is worked out in the same order from the same doubles. Decimals are turned into
doubles by Python; sums of doubles of which Python takes more care from 3.12 on are left to it.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.math cimport log1p

from math import cos, pi, sin

from engine.model.bill import ChargeCategory

cdef enum:
    MOST = 24  # `LOOKBACK` of lateness.py
    LAST = 3
    WEEK = 7
    MONTH = 30
    USUAL = 12  # from here on as size.py has them
    YEAR = 365
    SLACK = 45
    SEASONS = 4

cdef double HALF_AS_MUCH_AGAIN = 1.5

cdef object _FIXED = ChargeCategory.FIXED, _ADJUSTMENT = ChargeCategory.ADJUSTMENT, _ONE_OFF = ChargeCategory.ONE_OFF
cdef tuple _SINES = tuple([sin(2 * pi * month / 12) for month in range(12)])
cdef tuple _COSINES = tuple([cos(2 * pi * month / 12) for month in range(12)])


cdef struct Row:
    long day  # of issue
    long month
    double total


def add_past(dict values not None, list recent not None, long today):
    """Put how `recent`, at most `LOOKBACK` past bills by due date, one at least, were paid into `values`."""
    cdef long days[MOST]
    cdef long ordered[MOST]
    cdef Py_ssize_t count = len(recent), place, at, late, weeks = 0, months = 0, parts = 0, unpaid = 0, paid = 0
    cdef long due, end, gap, whole = 0, newest = 0, oldest = 0, to_pay = 0, to_pay_last = 0, streak = 0
    if not 0 < count <= MOST:
        raise ValueError("too many bills, or none")
    for place in range(count):
        course = recent[place]
        due, settled = course.due, course.settled
        if settled is None:
            end = today
            oldest = due if not unpaid or due < oldest else oldest
            unpaid += 1
        else:
            end = settled
            if not course.is_carried:
                to_pay_last = end - <long> course.issued
                to_pay += to_pay_last
                paid += 1
        if <long> course.parts > 1:
            parts += 1
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
    cdef Py_ssize_t count = len(earlier), place, at, first, kept = 0, used
    cdef long reach = issued - YEAR - SLACK, wanted = issued - YEAR, apart, nearest = SLACK + 1
    cdef double ordered[USUAL]
    cdef double usual, last, before = 0.0, one
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
            one = rows[kept - used + place].total
            at = place
            while at and ordered[at - 1] > one:
                ordered[at] = ordered[at - 1]
                at -= 1
            ordered[at] = one
        last, usual = rows[kept - 1].total, (ordered[(used - 1) // 2] + ordered[used // 2]) / 2
        if usual > 0:
            values["bill_vs_usual"] = total / usual
            values["size_spread"] = ordered[used - 1] / usual
        if last > 0:
            values["bill_vs_last"] = total / last
        if usual > 0 and last > 0:
            values["is_shock"] = 1.0 if total >= HALF_AS_MUCH_AGAIN * (last if last > usual else usual) else 0.0
        if is_whole:
            if before > 0:
                values["bill_vs_year_before"] = total / before
            _add_winter(values, issued, rows, kept)
        return usual
    finally:
        PyMem_Free(rows)


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
