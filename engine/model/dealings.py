"""What passed between supplier and customer besides bills and money: documents, promises, disputes, tasks."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from engine.model.base import Amount, CalendarDate, Instant, Key, LongText, Record, ShortText
from engine.model.channel import ContactChannel


class PaymentMethod(StrEnum):
    """How a customer usually pays."""

    DIRECT_DEBIT = "direct_debit"
    STANDING_ORDER = "standing_order"
    TRANSFER = "transfer"
    CARD = "card"
    WALLET = "wallet"
    SLIP = "slip"
    CASH = "cash"
    OTHER = "other"


class Direction(StrEnum):
    """Who sent a document to whom."""

    SENT = "sent"
    RECEIVED = "received"


class DocumentKind(StrEnum):
    """What a document is."""

    BILL = "bill"
    REMINDER = "reminder"
    FORMAL_NOTICE = "formal_notice"
    PLAN_AGREEMENT = "plan_agreement"
    CONTRACT = "contract"
    PROOF_OF_PAYMENT = "proof_of_payment"
    METER_READING = "meter_reading"
    LETTER = "letter"
    OTHER = "other"


class DisputeOutcome(StrEnum):
    """How a dispute ended."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class TaskState(StrEnum):
    """How far a person's task has come."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Document(Record):
    """A document that was sent or received; the document itself lies elsewhere, under `reference`."""

    kind: DocumentKind = Field(description="What it is.")
    at: Instant = Field(description="When it was sent or received.")
    direction: Direction = Field(default=Direction.SENT, description="Sent by the supplier, or received.")
    channel: ContactChannel | None = Field(default=None, description="By which way.")
    name: ShortText = Field(default="", description="Its title or file name.")
    reference: ShortText | None = Field(default=None, description="Where it is kept: a path, number or address.")
    bill_number: Key | None = Field(default=None, description="The bill that it is about.")


class Promise(Record):
    """A promise to pay by a day. The instalments of a payment plan are promises that share the name of the `plan`."""

    made_on: CalendarDate = Field(description="Day on which it was given.")
    due_on: CalendarDate = Field(description="Last day to keep it.")
    amount: Amount | None = Field(default=None, description="What was promised; none is all that was open.")
    bill_number: Key | None = Field(default=None, description="The bill it was about; none is all that were open.")
    plan: Key | None = Field(default=None, description="The payment plan that it is an instalment of.")
    kept: bool | None = Field(default=None, description="Whether it was kept; none is not known, or not due yet.")
    channel: ContactChannel | None = Field(default=None, description="By which way it was given.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.due_on < self.made_on:
            raise ValueError("the promise is due before it was made")
        return self


class Dispute(Record):
    """What a customer contests about a bill. Until it is closed, what is disputed is explained, never asked for."""

    bill_number: Key = Field(description="The bill in dispute.")
    opened_on: CalendarDate = Field(description="First day of the dispute.")
    closed_on: CalendarDate | None = Field(default=None, description="Day on which it was settled; none is open.")
    amount: Amount | None = Field(default=None, description="The part in dispute; none is the whole bill.")
    outcome: DisputeOutcome | None = Field(default=None, description="How it ended; none while it is open.")
    note: LongText | None = Field(default=None, description="What the customer says.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closed_on is not None and self.closed_on < self.opened_on:
            raise ValueError("the dispute is closed before it was opened")
        if self.amount is not None and self.amount <= 0:
            raise ValueError("a disputed amount is above zero; leave it out for the whole bill")
        return self

    def is_open_on(self, day: date) -> bool:
        """True if the dispute was open on `day`: on the day of its closing it is not."""
        return self.opened_on <= day and (self.closed_on is None or day < self.closed_on)


class TaskRecord(Record):
    """What a person did or must do about the customer, as the collection or CRM system keeps it."""

    kind: Key = Field(description="call_back, check_dispute, review_hardship, approve_plan, or any other word.")
    id: Key | None = Field(default=None, description="The task's id in the system that keeps it.")
    owner: ShortText = Field(default="", description="The group of people it is given to.")
    state: TaskState = Field(default=TaskState.OPEN, description="Open, done or cancelled.")
    opened_at: Instant | None = Field(default=None, description="When it was given.")
    due_on: CalendarDate | None = Field(default=None, description="By when it is to be done.")
    done_at: Instant | None = Field(default=None, description="When it was done or cancelled.")
    bill_number: Key | None = Field(default=None, description="The bill that it is about.")
    note: LongText | None = Field(default=None, description="What is to be done, or came of it.")
