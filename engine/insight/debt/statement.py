"""The statement: all open bills of a customer as one debt.

Pure: the same record, terms and day give the same statement, in any order of the record's rows. It takes the
record as it stands: a bill or payment dated after the day counts, since it is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from engine.insight.debt.allotment import Allotment, Log, Part, Till
from engine.insight.debt.calendar import bucket_of
from engine.insight.debt.charges import Priced, bears_charges, with_charges
from engine.insight.debt.claim import Claim, by_due, claims_of
from engine.insight.debt.costs import Bearing
from engine.insight.debt.crossing import without_crossings
from engine.insight.debt.hold import NO_LAW, Holds
from engine.insight.debt.payments import Received, takings_of
from engine.insight.debt.plain import plain_statement
from engine.model.bill import ZERO
from engine.model.customer import Customer, Payment
from engine.model.policy.debt import Allotting, DebtTerms
from engine.model.quick import maker
from engine.model.statement import AgeBucket, OpenItem, Statement

NO_CURRENCY = "XXX"  # ISO 4217: of a customer without bills
_RULES = {
    Allotting.OLDEST_DUE: "money that names no bill settled the oldest due bill first",
    Allotting.NEWEST_DUE: "money that names no bill settled the newest due bill first",
    Allotting.PRO_RATA: "money that names no bill settled all open bills in proportion",
    Allotting.COSTS_FIRST: "money settled the oldest due bill first: its costs, then interest, then the bill",
}
_COSTS_FIRST = Allotting.COSTS_FIRST
_BUCKETS = tuple(AgeBucket)
_item = maker(OpenItem)
_statement = maker(Statement)


def statement_of(customer: Customer, terms: DebtTerms, as_of: date, currency: str | None = None) -> Statement:
    """Return what `customer` owes in `currency` on the day `as_of`; none takes the currency of the newest bill.

    Raises `InsightError` (D100) if the terms name a law without rules.
    """
    currency = currency or main_currency(customer)
    return plain_statement(customer, terms, as_of, currency) or _statement_in(customer, terms, as_of, currency, None)


def statements_of(customer: Customer, terms: DebtTerms, as_of: date) -> tuple[Statement, ...]:
    """Return a statement for each currency of the customer's bills, that of the newest bill first."""
    main = main_currency(customer)
    others = sorted({bill.currency for bill in customer.bills} - {main})
    return tuple(statement_of(customer, terms, as_of, one) for one in (main, *others))


def allotments_of(
    customer: Customer, terms: DebtTerms, as_of: date, currency: str | None = None
) -> tuple[Allotment, ...]:
    """Return what each payment and credit of the record settled, in the order in which it did."""
    log: Log = []
    _statement_in(customer, terms, as_of, currency or main_currency(customer), log)
    return tuple(log)


def main_currency(customer: Customer) -> str:
    """Return the currency of the newest bill, in which money that names no bill is taken to be; XXX without bills."""
    bills = customer.bills
    if not bills:
        return NO_CURRENCY
    newest = bills[0] if len(bills) == 1 else max(bills, key=lambda bill: (bill.issued_on, bill.number))
    return newest.currency


def _statement_in(customer: Customer, terms: DebtTerms, as_of: date, currency: str, log: Log | None) -> Statement:
    """Return the statement by the long way; with a `log`, write to it what settled what."""
    holds = Holds(customer, terms, as_of)
    till = _till(customer, holds, currency, log)
    items = [(_open_item(claim, holds), claim) for claim in till.open_claims()]
    reasons = [_RULES[terms.allotting]] if till.was_used else []
    if items:
        reasons += _reasons(items, holds)
    priced = with_charges(items, holds, currency, till.bearing)
    return _statement(currency, as_of, tuple(priced), till.credit, _ageing(priced), tuple(reasons))


def _till(customer: Customer, holds: Holds, currency: str, log: Log | None) -> Till:
    """Return the till in which all money of the record in `currency`, and all credits, were put."""
    terms = holds.terms
    bills = [bill for bill in customer.bills if bill.currency == currency]
    by_number = claims_of(bills, customer.payments)
    claims = sorted({id(claim): claim for claim in by_number.values()}.values(), key=by_due)
    bearing = None
    if terms.allotting is _COSTS_FIRST:
        is_spared = not bears_charges(customer, terms)
        bearing = Bearing(customer.kind, currency, terms, holds.as_of, holds.waits, is_spared=is_spared)
    till = Till(claims, terms.allotting, currency, holds.contested, holds.had_lapsed, bearing, log)
    _take_in(till, by_number, customer, currency)
    return till


