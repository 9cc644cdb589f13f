"""[[stages]] and [[offers]]: who is met how, by days from the due date; the first stage that fits decides."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from engine.model.base import CountryCode, CurrencyCode, Exact, ShortText
from engine.model.bill import BillKind, DunningStage
from engine.model.campaign import MonthNumber, Options
from engine.model.consumption import Commodity
from engine.model.customer import ContactChannel, CustomerKind, PlanState
from engine.model.outreach import Group, OfferKind, TaskKind
from engine.model.policy.experiment import ArmName
from engine.model.tone import Tone

RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
Share = Annotated[float, Field(ge=0, le=1)]
Day = Annotated[int, Field(ge=-400, le=4000)]

# Conditions that rest on a score, or on what may be derived from one: they may order and word, never press.
JUDGING = (
    "group", "segment", "late_risk_from", "late_risk_to", "churn_risk_from", "churn_risk_to",
    "feature_from", "feature_to", "late_share_from",
)  # fmt: skip


class Conditions(Options):
    """A condition: every key given must hold. What is not known holds for no key."""

    customer: tuple[CustomerKind, ...] | None = Field(None, description="Kinds of customer.")
    commodity: tuple[Commodity, ...] | None = Field(None, description="Any of the supply points delivers it.")
    country: tuple[CountryCode, ...] | None = Field(None, description="Countries of the customer's address.")
    currency: tuple[CurrencyCode, ...] | None = Field(None, description="Currencies of the statement.")
    attribute: dict[str, str] | None = Field(None, description="CRM attributes that must have these values.")
    month: tuple[MonthNumber, ...] | None = Field(None, description="Months (1-12) of today.")
    bill: tuple[BillKind, ...] | None = Field(None, description="Kinds of the newest document.")
    issued_within_days: int | None = Field(None, ge=0, description="Most days since the newest bill was issued.")
    told: bool | None = Field(None, description="The newest bill was sent to the customer before.")
    asked: bool | None = Field(None, description="Something may be asked for.")
    overdue: bool | None = Field(None, description="Something asked for is past its due date.")
    credit: bool | None = Field(None, description="The customer gets money back.")
    amount_from: Exact | None = Field(None, description="Smallest amount asked for.")
    amount_to: Exact | None = Field(None, description="Largest amount asked for.")
    open_bills_from: int | None = Field(None, ge=0, description="Fewest bills asked for.")
    direct_debit: bool | None = Field(None, description="The newest bill is taken from the customer's account.")
    payment_method: tuple[ShortText, ...] | None = Field(
        None, description="How the customer usually pays, else the method of the newest payment."
    )
    dunning: tuple[DunningStage, ...] | None = Field(None, description="Dunning stage, the furthest of what is asked.")
    plan: tuple[PlanState, ...] | None = Field(None, description="State of the payment plan.")
    disputed: bool | None = Field(None, description="A dispute is open.")
    vulnerable: bool | None = Field(None, description="The customer is flagged as vulnerable.")
    gentle: bool | None = Field(None, description="A hard brake keeps from pressing: vulnerable, or a dispute is open.")
    offers: bool | None = Field(None, description="The customer agreed to offers.")
    broken_promises_from: int | None = Field(None, ge=0, description="Fewest promises to pay that were not kept.")
    bill_shock_percent_from: float | None = Field(None, ge=0, description="Smallest rise of the newest bill, percent.")
    late_share_from: Share | None = Field(None, description="Smallest share of earlier bills paid late, 0 to 1.")
    messages_from: int | None = Field(None, ge=0, description="Fewest reminders sent about what is asked for.")
    messages_to: int | None = Field(None, ge=0, description="Most reminders sent about what is asked for.")
    group: tuple[Group, ...] | None = Field(None, description="Groups of the profile.")
    segment: tuple[ShortText, ...] | None = Field(None, description="Segments, for marketing.")
    late_risk_from: Share | None = Field(None, description="Smallest risk of late payment, 0 to 1.")
    late_risk_to: Share | None = Field(None, description="Largest risk of late payment, 0 to 1.")
    churn_risk_from: Share | None = Field(None, description="Smallest risk of switching, 0 to 1.")
    churn_risk_to: Share | None = Field(None, description="Largest risk of switching, 0 to 1.")
    feature_from: dict[str, float] | None = Field(None, description="Smallest value of features, by name.")
    feature_to: dict[str, float] | None = Field(None, description="Largest value of features, by name.")

    @cached_property
    def given(self) -> tuple[tuple[str, Any], ...]:
        """The keys that are given, with their values."""
        return tuple((name, value) for name, value in self if value is not None)


class OfferRule(Options):
    """One thing that stages may offer. Its figures are computed for each customer."""

    id: RuleId = Field(description="Stable name, by which stages call it.")
    kind: OfferKind = Field(description="What is offered.")
    reason: ShortText = Field(description="Why, in plain words; kept with the decision.")
    when: Conditions = Field(Conditions(), description="Whom it is for; empty: everybody of the stage.")
    needs_consent: bool = Field(False, description="Only for customers who agreed to offers.")
    parts: int | None = Field(None, ge=2, le=24, description="Instalments: how many at most.")
    smallest_part: Exact | None = Field(None, gt=0, description="Instalments: the smallest; fewer parts keep to it.")
    every: Literal["week", "two_weeks", "month"] = Field("month", description="Instalments: how far apart.")
    first_after_days: int = Field(14, ge=0, le=120, description="Instalments: days from today to the first.")
    shift_days: int | None = Field(None, ge=1, le=120, description="Shift: days from today to the new due date.")
    history_days: int = Field(300, ge=28, le=1100, description="Budget billing: fewest billed days to work it out of.")


class Stage(Options):
    """What is done with customers of certain days and conditions, and why."""

    id: RuleId = Field(description="Stable name; kept with the decision.")
    reason: ShortText = Field(description="Why, in plain words; kept with the decision.")
    about: Literal["bill", "debt"] = Field(
        "debt", description="bill: it tells of a new bill or document; debt: it reminds of what is open."
    )
    from_day: Day | None = Field(
        None, description="First day, counted from the oldest due date asked for; -3: before it."
    )
    to_day: Day | None = Field(None, description="Last day, included; none: no end.")
    when: Conditions = Field(Conditions(), description="Condition; empty holds always.")
    variants: tuple[ArmName, ...] = Field((), description="Arms of the experiment that it stands in; none: all.")
    action: Literal["send", "call", "wait"] = Field("send", description="Send a message, have a person act, or wait.")
    channels: tuple[ContactChannel, ...] = Field(
        (ContactChannel.EMAIL, ContactChannel.SMS, ContactChannel.PUSH, ContactChannel.POST),
        description="Channels that may be used, the best first.",
    )
    tone: Tone | None = Field(None, description="How it is said; none: as the bill brings it.")
    template: RuleId | None = Field(
        None, description="Variant: a folder below message/; forms that it lacks are the usual ones."
    )
    offers: tuple[RuleId, ...] = Field((), description="Ids of what is offered, in order.")
    tasks: tuple[TaskKind, ...] = Field((), description="What a person must do besides.")
    wait_days: int = Field(0, ge=0, le=400, description="Fewest days since the last message of any kind.")
    most: int | None = Field(None, ge=1, le=50, description="Most messages while this stage lasts; none: no bound.")
    needs_consent: bool = Field(False, description="Only for customers who agreed to offers.")
    is_urgent: bool = Field(True, description="False: nothing may press, no matter how late.")
    is_formal: bool = Field(False, description="A formal notice: by post alone, neither video nor e-mail.")
    announces_cut_off: bool = Field(False, description="The message says that supply may end; it must be formal.")

    @model_validator(mode="after")
    def _days_are_ordered(self) -> Self:
        if self.from_day is not None and self.to_day is not None and self.to_day < self.from_day:
            raise ValueError("`to_day` comes before `from_day`")
        return self

    @model_validator(mode="after")
    def _is_formal_where_it_must(self) -> Self:
        if (self.announces_cut_off or self.tone is Tone.FORMAL) and not self.is_formal:
            raise ValueError("a formal tone or a word on cut-off needs `is_formal = true`")
        if self.is_formal and (self.about != "debt" or self.from_day is None or self.from_day < 1):
            raise ValueError("a formal notice is about a debt and needs a `from_day` after the due date")
        return self

    @property
    def is_pressing(self) -> bool:
        """True if it is formal, firm or speaks of a cut-off: never for the vulnerable or in a dispute."""
        return self.is_formal or self.tone is Tone.FIRM

    @property
    def is_grave(self) -> bool:
        """True if it is a formal notice or speaks of a cut-off: no score may decide it."""
        return self.is_formal  # a word on cut-off or a formal tone needs it
