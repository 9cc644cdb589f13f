"""Offers: figures are worked out for each customer, to the cent, or the offer is refused with why."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.outreach import Offer, Outreach
from tests.engine.insight.policy.people import NOW, TODAY, advisor, bill, person, policy_of


def made(offer: str, *bills: dict[str, Any], **more: Any) -> Outreach:
    text = f'version = "1"\n[[offers]]\nid = "it"\nreason = "Why."\n{offer}\n'
    text += '[[stages]]\nid = "stage"\nabout = "bill"\noffers = ["it"]\nreason = "Because."\n'
    return advisor(policy_of(text)).advise(person(*bills, **more), NOW)


def the_offer(outreach: Outreach) -> Offer:
    assert len(outreach.offers) == 1, outreach.refused
    return outreach.offers[0]


def why_not(outreach: Outreach) -> str:
    assert outreach.offers == ()
    return next(one.why for one in outreach.refused if one.what == "offer it")


PARTS = 'kind = "instalments"\nparts = 3\nsmallest_part = 20\nfirst_after_days = 10'


def test_instalments_are_a_month_apart_and_sum_to_what_is_asked_for() -> None:
    plan = the_offer(made(PARTS, bill(amount="100.00"))).instalments
    assert [(part.due_on, part.amount) for part in plan] == [
        (date(2026, 11, 16), Decimal("33.33")),
        (date(2026, 12, 16), Decimal("33.33")),
        (date(2027, 1, 16), Decimal("33.34")),
    ]


@settings(max_examples=60, deadline=None)
@given(cents=st.integers(1, 900_000))
def test_instalments_always_sum_and_never_fall_below_the_smallest(cents: int) -> None:
    outreach = made(PARTS, bill(amount=f"{cents / 100:.2f}"))
    if outreach.offers:
        plan = outreach.offers[0].instalments
        assert sum(part.amount for part in plan) == outreach.statement.asked
        assert 2 <= len(plan) <= 3
        assert min(part.amount for part in plan) >= 20
    else:
        assert cents < 4000


def test_weeks_may_lie_between_instalments() -> None:
    plan = the_offer(made(PARTS + '\nevery = "two_weeks"')).instalments
    assert [part.due_on - TODAY for part in plan] == [timedelta(days=n) for n in (10, 24, 38)]


def test_fewer_parts_keep_to_the_smallest_and_one_is_no_plan() -> None:
    assert len(the_offer(made(PARTS, bill(amount="59.99"))).instalments) == 2
    assert why_not(made(PARTS, bill(amount="39.99"))) == "what is asked for is too small for two parts"


def test_nothing_is_parted_where_nothing_is_asked_for() -> None:
    assert why_not(made(PARTS, bill(amount="0.00"))) == "nothing is asked for"


def test_more_time_is_a_later_day_or_no_offer() -> None:
    shift = 'kind = "shift_due_date"\nshift_days = 14'
    assert the_offer(made(shift)).new_due_on == TODAY + timedelta(days=14)
    assert why_not(made(shift, bill(late=-14, age=2))) == "the due date is later already"


def year_of_bills(each: str, months: int = 12) -> list[dict[str, Any]]:
    bills = []
    for n in range(months):
        start = date(2025, 11, 1) + timedelta(days=30 * n)
        period = {"start": str(start), "end": str(start + timedelta(days=29))}
        bills.append(bill(f"B{n}", age=10 + 30 * (months - n), late=0, amount=each, period=period))
    return bills


BUDGET = 'kind = "budget_billing"'


def test_budget_billing_spreads_a_year_evenly_rounded_up_to_whole_units() -> None:
    # 360 days cost 12 * 30.00 = 360.00, so that a month of 365/12 days costs 30.4166...
    assert the_offer(made(BUDGET, *year_of_bills("30.00"))).monthly == Decimal(31)


def test_days_billed_twice_count_once() -> None:
    gas = [one | {"number": f"G{one['number']}"} for one in year_of_bills("30.00")]
    assert the_offer(made(BUDGET, *year_of_bills("30.00"), *gas)).monthly == Decimal(61)


def test_too_short_a_history_makes_no_budget() -> None:
    assert why_not(made(BUDGET, *year_of_bills("30.00", 9))) == "270 days of bills are known, 300 are needed"
    assert the_offer(made(BUDGET + "\nhistory_days = 270", *year_of_bills("30.00", 9))).monthly == Decimal(31)


def test_what_sells_is_offered_with_consent_alone() -> None:
    sells = 'kind = "tariff_check"\nneeds_consent = true'
    assert why_not(made(sells)) == "the customer did not agree to offers"
    assert the_offer(made(sells, consents={"offers": True, "sms": True})).reason == "Why."


def test_social_support_is_for_households() -> None:
    assert the_offer(made('kind = "social_bonus"'))
    assert why_not(made('kind = "social_bonus"', kind="business")) == "it is for households"


def test_an_offer_has_conditions_of_its_own() -> None:
    late = 'kind = "person_to_call"\nwhen = { overdue = true }'
    assert the_offer(made(late))
    assert why_not(made(late, bill(late=-5, age=2))) == "`overdue = true` does not hold"
