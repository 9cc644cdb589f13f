"""The channel: consent, preference, experience, learning, paper."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.insight.contact import channel, choose_contact
from engine.insight.contact.experience import NOTHING
from engine.insight.contact.lot import lot_of
from engine.model.customer import ContactChannel, Customer
from engine.model.outreach import Contact
from engine.model.policy.contact import Answering, ContactTerms

NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
EMAIL, SMS, PUSH, POST, PHONE = (
    ContactChannel.EMAIL,
    ContactChannel.SMS,
    ContactChannel.PUSH,
    ContactChannel.POST,
    ContactChannel.PHONE,
)
ALL = {"email": True, "sms": True, "push": True, "post": True, "phone": True}
TERMS = ContactTerms(explore_percent=0)


def chosen(customer: Customer, wanted=(EMAIL, SMS, POST), terms: ContactTerms = TERMS, **more) -> Contact:
    return choose_contact(customer, terms, wanted, NOW, **more)


def refused(contact: Contact) -> dict[str, str]:
    return dict(contact.refused)


def test_what_is_kept_of_those_without_experience_is_what_would_be_chosen(make) -> None:
    dice, ways = Random(1), tuple(ContactChannel)
    for number in range(600):
        terms = TERMS if number % 2 else ContactTerms(paper_fallback=False, explore_percent=0)
        terms = terms if number % 5 else ContactTerms(answering=Answering(sms=60))
        more: dict[str, Any] = {"flags": {"paperless": dice.random() < 0.3}}
        more |= {name: None for name in ("email", "phone", "address") if dice.random() < 0.3}
        more["preferred_channel"] = dice.choice((None, None, *ways))
        one = make(f"K-{number}", consents={way.value: dice.random() < 0.7 for way in ways}, **more)
        wanted, lot = tuple(dice.sample(ways, dice.randint(0, 5))), lot_of("", "2026-11-06", one.key)
        asked = one, terms, wanted, NOTHING, lot
        assert channel.choose_channel(*asked) == channel._chosen(*asked)


def test_what_is_kept_of_choices_is_bounded(make, monkeypatch) -> None:
    monkeypatch.setattr(channel, "MOST_MET", 2)
    for wanted in ((EMAIL,), (SMS,), (POST,), (PUSH,)):
        chosen(make(), wanted)
        assert len(channel._MET) <= 2


# ------------------------------------------------------------------ preference and consent


def test_the_stated_preference_comes_before_all_experience(make, event) -> None:
    answered = [one for day in range(20, 60, 10) for one in (event("sent", day), event("seen", day - 1))]
    contact = chosen(make(preferred_channel="sms", interactions=answered))
    assert contact.channel is SMS
    assert "prefers" in contact.reasons[0]
    assert refused(contact)["email"] == "another is preferred"


def test_nothing_is_sent_without_consent_however_much_it_is_preferred(make) -> None:
    contact = chosen(make(preferred_channel="sms", consents={**ALL, "sms": False}))
    assert contact.channel is EMAIL
    assert refused(contact)["sms"] == "no consent"


def test_a_preferred_channel_that_the_stage_does_not_use_is_refused_with_that_reason(make) -> None:
    contact = chosen(make(preferred_channel="phone"))
    assert contact.channel is EMAIL
    assert "stage does not use" in refused(contact)["phone"]


@settings(max_examples=400)
@given(
    consents=st.fixed_dictionaries({name: st.booleans() for name in ALL}),
    wanted=st.lists(st.sampled_from(list(ContactChannel)), unique=True, max_size=5),
    preferred=st.none() | st.sampled_from(list(ContactChannel)),
    explore=st.integers(0, 50),
    key=st.text("abc", min_size=1, max_size=5),
)
def test_no_channel_is_ever_chosen_without_consent(make, consents, wanted, preferred, explore, key) -> None:
    customer = make(key, consents=consents, preferred_channel=preferred)
    contact = chosen(customer, tuple(wanted), ContactTerms(explore_percent=explore))
    assert contact.channel is None or consents[contact.channel.value]
    assert contact.channel is None or contact.channel in {*wanted, POST}
    told = {name for name, _ in contact.refused}
    assert len(told) == len(contact.refused)
    assert contact.channel is None or contact.channel.value not in told
    assert {way.value for way in wanted if way is not contact.channel} <= told


@pytest.mark.parametrize(("wanted", "missing"), [(EMAIL, "email"), (SMS, "phone"), (PHONE, "phone"), (POST, "address")])
def test_a_channel_without_an_address_is_closed(make, wanted: ContactChannel, missing: str) -> None:
    contact = chosen(make(**{missing: None}), wanted=(wanted, PUSH))
    assert contact.channel is PUSH
    assert "the record has no" in refused(contact)[wanted.value]


# ------------------------------------------------------------------ paper


def test_who_wants_no_paper_gets_none_not_even_as_the_last_way(make) -> None:
    contact = chosen(make(consents={"post": True}, flags={"paperless": True}))
    assert contact.channel is None
    assert contact.at is None
    assert refused(contact)["post"] == "the customer wants no paper"


def test_paper_is_what_is_left_where_nothing_else_is_open_even_if_the_stage_does_not_name_it(make) -> None:
    contact = chosen(make(consents={"post": True}), wanted=(EMAIL, SMS))
    assert contact.channel is POST
    assert contact.at is not None
    assert set(refused(contact)) == {"email", "sms"}


def test_preferred_paper_that_the_stage_does_not_use_is_still_what_is_left(make) -> None:
    contact = chosen(make(consents={"post": True}, preferred_channel="post"), wanted=(EMAIL,))
    assert contact.channel is POST
    assert refused(contact) == {"email": "no consent"}


def test_the_policy_may_forbid_paper_as_what_is_left(make) -> None:
    contact = chosen(make(consents={"post": True}), wanted=(EMAIL,), terms=ContactTerms(paper_fallback=False))
    assert contact.channel is None
    assert refused(contact)["post"] == "the policy sends no paper instead"


def test_paper_gives_way_to_any_other_open_channel_unless_the_stage_names_it_first(make) -> None:
    assert chosen(make(), wanted=(EMAIL, POST)).channel is EMAIL
    assert chosen(make(), wanted=(POST, EMAIL)).channel is POST
    assert chosen(make(), wanted=(POST,)).channel is POST


def test_a_stage_without_channels_reaches_nobody(make) -> None:
    contact = chosen(make(), wanted=())
    assert (contact.channel, contact.at) == (None, None)


# ------------------------------------------------------------------ experience


def test_the_channel_that_was_answered_more_is_chosen(make, event) -> None:
    events = [
        event("sent", 20, "email"),
        event("sent", 30, "email"),
        event("sent", 40, "sms"),
        event("clicked", 39, "sms"),
    ]
    contact = chosen(make(interactions=events))
    assert contact.channel is SMS
    assert "1 of 1 messages answered" in contact.reasons[0]
    assert "0 of 2 messages answered" in refused(contact)["email"]


def test_the_stages_order_decides_without_experience(make) -> None:
    assert chosen(make(), wanted=(EMAIL, SMS)).channel is EMAIL
    assert chosen(make(), wanted=(SMS, EMAIL)).channel is SMS


def test_the_policys_expectation_decides_before_there_is_experience(make) -> None:
    terms = ContactTerms(explore_percent=0, answering=Answering(email=20, sms=45))
    assert chosen(make(), wanted=(EMAIL, SMS), terms=terms).channel is SMS


def test_a_single_answer_does_not_outweigh_a_strong_expectation(make, event) -> None:
    events = [event("sent", 40, "sms"), event("seen", 39, "sms")]
    strong = ContactTerms(explore_percent=0, prior_strength=100, answering=Answering(email=60, sms=20))
    assert chosen(make(interactions=events), terms=strong).channel is EMAIL


def test_an_answer_counts_for_the_message_that_it_refers_to(make, event) -> None:
    events = [
        event("sent", 30, "email", reference="m-1"),
        event("sent", 29, "email", reference="m-2"),
        event("seen", 28, "email", reference="m-1"),
        event("clicked", 28, "email", reference="m-1"),
        event("sent", 40, "sms"),
        event("seen", 39, "sms", reference="never sent"),
    ]
    contact = chosen(make(interactions=events), wanted=(EMAIL, SMS))
    assert contact.channel is SMS
    assert "1 of 2 messages answered" in refused(contact)["email"]
    of_another = [*events[:2], *(event("seen", 28, "sms", reference=name) for name in ("m-1", "m-2"))]
    assert "2 of 2 messages answered" in chosen(make(interactions=of_another), wanted=(EMAIL, SMS)).reasons[0]


def test_a_payment_within_the_days_is_an_answer_to_the_last_message(make, event) -> None:
    events = [event("sent", 40, "email"), event("sent", 30, "sms")]
    paid = [{"amount": "10", "paid_on": "2026-10-10"}]  # 27 days ago: three days after the SMS
    assert chosen(make(interactions=events, payments=paid)).channel is SMS
    late = [{"amount": "10", "paid_on": "2026-10-15"}]
    assert chosen(make(interactions=events, payments=late)).channel is EMAIL


def test_a_message_whose_answer_may_still_come_counts_neither_way(make, event) -> None:
    contact = chosen(make(interactions=[event("sent", 2, "email")]), wanted=(EMAIL, SMS))
    assert contact.channel is EMAIL
    assert "no experience yet" in contact.reasons[0]


def test_what_happens_after_now_is_not_known(make, event) -> None:
    past = [event("sent", 40, "email")]
    future = [event("seen", -1, "sms"), event("sent", -1, "sms"), event("opted_out", -2, "email")]
    paid = [{"amount": "10", "paid_on": "2026-12-24"}]
    assert chosen(make(interactions=past)) == chosen(make(interactions=past + future, payments=paid))


def test_the_order_of_the_record_does_not_matter(make, event) -> None:
    events = [
        event("sent", 20, "email"),
        event("sent", 40, "sms"),
        event("seen", 39, "sms"),
        event("bounced", 19, "email"),
    ]
    assert chosen(make(interactions=events)) == chosen(make(interactions=events[::-1]))


# ------------------------------------------------------------------ closed ways


def test_a_channel_that_was_complained_of_stays_closed_for_its_days(make, event) -> None:
    contact = chosen(make(interactions=[event("complained", 30)]))
    assert contact.channel is SMS
    assert refused(contact)["email"] == "complained about it"
    assert chosen(make(interactions=[event("complained", 181)])).channel is EMAIL


def test_an_opt_out_closes_its_channel_for_good(make, event) -> None:
    contact = chosen(make(preferred_channel="email", interactions=[event("opted_out", 3000), event("seen", 10)]))
    assert contact.channel is SMS
    assert refused(contact)["email"] == "opted out of it"


def test_an_opt_out_of_everything_leaves_paper(make, event) -> None:
    contact = chosen(make(interactions=[event("opted_out", 10, None)]), wanted=(EMAIL, SMS, PUSH, PHONE))
    assert contact.channel is POST


@pytest.mark.parametrize("kind", ["bounced", "wrong_person"])
def test_an_address_that_reaches_nobody_is_not_used_until_there_is_a_sign_of_life(make, event, kind: str) -> None:
    contact = chosen(make(interactions=[event("sent", 21), event(kind, 20)]))
    assert contact.channel is SMS
    assert "did not reach" in refused(contact)["email"]
    for sign in ("seen", "delivered"):
        assert chosen(make(interactions=[event(kind, 20), event(sign, 10)])).channel is EMAIL


def test_a_complaint_without_a_channel_closes_none(make, event) -> None:
    assert chosen(make(interactions=[event("complained", 3, None)])).channel is EMAIL


# ------------------------------------------------------------------ learning


def explored(make, share: int, wanted=(EMAIL, SMS, PUSH, POST), count: int = 4000, **more) -> list[Contact]:
    terms = ContactTerms(explore_percent=share)
    return [chosen(make(f"K-{number}", **more), wanted, terms, seed="s") for number in range(count)]


def test_the_share_of_the_policy_tries_another_channel_evenly(make) -> None:
    found = explored(make, 20)
    tried = [contact for contact in found if contact.is_exploring]
    assert abs(len(tried) / len(found) - 0.20) < 0.02  # three standard deviations: 0.019
    assert {contact.channel for contact in tried} == {SMS, PUSH}
    sms = sum(contact.channel is SMS for contact in tried)
    assert abs(sms / len(tried) - 0.5) < 0.06
    assert all("to learn" in contact.reasons[0] for contact in tried)


def test_nobody_is_tried_on_a_channel_without_consent_nor_against_a_preference(make) -> None:
    assert not any(one.channel is SMS for one in explored(make, 50, count=300, consents={**ALL, "sms": False}))
    assert not any(one.is_exploring for one in explored(make, 50, count=300, preferred_channel="email"))


def test_nobody_is_put_onto_paper_to_learn(make, event) -> None:
    answered = [event("sent", 40), event("seen", 39)]
    found = explored(make, 50, wanted=(POST, EMAIL), count=100, interactions=answered)
    assert {contact.channel for contact in found} == {EMAIL}


def test_a_share_of_nothing_tries_nothing(make) -> None:
    assert not any(one.is_exploring for one in explored(make, 0, count=300))


def test_another_seed_tries_others(make) -> None:
    terms = ContactTerms(explore_percent=50)
    keys = [f"K-{number}" for number in range(200)]
    first, second = ([chosen(make(key), terms=terms, seed=seed).is_exploring for key in keys] for seed in "ab")
    assert first != second
