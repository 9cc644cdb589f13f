from __future__ import annotations

from engine.insight.features.history import Course, history_of
from tests.engine.insight.features.records import TODAY, bill, customer, day, payment

_TODAY = TODAY.toordinal()


def _courses(**fields: object) -> dict[str, Course]:
    return {course.bill.number: course for course in history_of(customer(**fields), _TODAY).courses}


def test_a_bill_is_settled_on_the_day_when_the_last_cent_came() -> None:
    paid = [payment("A", -40, "60.00"), payment("A", -30, "40.00")]
    course = _courses(bills=[bill("A", -60)], payments=paid)["A"]
    assert course.settled == day(-30).toordinal()
    assert course.parts == 2
    assert course.days_late(_TODAY) == 9


def test_an_unpaid_bill_is_late_until_today() -> None:
    assert _courses(bills=[bill("A", -60)])["A"].days_late(_TODAY) == 39


def test_a_returned_payment_opens_the_bill_again() -> None:
    back = [payment("A", -40), payment("A", -38, "-100.00")]
    assert _courses(bills=[bill("A", -60)], payments=back)["A"].settled is None
    again = [*back, payment("A", -10)]
    assert _courses(bills=[bill("A", -60)], payments=again)["A"].settled == day(-10).toordinal()


def test_money_returned_on_account_opens_what_was_settled_last() -> None:
    found = _courses(
        bills=[bill("A", -90), bill("B", -60)],
        payments=[payment(None, -70), payment(None, -50), payment(None, -45, "-100.00")],
    )
    assert found["A"].settled == day(-70).toordinal()
    assert found["B"].settled is None


def test_money_on_account_settles_the_oldest_bill_that_was_issued_by_then() -> None:
    found = _courses(bills=[bill("A", -90), bill("B", -30)], payments=[payment(None, -50, "150.00")])
    assert found["A"].settled == day(-50).toordinal()
    assert found["B"].settled is None
    assert found["B"].left == 100, "a bill issued after a payment takes it into account itself"


def test_a_credit_note_settles_its_bill() -> None:
    note = bill("K", -30, total="100.00", kind="credit_note", original_number="A", due_on=None,
                lines=[{"category": "energy", "label": "x", "amount": "100.00"}])  # fmt: skip
    course = _courses(bills=[bill("A", -60), note])["A"]
    assert course.settled == day(-30).toordinal()
    assert course.parts == 0, "nobody paid in parts"


def test_a_balance_forward_moves_what_was_open_into_the_newer_bill() -> None:
    newer = bill("B", -20, total="100.00", balance_forward="100.00", amount_payable="200.00")
    found = _courses(bills=[bill("A", -60), newer])
    assert found["A"].is_carried
    assert found["A"].left == 0
    assert found["B"].left == 200
    assert found["A"].days_late(_TODAY) == 19, "it was late until the newer bill asked for it"


def test_a_balance_forward_leaves_alone_what_was_issued_later() -> None:
    newer = bill("B", -20, total="100.00", balance_forward="100.00", amount_payable="200.00")
    found = _courses(bills=[newer, bill("C", -10, -5)])
    assert found["C"].left == 100
    assert not found["C"].is_carried


def test_a_reminder_is_no_second_debt() -> None:
    reminder = bill("R", -10, kind="reminder", original_number="A")
    assert set(_courses(bills=[bill("A", -60), reminder])) == {"A"}
    assert set(_courses(bills=[reminder])) == {"R"}, "its bill is not in the record"


def test_a_bill_that_asks_for_nothing_is_no_debt() -> None:
    assert _courses(bills=[bill("A", -60, total="-5.00"), bill("B", -60, total="0.00")]) == {}
