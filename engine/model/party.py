"""Who stands on a bill besides the customer: a postal address, and who issued it."""

from __future__ import annotations

from pydantic import Field

from engine.model.base import CountryCode, Name, Record, ShortText


class PostalAddress(Record):
    """A postal address. `lines` hold street, house number and what comes before them, top to bottom."""

    lines: tuple[ShortText, ...] = Field(
        default=(), description="Street, house number and what comes before them, top to bottom."
    )
    postal_code: ShortText = Field(default="", description="Postal code.")
    city: ShortText = Field(default="", description="Town.")
    region: ShortText = Field(default="", description="Region, county or province, where an address names it.")
    country: CountryCode = Field(default="IT", description="ISO 3166-1 code of two letters.")


class Seller(Record):
    """Who issued a bill, as its e-invoice says it (EN 16931, BG-4)."""

    name: Name = Field(description="Name as in the commercial register.")
    trading_name: ShortText | None = Field(default=None, description="Name under which it trades, if another.")
    address: PostalAddress = Field(description="Seat.")
    vat_id: ShortText | None = Field(default=None, description="VAT number with the country before it.")
    tax_id: ShortText | None = Field(default=None, description="Number at the tax office, without a VAT number.")
    register_id: ShortText | None = Field(default=None, description="Number in the commercial register.")
    contact: ShortText | None = Field(default=None, description="Person or office to ask.")
    phone: ShortText | None = Field(default=None, description="Phone number.")
    email: ShortText | None = Field(default=None, description="E-mail address.")
