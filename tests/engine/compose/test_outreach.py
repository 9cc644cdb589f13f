"""What credit management decides is what is said: the amount, the tone, the offers, and never more."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compose import Suppressed, compose
from engine.model.communication import Communication, contested_facts
from engine.model.customer import Customer
from engine.model.outreach import Action, Offer, OfferKind, Outreach
from engine.model.tone import Tone
from engine.payment.keyring import Keyring
from engine.payment.link import AnswerKind, verify_answer_link, verify_pay_link
from engine.templating.template_set import TemplateSet
from tests.engine.compose.cases import NOW, ROOT, PlainTexts, make_campaign, make_customer
from tests.engine.compose.outreaches import item, outreach, parts_of, statement

KEYS = Keyring.from_secret(bytes(32))
PERSON = Offer(OfferKind.PERSON_TO_CALL, "someone should listen")


def open_bill(number: str, amount: str, due_on: str, **more: Any) -> dict[str, Any]:
    lines = [{"category": "energy", "label": "Energy", "amount": amount}]
    return {"number": number, "issued_on": due_on, "due_on": due_on, "total": amount, "amount_payable": amount,
            "lines": lines, **more}  # fmt: skip


def customer(*bills: dict[str, Any], **changes: Any) -> Customer:
    """C1, who has the bill B1 of 100.00 due on 24 November, and other bills."""
    one = make_customer(**changes).model_dump(mode="json", exclude_none=True)
    return Customer.model_validate(one | {"bills": [*one["bills"], *bills]})


LATE = open_bill("B0", "50.00", "2026-10-22")
OLDER = open_bill("A9", "80.00", "2026-08-20")


def said(who: Customer, decided: Outreach) -> Communication:
    found = compose(who, make_campaign(), PlainTexts(), NOW, KEYS, outreach=decided)
    assert isinstance(found, Communication)
    assert contested_facts(found) == ()
    return found


def test_one_amount_is_asked_for_with_interest_and_fees() -> None:
    decided = outreach(statement(item("B0", "50.00", "2026-10-22", interest="0.41", fee="10.00"), item("B1", "100.00")))
    found = said(customer(LATE), decided)
    payment, view = found.payment, found.statement
    assert payment is not None
    assert view is not None
    assert view.total is not None
    due = Decimal("160.41")
    assert decided.statement.asked == due
    assert {payment.amount.value, found.bill.amount_due.value, view.total.value, payment.slip.amount.value} == {due}
    verified = verify_pay_link(payment.url, make_campaign().payment, KEYS, NOW)
    assert verified.amount.amount == due
    assert [(row.number.text, row.amount.value) for row in view.rows] == [
        ("B0", Decimal("60.41")), ("B1", Decimal("100.00"))]  # fmt: skip
    assert (view.has_interest, view.has_fee) == (True, True)


def test_a_bill_alone_names_its_interest_and_fee_below_its_charges() -> None:
    who = customer(bill={"issued_on": "2026-10-01", "due_on": "2026-10-22"})
    found = said(who, outreach(statement(item("B1", "100.00", "2026-10-22", interest="0.41", fee="10.00"))))
    assert [row.amount.text for row in found.bill.totals] == ["100.00", "0.41", "10.00", "110.41"]
    assert found.bill.amount_due.text == "€110.41"
    assert found.statement is None


def test_what_is_disputed_stands_apart_and_is_not_asked_for() -> None:
    found = said(customer(LATE), outreach(statement(
        item("B0", "20.00", "2026-10-22", disputed="30.00"), item("B1", "100.00"))))  # fmt: skip
    assert found.statement is not None
    assert found.payment is not None
    assert found.payment.amount.text == "€120.00"
    assert [block.text for block in found.statement.aside] == [
        "Bill B0: €30.00 is in question. You don't have to pay it for now."
    ]
    assert not found.bill.is_overdue
    assert not any(row.is_overdue for row in found.statement.rows)
    assert found.statement.ageing is None


def test_a_disputed_newest_bill_leaves_the_others_to_be_asked_for() -> None:
    who = customer(LATE, bill={"is_disputed": True})
    found = said(who, outreach(statement(item("B0", "50.00", "2026-10-22"), item("B1", "0.00", disputed="100.00"))))
    assert found.bill.amount_due.text == "€50.00"
    assert [row.amount.text for row in found.bill.totals] == ["100.00", "−100.00", "50.00", "50.00"]


def test_where_all_is_disputed_nothing_is_asked_for() -> None:
    who = customer(bill={"is_disputed": True})
    found = said(who, outreach(statement(item("B1", "0.00", disputed="100.00"))))
    assert found.payment is None
    assert found.bill.is_disputed
    assert found.bill.amount_due.text == "€100.00"
    assert found.offers == ()


def test_a_disputed_bill_is_never_reminded_of_whatever_is_decided() -> None:
    who = customer(bill={"is_disputed": True, "issued_on": "2026-10-01", "due_on": "2026-10-22"})
    decided = outreach(statement(item("B1", "0.00", "2026-10-22", disputed="100.00")))
    found = compose(who, make_campaign(), PlainTexts(), NOW, KEYS, outreach=decided)
    assert found == Suppressed(("the bill is in dispute: no reminder",))


@pytest.mark.parametrize("action", [Action.WAIT, Action.SILENT, Action.CALL])
def test_nothing_is_said_unless_it_is_decided(action: Action) -> None:
    decided = outreach(statement(item("B1", "100.00")), action=action, reasons=("the control group",))
    found = compose(customer(), make_campaign(), PlainTexts(), NOW, KEYS, outreach=decided)
    assert found == Suppressed(("the control group",))


def test_a_decision_never_lifts_a_brake() -> None:
    asked = statement(item("B1", "100.00"))
    dead = customer(flags={"deceased": True})
    assert isinstance(compose(dead, make_campaign(), PlainTexts(), NOW, KEYS, outreach=outreach(asked)), Suppressed)
    cared_for = customer(flags={"vulnerable": True})
    assert said(cared_for, outreach(asked, tone=Tone.FIRM)).tone is Tone.HELP


def test_nothing_presses_where_the_decision_says_so() -> None:
    who = customer(bill={"issued_on": "2026-10-01", "due_on": "2026-10-22"})
    asked = statement(item("B1", "100.00", "2026-10-22"))
    assert said(who, outreach(asked)).bill.is_overdue
    calm = said(who, outreach(asked, is_urgent=False, tone=Tone.FORMAL))
    assert not calm.bill.is_overdue
    assert calm.tone is Tone.HELP


@pytest.mark.parametrize("tone", [Tone.EASY, Tone.FIRM, Tone.FORMAL, Tone.HELP])
def test_the_policy_sets_the_tone_and_the_stage(tone: Tone) -> None:
    found = said(customer(LATE), outreach(statement(item("B0", "50.00", "2026-10-22")), tone=tone, stage="second"))
    assert (found.tone, found.decision.stage) == (tone, "second")
    assert found.decision.reasons[0] == "stage reminder: 3 days after the due date"


@pytest.mark.parametrize(("stage", "urgent", "tone"), [
    ("second", False, Tone.HELP), ("final", False, Tone.HELP), ("final", True, Tone.FIRM), ("second", True, Tone.FIRM),
])  # fmt: skip
def test_a_dunning_stage_of_the_bill_presses_no_more_than_the_decision(stage: str, urgent: bool, tone: Tone) -> None:
    who = customer(bill={"dunning_stage": stage})
    found = said(who, outreach(statement(item("B1", "100.00")), tone=None, is_urgent=urgent))
    assert found.tone is tone


def test_a_dunning_stage_presses_nobody_who_disputes_another_bill() -> None:
    who = customer(LATE, bill={"dunning_stage": "final"})
    contested = item("B0", "0.00", "2026-10-22", disputed="50.00")
    found = said(who, outreach(statement(contested, item("B1", "100.00")), tone=None))
    assert found.tone is Tone.HELP


def test_a_plan_shows_its_parts_and_their_sum() -> None:
    decided = outreach(statement(item("B1", "100.00")), tone=Tone.HELP, offers=(parts_of("33.33", "33.33", "33.34"),))
    found = said(customer(), decided)
    (offer,) = found.offers
    assert offer.total is not None
    assert sum(row.amount.value for row in offer.rows) == offer.total.value == Decimal("100.00")  # type: ignore[misc]
    assert offer.comes_first
    assert found.payment is not None
    assert found.payment.instalments is not None
    assert found.payment.instalments.text == "You can pay €100.00 in 3 parts. Tell us, and we confirm the plan."


def test_a_plan_that_does_not_make_the_sum_is_left_out() -> None:
    decided = outreach(statement(item("B1", "100.00")), offers=(parts_of("33.00", "33.00", "33.00"),))
    found = said(customer(), decided)
    assert found.offers == ()
    assert found.payment is not None
    assert found.payment.instalments is None
    assert "offer instalments left out: its parts don't sum to what is asked for" in found.warnings


def test_a_person_to_call_is_told_once() -> None:
    found = said(customer(), outreach(statement(item("B1", "100.00")), tone=Tone.HELP, offers=(PERSON,)))
    assert found.help is not None
    assert found.help.title == "A person to talk to"
    assert found.offers == ()


def test_each_answer_is_a_signed_link_that_tells_nothing() -> None:
    who = customer(LATE)
    found = said(who, outreach(statement(item("B0", "50.00", "2026-10-22"), item("B1", "100.00")),
                               offers=(parts_of("75.00", "75.00"),)))  # fmt: skip
    assert found.help is not None
    assert found.payment is not None
    options = make_campaign().payment
    answers = [verify_answer_link(answer.url, options, KEYS, NOW) for answer in found.help.answers]
    assert [answer.kind for answer in answers] == [
        AnswerKind.PAID, AnswerKind.INSTALMENTS, AnswerKind.CALL, AnswerKind.DISPUTE, AnswerKind.NOT_ME]  # fmt: skip
    pay = parse_qs(urlsplit(found.payment.url).query)
    assert {answer.reference for answer in answers} == set(pay["r"])
    for answer in found.help.answers:
        assert not any(word in answer.url for word in ("C1", "B0", "B1", "Maria", "Bianchi", "150"))


def test_tips_don_t_distract_from_what_is_overdue() -> None:
    rule = {"id": "tip", "show": "tip", "reason": "always", "say": {"title": "Well done", "body": "Keep it up."}}
    campaign = make_campaign(rules=[rule])

    def tips(decided: Outreach) -> int:
        found = compose(customer(LATE), campaign, PlainTexts(), NOW, KEYS, outreach=decided)
        assert isinstance(found, Communication)
        return len(found.tips)

    assert tips(outreach(statement(item("B1", "100.00")))) == 1
    assert tips(outreach(statement(item("B0", "50.00", "2026-10-22"), item("B1", "100.00")))) == 0


def test_a_reminder_is_about_the_bill_that_the_statement_names() -> None:
    reminder = open_bill("R1", "50.00", "2026-11-05", kind="reminder", original_number="B0", lines=[])
    reminder["issued_on"] = "2026-11-05"
    who = customer(LATE, reminder)
    found = said(who, outreach(statement(item("B0", "50.00", "2026-10-22", fee="5.00"))))
    assert found.bill.number.text == "R1"
    assert found.bill.amount_due.text == "€55.00"
    assert found.payment is not None
    assert found.payment.bills == ()


def test_how_old_a_debt_is_shows_where_there_are_several_ages() -> None:
    decided = outreach(statement(item("A9", "80.00", "2026-08-20"), item("B0", "50.00", "2026-10-22"),
                                 item("B1", "100.00")))  # fmt: skip
    found = said(customer(LATE, OLDER), decided).statement
    assert found is not None
    assert found.ageing is not None
    chart = found.ageing
    assert [row.label for row in chart.rows] == ["not due yet", "up to 30 days", "61 to 90 days"]
    widths = [mark.width for mark in chart.marks]
    assert widths[0] == max(widths)
    assert widths[1] / widths[0] == pytest.approx(0.5, abs=0.001)
    assert chart.summary.text == "€130.00 is past its due date."


AMOUNTS = st.integers(0, 5000).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_table_of_the_bill_leads_to_what_is_asked_for(data: st.DataObject) -> None:
    bills, items = [], []
    for place in range(data.draw(st.integers(1, 4))):
        asked, disputed, held, settled, interest, fee = (data.draw(AMOUNTS) for _ in range(6))
        total = asked + disputed + held + settled
        due = f"2026-{8 + place:02d}-20"
        bills.append(open_bill(f"X{place}", str(total), due, issued_on=due))
        if not asked:
            interest = fee = Decimal(0)
        items.append(item(f"X{place}", str(asked), due, disputed=str(disputed), held=str(held),
                          settled=str(settled), interest=str(interest), fee=str(fee)))  # fmt: skip
    who = Customer.model_validate({"key": "C1", "name": {"given": "Maria"}, "bills": bills})
    decided = outreach(statement(*items))
    found = compose(who, make_campaign(), PlainTexts(), NOW, KEYS, outreach=decided)
    if isinstance(found, Suppressed):
        return
    asked = decided.statement.asked
    assert (found.payment.amount.value if found.payment else 0) == asked
    rows = [row.amount.value for row in found.bill.totals if not row.is_part]
    if len(rows) > 1:
        assert sum(rows[:-1]) == rows[-1]  # type: ignore[arg-type]
    assert rows[-1] == found.bill.amount_due.value
    if asked:
        assert found.bill.amount_due.value == asked
    if found.statement is not None and found.statement.rows:
        assert sum(row.amount.value for row in found.statement.rows) == asked  # type: ignore[misc]


@pytest.mark.parametrize("locale", ["en", "it", "fr", "ro", "lt", "ru"])
def test_every_offer_is_told_in_every_locale(locale: str) -> None:
    templates = TemplateSet(ROOT / "templates" / "bill-explainer")
    for kind in OfferKind:
        offer = parts_of("50.00", "50.00") if kind is OfferKind.INSTALMENTS else Offer(kind, "why")
        for count in (1, 2, 5, 21):
            parts = parts_of(*["100.00"]) if count == 1 else offer
            decided = outreach(statement(item("B1", "100.00")), offers=(parts,))
            found = compose(customer(), templates.campaign, templates.texts(locale), NOW, KEYS, outreach=decided)
            assert isinstance(found, Communication)
            assert "{" not in " ".join(view.body.text for view in found.offers)
