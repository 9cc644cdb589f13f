"""What templates see of credit management: the statement of all open bills, and what is offered."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.chart import ChartGeometry
from engine.model.quick import quick
from engine.model.said import Fact, Text, TextBlock


@quick
@dataclass(frozen=True, slots=True)
class StatementRow:
    """One open bill of the statement that something is asked for. `amount` is with interest and fee."""

    number: Fact
    due_on: Fact | None
    open: Fact  # without currency sign, as the other figures of the row
    interest: Fact | None
    fee: Fact | None
    amount: Fact
    is_overdue: bool


@quick
@dataclass(frozen=True, slots=True)
class StatementView:
    """All open bills as one. `total` is what is asked for; None where nothing is. Nothing of `aside` is in it."""

    title: Text
    rows: tuple[StatementRow, ...]
    has_interest: bool
    has_fee: bool
    total: Fact | None
    currency_mark: Text
    aside: tuple[TextBlock, ...]  # a sentence a bill or part that is not asked for now: in question, in a plan
    credit: TextBlock | None
    ageing: ChartGeometry | None  # how long what is overdue has been so; None where nothing may press


@quick
@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """One part of a payment plan that is offered."""

    number: Fact
    due_on: Fact
    amount: Fact


@quick
@dataclass(frozen=True, slots=True)
class OfferView:
    """What makes paying possible, or a word of thanks. The rows of a plan sum to `total`."""

    kind: str  # instalments | shift_due_date | budget_billing | tariff_check | social_bonus | person_to_call | thanks
    title: Text
    body: TextBlock
    rows: tuple[InstalmentRow, ...]
    total: Fact | None
    comes_first: bool  # stands before what the bill is made of
