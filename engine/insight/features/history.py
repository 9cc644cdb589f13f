"""How each bill was settled, as far as it was known on a day.

Only what carries a date is read, and only up to that day: bills by their day of issue, payments by their
day of value, credit notes by their day of issue. A later payment, bill or flag can't change the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.model.bill import ZERO, Bill, BillKind
from engine.model.customer import Customer
from engine.natives import native

kernel: Any = native(__name__, "features_kernel")  # of lateness.py and size.py; None where it is not built

_NAMED, _LOOSE, _CARRIED = 0, 1, 2  # what comes first on the same day
_NO_MONEY = "\0"  # method of a movement that is no payment
Move = tuple[int, int, str, Decimal, str]  # day, kind, bill number, amount, method: sorted as they stand


@dataclass(slots=True)
class Course:
    """What became of one bill until a day. Days are ordinals (`date.toordinal`)."""

    bill: Bill
    issued: int
    due: int
    left: Decimal
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
    by_number: dict[str, Course]
    payments: list[Move]  # money received and, below zero, returned; oldest first
    first_issue: int | None  # day of the oldest document
    credited: list[int]  # days of issue of credit notes
    reminded: list[int]  # and of reminders


def history_of(customer: Customer, today: int) -> History:
    """Return the history until the end of the day `today`, an ordinal.

    A payment or credit note that names its bill settles that one; money on account and credit notes without a bill
    settle the oldest bills that were open then. A positive balance forward means that the newer bill asks
    for what was open of the older ones. A reminder counts where its bill is not in the record.
    """
    payments: list[Move] = []
    for payment in customer.payments:
        day = payment.paid_on.toordinal()
        if day <= today:
            number, method = payment.bill_number, payment.method
            way = _LOOSE if number is None else _NAMED
            payments.append((day, way, number or "", payment.amount, method or ""))
    payments.sort()
    moves: list[Move] = []
    history = History(today, [], {}, payments, None, [], [])
    _read_bills(customer, history, moves)
    _settle(history, sorted(payments + moves) if moves else payments)
    return history


def _read_bills(customer: Customer, history: History, moves: list[Move]) -> None:
    """Put the courses that began until `today` into the history, and into `moves` what else settles."""
    today, first = history.today, None
    found: list[tuple[int, str, Course]] = []
    reminders: list[Bill] = []
    for bill in customer.bills:
        issued = bill.issued_on.toordinal()
        if issued > today:
            continue
        if first is None or issued < first:
            first = issued
        kind, amount = bill.kind, bill.amount_payable
        if kind is BillKind.CREDIT_NOTE:
            about = bill.original_number
            history.credited.append(issued)
            moves.append((issued, _LOOSE if about is None else _NAMED, about or "", amount, _NO_MONEY))
            continue
        forward = bill.balance_forward
        if forward and not forward.is_signed():
            moves.append((issued, _CARRIED, bill.number, forward, _NO_MONEY))
        if kind is BillKind.REMINDER:
            reminders.append(bill)
            history.reminded.append(issued)
        elif bill.due_on is not None and amount > 0:
            due = bill.due_on.toordinal()
            found.append((due, bill.number, Course(bill, issued, due, amount)))
    if reminders:
        found += _orphans(customer.bills, reminders, today)
    found.sort()  # numbers differ: courses are never compared
    history.first_issue = first
    history.courses = [row[2] for row in found]
    history.by_number = {number: course for _, number, course in found}


def _orphans(bills: tuple[Bill, ...], reminders: list[Bill], today: int) -> list[tuple[int, str, Course]]:
    """Return courses of the reminders whose bill is not in the record."""
    numbers = {
        bill.number for bill in bills if bill.kind is not BillKind.REMINDER and bill.issued_on.toordinal() <= today
    }
    rows = []
    for bill in reminders:
        if bill.due_on is not None and bill.amount_payable > 0 and bill.original_number not in numbers:
            due = bill.due_on.toordinal()
            rows.append((due, bill.number, Course(bill, bill.issued_on.toordinal(), due, bill.amount_payable)))
    return rows


def _settle(history: History, moves: list[Move]) -> None:
    course_of = history.by_number.get
    for day, kind, number, amount, method in moves:
        if kind == _NAMED:
            course = course_of(number)
            if course is not None:
                _take(course, day, amount, method is not _NO_MONEY)
        elif kind == _CARRIED:
            _carry(history.courses, day, number, amount)
        elif amount > 0:
            _allot(history.courses, day, amount, method is not _NO_MONEY)
        else:
            _give_back(history.courses, day, amount)


def _take(course: Course, day: int, amount: Decimal, is_part: bool) -> None:
    """Take `amount` off what is open; `is_part`: the customer paid it, unlike a credit note."""
    left = course.left = course.left - amount
    if is_part and not amount.is_signed():
        course.parts += 1
    if left > 0:
        course.settled = None
    elif course.settled is None:
        course.settled = day


def _allot(courses: list[Course], day: int, amount: Decimal, is_part: bool) -> None:
    for course in courses:
        if course.left > 0 and course.issued <= day:
            share = min(amount, course.left)
            _take(course, day, share, is_part)
            amount -= share
            if amount <= 0:
                return


def _give_back(courses: list[Course], day: int, amount: Decimal) -> None:
    """Open again what was settled last: money that came back without saying for which bill."""
    settled = [course for course in courses if course.settled is not None and not course.is_carried]
    if settled:
        _take(max(settled, key=lambda course: (course.settled or 0, course.due)), day, amount, True)


def _carry(courses: list[Course], day: int, number: str | None, amount: Decimal) -> None:
    for course in courses:
        if course.left > 0 and course.issued <= day and course.bill.number != number and amount > ZERO:
            share = min(amount, course.left)
            course.left -= share
            amount -= share
            if course.left <= 0:
                course.settled, course.is_carried = day, True
