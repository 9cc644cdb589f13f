"""What the bill in question is like: its size against usual, its season, its terms, and what else is open."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, log1p, pi, sin
from typing import TypeAlias

from engine.insight.features.feature import Feature
from engine.insight.features.history import Course, History, kernel
from engine.model.bill import Bill, ChargeCategory

_USUAL = 12  # bills that the usual size is taken of
_YEAR, _SLACK = 365, 45  # days: the bill a year before, give or take
_SUMMER = (5, 6, 7, 8, 9)  # months without heating on the northern half of the earth: May to September
_ROUND = [(sin(2 * pi * month / 12), cos(2 * pi * month / 12)) for month in range(12)]
_SEASONS = 4  # bills a year that tell winter from summer

FEATURES = (
    Feature("bill_size", "number", "size of the bill (logarithm of its total)", "the size of the bill", 1),
    Feature("bill_vs_usual", "times", "bill against the usual one", "the bill is {bill_vs_usual} the usual one", 1),
    Feature("bill_vs_last", "times", "bill against the last one", "the bill is {bill_vs_last} the last one", 1),
    Feature("bill_vs_year_before", "times", "bill against the same time a year before",
            "the bill is {bill_vs_year_before} that of a year before", 1),
    Feature("is_shock", "yes", "bill shock: half as much again as both usual and last",
            "the bill is much higher than usual", 1, "the bill is not much higher than usual"),
    Feature("bill_days", "days", "days billed", "the bill is for {bill_days} days", 1),
    Feature("days_granted", "days", "days from issue to due date", "the bill leaves {days_granted} days to pay", -1),
    Feature("days_to_due", "days", "days until the bill is due", "the bill is due in {days_to_due} days"),
    Feature("is_estimated", "yes", "the bill rests on an estimate", "the bill rests on an estimated reading", 1,
            "the bill rests on an actual reading"),
    Feature("by_debit", "yes", "the bill is collected by direct debit", "the bill is collected by direct debit", -1,
            "the bill is not collected by direct debit"),
    Feature("fixed_share", "share", "share of standing charges in the bill",
            "standing charges are {fixed_share} of the bill"),
    Feature("catch_up_share", "share", "share of adjustments and one-off charges in the bill",
            "adjustments and one-off charges are {catch_up_share} of the bill", 1),
    Feature("prepaid_share", "share", "share of the bill paid by instalments before",
            "instalments had paid {prepaid_share} of the bill before", -1),
    Feature("supply_points", "count", "supply points billed", "the bill is for {supply_points} supply points"),
    Feature("month_sin", "number", "month of the due date (sine)", "the time of the year"),
    Feature("month_cos", "number", "month of the due date (cosine)", "the time of the year"),
    Feature("is_heating_season", "yes", "due in the heating season (October to April)",
            "the bill is due in the heating season", 1, "the bill is due outside of the heating season"),
    Feature("winter_share", "share", "share of October to April in a year of bills",
            "bills issued from October to April make {winter_share} of the year"),
    Feature("size_spread", "times", "largest past bill against the usual one",
            "the largest past bill is {size_spread} the usual one", 1),
    Feature("other_open_bills", "count", "other bills that are open", "{other_open_bills} other bills are open", 1),
    Feature("other_open_vs_usual", "times", "what is open of other bills, against a usual bill",
            "what is open of other bills is {other_open_vs_usual} a usual bill", 1),
    Feature("credit_notes_year", "count", "credit notes in a year", "{credit_notes_year} credit notes within a year"),
    Feature("reminders_year", "count", "reminders in a year", "{reminders_year} reminders within a year", 1),
)  # fmt: skip
_HALF_AS_MUCH_AGAIN = 1.5


_Row = tuple[int, str, int, float]  # day of issue, number, month of issue, total


def _add_bill_by_python(
    values: dict[str, float | None], history: History, subject: Course | None, bill: Bill, is_whole: bool
) -> None:
    """Put what `bill` is like into `values`; `subject` is its course, None where nothing is owed by it.

    `is_whole` false: against others, and whether it is collected, alone.
    """
    issued = bill.issued_on.toordinal()
    if is_whole:
        _add_terms(values, history, bill)
        _add_parts(values, bill)
    values["by_debit"] = 1.0 if bill.direct_debit is not None else 0.0
    currency = bill.currency
    others = [course for course in history.courses if course is not subject and course.bill.currency == currency]
    rows = _rows(others, issued)
    usual = _add_size(values, float(bill.total), issued, rows, is_whole) if rows else None
    if not is_whole:
        return
    open_ = [course.left for course in others if course.settled is None]
    values["other_open_bills"] = float(len(open_))
    if usual:
        values["other_open_vs_usual"] = float(sum(open_)) / usual


_AddBill: TypeAlias = Callable[[dict[str, float | None], History, Course | None, Bill, bool], None]
add_bill: _AddBill = _add_bill_by_python if kernel is None else kernel.add_bill


def _rows(others: list[Course], issued: int) -> list[_Row]:
    """Return the bills that the size is measured by: the last twelve, and those back to a year before."""
    earlier = [(course.issued, course.bill.number, course.bill) for course in others if course.issued <= issued]
    earlier.sort()  # numbers differ: bills are never compared
    reach = issued - _YEAR - _SLACK
    kept = [row for place, row in enumerate(earlier, _USUAL - len(earlier)) if place >= 0 or row[0] >= reach]
    return [(day, number, bill.issued_on.month, float(bill.total)) for day, number, bill in kept]


def _add_terms(values: dict[str, float | None], history: History, bill: Bill) -> None:
    issued = bill.issued_on
    values["bill_size"] = log1p(max(float(bill.total), 0.0))
    values["is_estimated"] = 1.0 if bill.is_estimated else 0.0
    if bill.period is not None:
        values["bill_days"] = float(bill.period.days)
    if bill.supply_points:
        values["supply_points"] = float(len(bill.supply_points))
    due = bill.due_on
    if due is not None:
        values["days_granted"] = float((due - issued).days)
        values["days_to_due"] = float(due.toordinal() - history.today)
    day = due or issued
    values["month_sin"], values["month_cos"] = _ROUND[day.month - 1]
    values["is_heating_season"] = 0.0 if day.month in _SUMMER else 1.0


def _add_parts(values: dict[str, float | None], bill: Bill) -> None:
    fixed = catch_up = whole = 0.0
    for line in bill.lines:
        amount, category = float(line.amount), line.category
        whole += amount
        if category is ChargeCategory.FIXED:
            fixed += amount
        elif category is ChargeCategory.ADJUSTMENT or category is ChargeCategory.ONE_OFF:
            catch_up += amount
    if whole > 0:
        values["fixed_share"] = fixed / whole
        values["catch_up_share"] = catch_up / whole
    if bill.total > 0:
        values["prepaid_share"] = float(bill.prepaid / bill.total)


def _add_size(
    values: dict[str, float | None], total: float, issued: int, rows: list[_Row], is_whole: bool
) -> float | None:
    """Return the usual total of a bill: the median of those before, up to twelve; None where it is not above 0."""
    totals = [row[3] for row in rows[-_USUAL:]]
    last, ordered = totals[-1], sorted(totals)
    count = len(ordered)
    usual = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    if usual > 0:
        values["bill_vs_usual"] = total / usual
        values["size_spread"] = ordered[-1] / usual
    if last > 0:
        values["bill_vs_last"] = total / last
    if usual > 0 and last > 0:
        values["is_shock"] = 1.0 if total >= _HALF_AS_MUCH_AGAIN * max(usual, last) else 0.0
    if not is_whole:
        return usual if usual > 0 else None
    wanted = issued - _YEAR
    near = [(abs(row[0] - wanted), row[1], row[3]) for row in rows if -_SLACK <= row[0] - wanted <= _SLACK]
    before = min(near)[2] if near else 0.0
    if before > 0:
        values["bill_vs_year_before"] = total / before
    _add_winter(values, issued, rows)
    return usual if usual > 0 else None


def _add_winter(values: dict[str, float | None], issued: int, rows: list[_Row]) -> None:
    """Put the winter's share of a year into `values`, where four bills or more reach back almost a year."""
    year = [row for row in rows if row[0] > issued - _YEAR]
    if len(year) < _SEASONS or rows[0][0] > issued - _YEAR + _SLACK:
        return
    whole = sum([row[3] for row in year])
    if whole > 0:
        values["winter_share"] = sum([row[3] for row in year if row[2] not in _SUMMER]) / whole


def add_documents(values: dict[str, float | None], history: History) -> None:
    """Put credit notes and reminders of the last year into `values`."""
    since, credited, reminded = history.today - _YEAR, history.credited, history.reminded
    values["credit_notes_year"] = float(len([day for day in credited if day > since])) if credited else 0.0
    values["reminders_year"] = float(len([day for day in reminded if day > since])) if reminded else 0.0
