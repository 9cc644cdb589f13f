"""Which of a customer's debts is spoken of: one currency at a time."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import Final

from engine.insight.debt import statement_of, statements_of
from engine.insight.policy.dealings import dealings_of
from engine.model.bill import Bill
from engine.model.customer import Customer
from engine.model.policy.debt import DebtTerms
from engine.model.statement import Statement

_NEWS_DAYS: Final = 30  # a bill that was not told of by then is no news any more


def matter_of(customer: Customer, newest: Bill, terms: DebtTerms, today: date, zone: tzinfo) -> tuple[Bill, Statement]:
    """Return the bill that is spoken of and the statement in its currency: the newest, as long as it is news or owed.

    Else, where bills of other currencies are open, the longest overdue of these: a settled new bill must not hide an
    old debt.
    """
    statement = statement_of(customer, terms, today, newest.currency)
    if statement.asked > 0 or all(bill.currency == newest.currency for bill in customer.bills):
        return newest, statement
    is_told = any(one.bill_number == newest.number for one in dealings_of(customer, zone).sent)
    if not is_told and (today - newest.issued_on).days <= _NEWS_DAYS:
        return newest, statement
    others = [one for one in statements_of(customer, terms, today) if one.asked > 0]
    if not others:
        return newest, statement
    chosen = max(others, key=lambda one: (one.days_late, one.currency))
    mine = [bill for bill in customer.bills if bill.currency == chosen.currency]
    return max(mine, key=lambda bill: (bill.issued_on, bill.number)), chosen
