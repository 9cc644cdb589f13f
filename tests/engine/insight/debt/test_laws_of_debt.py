"""Laws: never more than is owed, nothing that is disputed, paid or held, and every cent in one place."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from engine.insight.debt import Part, allotments_of, statement_of
from engine.insight.debt.plain import plain_statement
from engine.insight.debt.statement import _statement_in
from engine.model.bill import ZERO
from engine.model.customer import Customer
from engine.model.policy.debt import Allotting, DebtTerms
from engine.model.statement import AgeBucket, Statement
from tests.engine.insight.debt.cases import TODAY
from tests.engine.insight.debt.records import cents, customers, days, terms

IN_ORDER = (Allotting.OLDEST_DUE, Allotting.NEWEST_DUE, Allotting.COSTS_FIRST)


MANY = settings(max_examples=100)


def bare(statement: Statement) -> Decimal:
    return sum([item.asked for item in statement.items], ZERO)


@MANY
@given(customers(), terms())
def test_what_is_open_is_asked_for_disputed_or_held_and_its_ages_add_up(one: Customer, rule: DebtTerms) -> None:
    statement = statement_of(one, rule, TODAY)
    for item in statement.items:
        assert item.owed - item.settled == item.open > 0
        assert min(item.asked, item.disputed, item.held, item.interest, item.fee) >= 0
        assert bool(item.held) == bool(item.held_because)
        assert item.asked or not (item.interest or item.fee)
        if item.limitation_on is not None and item.limitation_on < TODAY:
            assert item.asked == 0
    assert [bucket for bucket, _ in statement.ageing] == list(AgeBucket)
    assert sum([amount for _, amount in statement.ageing], ZERO) == bare(statement)
    assert statement.asked == bare(statement) + sum([item.interest + item.fee for item in statement.items], ZERO)
    assert statement.credit == 0 or (statement.credit > 0 and not statement.items)
    dues = [(item.due_on or item.issued_on) for item in statement.items]
    assert dues == sorted(dues)


@MANY
@given(customers(), terms())
def test_never_more_is_asked_for_than_the_bill_leaves_after_its_own_payments(one: Customer, rule: DebtTerms) -> None:
    statement = statement_of(one, rule, TODAY)
    bills = {bill.number: bill for bill in one.bills}
    for item in statement.items:
        bill = bills[item.number]
        own = sum([p.amount for p in one.payments if p.bill_number == bill.number], ZERO)
        returned = sum([-p.amount for p in one.payments if p.amount < 0], ZERO)
        interest = ZERO if rule.allotting is not Allotting.COSTS_FIRST else own  # a payment may go to interest
        assert item.open <= max(bill.owed - own + interest, ZERO) + returned


@given(customers(), terms())
def test_nothing_is_asked_for_of_what_is_in_dispute_or_must_wait(one: Customer, rule: DebtTerms) -> None:
    statement = statement_of(one, rule, TODAY)
    newest = max([bill.issued_on for bill in one.bills], default=None)
    whole = {dispute.bill_number for dispute in one.disputes if dispute.amount is None}
    for item in statement.items:
        bill = next(bill for bill in one.bills if bill.number == item.number)
        is_current = one.flags.disputed and bill.issued_on == newest
        if bill.is_disputed or is_current or item.number in whole:
            assert item.asked == item.held == 0
        elif one.flags.legal_hold or (bill.direct_debit and bill.due_on is None):
            assert item.asked == 0
        parts = [dispute.amount for dispute in one.disputes if dispute.bill_number == item.number and dispute.amount]
        assert item.disputed >= min(item.open, sum(parts, ZERO))


@MANY
@given(customers(), terms())
def test_every_payment_and_credit_is_allotted_to_the_cent(one: Customer, rule: DebtTerms) -> None:
    log = allotments_of(one, rule, TODAY)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in log:
        sums[row.source] += row.amount
    for place, payment in enumerate(one.payments, 1):
        assert sums.pop(f"payment {place}", ZERO) == payment.amount
    # What is left are credits: each by the number of its bill, and no more than it was worth.
    assert set(sums) <= {bill.number for bill in one.bills}


@MANY
@given(customers(), terms())
def test_what_is_open_of_a_bill_is_what_was_owed_less_what_was_allotted(one: Customer, rule: DebtTerms) -> None:
    log = allotments_of(one, rule, TODAY)
    for item in statement_of(one, rule, TODAY).items:
        settled = sum(
            [row.amount for row in log if row.number == item.number and row.part in (Part.BILL, Part.COSTS)], ZERO
        )
        given_away = sum([row.amount for row in log if row.source == item.number], ZERO)
        assert item.settled >= settled - given_away  # more only where a reminder says that less is owed
        if not any(bill.original_number for bill in one.bills):
            assert item.settled == settled - given_away


@MANY
@given(customers(), terms(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(one: Customer, rule: DebtTerms, random: Any) -> None:
    bills, payments = list(one.bills), list(one.payments)
    random.shuffle(bills)
    random.shuffle(payments)
    mixed = one.model_copy(update={"bills": tuple(bills), "payments": tuple(payments)})
    assert statement_of(mixed, rule, TODAY, "EUR") == statement_of(one, rule, TODAY, "EUR")


@MANY
@given(customers(plain=True) | customers(), terms(*IN_ORDER, Allotting.PRO_RATA))
def test_the_short_way_gives_what_the_long_way_gives(one: Customer, rule: DebtTerms) -> None:
    named = tuple(p for p in one.payments if p.bill_number is not None)
    one = one.model_copy(update={"payments": named})
    short = plain_statement(one, rule, TODAY, "EUR")
    event("short" if short is not None and short.items else "long or nothing")
    assert short is None or short == _statement_in(one, rule, TODAY, "EUR", None)


def _more(one: Customer, amount: str, on: date, number: str | None) -> Customer:
    row = {"amount": amount, "paid_on": on, "bill_number": number}
    payment = type(one).model_fields["payments"].annotation.__args__[0].model_validate(row)  # type: ignore[union-attr]
    return one.model_copy(update={"payments": (*one.payments, payment)})


@MANY
@given(customers(), terms(*IN_ORDER), cents, st.data())
def test_one_more_payment_never_raises_what_is_asked_for(
    one: Customer, rule: DebtTerms, amount: str, data: Any
) -> None:
    # A balance forward and a reminder say what was known on their day: a payment that comes to light for the
    # time before changes what they are taken to have carried. So the new one is made after the last bill.
    last = max([bill.issued_on for bill in one.bills], default=TODAY)
    on = last + timedelta(days=data.draw(st.integers(0, 400)))
    number = data.draw(st.none() | st.sampled_from([bill.number for bill in one.bills] or [None]))
    before, after = statement_of(one, rule, TODAY), statement_of(_more(one, amount, on, number), rule, TODAY)
    assert bare(after) <= bare(before)
    assert after.asked <= before.asked


@MANY
@given(customers(plain=True), terms(*IN_ORDER), cents, days, st.data())
def test_nor_does_an_older_one_where_no_bill_carries_others(
    one: Customer, rule: DebtTerms, amount: str, on: str, data: Any
) -> None:
    number = data.draw(st.none() | st.sampled_from([bill.number for bill in one.bills] or [None]))
    before = statement_of(one, rule, TODAY)
    after = statement_of(_more(one, amount, date.fromisoformat(on), number), rule, TODAY)
    assert after.asked <= before.asked


@given(customers(plain=True), cents, days)
def test_in_proportion_one_more_payment_raises_nothing_but_a_coin_of_rounding(
    one: Customer, amount: str, on: str
) -> None:
    rule = DebtTerms(allotting=Allotting.PRO_RATA, law="DE")
    before = statement_of(one, rule, TODAY)
    after = statement_of(_more(one, amount, date.fromisoformat(on), None), rule, TODAY)
    assert bare(after) <= bare(before) + Decimal("0.01") * len(one.bills)


@MANY
@given(customers(plain=True), terms())
def test_debt_less_money_is_the_same_by_every_rule(one: Customer, rule: DebtTerms) -> None:
    """Where all bills were issued before all payments, what is open less the credit is owed less paid."""
    last = max([bill.issued_on for bill in one.bills], default=TODAY)
    late = [
        p.model_copy(update={"paid_on": max(p.paid_on, last)}) for p in one.payments if p.bill_number != "elsewhere"
    ]
    known = {bill.number for bill in one.bills}
    late = [p for p in late if p.bill_number is None or p.bill_number in known]
    moved = one.model_copy(update={"payments": tuple(late)})
    statement = statement_of(moved, rule, TODAY)
    spent = sum([row.amount for row in allotments_of(moved, rule, TODAY) if row.part is Part.INTEREST], ZERO)
    open_ = sum([item.open for item in statement.items], ZERO)
    owed = sum([bill.owed for bill in moved.bills], ZERO) - sum([p.amount for p in moved.payments], ZERO)
    assert open_ - statement.credit == owed + spent
