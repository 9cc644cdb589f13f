"""One payment request: amount, link, QR, slip. Made only where something may be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.compose.case import Case, zone
from engine.compose.facts import harmless, sentence
from engine.errors import PaymentError
from engine.model.bill import ZERO, Bill, Payee
from engine.model.communication import Fact, PaymentView, QrCode, RequestRow, SlipView, TextBlock
from engine.model.money import Money, Sum, quantum
from engine.model.quick import quick
from engine.payment.address import split_address
from engine.payment.epc import epc_payload, is_sepa_iban
from engine.payment.link import PaymentRequest, link_expiry, pay_link
from engine.payment.qr import qr_code

_SURE = Decimal(10) ** 15  # a sum below it is one that a record may hold
MOST_REFERENCE = 140  # characters of a transfer's text


@quick
@dataclass(frozen=True, slots=True)
class Request:
    """The bills that one payment settles, the one spoken of first, and what is open of each."""

    bills: tuple[Bill, ...]
    amounts: tuple[Decimal, ...]
    amount: Decimal  # of all


def request_of(case: Case) -> Request | None:
    """Return the request for what is asked for; None where the hard brake holds."""
    if not case.asked:
        return None
    bills, amounts = zip(*case.asked, strict=True)
    return Request(bills, amounts, case.outstanding)


def payment_view(case: Case, request: Request, parts: TextBlock | None = None) -> tuple[PaymentView, tuple[str, ...]]:
    """Return the payment request as it is shown, and warnings. Raises `PaymentError` for the campaign's faults.

    `parts` is what is said of paying in instalments.
    """
    texts, book, options = case.book.texts, case.book, case.campaign.payment
    asked, currency, time_zone = request.amount, case.bill.currency, zone(case.campaign.time_zone)
    amount = book.money("payment.amount", asked, currency)
    anchor = max([bill.due_on or bill.issued_on for bill in request.bills])
    expires = link_expiry(anchor, options, time_zone, case.now)
    money = Sum(asked, currency) if ZERO < asked < _SURE else Money(amount=asked, currency=currency)
    url = pay_link(PaymentRequest(case.request_reference, money, expires), options, case.keys)
    host = book.word("payment.host", split_address(options.base_url)[0])
    until = book.day("payment.valid_until", _day_of(expires, time_zone))
    payee = payee_of(case)
    reference = _reference(case, request, payee)
    slip = _slip(case, payee, reference, amount)
    qr, warnings = _qr(payee, reference, money, url)
    is_epc = qr.kind == "epc"
    return PaymentView(
        amount=amount,
        url=url,
        host=host,
        valid_until=until,
        valid_line=sentence("payment.valid_line", texts.get("{host}, valid until {date}"), host=host, date=until),
        button=texts.get("Pay now"),
        label=sentence("payment.label", texts.get("Pay {amount} now"), amount=amount),
        qr=qr,
        qr_note=texts.get("Scan with your bank app. Payee, amount and reference fill themselves in.")
        if is_epc
        else texts.get("Scan with your phone. It opens the payment page with the amount filled in."),
        slip=slip,
        bills=_rows(case, request),
        instalments=parts,
    ), warnings


@lru_cache(maxsize=2048)  # links of a cycle end on few days
def _day_of(moment: datetime, time_zone: ZoneInfo) -> date:
    return moment.astimezone(time_zone).date()


def payee_of(case: Case) -> Payee:
    """Return who is paid: the bill's payee, else the campaign's, else the supplier without an account."""
    return case.campaign.payee_of(case.bill)


def _reference(case: Case, request: Request, payee: Payee) -> str:
    """Return what the payer writes: the bill's own reference, or the numbers of all bills."""
    if not case.is_combined:
        return payee.reference or case.bill.number
    numbers = " ".join(bill.number for bill in request.bills)
    if len(numbers) <= MOST_REFERENCE:
        return numbers
    return case.request_reference


