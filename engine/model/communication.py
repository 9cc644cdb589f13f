"""What is said to one customer: the one input of all channels.

A template prints three things only: a `Fact` (a formatted value of this customer), a `Text`
(translated or campaign text, the same for everyone) and a `TextBlock` (a sentence made of both).
Everything here is frozen, picklable, and made by `engine.compose`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.model.attached import AttachedFile
from engine.model.chart import ChartGeometry, ChartLabel, ChartLine, ChartRow, Mark, MarkRole, MarkStyle
from engine.model.collection_view import InstalmentRow, OfferView, StatementRow, StatementView
from engine.model.outreach import Outreach
from engine.model.quick import quick
from engine.model.said import NO_BLOCK, Fact, FactValue, Text, TextBlock, contested_facts, walk_facts
from engine.model.tone import Tone

__all__ = [
    "NO_BLOCK", "AnswerLink", "AttachedFile", "BillView", "ChangeItem", "ChangeView", "ChargeGroup", "ChargeRow",
    "ChartGeometry", "ChartLabel", "ChartLine", "ChartRow", "Communication", "CustomerView", "Decision", "Fact",
    "FactValue", "HelpView", "InstalmentRow", "LegalRow", "Mark", "MarkRole", "MarkStyle", "MessageView", "Notice",
    "OfferView", "PaymentView", "Phrase", "PhraseScope", "QrCode", "ReadingRow", "RequestRow", "SlipView",
    "StatementRow", "StatementView", "SupplierView", "SupplyPointView", "Text", "TextBlock", "Tip", "Tone", "TotalRow",
    "UsageView", "contested_facts", "walk_facts",
]  # fmt: skip


@quick
@dataclass(frozen=True, slots=True)
class CustomerView:
    """Whom the communication addresses. `first_name` falls back to the full name or the company."""

    first_name: Fact
    full_name: Fact
    address: tuple[Fact, ...]  # the lines of the envelope window, name first, at most seven
    account: Fact  # the customer's number; empty where the record has none of its own
    is_business: bool
    is_vulnerable: bool


@quick
@dataclass(frozen=True, slots=True)
class SupplierView:
    """Who is speaking: from the campaign, the same for everyone."""

    name: Text
    legal_name: Text
    address: Text  # one line
    phone: Text
    phone_hours: Text
    email: Text
    website: Text
    help_url: str
    website_url: str


@quick
@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A line of the charges table. Quantity and price are None where the bill has none."""

    role: MarkRole
    label: Fact
    quantity: Fact | None
    price: Fact | None
    amount: Fact


@quick
@dataclass(frozen=True, slots=True)
class ChargeGroup:
    """The charges of one category added up: the stacked bar, the page's list, the video's table."""

    role: MarkRole
    label: Text
    amount: Fact  # without currency sign
    money: Fact  # with currency sign


@quick
@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row below the charges: net, VAT, rounding, prepaid, balance forward, total."""

    label: Text | TextBlock
    amount: Fact
    is_total: bool = False
    is_part: bool = False  # net, tax, rounding: already inside the charge groups


@quick
@dataclass(frozen=True, slots=True)
class BillView:
    """The bill the communication is about."""

    title: TextBlock  # "Your October bill, Maria"
    kind: Text  # Bill, Credit note, Reminder, Statement
    number: Fact
    issued_on: Fact
    due_on: Fact | None
    due_short: Fact | None  # without the year
    period: TextBlock | None  # "26 September to 2 November, 38 days, actual reading"
    month: Fact  # the name by which the bill is called: October
    amount_due: Fact  # what is to be paid (or what is credited), with currency; never negative
    amount_label: Text  # "Amount due", "Credit", "Nothing to pay"
    due_line: TextBlock | None  # "by 24 November 2026", "9 days overdue", "paid out on ..."
    total: Fact
    currency_mark: Text
    rows: tuple[ChargeRow, ...]
    groups: tuple[ChargeGroup, ...]
    totals: tuple[TotalRow, ...]
    stack: ChartGeometry | None
    is_payable: bool
    is_credit: bool
    is_overdue: bool
    is_disputed: bool
    is_estimated: bool
    supply_points: tuple[SupplyPointView, ...]


@quick
@dataclass(frozen=True, slots=True)
class SupplyPointView:
    """One supply point with its meter readings."""

    code: Fact
    commodity: Text
    tariff: Fact | None
    contract_end: Fact | None
    meter: Fact | None
    readings: tuple[ReadingRow, ...]


@quick
@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A register's readings over the period."""

    label: Fact | None
    previous: Fact | None
    latest: Fact | None
    quantity: Fact | None
    method: Text  # actual, estimated, read by you
    is_estimated: bool
    title: Text | TextBlock  # what the row is called: "Actual", or "Day rate, estimated"


@quick
@dataclass(frozen=True, slots=True)
class ChangeItem:
    """One cause of the change of a bill. `amount` is signed."""

    cause: str  # days | volume | price | fixed | taxes | adjustments | one_offs | other
    label: Text | TextBlock
    amount: Fact
    is_increase: bool


@quick
@dataclass(frozen=True, slots=True)
class ChangeView:
    """Why the bill changed: an additive split, largest cause first."""

    headline: TextBlock  # "€ 17.15 more than September, mostly eight more days"
    short: TextBlock  # the video's title, at most about 40 characters
    sentences: tuple[TextBlock, ...]  # a sentence a cause, largest first, at most three
    items: tuple[ChangeItem, ...]
    chart: ChartGeometry


