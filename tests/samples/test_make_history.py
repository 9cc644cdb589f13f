"""Made-up histories: valid, told up to a day and no further, and late payment to be foreseen, though not surely."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from engine.model.bill import Bill
from engine.model.customer import Customer

SCRIPT = Path(__file__).parents[2] / "samples" / "make_history.py"
KINDS = {"prompt", "forgetful", "strained", "unwilling", "new"}
TODAY = date(2026, 11, 6)


def history(count: int, *options: str) -> list[str]:
    command = [sys.executable, SCRIPT, str(count), *options]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.splitlines()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[dict]]:
    truth = tmp_path_factory.mktemp("history") / "truth.jsonl"
    lines = history(500, "--seed", "7", "--truth", str(truth))
    return lines, [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def customers(told: tuple[list[str], list[dict]]) -> list[Customer]:
    return [Customer.model_validate_json(line) for line in told[0]]


def was_late(customer: Customer, bill: Bill) -> bool:
    assert bill.due_on is not None
    day = bill.due_on
    own = [payment for payment in customer.payments if payment.bill_number == bill.number]
    in_time = sum(payment.amount for payment in own if payment.paid_on <= day)
    return in_time < bill.amount_payable or any(payment.amount < 0 for payment in own)


def area_under_curve(pairs: list[tuple[float, bool]]) -> float:
    """Return how often a late bill has a higher score than one in time."""
    late = sorted(score for score, is_late in pairs if is_late)
    rest = sorted(score for score, is_late in pairs if not is_late)
    won, below = 0.0, 0
    for score in late:
        while below < len(rest) and rest[below] < score:
            below += 1
        won += below
    return won / (len(late) * len(rest))


def test_the_customers_are_valid_and_of_all_five_kinds(customers, told) -> None:
    assert len({customer.key for customer in customers}) == 500
    assert {true["behaviour"] for true in told[1]} == KINDS
    assert [true["key"] for true in told[1]] == [customer.key for customer in customers]


def test_what_somebody_is_like_is_not_written_into_the_record(told) -> None:
    record = json.loads(told[0][0])
    assert "behaviour" not in record
    assert not KINDS & {*record["attributes"].values()}


def test_nothing_is_told_that_happened_on_the_day_or_later(customers) -> None:
    for customer in customers:
        assert all(bill.issued_on < TODAY for bill in customer.bills)
        assert all(payment.paid_on < TODAY for payment in customer.payments)
        assert all(contact.at.date() < TODAY for contact in customer.interactions)
        assert all(promise.kept is None for promise in customer.promises if promise.due_on >= TODAY)
        assert all(dispute.opened_on < TODAY for dispute in customer.disputes)


def test_nobody_pays_more_than_a_bill_says(customers) -> None:
    for customer in customers:
        for bill in customer.bills:
            assert customer.outstanding(bill) >= 0 or bill.amount_payable < 0


def test_late_payment_can_be_foreseen_but_not_surely(customers, told) -> None:
    pairs = [
        (true["late"][bill.number], was_late(customer, bill))
        for customer, true in zip(customers, told[1], strict=True)
        for bill in customer.bills
        if bill.amount_payable > 0 and bill.due_on is not None and bill.due_on < TODAY
    ]
    assert 0.1 < sum(is_late for _, is_late in pairs) / len(pairs) < 0.3
    assert 0.80 < area_under_curve(pairs) < 0.87


def test_every_kind_of_dealing_happens(customers) -> None:
    assert any(promise.plan for customer in customers for promise in customer.promises)
    assert {promise.kept for customer in customers for promise in customer.promises} == {True, False, None}
    assert any(dispute.closed_on for customer in customers for dispute in customer.disputes)
    assert any(customer.tasks for customer in customers)
    assert any(customer.documents for customer in customers)
    assert any(bill.amount_payable < 0 for customer in customers for bill in customer.bills)
    assert any(payment.amount < 0 for customer in customers for payment in customer.payments)


def test_a_short_history_is_the_head_of_a_long_one_and_another_seed_another(told) -> None:
    assert history(10, "--seed", "7") == told[0][:10]
    assert not set(history(10, "--seed", "8")) & set(told[0])


def test_histories_are_as_long_and_end_when_asked(told) -> None:
    made = [Customer.model_validate_json(line) for line in history(40, "--months", "14", "--as-of", "2025-06-15")]

    issued = [bill.issued_on for customer in made for bill in customer.bills]
    assert min(issued) >= date(2024, 4, 1)
    assert max(issued) == date(2025, 6, 3)
    assert max(len(customer.bills) for customer in made) == 14
