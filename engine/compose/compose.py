"""From a customer to a communication: calls the parts in their order, decides nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.compose.bill_view import bill_view
from engine.compose.brakes import reasons_to_be_silent
from engine.compose.case import Case
from engine.compose.change_view import change_view
from engine.compose.customer_view import customer_view
from engine.compose.einvoice import attachments
from engine.compose.facts import sentence
from engine.compose.help_view import help_view
from engine.compose.legal import legal_rows, missing_legal
from engine.compose.message_view import message_view
from engine.compose.offer_view import offer_views
from engine.compose.payment_view import instalments, payment_view, request_of
from engine.compose.rules import Ruling, apply_rules
from engine.compose.script import script_of
from engine.compose.statement_view import statement_view
from engine.compose.supplier_view import supplier_view
from engine.compose.tone import help_comes_first, tone_of
from engine.compose.usage_view import usage_views
from engine.contracts import Texts
from engine.model.bill import Bill, BillKind
from engine.model.campaign import Campaign
from engine.model.communication import (
    NO_BLOCK,
    BillView,
    Communication,
    Decision,
    OfferView,
    PaymentView,
    TextBlock,
    Tone,
)
from engine.model.customer import Customer
from engine.model.outreach import Action, Outreach
from engine.model.quick import quick
from engine.payment.keyring import Keyring

# What `has_mail` false leaves out: the field of a class of views.
OF_MAIL = (
    ("Communication", "greeting"), ("Communication", "intro"), ("Communication", "missing_legal"),
    ("ChangeView", "short"), ("MessageView", "preheader"), ("MessageView", "greeting"), ("MessageView", "body"),
)  # fmt: skip


@quick
@dataclass(frozen=True, slots=True)
class Suppressed:
    """Nothing may or need be said to this customer now, and why."""

    reasons: tuple[str, ...]


def compose(
    customer: Customer,
    campaign: Campaign,
    texts: Texts,
    now: datetime,
    keys: Keyring,
    *,
    has_script: bool = True,
    has_tables: bool = True,
    has_mail: bool = True,
    outreach: Outreach | None = None,
) -> Communication | Suppressed:
    """Return all that is said to `customer`, or why nothing is.

    `outreach` is what credit management decided: whether anything is sent, the tone, what is offered, and the
    statement of what is asked for. No decision lifts a brake of this module. Without one the record alone counts.

    `has_script` false leaves out what only a voice says, for a run that has no use for it: the video's
    script, and amounts in words. `has_tables` false leaves out the tables behind the charts. `has_mail` false
    leaves out what messages, pages and previews alone say, as `OF_MAIL` lists it, where no script needs it.
    `now` is aware; the same input makes the same communication. `texts` are those of one of the
    campaign's locales; where it is not the customer's, a warning says so. Raises `PaymentError` where
    the campaign's payment page can't be linked to, `CampaignError` (C131) for a message with a wrong
    placeholder.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware of its offset from UTC")
    bill = _subject(customer, outreach)
    if bill is None:
        return Suppressed(("no bill: there is nothing to say",))
    if outreach is not None and outreach.action is not Action.SEND:
        return Suppressed(outreach.reasons or (f"{outreach.action}: rule {outreach.rule}",))
    case = Case.of(customer, bill, campaign, texts, now, keys, is_said=has_script, outreach=outreach)
    reasons = reasons_to_be_silent(case)
    if reasons:
        return Suppressed(reasons)
    return _communication(case, has_script=has_script, has_tables=has_tables, has_mail=has_mail or has_script)


def _subject(customer: Customer, outreach: Outreach | None) -> Bill | None:
    """Return the bill that is spoken of: the newest, of the statement's currency where something is asked for in it."""
    newest = customer.subject_bill
    if newest is None or outreach is None or not outreach.statement.asked:
        return newest
    currency = outreach.statement.currency
    if newest.currency == currency:
        return newest
    return max((bill for bill in customer.bills if bill.currency == currency), key=lambda bill: bill.issued_on)


