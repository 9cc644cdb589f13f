"""A customer: master data, contacts, consents, supply points, bills, payments, interactions."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.model.base import (
    Amount,
    CalendarDate,
    Instant,
    Key,
    LanguageTag,
    LongText,
    Record,
    ShortText,
)
from engine.model.bill import ZERO, Bill, DirectDebit
from engine.model.channel import ContactChannel as ContactChannel  # imported from here by others
from engine.model.consumption import Commodity, Consumption
from engine.model.dealings import Dispute, Document, PaymentMethod, Promise, TaskRecord
from engine.model.money import exponent, have_spare_decimals
from engine.model.party import PostalAddress as PostalAddress  # imported from here by others


class CustomerKind(StrEnum):
    """Who the customer is in law."""

    HOUSEHOLD = "household"
    BUSINESS = "business"


class PlanState(StrEnum):
    """Whether a payment plan was agreed, and whether it is being kept."""

    NONE = "none"
    KEPT = "kept"
    BROKEN = "broken"


class PersonName(Record):
    """How to name the customer: a person by given and family name, a company by `company`."""

    given: ShortText = Field(default="", description="Given name.")
    family: ShortText = Field(default="", description="Family name.")
    company: ShortText = Field(default="", description="Company; a company needs no person.")
    salutation: ShortText = Field(default="", description="Title or form of address.")

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if not (self.given or self.family or self.company):
            raise ValueError("a given name, a family name or a company is needed")
        return self

    @property
    def full(self) -> str:
        """The name as it stands in an address."""
        person = f"{self.given} {self.family}" if self.given and self.family else self.given or self.family
        return self.company or person


class Flags(Record):
    """What a customer's state forbids or asks for."""

    vulnerable: bool = Field(default=False, description="Needs care: help comes first, nothing is urgent.")
    disputed: bool = Field(default=False, description="The current bill is in dispute.")
    deceased: bool = Field(default=False, description="Nothing is sent.")
    paperless: bool = Field(default=False, description="Gets no paper.")
    payment_plan: PlanState = Field(
        default=PlanState.NONE, description="Whether a payment plan was agreed, and whether it is kept."
    )
    legal_hold: bool = Field(
        default=False, description="A court, an insolvency or the law forbids to collect: nothing is asked for."
    )


class Consents(Record):
    """What the customer agreed to. Service messages and saving tips go by contract; advice that sells by consent."""

    email: bool = Field(default=False, description="May be written to by e-mail.")
    sms: bool = Field(default=False, description="May be written to by SMS.")
    push: bool = Field(default=False, description="May be notified in the app.")
    post: bool = Field(default=True, description="May be written to by post.")
    phone: bool = Field(default=False, description="May be called.")
    offers: bool = Field(default=False, description="Agreed to tips and offers.")
    analytics: bool = Field(default=False, description="Agreed that visits are counted.")


class SupplyPoint(Record):
    """A place where something is delivered."""

    code: Key = Field(description="POD, PDR, EAN, MPAN or the like.")
    commodity: Commodity = Field(default=Commodity.ELECTRICITY, description="What is delivered.")
    meter: ShortText | None = Field(default=None, description="Meter number.")
    address: PostalAddress | None = Field(default=None, description="Where, if not at the customer's address.")
    tariff: ShortText | None = Field(default=None, description="Name of the tariff.")
    contract_end: CalendarDate | None = Field(default=None, description="Last day of the contract.")


class Payment(Record):
    """Money received (or returned, when negative) against a bill."""

    amount: Amount = Field(description="Money received; negative is money returned.")
    paid_on: CalendarDate = Field(description="Day of value.")
    bill_number: Key | None = Field(default=None, description="The bill it was for; none is on account.")
    method: ShortText | None = Field(default=None, description="Transfer, card, direct debit or any other word.")


class InteractionKind(StrEnum):
    """What happened, or is still to be done, between supplier and customer."""

    SENT = "sent"
    SEEN = "seen"
    CLICKED = "clicked"
    PROMISED = "promised"
    CALLED = "called"
    COMPLAINED = "complained"
    TASK = "task"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    REPLIED = "replied"
    OPTED_OUT = "opted_out"
    ALREADY_PAID = "already_paid"
    DISPUTED = "disputed"
    CALL_BACK = "call_back"
    INSTALMENTS = "instalments"
    WRONG_PERSON = "wrong_person"


class Interaction(Record):
    """One contact or task. A task that is still to do has `done` false."""

    kind: InteractionKind = Field(description="What happened or is to be done.")
    at: Instant = Field(description="When.")
    channel: ContactChannel | None = Field(default=None, description="By which way.")
    bill_number: Key | None = Field(default=None, description="About which bill.")
    amount: Amount | None = Field(default=None, description="The amount promised or spoken of.")
    due_on: CalendarDate | None = Field(default=None, description="By when a promise or task is due.")
    done: bool = Field(default=True, description="False for what is still to be done.")
    note: LongText | None = Field(default=None, description="What was said.")
    stage: ShortText | None = Field(default=None, description="The stage of collection that a message was sent at.")
    reference: ShortText | None = Field(
        default=None, description="Id of the message: the same where it was sent, seen, clicked or answered."
    )


