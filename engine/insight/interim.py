"""The statement in its simplest form, by the record's own netting."""

# ruff: noqa: ARG001
from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.model.bill import ZERO, BillKind
from engine.model.customer import Customer, PlanState
from engine.model.money import quantum
from engine.model.outreach import Instalment
from engine.model.policy.debt import DebtTerms
from engine.model.statement import AgeBucket, OpenItem, Statement


def statement_of(customer: Customer, terms: DebtTerms, as_of: date, currency: str | None = None) -> Statement:
    """Return what is open of the bills in `currency`, each by itself."""
    items = []
    about = {bill.original_number for bill in customer.bills if bill.kind is BillKind.REMINDER}
    for bill in sorted(customer.bills, key=lambda one: (one.due_on or one.issued_on, one.number)):
        left = customer.outstanding(bill)
        if bill.currency != currency or left <= 0 or bill.number in about:
            continue
        is_newest = bill is customer.subject_bill
        disputed = left if bill.is_disputed or (is_newest and customer.flags.disputed) else ZERO
        is_debited = bill.direct_debit is not None and (bill.due_on is None or bill.due_on >= as_of)
        is_planned = customer.flags.payment_plan is PlanState.KEPT and not is_newest
        held = left - disputed if is_debited or is_planned else ZERO
        late = max(0, (as_of - bill.due_on).days) if bill.due_on else 0
        asked = left - disputed - held
        items.append(
            OpenItem(
                bill.number,
                bill.issued_on,
                bill.due_on,
                bill.owed,
                bill.owed - left,
                asked,
                disputed,
                held,
                days_late=late,
                bucket=AgeBucket.TO_30 if late else AgeBucket.NOT_DUE,
            )
        )
    credit = -sum([min(ZERO, customer.outstanding(bill)) for bill in customer.bills if bill.currency == currency], ZERO)
    return Statement(currency or "EUR", as_of, tuple(items), credit)


def may_remind(statement: Statement, attempts: tuple[date, ...], terms: DebtTerms) -> str | None:
    """Return why no reminder may go out; None where one may."""
    return "nothing is asked for" if statement.asked <= 0 else None


def instalment_plan(
    amount: Decimal, currency: str, count: int, first_on: date, *, every: str = "month", step: int = 1
) -> tuple[Instalment, ...]:
    """Return equal parts a month apart, the last taking the rest."""
    part = (amount / count).quantize(quantum(currency))
    months = [first_on.month + n - 1 for n in range(count)]
    days = [date(first_on.year + month // 12, month % 12 + 1, min(first_on.day, 28)) for month in months]
    return tuple(Instalment(day, part if n < count - 1 else amount - part * (count - 1)) for n, day in enumerate(days))
