"""Handing over: who is protected, what is claimed, and that nothing else leaves the house."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.insight.debt import statements_of
from engine.insight.handover import bars_of, case_of
from engine.model.customer import Customer
from engine.model.handover import Creditor, HandoverCase
from engine.model.policy.brakes import Brakes
from engine.model.policy.debt import DebtTerms, Fee

TODAY, ROME = date(2026, 11, 6), ZoneInfo("Europe/Rome")
CREDITOR = Creditor(name="Northlight", address="Via Roma 1", phone="800", email="a@x")
TERMS = DebtTerms(interest_percent=Decimal(10), fees=(Fee(from_days=1, amount=Decimal(10), currency="EUR"),))
SENT = {"kind": "sent", "at": "2026-09-20T08:00:00Z", "channel": "email", "bill_number": "B-1", "stage": "first"}


def bill(number: str = "B-1", due_on: str = "2026-09-07", **more: Any) -> dict[str, Any]:
    line = {"category": "energy", "label": "Energy", "amount": "100.00"}
    made = {"number": number, "issued_on": "2026-08-20", "due_on": due_on, "lines": [line], "total": "100.00"}
    return {**made, "amount_payable": "100.00", **more}


def customer(**more: Any) -> Customer:
    record = {"key": "C-1", "name": {"given": "Ada", "family": "Rossi"}, "bills": [bill()], "interactions": [SENT],
              "address": {"lines": ["Via 1"], "city": "Modena", "country": "IT"}}  # fmt: skip
    return Customer.model_validate({**record, **more})


def bars(person: Customer) -> tuple[str, ...]:
    return bars_of(person, statements_of(person, TERMS, TODAY), Brakes(), TODAY, ROME)


def case(person: Customer) -> HandoverCase:
    return case_of(person, statements_of(person, TERMS, TODAY), CREDITOR, TODAY, ROME)


def test_an_overdue_customer_who_was_reminded_may_be_handed_over() -> None:
    assert bars(customer()) == ()


PLAN = {"made_on": "2026-10-01", "amount": "50.00", "plan": "P-1"}
ANSWER = {"at": "2026-10-20T08:00:00Z", "channel": "email", "bill_number": "B-1"}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"flags": {"deceased": True}}, "died"),
        ({"flags": {"legal_hold": True}}, "law forbids"),
        ({"attributes": {"insolvency": "Open"}}, "law forbids"),
        ({"flags": {"payment_plan": "kept"}}, "plan is kept"),
        ({"promises": [{**PLAN, "due_on": "2026-11-05"}]}, "promise to pay still runs"),
        ({"flags": {"disputed": True}}, "dispute"),
        ({"bills": [bill(is_disputed=True)]}, "dispute"),
        ({"disputes": [{"bill_number": "B-1", "opened_on": "2026-10-01", "amount": "5.00"}]}, "dispute"),
        ({"flags": {"vulnerable": True}}, "vulnerable"),
        ({"tasks": [{"kind": "review_hardship", "due_on": "2026-12-01"}]}, "hardship"),
        ({"payments": [{"amount": "5.00", "paid_on": "2026-11-05"}]}, "payment came in"),
        ({"interactions": [SENT, {"kind": "already_paid", **ANSWER}]}, "waits for a person"),
        ({"interactions": [SENT, {"kind": "instalments", **ANSWER}]}, "waits for a person"),
        ({"interactions": [SENT, {"kind": "wrong_person", **ANSWER}]}, "somebody else"),
        ({"interactions": []}, "no reminder"),
        ({"interactions": [{**SENT, "at": "2026-09-07T08:00:00Z"}]}, "no reminder"),
        ({"bills": [bill(due_on="2026-11-30")]}, "nothing is overdue"),
        ({"payments": [{"amount": "100.00", "paid_on": "2026-09-30", "bill_number": "B-1"}]}, "nothing is overdue"),
    ],
)
def test_who_is_protected_or_still_talks_is_not_handed_over(more: dict[str, Any], reason: str) -> None:
    assert any(reason in why for why in bars(customer(**more))), bars(customer(**more))


@pytest.mark.parametrize(
    "more",
    [
        {"promises": [{**PLAN, "due_on": "2026-10-15", "kept": False}, {**PLAN, "due_on": "2026-11-15"}]},
        {"disputes": [{"bill_number": "B-1", "opened_on": "2026-09-10", "closed_on": "2026-09-20",
                       "outcome": "rejected"}]},
        {"flags": {"vulnerable": True}, "tasks": [{"kind": "review_hardship", "state": "done",
                                                   "done_at": "2026-10-02T09:00:00Z"}]},
        {"interactions": [SENT, {"kind": "instalments", **ANSWER, "at": "2026-09-25T08:00:00Z"}],
         "promises": [{**PLAN, "due_on": "2026-10-15", "kept": False}]},
        {"interactions": [], "documents": [{"kind": "formal_notice", "at": "2026-10-01T08:00:00Z", "channel": "post"}]},
    ],
)  # fmt: skip
def test_what_is_over_bars_nobody(more: dict[str, Any]) -> None:
    assert bars(customer(**more)) == ()


@pytest.mark.parametrize(("due_on", "is_barred"), [("2026-11-04", True), ("2026-11-03", False)])
def test_a_promise_bars_until_its_waiting_days_are_over(due_on: str, is_barred: bool) -> None:
    reasons = bars(customer(promises=[{"made_on": "2026-10-01", "due_on": due_on}]))
    assert bool(reasons) is is_barred


def test_a_review_from_before_the_debt_does_not_count() -> None:
    before = {"kind": "review_hardship", "state": "done", "done_at": "2026-09-01T09:00:00Z"}
    person = customer(flags={"vulnerable": True}, tasks=[before])
    assert len(bars(person)) == 1


def test_the_claim_is_what_is_overdue_and_reminded_with_interest_and_fee_to_the_cent() -> None:
    bills = [bill(), bill("B-2", "2026-10-31"), bill("B-3", "2026-11-30")]
    made = case(customer(bills=bills, payments=[{"amount": "30.00", "paid_on": "2026-09-10", "bill_number": "B-1"}]))
    (claim,) = made.claims
    (one,) = claim.bills

    assert (one.number, one.days_late) == ("B-1", 60)
    assert (one.billed, one.settled, one.open) == (Decimal(100), Decimal(30), Decimal(70))
    assert one.interest == Decimal("1.15")  # 70.00 at 10 % for 60 days of 365
    assert claim.total == claim.open + claim.interest + claim.fees == Decimal("81.15")
    assert [str(reminded.on) for reminded in made.reminders] == ["2026-09-20"]


def test_a_reminder_bill_and_the_paper_that_a_message_speaks_of_are_told_once() -> None:
    notice = {"number": "R-1", "kind": "reminder", "issued_on": "2026-10-01", "due_on": "2026-10-15",
              "total": "100.00", "amount_payable": "100.00", "original_number": "B-1",
              "dunning_stage": "final"}  # fmt: skip
    paper = {"kind": "reminder", "at": "2026-09-20T08:00:00Z", "channel": "email", "bill_number": "B-1"}
    made = case(customer(bills=[bill(), notice], documents=[paper]))

    assert [(str(one.on), one.what) for one in made.reminders] == [
        ("2026-09-20", "reminder"), ("2026-10-01", "formal_notice"),
    ]  # fmt: skip


def test_the_message_that_brought_a_bill_is_no_reminder_of_it_though_an_older_one_was_due() -> None:
    newer = bill("B-2", due_on="2026-10-20", issued_on="2026-10-01")
    brought = {**SENT, "at": "2026-10-01T08:00:00Z", "bill_number": "B-2", "stage": None}
    reminded = {**SENT, "at": "2026-10-25T08:00:00Z", "bill_number": "B-2"}
    made = case(customer(bills=[bill(), newer], interactions=[SENT, brought, reminded]))
    assert len(made.claims[0].bills) == 2
    assert [str(one.on) for one in made.reminders] == ["2026-09-20", "2026-10-25"]


def test_nothing_leaves_the_house_that_the_agency_does_not_need() -> None:
    person = customer(
        attributes={"age_band": "65+", "risk_score": "0.93", "segment": "gold"},
        consents={"offers": True, "email": True},
        flags={"vulnerable": True, "paperless": True},
        tasks=[{"kind": "review_hardship", "state": "done", "done_at": "2026-10-02T09:00:00Z", "note": "on dialysis"}],
        supply_points=[{"code": "POD-7", "tariff": "Sereno"}],
        consumption=[{"supply_point": "POD-7", "quantity": "777"}],
        interactions=[SENT, {"kind": "called", "at": "2026-10-10T08:00:00Z", "note": "lost her job"}],
        payments=[{"amount": "1.00", "paid_on": "2026-09-10", "method": "benefit office", "bill_number": "B-1"}],
        direct_debit={"account": "IT60X0542811101000000123456", "mandate": "M-77"},
        bills=[bill(note="social tariff")],
    )
    assert bars(person) == ()
    text = case(person).model_dump_json()
    for secret in ("65+", "0.93", "gold", "offers", "vulnerable", "paperless", "dialysis", "POD-7", "Sereno", "777",
                   "lost her job", "benefit", "IT60", "M-77", "social", "hardship", "Energy"):  # fmt: skip
        assert secret not in text, secret
    assert set(json.loads(text)) == set(HandoverCase.model_fields)
