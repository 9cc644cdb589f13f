"""Interest and fees, by day counts, base rates, stages and limits."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.insight.debt import statement_of
from engine.insight.debt.interest import interest, rounded
from engine.model.customer import CustomerKind
from engine.model.policy.debt import DebtTerms
from engine.model.statement import Statement
from tests.engine.insight.debt.cases import bill, customer, reminder

HOME, FIRM = CustomerKind.HOUSEHOLD, CustomerKind.BUSINESS
RATES = [{"since": "2024-07-01", "percent": "3.37"}, {"since": "2025-01-01", "percent": "2.27"}]


def terms(**options: Any) -> DebtTerms:
    return DebtTerms.model_validate(options)


def late(days: int, rule: DebtTerms, *amounts: str, **more: Any) -> Statement:
    amounts = amounts or ("100.00",)
    bills = [bill(f"B{n}", amount, "2026-03-01", "2026-02-01") for n, amount in enumerate(amounts, 1)]
    return statement_of(customer(*bills, **more), rule, date.fromordinal(date(2026, 3, 1).toordinal() + days))


# ------------------------------------------------------------ interest


@pytest.mark.parametrize(("count", "sum_"), [("act/365", "1.67"), ("act/360", "1.69"), ("30/360", "1.67")])
def test_days_are_counted_by_the_terms(count: str, sum_: str) -> None:
    """From 1 March to 1 May: 61 days, or two months of 30."""
    rule = terms(interest_percent="10", day_count=count)
    assert rounded(interest(Decimal(100), date(2026, 3, 1), date(2026, 5, 1), HOME, rule), "EUR", rule) == Decimal(sum_)


def test_the_last_day_of_a_long_month_counts_as_the_thirtieth() -> None:
    rule = terms(interest_percent="36", day_count="30/360")
    assert interest(Decimal(100), date(2026, 1, 31), date(2026, 3, 31), HOME, rule) == Decimal(6)
    assert interest(Decimal(100), date(2026, 1, 30), date(2026, 1, 31), HOME, rule) == 0


def test_a_base_rate_holds_from_its_day_on() -> None:
    """100 for 10 days at 5 + 3.37 % and 20 days at 5 + 2.27 %."""
    rule = terms(interest_percent="5", base_rates=RATES)
    exact = Decimal(100) * (Decimal("8.37") * 10 + Decimal("7.27") * 20) / 36500
    assert interest(Decimal(100), date(2024, 12, 21), date(2025, 1, 20), HOME, rule) == exact


def test_before_the_first_base_rate_no_interest_runs() -> None:
    rule = terms(interest_percent="5", base_rates=RATES)
    whole = interest(Decimal(100), date(2024, 6, 30), date(2024, 8, 30), HOME, rule)
    assert interest(Decimal(100), date(2023, 1, 1), date(2024, 8, 30), HOME, rule) == whole > 0


def test_a_rate_below_zero_bears_nothing() -> None:
    rule = terms(interest_percent="0.5", base_rates=[{"since": "2020-01-01", "percent": "-0.88"}])
    assert interest(Decimal(100), date(2021, 1, 1), date(2022, 1, 1), HOME, rule) == 0


def test_businesses_may_bear_another_rate() -> None:
    rule = terms(interest_percent="5", interest_percent_business="9")
    assert late(73, rule).items[0].interest == Decimal("1.00")
    assert late(73, rule, kind="business").items[0].interest == Decimal("1.80")


def test_days_of_grace_bear_no_interest() -> None:
    rule = terms(interest_percent="10", interest_free_days=10)
    assert late(10, rule).items[0].interest == 0
    assert late(83, rule).items[0].interest == Decimal("2.00")


def test_interest_below_the_minimum_is_not_asked_for() -> None:
    rule = terms(interest_percent="10", interest_minimum="2")
    assert late(72, rule).items[0].interest == 0
    assert late(73, rule).items[0].interest == Decimal("2.00")


@pytest.mark.parametrize(("rounding", "sum_"), [("half_up", "0.02"), ("half_even", "0.02"), ("down", "0.01")])
def test_half_a_coin_is_rounded_by_the_terms(rounding: str, sum_: str) -> None:
    """36.50 at 5 % for 3 days is exactly 0.015."""
    assert late(3, terms(interest_percent="5", rounding=rounding), "36.50").items[0].interest == Decimal(sum_)


def test_half_a_coin_goes_to_the_even_one() -> None:
    """36.50 at 5 % for 5 days is exactly 0.025."""
    assert late(5, terms(interest_percent="5", rounding="half_even"), "36.50").items[0].interest == Decimal("0.02")
    assert late(5, terms(interest_percent="5"), "36.50").items[0].interest == Decimal("0.03")


def test_currencies_without_cents_bear_whole_units() -> None:
    one = customer(bill("B1", "1000", "2026-03-01", "2026-02-01", currency="JPY"))
    (item,) = statement_of(one, terms(interest_percent="10"), date(2026, 4, 1)).items
    assert str(item.interest) == "8"


@given(st.integers(1, 10_000_000), st.integers(0, 3000), st.integers(0, 3000))
def test_interest_of_two_stretches_is_that_of_both(minor: int, first: int, second: int) -> None:
    rule = terms(interest_percent="5", base_rates=RATES)
    amount, start = Decimal(minor).scaleb(-2), date(2022, 1, 1)
    middle = date.fromordinal(start.toordinal() + first)
    end = date.fromordinal(middle.toordinal() + second)
    parts = interest(amount, start, middle, HOME, rule) + interest(amount, middle, end, HOME, rule)
    assert abs(parts - interest(amount, start, end, HOME, rule)) < Decimal("1e-15")


# ------------------------------------------------------------ fees


STAGES = [{"from_days": 10, "amount": "3"}, {"from_days": 30, "amount": "5", "percent": "2", "at_most": "6"}]


def fees(days: int, rule: DebtTerms, *amounts: str, **more: Any) -> list[str]:
    return [str(item.fee) for item in late(days, rule, *amounts, **more).items]


def test_a_later_stage_takes_the_place_of_an_earlier_one() -> None:
    rule = terms(fees=STAGES)
    assert [fees(days, rule, "40.00") for days in (9, 10, 29, 30)] == [["0"], ["3.00"], ["3.00"], ["5.80"]]
    assert fees(30, rule, "400.00") == ["6.00"]


def test_one_fee_stands_for_all_late_bills_or_one_for_each() -> None:
    assert fees(10, terms(fees=STAGES), "40.00", "50.00") == ["3.00", "0"]
    assert fees(10, terms(fees=STAGES, fee_scope="bill"), "40.00", "50.00") == ["3.00", "3.00"]


def test_fees_are_for_their_kind_of_customer_and_currency() -> None:
    rule = terms(fees=[{"from_days": 1, "amount": "40", "customer": "business", "currency": "EUR"}])
    assert fees(5, rule) == ["0"]
    assert fees(5, rule, kind="business") == ["40.00"]
    lei = customer(bill("B1", "100.00", "2026-03-01", "2026-02-01", currency="RON"), kind="business")
    assert statement_of(lei, rule, date(2026, 3, 9)).items[0].fee == 0


def test_what_a_reminder_of_the_record_charges_is_not_charged_again() -> None:
    owed = bill("B1", "100.00", "2026-03-01", "2026-02-01")
    one = customer(owed, reminder("R1", "102.00", "B1", "2026-03-20"))
    (item,) = statement_of(one, terms(fees=STAGES), date(2026, 3, 25)).items
    assert (item.asked, item.fee) == (Decimal("102.00"), Decimal("1.00"))


def test_a_limit_of_the_law_holds_for_households() -> None:
    rule = terms(fees=STAGES, law="FR")
    assert fees(20, rule) == ["0.00"]
    assert fees(20, rule, kind="business") == ["3.00"]


def test_a_limit_in_another_currency_lets_no_fee_pass() -> None:
    rule = terms(fees=[{"from_days": 10, "amount": "80"}], law="SE")
    for currency, fee in (("SEK", "60.00"), ("EUR", "0.00")):
        one = customer(bill("B1", "100.00", "2026-03-01", "2026-02-01", currency=currency))
        assert str(statement_of(one, rule, date(2026, 3, 20)).items[0].fee) == fee


def test_the_vulnerable_bear_neither_unless_the_terms_say_so() -> None:
    weak = {"vulnerable": True}
    rule = {"interest_percent": "10", "fees": STAGES}
    assert late(20, terms(**rule), flags=weak).asked == Decimal("100.00")
    assert late(20, terms(**rule, spare_vulnerable=False), flags=weak).asked == Decimal("103.55")


def test_what_is_held_or_in_dispute_bears_neither() -> None:
    rule = terms(interest_percent="10", fees=STAGES)
    assert late(20, rule, flags={"legal_hold": True}).asked == 0
    part = [{"bill_number": "B1", "opened_on": "2026-03-01", "amount": "60.00"}]
    (item,) = late(20, rule, disputes=part).items
    assert (item.asked, item.interest) == (Decimal("40.00"), Decimal("0.22"))


@pytest.mark.parametrize(
    "rows",
    [
        [{"from_days": 10, "amount": "5"}, {"from_days": 30, "amount": "4"}],
        [{"from_days": 10, "percent": "5"}, {"from_days": 30, "percent": "4"}],
        [{"from_days": 10, "amount": "5"}, {"from_days": 30, "amount": "9", "at_most": "3"}],
        [{"from_days": 30, "amount": "4", "customer": "business"}, {"from_days": 10, "amount": "5"}],
    ],
)
def test_a_fee_that_falls_with_time_is_refused(rows: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError, match="may not fall with time"):
        terms(fees=rows)


def test_stages_of_different_customers_do_not_meet() -> None:
    home = {"from_days": 30, "amount": "4", "customer": "household"}
    assert terms(fees=[{"from_days": 10, "amount": "40", "customer": "business"}, home]).fees


def test_base_rates_out_of_order_are_refused() -> None:
    with pytest.raises(ValidationError, match="earliest day first"):
        terms(base_rates=RATES[::-1])
