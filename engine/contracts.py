"""The seams: channels, sinks, voices and texts. Everything pluggable meets the engine here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from engine.model.artifact import Artifact, StoredObject
from engine.model.communication import Communication, Text
from engine.model.quick import quick

if TYPE_CHECKING:
    from engine.model.campaign import Campaign


@quick
@dataclass(frozen=True, slots=True)
class LayoutClass:
    """Communications of one layout class share all that `compile` makes. `name` is a stable key."""

    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a compilation may rely on: the characters of the batch, the rendition, where files lie."""

    characters: frozenset[str] = frozenset()
    rendition: str = ""  # as in 1280x720; empty: the channel's default
    cache_dir: Path | None = None


@dataclass(frozen=True, slots=True)
class FillContext:
    """What a fill may use besides the communication: artifacts already made for this customer, by name."""

    siblings: Mapping[str, Artifact] = field(default_factory=dict)
    now_iso: str = ""  # the run's time, UTC, the same for all customers
    plays: bool = False  # an audit has a browser play what can be played


@dataclass(frozen=True, slots=True)
class Compiled:
    """The slow part, done once. `payload` is the channel's own."""

    layout_class: LayoutClass
    locale: str
    payload: Any


@quick
@dataclass(frozen=True, slots=True)
class Filled:
    """What one fill made, by which path, and why the fast one was not taken."""

    artifacts: tuple[Artifact, ...]
    path: Literal["fast", "reference"]
    reason: str = ""
    warnings: tuple[str, ...] = ()


class Templates(Protocol):
    """A compiled template set: campaign, texts and the one strict environment (engine.templating)."""

    @property
    def campaign(self) -> Campaign: ...

    @property
    def root(self) -> Path:
        """The folder of the set, where campaign.toml lies."""
        ...

    def texts(self, locale: str) -> Texts:
        """Return the texts of `locale`; raises `CampaignError` if the set has none."""
        ...

    def render(self, name: str, communication: Communication, **extra: object) -> Rendered:
        """Return template `name` (as in pdf/bill.html.j2) rendered for one communication."""
        ...


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered template with the ids of the facts it printed, in order of first appearance."""

    text: str
    shown: tuple[str, ...]


class Texts(Protocol):
    """The translated messages of one locale, the same for the life of the object. Placeholders are written {name}."""

    @property
    def locale(self) -> str: ...

    def __hash__(self) -> int:
        """Return what tells these texts from others: what was said in them lately is kept."""
        ...

    def get(self, message: str) -> Text:
        """Return the translation of `message`."""
        ...

    def get_plural(self, singular: str, plural: str, count: int) -> Text:
        """Return the translated form that fits `count`."""
        ...

    def get_context(self, context: str, message: str) -> Text:
        """Return the translation of `message` in `context` (gettext msgctxt)."""
        ...


@runtime_checkable
class Channel(Protocol):
    """One way of telling it. Implementations live in `renderers` and load by name."""

    name: str

    def classify(self, communication: Communication) -> LayoutClass:
        """Return the layout class of `communication`."""
        ...

    def compile(self, templates: Templates, locale: str, layout_class: LayoutClass, scope: Scope) -> Compiled:
        """Do what is the same for every customer of the class."""
        ...

    def fill(self, compiled: Compiled, communication: Communication, context: FillContext) -> Filled:
        """Make the artifacts of one customer. Raises `RenderError`."""
        ...


class Sink(Protocol):
    """Where artifacts go. `put` is idempotent: same path and bytes, same result."""

    def check(self) -> None:
        """Raise `StorageError` unless objects can be put."""
        ...

    def put(self, path: str, artifact: Artifact) -> StoredObject:
        """Store one artifact under `path`. Raises `StorageError`."""
        ...

    def get(self, path: str) -> bytes:
        """Return the bytes under `path`. Raises `StorageError`."""
        ...

    def url(self, path: str) -> str:
        """Return the address under which `path` is read."""
        ...


@dataclass(frozen=True, slots=True)
class Speech:
    """Spoken audio: mono signed 16-bit little-endian samples at `rate_hz`."""

    samples: bytes = field(repr=False)
    rate_hz: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / 2 / self.rate_hz


class Voice(Protocol):
    """A narrator. `name` and `version` are part of the cache key."""

    name: str
    version: str
    sends_text_away: bool

    def speak(self, text: str, locale: str, rate: float) -> Speech:
        """Say `text`. `rate` is 1.0 for the voice's usual speed. Raises `VoiceError`."""
        ...


