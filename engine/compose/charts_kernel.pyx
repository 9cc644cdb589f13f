"""Places of a chart's marks: what charts.py and exact.py do, on machine numbers instead of Python's.

Each function declines, by None, whatever is not the usual (other types, amounts of more than thirteen digits, no
figure at all): Python then does all of it, its errors included. Amounts are whole numbers of a power of ten, so small
that a quotient of two of them is rounded as Python rounds that of whole numbers of any size.
"""

from cpython.object cimport PyObject_Str
from libc.math cimport copysign, fabs
from libc.stdint cimport uint64_t
from libc.string cimport memcpy

from decimal import Decimal

from engine.compose.lettering import _ems
from engine.model.chart import ChartLabel, ChartLine, Mark, MarkRole, MarkStyle
from engine.model.said import Fact

cdef extern from "Python.h":
    bint PyUnicode_IS_ASCII(object text)
    void *PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)

cdef enum:
    MOST = 32  # values of one chart
    COLUMNS = 6

# As charts.py has them.
cdef double WIDTH = 640, STACK_HEIGHT = 24, VALUE_SIZE = 22, LABEL_GAP = 8, SIDE = 4, WIDEST_BAR = 110
cdef double LEAST_HEIGHT = 2, CUT_STUB = 10, CUT_GAP = 5, WATERFALL_TOP = 34, BARS_TOP = 6
cdef long long LEAST_PART = 6, STACK_GAP = 2
cdef double STRONG_FACTOR = 1.06, LEAST_SIZE = 1  # as lettering.py has them

cdef long long LARGEST = 10 ** 13  # of an amount: twenty times the sum of six is exact as a double
cdef int FINEST = 12  # decimals, for the same reason
cdef double EXACT = 9007199254740992.0  # 2 ** 53

cdef object _Decimal = Decimal, _Mark = Mark, _Line = ChartLine, _Label = ChartLabel, _Fact = Fact
cdef object _STRONG = MarkRole.STRONG, _PRIMARY = MarkRole.PRIMARY, _MUTED = MarkRole.MUTED
cdef object _CAUTION = MarkRole.CAUTION, _POSITIVE = MarkRole.POSITIVE
cdef object _SOLID = MarkStyle.SOLID, _OUTLINE = MarkStyle.OUTLINE, _HATCHED = MarkStyle.HATCHED
cdef object _ems_of = _ems


cdef struct Values:
    long long units[MOST]
    int places[MOST]  # the decimals of each as it is written
    int count
    int finest
    long long scale  # units that make one


cdef inline double _rounded(double number) noexcept:
    """Return `round(number, 2)` of a number below 2 ** 40: to the nearest, exactly, to even on a tie."""
    cdef uint64_t bits, product, parts = 0, rest, half
    memcpy(&bits, &number, 8)
    cdef int shift = 1075 - max(<int> (bits >> 52 & 0x7FF), 1)
    product = 100 * (bits & ((<uint64_t> 1 << 52) - 1) | <uint64_t> (shift < 1074) << 52)
    if shift < 64:  # else less than a half, since the product is below 2 ** 60
        parts = product >> shift
        rest = product & ((<uint64_t> 1 << shift) - 1)
        half = <uint64_t> 1 << (shift - 1)
        parts += rest > half or (rest == half and parts & 1)
    return copysign(<double> parts / 100.0, number)


def rounded(double number):
    """Return `round(number, 2)` of a number below 2 ** 40."""
    return _rounded(number)


cdef bint _add(Values *found, object value) except -1:
    """Add a decimal as it is written; False for what is no usual one."""
    cdef const char *at
    cdef Py_ssize_t place, length
    cdef long long whole = 0
    cdef int digits = 0, behind = -1
    cdef bint is_negative
    if type(value) is not _Decimal or found.count == MOST:
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
            if digits > 17:
                return False
        elif at[place] == c"." and behind < 0:
            behind = 0
        else:  # an exponent, no number
            return False
    behind = max(behind, 0)
    if not digits or behind > FINEST:
        return False
    found.units[found.count] = -whole if is_negative else whole
    found.places[found.count] = behind
    found.count += 1
    found.finest = max(found.finest, behind)
    return True


cdef bint _level(Values *found) noexcept:
    """Bring all to the finest unit; False if one is too large then."""
    cdef int number, place
    for number in range(found.count):
        for place in range(found.places[number], found.finest):
            if not -LARGEST <= found.units[number] <= LARGEST:
                return False
            found.units[number] *= 10
        if not -LARGEST <= found.units[number] <= LARGEST:
            return False
    found.scale = 1
    for place in range(found.finest):
        found.scale *= 10
    return True


# ------------------------------------------------------------------ whole numbers