class Customer(Record):
    """All that is known of one customer when a cycle is rendered."""

    key: Key = Field(description="The customer's key in the billing system; unique in a cycle.")
    kind: CustomerKind = Field(default=CustomerKind.HOUSEHOLD, description="Household or business.")
    name: PersonName = Field(description="How the customer is named.")
    address: PostalAddress | None = Field(default=None, description="Postal address.")
    email: ShortText | None = Field(default=None, description="E-mail address.")
    phone: ShortText | None = Field(default=None, description="Phone number.")
    locale: LanguageTag | None = Field(
        default=None, description="Language to write in, as in it or fr-BE; none takes the campaign's."
    )
    time_zone: ShortText | None = Field(default=None, description="IANA time zone, as in Europe/Rome.")
    preferred_channel: ContactChannel | None = Field(default=None, description="The way the customer likes best.")
    consents: Consents = Field(default=Consents(), description="What the customer agreed to.")
    flags: Flags = Field(default=Flags(), description="What the customer's state forbids or asks for.")
    supply_points: tuple[SupplyPoint, ...] = Field(default=(), description="Places where something is delivered.")
    bills: tuple[Bill, ...] = Field(
        default=(), description="Current and past bills; the newest by issue date is the one spoken about."
    )
    consumption: tuple[Consumption, ...] = Field(default=(), description="What the supply points used.")
    payments: tuple[Payment, ...] = Field(default=(), description="Payments against the bills.")
    interactions: tuple[Interaction, ...] = Field(
        default=(), description="What was sent, seen, promised; what is still to do."
    )
    attributes: dict[str, str] = Field(default_factory=dict, description="Free attributes from the CRM.")
    vat_id: ShortText | None = Field(default=None, description="VAT number of a business, with the country before it.")
    opened_on: CalendarDate | None = Field(default=None, description="Day since when the customer is one.")
    payment_method: PaymentMethod | None = Field(default=None, description="How the customer usually pays.")
    direct_debit: DirectDebit | None = Field(
        default=None, description="The mandate in force, where there is one; each bill says itself if it is used."
    )
    documents: tuple[Document, ...] = Field(default=(), description="Documents sent and received.")
    promises: tuple[Promise, ...] = Field(
        default=(), description="Promises to pay, the instalments of payment plans among them."
    )
    disputes: tuple[Dispute, ...] = Field(default=(), description="What is or was contested about bills.")
    tasks: tuple[TaskRecord, ...] = Field(default=(), description="What people did or must do.")

    @model_validator(mode="after")
    def _bills_differ(self) -> Self:
        if len({bill.number for bill in self.bills}) < len(self.bills):
            raise ValueError("two bills of the customer bear the same number")
        return self

    @model_validator(mode="after")
    def _money_is_whole_coins(self) -> Self:
        """Refuse payments and disputed parts that no bill's currency can hold: no request could be made of the rest."""
        rows: list[Payment | Dispute] = [*self.payments]
        rows += [one for one in self.disputes if one.amount is not None]
        newest = self.subject_bill if rows else None
        if newest is not None:
            currencies = {bill.number: bill.currency for bill in self.bills}
            amounts: dict[str, list[Decimal]] = {}
            for one in rows:
                named = currencies.get(one.bill_number or "", newest.currency)
                amounts.setdefault(named, []).append(one.amount or ZERO)
            for currency, found in amounts.items():
                if have_spare_decimals(found, currency):
                    raise PydanticCustomError(
                        "M104", "a payment or dispute in {currency} has at most {decimals} decimals",
                        {"currency": currency, "decimals": exponent(currency)},
                    )  # fmt: skip
        return self

    @property
    def subject_bill(self) -> Bill | None:
        """The bill that a communication is about: the newest by issue date, then by place in the record."""
        newest = None
        for bill in self.bills:
            if newest is None or bill.issued_on >= newest.issued_on:
                newest = bill
        return newest

    def paid(self, bill: Bill) -> Decimal:
        """Return what was paid against `bill`, its share of payments on account included."""
        return self._named(bill.number) + self._on_account.get(bill.number, ZERO)

    @cached_property
    def _on_account(self) -> dict[str, Decimal]:
        """Payments without a bill number, allotted to the bills that were open on the day, oldest first.

        A bill issued after a payment takes it into account itself, as prepaid or in the balance forward.
        """
        loose = sorted((p for p in self.payments if p.bill_number is None), key=lambda p: p.paid_on)
        shares: dict[str, Decimal] = {}
        if not loose:
            return shares
        oldest_first = sorted(self.bills, key=lambda bill: (bill.due_on or bill.issued_on, bill.number))
        open_ = {bill.number: bill.owed - self._named(bill.number) for bill in oldest_first}
        issued = {bill.number: bill.issued_on for bill in self.bills}
        for payment in loose:
            left = payment.amount
            for number, owed in open_.items():
                share = min(left, owed) if issued[number] <= payment.paid_on and owed > 0 and left > 0 else ZERO
                open_[number] -= share
                shares[number] = shares.get(number, ZERO) + share
                left -= share
        return shares

    def _named(self, number: str) -> Decimal:
        return sum([p.amount for p in self.payments if p.bill_number == number], ZERO) if self.payments else ZERO

    def outstanding(self, bill: Bill) -> Decimal:
        """Return what is still owed by `bill`; negative when the supplier owes the customer."""
        return bill.owed - self.paid(bill)
