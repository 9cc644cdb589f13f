"""Nothing that happens, or is written down, after the moment may change a feature of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.insight.features import features_of
from engine.model.policy.profiles import ContextTerm
from tests.engine.insight.features.records import NOW, TODAY, bill, contact, customer, day, payment

CONTEXT = (ContextTerm(name="price_change"), ContextTerm(name="region", values=("north", "south"), constant=True))

_DAYS = st.integers(-900, 900)
_PAST = st.integers(-900, 0)
_FUTURE = st.integers(1, 900)
_AMOUNTS = st.sampled_from(("10.00", "55.50", "100.00", "200.00"))


@st.composite
def _records(draw: Any, days: st.SearchStrategy[int], mark: str) -> dict[str, Any]:
    """Draw what is dated by one of `days`: bills, payments, contacts, promises, disputes, documents, context."""
    bills = []
    for place in range(draw(st.integers(0, 6))):
        issued = draw(days)
        more = {"is_estimated": draw(st.booleans()), "balance_forward": "0"}
        kind = draw(st.sampled_from(("statement", "reminder", "statement", "statement")))
        bills.append(
            bill(f"{mark}{place}", issued, issued + draw(st.integers(0, 40)), draw(_AMOUNTS), kind=kind, **more)
        )
    numbers = st.sampled_from([None, *(f"P{n}" for n in range(6)), *(f"F{n}" for n in range(6))])
    payments = [
        payment(draw(numbers), draw(days), draw(st.sampled_from(("100.00", "40.00", "-100.00"))), "sepa debit")
        for _ in range(draw(st.integers(0, 6)))
    ]
    kinds = st.sampled_from(("sent", "seen", "clicked", "called", "complained", "bounced", "replied", "instalments"))
    contacts = [contact(draw(kinds), draw(days)) for _ in range(draw(st.integers(0, 5)))]
    promises, disputes = [], []
    for _ in range(draw(st.integers(0, 3))):
        made = draw(days)
        due = day(made + draw(st.integers(0, 60)))
        promises.append({"made_on": day(made), "due_on": due, "bill_number": draw(numbers), "amount": draw(_AMOUNTS)})
    for _ in range(draw(st.integers(0, 2))):
        opened = draw(days)
        number = draw(numbers)
        disputes.append({"bill_number": number or "P0", "opened_on": day(opened)})
    attributes = {f"price_change@{day(draw(days)).isoformat()}": "4.5" for _ in range(draw(st.integers(0, 2)))}
    return {"bills": bills, "payments": payments, "interactions": contacts, "promises": promises,
            "disputes": disputes, "attributes": attributes}  # fmt: skip


def _joined(past: dict[str, Any], future: dict[str, Any]) -> dict[str, Any]:
    lists = {name: past[name] + future[name] for name in past if name != "attributes"}
    return lists | {"attributes": past["attributes"] | future["attributes"]}


def _later_flags(draw_flag: bool) -> dict[str, Any]:
    """Return what the record says today, without a date: the features of a past day must not see it."""
    plan = "broken" if draw_flag else "none"
    return {"flags": {"vulnerable": draw_flag, "disputed": draw_flag, "payment_plan": plan},
            "consents": {"email": draw_flag}, "preferred_channel": "sms" if draw_flag else None}  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(_records(_PAST, "P"), _records(_FUTURE, "F"), st.booleans())
def test_what_is_dated_later_and_what_has_no_date_changes_no_feature(
    past: dict[str, Any], future: dict[str, Any], flag: bool
) -> None:
    bare = customer(**past)
    full = customer(**_joined(past, future), **_later_flags(flag))
    assert features_of(full, NOW, context=CONTEXT) == features_of(bare, NOW, context=CONTEXT)
    for one in bare.bills:
        asked = next(other for other in full.bills if other.number == one.number)
        assert features_of(full, NOW, bill=asked) == features_of(bare, NOW, bill=one)


@settings(max_examples=60, deadline=None)
@given(_records(_DAYS, "P"), st.permutations(range(6)))
def test_features_do_not_depend_on_the_order_of_the_record(record: dict[str, Any], order: list[int]) -> None:
    mixed = dict(record)
    for name in ("payments", "interactions", "promises"):
        rows = record[name]
        mixed[name] = [rows[place] for place in order if place < len(rows)]
    whole = {name: record[name][:6] for name in ("payments", "interactions", "promises")}
    assert features_of(customer(**mixed), NOW) == pytest.approx(features_of(customer(**record | whole), NOW))


def test_a_payment_counts_from_its_day_of_value_on() -> None:
    record = customer(bills=[bill("A", -60), bill("B", -5)], payments=[payment("A", 0)])
    eve = NOW - timedelta(days=1)
    assert features_of(record, eve)["unpaid_past_bills"] == 1
    assert features_of(record, NOW)["unpaid_past_bills"] == 0


def test_a_promise_is_told_kept_by_payments_and_never_by_its_flag() -> None:
    told = {"made_on": day(-30), "due_on": day(-20), "bill_number": "A", "amount": "100.00", "kept": True}
    record = customer(bills=[bill("A", -60), bill("B", -5)], promises=[told])
    assert features_of(record, NOW)["broken_promises"] == 1
    paid = customer(
        bills=[bill("A", -60), bill("B", -5)], promises=[told | {"kept": False}], payments=[payment("A", -21)]
    )
    assert features_of(paid, NOW)["kept_promises"] == 1


def test_a_dispute_closed_later_is_open_now() -> None:
    dispute = {"bill_number": "A", "opened_on": day(-10), "closed_on": day(3), "outcome": "rejected"}
    record = customer(bills=[bill("A", -60), bill("B", -5)], disputes=[dispute])
    values = features_of(record, NOW)
    assert values["open_disputes"] == 1
    assert values["past_bills"] == 0, "a bill in dispute is neither late nor in time"
    assert features_of(record, NOW + timedelta(days=5))["open_disputes"] == 0


def test_the_day_is_that_of_the_moment_where_it_is_told() -> None:
    late_evening = datetime.fromisoformat("2026-11-21T23:30:00+00:00")
    record = customer(bills=[bill("A", 0, 21)])
    assert TODAY.isoformat() == "2026-11-22"
    assert features_of(record, late_evening)["bill_days"] is None
    assert features_of(record, late_evening)["days_to_due"] is None
    in_rome = datetime.fromisoformat("2026-11-22T00:30:00+01:00")
    assert features_of(record, in_rome)["days_to_due"] == 21
