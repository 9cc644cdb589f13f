"""What of a claim is in dispute, and what must wait: neither is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from engine.insight.debt.claim import Claim
from engine.insight.debt.limitation import law_of, limitation_day
from engine.model.bill import ZERO
from engine.model.customer import Customer, PlanState
from engine.model.policy.debt import DebtTerms

BY_LAW = "the law forbids to collect"
BY_PLAN = "a payment plan is kept"
BY_DEBIT = "a direct debit is on its way"
BY_LIMITATION = "past its limitation date"
NO_LAW = "no limitation rule is known for the customer's country: no bill is held for its age"

_KEPT = PlanState.KEPT
_Layer = tuple[date | None, Decimal]  # limitation date, amount


class Holds:
    """What the record says on a day that keeps claims from being asked for. Raises `InsightError` (D100)."""

    __slots__ = ("_lapses", "_newest", "as_of", "customer", "disputed", "flags", "kind", "law", "terms")

    def __init__(self, customer: Customer, terms: DebtTerms, as_of: date) -> None:
        self.terms, self.as_of, self.customer = terms, as_of, customer
        self.flags, self.kind = customer.flags, customer.kind
        self.law = law_of(customer, terms)
        self._newest: frozenset[str] | None = None
        self._lapses: dict[str, date | None] = {}
        self.disputed = _disputed(self)  # by number of the bill; None: all of it

    @property
    def newest(self) -> frozenset[str]:
        """The numbers of the bills issued last: the current ones."""
        if self._newest is None:
            last = max([bill.issued_on for bill in self.customer.bills], default=date.min)
            self._newest = frozenset([bill.number for bill in self.customer.bills if bill.issued_on == last])
        return self._newest

    def contested(self, claim: Claim) -> Decimal:
        """Return what is in dispute of what is open of `claim`, a part that it carried over included."""
        left = max(claim.left, ZERO)
        if not self.disputed or not left:
            return ZERO
        total = ZERO
        for number in claim.numbers:
            amount = self.disputed.get(number, ZERO)
            if amount is None:
                return left
            total += amount
        if claim.carried and claim.forward > 0:
            total += min(claim.forward, sum([self.contested(one) for one in claim.carried], ZERO))
        return min(left, total)

    def limitation_on(self, claim: Claim) -> date | None:
        """Return the last day on which `claim` may be asked for."""
        number = claim.first.number
        if number not in self._lapses:
            self._lapses[number] = limitation_day(claim.first, self.law, self.kind, self.terms)
        return self._lapses[number]

    def had_lapsed(self, claim: Claim, day: date) -> bool:
        """True if the limitation date of `claim` was past on `day`; money of a later day counts as of this one."""
        last = self.limitation_on(claim)
        return last is not None and last < min(day, self.as_of)

    def held(self, claim: Claim, rest: Decimal) -> tuple[Decimal, str]:
        """Return what of `rest`, which is open and not in dispute, must wait, and why; all of it or a part."""
        flags = self.flags
        if flags.legal_hold:
            return rest, BY_LAW
        if self.had_lapsed(claim, self.as_of):
            return rest, BY_LIMITATION
        bill = claim.bill
        if bill.direct_debit is not None and (bill.due_on is None or bill.due_on >= self.as_of):
            return rest, BY_DEBIT
        if flags.payment_plan is _KEPT:
            if self.newest.isdisjoint(claim.numbers):
                return rest, BY_PLAN
            if bill.balance_forward > 0:
                return min(bill.balance_forward, rest), BY_PLAN
        if claim.carried and claim.forward > 0:
            lapsed = sum([amount for last, amount in self._layers(claim) if last and last < self.as_of], ZERO)
            if lapsed:
                return min(lapsed, rest), BY_LIMITATION
        return ZERO, ""

    def waits(self, claim: Claim) -> Decimal:
        """Return what is in dispute or must wait of what is open of `claim`."""
        if claim.left <= 0:
            return ZERO
        contested = self.contested(claim)
        return contested + self.held(claim, claim.left - contested)[0]

    def _layers(self, claim: Claim) -> list[_Layer]:
        """Return what `claim` is made of, by limitation date: its own charges, and what it carried over.

        Where the balance forward is less than what the record leaves open of the earlier bills, the oldest
        of that is taken for settled; where it is more, the rest counts as the claim's own.
        """
        forward = max(claim.forward, ZERO) if claim.carried else ZERO
        older = [layer for one in claim.carried if one.left > 0 for layer in _newest_of(self._layers(one), one.left)]
        kept = _newest_of(older, forward)
        own = claim.owed - sum([amount for _, amount in kept], ZERO)
        return [*kept, (self.limitation_on(claim), own)]


def _disputed(holds: Holds) -> dict[str, Decimal | None]:
    customer = holds.customer
    found: dict[str, Decimal | None] = {}
    for dispute in customer.disputes:
        if dispute.is_open_on(holds.as_of):
            known = found.get(dispute.bill_number, ZERO)
            found[dispute.bill_number] = None if known is None or dispute.amount is None else known + dispute.amount
    for bill in customer.bills:
        if bill.is_disputed:
            found[bill.number] = None
    if holds.flags.disputed:
        found |= dict.fromkeys(holds.newest)
    return found


def _newest_of(layers: Iterable[_Layer], most: Decimal) -> list[_Layer]:
    """Return the layers of the latest limitation dates that make up `most`."""
    kept: list[_Layer] = []
    for last, amount in sorted(layers, key=lambda layer: layer[0] or date.max, reverse=True):
        share = min(amount, most)
        if share > 0:
            kept.append((last, share))
            most -= share
    return kept
