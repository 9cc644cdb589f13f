"""A customer: master data, contacts, consents, supply points, bills, payments, interactions."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from engine.model.base import (
    CalendarDate,
    CountryCode,
    Exact,
    Instant,
    Key,
    LanguageTag,
    LongText,
    Record,
    ShortText,
)
from engine.model.bill import ZERO, Bill
from engine.model.consumption import Commodity, Consumption


class CustomerKind(StrEnum):
    """Who the customer is in law."""

    HOUSEHOLD = "household"
    BUSINESS = "business"


class ContactChannel(StrEnum):
    """A way to reach a customer."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    POST = "post"
    PHONE = "phone"


class PlanState(StrEnum):
    """Whether a payment plan was agreed, and whether it is being kept."""

    NONE = "none"
    KEPT = "kept"
    BROKEN = "broken"


class PersonName(Record):
    """How to name the customer: a person by given and family name, a company by `company`."""

    given: ShortText = ""
    family: ShortText = ""
    company: ShortText = ""
    salutation: ShortText = ""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if not (self.given or self.family or self.company):
            raise ValueError("a given name, a family name or a company is needed")
        return self

    @property
    def full(self) -> str:
        """The name as it stands in an address."""
        person = " ".join(part for part in (self.given, self.family) if part)
        return self.company or person


class PostalAddress(Record):
    """A postal address. `lines` hold street, house number and what comes before them, top to bottom."""

    lines: tuple[ShortText, ...] = ()
    postal_code: ShortText = ""
    city: ShortText = ""
    region: ShortText = ""
    country: CountryCode = "IT"


class Flags(Record):
    """What a customer's state forbids or asks for."""

    vulnerable: bool = False
    disputed: bool = Field(default=False, description="The current bill is in dispute.")
    deceased: bool = False
    paperless: bool = False
    payment_plan: PlanState = PlanState.NONE


class Consents(Record):
    """What the customer agreed to. Service messages go by contract; tips and offers by consent."""

    email: bool = False
    sms: bool = False
    push: bool = False
    post: bool = True
    phone: bool = False
    offers: bool = False
    analytics: bool = False


class SupplyPoint(Record):
    """A place where something is delivered."""

    code: Key = Field(description="POD, PDR, EAN, MPAN or the like.")
    commodity: Commodity = Commodity.ELECTRICITY
    meter: ShortText | None = None
    address: PostalAddress | None = None
    tariff: ShortText | None = None
    contract_end: CalendarDate | None = None


class Payment(Record):
    """Money received (or returned, when negative) against a bill."""

    amount: Exact
    paid_on: CalendarDate
    bill_number: Key | None = None
    method: ShortText | None = None


class InteractionKind(StrEnum):
    """What happened, or is still to be done, between supplier and customer."""

    SENT = "sent"
    SEEN = "seen"
    CLICKED = "clicked"
    PROMISED = "promised"
    CALLED = "called"
    COMPLAINED = "complained"
    TASK = "task"


class Interaction(Record):
    """One contact or task. A task that is still to do has `done` false."""

    kind: InteractionKind
    at: Instant
    channel: ContactChannel | None = None
    bill_number: Key | None = None
    amount: Exact | None = None
    due_on: CalendarDate | None = None
    done: bool = True
    note: LongText | None = None


class Customer(Record):
    """All that is known of one customer when a cycle is rendered."""

    key: Key = Field(description="The customer's key in the billing system; unique in a cycle.")
    kind: CustomerKind = CustomerKind.HOUSEHOLD
    name: PersonName
    address: PostalAddress | None = None
    email: ShortText | None = None
    phone: ShortText | None = None
    locale: LanguageTag | None = None
    time_zone: ShortText | None = None
    preferred_channel: ContactChannel | None = None
    consents: Consents = Consents()
    flags: Flags = Flags()
    supply_points: tuple[SupplyPoint, ...] = ()
    bills: tuple[Bill, ...] = ()
    consumption: tuple[Consumption, ...] = ()
    payments: tuple[Payment, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    attributes: dict[str, str] = Field(default_factory=dict, description="Free attributes from the CRM.")

    @model_validator(mode="after")
    def _bills_differ(self) -> Self:
        numbers = [bill.number for bill in self.bills]
        doubled = sorted({number for number in numbers if numbers.count(number) > 1})
        if doubled:
            raise ValueError("two bills of the customer bear the same number")
        return self

    @property
    def subject_bill(self) -> Bill | None:
        """The bill that a communication is about: the newest by issue date, then by place in the record."""
        if not self.bills:
            return None
        newest = max(bill.issued_on for bill in self.bills)
        return [bill for bill in self.bills if bill.issued_on == newest][-1]

    def paid(self, bill: Bill) -> Decimal:
        """Return what was paid against `bill`."""
        return sum((p.amount for p in self.payments if p.bill_number == bill.number), ZERO)

    def outstanding(self, bill: Bill) -> Decimal:
        """Return what is still owed by `bill`; negative when the supplier owes the customer."""
        return bill.owed - self.paid(bill)
