"""What the advisor sends, `compose` composes: the two nets hold the same customers back."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compose import compose
from engine.compose.compose import Suppressed
from engine.contracts import Texts
from engine.model.outreach import Action
from engine.model.tone import Tone
from engine.payment.keyring import Keyring
from engine.templating.template_set import TemplateSet
from tests.engine.insight.policy.people import HOSTILE, NOW, STARTER, advisor, bill, person, starter_campaign

KEYS = Keyring.from_secret(bytes(range(32)))


@cache
def texts() -> Texts:
    return TemplateSet(STARTER).texts("en")


FLAGS = st.fixed_dictionaries(
    {
        "vulnerable": st.booleans(),
        "disputed": st.booleans(),
        "deceased": st.booleans(),
        "legal_hold": st.booleans(),
        "payment_plan": st.sampled_from(["none", "kept", "broken"]),
    }
)
BILLS = st.fixed_dictionaries(
    {
        "late": st.integers(-20, 200),
        "amount": st.sampled_from(["120.00", "0.00", "-30.00"]),
        "is_disputed": st.booleans(),
        "dunning_stage": st.sampled_from(["none", "first", "final"]),
        "kind": st.sampled_from(["invoice", "invoice", "reminder"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(flags=FLAGS, bills=st.lists(BILLS, min_size=1, max_size=2), paid=st.booleans())
def test_whom_the_advisor_sends_something_compose_does_not_hold_back(
    flags: dict[str, Any], bills: list[dict[str, Any]], paid: bool
) -> None:
    made = [bill(f"B{n}", age=one["late"] + 24, **one) for n, one in enumerate(bills)]
    payments = [{"amount": "120.00", "paid_on": "2026-10-01", "bill_number": "B0"}] if paid else []
    customer = person(*made, flags=flags, payments=payments)
    outreach = advisor(HOSTILE).advise(customer, NOW)
    said = compose(customer, starter_campaign(), texts(), NOW, KEYS, has_script=False, outreach=outreach)
    if outreach.action is not Action.SEND:
        assert isinstance(said, Suppressed)
        return
    assert not isinstance(said, Suppressed), said
    if flags["vulnerable"] or flags["disputed"]:
        assert said.tone not in (Tone.FIRM, Tone.FORMAL)
        assert not said.bill.is_overdue, "nothing may press"
    if said.payment is not None:
        assert said.payment.amount.value == outreach.statement.asked


def test_a_part_in_dispute_that_is_all_of_a_reminder_holds_it_back_in_both() -> None:
    asked = bill("B0", late=40, age=64, amount="120.00", kind="reminder")
    other = bill("B1", late=-10, age=90, amount="50.00")
    dispute = {"bill_number": "B0", "opened_on": "2026-10-20", "amount": "120.00"}
    customer = person(asked, other, disputes=[dispute])
    outreach = advisor(HOSTILE).advise(customer, NOW)
    said = compose(customer, starter_campaign(), texts(), NOW, KEYS, has_script=False, outreach=outreach)
    assert (outreach.action is Action.SEND) == (not isinstance(said, Suppressed)), outreach.rule
    assert "in-dispute" in dict(outreach.facts).get("brakes", "")
