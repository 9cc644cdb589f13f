"""The path of one customer: compose, fill per channel, put. Workers, library and preview all walk it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.batch.advice import advised, advisor_of, marks_of
from engine.compose import OF_MAIL, Suppressed, compose
from engine.contracts import Audited, Channel, Compiled, FillContext, LayoutClass, Reading, Scope, Sink, Templates
from engine.errors import BillcastError, ModelError, PaymentError, ProofError, RenderError, TemplateError, VoiceError
from engine.log import Step
from engine.model.artifact import EMAIL_PREVIEW, Artifact, Outcome, OutcomeStatus, StoredObject
from engine.model.campaign import Campaign
from engine.model.communication import Communication
from engine.model.customer import Customer
from engine.model.outreach import Outreach
from engine.model.quick import quick
from engine.payment.keyring import Keyring
from engine.registry import load_channel

if TYPE_CHECKING:
    from engine.insight.advisor import Advisor

# The page comes last: it tells of the files beside it, and its reader must find them there.
_ORDER = {"pdf": 0, "message": 1, "video": 2, "microsite": 9}
COMPILED_KEPT = 64  # compiled layout classes a worker keeps warm, the least used dropped first
# Errors that mean a record, or what was made of it, can't be trusted; the others that we couldn't.
_DISTRUST = (ModelError, PaymentError, ProofError)
_UNABLE = (RenderError, TemplateError, VoiceError)
PAGE = "index.html"
_TABLES = (("ChartGeometry", "rows"), ("ChartGeometry", "columns"))
_ON_PAPER = frozenset(("pdf",))  # what is made of a formal notice


@quick
@dataclass(frozen=True, slots=True)
class Walked:
    """What came of one customer, with what was made and said."""

    outcome: Outcome
    artifacts: tuple[Artifact, ...] = ()
    communication: Communication | None = None


@dataclass(slots=True)
class RecordPath:
    """All that is warm between two customers: templates, channels, compiled classes, sink, keys."""

    templates: Templates
    channels: tuple[Channel, ...]
    keys: Keyring
    now: datetime
    sink: Sink | None = None
    cache_dir: Path | None = None
    has_script: bool = True  # false: nothing that is made says or shows what only a voice says
    has_tables: bool = True  # false: nothing that is made shows the tables behind charts
    has_mail: bool = True  # false: nothing that is made shows what messages, pages and previews alone say
    advisor: Advisor | None = None  # None: the set has no policy, and everybody is told of their bill
    _compiled: OrderedDict[tuple[str, str, str, str], Compiled] = field(default_factory=OrderedDict)
    _audited: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._audited = frozenset(channel.name for channel in self.channels if isinstance(channel, Audited))

    @classmethod
    def open(
        cls,
        templates: Templates,
        channels: Sequence[str],
        keys: Keyring,
        now: datetime,
        *,
        sink: Sink | None = None,
        cache_dir: Path | None = None,
        has_script: bool = True,
    ) -> RecordPath:
        """Load the channels by name, and the policy where the set has one.

        Raises `CampaignError` (C120), `InsightError`, `MissingPartError` (X101).
        """
        names = sorted(channels, key=lambda name: _ORDER.get(name, 5))
        loaded = tuple(load_channel(name) for name in names)
        return cls(templates, loaded, keys, now, sink, cache_dir, has_script, advisor=advisor_of(templates))

    def walk(self, customer: Customer, source: str = "") -> Walked:
        """Return what became of the customer. Data that can't be trusted or rendered is an outcome.

        Raises `BillcastError` where the whole run is broken: `StorageError`, `MissingPartError`,
        `CampaignError`. Whatever is not foreseen is raised too, for the worker's loop.
        """
        return self.begin(customer, source)()

    def begin(self, customer: Customer, source: str = "") -> Callable[[], Walked]:
        """Compose what is said to the customer; return what does the rest and gives what `walk` does. Raises as it."""
        steps: dict[Step, float] = {}
        started = time.perf_counter()
        said = self._said(customer, source, steps)
        composed_s = time.perf_counter() - started

        def finish() -> Walked:
            resumed = time.perf_counter()
            walked = said if isinstance(said, Walked) else self._made(customer, said, source, steps)
            seconds = round(composed_s + time.perf_counter() - resumed, 6)
            spent = tuple((name, round(value, 6)) for name, value in steps.items())
            outcome = walked.outcome
            return Walked(outcome.timed(seconds, spent, outcome.warnings), walked.artifacts, walked.communication)

        return finish

    def reads_tables(self) -> bool:
        """Say whether a channel may show the tables behind charts, or keeps to itself what it reads."""
        return self._reads(_TABLES)

    def reads_mail(self) -> bool:
        """Say whether a channel may show what `OF_MAIL` names, or keeps to itself what it reads."""
        return self._reads(OF_MAIL)

    def _reads(self, fields: tuple[tuple[str, str], ...]) -> bool:
        return not self.channels or any(
            not isinstance(channel, Reading) or channel.reads(self.templates, view, field)
            for channel in self.channels
            for view, field in fields
        )

    def advance(self) -> bool:
        """Have what was put before the last three calls last, and wait for next to nothing. Raises `StorageError`.

        False: the sink knows no such way; `settle` does it.
        """
        advance = getattr(self.sink, "advance", None)
        if advance:
            advance()
        return advance is not None

    def settle(self) -> None:
        """Make all that was put so far lasting, where the sink gathers. Raises `StorageError`."""
        settle = getattr(self.sink, "settle", None)
        if settle:
            settle()

    def _said(self, customer: Customer, source: str, steps: dict[Step, float]) -> Communication | Walked:
        """Return what is said to the customer; where nothing is, what became of them."""
        locale = locale_of(customer, self.templates.campaign)
        try:
            with _timed(steps, "compose"):
                outreach = advised(self.advisor, customer, self.now)
                texts = self.templates.texts(locale)
                said = compose(
                    customer, self.templates.campaign, texts, self.now, self.keys, has_script=self.has_script,
                    has_tables=self.has_tables, has_mail=self.has_mail, outreach=outreach,
                )  # fmt: skip
        except BillcastError as error:
            return _faulty(customer, source, "compose", error)
        if isinstance(said, Suppressed):
            silent, marks = OutcomeStatus.SUPPRESSED, marks_of(outreach)
            return Walked(Outcome(customer.key, silent, source, locale=locale, reasons=said.reasons, **marks))
        return said

    def _made(self, customer: Customer, said: Communication, source: str, steps: dict[Step, float]) -> Walked:
        """Return what became of a customer to whom `said` is said."""
        try:
            with _timed(steps, "fill"):
                made = self._fill(said)
        except BillcastError as error:
            return _faulty(customer, source, "fill", error)
        with _timed(steps, "put"):
            objects = self._put(said, made.artifacts)
        return Walked(self._done(customer, said, source, made, objects), made.artifacts, said)

    def _fill(self, said: Communication) -> _Made:
        made: dict[str, Artifact] = {}
        paths: list[tuple[str, str]] = []
        layouts: list[tuple[str, str]] = []
        warnings: list[str] = []
        is_formal = _is_formal(said.decision.outreach)
        for channel in self.channels:
            if is_formal and channel.name not in _ON_PAPER:
                continue
            layout = channel.classify(said)
            for rendition in renditions(channel.name, self.templates.campaign):
                compiled = self._compile(channel, said.locale, layout, rendition)
                context = FillContext(siblings=dict(made), now_iso=self.now.isoformat())
                filled = channel.fill(compiled, said, context)
                for artifact in filled.artifacts:
                    made.setdefault(artifact.name, artifact)
                label = f"{channel.name} {rendition}".strip()
                paths.append((label, f"{filled.path}: {filled.reason}" if filled.reason else filled.path))
                if channel.name in self._audited:
                    layouts.append((label, layout.name))
                warnings += filled.warnings
        return _Made(tuple(made.values()), tuple(paths), tuple(layouts), tuple(warnings))

    def _compile(self, channel: Channel, locale: str, layout: LayoutClass, rendition: str) -> Compiled:
        key = (channel.name, locale, layout.name, rendition)
        found = self._compiled.get(key)
        if found is None:
            scope = Scope(rendition=rendition, cache_dir=self.cache_dir)
            found = channel.compile(self.templates, locale, layout, scope)
            self._compiled[key] = found
            if len(self._compiled) > COMPILED_KEPT:
                self._compiled.popitem(last=False)
        self._compiled.move_to_end(key)
        return found

    def _put(self, said: Communication, artifacts: Sequence[Artifact]) -> tuple[StoredObject, ...]:
        """Put all objects of a customer, the page last. Nothing is put of a customer that failed."""
        if self.sink is None:
            return ()
        folder = f"{said.cycle}/{said.token}"
        ordered = sorted(artifacts, key=lambda artifact: artifact.name == PAGE)
        return tuple(self.sink.put(f"{folder}/{artifact.name}", artifact) for artifact in ordered)

    def _done(
        self, customer: Customer, said: Communication, source: str, made: _Made, objects: tuple[StoredObject, ...]
    ) -> Outcome:
        publication = self.templates.campaign.publication
        names = {artifact.name for artifact in made.artifacts}
        has_page = PAGE in names
        has_message = any(artifact.channel == "message" for artifact in made.artifacts)
        lost = ["the messages lead to a page that this run does not make"] if has_message and not has_page else []
        if has_message and self.templates.campaign.has_email_preview and EMAIL_PREVIEW not in names:
            lost.append("the e-mail shows a picture of the video that this run does not make")
        return Outcome(
            said.key,
            OutcomeStatus.DONE,
            source,
            token=said.token,
            locale=said.locale,
            objects=objects,
            reasons=said.decision.reasons,
            warnings=tuple(dict.fromkeys(said.warnings + made.warnings + tuple(lost))),
            paths=made.paths,
            subject=said.message.subject.text,
            short=said.message.short.text,
            page_url=publication.page_url(said.cycle, said.token) if has_page else "",
            pay_url=said.payment.url if said.payment else "",
            tone=said.decision.tone.value,
            shows=said.decision.shows,
            postal=postal_place(customer),
            layouts=made.layouts,
            **({"stage": said.decision.stage} | marks_of(said.decision.outreach)),
        )


@quick
@dataclass(frozen=True, slots=True)
class _Made:
    artifacts: tuple[Artifact, ...]
    paths: tuple[tuple[str, str], ...]
    layouts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def _is_formal(outreach: Outreach | None) -> bool:
    """Return whether this is a formal notice, of which neither video nor message nor page is made."""
    return outreach is not None and outreach.is_formal


def locale_of(customer: Customer, campaign: Campaign) -> str:
    """Return the set's locale for the customer, the campaign's where theirs is not in the set (compose says so)."""
    return _locale_for(customer.locale or campaign.locale, campaign.locales) or campaign.locale


@lru_cache(maxsize=1024)
def _locale_for(tag: str, locales: tuple[str, ...]) -> str | None:
    wanted = tag.replace("_", "-").lower()
    known = {locale.replace("_", "-").lower(): locale for locale in reversed(locales)}
    by_language = {one.split("-")[0]: locale for one, locale in known.items()}
    return known.get(wanted) or by_language.get(wanted.split("-")[0])


def postal_place(customer: Customer) -> str:
    """Return country and postal code of the delivery address, as print files are sorted: `IT 20121`; else nothing."""
    address = customer.address
    if address is None:
        return ""
    return f"{address.country} {''.join(address.postal_code.upper().split())}".rstrip()


def renditions(channel: str, campaign: Campaign) -> tuple[str, ...]:
    """Return the sizes that a channel makes of one communication; one, unnamed, for all but video."""
    return campaign.video.renditions if channel == "video" else ("",)


def is_of_one_customer(error: BillcastError) -> bool:
    """True if the error says something of this customer, not of the machine, the campaign or the sink."""
    return isinstance(error, _DISTRUST + _UNABLE)


def _faulty(customer: Customer, source: str, step: Step, error: BillcastError) -> Walked:
    """Return what became of a customer of whom `error` says something; raise it where it says more."""
    if not is_of_one_customer(error):
        raise error
    status = OutcomeStatus.QUARANTINED if isinstance(error, _DISTRUST) else OutcomeStatus.FAILED
    return Walked(Outcome(customer.key, status, source, problem=error.problem.at(f"in {step}")))


class _timed:  # noqa: N801 - used as a function; a generator's context takes three times as long
    """Notes the seconds that a step takes, however it ends."""

    __slots__ = ("_started", "_step", "_steps")

    def __init__(self, steps: dict[Step, float], step: Step) -> None:
        self._steps, self._step = steps, step

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._steps[self._step] = time.perf_counter() - self._started
