"""How each bill was settled, as far as it was known on a day.

Only what carries a date is read, and only up to that day: bills by their day of issue, payments by their
day of value, credit notes by their day of issue. A later payment, bill or flag can't change the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from engine.model.bill import ZERO, Bill, BillKind
from engine.model.customer import Customer

_PAID, _CARRIED = 0, 1  # what comes first on the same day
_OWED_KINDS = (BillKind.INVOICE, BillKind.STATEMENT)


@dataclass(slots=True)
class Course:
    """What became of one bill until a day. Days are ordinals (`date.toordinal`)."""

    bill: Bill
    issued: int
    due: int
    left: Decimal
    owed: Decimal
    parts: int = 0
    settled: int | None = None
    is_carried: bool = False  # a later bill asks for the rest

    def days_late(self, today: int) -> int:
        """Days from the due date to the settlement, or to `today` where there is none; 0 when in time."""
        end = self.settled if self.settled is not None else today
        return end - self.due if end > self.due else 0


@dataclass(slots=True)
class History:
    """All that the bills and payments of a customer tell until `today` (an ordinal)."""

    today: int
    courses: list[Course]  # bills that were owed, by due date
    bills: list[Bill]  # all documents issued until then
    returned: list[int]  # days on which money went back
    paid: list[tuple[int, str]]  # day and method of payments, oldest first
    money: list[tuple[int, str | None, Decimal]]  # day, bill number and amount of payments, as in the record


def history_of(customer: Customer, today: int) -> History:
    """Return the history until the end of the day `today`, an ordinal.

    A payment or credit note that names its bill settles that one; money on account and credit notes without a bill
    settle the oldest bills that were open then. A positive balance forward means that the newer bill asks
    for what was open of the older ones. A reminder counts where its bill is not in the record.
    """
    bills = [bill for bill in customer.bills if bill.issued_on.toordinal() <= today]
    courses = [_course(bill) for bill in _owed(bills)]
    courses.sort(key=lambda course: (course.due, course.bill.number))
    history = History(today, courses, bills, [], [], [])
    _settle(history, sorted(_movements(customer, history)))
    return history


def _course(bill: Bill) -> Course:
    issued = bill.issued_on.toordinal()
    return Course(bill, issued, bill.due_on.toordinal() if bill.due_on else issued, bill.owed, bill.owed)


def _owed(bills: list[Bill]) -> Iterable[Bill]:
    numbers = {bill.number for bill in bills if bill.kind is not BillKind.REMINDER}
    for bill in bills:
        if bill.due_on is None or bill.amount_payable <= 0:
            continue
        if bill.kind in _OWED_KINDS or (bill.kind is BillKind.REMINDER and bill.original_number not in numbers):
            yield bill


def _movements(customer: Customer, history: History) -> Iterable[tuple[int, int, int, str | None, Decimal]]:
    """Yield day, kind, place in the record, bill number and amount of all that settles, in any order."""
    today = history.today
    for place, payment in enumerate(customer.payments):
        day = payment.paid_on.toordinal()
        if day > today:
            continue
        history.money.append((day, payment.bill_number, payment.amount))
        if payment.amount < 0:
            history.returned.append(day)
        else:
            history.paid.append((day, payment.method or ""))
        yield day, _PAID, place, payment.bill_number, payment.amount
    history.paid.sort()
    for place, bill in enumerate(history.bills):
        if bill.kind is BillKind.CREDIT_NOTE:
            yield bill.issued_on.toordinal(), _PAID, -1 - place, bill.original_number, bill.amount_payable
        elif bill.balance_forward > 0:
            yield bill.issued_on.toordinal(), _CARRIED, place, bill.number, bill.balance_forward


def _settle(history: History, movements: list[tuple[int, int, int, str | None, Decimal]]) -> None:
    by_number = {course.bill.number: course for course in history.courses}
    for day, kind, _, number, amount in movements:
        if kind == _CARRIED:
            _carry(history.courses, day, number, amount)
        elif number is not None:
            course = by_number.get(number)
            if course is not None:
                _take(course, day, amount)
        elif amount > 0:
            _allot(history.courses, day, amount)
        else:
            _give_back(history.courses, day, amount)


def _take(course: Course, day: int, amount: Decimal) -> None:
    course.left -= amount
    course.parts += amount > 0
    if course.left > 0:
        course.settled = None
    elif course.settled is None:
        course.settled = day


def _allot(courses: list[Course], day: int, amount: Decimal) -> None:
    for course in courses:
        if course.left > 0 and course.issued <= day:
            share = min(amount, course.left)
            _take(course, day, share)
            amount -= share
            if amount <= 0:
                return


def _give_back(courses: list[Course], day: int, amount: Decimal) -> None:
    """Open again what was settled last: money that came back without saying for which bill."""
    settled = [course for course in courses if course.settled is not None and not course.is_carried]
    if settled:
        _take(max(settled, key=lambda course: (course.settled or 0, course.due)), day, amount)


def _carry(courses: list[Course], day: int, number: str | None, amount: Decimal) -> None:
    for course in courses:
        if course.left > 0 and course.issued <= day and course.bill.number != number and amount > ZERO:
            share = min(amount, course.left)
            course.left -= share
            amount -= share
            if course.left <= 0:
                course.settled, course.is_carried = day, True
