"""Days sales outstanding of each arm at the end of the months after the decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.insight.dso.month import Month
from engine.insight.effect.estimate import Difference, holm, mean_difference
from engine.insight.effect.outcome import Assigned
from engine.insight.effect.sums import RatioSums
from engine.insight.past import open_bills
from engine.model.bill import ZERO, BillKind
from engine.model.customer import Customer
from engine.model.money import exponent
from engine.model.policy.debt import DebtTerms

WINDOW = 3  # whole months of sales
_MONTHS = 12  # after the decision, at most


@dataclass(frozen=True, slots=True)
class MonthEffect:
    """DSO of an arm against the baseline's at a month's end, in days."""

    month: Month
    arm: str
    group: str
    customers: int
    difference: Difference
    corrected_p: float  # by Holm, over all that were looked at together

    @property
    def is_shown(self) -> bool:
        """Whether the interval leaves zero out and the correction agrees."""
        return self.difference.is_shown and self.corrected_p < 0.05


class ArmDso:
    """Sales and receivables by arm, group and month's end, customer by customer. Everyone assigned counts."""

    def __init__(self, terms: DebtTerms, currency: str, today: date) -> None:
        self.sums: dict[tuple[str, str, Month], RatioSums] = {}
        self._terms, self._currency, self._today = terms, currency, today

    def add(self, assigned: Assigned, customer: Customer, part: str) -> None:
        """Take in one customer at each month's end since the decision."""
        month = Month.of(assigned.day)
        for step in range(_MONTHS):
            end = month.plus(step)
            if end.end > self._today:
                return
            sales, receivables = self._position(customer, end)
            for name in {"", part}:
                self.sums.setdefault((assigned.arm, name, end), RatioSums()).add(sales, receivables)

    def effects(self, arms: Sequence[str], baseline: str, groups: Sequence[str] = ("",)) -> list[MonthEffect]:
        """Return the differences by group, month and arm; months in which an arm sold nothing are left out."""
        months = sorted({month for _, _, month in self.sums})
        found = [
            (month, arm, group, self._difference(arm, baseline, group, month))
            for group in groups
            for month in months
            for arm in arms
        ]
        told = [(month, arm, group, made) for month, arm, group, made in found if made is not None]
        corrected = holm([made.p for _, _, _, made in told])
        return [
            MonthEffect(month, arm, group, self.sums[arm, group, month].count, made, p)
            for (month, arm, group, made), p in zip(told, corrected, strict=True)
        ]

    def _difference(self, arm: str, baseline: str, group: str, month: Month) -> Difference | None:
        one, base = self.sums.get((arm, group, month)), self.sums.get((baseline, group, month))
        made = mean_difference(one, base) if one and base and one.whole and base.whole else None
        if made is None:
            return None
        days = sum(month.plus(-step).days for step in range(WINDOW))
        return Difference(made.treated * days, made.baseline * days, made.low * days, made.high * days, made.p)

    def _position(self, customer: Customer, month: Month) -> tuple[int, int]:
        first = month.plus(1 - WINDOW)
        sold = [
            max(ZERO, bill.total)
            for bill in customer.bills
            if bill.kind is BillKind.INVOICE and bill.currency == self._currency
            and first <= Month.of(bill.issued_on) <= month
        ]  # fmt: skip
        left = open_bills(customer, self._terms, month.end, month.end).get(self._currency, {})
        return self._coins(sum(sold, ZERO)), self._coins(sum(left.values(), ZERO))

    def _coins(self, amount: Decimal) -> int:
        return int(amount.scaleb(exponent(self._currency)).to_integral_value())
