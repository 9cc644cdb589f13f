"""Documents, promises, disputes and tasks: what they refuse, and when a dispute is open."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from engine.model.customer import Customer, PaymentMethod
from engine.model.dealings import Dispute, Promise, TaskRecord, TaskState


def dispute(**more: Any) -> Dispute:
    return Dispute.model_validate({"bill_number": "B-1", "opened_on": "2026-10-05", **more})


def test_a_dispute_is_open_from_its_first_day_until_the_day_of_its_closing() -> None:
    closed = dispute(closed_on="2026-10-20")

    assert [closed.is_open_on(date(2026, 10, day)) for day in (4, 5, 19, 20, 21)] == [False, True, True, False, False]
    assert dispute().is_open_on(date(2030, 1, 1))


@pytest.mark.parametrize("amount", ["0", "-1.00"])
def test_a_disputed_part_is_above_zero(amount: str) -> None:
    with pytest.raises(ValidationError, match="above zero"):
        dispute(amount=amount)


def test_a_dispute_is_not_closed_before_it_was_opened() -> None:
    with pytest.raises(ValidationError, match="closed before it was opened"):
        dispute(closed_on="2026-10-04")


def test_a_promise_is_not_due_before_it_was_made() -> None:
    with pytest.raises(ValidationError, match="due before it was made"):
        Promise.model_validate({"made_on": "2026-10-05", "due_on": "2026-10-04"})


def test_a_task_is_open_until_it_is_said_to_be_done() -> None:
    assert TaskRecord(kind="call_back").state is TaskState.OPEN


def test_a_record_without_dealings_has_none_and_one_with_them_holds_them() -> None:
    plain = Customer.model_validate({"key": "C-1", "name": {"family": "Rossi"}})
    rich = Customer.model_validate(
        {
            "key": "C-1", "name": {"family": "Rossi"}, "opened_on": "2019-03-01", "payment_method": "direct_debit",
            "direct_debit": {"mandate": "M-1"}, "flags": {"legal_hold": True},
            "documents": [{"kind": "reminder", "at": "2026-10-05T08:00:00Z"}],
            "promises": [{"made_on": "2026-10-05", "due_on": "2026-10-15", "amount": "40.00", "kept": False}],
            "disputes": [{"bill_number": "B-1", "opened_on": "2026-10-05"}],
            "tasks": [{"kind": "call_back", "due_on": "2026-10-06"}],
        }
    )  # fmt: skip

    assert (plain.documents, plain.promises, plain.disputes, plain.tasks) == ((), (), (), ())
    assert not plain.flags.legal_hold
    assert rich.payment_method is PaymentMethod.DIRECT_DEBIT
    assert rich.promises[0].kept is False
    assert rich.disputes[0].amount is None
