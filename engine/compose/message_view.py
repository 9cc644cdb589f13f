"""What e-mail, SMS and push say: the bill in a few sentences, by tone."""

from __future__ import annotations

from engine.compose.bill_view import credit_day, debit_line, is_credit_ahead, overdue_days
from engine.compose.case import Case
from engine.compose.facts import joined, sentence
from engine.model.bill import ZERO, BillKind
from engine.model.communication import NO_BLOCK, BillView, Fact, MessageView, PaymentView, Text, TextBlock, Tone

_LED = (Tone.HELP, Tone.FIRM, Tone.FORMAL)
MOST_SHORT = 160  # an SMS of GSM characters; the link follows in a second one


def message_view(
    case: Case, bill: BillView, tone: Tone, payment: PaymentView | None, *, has_mail: bool = True
) -> MessageView:
    """Return subject, preheader, greeting, body and the short text.

    `has_mail` false: no preheader, greeting and body.
    """
    texts = case.book.texts
    subject = _subject(case, bill, tone)
    has_lead = case.outreach is not None and tone in _LED
    first = _opening(case, bill, tone) if has_lead or has_mail else NO_BLOCK
    return MessageView(
        subject=subject,
        preheader=_preheader(case, payment) if has_mail else NO_BLOCK,
        greeting=message_greeting(case) if has_mail else NO_BLOCK,
        body=_body(case, first, tone) if has_mail else (),
        lead=TextBlock("message.lead", first.parts) if has_lead else None,
        short=_short(case, bill, subject, texts.get("{supplier}: {subject}.")),
    )


def message_greeting(case: Case) -> TextBlock:
    """Return the greeting of a letter: by first name, for a company without a name."""
    texts, name = case.book.texts, case.customer.name
    if name.company or not name.given:
        return sentence("message.greeting", texts.get("Hello,"))
    first_name = case.book.word("customer.first_name", name.given)
    return sentence("message.greeting", texts.get("Hello {first_name},"), first_name=first_name)


def _subject(case: Case, bill: BillView, tone: Tone) -> TextBlock:
    texts, month, amount, due = case.book.texts, bill.month, bill.amount_due, bill.due_short
    if case.outreach is not None and case.is_payable and tone in (Tone.HELP, Tone.FORMAL):
        return _subject_by_tone(case, bill, tone)
    if case.is_combined:
        return sentence("message.subject", texts.get("Your open bills: {amount}"), amount=amount)
    if case.is_credit:
        return sentence("message.subject", texts.get("Good news: you get {amount} back"), amount=amount)
    if not case.outstanding:
        return sentence("message.subject", texts.get("Your {month} bill: nothing to pay"), month=month)
    if case.is_disputed:
        return sentence("message.subject", texts.get("Your {month} bill: we are looking into it"), month=month)
    if tone is Tone.FORMAL:
        message = texts.get("Please call us about your {month} bill: {amount}")
        return sentence("message.subject", message, month=month, amount=amount)
    if case.is_reminder and case.is_urgent:
        return sentence(
            "message.subject", texts.get("Still open: your {month} bill, {amount}"), month=month, amount=amount
        )
    if due and not case.is_overdue and not case.is_debited:
        message = texts.get("Your {month} bill: {amount} by {date}")
        return sentence("message.subject", message, month=month, amount=amount, date=due)
    return sentence("message.subject", texts.get("Your {month} bill: {amount}"), month=month, amount=amount)


def _subject_by_tone(case: Case, bill: BillView, tone: Tone) -> TextBlock:
    """Return the subject where help comes first, and where a person is to be called."""
    texts, month, amount = case.book.texts, bill.month, bill.amount_due
    if case.is_combined and tone is Tone.HELP:
        return sentence("message.subject", texts.get("Help with your open bills: {amount}"), amount=amount)
    if case.is_combined:
        return sentence("message.subject", texts.get("Please call us about your open bills: {amount}"), amount=amount)
    if tone is Tone.HELP:
        message = texts.get("Help with your {month} bill: {amount}")
    else:
        message = texts.get("Please call us about your {month} bill: {amount}")
    return sentence("message.subject", message, month=month, amount=amount)


def _preheader(case: Case, payment: PaymentView | None) -> TextBlock:
    texts = case.book.texts
    if payment:
        return sentence("message.preheader", texts.get("See what it is made of, and pay in a tap."))
    return sentence("message.preheader", texts.get("See what it is made of."))


def _opening(case: Case, bill: BillView, tone: Tone) -> TextBlock:
    """Return what is said first of what is open."""
    if case.outreach is not None and case.is_payable and tone is Tone.HELP:
        message = case.book.texts.get("{amount} is open. If that is hard to pay now, call us: we find a way together.")
        return sentence("message.body.0", message, amount=bill.amount_due)
    return _together(case, bill, tone) if case.is_combined else _first(case, bill, tone)


