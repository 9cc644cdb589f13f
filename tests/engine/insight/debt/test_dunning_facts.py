"""Facts of dunning that are known from practice hold to the cent."""

from datetime import date, timedelta
from decimal import Decimal

from engine.insight.debt import may_remind, statement_of
from engine.model.policy.debt import DebtTerms
from engine.model.statement import AgeBucket
from tests.engine.insight.debt.cases import PLAIN, TODAY, bill, credit_note, customer, paid, reminder

DUNNING = DebtTerms.model_validate(
    {"interest_percent": "10", "fees": [{"from_days": 15, "amount": "10"}], "minimum": {"EUR": "150", "RON": "700"}}
)


def test_a_hundred_fifteen_days_late_at_ten_percent_with_a_fee_of_ten() -> None:
    statement = statement_of(customer(bill("B1", "100.00", "2026-10-22")), DUNNING, TODAY)
    (item,) = statement.items
    assert (item.days_late, item.interest, item.fee) == (15, Decimal("0.41"), Decimal("10.00"))
    assert statement.asked == Decimal("110.41")
    assert statement.overdue == Decimal("100.00")
    assert dict(statement.ageing)[AgeBucket.TO_30] == Decimal("100.00")


def test_a_day_before_the_fee_only_interest_is_asked_for() -> None:
    statement = statement_of(customer(bill("B1", "100.00", "2026-10-23")), DUNNING, TODAY)
    assert statement.asked == Decimal("100.38")


def test_a_matching_credit_note_ends_the_reminder() -> None:
    owed = bill("B1", "100.00")
    notice = reminder("R1", "105.00", "B1")
    before = statement_of(customer(owed, notice), PLAIN, TODAY)
    assert before.asked == Decimal("105.00")
    note = credit_note("N1", "105.00", "B1", "2026-10-30")
    after = statement_of(customer(owed, notice, note), PLAIN, TODAY)
    assert after.items == ()
    assert may_remind(after, (), PLAIN) == "nothing may be asked for"
    early = credit_note("N1", "100.00", "B1", "2026-10-20")
    assert statement_of(customer(owed, notice, early), PLAIN, TODAY).asked == 0


def test_below_the_threshold_of_the_currency_nothing_is_sent() -> None:
    for amount, may in (("149.00", False), ("149.99", False), ("150.00", True)):
        statement = statement_of(customer(bill("B1", amount)), DUNNING, TODAY)
        assert (may_remind(statement, (), DUNNING) is None) is may
    lei = statement_of(customer(bill("B1", "699.99", currency="RON")), DUNNING, TODAY)
    assert may_remind(lei, (), DUNNING) == "what is open is below the threshold of the currency"
    crowns = statement_of(customer(bill("B1", "1.00", currency="SEK")), DUNNING, TODAY)
    assert may_remind(crowns, (), DUNNING) is None


def test_interest_and_fees_never_lift_a_debt_above_the_threshold() -> None:
    statement = statement_of(customer(bill("B1", "149.00", "2026-01-20")), DUNNING, TODAY)
    assert statement.asked > 150
    assert may_remind(statement, (), DUNNING) is not None


def test_at_most_so_many_attempts_so_many_days_apart() -> None:
    terms = DebtTerms(attempts=3, attempts_days=10)
    statement = statement_of(customer(bill("B1", "100.00", "2026-09-01")), terms, TODAY)
    ago = [TODAY - timedelta(days=days) for days in (9, 10, 20, 30, 40)]
    assert may_remind(statement, [ago[1]], terms) is None
    assert may_remind(statement, [ago[0]], terms) == "reminded less than 10 days ago"
    assert may_remind(statement, ago[1:3], terms) is None
    assert may_remind(statement, ago[1:4], terms) == "reminded 3 times, the most is 3"


def test_reminders_of_earlier_debts_do_not_count() -> None:
    terms = DebtTerms(attempts=1)
    statement = statement_of(customer(bill("B1", "100.00", "2026-10-20")), terms, TODAY)
    assert may_remind(statement, [date(2026, 10, 20)], terms) is None
    assert may_remind(statement, [date(2026, 10, 21)], terms) is not None


def test_a_payment_ends_what_is_asked_for_at_once() -> None:
    one = customer(bill("B1", "100.00"), payments=[paid("100.00", "2026-11-06", "B1")])
    assert statement_of(one, DUNNING, TODAY).asked == 0
