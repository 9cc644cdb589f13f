"""What was open on a day gone by, as the record of today tells it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.insight.debt import statements_of
from engine.model.customer import Customer
from engine.model.policy.debt import DebtTerms

OpenBills = dict[str, dict[str, Decimal]]  # currency -> bill -> what was left of it


def as_it_stood(customer: Customer, bills_until: date, paid_until: date) -> Customer:
    """Return the customer with the bills issued, and the payments received, up to and on these days."""
    known = dict(customer)
    known["bills"] = tuple([bill for bill in customer.bills if bill.issued_on <= bills_until])
    known["payments"] = tuple([payment for payment in customer.payments if payment.paid_on <= paid_until])
    return Customer.model_construct(**known)


def open_bills(customer: Customer, terms: DebtTerms, bills_until: date, paid_until: date) -> OpenBills:
    """Return what is left of each bill, disputed and held parts included, without interest and fees."""
    past = as_it_stood(customer, bills_until, paid_until)
    return {
        statement.currency: {item.number: item.open for item in statement.items}
        for statement in statements_of(past, terms, paid_until)
        if statement.items
    }