def _communication(case: Case, *, has_script: bool, has_tables: bool, has_mail: bool) -> Communication:
    tone, tone_reason = tone_of(case)
    ruling = apply_rules(case)
    hidden = ruling.hidden
    bill = bill_view(case, has_tables=has_tables)
    is_ruled = "help" in ruling.shown
    first = help_comes_first(tone, case, is_ruled=is_ruled)
    offers, left_out = offer_views(case, hidden, comes_first=first)
    payment, warnings = _payment(case, hidden, offers)
    files, refused = attachments(case)
    greeting = _greeting(case) if has_mail else NO_BLOCK
    change = None if "change" in hidden else change_view(case, has_table=has_tables, has_short=has_mail)
    usage = () if "usage" in hidden else usage_views(case, has_tables=has_tables)
    tips = () if "tips" in hidden or _is_late(case) else ruling.tips
    has_instalments = payment is not None and payment.instalments is not None
    has_answers = "answers" not in hidden
    aid = None
    if "help" not in hidden:
        aid = help_view(case, tone, has_instalments=has_instalments, has_answers=has_answers, is_ruled=is_ruled)
    statement = statement_view(case, has_table=has_tables)
    shows = _shows({"change": change, "usage": usage, "pay": payment, "tips": tips, "help": aid,
                    "notices": ruling.notices, "video": "video" not in hidden and not _is_formal(case),
                    "statement": statement, "offers": offers})  # fmt: skip
    return Communication(
        key=case.customer.key,
        cycle=case.campaign.cycle,
        token=case.keys.token(case.campaign.cycle, case.customer.key),
        locale=case.book.texts.locale,
        language=case.book.texts.locale.replace("_", "-"),
        tone=tone,
        decision=_decision(case, tone, shows, _reasons(case, tone_reason, ruling, payment), ruling.spoke),
        customer=customer_view(case),
        supplier=supplier_view(case.campaign, case.book.texts),
        bill=bill,
        greeting=greeting,
        intro=_intro(case, bill) if has_mail else NO_BLOCK,
        change=change,
        usage=usage,
        payment=payment,
        tips=tips,
        notices=ruling.notices,
        help=aid,
        legal=legal_rows(case.campaign, case.book.texts),
        missing_legal=missing_legal(case) if has_mail else (),
        script=script_of(case, greeting, bill, change=change, usage=usage, payment=payment, tips=tips,
                         notices=ruling.notices, help_block=aid, offers=offers) if has_script else (),
        message=message_view(case, bill, tone, payment, has_mail=has_mail),
        warnings=(*_locale_warning(case), *warnings, *refused, *left_out),
        loyalty_url=_loyalty_url(case),
        attachments=files,
        statement=statement,
        offers=offers,
    )  # fmt: skip


def _is_late(case: Case) -> bool:
    """True if the statement holds something overdue: then no tip distracts from it."""
    return case.statement is not None and case.statement.overdue > 0


def _is_formal(case: Case) -> bool:
    return case.outreach is not None and case.outreach.is_formal


def _decision(
    case: Case, tone: Tone, shows: tuple[str, ...], reasons: tuple[str, ...], spoke: tuple[str, ...]
) -> Decision:
    outreach = case.outreach
    if outreach is None:
        return Decision(tone, case.bill.dunning_stage.value, shows, reasons, spoke)
    return Decision(tone, outreach.stage, shows, (*outreach.reasons, *reasons), spoke, outreach)


def _loyalty_url(case: Case) -> str:
    """Return the loyalty page for those who agreed to offers and are not in trouble."""
    is_welcome = case.customer.consents.offers and not (case.is_overdue or case.is_contested)
    return (case.campaign.supplier.loyalty_url or "") if is_welcome else ""


def _payment(
    case: Case, hidden: frozenset[str], offers: tuple[OfferView, ...]
) -> tuple[PaymentView | None, tuple[str, ...]]:
    request = request_of(case)
    if request is None:
        return None, ()
    if case.outreach is None:
        parts = None if "instalments" in hidden else instalments(case, request)
    else:
        parts = next((offer.body for offer in offers if offer.rows), None)
    return payment_view(case, request, parts)


def _shows(blocks: dict[str, object]) -> tuple[str, ...]:
    return tuple([name for name, block in blocks.items() if block])


def _reasons(case: Case, tone_reason: str, ruling: Ruling, payment: PaymentView | None) -> tuple[str, ...]:
    reasons = [tone_reason]
    if payment is None:
        if case.is_disputed:
            reasons.append("no pay-now: the bill is in dispute")
        elif case.is_debited and case.outstanding > 0:
            reasons.append("no pay-now: the amount is taken by direct debit")
        else:
            reasons.append("no pay-now: nothing is payable")
    elif payment.bills:
        reasons.append(f"one request for {len(payment.bills)} open bills")
    if case.change is None:
        reasons.append("no word on the change: there is no bill to compare with")
    return (*reasons, *ruling.reasons)


def _greeting(case: Case) -> TextBlock:
    texts, name = case.book.texts, case.customer.name
    if name.company or not name.given:
        return sentence("greeting", texts.get("Hello"))
    return sentence(
        "greeting", texts.get("Hello {first_name}"), first_name=case.book.word("customer.first_name", name.given)
    )


def _intro(case: Case, bill: BillView) -> TextBlock:
    texts = case.book.texts
    if case.is_credit:
        return sentence("intro", texts.get("you get back"))
    if case.is_combined:
        return sentence("intro", texts.get("your open bills come to"))
    if case.bill.kind is BillKind.REMINDER or case.is_reminder:
        return sentence("intro", texts.get("still open of your {month} bill:"), month=bill.month)
    return sentence("intro", texts.get("your {month} bill is"), month=bill.month)


def _locale_warning(case: Case) -> tuple[str, ...]:
    wanted, used = case.customer.locale, case.book.texts.locale
    if wanted and wanted.replace("_", "-").split("-")[0].lower() != used.replace("_", "-").split("-")[0].lower():
        return (f"locale {wanted} is not in the set: {used} is used",)
    return ()
