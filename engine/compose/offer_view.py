"""What makes paying possible, in plain words: instalments, more time, a person; or a word of thanks."""

from __future__ import annotations

from engine.compose.case import Case
from engine.compose.facts import sentence
from engine.model.bill import ZERO
from engine.model.communication import Fact, InstalmentRow, OfferView, Text, TextBlock
from engine.model.outreach import Offer, OfferKind

# What needs something to be asked for: they change how it is paid.
_OF_WHAT_IS_ASKED = (OfferKind.INSTALMENTS, OfferKind.SHIFT_DUE_DATE)


def offer_views(
    case: Case, hidden: frozenset[str], *, comes_first: bool
) -> tuple[tuple[OfferView, ...], tuple[str, ...]]:
    """Return what is offered, and warnings on what was left out.

    A person to call is told by the help that is shown anyway, where something is open.
    A plan that does not sum to what is asked for is left out, and so is more time for what nobody asks.
    `comes_first`: help stands before what the bill is made of, and offers with it.
    """
    if case.outreach is None or not case.outreach.offers:
        return (), ()
    found: list[OfferView] = []
    warnings: list[str] = []
    for offer in case.outreach.offers:
        why = _left_out(case, offer, hidden)
        if why:
            warnings.append(f"offer {offer.kind} left out: {why}")
        elif offer.kind is OfferKind.PERSON_TO_CALL and case.outstanding > 0 and "help" not in hidden:
            continue
        elif all(view.kind != offer.kind for view in found):
            found.append(_view(case, offer, comes_first=comes_first))
    return tuple(sorted(found, key=lambda view: not view.comes_first)), tuple(warnings)


def _left_out(case: Case, offer: Offer, hidden: frozenset[str]) -> str:
    if offer.kind in _OF_WHAT_IS_ASKED and not case.is_payable:
        return "nothing is asked for"
    if offer.kind is OfferKind.SHIFT_DUE_DATE and offer.new_due_on is None:
        return "it names no day"
    if offer.kind is not OfferKind.INSTALMENTS:
        return ""
    if "instalments" in hidden:
        return "a rule of the campaign hides instalments"
    planned = sum([part.amount for part in offer.instalments], ZERO)
    return "" if planned == case.outstanding else "its parts don't sum to what is asked for"


def _view(case: Case, offer: Offer, *, comes_first: bool) -> OfferView:
    title, body = _words(case, offer)
    is_plan = offer.kind is OfferKind.INSTALMENTS
    return OfferView(
        kind=offer.kind.value,
        title=title,
        body=body,
        rows=_rows(case, offer) if is_plan else (),
        total=case.book.money("offer.instalments.total", case.outstanding, case.bill.currency) if is_plan else None,
        comes_first=comes_first or offer.kind is OfferKind.THANKS,
    )


def _rows(case: Case, offer: Offer) -> tuple[InstalmentRow, ...]:
    book, currency = case.book, case.bill.currency
    return tuple([
        InstalmentRow(
            number=book.add(f"offer.instalments.{place}.number", place, f"{place}"),
            due_on=book.day(f"offer.instalments.{place}.due_on", part.due_on),
            amount=book.money(f"offer.instalments.{place}.amount", part.amount, currency),
        )
        for place, part in enumerate(offer.instalments, start=1)
    ])  # fmt: skip


def _words(case: Case, offer: Offer) -> tuple[Text, TextBlock]:
    """Return title and body of an offer."""
    texts, phone = case.book.texts, Text(case.campaign.supplier.phone)
    key = f"offer.{offer.kind}"
    match offer.kind:
        case OfferKind.INSTALMENTS:
            return texts.get("Pay in parts"), _plan(case, offer, key)
        case OfferKind.SHIFT_DUE_DATE:
            message = texts.get("We can move the due date to {date}. Call {phone}, and it is done.")
            return texts.get("More time to pay"), sentence(key, message, date=_new_day(case, offer), phone=phone)
        case OfferKind.BUDGET_BILLING:
            return texts.get("The same amount each month"), _monthly(case, offer, key, phone)
        case OfferKind.TARIFF_CHECK:
            message = texts.get("We look for free whether another tariff fits you better. Call {phone}.")
            return texts.get("A look at your tariff"), sentence(key, message, phone=phone)
        case OfferKind.SOCIAL_BONUS:
            message = texts.get("There may be public support for energy costs. Call {phone}: we tell you how to ask.")
            return texts.get("Help with energy costs"), sentence(key, message, phone=phone)
        case OfferKind.PERSON_TO_CALL:
            message = texts.get("Call {phone}. A person looks at your bills with you and says what is possible.")
            return texts.get("A person to talk to"), sentence(key, message, phone=phone)
        case OfferKind.THANKS:
            return texts.get("Thank you"), sentence(key, texts.get("You pay reliably. We value that."))


def _plan(case: Case, offer: Offer, key: str) -> TextBlock:
    book, texts, count = case.book, case.book.texts, len(offer.instalments)
    number = book.add("offer.instalments.count", count, str(count))
    amount = book.money("offer.instalments.total", case.outstanding, case.bill.currency)
    message = texts.get_plural(
        "You can pay {amount} in {n} part. Tell us, and we confirm the plan.",
        "You can pay {amount} in {n} parts. Tell us, and we confirm the plan.",
        count,
    )
    return sentence(key, message, amount=amount, n=number)


def _monthly(case: Case, offer: Offer, key: str, phone: Text) -> TextBlock:
    texts = case.book.texts
    if offer.monthly is None:
        return sentence(
            key, texts.get("With a monthly plan no bill is a surprise. Call {phone} to begin."), phone=phone
        )
    amount = case.book.money("offer.budget_billing.monthly", offer.monthly, case.bill.currency)
    message = texts.get("With a monthly plan you pay {amount} a month. Call {phone} to begin.")
    return sentence(key, message, amount=amount, phone=phone)


def _new_day(case: Case, offer: Offer) -> Fact:
    assert offer.new_due_on is not None
    return case.book.day("offer.shift_due_date.new_due_on", offer.new_due_on)
