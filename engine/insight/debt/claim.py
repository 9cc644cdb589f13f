"""Claims: what stands between customer and supplier by their bills, each debt once.

A bill is a claim, but not every document is one more debt:

- a reminder about a bill of the record is that bill, with its own costs on top;
- a bill with a balance forward carries over all that was open before it: the earlier bills are closed by it,
  and what is paid for them from its day of issue on settles it;
- so does a statement or reminder without charge lines that names no bill: it is the sum of what was open.

A claim whose `left` is negative is a credit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from engine.model.bill import ZERO, Bill, BillKind
from engine.model.customer import Payment

_REPEATING = (BillKind.REMINDER, BillKind.STATEMENT)


@dataclass(slots=True, eq=False)
class Claim:
    """One debt or credit, while payments are allotted. `left` is what is open of it, `costs` a part of that."""

    bill: Bill  # its newest document
    first: Bill  # its first
    numbers: tuple[str, ...]
    owed: Decimal
    left: Decimal
    rank: date  # its first due date, or its day of issue
    forward: Decimal = ZERO  # what it says that it carries over; negative is a credit
    costs: Decimal = ZERO
    closed_on: date | None = None
    carrier: Claim | None = None
    carried: list[Claim] = field(default_factory=list)
    paid_last_on: date | None = None
    reminded_on: date | None = None
    settled_since: Decimal = ZERO  # its newest reminder

    @property
    def credit_since(self) -> date:
        """The day since when a credit could be used."""
        issued = self.bill.issued_on
        return issued if self.paid_last_on is None else max(issued, self.paid_last_on)

    def at(self, day: date) -> Claim:
        """Return the claim that money of `day` for this one settles: itself, or what carried it over by then."""
        claim = self
        while claim.carrier is not None and claim.closed_on is not None and day >= claim.closed_on:
            claim = claim.carrier
        return claim

    def stands_on(self, day: date) -> bool:
        """True if it was issued and not yet carried over on `day`."""
        return self.first.issued_on <= day and (self.closed_on is None or day < self.closed_on)

    def settle(self, amount: Decimal, day: date) -> None:
        """Take `amount`, which came on `day`, off what is open."""
        self.left -= amount
        if self.paid_last_on is None or day > self.paid_last_on:
            self.paid_last_on = day
        if self.reminded_on is not None and day >= self.reminded_on:
            self.settled_since += amount

    @property
    def is_overstated(self) -> bool:
        """True if the newest reminder asks for less than the record leaves open: a payment or credit is missing."""
        return self.reminded_on is not None and self.left > self.bill.owed - self.settled_since


def claims_of(bills: Sequence[Bill], payments: Iterable[Payment]) -> dict[str, Claim]:
    """Return the claims of bills in one currency by the number of each of their documents, in any order of `bills`.

    A claim of several documents stands under each of their numbers.
    """
    found: dict[str, Claim] = {}
    reminded = False
    for bill in bills if len(bills) == 1 else sorted(bills, key=_by_issue):
        original = _subject(bill, found)
        if original is not None:
            if found[bill.original_number or ""] is original:  # else it was carried over before the reminder came
                original.bill = bill
                reminded = True
            original.numbers += (bill.number,)
            found[bill.number] = original
            continue
        owed = bill.owed
        claim = Claim(bill, bill, (bill.number,), owed, owed, bill.due_on or bill.issued_on, _forward(bill))
        if claim.forward and found:
            _carry(found.values(), claim)
        found[bill.number] = claim
    if reminded:
        made = list(payments)
        for number, claim in found.items():
            if len(claim.numbers) > 1 and number == claim.bill.number:
                _add_costs(claim, made, bills)
    return found


def by_due(claim: Claim) -> tuple[date, str]:
    """Return what puts the oldest due claim first."""
    return claim.rank, claim.first.number


def _by_issue(bill: Bill) -> tuple[date, bool, str]:
    return bill.issued_on, bill.kind is BillKind.REMINDER, bill.number


def _carry(earlier: Iterable[Claim], claim: Claim) -> None:
    issued = claim.bill.issued_on
    for one in earlier:
        if one.closed_on is None and one.bill.issued_on < issued:
            one.closed_on, one.carrier = issued, claim
            claim.carried.append(one)


def _forward(bill: Bill) -> Decimal:
    if bill.kind in _REPEATING and not bill.lines and bill.original_number is None:
        return bill.owed
    return bill.balance_forward


def _subject(bill: Bill, found: dict[str, Claim]) -> Claim | None:
    """Return the claim that `bill` only says again; none if it is one of its own."""
    if bill.kind not in _REPEATING or bill.original_number not in found:
        return None
    original = found[bill.original_number].at(bill.issued_on)
    repeats = original.first.owed > 0 and ZERO <= bill.balance_forward <= original.first.owed
    return original if repeats else None


def _add_costs(claim: Claim, payments: list[Payment], bills: Sequence[Bill]) -> None:
    """Add to `claim` what its newest reminder asks for beyond the bill.

    What the reminder's maker knew of can't be seen: a payment may have crossed the letter. So the bill's
    balance is taken after none, one, two … of the payments and credit notes of the days up to then, and the
    costs are the least that the reminder is above such a balance. Reminded of what was settled, none are owed.
    """
    reminder = claim.bill
    day = claim.reminded_on = reminder.issued_on
    steps = [(p.paid_on, p.amount) for p in payments if p.bill_number in claim.numbers and p.paid_on < day]
    steps += [
        (bill.issued_on, -bill.owed)
        for bill in bills
        if bill.kind is BillKind.CREDIT_NOTE and bill.original_number in claim.numbers and bill.issued_on < day
    ]
    balances = [claim.owed]
    for _, amount in sorted(steps):
        balances.append(balances[-1] - amount)
    if balances[-1] <= 0:
        return
    if reminder.balance_forward:
        claim.costs = max(reminder.owed - reminder.balance_forward, ZERO)
    else:
        claim.costs = min((reminder.owed - one for one in balances if reminder.owed >= one > 0), default=ZERO)
    claim.owed += claim.costs
    claim.left += claim.costs