def in_whole(values not None):
    """Return decimals as whole numbers of a common fraction, and how many of it make one."""
    cdef Values found
    cdef int number, place, twos = 0, fives = 0, own_twos, own_fives
    cdef long long rest
    found.count = found.finest = 0
    if type(values) is not list and type(values) is not tuple:
        return None
    for value in values:
        if not _add(&found, value):
            return None
    # Each in its lowest terms has some twos and fives below; what all need is the most of each.
    for number in range(found.count):
        rest = found.units[number]
        if not rest:
            continue
        own_twos = own_fives = found.places[number]
        while own_twos and rest % 2 == 0:
            rest //= 2
            own_twos -= 1
        while own_fives and rest % 5 == 0:
            rest //= 5
            own_fives -= 1
        twos, fives = max(twos, own_twos), max(fives, own_fives)
    whole = []
    rest = 1
    for place in range(twos):
        rest *= 2
    for place in range(fives):
        rest *= 5
    scale = rest
    for number in range(found.count):
        rest = 1
        for place in range(found.places[number]):
            rest *= 10
        whole.append(found.units[number] * scale // rest)
    return whole, scale


# ------------------------------------------------------------------ stack


def stack(parts not None):
    """Return the marks of a stack."""
    cdef Values found
    cdef bint small[MOST]
    cdef int number, slim = 0
    cdef long long total, left, wide, x = 0
    cdef bint is_more = True
    cdef double start, stop
    found.count = found.finest = 0
    roles = []
    for part in parts:
        if type(part) is not tuple or len(<tuple> part) != 2:
            return None
        value = (<tuple> part)[1]
        if not _add(&found, value):
            return None
        if found.units[found.count - 1] <= 0:
            found.count -= 1
        else:
            roles.append((<tuple> part)[0])
    if not found.count or not _level(&found):
        return None
    for number in range(found.count):
        small[number] = False
    while is_more:
        is_more = False
        left = <long long> WIDTH - STACK_GAP * (found.count - 1) - LEAST_PART * slim
        total = 0
        for number in range(found.count):
            if not small[number]:
                total += found.units[number]
        if not total or left <= 0 or <double> total * WIDTH >= EXACT:
            return None
        fresh = []
        for number in range(found.count):
            if not small[number] and found.units[number] * left < LEAST_PART * total:
                fresh.append(number)
        for number in fresh:
            small[number] = is_more = True
            slim += 1
    marks = []
    for number in range(found.count):
        wide = LEAST_PART * total if small[number] else found.units[number] * left
        start, stop = _rounded(<double> x / <double> total), _rounded(<double> (x + wide) / <double> total)
        marks.append(_Mark(start, 0.0, _rounded(stop - start), STACK_HEIGHT, roles[number]))
        x += wide + STACK_GAP * total
    return tuple(marks)


# ------------------------------------------------------------------ waterfall


cdef struct Plot:
    long long low
    long long span
    double scale
    double top
    double bottom


cdef inline double _y(Plot *plot, long long value) noexcept:
    cdef double share = 0.0
    if plot.span:
        share = (<double> (value - plot.low) / plot.scale) / (<double> plot.span / plot.scale)
    return _rounded(plot.bottom - share * (plot.bottom - plot.top))


cdef inline void _between(Plot *plot, double first, double second, double *top, double *height) noexcept:
    top[0], height[0] = (first if first < second else second), fabs(second - first)
    if height[0] < LEAST_HEIGHT:
        top[0], height[0] = min(top[0], _rounded(plot.bottom - LEAST_HEIGHT)), LEAST_HEIGHT
    else:
        height[0] = _rounded(height[0])


def waterfall(tuple everything not None, double bottom):
    """Return marks, figures and lines of a waterfall: of start, steps and end, columns of three."""
    cdef Values found
    cdef Plot plot
    cdef long long levels[COLUMNS]
    cdef double tops[COLUMNS]
    cdef double heights[COLUMNS]
    cdef long long least, most, total = 0
    cdef int place, count = len(everything)
    cdef bint is_cut = False
    cdef double slot, wide, shown_wide, foot, before, after, x, top, height
    found.count = found.finest = 0
    if not 2 <= count <= COLUMNS or not fabs(bottom) < 1e6:
        return None
    for column in everything:
        if not isinstance(column, tuple) or len(<tuple> column) != 3 or type((<tuple> column)[1]) is not _Fact:
            return None
        if not _add(&found, (<tuple> column)[2]):
            return None
    if not _level(&found):
        return None
    for place in range(count - 1):
        total += found.units[place]
        levels[place] = 20 * total
    if total != found.units[count - 1]:
        return None
    least = most = levels[0]
    for place in range(1, count - 1):
        least, most = min(least, levels[place]), max(most, levels[place])
    plot.scale, plot.top, plot.bottom = <double> (20 * found.scale), WATERFALL_TOP, bottom
    if least > 0 and 2 * least > most:
        plot.low = least - max((most - least) // 2, most // 10)
        plot.span = most - plot.low
        is_cut = True
        foot = _y(&plot, plot.low)
    else:
        plot.low = min(least, 0)
        plot.span = max(most, 0) - plot.low
        foot = _y(&plot, 0)
    slot = WIDTH / count
    wide = min(slot * 0.72, WIDEST_BAR)
    shown_wide = _rounded(wide)
    for place in range(count - 1):
        heights[place] = _y(&plot, levels[place])
    floor = foot
    marks, lines = [], [_Line(0.0, floor, WIDTH, floor)]
    for place in range(count):
        before = foot if place == 0 else heights[place - 1]
        after = foot if place == count - 1 else heights[place]
        x = slot * place + (slot - wide) / 2
        _between(&plot, before, after, &top, &height)
        tops[place] = top
        if 0 < place < count - 1:
            role = _CAUTION if levels[place] > levels[place - 1] else _POSITIVE
            marks.append(_Mark(_rounded(x), top, shown_wide, _rounded(height), role))
        elif is_cut:
            marks.append(_Mark(_rounded(x), top, shown_wide, _rounded(height - CUT_STUB - CUT_GAP), _STRONG, _SOLID))
            marks.append(
                _Mark(_rounded(x), _rounded(top + height - CUT_STUB), shown_wide, CUT_STUB, _STRONG, _SOLID)
            )
        else:
            marks.append(_Mark(_rounded(x), top, shown_wide, _rounded(height), _STRONG))
        if place:
            level = before
            lines.append(_Line(_rounded(x - slot + wide), level, _rounded(x), level, True))
    labels = _labels(everything, slot, wide, tops, foot)
    return None if labels is None else (tuple(marks), labels, tuple(lines))


cdef object _labels(tuple everything, double slot, double wide, double *tops, double foot):
    """Return the figures above their columns."""
    cdef double ems[COLUMNS]
    cdef double centres[COLUMNS]
    cdef double places[COLUMNS]
    cdef double size = VALUE_SIZE, reach = slot - wide / 2 - SIDE, half, edge = 0, y
    cdef int place, count = len(everything)
    cdef bint is_placed = False
    for place in range(count):
        text = (<tuple> everything[place])[1].text
        if not isinstance(text, str):
            return None
        ems[place] = <double> _ems_of(text) * STRONG_FACTOR
        centres[place] = _rounded(slot * place + slot / 2)
    while size > LEAST_SIZE:
        is_placed = True
        for place in range(count):
            half = ems[place] * size / 2
            places[place] = min(max(centres[place], half), WIDTH - half)
            if (place and edge > places[place] - half) or fabs(places[place] - centres[place]) + half > reach:
                is_placed = False
                break
            edge = places[place] + half + SIDE
        if is_placed:
            break
        size -= 0.5  # exact
    if not is_placed:
        size = LEAST_SIZE
        for place in range(count):
            places[place] = centres[place]
    shown, labels = size, []
    for place in range(count):
        y = (foot if foot < tops[place] < foot + LABEL_GAP + size else tops[place]) - LABEL_GAP
        labels.append(
            _Label(_rounded(places[place]), _rounded(y), (<tuple> everything[place])[1], "middle", True, False, shown)
        )
    return tuple(labels)


# ------------------------------------------------------------------ bars


def bars(points not None, list places not None, double bottom):
    """Return the marks of a chart of months, and its foot: of tuples of five, and where each month stands."""
    cdef Values found
    cdef Plot plot
    cdef int number, at = 0
    cdef long long low = 0, high = 0
    cdef double foot, unit, reach, lowest
    found.count = found.finest = 0
    if not (type(points) is list or type(points) is tuple) or len(points) != len(places) or not fabs(bottom) < 1e6:
        return None
    for point in points:
        if not isinstance(point, tuple) or len(<tuple> point) != 5:
            return None
        for number in range(1, 3):
            value = (<tuple> point)[number]
            if value is not None and not _add(&found, value):
                return None
    if not found.count or not _level(&found):
        return None
    for number in range(found.count):
        low, high = min(low, found.units[number]), max(high, found.units[number])
    plot.low, plot.span, plot.scale, plot.top, plot.bottom = low, high - low, <double> found.scale, BARS_TOP, bottom
    foot = _y(&plot, 0)
    unit = <double> plot.span / plot.scale if plot.span else 1.0
    reach, lowest = bottom - BARS_TOP, _rounded(bottom - LEAST_HEIGHT)
    marks = []
    for point, (outline, bar) in zip(points, places):
        _, quantity, last_year, is_estimated, is_current = <tuple> point
        box = None
        if quantity is not None:
            box = _box(found.units[at], &plot, foot, unit, reach, lowest)
            at += 1
        if last_year is not None:
            top, height = _box(found.units[at], &plot, foot, unit, reach, lowest)
            at += 1
            marks.append(_Mark((<tuple> outline)[0], top, (<tuple> outline)[1], height, _MUTED, _OUTLINE))
        if box is not None:
            top, height = <tuple> box
            marks.append(
                _Mark((<tuple> bar)[0], top, (<tuple> bar)[1], height, _STRONG if is_current else _PRIMARY,
                      _HATCHED if is_estimated else _SOLID)
            )
    return tuple(marks), foot


cdef tuple _box(long long value, Plot *plot, double foot, double unit, double reach, double lowest):
    """Return top and height of a bar that stands on the foot."""
    cdef double y = _rounded(plot.bottom - <double> (value - plot.low) / plot.scale / unit * reach)
    cdef double top = foot if foot < y else y, height = fabs(y - foot)
    if height < LEAST_HEIGHT:
        return min(top, lowest), LEAST_HEIGHT
    return top, _rounded(height)
