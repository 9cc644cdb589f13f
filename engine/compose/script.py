"""What the video says: a phrase or two a scene, captions and speech from one text."""

from __future__ import annotations

from collections.abc import Iterator

from engine.compose.case import Case
from engine.compose.charge_rows import largest_parts
from engine.compose.facts import sentence
from engine.model.bill import BillKind
from engine.model.communication import (
    BillView,
    ChangeView,
    Fact,
    HelpView,
    Notice,
    PaymentView,
    Phrase,
    PhraseScope,
    Text,
    TextBlock,
    Tip,
    UsageView,
)


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
) -> tuple[Phrase, ...]:
    """Return the phrases in the scenes' order: hello, amount, notice, help, made_of, why, used, tip, pay, close."""
    texts = case.book.texts
    is_help_first = help_block is not None and help_block.comes_first
    phrases = [*_hello(case, greeting, bill), *_amount(case, bill)]
    if notices:
        phrases.append(phrase("notice", notices[0].body))
    if help_block and is_help_first:
        phrases.append(phrase("help", help_block.body))
    if bill.groups and bill.stack:
        phrases.append(phrase("made_of", largest_parts("script.made_of", case, bill.groups)))
    if change:
        phrases.append(phrase("why", _full_stop("script.why", change.headline)))
        phrases += [phrase("why", said) for said in change.sentences[:1]]
    if usage and usage[0].chart:
        phrases.append(phrase("used", _full_stop("script.used", usage[0].headline)))
    if tips and not is_help_first:
        phrases.append(phrase("tip", tips[0].body))
    if payment:
        how = texts.get("To pay, tap the button, or scan the code with your phone.")
        phrases.append(phrase("pay", sentence("script.pay", how)))
    phrases.append(phrase("close", sentence("script.close", texts.get("Thank you. We are here if you need us."))))
    return tuple(phrases)


def _hello(case: Case, greeting: TextBlock, bill: BillView) -> Iterator[Phrase]:
    texts = case.book.texts
    yield phrase("hello", _full_stop("script.greeting", greeting))
    if case.bill.kind is BillKind.CREDIT_NOTE:
        yield phrase("hello", sentence("script.hello", texts.get("This is about your credit note.")))
    else:
        yield phrase("hello", sentence("script.hello", texts.get("This is your {month} bill."), month=bill.month))


def _amount(case: Case, bill: BillView) -> Iterator[Phrase]:
    texts, amount = case.book.texts, bill.amount_due
    due = bill.due_on
    if case.is_credit:
        message = texts.get("Good news: you get {amount} back.")
    elif not case.outstanding:
        message = texts.get("There is nothing to pay.")
    elif case.is_disputed:
        message = texts.get("{amount} is in question. You don't have to pay it for now.")
    elif due and not case.is_overdue:
        yield phrase(
            "amount", sentence("script.amount", texts.get("It is {amount}, due by {date}."), amount=amount, date=due)
        )
        return
    elif due and case.is_urgent:
        message = texts.get("{amount} is still open. It was due on {date}.")
        yield phrase("amount", sentence("script.amount", message, amount=amount, date=due))
        return
    else:
        message = texts.get("It is {amount}.")
    yield phrase("amount", sentence("script.amount", message, amount=amount))


def _full_stop(block_id: str, block: TextBlock) -> TextBlock:
    """Return `block` as a sentence that a voice ends."""
    is_ended = block.text.endswith((".", "!", "?"))
    return TextBlock(block_id, block.parts if is_ended else (*block.parts, Text(".")))


def phrase(scene: str, block: TextBlock) -> Phrase:
    """Return `block` as a phrase; one without facts is the same for everyone of the locale."""
    is_personal = any(isinstance(part, Fact) for part in block.parts)
    scope = PhraseScope.PERSONAL if is_personal else PhraseScope.SHARED
    return Phrase(scene, block.text, block.spoken, scope)
