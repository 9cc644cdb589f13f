"""The bill as it is told: title, amount, due line, period, totals."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from engine.compose.bill_totals import total_rows
from engine.compose.case import Case
from engine.compose.charge_rows import charge_rows, groups, stack_chart
from engine.compose.facts import FactBook, sentence
from engine.compose.supply_view import supply_point_views
from engine.contracts import Texts
from engine.model.bill import BillKind
from engine.model.communication import BillView, Fact, Text, TextBlock

# Asked for more often than a member is worth looking up in its class.
_REMINDER, _CREDIT_NOTE = BillKind.REMINDER, BillKind.CREDIT_NOTE


def bill_view(case: Case, *, has_tables: bool = True) -> BillView:
    """Return the view of the bill that is spoken of. `has_tables`: with the figures behind its chart."""
    bill, book = case.bill, case.book
    made_of, month, label = groups(case), month_fact(case), _amount_label(case)
    return BillView(
        title=_title(case, month),
        kind=_kind(book.texts, bill.kind),
        number=book.word("bill.number", bill.number),
        issued_on=book.day("bill.issued_on", bill.issued_on),
        due_on=book.day("bill.due_on", bill.due_on) if bill.due_on else None,
        due_short=book.day_short("bill.due_short", bill.due_on) if bill.due_on else None,
        period=_period(case),
        month=month,
        amount_due=amount_due(case),
        amount_label=label,
        due_line=_due_line(case),
        total=book.amount("bill.total", bill.total, bill.currency),
        currency_mark=book.mark(bill.currency),
        rows=charge_rows(case),
        groups=made_of,
        totals=total_rows(case, label),
        stack=stack_chart(case, made_of, has_table=has_tables),
        is_payable=case.is_payable,
        is_credit=case.is_credit,
        is_overdue=case.is_overdue and case.is_urgent,
        is_disputed=case.is_disputed,
        is_estimated=is_estimated(case),
        supply_points=supply_point_views(case),
    )


def amount_due(case: Case) -> Fact:
    """Return what is asked for, with currency, never negative: the figure of every channel."""
    return case.book.money("bill.amount_due", case.amount, case.bill.currency)


def month_fact(case: Case) -> Fact:
    """Return the month by which the bill is called, in the form that stands after the word bill."""
    first = case.month
    return case.book.add("bill.month", first, case.book.formats.month_of_bill(first))


def is_estimated(case: Case) -> bool:
    """True if the bill rests on an estimated reading."""
    return case.is_estimated


def credit_day(case: Case) -> Fact:
    """Return the day by which a credit is paid out."""
    paid_by = case.bill.issued_on + timedelta(days=case.campaign.deadlines.credit_paid_within_days)
    return case.book.day("bill.credit_paid_on", paid_by)


def is_credit_ahead(case: Case) -> bool:
    """True if the day by which a credit is paid out has not passed: a promise is never made of the past."""
    return case.bill.issued_on + timedelta(days=case.campaign.deadlines.credit_paid_within_days) >= case.today


def _title(case: Case, month: Fact) -> TextBlock:
    texts, name, kind = case.book.texts, case.customer.name, case.bill.kind
    if kind is _REMINDER:
        return sentence("bill.title", texts.get("About your {month} bill"), month=month)
    if kind is _CREDIT_NOTE:
        return sentence("bill.title", texts.get("Your credit note"))
    if name.company or not name.given:
        return sentence("bill.title", texts.get("Your {month} bill"), month=month)
    first_name = case.book.word("customer.first_name", name.given)
    return sentence("bill.title", texts.get("Your {month} bill, {first_name}"), month=month, first_name=first_name)


@lru_cache(maxsize=512)
def _kind(texts: Texts, kind: BillKind) -> Text:
    match kind:
        case BillKind.INVOICE:
            return texts.get("Bill")
        case BillKind.CREDIT_NOTE:
            return texts.get("Credit note")
        case BillKind.REMINDER:
            return texts.get("Reminder")
        case BillKind.STATEMENT:
            return texts.get("Statement")


def _amount_label(case: Case) -> Text:
    texts = case.book.texts
    if case.is_credit:
        return texts.get("Credit")
    if not case.outstanding:
        return texts.get("Nothing to pay")
    return texts.get("Amount in question") if case.is_disputed else texts.get("Amount due")


def _due_line(case: Case) -> TextBlock | None:
    texts, book, due_on = case.book.texts, case.book, case.bill.due_on
    if case.is_credit:
        if not is_credit_ahead(case):
            return None
        return sentence("bill.due_line", texts.get("paid to you by {date}"), date=credit_day(case))
    if not case.outstanding:
        return None
    if case.is_disputed:
        return sentence("bill.due_line", texts.get("nothing to pay while we look into it"))
    if case.is_combined:
        return _open_bills(case)
    if due_on is None:
        return None
    due = book.day("bill.due_on", due_on)
    if case.is_debited:
        return sentence("bill.due_line", texts.get("taken from your account on {date}"), date=due)
    if not case.is_overdue:
        return sentence("bill.due_line", texts.get("by {date}"), date=due)
    if not case.is_urgent:
        return sentence("bill.due_line", texts.get("was due on {date}"), date=due)
    return sentence("bill.due_line", texts.get("{days} overdue"), days=overdue_days(case))


def _open_bills(case: Case) -> TextBlock:
    """Return how many bills the amount settles, and whether one of them is overdue."""
    texts, book, count = case.book.texts, case.book, len(case.asked)
    many = book.counted("bill.open_bills", count, texts.get_plural("{n} open bill", "{n} open bills", count))
    due = book.day("payment.next_due", case.next_due) if case.next_due else None
    is_late = bool(case.late) and case.is_urgent
    if is_late and due:
        message = texts.get("for {bills}, part of it overdue, the rest by {date}")
        return sentence("bill.due_line", message, bills=many, date=due)
    if is_late:
        return sentence("bill.due_line", texts.get("for {bills}, overdue"), bills=many)
    if due:
        return sentence("bill.due_line", texts.get("for {bills}, by {date}"), bills=many, date=due)
    return sentence("bill.due_line", texts.get("for {bills}"), bills=many)


def debit_line(case: Case, due: Fact) -> TextBlock:
    """Return what is said of a bill that is taken by direct debit, after its amount."""
    message = case.book.texts.get("It is taken from your account on {date}. There is nothing for you to do.")
    return sentence("bill.debit", message, date=due)


def overdue_days(case: Case) -> Fact:
    """Return for how many days the bill is overdue, in words."""
    texts, days = case.book.texts, case.days_overdue
    return case.book.counted("bill.days_overdue", days, texts.get_plural("{n} day", "{n} days", days))


def _period(case: Case) -> TextBlock | None:
    texts, period = case.book.texts, case.bill.period
    if period is None:
        return None
    if not case.usages:
        return _days_from(texts, period.start, period.end, None)
    reading = texts.get("estimated reading") if case.is_estimated else texts.get("actual reading")
    return _days_from(texts, period.start, period.end, reading)


@lru_cache(maxsize=4096)  # the bills of a cycle have few periods
def _days_from(texts: Texts, first: date, last: date, reading: Text | None) -> TextBlock:
    """Return a period in words; what it says is said nowhere else."""
    book, count = FactBook(texts), (last - first).days + 1
    days = book.counted("bill.period.days", count, texts.get_plural("{n} day", "{n} days", count))
    start = (book.day_short if first.year == last.year else book.day)("bill.period.start", first)
    end = book.day("bill.period.end", last)
    if reading is None:
        return sentence("bill.period", texts.get("{start} to {end}, {days}"), start=start, end=end, days=days)
    message = texts.get("{start} to {end}, {days}, {reading}")
    return sentence("bill.period", message, start=start, end=end, days=days, reading=reading)
