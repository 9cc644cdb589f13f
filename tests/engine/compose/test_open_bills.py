"""Several open bills are one request: one amount, said alike by every channel."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.compose import compose
from engine.model.communication import Communication, Tone
from engine.model.customer import Customer
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
    found = compose(Customer.model_validate(one), make_campaign(), PlainTexts(), NOW, KEYS)
    assert isinstance(found, Communication)
    return found


def test_the_figure_of_every_channel_is_what_is_asked_for() -> None:
    found = said()
    assert found.payment is not None
    assert found.bill.amount_due.value == found.payment.amount.value == Decimal("150.00")
    assert [row.amount.value for row in found.payment.bills] == [Decimal("100.00"), Decimal("50.00")]
    assert found.bill.totals[-1].amount.value == Decimal("150.00")
    assert found.bill.due_line is not None
    assert found.bill.due_line.text == "for 2 open bills, part of it overdue, the rest by 24 November 2026"
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


def test_a_bill_that_is_paid_still_asks_for_the_older_ones() -> None:
    paid = with_payment("100.00")
    assert paid.payment is not None
    assert paid.bill.amount_due.value == paid.payment.amount.value == Decimal("50.00")
    assert [row.number.value for row in paid.payment.bills] == ["B0"]


def test_a_credit_is_netted_with_what_is_open_and_no_payout_is_promised() -> None:
    found = with_payment("120.00")
    assert found.tone is Tone.EASY
    assert found.bill.amount_due.value == Decimal("30.00")
    assert not found.bill.is_credit


def test_a_credit_that_outweighs_what_is_open_is_good_news_of_the_rest() -> None:
    found = with_payment("180.00")
    assert found.tone is Tone.GOOD_NEWS
    assert found.payment is None
    assert found.bill.amount_due.value == Decimal("30.00")


def test_a_last_reminder_of_several_bills_names_number_days_and_phone() -> None:
    found = said({"dunning_stage": "final", "due_on": "2026-10-24"})
    assert found.message.body[0].text == (
        "€150.00 is open in all. Bill B0 is 43 days overdue. Please call 800 000 111: a person will help."
    )


def test_a_kept_plan_is_not_asked_for_what_it_covers() -> None:
    customer = make_customer({"balance_forward": "50.00", "amount_payable": "150.00"}, flags={"payment_plan": "kept"})
    found = compose(customer, make_campaign(), PlainTexts(), NOW, KEYS)
    assert isinstance(found, Communication)
    assert found.payment is not None
    assert found.payment.amount.value == found.bill.amount_due.value == Decimal("100.00")


cents = st.integers(0, 50_000).map(lambda minor: Decimal(minor).scaleb(-2))


@given(prepaid=cents, forward=cents, paid=cents, kind=st.sampled_from(["invoice", "credit_note"]), late=cents)
def test_the_rows_below_the_charges_add_up_to_the_figure_that_is_shown(
    prepaid: Decimal, forward: Decimal, paid: Decimal, kind: str, late: Decimal
) -> None:
    payable = Decimal("100.00") - prepaid + forward
    bill = {"kind": kind, "prepaid": str(prepaid), "balance_forward": str(forward), "amount_payable": str(payable)}
    record = make_customer(bill).model_dump(mode="json", exclude_none=True)
    other = LATE | {"total": str(late), "amount_payable": str(late)}
    other["lines"] = [{"category": "energy", "label": "Energy", "amount": str(late)}]
    record["bills"].append(other)
    record["payments"] = [{"amount": str(paid), "paid_on": "2026-11-05", "bill_number": "B1"}]
    found = compose(Customer.model_validate(record), make_campaign(), PlainTexts(), NOW, KEYS)
    assert isinstance(found, Communication)
    shown = [Decimal(str(row.amount.value)) for row in found.bill.totals if not row.is_part]
    if len(shown) > 1:
        assert abs(sum(shown[:-1])) == shown[-1]
    assert shown[-1] in (abs(shown[-1]), found.bill.total.value)
    assert found.bill.amount_due.value == shown[-1] or len(shown) == 1


def with_payment(amount: str) -> Communication:
    record = make_customer().model_dump(mode="json", exclude_none=True)
    record["bills"].append(LATE)
    record["payments"] = [{"amount": amount, "paid_on": "2026-11-05", "bill_number": "B1"}]
    found = compose(Customer.model_validate(record), make_campaign(), PlainTexts(), NOW, KEYS)
    assert isinstance(found, Communication)
    return found
