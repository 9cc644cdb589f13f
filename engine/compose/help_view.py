"""Trouble paying? Whom to call, what is on offer, and ways to answer."""

from __future__ import annotations

from engine.compose.case import Case, zone
from engine.compose.facts import sentence
from engine.compose.tone import help_comes_first
from engine.model.communication import AnswerLink, HelpView, Text, Tone
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


def _answers(case: Case, *, has_instalments: bool) -> tuple[AnswerLink, ...]:
    texts, base = case.book.texts, case.campaign.supplier.answer_url
    if base is None:
        return ()
    offered = [
        (AnswerKind.PAID, texts.get("I have paid"), case.is_payable),
        (AnswerKind.WRONG, texts.get("Something is wrong"), True),
        (AnswerKind.CALL, texts.get("Please call me"), True),
        (AnswerKind.INSTALMENTS, texts.get("Instalments"), has_instalments and case.is_payable),
    ]
    options = case.campaign.payment
    anchor = case.bill.due_on or case.bill.issued_on
    expires = link_expiry(anchor, options, zone(case.campaign.time_zone), case.now)
    return tuple([
        AnswerLink(kind.value, label, answer_link(kind, case.reference, expires, base, options, case.keys))
        for kind, label, is_offered in offered
        if is_offered
    ])  # fmt: skip
