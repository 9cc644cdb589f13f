"""The case of one customer on one day: what the record and the calendar say, before a word is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.compose.explain import Change, comparison_bill, explain_change
from engine.compose.facts import FactBook
from engine.compose.once import once
from engine.compose.usage import Usage, usages_of
from engine.contracts import Texts
from engine.model.bill import ZERO, Bill, BillKind, DunningStage
from engine.model.campaign import Campaign
from engine.model.customer import Customer, PlanState
from engine.payment.keyring import Keyring
from engine.payment.link import request_reference


@dataclass(frozen=True)
class Case:
    """A customer, the bill spoken of, and what follows from both today, each worked out once."""

    customer: Customer
    campaign: Campaign
    bill: Bill
    book: FactBook
    keys: Keyring
    now: datetime
    today: date  # in the campaign's time zone
    own: Decimal  # what is still owed by this bill alone, without what a kept plan covers; negative is a credit
    change: Change | None
    usages: tuple[Usage, ...]

    @classmethod
    def of(
        cls,
        customer: Customer,
        bill: Bill,
        campaign: Campaign,
        texts: Texts,
        now: datetime,
        keys: Keyring,
        *,
        is_said: bool = True,
    ) -> Case:
        """Return the case of `customer` with `bill` at `now` (aware). `is_said`: whether a voice says it too."""
        before = comparison_bill(customer, bill, campaign.comparison.basis)
        return cls(
            customer=customer,
            campaign=campaign,
            bill=bill,
            book=FactBook(texts, is_said=is_said),
            keys=keys,
            now=now,
            today=now.astimezone(zone(campaign.time_zone)).date(),
            own=customer.outstanding(bill) - planned_part(customer, bill),
            change=explain_change(bill, before),
            usages=usages_of(customer, bill),
        )

    @once
    def is_disputed(self) -> bool:
        return self.bill.is_disputed or self.customer.flags.disputed

    @property
    def is_vulnerable(self) -> bool:
        return self.customer.flags.vulnerable

    @once
    def keeps_plan(self) -> bool:
        return self.customer.flags.payment_plan is PlanState.KEPT

    @once
    def together(self) -> tuple[tuple[Bill, Decimal], ...]:
        """The bills that are settled together, the one spoken of first, and what is open of each.

        Other bills join if the campaign says so, unless they are in dispute, in another currency, carried over
        in the balance forward, taken by direct debit, the subject of this reminder, or part of a plan. A credit
        of the bill spoken of is netted with them; a bill with nothing open is left out where others are open.
        """
        stands_alone = self.is_disputed or self.is_debited
        others = [] if stands_alone else [bill for bill in self.customer.bills if self._joins(bill)]
        if not others:
            return ((self.bill, self.own),)
        others.sort(key=lambda bill: (bill.due_on or bill.issued_on, bill.number))
        joined = tuple((bill, self.customer.outstanding(bill)) for bill in others)
        return ((self.bill, self.own), *joined) if self.own or not joined else joined

    @once
    def outstanding(self) -> Decimal:
        """What is owed for all that is settled together; negative is a credit."""
        return sum([amount for _, amount in self.together], ZERO)

    @once
    def month(self) -> date:
        """The month by which the bill is called; a reminder without a period is called by its bill's."""
        return subject_month(self)

    @once
    def reference(self) -> str:
        """The opaque id of a request for the bill spoken of alone."""
        return request_reference(self.customer.key, [self.bill.number], self.keys)

    @once
    def is_credit(self) -> bool:
        return self.outstanding < 0

    @once
    def is_debited(self) -> bool:
        """True if the bill is taken from the customer's account; once overdue that failed, and it is asked for."""
        return self._is_debited(self.bill)

    def _is_debited(self, bill: Bill) -> bool:
        return bill.direct_debit is not None and (bill.due_on is None or bill.due_on >= self.today)

    @once
    def is_payable(self) -> bool:
        """True if something may be asked for: it is open, not in dispute, and not taken by direct debit."""
        return self.outstanding > 0 and not self.is_disputed and not self.is_debited

    @once
    def asked(self) -> tuple[tuple[Bill, Decimal], ...]:
        """The bills that one payment settles. Empty is the hard brake: nothing payable, or a dispute."""
        return self.together if self.is_payable else ()

    def _joins(self, bill: Bill) -> bool:
        subject = self.bill
        return (
            self.campaign.payment.combine_open_bills
            and not self.keeps_plan
            and not subject.balance_forward
            and bill.number not in (subject.number, subject.original_number)
            and bill.kind in (BillKind.INVOICE, BillKind.STATEMENT)
            and bill.currency == subject.currency
            and not bill.is_disputed
            and not self._is_debited(bill)
            and self.customer.outstanding(bill) > 0
        )

    @once
    def is_combined(self) -> bool:
        """True if one payment settles other bills than the one spoken of, or several."""
        return any(bill is not self.bill for bill, _ in self.asked)

    @property
    def is_partly_overdue(self) -> bool:
        """True if one of the bills asked for is past its due date."""
        return bool(self.late)

    @once
    def late(self) -> tuple[tuple[Bill, Decimal], ...]:
        """The bills asked for that are past their due date, the longest overdue first."""
        late = [(bill.due_on, bill, amount) for bill, amount in self.asked
                if amount > 0 and bill.due_on is not None and bill.due_on < self.today]  # fmt: skip
        return tuple((bill, amount) for _, bill, amount in sorted(late, key=lambda one: (one[0], one[1].number)))

    @once
    def next_due(self) -> date | None:
        """The earliest due date ahead among the bills asked for."""
        return min((bill.due_on for bill, _ in self.asked if bill.due_on and bill.due_on >= self.today), default=None)

    @once
    def amount(self) -> Decimal:
        """The figure of every channel, never negative: what is asked for, else what is open or credited."""
        return abs(self.outstanding)

    @once
    def days_overdue(self) -> int:
        """Days since the due date if something is open, else 0."""
        due = self.bill.due_on
        return max(0, (self.today - due).days) if due and self.own > 0 else 0

    @once
    def is_overdue(self) -> bool:
        return self.days_overdue > 0

    @once
    def is_reminder(self) -> bool:
        """True if this would remind: a reminder, a dunning stage, or a due date gone by."""
        asks = self.own > 0
        return self.bill.kind is BillKind.REMINDER or (
            asks and (self.bill.dunning_stage is not DunningStage.NONE or self.is_overdue)
        )

    @property
    def is_urgent(self) -> bool:
        """True if urgency may be shown at all."""
        return not (self.is_vulnerable or self.keeps_plan or self.is_disputed)