def _slip(case: Case, payee: Payee, reference: str, amount: Fact) -> SlipView:
    book, account = case.book, None
    if payee.account:
        account = book.add("payment.slip.account", *_account(payee.account, payee.is_iban))
    reference = harmless(reference)
    is_structured = reference.startswith("RF") and reference.isalnum()
    return SlipView(
        payee=book.word("payment.slip.payee", payee.name),
        account=account,
        bic=book.word("payment.slip.bic", payee.bic) if payee.bic else None,
        reference=book.add("payment.slip.reference", reference, _in_fours(reference) if is_structured else reference),
        amount=amount,
        due_on=_slip_due(case),
        is_iban=payee.is_iban,
    )


@lru_cache(maxsize=256)  # a cycle has few payees
def _account(account: str, is_iban: bool) -> tuple[str, str]:
    """Return an account and how it is shown."""
    plain = harmless(account)
    return (plain.replace(" ", ""), _in_fours(plain)) if is_iban else (plain, plain)


def _slip_due(case: Case) -> Fact | None:
    """Return the bill's due date; of several bills the next one ahead."""
    if case.is_combined:
        return case.book.day("payment.next_due", case.next_due) if case.next_due else None
    return case.book.day("bill.due_on", case.bill.due_on) if case.bill.due_on else None


def _in_fours(text: str) -> str:
    plain = text.replace(" ", "")
    return " ".join([plain[place : place + 4] for place in range(0, len(plain), 4)])


def _qr(payee: Payee, reference: str, money: Money | Sum, url: str) -> tuple[QrCode, tuple[str, ...]]:
    """Return the bank's code for euros to an IBAN, else the link as a code; a warning where the first failed."""
    if money.currency != "EUR" or not payee.account or not payee.is_iban:
        return qr_code(url.encode("ascii"), "link"), ()
    if not is_sepa_iban(payee.account):
        return qr_code(url.encode("ascii"), "link"), (
            "the payee's account is no SEPA IBAN: the code leads to the page",
        )
    try:
        payload = epc_payload(payee.name, payee.account, money, reference=reference, bic=payee.bic or "")
        return qr_code(payload, "epc"), ()
    except PaymentError as error:
        return qr_code(url.encode("ascii"), "link"), (
            f"no bank code ({error.problem.code}): the code leads to the page",
        )


def _rows(case: Case, request: Request) -> tuple[RequestRow, ...]:
    if not case.is_combined:
        return ()
    book = case.book
    return tuple(
        RequestRow(
            number=book.word(f"payment.bills.{place}.number", bill.number),
            due_on=book.day(f"payment.bills.{place}.due_on", bill.due_on) if bill.due_on else None,
            amount=book.money(f"payment.bills.{place}.amount", amount, bill.currency),
            is_overdue=bill.due_on is not None and bill.due_on < case.today and case.is_urgent,
        )
        for place, (bill, amount) in enumerate(zip(request.bills, request.amounts, strict=True))
    )


def instalments(case: Case, request: Request) -> TextBlock | None:
    """Return the offer of instalments: equal ones, the last taking what is left over. None where none is made."""
    options, texts = case.campaign.payment, case.book.texts
    count = options.instalments
    if count < 2 or request.amount < options.instalments_from or case.keeps_plan:
        return None
    currency = case.bill.currency
    step = quantum(currency)
    each = (request.amount / count // step) * step
    last = request.amount - each * (count - 1)
    first = case.book.money("payment.instalment", each, currency)
    number = case.book.add("payment.instalment_count", count, str(count))
    if last == each:
        message = texts.get_plural(
            "{n} instalment of {amount} is possible.", "{n} instalments of {amount} are possible.", count
        )
        return sentence("payment.instalments", message, n=number, amount=first)
    message = texts.get_plural(
        "{n} instalment of {amount} is possible, the last of {last}.",
        "{n} instalments are possible: {amount} each, the last {last}.",
        count,
    )
    rest = case.book.money("payment.instalment_last", last, currency)
    return sentence("payment.instalments", message, n=number, amount=first, last=rest)