@dataclass(frozen=True, slots=True)
class Still:
    """One picture of a scene, `at_s` seconds after the scene begins."""

    scene: str
    title: str
    at_s: float
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stills:
    """The pictures of a storyboard, with the facts it shows and what had to be cut."""

    pictures: tuple[Still, ...]
    shown: tuple[str, ...]
    warnings: tuple[str, ...]


@runtime_checkable
class Storyboarded(Protocol):
    """A channel whose scenes can be seen without making the whole: what the preview shows at once."""

    def stills(self, templates: Templates, communication: Communication, rendition: str) -> Stills:
        """Return the held picture of each scene, in order. Raises `RenderError` or `TemplateError`."""
        ...


@dataclass(frozen=True, slots=True)
class Judgement:
    """How an artifact compares with the reference's. `differences` hold no customer's value; empty: it's equal.

    `notes` say what could not be looked at; they are counted in the report. `played_s` went into playing it in a
    browser, None where that was not asked for.
    """

    differences: tuple[str, ...]
    reference: bytes = field(repr=False)
    notes: tuple[str, ...] = ()
    played_s: float | None = None


RENDITION = "{rendition}"


@runtime_checkable
class Audited(Protocol):
    """A channel whose fast path can be held against its reference, from the same communication."""

    audited: str  # name of the artifact that is compared, as in bill.pdf; `RENDITION` in it stands for the rendition's

    def audit(self, compiled: Compiled, communication: Communication, context: FillContext, stored: bytes) -> Judgement:
        """Return how `stored` compares with what the reference renders now. Raises `RenderError` where it can't.

        `context.siblings` is all that was stored for the customer, read when it is asked for.
        """
        ...


@runtime_checkable
class Reading(Protocol):
    """A channel that can tell which fields of a communication's views it has use for."""

    def reads(self, templates: Templates, view: str, field: str) -> bool:
        """Say whether it may read a field of a class of views, by their names, as in ChartGeometry and rows."""
        ...


@dataclass(frozen=True, slots=True)
class SceneCost:
    """What one scene costs for each customer who has it, once the first ones have warmed what is shared.

    `band_px`: rows of the picture that are encoded anew for a customer, 0 where all is shared; `frames`: pictures
    of them. `ms` is processor time, `kb` what it adds to a file. `note` says what makes it dear.
    """

    scene: str
    customers: int
    is_shared: bool
    band_px: int
    frames: int
    ms: float
    kb: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class CostReport:
    """What a channel costs a customer, scene by scene. `rest_ms` is all that belongs to no scene.

    `proofs` of how scenes are encoded took `proofs_ms`: a machine pays that once, no customer does.
    """

    name: str  # as in video 1280x720
    locale: str
    customers: int
    height_px: int
    scenes: tuple[SceneCost, ...]
    rest_ms: float
    ms: float  # of a whole customer, in the mean
    kb: float
    proofs: int = 0
    proofs_ms: float = 0.0


@runtime_checkable
class Metered(Protocol):
    """A channel that can say what a template set costs: for designers, before a batch is made."""

    def meter(self, templates: Templates, communications: Sequence[Communication], rendition: str) -> CostReport:
        """Return the cost of customers of one locale, two at least. Raises `RenderError` or `VoiceError`."""
        ...


class Letter(Protocol):
    """One stored PDF, opened to be joined."""

    pages: int
    is_sealed: bool  # it bears a digital signature, which a joined file can't keep


class PrintFile(Protocol):
    """A print file that letters are appended to. What they share is kept once."""

    pages: int

    def add(self, letter: Letter) -> None:
        """Append all pages of a letter."""
        ...

    def add_blank(self) -> None:
        """Append an empty page of the size of the last one."""
        ...

    def save(self, path: Path) -> None:
        """Write the file: the same letters, the same bytes."""
        ...


class Printer(Protocol):
    """Joins PDFs into print files."""

    def open_letter(self, data: bytes, place: str) -> Letter:
        """Open a stored PDF; `place` names it in an error. Raises `RenderError` (R143)."""
        ...

    def new_file(self, title: str) -> PrintFile:
        """Return an empty print file."""
        ...
