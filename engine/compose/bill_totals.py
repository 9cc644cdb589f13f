"""Below the charges: net, VAT, rounding, total, and what leads from the total to the amount due."""

from __future__ import annotations

from decimal import Decimal

from engine.compose.case import Case, planned_part
from engine.compose.facts import sentence
from engine.model.bill import ZERO, BillKind
from engine.model.communication import Text, TextBlock, TotalRow

_CREDIT_NOTE = BillKind.CREDIT_NOTE


def total_rows(case: Case, amount_label: Text) -> tuple[TotalRow, ...]:
    """Return the rows below the charges; what is to be paid in the end is called `amount_label`."""
    texts, book, bill = case.book.texts, case.book, case.bill
    rows: list[TotalRow] = []
    currency, taxes, amount_of = bill.currency, bill.taxes, book.amount
    if taxes and bill.lines:
        net = amount_of("bill.totals.net", bill.net, currency)
        rows.append(TotalRow(texts.get("Total without VAT"), net, is_part=True))
    for place, tax in enumerate(taxes):
        amount = amount_of(f"bill.totals.taxes.{place}", tax.amount, currency)
        rows.append(TotalRow(_tax_label(case, place), amount, is_part=True))
    if bill.rounding:
        rounding = amount_of("bill.totals.rounding", bill.rounding, currency)
        rows.append(TotalRow(texts.get("Rounding"), rounding, is_part=True))
    total = texts.get("Total, VAT included") if taxes else texts.get("Total")
    after = _after_total(case, amount_label)
    rows.append(TotalRow(total, amount_of("bill.total", bill.total, currency), is_total=not after))
    return (*rows, *after)


def _after_total(case: Case, amount_label: Text) -> tuple[TotalRow, ...]:
    """Return what leads from the total to the amount due, where something does."""
    if _is_total_due(case):
        return ()
    texts, book, bill = case.book.texts, case.book, case.bill
    steps = [(texts.get("Already paid"), "prepaid", -bill.prepaid)]
    steps += _by_record(case) if case.statement is None else _by_statement(case)
    rows = [
        TotalRow(label, book.amount(f"bill.totals.{name}", value, bill.currency))
        for label, name, value in steps
        if value
    ]
    if not rows:
        return ()
    due = book.amount("bill.totals.due", case.amount, bill.currency)
    return (*rows, TotalRow(amount_label, due, is_total=True))


def _is_total_due(case: Case) -> bool:
    """True if the statement asks for the bill's total, as mostly: then no step leads from one to the other."""
    item, bill = case.item, case.bill
    return (
        item is not None
        and not (bill.prepaid or item.settled or item.disputed or item.held or item.interest or item.fee)
        and not bill.original_number
        and bill.kind is not _CREDIT_NOTE
        and case.own == bill.total
        and case.outstanding == case.own
    )


def _by_record(case: Case) -> list[tuple[Text, str, Decimal]]:
    texts, bill = case.book.texts, case.bill
    sign = _sign(case)
    return [
        (texts.get("From earlier bills"), "balance_forward", bill.balance_forward),
        (texts.get("Payments received"), "paid", -sign * case.customer.paid(bill)),
        (texts.get("Other open bills"), "others", sign * (case.outstanding - case.own)),
        (texts.get("In your payment plan"), "plan", -planned_part(case.customer, bill)),
    ]


def _by_statement(case: Case) -> list[tuple[Text, str, Decimal]]:
    """Return the steps as the statement allotted payments and credits; they sum to what is shown as due.

    What the bill carries over and the statement counts with the bills that it came from is one step with it.
    """
    texts, bill, item = case.book.texts, case.bill, case.item
    own, payable = _sign(case) * case.own, bill.total - bill.prepaid
    steps: list[tuple[Text, str, Decimal]] = []
    if item is None:
        is_used_up = bill.owed < 0
        steps.append((texts.get("From earlier bills"), "balance_forward", bill.balance_forward))
        label = texts.get("Taken off your open bills") if is_used_up else texts.get("Payments received")
        steps.append((label, "paid", own - payable - bill.balance_forward))
    else:
        is_told_only = not item.asked and own > 0
        parts = [
            (texts.get("Payments received"), "paid", -item.settled),
            (texts.get("In question"), "disputed", ZERO if is_told_only else -item.disputed),
            (_held_label(case), "plan", ZERO if is_told_only else -item.held),
            (texts.get("Interest for late payment"), "interest", item.interest),
            (texts.get("Reminder fee"), "fee", item.fee),
        ]
        if bill.original_number:  # a reminder already counts what was paid before it
            parts[0] = (parts[0][0], "paid", own - payable - sum([value for *_, value in parts[1:]], ZERO))
        brought = own - payable - sum([value for *_, value in parts], ZERO)
        steps += [(texts.get("From earlier bills"), "balance_forward", brought), *parts]
    return [*steps, (texts.get("Other open bills"), "others", case.outstanding - case.own)]


def _held_label(case: Case) -> Text:
    texts = case.book.texts
    return texts.get("In your payment plan") if case.keeps_plan else texts.get("Not asked for now")


def _sign(case: Case) -> int:
    """Return -1 for a credit note, which is written as on its paper: positive figures that the supplier owes."""
    return -1 if case.bill.kind is _CREDIT_NOTE else 1


def _tax_label(case: Case, place: int) -> Text | TextBlock:
    texts, book, tax = case.book.texts, case.book, case.bill.taxes[place]
    if tax.rate_percent is None:
        return sentence(f"bill.taxes.{place}", Text("{label}"), label=book.word(f"bill.taxes.{place}.label", tax.label))
    text = book.formats.percent(tax.rate_percent, 2)
    rate = book.add(f"bill.taxes.{place}.rate", tax.rate_percent, text)
    if tax.label == "VAT" or tax.rate_percent == ZERO:
        return sentence(f"bill.taxes.{place}", texts.get("VAT {rate}"), rate=rate)
    label = book.word(f"bill.taxes.{place}.label", tax.label)
    if "".join(rate.text.split()) in "".join(label.text.split()):
        return sentence(f"bill.taxes.{place}", Text("{label}"), label=label)
    return sentence(f"bill.taxes.{place}", Text("{label} {rate}"), label=label, rate=rate)
