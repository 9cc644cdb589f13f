"""A settled new bill does not hide an old debt in another currency."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.insight.policy.matter import matter_of
from engine.model.bill import Bill, BillKind
from engine.model.customer import Customer, Interaction, InteractionKind, Payment, PersonName
from engine.model.policy.debt import DebtTerms

TODAY, ROME = date(2026, 11, 6), ZoneInfo("Europe/Rome")
NEW, OLD = "RON-11", "EUR-04"


def bill(number: str, currency: str, issued: date, due: date) -> Bill:
    return Bill(
        number=number, kind=BillKind.STATEMENT, issued_on=issued, due_on=due, currency=currency,
        total=Decimal(300), amount_payable=Decimal(300),
    )  # fmt: skip


def customer(*, is_paid: bool, is_told: bool, issued: date = date(2026, 11, 3)) -> Customer:
    told = Interaction(kind=InteractionKind.SENT, at=datetime(2026, 11, 4, 9, tzinfo=UTC), bill_number=NEW)
    paid = Payment(amount=Decimal(300), paid_on=date(2026, 11, 5), bill_number=NEW)
    return Customer(
        key="K",
        name=PersonName(company="Firm"),
        bills=(
            bill(NEW, "RON", issued, date(2026, 11, 24)),
            bill("EUR-03", "EUR", date(2026, 2, 1), date(2026, 3, 1)),
            bill(OLD, "EUR", date(2026, 3, 1), date(2026, 4, 1)),
        ),
        payments=(paid,) if is_paid else (),
        interactions=(told,) if is_told else (),
    )


def matter(one: Customer) -> tuple[str, str]:
    newest = one.subject_bill
    assert newest is not None
    found, statement = matter_of(one, newest, DebtTerms(), TODAY, ROME)
    return found.number, statement.currency


def test_what_is_settled_and_told_gives_way_to_what_is_open_longest():
    assert matter(customer(is_paid=True, is_told=True)) == (OLD, "EUR")


@pytest.mark.parametrize(("is_paid", "is_told"), [(False, True), (False, False), (True, False)])
def test_a_new_bill_is_spoken_of_while_it_is_owed_or_news(is_paid: bool, is_told: bool):
    assert matter(customer(is_paid=is_paid, is_told=is_told)) == (NEW, "RON")


def test_a_settled_bill_that_was_never_told_of_is_no_news_for_ever():
    assert matter(customer(is_paid=True, is_told=False, issued=date(2026, 9, 1))) == (OLD, "EUR")