@quick
@dataclass(frozen=True, slots=True)
class UsageView:
    """What was used, against the year before and similar homes."""

    commodity: Text
    headline: TextBlock  # "You used 12 % less than last October"
    detail: TextBlock | None  # "171 kWh against 194. Homes like yours: 182."
    chart: ChartGeometry | None
    has_estimates: bool
    has_last_year: bool


@quick
@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR symbol. `payload` is what it carries; `rows` are its modules without quiet zone, True is dark.

    `QrRows.of(code.rows).packed` are the modules eight in a byte.
    """

    payload: bytes
    rows: Sequence[tuple[bool, ...]]
    kind: str  # epc | link


@quick
@dataclass(frozen=True, slots=True)
class SlipView:
    """The payment slip: what one types into a bank form."""

    payee: Fact
    account: Fact | None
    bic: Fact | None
    reference: Fact
    amount: Fact
    due_on: Fact | None
    is_iban: bool = True  # a local account number is never called an IBAN


@quick
@dataclass(frozen=True, slots=True)
class RequestRow:
    """One open bill inside a payment request."""

    number: Fact
    due_on: Fact | None
    amount: Fact
    is_overdue: bool


@quick
@dataclass(frozen=True, slots=True)
class PaymentView:
    """One payment request for one or several open bills: one amount, one link, one QR."""

    amount: Fact
    url: str  # signed, https; for href only
    host: Fact  # "pay.northlight.example", as printed under the button
    valid_until: Fact
    valid_line: TextBlock  # "pay.northlight.example, valid to 24 December"
    button: Text  # "Pay now"
    label: TextBlock  # the button's name for a screen reader: "Pay € 129.45 now"
    qr: QrCode
    qr_note: Text  # what it is and where it leads
    slip: SlipView
    bills: tuple[RequestRow, ...]  # empty when the request is for the one bill shown
    instalments: TextBlock | None


@quick
@dataclass(frozen=True, slots=True)
class Tip:
    """One piece of advice that fits this customer's data, with the rule that chose it."""

    id: str
    title: Text
    body: TextBlock
    reason: str
    url: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Notice:
    """A block that a rule of the campaign shows: its message and the reason kept."""

    id: str
    title: Text
    body: TextBlock
    reason: str
    url: str = ""
    link_label: Text = Text("")


@quick
@dataclass(frozen=True, slots=True)
class HelpView:
    """Trouble paying? Whom to call, what is on offer."""

    title: Text
    body: TextBlock
    url: str
    answers: tuple[AnswerLink, ...]
    comes_first: bool  # a vulnerable or overdue customer gets help before urgency


@quick
@dataclass(frozen=True, slots=True)
class AnswerLink:
    """A way to answer: I have paid, something is wrong, call me, instalments."""

    id: str
    label: Text
    url: str


@quick
@dataclass(frozen=True, slots=True)
class LegalRow:
    """A legally required item: its heading and its text."""

    id: str
    label: Text
    text: Text | TextBlock
    url: str = ""


class PhraseScope(StrEnum):
    """Whom a spoken phrase belongs to: everyone of a locale, or one customer."""

    SHARED = "shared"
    PERSONAL = "personal"


@quick
@dataclass(frozen=True, slots=True)
class Phrase:
    """One spoken phrase of the narration. Captions show `text`, the voice says `spoken`."""

    scene: str
    text: str
    spoken: str
    scope: PhraseScope


@quick
@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets what, and why: the rules that spoke, in order, each with its reason."""

    tone: Tone
    stage: str
    shows: tuple[str, ...]
    reasons: tuple[str, ...]
    rules: tuple[str, ...] = ()  # ids of the campaign's rules that spoke
    outreach: Outreach | None = None  # what credit management decided; None without a policy


@quick
@dataclass(frozen=True, slots=True)
class MessageView:
    """What e-mail, SMS and push say."""

    subject: TextBlock
    preheader: TextBlock
    greeting: TextBlock
    body: tuple[TextBlock, ...]
    short: TextBlock  # SMS: at most 160 characters without the link
    lead: TextBlock | None = None  # what a letter says first where help, or a person to call, comes before the figures


@quick
@dataclass(frozen=True, slots=True)
class Communication:
    """All that is said to one customer in one cycle."""

    key: str
    cycle: str
    token: str  # the unguessable public name
    locale: str  # as in en, it, ro
    language: str  # BCP 47, for lang attributes
    tone: Tone
    decision: Decision
    customer: CustomerView
    supplier: SupplierView
    bill: BillView
    greeting: TextBlock  # "Hello Maria"
    intro: TextBlock  # "your October bill is"
    change: ChangeView | None
    usage: tuple[UsageView, ...]
    payment: PaymentView | None
    tips: tuple[Tip, ...]
    notices: tuple[Notice, ...]
    help: HelpView | None
    legal: tuple[LegalRow, ...]
    missing_legal: tuple[str, ...]  # required items that neither campaign nor data give
    script: tuple[Phrase, ...]
    message: MessageView
    warnings: tuple[str, ...]
    loyalty_url: str = ""  # the loyalty page, for those who agreed to offers; for href only
    attachments: tuple[AttachedFile, ...] = ()  # files that travel inside the PDF; no template prints them
    statement: StatementView | None = None  # None where it would only repeat the bill
    offers: tuple[OfferView, ...] = ()

    def facts(self) -> dict[str, Fact]:
        """Return every fact by id: the guard's and the audit's expectation."""
        return {fact.id: fact for fact in walk_facts(self)}
