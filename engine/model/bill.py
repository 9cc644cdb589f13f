"""A bill: what was charged, for which period, and what is payable by when."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, LiteralString, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from stdnum import iban

from engine.model.base import (
    Amount,
    CalendarDate,
    CurrencyCode,
    Key,
    LongText,
    Name,
    Percent,
    Quantity,
    Record,
    ShortText,
)
from engine.model.money import exponent, have_spare_decimals, quantum
from engine.model.party import Seller

ZERO = Decimal(0)
TypeCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}$")]


@lru_cache(maxsize=4096)
def is_iban(account: str) -> bool:
    """True if `account` is an IBAN whose check digits hold (ISO 13616). Remembered: a cycle has few payees."""
    return bool(iban.is_valid(account, check_country=False))


def _differs(
    code: LiteralString, message: LiteralString, made: Decimal, said: Decimal, step: Decimal
) -> PydanticCustomError:
    """Return the refusal of a bill that does not add up: both figures, and their difference apart."""
    figures = {"made": made, "said": said, "difference": made - said}
    return PydanticCustomError(code, message, {name: str(figure.quantize(step)) for name, figure in figures.items()})


class BillKind(StrEnum):
    """What the document is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    REMINDER = "reminder"
    STATEMENT = "statement"


class ChargeCategory(StrEnum):
    """What a charge line pays for."""

    ENERGY = "energy"
    NETWORK = "network"
    TAXES_LEVIES = "taxes_levies"
    FIXED = "fixed"
    ONE_OFF = "one_off"
    ADJUSTMENT = "adjustment"
    DISCOUNT = "discount"
    FEE = "fee"


class TaxCategory(StrEnum):
    """How VAT treats a line or a total, by its code (UNTDID 5305, as EN 16931 uses it)."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    INTRA_COMMUNITY = "K"
    EXPORT = "G"
    OUTSIDE = "O"
    CANARY_ISLANDS = "L"
    CEUTA_MELILLA = "M"


class DunningStage(StrEnum):
    """How far the collection of a bill has gone."""

    NONE = "none"
    FRIENDLY = "friendly"
    FIRST = "first"
    SECOND = "second"
    FINAL = "final"


class Period(Record):
    """Days from `start` to `end`, both included."""

    start: CalendarDate = Field(description="First day.")
    end: CalendarDate = Field(description="Last day, included.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            raise ValueError("the period ends before it starts")
        return self

    @property
    def days(self) -> int:
        """The number of days, both ends included."""
        return (self.end - self.start).days + 1


class ChargeLine(Record):
    """One line of a bill, without VAT. `amount` is signed: a discount is negative."""

    category: ChargeCategory = Field(description="What the line pays for.")
    label: Name = Field(description="The words of the bill, in its own language.")
    amount: Amount = Field(description="Signed, without VAT: a discount is negative.")
    quantity: Quantity | None = Field(default=None, description="How much, in `unit`.")
    unit: ShortText | None = Field(default=None, description="kWh, kW, m3, day, month, piece or any other word.")
    unit_price: Amount | None = Field(default=None, description="Price of one unit, in the bill's currency.")
    supply_point: Key | None = Field(default=None, description="Code of the supply point that the line is about.")
    period: Period | None = Field(
        default=None, description="Days that the line is about, where they differ from the bill's."
    )
    tax_category: TaxCategory | None = Field(
        default=None, description="How VAT treats it; needed for an e-invoice where a bill has several rates."
    )
    tax_rate_percent: Percent | None = Field(
        default=None, description="Its VAT rate; needed for an e-invoice where a bill has several rates."
    )


class DocumentAllowance(Record):
    """An allowance (negative) or charge (positive) on the whole document, without VAT."""

    label: Name = Field(description="The words of the bill, in its own language.")
    amount: Amount = Field(description="Signed, without VAT: an allowance is negative, a charge positive.")
    tax_category: TaxCategory | None = Field(
        default=None, description="How VAT treats it; needed for an e-invoice where a bill has several rates."
    )
    tax_rate_percent: Percent | None = Field(
        default=None, description="Its VAT rate; needed for an e-invoice where a bill has several rates."
    )


class Tax(Record):
    """VAT or another tax computed on the whole document."""

    label: Name = Field(default="VAT", description="Name of the tax, in the bill's language.")
    rate_percent: Percent | None = Field(default=None, description="Rate.")
    base: Amount | None = Field(default=None, description="What the tax is computed on.")
    amount: Amount = Field(description="The tax.")
    category: TaxCategory | None = Field(
        default=None, description="How VAT treats its base; none: standard where the rate is above zero."
    )
    exemption_reason: ShortText | None = Field(default=None, description="Why no VAT is charged, in words.")


class Payee(Record):
    """Who is paid. `account` is an IBAN where there is one, else the payee's local account number."""

    name: Name = Field(description="Account holder.")
    account: ShortText | None = Field(default=None, description="IBAN, or the local account number.")
    is_iban: bool = Field(default=True, description="Whether `account` is an IBAN.")
    bic: ShortText | None = Field(default=None, description="BIC of the bank; needed outside the EEA only.")
    reference: ShortText | None = Field(default=None, description="Creditor reference or payment reference.")
    other_accounts: tuple[ShortText, ...] = Field(default=(), description="Further accounts that take the payment.")

    @model_validator(mode="after")
    def _account_holds(self) -> Self:
        if self.is_iban and self.account and not is_iban(self.account):
            raise PydanticCustomError("iban", "the check digits of the IBAN are wrong")
        return self


