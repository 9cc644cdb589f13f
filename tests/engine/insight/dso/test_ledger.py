"""Receivables and sales at months' ends: known examples, and cells that sum to the whole."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.errors import InsightError
from engine.insight.dso.ledger import Ledger, Position, dso
from engine.insight.dso.month import Month, span
from engine.insight.dso.report import as_json, findings_of, lines_of, report
from engine.model.policy.debt import DebtTerms
from tests.engine.insight.payers import bill, payer, payment

JUNE, SEPTEMBER = Month(2026, 6), Month(2026, 9)
FACTORS = ("amount", "channel", "method", "region")


def ledger(*customers, factors=FACTORS, window: int = 3, months=(JUNE, SEPTEMBER)) -> Ledger:
    made = Ledger(months, factors, DebtTerms(), "EUR", window=window)
    for customer in customers:
        made.add(customer)
    return made


def regular(key: str = "P-1", lag: int = 40, total: str = "100.00", **more):
    """Return who gets a bill on the first of each month of 2026 until September and pays after `lag` days."""
    days = [date(2026, month, 1) for month in range(1, 10)]
    bills = [bill(f"{key}-{day:%m}", day, total) for day in days]
    paid = [payment(date.fromordinal(day.toordinal() + lag), total, f"{key}-{day:%m}") for day in days]
    return payer(key, bills=bills, payments=paid, **more)


def test_dso_is_receivables_by_sales_in_days():
    made = ledger(regular(lag=40))  # at the end of a month its bill is open, the one before is paid
    assert made.total(SEPTEMBER) == Position(Decimal("100.00"), Decimal("300.00"))
    assert made.days(SEPTEMBER) == 92
    assert dso(made.total(SEPTEMBER), 92) == Fraction(92, 3)
    assert made.count_back(SEPTEMBER) == 30


def test_a_later_payment_or_bill_does_not_change_the_past():
    before = ledger(regular(lag=40)).total(JUNE)
    assert before == ledger(regular(lag=40, attributes={"x": "y"})).total(JUNE)
    assert before.receivables == 100


def test_count_back_goes_on_into_earlier_months():
    assert ledger(regular(lag=100)).count_back(SEPTEMBER) == 30 + 31 + 31 + Fraction(0)
    half = payer(bills=[bill("A", date(2026, 9, 1)), bill("B", date(2026, 8, 1))],
                 payments=[payment(date(2026, 9, 2), "50.00", "B")])  # fmt: skip
    assert ledger(half).count_back(SEPTEMBER) == 30 + Fraction(31, 2)


def test_count_back_without_enough_sales_is_not_told():
    old = payer(bills=[bill("A", date(2020, 1, 1))])
    assert ledger(old).count_back(SEPTEMBER) is None
    assert dso(ledger(old).total(SEPTEMBER), 92) is None


def test_credit_notes_lower_receivables_and_not_sales():
    made = ledger(payer(bills=[
        bill("A", date(2026, 9, 1)),
        bill("N", date(2026, 9, 9), "30.00", kind="credit_note", original_number="A"),
    ]))  # fmt: skip
    assert made.total(SEPTEMBER) == Position(Decimal("70.00"), Decimal("100.00"))


def test_balances_carried_forward_are_not_sold_twice():
    first = bill("A", date(2026, 8, 1))
    second = bill("B", date(2026, 9, 1), "60.00", balance_forward="100.00")
    second["amount_payable"] = "160.00"
    made = ledger(payer(bills=[first, second]))
    assert made.total(SEPTEMBER) == Position(Decimal("160.00"), Decimal("160.00"))


def test_levels_of_each_factor_sum_to_the_whole():
    made = ledger(
        regular("P-1", attributes={"region": "north"}, payment_method="card"),
        regular("P-2", 10, "700.00", preferred_channel="email"),
        regular("P-3", 90, "30.00", interactions=[{"kind": "sent", "at": "2026-08-01T09:00:00Z", "channel": "sms"}]),
    )
    for factor in FACTORS:
        rows = [made.total(SEPTEMBER, factor, level) for level in made.levels(factor)]
        assert sum(row.receivables for row in rows) == made.total(SEPTEMBER).receivables
        assert sum(row.sales for row in rows) == made.total(SEPTEMBER).sales
    assert made.levels("amount") == ["up to 50", "50 to 100", "500 to 1000"]
    assert made.levels("channel") == ["email", "not known", "sms"]
    assert made.levels("region") == ["north", "not known"]


def test_other_currencies_are_left_out():
    made = ledger(payer(bills=[bill("A", date(2026, 9, 1), currency="CHF")]))
    assert (made.customers, made.total(SEPTEMBER)) == (0, Position())


def test_months_follow_each_other_over_the_year():
    assert [str(month) for month in span(Month(2025, 11), Month(2026, 2))] == [
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    ]
    assert Month(2028, 2).end == date(2028, 2, 29)
    assert Month(2026, 1).plus(-1) == Month(2025, 12)


@pytest.mark.parametrize("wrong", ["2026-13", "2026", "July", "2026-7"])
def test_what_is_no_month_is_refused(wrong: str):
    with pytest.raises(InsightError, match="D174"):
        Month.parse(wrong)


def test_months_in_the_wrong_order_are_refused():
    with pytest.raises(InsightError, match="D174"):
        span(SEPTEMBER, JUNE)


def test_the_report_tells_the_change_and_its_parts():
    made = ledger(regular("P-1"), regular("P-2", 70, attributes={"region": "south <b>"}), months=span(JUNE, SEPTEMBER))
    found = findings_of(made)
    text = report(found, None)
    assert "By region" in text
    assert "south &lt;b&gt;" in text
    assert lines_of(found)[0].startswith("DSO at the end of 2026-09 is ")
    figures = as_json(found)
    total = sum((Fraction(part["exact"]) for part in figures["parts"]), Fraction(0))
    assert total == found.drivers.new - found.drivers.old
