"""A campaign: who speaks, how it looks, what the rules are. Read from campaign.toml, frozen.

Each option is one `Field` with its default and a sentence; docs/campaign.md is made from them.
Unknown keys are refused by `engine.templating.campaign_file` with the nearest known one.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from engine.model.base import CountryCode, CurrencyCode, Exact, LanguageTag, ShortText, without_getattr
from engine.model.bill import Bill, BillKind, DunningStage, Payee, is_iban
from engine.model.consumption import Commodity
from engine.model.customer import CustomerKind

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$")]
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"']+$", max_length=500)]
# Plain http only to this very machine, where a time-stamp proxy or a test may answer.
StampUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https://[^\s<>\"'/]|http://(localhost|127\.0\.0\.1|\[::1\])[:/])[^\s<>\"']*$", max_length=500
    ),
]
# Stands in a page's policy: without what could end it there.
CountsUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https://[A-Za-z0-9][A-Za-z0-9.-]*|http://(localhost|127\.0\.0\.1))(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?$",
        max_length=300,
    ),
]
BlockName = Literal["notice", "tip", "help", "instalments", "answers", "tips", "usage", "change", "video", "scene"]
Rendition = Literal["1280x720", "1080x1920", "1080x1080"]
CauseName = Literal["days", "volume", "price", "fixed", "taxes", "adjustments", "one_offs", "other"]
MonthNumber = Annotated[int, Field(ge=1, le=12)]


class Options(BaseModel):
    """Base of campaign tables: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        without_getattr(cls)


class CategoryColours(Options):
    """One colour a charge category: distinct for colour-blind eyes."""

    energy: Colour = Field("#0B5E66", description="Energy charges.")
    network: Colour = Field("#3C9CA6", description="Network charges.")
    taxes: Colour = Field("#B9820F", description="Taxes and levies.")
    fixed: Colour = Field("#756695", description="Standing charges.")
    one_off: Colour = Field("#B14B1C", description="One-off charges and fees.")
    adjustment: Colour = Field("#778A89", description="Adjustments and discounts.")


class Fonts(Options):
    """Font families; files named here win over installed families."""

    text: str = Field("Inter", description="Family for text.")
    figures: str = Field("Inter", description="Family for figures; tabular figures are switched on.")
    fallback: tuple[str, ...] = Field(("Noto Sans",), description="Families for characters the first lacks.")
    files: tuple[str, ...] = Field((), description="Font files inside the campaign folder.")


class Brand(Options):
    """One table drives the look of all channels."""

    name: ShortText = Field(description="The name under which the supplier speaks.")
    logo: str = Field("brand/logo.svg", description="Logo for light ground: SVG or PNG inside the campaign folder.")
    logo_dark: str = Field("brand/logo-dark.svg", description="Logo for dark ground.")
    ink: Colour = Field("#12222B", description="Text.")
    paper: Colour = Field("#FAF8F4", description="Ground.")
    primary: Colour = Field("#0B5E66", description="Headers, main marks.")
    accent: Colour = Field("#D1411E", description="The pay action, and nothing else.")
    positive: Colour = Field("#2E7D4F", description="Falls and good news.")
    caution: Colour = Field("#B5510B", description="Rises and warnings.")
    categories: CategoryColours = Field(CategoryColours(), description="Charge category colours.")
    fonts: Fonts = Field(Fonts(), description="Font families.")
    radius_px: int = Field(8, ge=0, le=32, description="Corner radius.")


class Seat(Options):
    """Where the supplier has its seat, as an e-invoice names it."""

    street: ShortText = Field("", description="Street and house number.")
    postal_code: ShortText = Field("", description="Postal code.")
    city: ShortText = Field("", description="Town.")
    region: ShortText = Field("", description="Region, where an address names it.")
    country: CountryCode = Field(description="ISO 3166-1 code of two letters.")


