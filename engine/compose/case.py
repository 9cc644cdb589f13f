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
from engine.model.outreach import Outreach
from engine.model.statement import OpenItem, Statement
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
    outreach: Outreach | None = None  # what credit management decided; its statement rules what is asked for

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
        outreach: Outreach | None = None,
    ) -> Case:
        """Return the case of `customer` with `bill` at `now` (aware). `is_said`: whether a voice says it too."""
        before = comparison_bill(customer, bill, campaign.comparison.basis)
        made = object.__new__(cls)
        made.__dict__.update(  # as the __init__ of what is frozen does by a call for each
            customer=customer,
            campaign=campaign,
            bill=bill,
            book=FactBook(texts, is_said=is_said),
            keys=keys,
            now=now,
            today=_day_of(now, now.fold, campaign.time_zone),
            own=own_part(customer, bill, outreach),
            change=explain_change(bill, before),
            usages=usages_of(customer, bill),
            outreach=outreach,
        )
        return made

    @once
    def statement(self) -> Statement | None:
        """The statement of all open bills; None without credit management."""
        return self.outreach.statement if self.outreach else None

    @once
    def item(self) -> OpenItem | None:
        """The statement's item of the bill spoken of; of a reminder, that of the bill which it is about."""
        return item_of(self.statement, self.bill) if self.statement else None

    @once
    def is_asked_for(self) -> bool:
        """True if the statement asks for something of any bill."""
        return self.statement is not None and self.statement.asked > 0

    @once
    def is_disputed(self) -> bool:
        """True if this is about a disputed bill, for which nothing is asked.

        A statement may ask for other bills, or the rest of this one: then it is about those.
        """
        return self._is_contested_bill and not self.is_asked_for

    @once
    def _is_contested_bill(self) -> bool:
        item = self.item
        return self.bill.is_disputed or self.customer.flags.disputed or (item is not None and item.disputed > 0)

    @once
    def is_contested(self) -> bool:
        """True if a dispute is open, about this bill or another one that the statement names."""
        return self._is_contested_bill or (self.statement is not None and self.statement.disputed > 0)

    @once
    def must_not_remind(self) -> bool:
        """True if nothing of the bill spoken of may be asked for, since it is in dispute."""
        return self._is_contested_bill and (self.item is None or not self.item.asked)

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
        A statement says itself what is asked for, with interest and fees.
        """
        if self.statement is not None:
            return _asked_by(self.statement, self.customer, self.bill) or ((self.bill, self.own),)
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
    def is_estimated(self) -> bool:
        """True if the bill rests on an estimated reading."""
        return self.bill.is_estimated or any([usage.is_estimated for usage in self.usages])  # noqa: C419

    @once
    def month(self) -> date:
        """The month by which the bill is called; a reminder without a period is called by its bill's."""
        return subject_month(self)

    @once
    def reference(self) -> str:
        """The opaque id of a request for the bill spoken of alone."""
        return request_reference(self.customer.key, [self.bill.number], self.keys)

    @once
    def request_reference(self) -> str:
        """The opaque id of the one request for all that is asked for."""
        numbers = [bill.number for bill, _ in self.asked]
        if numbers == [self.bill.number]:
            return self.reference
        return request_reference(self.customer.key, numbers, self.keys)

    @once
    def is_credit(self) -> bool:
        return self.outstanding < 0

    @once
    def is_debited(self) -> bool:
        """True if the bill is taken from the customer's account; once overdue that failed, and it is asked for."""
        return self._is_debited(self.bill) and (self.item is None or not self.item.asked)

    def _is_debited(self, bill: Bill) -> bool:
        return bill.direct_debit is not None and (bill.due_on is None or bill.due_on >= self.today)

    @once
    def is_payable(self) -> bool:
        """True if something may be asked for: it is open, not in dispute, and not taken by direct debit."""
        if self.statement is not None:
            return self.is_asked_for
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
        """Days since the due date if something is open, else 0; of a reminder in a statement, since its bill's."""
        if self.item is not None and self.item.asked > 0:
            return self.item.days_late
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
        may_press = self.outreach is None or self.outreach.is_urgent
        return may_press and not (self.is_vulnerable or self.keeps_plan or self.is_contested)


@lru_cache(maxsize=32)
def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name."""
    return ZoneInfo(name)


@lru_cache(maxsize=64)
def _day_of(now: datetime, fold: int, time_zone: str) -> date:
    """Return the day of `now` in a time zone; `fold` tells apart what the clock shows twice."""
    del fold
    return now.astimezone(zone(time_zone)).date()


def own_part(customer: Customer, bill: Bill, outreach: Outreach | None) -> Decimal:
    """Return what is told of `bill` alone: by the statement where there is one; negative is a credit.

    What the statement asks for, with interest and fee. Where it asks for nothing: a credit that no bill took up,
    or what is open of a bill in dispute or taken by direct debit, which is told and not asked for.
    """
    if outreach is None:
        return customer.outstanding(bill) - planned_part(customer, bill)
    statement, item = outreach.statement, item_of(outreach.statement, bill)
    if item is not None and item.asked > 0:
        return item.asked + item.interest + item.fee
    if statement.asked > 0:
        return ZERO
    if customer.outstanding(bill) - planned_part(customer, bill) < 0:
        return -statement.credit
    is_told = item is not None and (item.disputed > 0 or bill.is_disputed or bill.direct_debit is not None)
    return item.open if item is not None and is_told else ZERO


def item_of(statement: Statement, bill: Bill) -> OpenItem | None:
    """Return the statement's item of `bill`; of a reminder, that of the bill which it is about."""
    items = statement.items
    if len(items) == 1 and items[0].number == bill.number:
        return items[0]
    by_number = {item.number: item for item in items}
    return by_number.get(bill.number) or by_number.get(bill.original_number or "")


def _asked_by(statement: Statement, customer: Customer, subject: Bill) -> tuple[tuple[Bill, Decimal], ...]:
    """Return the bills that the statement asks for, the one spoken of first, with interest and fee."""
    items = statement.items
    if len(items) == 1 and items[0].number == subject.number:
        one = items[0]
        return ((subject, one.asked + one.interest + one.fee),) if one.asked > 0 else ()
    bills = {bill.number: bill for bill in customer.bills}
    own = item_of(statement, subject)
    asked = [(subject if item is own else bills[item.number], item.asked + item.interest + item.fee)
             for item in items if item.asked > 0]  # fmt: skip
    return tuple(sorted(asked, key=lambda pair: pair[0] is not subject))


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
