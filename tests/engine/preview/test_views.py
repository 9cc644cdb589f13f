"""What the preview is told of a decision."""

from __future__ import annotations

from datetime import UTC, date, datetime

from engine.compose import compose
from engine.model.artifact import Outcome, OutcomeStatus
from engine.model.communication import Communication
from engine.model.customer import ContactChannel
from engine.model.outreach import Contact, Outreach, Refused, Task, TaskKind
from engine.payment.keyring import Keyring
from engine.preview.views import said_view
from tests.engine.compose.cases import NOW, PlainTexts, make_campaign, make_customer
from tests.engine.compose.outreaches import item, outreach, statement

DONE = Outcome("C1", OutcomeStatus.DONE, locale="en")


def said(decided: Outreach | None) -> Communication:
    keys = Keyring.from_secret(bytes(32))
    found = compose(make_customer(), make_campaign(), PlainTexts(), NOW, keys, outreach=decided)
    assert isinstance(found, Communication)
    return found


def test_a_decision_is_shown_with_what_was_not_taken() -> None:
    at = datetime(2026, 11, 6, 9, 30, tzinfo=UTC)
    decided = outreach(
        statement(item("B1", "100.00")), contact=Contact(ContactChannel.SMS, at, ()), arm="b",
        tasks=(Task("T1", "C1", TaskKind.CALL_BACK, date(2026, 11, 9), "care", "a call was asked for"),),
        facts=(("days", "3"),), refused=(Refused("stage firm-20", "3 days, from 20"),),
    )  # fmt: skip
    view = said_view(DONE, said(decided))["outreach"]
    assert view == {
        "group": "known", "rule": "reminder", "channel": "sms", "at": "2026-11-06 09:30+00:00", "arm": "b",
        "facts": ["days: 3"], "tasks": ["call back, due 2026-11-09, care"],
        "refused": ["stage firm-20: 3 days, from 20"],
    }  # fmt: skip


def test_without_a_policy_there_is_no_decision_to_show() -> None:
    assert said_view(DONE, said(None))["outreach"] is None
