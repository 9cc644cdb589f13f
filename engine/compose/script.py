"""What the video says: a phrase or two a scene, captions and speech from one text."""

from __future__ import annotations

from engine.compose.bill_view import debit_line
from engine.compose.case import Case
from engine.compose.change_view import cause_sentence
from engine.compose.facts import joined, sentence
from engine.compose.spoken import about, first_sentence, largest_parts_said
from engine.compose.spoken_names import sayable
from engine.model.bill import BillKind
from engine.model.communication import (
    BillView,
    ChangeView,
    Fact,
    HelpView,
    Notice,
    OfferView,
    PaymentView,
    Phrase,
    PhraseScope,
    Text,
    TextBlock,
    Tip,
    UsageView,
)

_STOP = Text(".")
LONGEST_TIP = 64  # characters that are said of a tip, about four seconds


def script_of(
    case: Case,
    greeting: TextBlock,
    bill: BillView,
    *,
    change: ChangeView | None,
    usage: tuple[UsageView, ...],
    payment: PaymentView | None,
    tips: tuple[Tip, ...],
    notices: tuple[Notice, ...],
    help_block: HelpView | None,
    offers: tuple[OfferView, ...] = (),
) -> tuple[Phrase, ...]:
    """Return the phrases in the scenes' order: hello, amount, notice, help, made_of, why, used, tip, pay, close.

    The first offer is told in place of the help, or of the tip where help does not come first.
    """
    texts = case.book.texts
    offer = phrase("offer", _titled("script.offer", offers[0].title, offers[0].body)) if offers else None
    is_help_first = help_block is not None and help_block.comes_first
    phrases = [_hello(case, greeting, bill), phrase("amount", _amount(case, bill))]
    if notices:
        phrases.append(phrase("notice", first_sentence(notices[0].body)))
    if offer and offers[0].comes_first:
        phrases.append(offer)
    elif help_block and is_help_first:
        phrases.append(phrase("help", _titled("script.help", help_block.title, help_block.body)))
    if bill.groups and bill.stack:
        phrases.append(phrase("made_of", largest_parts_said("script.made_of", case, bill.groups)))
    if change:
        phrases.append(phrase("why", _why(case)))
    if usage and usage[0].chart:
        phrases.append(phrase("used", _full_stop("script.used", usage[0].headline)))
    if offer and not offers[0].comes_first:
        phrases.append(offer)
    elif tips and not is_help_first and not offer:
        phrases.append(phrase("tip", _tip(tips[0])))
    if payment:
        how = texts.get("To pay, tap the button or scan the code.")
        phrases.append(phrase("pay", sentence("script.pay", how)))
    phrases.append(phrase("close", sentence("script.close", texts.get("Thank you. We are here to help."))))
    return tuple(phrases)


def _hello(case: Case, greeting: TextBlock, bill: BillView) -> Phrase:
    texts = case.book.texts
    if case.bill.kind is BillKind.CREDIT_NOTE:
        about_what = sentence("script.hello", texts.get("This is about your credit note."))
    else:
        about_what = sentence("script.hello", texts.get("This is your {month} bill."), month=bill.month)
    return phrase("hello", joined("script.hello", _full_stop("script.greeting", _called(case, greeting)), about_what))


def _called(case: Case, greeting: TextBlock) -> TextBlock:
    """Return the greeting with the name as the voice of the locale can say it."""
    language = case.book.formats.data.language
    parts = [Fact(part.id, part.value, part.text, sayable(part.text, language)) if isinstance(part, Fact) else part
             for part in greeting.parts]  # fmt: skip
    return TextBlock(greeting.id, tuple(parts))


def _amount(case: Case, bill: BillView) -> TextBlock:
    texts, amount, due = case.book.texts, bill.amount_due, bill.due_short
    if case.is_combined:
        return sentence("script.amount", texts.get("Your open bills come to {amount}."), amount=amount)
    if case.is_credit:
        return sentence("script.amount", texts.get("Good news: you get {amount} back."), amount=amount)
    if not case.outstanding:
        return sentence("script.amount", texts.get("There is nothing to pay."))
    if case.is_disputed:
        message = texts.get("{amount} is in question. You don't have to pay it for now.")
        return sentence("script.amount", message, amount=amount)
    if due and case.is_debited:
        whole = sentence("script.amount", texts.get("It is {amount}."), amount=amount)
        return joined("script.amount", whole, debit_line(case, due))
    if due and not case.is_overdue:
        return sentence("script.amount", texts.get("It is {amount}, due by {date}."), amount=amount, date=due)
    if due and case.is_urgent:
        message = texts.get("{amount} is still open. It was due on {date}.")
        return sentence("script.amount", message, amount=amount, date=due)
    return sentence("script.amount", texts.get("It is {amount}."), amount=amount)


def _why(case: Case) -> TextBlock:
    """Return the largest cause with its amount, after the question which it answers."""
    book, change = case.book, case.change
    assert change is not None
    question = sentence("script.why.question", book.texts.get("What changed?"))
    cause = change.parts[0]
    amount = about(book, "script.why.amount", abs(cause.amount), change.currency)
    return joined("script.why", question, cause_sentence(book, "script.why.cause", cause, amount))


def _tip(tip: Tip) -> TextBlock:
    """Return a tip's title, and what it begins with where that is short: the picture shows the whole."""
    whole = _titled("script.tip", tip.title, tip.body)
    if len(whole.text) <= LONGEST_TIP:
        return whole
    return _full_stop("script.tip", TextBlock("script.tip", (tip.title,)))


def _titled(block_id: str, title: Text, body: TextBlock) -> TextBlock:
    return joined(block_id, _full_stop(block_id, TextBlock(block_id, (title,))), first_sentence(body))


def _full_stop(block_id: str, block: TextBlock) -> TextBlock:
    """Return `block` as a sentence that a voice ends."""
    last = block.parts[-1] if block.parts else Text("")
    is_ended = (last.text if isinstance(last, Fact) else last).endswith((".", "!", "?"))
    return TextBlock(block_id, block.parts if is_ended else (*block.parts, _STOP))


def phrase(scene: str, block: TextBlock) -> Phrase:
    """Return `block` as a phrase; one without facts is the same for everyone of the locale."""
    text = spoken = ""
    scope = PhraseScope.SHARED
    for part in block.parts:
        if isinstance(part, Fact):
            text += part.text
            spoken += part.spoken or part.text
            scope = PhraseScope.PERSONAL
        else:
            text += part
            spoken += part
    return Phrase(scene, text, spoken, scope)