class Supplier(Options):
    """Who can be reached, and where."""

    legal_name: ShortText = Field(description="Name as in the commercial register.")
    address: ShortText = Field(description="Address in one line.")
    phone: ShortText = Field(description="Help line.")
    phone_hours: ShortText = Field("", description="When somebody answers; translated if the texts have it.")
    email: ShortText = Field(description="Help e-mail.")
    website: HttpsUrl = Field(description="Home page.")
    help_url: HttpsUrl = Field(description="Page for those who can't pay now.")
    answer_url: HttpsUrl | None = Field(None, description="Base of the answer links; none hides the answers.")
    loyalty_url: HttpsUrl | None = Field(None, description="Loyalty page; none hides its link.")
    vat_id: ShortText | None = Field(None, description="VAT number with the country before it; for e-invoices.")
    tax_id: ShortText | None = Field(None, description="Number at the tax office, without a VAT number.")
    register_id: ShortText | None = Field(None, description="Number in the commercial register; for e-invoices.")
    seat: Seat | None = Field(None, description="Seat; for e-invoices.")


class CampaignPayee(Options):
    """Who is paid, when the bill does not say."""

    name: ShortText = Field(description="Account holder, at most 70 characters.")
    iban: ShortText = Field(description="IBAN.")
    bic: ShortText | None = Field(None, description="BIC, needed outside the EEA only.")

    @model_validator(mode="after")
    def _account_holds(self) -> Self:
        if not is_iban(self.iban):
            raise ValueError("the check digits of `iban` are wrong")
        return self


class PaymentOptions(Options):
    """How pay-now links are made."""

    base_url: HttpsUrl = Field(description="Payment page; the signed request is appended as a query.")
    allowed_hosts: tuple[Host, ...] = Field(description="Own hosts that a pay link may lead to.")
    valid_days: int = Field(30, ge=1, le=400, description="Days after the due date until the link expires.")
    combine_open_bills: bool = Field(True, description="One request for all open bills that are not disputed.")
    instalments: int = Field(3, ge=0, le=24, description="Instalments offered with help; 0 offers none.")
    instalments_from: Exact = Field(Decimal(50), description="Smallest amount for which instalments are offered.")


class Publication(Options):
    """Where the pages will be read."""

    base_url: HttpsUrl = Field(description="Address under which the output folder is published.")

    def page_url(self, cycle: str, token: str) -> str:
        """Return the address of a customer's page in a cycle."""
        return self.file_url(cycle, token, "index.html")

    def file_url(self, cycle: str, token: str, name: str) -> str:
        """Return the address of a file beside a customer's page."""
        return f"{self.base_url.rstrip('/')}/{cycle}/{token}/{name}"


class When(Options):
    """A condition: every key given must hold."""

    customer: tuple[CustomerKind, ...] | None = Field(None, description="Kinds of customer.")
    kind: tuple[BillKind, ...] | None = Field(None, description="Kinds of document.")
    stage: tuple[DunningStage, ...] | None = Field(None, description="Dunning stages.")
    commodity: tuple[Commodity, ...] | None = Field(None, description="Any of the supply points delivers it.")
    locale: tuple[LanguageTag, ...] | None = Field(None, description="Locales of the communication.")
    month: tuple[MonthNumber, ...] | None = Field(None, description="Months (1-12) by which the bill is called.")
    largest_cause: tuple[CauseName, ...] | None = Field(None, description="Largest cause of the change.")
    cause_raises: bool | None = Field(None, description="The largest cause makes the bill dearer (or, false, cheaper).")
    overdue: bool | None = Field(None, description="The due date has passed and something is open.")
    credit: bool | None = Field(None, description="The customer gets money back.")
    estimated: bool | None = Field(None, description="The bill rests on an estimated reading.")
    disputed: bool | None = Field(None, description="The bill is in dispute.")
    vulnerable: bool | None = Field(None, description="The customer is flagged as vulnerable.")
    first_bill: bool | None = Field(None, description="There is no bill to compare with.")
    paperless: bool | None = Field(None, description="The customer gets no paper.")
    offers: bool | None = Field(None, description="The customer agreed to offers.")
    amount_from: Exact | None = Field(None, description="Smallest amount due.")
    change_percent_from: Exact | None = Field(None, description="Smallest rise of the bill, in percent.")
    usage_percent_from: Exact | None = Field(None, description="Smallest rise of use against last year, in percent.")
    usage_percent_to: Exact | None = Field(None, description="Largest rise of use against last year, in percent.")
    above_similar_percent: Exact | None = Field(None, description="Use above similar homes by at least, in percent.")
    attribute: dict[str, str] | None = Field(None, description="CRM attributes that must have these values.")

    @cached_property
    def given(self) -> tuple[tuple[str, Any], ...]:
        """The keys that are given, with their values."""
        return tuple((name, value) for name, value in self if value is not None)