def _take_in(till: Till, by_number: dict[str, Claim], customer: Customer, currency: str) -> None:
    money = takings_of(_payments_in(customer, by_number, currency))
    named = without_crossings(money.named, by_number) if money.named else []
    notes = [
        (claim, by_number[claim.bill.original_number])
        for claim in till.claims
        if claim.owed < 0 and claim.bill.original_number in by_number
    ]
    if till.bearing is not None:
        _take_in_by_day(till, by_number, [*named, *money.on_account], notes)
    else:
        for one in named:
            _name(till, by_number, one)
        for note, original in notes:
            till.credit_note(note, original)
        for one in money.on_account:
            till.on_account(one.amount, one.day, one.source)
    till.surplus()
    till.finish()
    for one in money.refunded:
        till.take_back(one.amount, one.source)
    if till.log is not None:
        till.log.extend(Allotment(one.source, one.number or "", Part.UNDONE, one.amount) for one in money.undone)


def _payments_in(customer: Customer, by_number: dict[str, Claim], currency: str) -> Sequence[Payment]:
    """Return the payments in `currency`: for its bills; where it is the main one, also what names none or another."""
    payments = customer.payments
    numbers = {bill.number for bill in customer.bills}
    if len(numbers) == len(by_number):
        return payments
    is_main = currency == main_currency(customer)
    return [
        one for one in payments
        if (is_main if one.bill_number is None or one.bill_number not in numbers else one.bill_number in by_number)
    ]  # fmt: skip


def _name(till: Till, by_number: dict[str, Claim], one: Received) -> None:
    claim = by_number.get(one.number or "")
    if claim is not None:
        till.named(claim, one.amount, one.day, one.source)
    elif till.log is not None:
        till.log.append(Allotment(one.source, one.number or "", Part.ELSEWHERE, one.amount))


def _take_in_by_day(
    till: Till, by_number: dict[str, Claim], money: list[Received], notes: list[tuple[Claim, Claim]]
) -> None:
    """Allot day by day, since interest runs from day to day: bills issued, credit notes, payments."""
    rows: dict[date, list[Received]] = {}
    for one in sorted(money, key=lambda row: row.day):
        rows.setdefault(one.day, []).append(one)
    for day in sorted({*rows, *(claim.first.issued_on for claim in till.claims)}):
        for note, original in notes:
            if note.bill.issued_on == day:
                till.credit_note(note, original)
        for one in rows.get(day, ()):
            if one.number is None:
                till.on_account(one.amount, one.day, one.source)
            else:
                _name(till, by_number, one)
        till.surplus(day)


def _open_item(claim: Claim, holds: Holds) -> OpenItem:
    first, left = claim.first, claim.left
    disputed = holds.contested(claim)
    held, because = holds.held(claim, left - disputed) if left > disputed else (ZERO, "")
    late = max(0, (holds.as_of - first.due_on).days) if first.due_on is not None else 0
    return _item(
        claim.bill.number,
        first.issued_on,
        first.due_on,
        claim.owed,
        claim.owed - left,
        left - disputed - held,
        disputed,
        held,
        because if held else "",
        ZERO,
        ZERO,
        late,
        bucket_of(first.due_on, holds.as_of),
        holds.limitation_on(claim),
    )


def _ageing(items: Sequence[OpenItem]) -> tuple[tuple[AgeBucket, Decimal], ...]:
    sums = [ZERO] * len(_BUCKETS)
    for item in items:
        if item.asked:
            sums[_BUCKETS.index(item.bucket)] += item.asked
    return tuple(zip(_BUCKETS, sums, strict=True))


def _reasons(items: Priced, holds: Holds) -> list[str]:
    """Return what of the items is not asked for and why, and what they stand for."""
    found = []
    for item, claim in items:
        name = f"bill {item.number}"
        if item.disputed:
            found.append(f"{name}: {'partly ' if item.asked or item.held else ''}in dispute, not asked for")
        if item.held:
            found.append(f"{name}: {'partly ' if item.asked or item.disputed else ''}held: {item.held_because}")
        if claim.carried:
            found.append(f"{name} carries over what was open before it")
        if claim.bill is not claim.first:
            found.append(f"{name} says again what bill {claim.first.number} asked for")
    if holds.law is None and holds.terms.limitation_months is None:
        found.append(NO_LAW)
    return found
