"""Allotment: which bill each payment and credit settles, by the rule of the terms, to the cent.

1. Money that names a bill settles that bill, or the one that carried it over by then.
2. A credit note settles the bill it is about.
3. Money on account settles what was open on its day, by the rule; a bill issued later takes it into account
   itself. What is in dispute or had lapsed by that day comes last.
4. What a credit, or a payment above its bill, leaves goes to the other bills by the rule, but not to a later
   one that already takes something off as prepaid.
5. Money returned undoes the payment of the same amount, else the latest ones on account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from engine.insight.debt.claim import Claim
from engine.insight.debt.costs import Bearing
from engine.model.bill import ZERO
from engine.model.money import quantum
from engine.model.policy.debt import Allotting


class Part(StrEnum):
    """What money settled."""

    BILL = "bill"
    COSTS = "costs"
    INTEREST = "interest"
    CREDIT = "credit"  # nothing was open: the supplier owes it
    LATER = "later bill"  # a bill issued later takes it into account itself
    ELSEWHERE = "elsewhere"  # a bill that is not in the record
    UNDONE = "undone"  # a payment and its return


@dataclass(frozen=True, slots=True)
class Allotment:
    """What part of a payment or credit settled what. All of a source's amounts sum to what it brought."""

    source: str  # `payment 3`: the third of the record; else the number of the bill that is a credit
    number: str  # of the bill; empty where there is none
    part: Part
    amount: Decimal


Log = list[Allotment]
Contested = Callable[[Claim], Decimal]  # what is in dispute of a claim
Lapsed = Callable[[Claim, date], bool]  # whether it had lapsed before a day