class DirectDebit(Record):
    """A mandate by which a bill is taken from the customer's account on its due date."""

    mandate: ShortText | None = Field(default=None, description="Reference of the mandate.")
    creditor_id: ShortText | None = Field(default=None, description="The payee's creditor identifier.")
    account: ShortText | None = Field(default=None, description="IBAN of the account that it is taken from.")

    @model_validator(mode="after")
    def _account_holds(self) -> Self:
        if self.account and not is_iban(self.account):
            raise PydanticCustomError("iban", "the check digits of the IBAN are wrong")
        return self


class Bill(Record):
    """One bill, which adds up to the cent or is refused with both figures (M102, M103).

    lines + allowances + taxes + rounding = total; total - prepaid + balance_forward = amount_payable.
    A reminder or statement may have no lines: then `total` stands alone. The amounts of a credit note
    are written as on the paper (positive); `owed` has the sign that counts.
    """

    number: Key = Field(description="The bill's number; unique for a customer.")
    kind: BillKind = Field(default=BillKind.INVOICE, description="Invoice, credit note, reminder or statement.")
    issued_on: CalendarDate = Field(description="Day of issue.")
    due_on: CalendarDate | None = Field(default=None, description="Last day to pay; none where nothing is asked for.")
    period: Period | None = Field(default=None, description="Days billed.")
    currency: CurrencyCode = Field(default="EUR", description="ISO 4217 code of all its amounts.")
    lines: tuple[ChargeLine, ...] = Field(default=(), description="Charge lines, in the order of the bill.")
    allowances: tuple[DocumentAllowance, ...] = Field(
        default=(), description="Allowances and charges on the whole document."
    )
    taxes: tuple[Tax, ...] = Field(default=(), description="VAT and the like; levies are lines.")
    rounding: Amount = Field(default=ZERO, description="Added to reach a round total; signed.")
    total: Amount = Field(description="Lines, allowances, taxes and rounding.")
    prepaid: Amount = Field(
        default=ZERO, description="Paid before the bill was issued, instalments included; taken off the total."
    )
    balance_forward: Amount = Field(
        default=ZERO, description="Carried over from earlier bills: positive is owed, negative a credit."
    )
    amount_payable: Amount = Field(description="Total less prepaid plus balance forward; negative is a credit.")
    dunning_stage: DunningStage = Field(
        default=DunningStage.NONE, description="How far the collection of the bill has gone."
    )
    is_disputed: bool = Field(
        default=False, description="The customer disputes this bill: it may be explained, not asked for."
    )
    is_estimated: bool = Field(default=False, description="The bill rests on an estimated reading.")
    payee: Payee | None = Field(default=None, description="Who is paid; none takes the campaign's payee.")
    supply_points: tuple[Key, ...] = Field(default=(), description="Codes of the supply points billed.")
    note: LongText | None = Field(default=None, description="A note of the bill, as it stands there.")
    original_number: Key | None = Field(default=None, description="The bill that a credit note or reminder is about.")
    seller: Seller | None = Field(default=None, description="Who issued it; none takes the campaign's supplier.")
    type_code: TypeCode | None = Field(
        default=None,
        description="UNTDID 1001 code of an e-invoice, as in 326 for a part; none: 380, or 381 for a credit note.",
    )
    payment_terms: LongText | None = Field(default=None, description="When and how to pay, in words.")
    direct_debit: DirectDebit | None = Field(
        default=None, description="It is taken from the customer's account: until it is overdue, nothing is asked for."
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        self._check_decimals()
        step = quantum(self.currency)
        if self.lines or self.kind in (BillKind.INVOICE, BillKind.CREDIT_NOTE):
            parts = self.net + self.tax + self.rounding
            if parts != self.total:
                message: LiteralString = "lines, allowances, taxes and rounding make {made}, the total says {said}"
                raise _differs("M102", message, parts, self.total, step)
        payable = self.total - self.prepaid + self.balance_forward
        if payable != self.amount_payable:
            message = "total less prepaid plus balance forward makes {made}, the amount payable says {said}"
            raise _differs("M103", message, payable, self.amount_payable, step)
        return self

    def _check_decimals(self) -> None:
        amounts = [self.total, self.prepaid, self.balance_forward, self.amount_payable, self.rounding]
        amounts += [line.amount for line in self.lines]
        amounts += [tax.amount for tax in self.taxes]
        amounts += [part.amount for part in self.allowances]
        if have_spare_decimals(amounts, self.currency):
            raise PydanticCustomError(
                "M104", "an amount in {currency} has at most {decimals} decimals",
                {"currency": self.currency, "decimals": exponent(self.currency)},
            )  # fmt: skip

    @property
    def net(self) -> Decimal:
        """Lines and document allowances, before taxes and rounding."""
        lines = sum([line.amount for line in self.lines], ZERO)
        return lines + sum([part.amount for part in self.allowances], ZERO)

    @property
    def tax(self) -> Decimal:
        """All taxes of the document."""
        return sum([tax.amount for tax in self.taxes], ZERO)

    @property
    def owed(self) -> Decimal:
        """What the customer owes by this bill; negative when the supplier owes the customer."""
        return -self.amount_payable if self.kind is BillKind.CREDIT_NOTE else self.amount_payable
