"""Trouble paying? Whom to call, what is on offer, and ways to answer."""

from __future__ import annotations

from itertools import compress
from typing import TypeAlias

from engine.compose.case import Case, zone
from engine.compose.facts import sentence
from engine.compose.kept import kept
from engine.compose.tone import help_comes_first
from engine.contracts import Texts
from engine.model.campaign import Campaign
from engine.model.communication import AnswerLink, HelpView, Text, TextBlock, Tone
from engine.model.outreach import OfferKind
from engine.payment.link import ANSWER_NAMES, AnswerKind, answer_links, link_expiry

_Way: TypeAlias = tuple[AnswerKind, Text]


def help_view(case: Case, tone: Tone, *, has_instalments: bool, has_answers: bool, is_ruled: bool) -> HelpView | None:
    """Return the help block; None where the supplier owes the customer or nothing is open."""
    if case.outstanding <= 0:
        return None
    title, body = _words(case, tone)
    return HelpView(
        title=title,
        body=body,
        url=case.campaign.supplier.help_url,
        answers=_answers(case, has_instalments=has_instalments) if has_answers else (),
        comes_first=help_comes_first(tone, case, is_ruled=is_ruled),
    )


def _words(case: Case, tone: Tone) -> tuple[Text, TextBlock]:
    campaign, texts = case.campaign, case.book.texts
    if case.is_disputed:
        return _in_question(campaign, texts)
    if _names_a_person(case, tone):
        return _person(campaign, texts)
    return _plan(campaign, texts) if case.keeps_plan else _trouble(campaign, texts)


@kept
def _in_question(campaign: Campaign, texts: Texts) -> tuple[Text, TextBlock]:
    title = texts.get("We are looking into it")
    message = texts.get("You don't have to pay this bill for now. Questions? Call {phone}. A person will answer.")
    return title, _body(campaign, message)


@kept
def _person(campaign: Campaign, texts: Texts) -> tuple[Text, TextBlock]:
    title = texts.get("A person to talk to")
    message = texts.get("Call {phone}. A person looks at your bills with you and says what is possible.")
    return title, _body(campaign, message)


@kept
def _plan(campaign: Campaign, texts: Texts) -> tuple[Text, TextBlock]:
    title = texts.get("Your payment plan goes on")
    message = texts.get("Thank you for keeping to it. If something changes, call {phone}. A person will answer.")
    return title, _body(campaign, message)


@kept
def _trouble(campaign: Campaign, texts: Texts) -> tuple[Text, TextBlock]:
    title = texts.get("Trouble paying?")
    message = texts.get("Call {phone}. A person will answer, and we will find a way together.")
    return title, _body(campaign, message)


def _body(campaign: Campaign, message: Text) -> TextBlock:
    return sentence("help.body", message, phone=Text(campaign.supplier.phone))


def _names_a_person(case: Case, tone: Tone) -> bool:
    """True if credit management offers a person to call, as it does at the last stage in any case."""
    outreach = case.outreach
    if outreach is None:
        return False
    return tone is Tone.FORMAL or (
        bool(outreach.offers) and any(offer.kind is OfferKind.PERSON_TO_CALL for offer in outreach.offers)
    )


@kept
def _decided_ways(campaign: Campaign, texts: Texts) -> tuple[_Way, ...]:
    """Return the ways to answer a message that credit management sends."""
    del campaign
    return (
        (AnswerKind.PAID, texts.get("I have paid")),
        (AnswerKind.INSTALMENTS, texts.get("Pay in parts")),
        (AnswerKind.CALL, texts.get("Please call me")),
        (AnswerKind.DISPUTE, texts.get("This bill is wrong")),
        (AnswerKind.NOT_ME, texts.get("I am not this customer")),
    )


@kept
def _ways(campaign: Campaign, texts: Texts) -> tuple[_Way, ...]:
    """Return the ways to answer any other."""
    del campaign
    return (
        (AnswerKind.PAID, texts.get("I have paid")),
        (AnswerKind.WRONG, texts.get("Something is wrong")),
        (AnswerKind.CALL, texts.get("Please call me")),
        (AnswerKind.INSTALMENTS, texts.get("Instalments")),
    )


def _answers(case: Case, *, has_instalments: bool) -> tuple[AnswerLink, ...]:
    campaign, texts, base = case.campaign, case.book.texts, case.campaign.supplier.answer_url
    if base is None:
        return ()
    is_payable = case.is_payable
    fits: tuple[bool, ...]
    if case.outreach:
        ways = _decided_ways(campaign, texts)
        fits = (is_payable, has_instalments and is_payable, True, not case.is_contested, True)
    else:
        ways, fits = _ways(campaign, texts), (is_payable, True, True, has_instalments and is_payable)
    offered = list(compress(ways, fits))
    anchor = case.bill.due_on or case.bill.issued_on
    expires = link_expiry(anchor, campaign.payment, zone(campaign.time_zone), case.now)
    # What the answer is about: the bill spoken of, or the one request for all that the statement asks for.
    reference = case.request_reference if case.statement is not None and case.asked else case.reference
    links = answer_links([kind for kind, _ in offered], reference, expires, base, campaign.payment, case.keys)
    return tuple(
        [AnswerLink(ANSWER_NAMES[kind], label, link) for (kind, label), link in zip(offered, links, strict=True)]
    )