@dataclass(slots=True)
class Till:
    """Where money of one customer in one currency is put. `credit` is what nothing took up."""

    claims: Sequence[Claim]  # each once, oldest due first
    rule: Allotting
    currency: str
    contested: Contested
    lapsed: Lapsed
    bearing: Bearing | None  # of the rule that pays costs and interest first
    log: Log | None = None
    credit: Decimal = ZERO
    spare: list[tuple[Decimal, date, str]] = field(default_factory=list)  # on account, when nothing was open
    was_used: bool = False  # money on account or a credit was allotted by the rule

    def open_claims(self) -> list[Claim]:
        """Return what is open in the end, no more than the newest reminder says."""
        standing = [claim for claim in self.claims if claim.closed_on is None]
        for claim in standing:
            if claim.is_overstated:
                claim.left = claim.bill.owed - claim.settled_since
        return [claim for claim in standing if claim.left > 0]

    def named(self, claim: Claim, amount: Decimal, day: date, source: str) -> None:
        """Settle `claim`, or what carried it over by `day`; a negative amount opens it again."""
        self._put(claim.at(day), amount, day, source)

    def credit_note(self, note: Claim, original: Claim) -> None:
        """Settle by a credit first the bill that it is about."""
        day = note.bill.issued_on
        target = original.at(day)
        if note.left >= 0 or target is note or target.left <= 0:
            return
        share = min(-note.left, self._room(target, ZERO))
        self._put(target, share, day, note.bill.number)
        note.left += share

    def on_account(self, amount: Decimal, day: date, source: str) -> None:
        """Settle by money that names no bill what was open on its `day`."""
        rest = self._spread(amount, day, source, [claim for claim in self.claims if claim.stands_on(day)])
        if rest > 0 and any(claim.first.issued_on > day for claim in self.claims):
            self._leave(rest, source, is_taken_later=True)
        elif rest > 0:
            self.spare.append((rest, day, source))

    def surplus(self, day: date | None = None) -> None:
        """Net what credits and overpaid bills leave with what else is open: on `day`, or once for all in the end."""
        for claim in self.claims:
            if claim.left >= 0 or (claim.closed_on is not None if day is None else not claim.stands_on(day)):
                continue
            since, amount, number = claim.credit_since, -claim.left, claim.bill.number
            others = [one for one in self.claims if (one.closed_on is None if day is None else one.stands_on(day))]
            open_to = [one for one in others if one.first.issued_on <= since or not one.first.prepaid]
            rest = self._spread(amount, day or since, number, open_to)
            claim.left = ZERO if day is None else -rest
            if rest > 0 and day is None:
                self._leave(rest, number, is_taken_later=len(open_to) < len(others))

    def finish(self) -> None:
        """Settle by spare money what was opened again after it came; what is left is the credit."""
        for amount, day, source in self.spare:
            rest = self._spread(amount, day, source, [claim for claim in self.claims if claim.closed_on is None])
            if rest > 0:
                self._leave(rest, source, is_taken_later=False)

    def take_back(self, amount: Decimal, source: str) -> None:
        """Take from the credit what was paid out of it (`amount` is negative)."""
        self.credit = max(self.credit + amount, ZERO)
        if self.log is not None:
            self.log.append(Allotment(source, "", Part.CREDIT, amount))

    def _spread(self, amount: Decimal, day: date, source: str, claims: list[Claim]) -> Decimal:
        """Settle `claims` by the rule; return what is left over."""
        self.was_used = True
        if self.bearing is not None:
            for claim in claims:
                self.bearing.accrue(claim, day)
        current: list[Claim] = []
        lapsed: list[Claim] = []
        for claim in claims:
            if claim.left > 0:
                (lapsed if self.lapsed(claim, day) else current).append(claim)
        rooms = [(claim, self._room(claim, self.contested(claim))) for claim in current]
        amount = self._fill(amount, day, source, rooms)
        for late in (current, lapsed) if amount > 0 else ():
            amount = self._fill(amount, day, source, [(claim, self._room(claim, ZERO)) for claim in late])
        return amount

    def _room(self, claim: Claim, spared: Decimal) -> Decimal:
        room = max(claim.left - spared, ZERO)
        return room if self.bearing is None else room + self.bearing.open_interest(claim)

    def _fill(self, amount: Decimal, day: date, source: str, rooms: list[tuple[Claim, Decimal]]) -> Decimal:
        rooms = [(claim, room) for claim, room in rooms if room > 0]
        if amount <= 0 or not rooms:
            return amount
        if self.rule is Allotting.NEWEST_DUE:
            rooms.reverse()
        if self.rule is Allotting.PRO_RATA:
            shares = pro_rata(amount, [room for _, room in rooms], quantum(self.currency))
        else:
            shares = in_turn(amount, [room for _, room in rooms])
        for (claim, _), share in zip(rooms, shares, strict=True):
            if share > 0:
                self._put(claim, share, day, source)
        return amount - sum(shares, ZERO)

    def _put(self, claim: Claim, amount: Decimal, day: date, source: str) -> None:
        parts = [(Part.BILL, amount)]
        if self.bearing is not None and amount > 0:
            costs, interest = self.bearing.take(claim, amount, day)
            parts = [(Part.COSTS, costs), (Part.INTEREST, interest), (Part.BILL, amount - costs - interest)]
            amount -= interest
        claim.settle(amount, day)
        if self.log is not None:
            number = claim.bill.number
            self.log.extend(Allotment(source, number, part, share) for part, share in parts if share)

    def _leave(self, amount: Decimal, source: str, *, is_taken_later: bool) -> None:
        if not is_taken_later:
            self.credit += amount
        if self.log is not None:
            self.log.append(Allotment(source, "", Part.LATER if is_taken_later else Part.CREDIT, amount))


def in_turn(amount: Decimal, rooms: Iterable[Decimal]) -> list[Decimal]:
    """Return what of `amount` goes into each room, the first filled first."""
    shares = []
    for room in rooms:
        share = min(room, amount)
        amount -= share
        shares.append(share)
    return shares


def pro_rata(amount: Decimal, rooms: list[Decimal], step: Decimal) -> list[Decimal]:
    """Return the shares of `amount` in proportion to `rooms`, in whole `step`s; what rounding leaves, in turn."""
    total = sum(rooms, ZERO)
    if amount >= total:
        return list(rooms)
    shares = [(amount * room / total).quantize(step, rounding=ROUND_DOWN) for room in rooms]
    left = amount - sum(shares, ZERO)
    for place, room in enumerate(rooms):
        more = min(step, left, room - shares[place])
        shares[place] += more
        left -= more
    return shares