def _body(case: Case, first: TextBlock, tone: Tone) -> tuple[TextBlock, ...]:
    texts = case.book.texts
    blocks = [TextBlock("message.body.0", first.parts)]
    if case.bill.kind is not BillKind.REMINDER:
        has_video = "video" in case.campaign.channels
        said = (
            texts.get("A short video and your page explain it.") if has_video else texts.get("Your page explains it.")
        )
        blocks.append(sentence("message.body.2", said))
    if tone in (Tone.EASY, Tone.FIRM, Tone.FORMAL):
        blocks.append(
            sentence("message.body.3", texts.get("If you have paid in the last days, thank you: all is well."))
        )
    return tuple(blocks)


def _together(case: Case, bill: BillView, tone: Tone) -> TextBlock:
    """Return what is said of several open bills in one request."""
    texts, month, amount = case.book.texts, bill.month, bill.amount_due
    key, book = "message.body.0", case.book
    if case.late and tone is Tone.EASY:
        late = book.money("message.late", sum((open_ for _, open_ in case.late), ZERO), case.bill.currency)
        message = texts.get("It may have slipped your mind: {late} of your earlier bills is overdue. In all, {amount}.")
        return sentence(key, message, late=late, amount=amount)
    if case.late and tone in (Tone.FIRM, Tone.FORMAL):
        oldest = case.late[0][0]
        since = (case.today - (oldest.due_on or case.today)).days
        days = book.counted("message.days_overdue", since, texts.get_plural("{n} day", "{n} days", since))
        if tone is Tone.FIRM:
            message = texts.get(
                "{amount} is open in all, part of it for {days}. Please pay now, or call us and we will find a way."
            )
            return sentence(key, message, amount=amount, days=days)
        number = book.word("message.oldest_number", oldest.number)
        phone = Text(case.campaign.supplier.phone)
        message = texts.get(
            "{amount} is open in all. Bill {number} is {days} overdue. Please call {phone}: a person will help."
        )
        return sentence(key, message, amount=amount, number=number, days=days, phone=phone)
    message = texts.get("Your {month} bill is here. With your other open bills, {amount} is due in all.")
    return sentence(key, message, month=month, amount=amount)


def _first(case: Case, bill: BillView, tone: Tone) -> TextBlock:
    texts, month, amount, due = case.book.texts, bill.month, bill.amount_due, bill.due_on
    key = "message.body.0"
    if case.is_credit and not is_credit_ahead(case):
        return sentence(key, texts.get("We owe you {amount}. There is nothing for you to do."), amount=amount)
    if case.is_credit:
        message = texts.get("We owe you {amount}. You get it by {date}. There is nothing for you to do.")
        return sentence(key, message, amount=amount, date=credit_day(case))
    if not case.outstanding:
        return sentence(key, texts.get("Your {month} bill is here. There is nothing to pay."), month=month)
    if case.is_disputed:
        message = texts.get(
            "Your {month} bill of {amount} is in question. You don't have to pay it while we look into it."
        )
        return sentence(key, message, month=month, amount=amount)
    if case.is_overdue and case.is_urgent:
        return _overdue(case, bill, tone, month, amount)
    if due and case.is_debited:
        whole = sentence(key, texts.get("Your {month} bill is {amount}."), month=month, amount=amount)
        return joined(key, whole, debit_line(case, due))
    if due and not case.is_overdue:
        message = texts.get("Your {month} bill is {amount}. Please pay it by {date}.")
        return sentence(key, message, month=month, amount=amount, date=due)
    return sentence(key, texts.get("Your {month} bill is {amount}."), month=month, amount=amount)


def _overdue(case: Case, bill: BillView, tone: Tone, month: Fact, amount: Fact) -> TextBlock:
    texts, days = case.book.texts, overdue_days(case)
    if tone is Tone.EASY:
        message = texts.get("It may have slipped your mind: {amount} of your {month} bill is still open.")
        return sentence("message.body.0", message, month=month, amount=amount)
    if tone is Tone.FIRM:
        message = texts.get(
            "{amount} of your {month} bill is {days} overdue. Please pay now, or call us and we will find a way."
        )
        return sentence("message.body.0", message, month=month, amount=amount, days=days)
    phone = Text(case.campaign.supplier.phone)
    message = texts.get(
        "{amount} of your {month} bill, number {number}, is {days} overdue. Please call {phone}: a person will help."
    )
    return sentence("message.body.0", message, month=month, amount=amount, number=bill.number, days=days, phone=phone)


def _short(case: Case, bill: BillView, subject: TextBlock, message: Text) -> TextBlock:
    """Return the subject after the supplier's name, or alone, or the bill's number where both are too long."""
    supplier = Text(case.campaign.brand.name)
    block = sentence("message.short", message, supplier=supplier, subject=subject)
    if len(block.text) <= MOST_SHORT:
        return block
    if len(subject.text) <= MOST_SHORT:
        return TextBlock("message.short", subject.parts)
    return TextBlock("message.short", (bill.amount_label, Text(": "), bill.amount_due))
