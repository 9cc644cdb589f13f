"""What a collection agency is given of one customer, and nothing more: `billcast handover`.

The records below are the whole of it: what has no field here can't reach an agency. No consumption, consents,
flags, attributes, payments' accounts, notes or scores.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from engine.model.base import Amount, CalendarDate, CurrencyCode, Instant, Key, LanguageTag, Record, ShortText
from engine.model.channel import ContactChannel
from engine.model.customer import CustomerKind, PersonName
from engine.model.party import PostalAddress


class Creditor(Record):
    """Who is owed, and whom the agency asks."""

    name: ShortText = Field(description="Name as in the commercial register.")
    address: ShortText = Field(description="Address in one line.")
    phone: ShortText = Field(description="Phone number.")
    email: ShortText = Field(description="E-mail address.")


class Debtor(Record):
    """Who owes, and where they are reached."""

    kind: CustomerKind = Field(description="Household or business.")
    name: PersonName = Field(description="Name.")
    address: PostalAddress | None = Field(default=None, description="Postal address.")
    email: ShortText | None = Field(default=None, description="E-mail address.")
    phone: ShortText | None = Field(default=None, description="Phone number.")
    locale: LanguageTag | None = Field(default=None, description="Language to write in.")


class ClaimedBill(Record):
    """One overdue bill: `billed` less `settled` is `open`, or more than it where a part must wait."""

    number: Key = Field(description="Number of the bill.")
    issued_on: CalendarDate = Field(description="Day of issue.")
    due_on: CalendarDate = Field(description="Last day to pay.")
    days_late: int = Field(ge=1, description="Days since then.")
    billed: Amount = Field(description="What the bill asked for.")
    settled: Amount = Field(description="Paid or credited.")
    open: Amount = Field(description="What is claimed of it, without interest and fee.")
    interest: Amount = Field(description="Interest until the day of the claim.")
    fee: Amount = Field(description="Reminder fee.")
    limitation_on: CalendarDate | None = Field(default=None, description="Last day on which it may be asked for.")


class Claim(Record):
    """What is claimed in one currency. `total` is the sum of all open amounts, interest and fees, to the cent."""

    currency: CurrencyCode = Field(description="ISO 4217 code of all its amounts.")
    bills: tuple[ClaimedBill, ...] = Field(min_length=1, description="The bills, oldest due date first.")
    open: Amount = Field(description="Sum of the open amounts.")
    interest: Amount = Field(description="Sum of the interest.")
    fees: Amount = Field(description="Sum of the fees.")
    total: Amount = Field(description="All three.")


class Reminded(Record):
    """One reminder that was sent."""

    at: Instant | None = Field(default=None, description="When, where the time is known.")
    on: CalendarDate = Field(description="On which day.")
    what: Literal["reminder", "formal_notice"] = Field(description="A reminder, or the formal notice.")
    channel: ContactChannel | None = Field(default=None, description="By which way.")
    bill_number: Key | None = Field(default=None, description="About which bill; none is about all.")


class HandoverCase(Record):
    """One customer's case: a line of the hand-over file."""

    format: Literal["billcast handover"] = Field(default="billcast handover", description="What the line is.")
    version: Literal[1] = Field(default=1, description="Version of the format.")
    as_of: CalendarDate = Field(description="Day of the claim: interest runs until it.")
    reference: Key = Field(description="The customer's key: to be named in all that is asked and paid.")
    creditor: Creditor = Field(description="Who is owed.")
    debtor: Debtor = Field(description="Who owes.")
    claims: tuple[Claim, ...] = Field(min_length=1, description="What is claimed, a claim a currency.")
    reminders: tuple[Reminded, ...] = Field(min_length=1, description="What was sent about it, in order of time.")


def handover_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a line of the hand-over file."""
    schema = HandoverCase.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
