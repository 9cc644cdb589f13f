"""Which channel and when: what consent, preference, experience and caps make of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import InsightError
from engine.insight.contact import choose_contact
from engine.model.customer import ContactChannel, Customer
from engine.model.outreach import Contact
from engine.model.policy.contact import ContactTerms

NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)  # a Friday
EMAIL, SMS, PUSH, POST, PHONE = (
    ContactChannel.EMAIL,
    ContactChannel.SMS,
    ContactChannel.PUSH,
    ContactChannel.POST,
    ContactChannel.PHONE,
)
ALL = {"email": True, "sms": True, "push": True, "post": True, "phone": True}
TERMS = ContactTerms(explore_percent=0)


def make(key: str = "K-1", *, consents=ALL, interactions=(), **more) -> Customer:
    known = {
        "key": key,
        "name": {"given": "Ada", "family": "Rossi"},
        "email": "ada@mail.example",
        "phone": "+39 059 555 0101",
        "address": {"lines": ["Via Uno 1"], "postal_code": "41121", "city": "Modena", "country": "IT"},
        "consents": consents,
        "interactions": interactions,
    }
    return Customer.model_validate({**known, **more})


def event(kind: str, days_ago: float, channel: str | None = "email", **more) -> dict:
    return {"kind": kind, "at": NOW - timedelta(days=days_ago), "channel": channel, **more}


def chosen(customer: Customer, wanted=(EMAIL, SMS, POST), terms: ContactTerms = TERMS, **more) -> Contact:
    return choose_contact(customer, terms, wanted, NOW, **more)


def refused(contact: Contact) -> dict[str, str]:
    return dict(contact.refused)


def test_the_stated_preference_comes_before_all_experience() -> None:
    answered = [one for day in range(20, 60, 10) for one in (event("sent", day), event("seen", day - 1))]
    contact = chosen(make(preferred_channel="sms", interactions=answered))
    assert contact.channel is SMS
    assert "prefers" in contact.reasons[0]
    assert refused(contact)["email"] == "another is preferred"


def test_nothing_is_sent_without_consent_however_much_it_is_preferred() -> None:
    contact = chosen(make(preferred_channel="sms", consents={**ALL, "sms": False}))
    assert contact.channel is EMAIL
    assert refused(contact)["sms"] == "no consent"


def test_a_preferred_channel_that_the_stage_does_not_use_is_refused_with_that_reason() -> None:
    contact = chosen(make(preferred_channel="phone"))
    assert contact.channel is EMAIL
    assert "stage does not use" in refused(contact)["phone"]


@pytest.mark.parametrize(("wanted", "missing"), [(EMAIL, "email"), (SMS, "phone"), (PHONE, "phone"), (POST, "address")])
def test_a_channel_without_an_address_is_closed(wanted: ContactChannel, missing: str) -> None:
    contact = chosen(make(**{missing: None}), wanted=(wanted, PUSH))
    assert contact.channel is PUSH
    assert "the record has no" in refused(contact)[wanted.value]


def test_who_wants_no_paper_gets_none_not_even_as_the_last_way() -> None:
    contact = chosen(make(consents={"post": True}, flags={"paperless": True}))
    assert contact.channel is None
    assert contact.at is None
    assert refused(contact)["post"] == "the customer wants no paper"


def test_paper_is_the_way_left_where_nothing_else_is_open_even_if_the_stage_does_not_name_it() -> None:
    contact = chosen(make(consents={"post": True}), wanted=(EMAIL, SMS))
    assert contact.channel is POST
    assert contact.at is not None
    assert set(refused(contact)) == {"email", "sms"}


def test_the_policy_may_forbid_paper_as_the_way_left() -> None:
    contact = chosen(make(consents={"post": True}), wanted=(EMAIL,), terms=ContactTerms(paper_fallback=False))
    assert contact.channel is None


def test_paper_gives_way_to_any_other_open_channel_unless_the_stage_names_it_first() -> None:
    assert chosen(make(), wanted=(EMAIL, POST)).channel is EMAIL
    assert chosen(make(), wanted=(POST, EMAIL)).channel is POST
    assert chosen(make(), wanted=(POST,)).channel is POST


def test_a_stage_without_channels_reaches_nobody() -> None:
    contact = chosen(make(), wanted=())
    assert (contact.channel, contact.at) == (None, None)


def test_the_campaigns_time_zone_must_be_one() -> None:
    with pytest.raises(InsightError, match="D160"):
        chosen(make(), time_zone="Europe/Rom")
