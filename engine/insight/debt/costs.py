"""Costs, then interest, then the bill: how a payment settles one bill where the law or the contract says so.

As section 367 (1) of the German civil code has it. Interest accrues day by day on what is open of the bill itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import ROUND_DOWN, Decimal

from engine.insight.debt.claim import Claim
from engine.insight.debt.interest import first_day_of, interest
from engine.model.bill import ZERO
from engine.model.customer import CustomerKind
from engine.model.money import quantum
from engine.model.policy.debt import DebtTerms


class Bearing:
    """The interest that claims have borne, not rounded, and what of it was paid."""

    def __init__(
        self,
        kind: CustomerKind,
        currency: str,
        terms: DebtTerms,
        as_of: date,
        waits: Callable[[Claim], Decimal],
        *,
        is_spared: bool = False,
    ) -> None:
        self._as_of = as_of
        self._waits = waits  # what is in dispute or held of a claim
        self._is_spared = is_spared
        self._kind = kind
        self._step = quantum(currency)
        self._terms = terms
        self._borne: dict[str, tuple[Decimal, date]] = {}  # up to that day
        self._paid: dict[str, Decimal] = {}

    def accrue(self, claim: Claim, day: date) -> None:
        """Let `claim` bear interest up to `day`, on what is open and may be asked for."""
        if claim.first.due_on is None or self._is_spared:
            return
        day = min(day, self._as_of)  # money may bear a later day of value
        number = claim.first.number
        borne, since = self._borne.get(number, (ZERO, first_day_of(claim.first.due_on, self._terms)))
        if day > since:
            base = claim.left - claim.costs - self._waits(claim)
            self._borne[number] = (borne + interest(base, since, day, self._kind, self._terms), day)

    def borne(self, claim: Claim) -> Decimal:
        """Return all interest that `claim` has borne, not rounded."""
        return self._borne.get(claim.first.number, (ZERO, None))[0]

    def paid(self, claim: Claim) -> Decimal:
        """Return what was paid of the interest of `claim`."""
        return self._paid.get(claim.first.number, ZERO)

    def open_interest(self, claim: Claim) -> Decimal:
        """Return the whole coins of interest that `claim` has borne and nobody paid."""
        if claim.first.number not in self._borne:
            return ZERO
        return self.borne(claim).quantize(self._step, rounding=ROUND_DOWN) - self.paid(claim)

    def take(self, claim: Claim, amount: Decimal, day: date) -> tuple[Decimal, Decimal]:
        """Pay costs and interest of `claim` by `amount`, which came on `day`; return what went to each."""
        self.accrue(claim, day)
        costs = min(claim.costs, amount)
        claim.costs -= costs
        share = min(self.open_interest(claim), amount - costs)
        if share > 0:
            self._paid[claim.first.number] = self.paid(claim) + share
        return costs, share
