"""The timeline: everything in order, a balance that follows each bill's own words, and nothing personal in words."""

from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.insight.debt import statements_of
from engine.insight.timeline import UNDATED, Event, EventKind, balances_of, events_of
from engine.model.customer import Customer, InteractionKind
from engine.model.policy.debt import DebtTerms

SAMPLES = Path(__file__).parents[3] / "samples" / "customers.jsonl"
CUSTOMERS = [Customer.model_validate_json(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
ROME = ZoneInfo("Europe/Rome")


def bill(number: str, issued_on: str, payable: str, **more: Any) -> dict[str, Any]:
    total = Decimal(payable) + Decimal(more.get("prepaid", "0")) - Decimal(more.get("balance_forward", "0"))
    line = {"category": "energy", "label": "Energy", "amount": str(total)}
    made = {"number": number, "issued_on": issued_on, "lines": [line], "total": str(total), "amount_payable": payable}
    return {**made, **more}


def payment(amount: str, paid_on: str, number: str | None = None) -> dict[str, Any]:
    return {"amount": amount, "paid_on": paid_on, "bill_number": number}


def events(**more: Any) -> tuple[Event, ...]:
    record = {"key": "C-1", "name": {"given": "Ada", "family": "Lovelace"}, **more}
    return events_of(Customer.model_validate(record), ROME)


def balances(**more: Any) -> list[str]:
    return [str(event.balance) for event in events(**more) if event.balance is not None]


def test_all_kinds_stand_in_order_of_time() -> None:
    told = events(
        bills=[bill("B-2", "2026-10-03", "50.00"), bill("B-1", "2026-09-03", "40.00")],
        payments=[payment("40.00", "2026-09-20", "B-1")],
        promises=[{"made_on": "2026-10-28", "due_on": "2026-11-08", "bill_number": "B-2"}],
        disputes=[{"bill_number": "B-1", "opened_on": "2026-09-10", "closed_on": "2026-09-15", "outcome": "withdrawn"}],
        documents=[{"kind": "letter", "at": "2026-10-20T09:00:00Z", "direction": "received"}],
        tasks=[{"kind": "call_back", "due_on": "2026-11-02", "owner": "service"}],
        interactions=[{"kind": "sent", "at": "2026-10-27T09:00:00Z", "channel": "sms", "stage": "friendly"}],
    )

    assert [(str(event.day), event.what) for event in told] == [
        ("2026-09-03", "Bill"),
        ("2026-09-10", "Dispute opened, the whole bill"),
        ("2026-09-15", "Dispute closed: withdrawn"),
        ("2026-09-20", "Payment"),
        ("2026-10-03", "Bill"),
        ("2026-10-20", "Letter received"),
        ("2026-10-27", "Message sent, stage friendly"),
        ("2026-10-28", "Promise to pay, by 2026-11-08"),
        ("2026-11-02", "Task call back: open, due (service)"),
        ("2026-11-08", "Promise due: open"),
    ]
    assert [event.is_open for event in told] == [False] * 8 + [True, True]


def test_a_day_is_told_by_the_customers_clock() -> None:
    (late,) = events(interactions=[{"kind": "seen", "at": "2026-10-03T22:30:00Z"}])
    assert late.day == date(2026, 10, 4)


def test_what_has_a_time_comes_after_what_has_none_and_undated_tasks_first() -> None:
    told = events(
        bills=[bill("B-1", "2026-10-03", "10.00")],
        interactions=[
            {"kind": "seen", "at": "2026-10-03T12:30:00Z"},
            {"kind": "sent", "at": "2026-10-03T11:00:00+02:00"},
        ],
        tasks=[{"kind": "call_back"}],
    )
    assert [event.what for event in told] == ["Task call back: open", "Bill", "Message sent", "Message seen"]
    assert told[0].day == UNDATED


def test_bills_add_and_payments_take_off() -> None:
    made = balances(
        bills=[bill("B-1", "2026-09-03", "40.00"), bill("B-2", "2026-10-03", "50.00")],
        payments=[
            payment("30.00", "2026-09-20", "B-1"),
            payment("60.00", "2026-10-10"),
            payment("-5.00", "2026-10-11"),
        ],
    )
    assert made == ["40.00", "10.00", "60.00", "0.00", "5.00"]


def test_a_bill_with_a_balance_forward_says_what_is_owed_with_all_before_it() -> None:
    first = bill("B-1", "2026-09-03", "40.00")
    second = bill("B-2", "2026-10-03", "90.00", balance_forward="40.00")

    assert balances(bills=[first, second]) == ["40.00", "90.00"]
    assert balances(bills=[second]) == ["90.00"]


def test_what_was_prepaid_is_not_taken_off_twice() -> None:
    newest = bill("B-1", "2026-10-03", "70.00", prepaid="30.00")

    assert balances(bills=[newest], payments=[payment("30.00", "2026-09-20")]) == ["-30.00", "70.00"]
    assert balances(bills=[newest]) == ["70.00"]


def test_a_reminder_about_a_bill_of_the_record_adds_only_its_own_charges() -> None:
    first = bill("B-1", "2026-09-03", "40.00")
    plain = {
        "number": "R-1",
        "kind": "reminder",
        "issued_on": "2026-10-03",
        "total": "40.00",
        "amount_payable": "40.00",
    }
    fee = {"lines": [{"category": "fee", "label": "Fee", "amount": "5.00"}], "total": "5.00",
           "balance_forward": "40.00", "amount_payable": "45.00"}  # fmt: skip

    assert balances(bills=[first, {**plain, "original_number": "B-1"}]) == ["40.00", "40.00"]
    assert balances(bills=[first, {**plain, **fee, "original_number": "B-1"}]) == ["40.00", "45.00"]
    assert balances(bills=[{**plain, "original_number": "B-9"}]) == ["40.00"]


def test_a_credit_note_takes_off_and_currencies_stay_apart() -> None:
    told = events(
        bills=[
            bill("B-1", "2026-09-03", "40.00"), bill("B-2", "2026-09-04", "7.00", currency="RON"),
            bill("N-1", "2026-10-03", "15.00", kind="credit_note", original_number="B-1"),
        ],
        payments=[payment("7.00", "2026-09-10", "B-2")],
    )  # fmt: skip
    assert balances_of(told, date(2026, 9, 5)) == {"EUR": Decimal("40.00"), "RON": Decimal("7.00")}
    assert balances_of(told, date(2026, 12, 1)) == {"EUR": Decimal("25.00"), "RON": Decimal("0.00")}


@given(
    st.lists(st.integers(1, 50_000), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(-20_000, 20_000), st.integers(0, 300)), max_size=6),
)
def test_the_last_balance_is_bills_less_payments_to_the_cent(bills: list[int], paid: list[tuple[int, int]]) -> None:
    rows = [
        bill(f"B-{place}", f"2026-{place + 1:02d}-03", str(Decimal(cents) / 100)) for place, cents in enumerate(bills)
    ]
    days = [date.fromordinal(date(2026, 1, 1).toordinal() + day).isoformat() for _, day in paid]
    payments = [payment(str(Decimal(cents) / 100), day) for (cents, _), day in zip(paid, days, strict=True)]
    told = events(bills=rows, payments=payments)

    assert balances_of(told, date(2027, 1, 1))["EUR"] * 100 == sum(bills) - sum(cents for cents, _ in paid)
    assert [event.day for event in told] == sorted(event.day for event in told)


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: customer.key)
def test_no_sample_loses_an_event_and_no_word_is_personal(customer: Customer) -> None:
    told = events_of(customer, UTC)
    closed = sum(dispute.closed_on is not None for dispute in customer.disputes)
    dealings = (customer.bills, customer.payments, customer.disputes, customer.tasks, customer.documents)

    assert len(told) == sum(map(len, dealings)) + len(customer.interactions) + 2 * len(customer.promises) + closed
    secrets = {customer.name.given, customer.name.family, customer.email} | {
        str(b.amount_payable) for b in customer.bills
    }
    words = " ".join(event.what for event in told)
    assert not any(secret in words for secret in secrets if secret)


def test_a_free_text_of_several_words_is_not_told() -> None:
    told = events(payments=[payment("1.00", "2026-09-20") | {"method": "from Ada Lovelace"}],
                  tasks=[{"kind": "call Ada", "owner": "desk", "due_on": "2026-09-21"}])  # fmt: skip
    assert [event.what for event in told] == ["Payment", "Task: open, due (desk)"]


def test_every_kind_of_contact_has_words() -> None:
    rows = [{"kind": kind.value, "at": "2026-10-03T12:30:00Z"} for kind in InteractionKind]
    told = events(interactions=rows)
    assert {event.kind for event in told} == {EventKind.CONTACT}
    assert len({event.what for event in told}) == len(InteractionKind)


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: customer.key)
def test_the_last_balance_is_what_the_statement_finds_open(customer: Customer) -> None:
    today = date(2026, 11, 6)
    statements = statements_of(customer, DebtTerms(), today)
    found = {one.currency: sum((item.open for item in one.items), Decimal(0)) - one.credit for one in statements}
    assert balances_of(events_of(customer, UTC), today) == found
