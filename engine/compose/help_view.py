"""Trouble paying? Whom to call, what is on offer, and ways to answer."""

from __future__ import annotations

from engine.compose.case import Case, zone
from engine.compose.facts import sentence
from engine.compose.payment_view import request_id, request_of
from engine.compose.tone import help_comes_first
from engine.model.communication import AnswerLink, HelpView, Text, Tone
from engine.model.outreach import OfferKind
from engine.payment.link import AnswerKind, answer_link, link_expiry


def help_view(case: Case, tone: Tone, *, has_instalments: bool, has_answers: bool, is_ruled: bool) -> HelpView | None:
    """Return the help block; None where the supplier owes the customer or nothing is open."""
    if case.outstanding <= 0:
        return None
    texts, supplier = case.book.texts, case.campaign.supplier
    phone = Text(supplier.phone)
    if case.is_disputed:
        title = texts.get("We are looking into it")
        message = texts.get("You don't have to pay this bill for now. Questions? Call {phone}. A person will answer.")
    elif _names_a_person(case, tone):
        title = texts.get("A person to talk to")
        message = texts.get("Call {phone}. A person looks at your bills with you and says what is possible.")
    elif case.keeps_plan:
        title = texts.get("Your payment plan goes on")
        message = texts.get("Thank you for keeping to it. If something changes, call {phone}. A person will answer.")
    else:
        title = texts.get("Trouble paying?")
        message = texts.get("Call {phone}. A person will answer, and we will find a way together.")
    return HelpView(
        title=title,
        body=sentence("help.body", message, phone=phone),
        url=supplier.help_url,
        answers=_answers(case, has_instalments=has_instalments) if has_answers else (),
        comes_first=help_comes_first(tone, case, is_ruled=is_ruled),
    )


def _names_a_person(case: Case, tone: Tone) -> bool:
    """True if credit management offers a person to call, as it does at the last stage in any case."""
    outreach = case.outreach
    return outreach is not None and (
        tone is Tone.FORMAL or any(offer.kind is OfferKind.PERSON_TO_CALL for offer in outreach.offers)
    )


def _ways(case: Case, *, has_instalments: bool) -> list[tuple[AnswerKind, Text, bool]]:
    """Return the ways to answer a message that credit management sends, and whether each fits."""
    texts = case.book.texts
    return [
        (AnswerKind.PAID, texts.get("I have paid"), case.is_payable),
        (AnswerKind.INSTALMENTS, texts.get("Pay in parts"), has_instalments and case.is_payable),
        (AnswerKind.CALL, texts.get("Please call me"), True),
        (AnswerKind.DISPUTE, texts.get("This bill is wrong"), not case.is_contested),
        (AnswerKind.NOT_ME, texts.get("I am not this customer"), True),
    ]


def _answers(case: Case, *, has_instalments: bool) -> tuple[AnswerLink, ...]:
    texts, base = case.book.texts, case.campaign.supplier.answer_url
    if base is None:
        return ()
    offered = (
        _ways(case, has_instalments=has_instalments)
        if case.outreach
        else [
            (AnswerKind.PAID, texts.get("I have paid"), case.is_payable),
            (AnswerKind.WRONG, texts.get("Something is wrong"), True),
            (AnswerKind.CALL, texts.get("Please call me"), True),
            (AnswerKind.INSTALMENTS, texts.get("Instalments"), has_instalments and case.is_payable),
        ]
    )
    options = case.campaign.payment
    anchor = case.bill.due_on or case.bill.issued_on
    expires = link_expiry(anchor, options, zone(case.campaign.time_zone), case.now)
    reference = _reference(case)
    return tuple([
        AnswerLink(kind.value, label, answer_link(kind, reference, expires, base, options, case.keys))
        for kind, label, is_offered in offered
        if is_offered
    ])  # fmt: skip


def _reference(case: Case) -> str:
    """Return what the answer is about: the bill spoken of, or the one request for all that the statement asks for."""
    request = request_of(case) if case.statement is not None else None
    return case.reference if request is None else request_id(case, request)
