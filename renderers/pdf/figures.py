"""The figures that a PDF is judged by. Apart from the guard, which loads PDFium to read them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.communication import Communication, Fact


def expected(communication: Communication) -> Iterator[Fact]:
    """Yield the facts that are read back wherever a template shows them."""
    bill, payment = communication.bill, communication.payment
    yield from (bill.amount_due, bill.number, bill.issued_on)
    if bill.due_on:
        yield bill.due_on
    for row in bill.rows:
        yield from (fact for fact in (row.quantity, row.price, row.amount) if fact)
    yield from (row.amount for row in bill.totals)
    if payment:
        slip = payment.slip
        yield payment.amount
        yield from (fact for fact in (slip.account, slip.bic, slip.reference, slip.amount, slip.due_on) if fact)
        for open_bill in payment.bills:
            yield from (open_bill.number, open_bill.amount)


def required(communication: Communication) -> Iterator[Fact]:
    """Yield the facts that no template may leave out: the amount, the number, and where to pay."""
    yield from (communication.bill.amount_due, communication.bill.number)
    if communication.payment and communication.payment.slip.account:
        yield communication.payment.slip.account
