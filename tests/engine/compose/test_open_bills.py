"""Several open bills are one request: one amount, said alike by every channel."""

from decimal import Decimal
from typing import Any

from engine.compose import compose
from engine.model.communication import Communication, Tone
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, PlainTexts, make_campaign, make_customer

KEYS = Keyring.from_secret(bytes(32))
LATE = {
    "number": "B0", "issued_on": "2026-09-03", "due_on": "2026-09-24", "total": "50.00", "amount_payable": "50.00",
    "lines": [{"category": "energy", "label": "Energy", "amount": "50.00"}],
}  # fmt: skip


def said(bill: dict[str, Any] | None = None, **late: Any) -> Communication:
    one = make_customer(bill).model_dump(mode="json", exclude_none=True)
    one["bills"].append(LATE | late)
    found = compose(type(make_customer()).model_validate(one), make_campaign(), PlainTexts(), NOW, KEYS)
    assert isinstance(found, Communication)
    return found


def test_the_figure_of_every_channel_is_what_is_asked_for() -> None:
    found = said()
    assert found.payment is not None
    assert found.bill.amount_due.value == found.payment.amount.value == Decimal("150.00")
    assert [row.amount.value for row in found.payment.bills] == [Decimal("100.00"), Decimal("50.00")]
    assert found.bill.totals[-1].amount.value == Decimal("150.00")
    assert found.bill.due_line is not None
    assert found.bill.due_line.text == "for 2 open bills, part of it overdue"
    assert found.message.subject.text == "Your open bills: €150.00"
    assert "€150.00" in " ".join(phrase.text for phrase in found.script)


def test_an_older_overdue_bill_sets_the_tone() -> None:
    assert said().tone is Tone.EASY
    assert said(due_on="2026-12-01").tone is Tone.FRIENDLY


def test_a_disputed_or_paid_bill_does_not_join() -> None:
    assert said(is_disputed=True).bill.amount_due.value == Decimal("100.00")
    nothing = [{"category": "energy", "label": "Energy", "amount": "0.00"}]
    assert said(total="0.00", amount_payable="0.00", lines=nothing).bill.amount_due.value == Decimal("100.00")


def test_what_the_balance_forward_carries_is_not_asked_twice() -> None:
    found = said({"balance_forward": "50.00", "amount_payable": "150.00"})
    assert found.bill.amount_due.value == Decimal("150.00")
    assert found.payment is not None
    assert found.payment.bills == ()
