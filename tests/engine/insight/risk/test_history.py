"""Bills of customers become rows: late or not as is known, features as of the day of issue."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.errors import InsightError
from engine.insight.risk.history import history_rows, inputs_of, open_rows
from engine.insight.risk.terms import HistoryTerms
from engine.model.customer import Customer
from engine.model.policy.profiles import ContextTerm

NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)


def _customer(bills, payments=(), **fields):
    """Return a customer; a bill is (number, issued, due) and asks for 100."""
    return Customer.model_validate(
        {
            "key": "K1",
            "name": {"given": "Ada", "family": "Test"},
            "bills": [
                {"number": number, "issued_on": issued, "due_on": due, "total": "100", "amount_payable": "100",
                 "kind": "statement"} | extra
                for number, issued, due, extra in ((*bill, {})[:4] for bill in bills)
            ],
            "payments": [
                {"amount": amount, "paid_on": on, "bill_number": number} for number, on, amount in payments
            ],
        }
        | fields
    )  # fmt: skip


def _labels(customer, **terms):
    return {row.name: (row.label, row.left_out) for row in history_rows([customer], HistoryTerms(**terms), NOW)}


def test_a_bill_is_late_when_paid_in_full_after_the_days_of_grace():
    bills = [(f"b{day}", "2026-05-01", "2026-06-01") for day in (1, 3, 4, 5)]
    payments = [(f"b{day}", f"2026-06-0{1 + day}", "100") for day in (1, 3, 4)]
    payments += [("b5", "2026-06-01", "99.99"), ("b5", "2026-08-01", "0.01")]
    labels = _labels(_customer(bills, payments))
    assert labels == {"b1": (False, ""), "b3": (False, ""), "b4": (True, ""), "b5": (True, "")}
    assert _labels(_customer(bills, payments), grace_days=0)["b1"] == (True, "")


def test_a_bill_whose_outcome_nobody_can_know_yet_is_left_out():
    bills = [("open", "2026-10-20", "2026-11-04"), ("never", "2026-09-01", "2026-10-01"),
             ("early", "2026-10-20", "2026-11-20")]  # fmt: skip
    labels = _labels(_customer(bills, [("early", "2026-10-25", "100")]))
    assert labels["never"] == (True, "")
    assert labels["early"] == (False, "")
    assert labels["open"] == (None, "not due yet, or within the days of grace")


def test_a_disputed_bill_is_left_out():
    bills = [("flagged", "2026-05-01", "2026-06-01", {"is_disputed": True}), ("dated", "2026-05-01", "2026-06-01")]
    disputes = [{"bill_number": "dated", "opened_on": "2026-05-20", "closed_on": "2026-07-01", "outcome": "rejected"}]
    labels = _labels(_customer(bills, disputes=disputes))
    assert labels == {"flagged": (None, "disputed"), "dated": (None, "disputed")}


def test_a_label_bears_the_day_on_which_it_was_known():
    customer = _customer([("a", "2026-05-01", "2026-06-01"), ("b", "2026-05-01", "2026-06-01")],
                         [("a", "2026-05-10", "100")])  # fmt: skip
    known = {row.name: row.known_on for row in history_rows([customer], HistoryTerms(), NOW)}
    assert known == {"a": date(2026, 5, 10), "b": date(2026, 6, 5)}


def test_what_became_of_a_bill_is_no_feature_of_it():
    bills = [(f"b{month}", f"2026-0{month}-01", f"2026-0{month}-20") for month in (1, 2, 3, 4)]
    before = [("b1", "2026-01-18", "100"), ("b2", "2026-03-18", "100")]
    in_time, too_late = [("b3", "2026-03-19", "100")], [("b3", "2026-07-19", "100"), ("b4", "2026-04-02", "100")]
    fine, late = (
        list(history_rows([_customer(bills, before + after)], HistoryTerms(), NOW))[2] for after in (in_time, too_late)
    )
    assert (fine.label, late.label) == (False, True)
    assert fine.features == late.features
    assert fine.past_share == 0.5


def test_only_bills_that_are_open_and_not_past_due_are_to_be_scored():
    bills = [("paid", "2026-10-20", "2026-11-20"), ("open", "2026-10-20", "2026-11-06"),
             ("overdue", "2026-09-20", "2026-10-20")]  # fmt: skip
    rows = open_rows([_customer(bills, [("paid", "2026-10-22", "100")])], HistoryTerms(), NOW)
    assert [(row.name, row.label) for row in rows] == [("open", None)]


def test_a_protected_attribute_is_a_group_and_never_an_input():
    terms = HistoryTerms(protected=("quarter",))
    customer = _customer([("a", "2026-05-01", "2026-06-01")],
                         attributes={"age_band": "30-44", "quarter": "east", "region": "north"})  # fmt: skip
    (row,) = history_rows([customer], terms, NOW)
    assert row.groups == (("age_band", "30-44"), ("quarter", "east"))
    assert not {"age_band", "quarter"} & {one.name for one in inputs_of(terms)}
    for name, code in (("age_band", "D130"), ("quarter", "D131")):
        with pytest.raises(InsightError, match=code):
            inputs_of(HistoryTerms(context=(ContextTerm(name=name),), protected=("quarter",)))


def test_context_that_the_utility_declares_is_an_input():
    terms = HistoryTerms(context=(ContextTerm(name="region", values=("north", "south"), constant=True),))
    customer = _customer([("a", "2026-05-01", "2026-06-01")], attributes={"region": "north"})
    (row,) = history_rows([customer], terms, NOW)
    names = {one.name for one in inputs_of(terms)}
    assert names == set(row.features)
    assert row.features["context_region_is_north"] == 1.0


BILLS = [("a", "2026-01-01", "2026-01-20"), ("b", "2026-04-01", "2026-04-20"), ("c", "2026-09-01", "2026-09-20")]


def test_who_leaves_within_the_horizon_has_switched():
    left = _labels(_customer(BILLS, attributes={"left_on": "2026-06-01"}), target="churn", horizon_days=90)
    assert left == {"a": (False, ""), "b": (True, ""), "c": (None, "issued after the customer had left")}
    stays = _labels(_customer(BILLS), target="churn", horizon_days=90)
    assert stays["a"] == stays["b"] == (False, "")
    assert stays["c"] == (None, "the time in which a customer may leave is not over")
    named = _labels(
        _customer(BILLS, attributes={"gone": "2026-06-01"}), target="churn", horizon_days=90, left_on="gone"
    )
    assert named == left


@pytest.mark.parametrize(("ends", "has_left"), [(("2026-06-01",), True), (("2026-06-01", "2027-01-01"), False),
                                                (("2026-06-01", None), False), ((None,), False)])  # fmt: skip
def test_the_end_of_the_last_contract_counts_where_nothing_was_billed_beyond(ends, has_left):
    points = [{"code": f"P{place}", "contract_end": end} for place, end in enumerate(ends)]
    bills = [(*bill, {"period": {"start": bill[1], "end": bill[2]}}) for bill in BILLS[:2]]
    labels = _labels(_customer(bills, supply_points=points), target="churn", horizon_days=90)
    assert labels["b"][0] is has_left
    beyond = [*bills, ("d", "2026-07-01", "2026-07-20", {"period": {"start": "2026-05-01", "end": "2026-06-30"}})]
    assert _labels(_customer(beyond, supply_points=points), target="churn", horizon_days=90)["b"][0] is False
