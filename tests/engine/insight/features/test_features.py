from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InsightError
from engine.insight.features import ESSENTIAL, FEATURES, features_of, said
from engine.insight.features.lateness import way_of
from engine.insight.features.protected import protected_kind
from tests.engine.insight.features.records import NOW, bill, contact, customer, day, monthly, payment


def test_every_feature_stands_in_the_registry_and_none_is_protected() -> None:
    values = features_of(customer(**monthly(24, late=(3, 20))), NOW)
    assert list(values) == list(FEATURES)
    assert [name for name in FEATURES if protected_kind(name)] == []


def test_lateness_is_told_of_the_other_bills_that_fell_due() -> None:
    values = features_of(customer(**monthly(12, late=(8, 9), days_late=10)), NOW)
    assert values["past_bills"] == 11
    assert values["late_count"] == 2
    assert values["late_share"] == pytest.approx(2 / 11)
    assert values["late_days_mean"] == pytest.approx(20 / 11)
    assert values["late_days_median"] == 0
    assert values["late_days_max"] == 10
    assert [values["late_days_last"], values["late_days_second"], values["late_days_third"]] == [0, 10, 10]
    assert values["late_trend"] == pytest.approx(20 / 3)
    assert values["late_streak"] == 0
    assert values["on_time_streak"] == 1


def test_the_bill_itself_tells_nothing_of_its_own_outcome() -> None:
    record = monthly(6)
    record["bills"][-1]["due_on"] = day(-2)
    unpaid = features_of(customer(**record), NOW)
    record["payments"].append(payment("B05", 0))
    paid = features_of(customer(**record), NOW)
    ours = ("payment_age",)  # when money last came is known of the customer, not of the bill
    assert {k: v for k, v in unpaid.items() if k not in ours} == {k: v for k, v in paid.items() if k not in ours}


def test_without_history_lateness_is_not_known_rather_than_zero() -> None:
    values = features_of(customer(bills=[bill("A", -3)]), NOW)
    assert values["past_bills"] == 0
    assert values["late_share"] is None
    assert values["bill_vs_usual"] is None
    assert said(FEATURES["late_share"], values) == "not known: share of past bills paid late"


def test_a_customer_without_bills_has_features_all_the_same() -> None:
    values = features_of(customer(opened_on="2020-11-22"), NOW)
    assert values["tenure_years"] == pytest.approx(6, abs=0.01)
    assert values["bill_size"] is None


def test_a_bill_is_measured_against_the_usual_the_last_and_a_year_before() -> None:
    rows = [bill(f"B{n}", -30 * n, total="100.00") for n in range(1, 14)]
    values = features_of(customer(bills=[*rows, bill("N", -2, total="180.00")]), NOW)
    assert values["bill_vs_usual"] == pytest.approx(1.8)
    assert values["bill_vs_last"] == pytest.approx(1.8)
    assert values["bill_vs_year_before"] == pytest.approx(1.8)
    assert values["is_shock"] == 1
    usual = features_of(customer(bills=[*rows, bill("N", -2, total="120.00")]), NOW)
    assert usual["is_shock"] == 0


def test_an_older_bill_is_measured_against_those_before_it() -> None:
    rows = [bill("A", -90), bill("B", -60, total="150.00"), bill("C", -30, total="900.00")]
    record = customer(bills=rows)
    assert features_of(record, NOW, bill=record.bills[1])["bill_vs_last"] == pytest.approx(1.5)


def test_bills_of_another_currency_are_no_measure() -> None:
    values = features_of(customer(bills=[bill("A", -60, currency="RON"), bill("B", -2)]), NOW)
    assert values["bill_vs_last"] is None


def test_messages_opened_are_counted_once_by_their_id() -> None:
    contacts = [contact("sent", -20, reference="m1"), contact("sent", -10, reference="m2"),
                contact("seen", -9, reference="m2"), contact("seen", -8, reference="m2"),
                contact("clicked", -8, reference="m2")]  # fmt: skip
    values = features_of(customer(interactions=contacts), NOW)
    assert values["opened_share"] == 0.5
    assert values["email_opened_share"] == 0.5
    assert values["clicked_share"] == 0.5
    assert values["sms_opened_share"] is None
    assert values["reaction_age"] == 7


def test_an_instalment_is_not_paid_by_the_money_of_the_one_before() -> None:
    plan = [{"made_on": day(-60), "due_on": day(due), "amount": "50.00", "plan": "P"} for due in (-40, -10, 20)]
    record = {"bills": [bill("A", -120, total="150.00"), bill("N", -2)], "promises": plan}
    once = features_of(customer(**record, payments=[payment("A", -45, "50.00")]), NOW)
    assert (once["kept_promises"], once["broken_instalments"], once["is_on_plan"]) == (1, 1, 1)
    twice = features_of(customer(**record, payments=[payment("A", -45, "50.00"), payment("A", -12, "50.00")]), NOW)
    assert (twice["kept_promises"], twice["broken_instalments"]) == (2, 0)


def test_a_promise_written_in_both_places_counts_once() -> None:
    told = contact("promised", -30, None, bill_number="A", due_on=day(-20), amount="100.00")
    typed = {"made_on": day(-30), "due_on": day(-20), "bill_number": "A", "amount": "100.00"}
    record = customer(bills=[bill("A", -60), bill("N", -2)], interactions=[told], promises=[typed])
    assert features_of(record, NOW)["broken_promises"] == 1


@pytest.mark.parametrize(
    ("word", "way"),
    [("SEPA direct debit", "debit"), ("direct_debit", "debit"), ("debit card", "card"), ("Kreditkarte", "card"),
     ("transfer", "other"), ("contanti", "cash"), ("Lastschrift", "debit")],
)  # fmt: skip
def test_words_of_payment_are_told_apart(word: str, way: str) -> None:
    assert way_of(word) == way


def test_features_of_a_bill_before_its_issue_are_refused() -> None:
    record = customer(bills=[bill("A", 3)])
    with pytest.raises(InsightError, match="D133 record C1"):
        features_of(record, NOW, bill=record.bills[0])


def test_reasons_are_plain_words_without_amounts() -> None:
    values = features_of(customer(**monthly(12, late=(8, 9))), NOW)
    assert said(FEATURES["late_share"], values) == "paid 2 of the last 11 bills late"
    assert said(FEATURES["is_business"], values) == "a household"
    texts = [said(feature, values) for feature in FEATURES.values()]
    assert not [text for text in texts if "{" in text or "100.00" in text]


_RECORDS = (
    {},
    monthly(1),
    monthly(13, late=(2, 7, 9)),
    monthly(3) | {"payments": [payment(None, -2, "12.34", "card"), payment("B00", -20, "-5.00")]},
    monthly(5) | {"interactions": [contact("sent", -40, reference="m1"), contact("seen", -39, reference="m1")]},
    monthly(4) | {"promises": [{"made_on": day(-50), "due_on": day(-30), "amount": "5.00"}]},
)


@pytest.mark.parametrize("record", _RECORDS)
def test_the_essential_features_are_the_same_without_the_others(record: dict[str, Any]) -> None:
    of = customer(**record)
    known = {name: value for name, value in features_of(of, NOW).items() if name in ESSENTIAL}
    assert features_of(of, NOW, is_whole=False) == known