class Say(Options):
    """What a rule says: messages of the text catalogues, in English; placeholders in braces."""

    title: ShortText = Field(description="Title.")
    body: str = Field(description="Body; placeholders name facts, as in {amount} or {first_name}.")
    url: HttpsUrl | None = Field(None, description="Where it leads.")
    link: ShortText = Field("", description="Words of the link.")


class Rule(Options):
    """when / show / say, with the reason that is kept in the decision."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")] = Field(description="Stable name.")
    when: When = Field(When(), description="Condition; empty holds always.")
    show: BlockName | None = Field(
        None, description="The block that the rule shows; `scene` is what names the rule in the storyboard."
    )
    hide: BlockName | None = Field(None, description="The block that the rule hides.")
    say: Say | None = Field(None, description="What a notice or tip says.")
    reason: ShortText = Field(description="Why, in plain words; kept in the decision.")
    needs_consent: bool = Field(False, description="Only for customers who agreed to offers.")

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not (self.show or self.hide):
            raise ValueError("a rule shows or hides a block: give `show` or `hide`")
        if self.show in ("notice", "tip") and self.say is None:
            raise ValueError("a rule that shows a notice or a tip needs `say`")
        return self


class LegalItem(Options):
    """A legally required item that the campaign gives (Directive (EU) 2019/944 Annex I)."""

    text: str = Field(description="The text; a message of the catalogues or a name, address, number.")
    url: HttpsUrl | None = Field(None, description="Where to read more.")


class Legal(Options):
    """Required items; `billcast check` says which are empty."""

    complaints: LegalItem | None = Field(None, description="Where to complain.")
    dispute_body: LegalItem | None = Field(None, description="Which body settles disputes.")
    contact_point: LegalItem | None = Field(None, description="Single contact point.")
    comparison_tool: LegalItem | None = Field(None, description="Price comparison tool.")
    switching: LegalItem | None = Field(None, description="Possibility and benefit of switching.")
    energy_sources: LegalItem | None = Field(None, description="Energy sources and their impact.")
    company: LegalItem | None = Field(None, description="Register, seat, VAT number.")


class Narration(Options):
    """Who speaks in the video."""

    voice: str = Field("espeak", description="espeak, piper, gtts, silent, or an entry point's name.")
    rate: float = Field(1.0, ge=0.5, le=2.0, description="Speed against the voice's usual one.")
    model: str | None = Field(None, description="Voice model file, for piper.")
    gtts_personal: bool = Field(False, description="Send phrases with personal data to gTTS too (a third party).")
    endpoint: str | None = Field(None, description="Another address that speaks gTTS's protocol.")
    time_out_s: float = Field(10.0, gt=0, le=120, description="Time-out of a network voice.")
    retries: int = Field(3, ge=0, le=10, description="Retries of a network voice.")


class VideoOptions(Options):
    """How videos are made."""

    renditions: tuple[Rendition, ...] = Field(("1280x720",), description="Sizes to make.")
    frames_per_second: int = Field(25, ge=10, le=60, description="Frames a second.")
    burn_captions: bool = Field(False, description="Draw the captions into the picture.")
    music: str | None = Field(None, description="Music file inside the campaign folder.")
    narration: Narration = Field(Narration(), description="Who speaks.")
    speech_cache_mb: int = Field(512, ge=16, le=1_000_000, description="Room on disk for spoken phrases, in MB.")
    level: Literal["a", "b", "reference"] = Field(
        "b",
        description="b: only bands that change are encoded; a: whole scenes; reference: whole videos, by MoviePy.",
    )
    constant_frame_rate: bool = Field(
        False, description="Repeat held pictures at the full rate, for players that want it."
    )
    hls: bool = Field(False, description="Make a stream of each rendition too (HLS, fragmented MP4).")
    email_preview: bool = Field(
        False, description="Make a picture that moves for the e-mail (GIF); it is fetched when the mail is read."
    )
    music_gain_db: float = Field(
        -12.0, ge=-40, le=0, description="Loudness of the music against the voice, in pauses; 9 dB less under words."
    )


class PlayerOptions(Options):
    """The film on a page: its own page, and what may be counted of its viewing."""

    page: bool = Field(True, description="Make player.html too: the film on a page of its own.")
    events_url: CountsUrl | None = Field(
        None, description="Where views are counted, if the viewer agrees; https, without query. None counts nothing."
    )
    events_name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{0,64}$")] = Field(
        "", description="The campaign's name in what is counted; empty: the cycle."
    )


class PdfOptions(Options):
    """What a PDF carries besides its pages."""

    einvoice: Literal["en16931"] | None = Field(
        None, description="Attach the invoice as EN 16931 XML (Factur-X); none attaches nothing."
    )
    seal: bool = Field(False, description="Seal each PDF (PAdES B-B) with the key that the environment names.")


class EvidenceOptions(Options):
    """Proof of when documents existed: one time stamp a run, over a hash tree of all of them."""

    tsa_url: StampUrl | None = Field(None, description="Time-stamp authority (RFC 3161); none stamps nothing.")
    time_out_s: float = Field(20.0, gt=0, le=300, description="Seconds to wait for its answer.")
    trust: str | None = Field(
        None, description="PEM file inside the campaign folder: root certificates that a stamp must lead to."
    )


class StorageOptions(Options):
    """How objects are stored."""

    cache_control: str = Field("private, max-age=300", description="Cache-Control of pages and documents.")
    endpoint: str | None = Field(None, description="S3 endpoint; none takes the usual AWS settings.")


class Deadlines(Options):
    """Dates that messages speak of."""

    credit_paid_within_days: int = Field(14, ge=0, le=120, description="When a credit is paid out, after issue.")


class Comparison(Options):
    """Which bill a bill is compared with."""

    basis: Literal["previous", "year_before"] = Field("previous", description="The bill before, or a year before.")


class Campaign(Options):
    """Everything a cycle needs besides the customers."""

    name: ShortText = Field(description="Name of the campaign.")
    cycle: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] = Field(
        description="Name of the billing cycle; first folder of the output."
    )
    locale: LanguageTag = Field("en", description="Locale for customers without one of the set.")
    locales: tuple[LanguageTag, ...] = Field(("en",), description="Locales of the set.")
    channels: tuple[str, ...] = Field(("video", "microsite", "pdf", "message"), description="Channels to make.")
    currency: CurrencyCode = Field("EUR", description="Usual currency.")
    time_zone: str = Field("Europe/Rome", description="Time zone in which days are counted.")
    brand: Brand = Field(description="The look.")
    supplier: Supplier = Field(description="Who speaks.")
    payee: CampaignPayee | None = Field(None, description="Who is paid.")
    payment: PaymentOptions = Field(description="Pay-now links.")
    publication: Publication = Field(description="Where pages are read.")
    comparison: Comparison = Field(Comparison(), description="Comparison bill.")
    rules: tuple[Rule, ...] = Field((), description="Who gets what.")
    legal: Legal = Field(Legal(), description="Required items.")
    video: VideoOptions = Field(VideoOptions(), description="Videos.")
    evidence: EvidenceOptions = Field(EvidenceOptions(), description="Time stamps.")
    storage: StorageOptions = Field(StorageOptions(), description="Object storage.")
    deadlines: Deadlines = Field(Deadlines(), description="Dates.")
    pdf: PdfOptions = Field(PdfOptions(), description="PDFs.")
    player: PlayerOptions = Field(PlayerOptions(), description="The film on a page.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.locale not in self.locales:
            raise ValueError("`locale` must be one of `locales`")
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) != len(ids):
            raise ValueError("two rules bear the same id")
        return self

    @property
    def has_email_preview(self) -> bool:
        """True if the e-mail shows a picture of the video."""
        return self.video.email_preview and "video" in self.channels

    def payee_of(self, bill: Bill) -> Payee:
        """Return who is paid: the bill's payee, else the campaign's, else the supplier without an account."""
        if bill.payee:
            return bill.payee
        if self.payee:
            return Payee(name=self.payee.name, account=self.payee.iban, bic=self.payee.bic)
        return Payee(name=self.supplier.legal_name)