@lru_cache(maxsize=32)
def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name."""
    return ZoneInfo(name)


def planned_part(customer: Customer, bill: Bill) -> Decimal:
    """Return what of `bill` a kept payment plan covers: what it carries over from earlier bills."""
    keeps_plan = customer.flags.payment_plan is PlanState.KEPT
    return (
        min(max(bill.balance_forward, Decimal(0)), max(customer.outstanding(bill), Decimal(0)))
        if keeps_plan
        else Decimal(0)
    )


def subject_month(case: Case) -> date:
    """Return the month by which the bill is called; a reminder without a period is called by its bill's."""
    bill, wanted = case.bill, case.bill.original_number
    if bill.period is None and wanted:
        return month_of(next((other for other in case.customer.bills if other.number == wanted), bill))
    return month_of(bill)


def month_of(bill: Bill) -> date:
    """Return the first day of the month by which `bill` is called.

    The month that holds most days of its period, the later of two equals; of a period longer than 45 days
    the month in which it ends, or the one before if it ends in the first half. Without a period: of issue.
    """
    period = bill.period
    return bill.issued_on.replace(day=1) if period is None else _month_of_days(period.start, period.end)


@lru_cache(maxsize=1024)
def _month_of_days(start: date, end: date) -> date:
    days = (end - start).days + 1
    if days > 45:
        if end.day >= 15:
            return end.replace(day=1)
        return date(end.year - 1, 12, 1) if end.month == 1 else end.replace(month=end.month - 1, day=1)
    return date.fromordinal(start.toordinal() + days // 2).replace(day=1)
